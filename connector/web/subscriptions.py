"""Triggers of flows: subscribing, and unsubscribing by an unguessable address.

What a subscription listens to and how it is called is not decided here. A callback URL is never shown again. The
trigger that is asked instead of called stands in `polling`.
"""

from __future__ import annotations

import re
import uuid
from functools import partial
from http import HTTPStatus
from typing import Annotated, Literal

from flask import Blueprint, Response, g, jsonify, request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from connector.errors import BusyError
from connector.pipeline.subscriptions import About, Filters, Subscribed, TriggerName
from connector.web.bodies import read
from connector.web.leads import as_time
from connector.web.limits import Limits
from connector.web.problems import ProblemError
from connector.web.service import SubscriptionService

FULL_S = 600
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


def _blank_is_none(value: object) -> object:
    """An input that was left empty narrows nothing; what else is sent is taken without blanks around it."""
    return (value.strip() or None) if isinstance(value, str) else value


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("holds a character that cannot be shown")
    return value


def _guid(value: object) -> object:
    value = _blank_is_none(value)
    if not isinstance(value, str):
        return value
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise ValueError("is no id (a GUID)") from None


def _number(value: object) -> object:
    """Whole numbers; flows send some of them as texts, or with a fraction of zero."""
    value = _blank_is_none(value)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value):
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


_Word = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
_Text = Annotated[_Word | None, BeforeValidator(_blank_is_none)]
_Guid = Annotated[str | None, BeforeValidator(_guid)]
_Score = Annotated[int, BeforeValidator(_number), Field(ge=-1_000_000, le=1_000_000)]


class _Asked(BaseModel):
    """What every trigger takes: where to call, and whose leads it is about."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    callback_url: Annotated[str, Field(min_length=1, max_length=4096)] = Field(repr=False)
    owner: _Guid = None
    country: _Text = None

    def filters(self) -> Filters:
        """What narrows the subscription."""
        told = self.model_dump(exclude={"callback_url"}, exclude_none=True)
        if "people" in told:
            told["minimum"] = told.pop("people")
        if "about" in told:
            told["about"] = About(told["about"])
        return Filters(**told)


class ScoreCrossed(_Asked):
    """When a lead's score crosses a threshold."""

    model: Annotated[_Word, BeforeValidator(_blank_is_none)]
    minimum: _Score


class GradeChanged(_Asked):
    """When a lead's grade changes."""

    model: Annotated[_Word, BeforeValidator(_blank_is_none)]
    grade: _Text = None


class LeadQualified(_Asked):
    """When a lead is qualified."""

    qualification: _Text = None


class AccountWoke(_Asked):
    """When an account wakes up."""

    people: Annotated[Annotated[int, Field(ge=1, le=1_000)] | None, BeforeValidator(_number)] = None


class Attention(_Asked):
    """When a run fails or a lead needs data."""

    about: Annotated[Literal["any", "run_failed", "lead_needs_data"] | None, BeforeValidator(_blank_is_none)] = None
    model: _Text = None
    minimum: Annotated[_Score | None, BeforeValidator(_number)] = None


# The last part of a trigger's address, what it is about, and what its body holds.
_TRIGGERS: tuple[tuple[str, TriggerName, type[_Asked]], ...] = (
    ("score-crossed", TriggerName.SCORE_CROSSED, ScoreCrossed),
    ("grade-changed", TriggerName.GRADE_CHANGED, GradeChanged),
    ("lead-qualified", TriggerName.LEAD_QUALIFIED, LeadQualified),
    ("account-woke", TriggerName.ACCOUNT_WOKE, AccountWoke),
    ("attention", TriggerName.ATTENTION, Attention),
)


def routes(service: SubscriptionService, limits: Limits, root: str, prefix: str) -> Blueprint:
    """Return the routes of triggers; `root` is the public address, below which they stand at `prefix`."""
    blueprint = Blueprint("subscriptions", __name__)

    def subscribe(trigger: TriggerName, shape: type[_Asked]) -> Response:
        """Store what a flow asks for and say where it unsubscribes; the same again is the same subscription."""
        asked = read(request, shape, limits)
        if not root:
            raise ProblemError(
                409,
                "no_public_url",
                "This service does not know the address that flows reach it at, so that none can unsubscribe.",
                remedy="Set CONNECTOR_PUBLIC_URL and restart.",
            )
        try:
            made = service.subscribe(trigger, asked.filters(), asked.callback_url, g.caller.name, g.request_id)
        except BusyError as error:
            raise _too_many(error) from error
        answer = jsonify(subscribed_json(made))
        answer.status_code = HTTPStatus.CREATED
        answer.headers["Location"] = f"{root}{prefix}/subscriptions/{made.key}"
        return answer

    for path, trigger, shape in _TRIGGERS:
        view = partial(subscribe, trigger, shape)
        blueprint.add_url_rule(f"/triggers/{path}", trigger.value, view, methods=["POST"])

    @blueprint.delete("/subscriptions/<subscription_key>")
    def unsubscribe(subscription_key: str) -> Response:
        """End a subscription; for a key that is none, or no more, the answer is the same."""
        if _KEY.fullmatch(subscription_key):
            service.unsubscribe(subscription_key, g.caller.name, g.request_id)
        return jsonify(status="ended")

    return blueprint


def _too_many(error: BusyError) -> ProblemError:
    headers = {"Retry-After": str(FULL_S)}
    return ProblemError(429, "too_many_subscriptions", error.message, remedy=error.remedy, headers=headers)


def subscribed_json(made: Subscribed) -> dict[str, object]:
    """Write what a flow is told once it has subscribed, as openapi.yaml describes it."""
    one = made.subscription
    return {
        "subscription_id": one.subscription_id,
        "trigger": one.trigger.value,
        "created_at": as_time(one.created_at),
        "is_new": made.is_new,
        "signing_secret": made.secret,
    }
