"""What is remembered of qualifications: the value of one decision, and the port by which decisions are read.

How a lead is judged stands in `judge`, what is done about it in `decide`; nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # values import what stands here
    from connector.pipeline.values import Interaction, Mark, StoredScore

ScoreThen = tuple[str, int, int | None, str | None]
"""A model's say when a lead was qualified: model, version, score, grade."""


@dataclass(frozen=True, slots=True)
class QualificationDecision:
    """That a lead was qualified: by which document and version, why, on which scores, when, and what was done.

    `seq` counts decisions in the order in which they were settled: it is 0 until then, and nothing with a lower one
    appears later. `status_reason` is the option that was set and `status_label` what its author calls it; None where
    none was set. `actions` are the keys of the actions that were taken, as documents write them.
    """

    seq: int
    lead_id: str
    qualification: str
    version: int
    reason: str
    models: tuple[ScoreThen, ...]
    at: datetime
    status_reason: int | None
    actions: tuple[str, ...]
    status_label: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreStep:
    """One change of a lead's score by a model; `score` None: it scored the lead no more."""

    lead_id: str
    model: str
    score: int | None
    grade: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LastScore:
    """The score by a model that a lead left the mirror with."""

    lead_id: str
    score: int | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is kept of a lead that is not mirrored (closed): what was done, and its scores when it left."""

    interactions: tuple[Interaction, ...] = ()
    scores: Mapping[str, StoredScore] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()


class QualificationStore(Protocol):
    """The qualification decisions that were settled, and the past that criteria are held against."""

    def score_steps(self, models: Collection[str]) -> Iterator[ScoreStep]:
        """Every remembered change of the scores by these models, by lead and in its order."""
        ...

    def last_scores(self, model: str) -> Sequence[LastScore]:
        """The last scores by a model of leads that left the mirror and may come back."""
        ...

    def remembered(self, lead_ids: Sequence[str]) -> Mapping[str, Remembered]:
        """What is kept of these leads; those who opted out, or objected, are absent."""
        ...

    def qualified(self, *, since: datetime | None, after_seq: int, limit: int) -> Sequence[QualificationDecision]:
        """Decisions made at `since` or later (None: all) and counted after `after_seq` (0: all), in that order.

        The last one's `seq` is the cursor of the next call: no decision is met twice, none is missed.
        """
        ...

    def last_qualified(self) -> int:
        """The `seq` of the latest decision, 0 where there is none: the cursor of who wants what comes from now on."""
        ...

    def qualifications_of(self, lead_id: str) -> Sequence[QualificationDecision]:
        """The decisions about a lead, oldest first; empty where it was never qualified, or was erased."""
        ...
