"""Interactions that other systems record: what a person did, one or many at a time, each stored once by its id."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from connector.errors import Fault
from connector.pipeline.values import Interaction
from connector.web.bodies import read
from connector.web.ids import guid_of_lead
from connector.web.limits import Limits
from connector.web.problems import ProblemError
from connector.web.service import InteractionService


def _guid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise ValueError("is not a GUID") from None


def aware_time(value: object) -> datetime | None:
    """Read an ISO 8601 time with its offset, for pydantic; None stays None."""
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError("is not an ISO 8601 time with offset, such as 2026-11-20T09:00:00Z")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range") from None


Type = Annotated[str, Field(min_length=1, max_length=100)]
Properties = Annotated[dict[Annotated[str, Field(max_length=100)], Any], Field(max_length=50)]


class LeadInteractionRequest(BaseModel):
    """One interaction of a lead that the address names."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)

    id: Annotated[str, Field(min_length=1, max_length=128)]
    type: Type
    at: Annotated[datetime, BeforeValidator(aware_time)]
    properties: Properties = Field(default_factory=dict)
    machine: bool = False

    def of(self, lead: str) -> Interaction:
        """Return it as the pipeline knows it."""
        return Interaction(self.id, lead, self.type, self.at, self.properties, self.machine)


class InteractionRequest(LeadInteractionRequest):
    """One interaction of a lead that it names itself."""

    lead_id: Annotated[str, Field(max_length=64), AfterValidator(_guid)]


class InteractionsRequest(BaseModel):
    """The body of a call."""

    model_config = ConfigDict(extra="forbid", strict=True)

    interactions: Annotated[list[InteractionRequest], Field(min_length=1)]


def routes(service: InteractionService, limits: Limits) -> Blueprint:
    """Return the routes of interactions."""
    blueprint = Blueprint("interactions", __name__)

    @blueprint.post("/leads/<lead_id>/interactions")
    def record_one(lead_id: str) -> Response:
        """Store one; what was stored before is left as it is."""
        asked = read(request, LeadInteractionRequest, limits)
        return jsonify(received=1, added=service.add_interactions([asked.of(guid_of_lead(lead_id))]))

    @blueprint.post("/interactions")
    def record() -> Response:
        """Store what is new; what was stored before is counted and left as it is."""
        asked = read(request, InteractionsRequest, limits).interactions
        if len(asked) > limits.interactions:
            fault = Fault(
                "interactions", None, f"has {len(asked)} items; at most {limits.interactions} are taken a call"
            )
            raise ProblemError(
                422, "invalid", "Too many interactions.", remedy="Send them in several calls.", faults=[fault]
            )
        added = service.add_interactions([item.of(item.lead_id) for item in asked])
        return jsonify(received=len(asked), added=added)

    return blueprint
