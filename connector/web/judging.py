"""Judging now: a lead by the live models, given facts by one model, a lead by the live qualifications."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, cast

from flask import Blueprint, Response, g, jsonify, request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from connector.pipeline.qualifying import Qualified
from connector.scoring.score import Facts
from connector.web.bodies import read
from connector.web.ids import guid_of_lead
from connector.web.interactions import Properties, Type, aware_time
from connector.web.leads import as_time
from connector.web.limits import Limits
from connector.web.service import JudgingService

Name = Annotated[str, Field(min_length=1, max_length=100)]
Time = Annotated[datetime, BeforeValidator(aware_time)]


class ScoreRequest(BaseModel):
    """Which model is asked; none: all live ones."""

    model_config = ConfigDict(extra="forbid", strict=True)

    model: Name | None = None


class QualifyRequest(BaseModel):
    """Which qualification's outcome is asked for; none: any."""

    model_config = ConfigDict(extra="forbid", strict=True)

    qualification: Name | None = None


class FactInteraction(BaseModel):
    """An interaction among given facts."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Type
    at: Time
    properties: Properties = Field(default_factory=dict)
    machine: bool = False


class TestRequest(BaseModel):
    """Facts, the moment that they are judged at, and whether by the draft."""

    __test__ = False
    model_config = ConfigDict(extra="forbid", strict=True)

    lead: dict[str, Any]
    account: dict[str, Any] | None = None
    interactions: Annotated[list[FactInteraction], Field(max_length=1_000)] = Field(default_factory=list)
    tracking: bool = True
    at: Time | None = None
    draft: bool = False

    def facts(self) -> Facts:
        """The facts alone, as the scorers read them."""
        interactions = [one.model_dump() for one in self.interactions]
        facts = {"lead": self.lead, "account": self.account, "interactions": interactions, "tracking": self.tracking}
        return cast("Facts", facts)


def routes(service: JudgingService, limits: Limits) -> Blueprint:
    """Return the routes by which something is judged."""
    blueprint = Blueprint("judging", __name__)

    @blueprint.post("/leads/<lead_id>/score")
    def score(lead_id: str) -> Response:
        """Score a lead as it is mirrored now; nothing is stored or written."""
        asked, found = read(request, ScoreRequest, limits, optional=True), guid_of_lead(lead_id)
        told = service.score_now(found, asked.model)
        return jsonify(lead_id=found, **{**told, "scored_at": as_time(told["scored_at"])})

    @blueprint.post("/leads/<lead_id>/qualification")
    def qualify(lead_id: str) -> Response:
        """Read a lead again, decide it and write that, guarded; say what came of it."""
        asked = read(request, QualifyRequest, limits, optional=True)
        return jsonify(qualified_json(service.qualify_now(guid_of_lead(lead_id), asked.qualification, g.caller.name)))

    @blueprint.post("/models/<model>/test")
    def test(model: str) -> Response:
        """Score given facts by a model; nothing is stored."""
        asked = read(request, TestRequest, limits)
        return jsonify(service.test_model(model, asked.facts(), asked.at, draft=asked.draft))

    return blueprint


def qualified_json(done: Qualified) -> dict[str, object]:
    """Write what came of qualifying a lead as openapi.yaml describes it."""
    return {
        "lead_id": done.lead_id,
        "outcome": done.outcome.value,
        "reason": done.reason,
        "written": done.written,
        "decided_at": as_time(done.decided_at),
        "qualifications": [
            {"name": one.qualification, "outcome": one.outcome.value, "reason": one.reason, "marked": one.marked}
            for one in done.criteria
        ],
        "scores": [{"model": model, "score": score, "grade": grade} for model, score, grade in done.scores],
    }
