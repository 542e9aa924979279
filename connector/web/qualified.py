"""Leads that were qualified, in the order in which that was settled, and what people say of announced ones."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import Blueprint, Response, g, jsonify, request
from pydantic import BaseModel, ConfigDict, Field

from connector.pipeline.qualifications import QualificationDecision
from connector.pipeline.verdicts import Answer, RecordedVerdict
from connector.web.bodies import read
from connector.web.leads import as_time
from connector.web.limits import Limits
from connector.web.paging import Pages, asked_name, asked_time
from connector.web.service import QualificationService


class VerdictRequest(BaseModel):
    """What somebody says of an announced lead."""

    model_config = ConfigDict(extra="forbid", strict=True)

    event_id: Annotated[str, Field(min_length=1, max_length=200)]
    answer: Literal["good", "not_good"]


def routes(service: QualificationService, limits: Limits, root: str) -> Blueprint:
    """Return the routes of qualifications and verdicts; `root` is the public address."""
    blueprint = Blueprint("qualified", __name__)
    pages = Pages("qualified", int, root)

    @blueprint.get("/qualified-leads")
    def listed() -> Response:
        """List who was qualified since a moment, or after a cursor; what comes later has a later place."""
        asked, since = pages.asked(), asked_time("since")
        name = asked_name("qualification")
        after = asked.after if isinstance(asked.after, int) else 0
        found = service.qualified_since(since=since, after_seq=after, limit=asked.limit + 1)
        given = found[: asked.limit]
        page = pages.cut(found, asked, lambda one: one.seq, qualified_json)
        page["value"] = [qualified_json(one) for one in given if name in {None, one.qualification}]
        return jsonify({**page, "cursor": pages.cursor(given[-1].seq if given else after)})

    @blueprint.post("/verdicts")
    def verdict() -> Response:
        """Keep what a caller says of an announced lead; the first answer stays."""
        asked = read(request, VerdictRequest, limits)
        return jsonify(verdict_json(service.record_verdict(asked.event_id, Answer(asked.answer), g.caller.name)))

    return blueprint


def qualified_json(one: QualificationDecision) -> dict[str, object]:
    """Write one qualification as openapi.yaml describes it."""
    return {
        "lead_id": one.lead_id,
        "qualification": one.qualification,
        "version": one.version,
        "reason": one.reason,
        "qualified_at": as_time(one.at),
        "status_reason": one.status_reason,
        "status_label": one.status_label,
        "actions": list(one.actions),
        "scores": [
            {"model": model, "version": version, "score": score, "grade": grade}
            for model, version, score, grade in one.models
        ],
    }


def verdict_json(one: RecordedVerdict) -> dict[str, object]:
    """Write a verdict as openapi.yaml describes it."""
    verdict = one.verdict
    return {
        "event_id": verdict.event_id,
        "answer": verdict.answer.value,
        "rule": verdict.rule,
        "kind": verdict.kind,
        "recorded_at": as_time(verdict.at),
        "is_new": one.is_new,
    }
