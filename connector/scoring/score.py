"""What a model says of a lead at a moment: values only, nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NotRequired, TypedDict

Scalar = str | int | float | bool | None


class InteractionFacts(TypedDict):
    """One interaction as it comes from JSON; `at` is an ISO 8601 time with offset, or an aware datetime."""

    type: str
    at: str | datetime
    properties: NotRequired[Mapping[str, object]]
    machine: NotRequired[bool]


class Facts(TypedDict):
    """What is known of a lead, JSON-shaped: columns by logical name; account None when there is no account.

    `tracking` False means that the person refuses tracking: interactions are then unknown.
    """

    lead: Mapping[str, object]
    account: NotRequired[Mapping[str, object] | None]
    interactions: NotRequired[Sequence[InteractionFacts]]
    tracking: NotRequired[bool]


class Outcome(StrEnum):
    """Strong Kleene truth."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


class Cause(StrEnum):
    """Why a fact is unknown."""

    NO_ACCOUNT = "no_account"
    EMPTY_COLUMN = "empty_column"
    NO_TRACKING = "no_tracking"
    UNRECOGNISED_TITLE = "unrecognised_title"
    LOW_CONFIDENCE = "low_confidence"
    WRONG_TYPE = "wrong_type"


class Standing(StrEnum):
    """Whether a model applies to a lead at all."""

    SCORED = "scored"
    OUTSIDE_AUDIENCE = "outside_audience"
    AUDIENCE_UNKNOWN = "audience_unknown"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class GroupScore:
    """A group's points and the outcome of its condition."""

    name: str
    points: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class UnknownFact:
    """A fact that could not be judged, and why."""

    fact: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class Score:
    """A model's verdict on a lead.

    `score` and `grade` are None when `standing` is not SCORED; grade also where the model has no grades.
    `coverage` is the share (0-1) of the points that could be judged, `reachable` the maximum if every unknown
    came true, `next_change_at` the earliest moment at which the score changes with no new data. Points for each of
    unknown occurrences reach the cap that ends them; where none does, `reachable` counts the fewest that are needed.
    `trace` is what the scorer saw, for the explanation alone; it does not count in comparisons.
    """

    model: str
    standing: Standing
    score: int | None
    grade: str | None
    coverage: float
    reachable: int | None
    groups: tuple[GroupScore, ...]
    unknown: tuple[UnknownFact, ...]
    next_change_at: datetime | None
    trace: tuple[object, ...] = field(default=(), compare=False, repr=False)
