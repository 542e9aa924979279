"""What is remembered of qualifications: the value of one decision, and the port by which decisions are read.

How a lead is judged stands in `judge`, what is done about it in `decide`; nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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


class QualificationStore(Protocol):
    """The qualification decisions that were settled."""

    def qualified(self, *, since: datetime | None, after_seq: int, limit: int) -> Sequence[QualificationDecision]:
        """Decisions made at `since` or later (None: all) and counted after `after_seq` (0: all), in that order.

        The last one's `seq` is the cursor of the next call: no decision is met twice, none is missed.
        """
        ...

    def last_qualified(self) -> int:
        """The `seq` of the latest decision, 0 where there is none: the cursor of who wants what comes from now on."""
        ...

    def last_qualified(self) -> int:
        """The `seq` of the latest decision, 0 where there is none: the cursor of who wants what comes from now on."""
        ...

    def qualifications_of(self, lead_id: str) -> Sequence[QualificationDecision]:
        """The decisions about a lead, oldest first; empty where it was never qualified, or was erased."""
        ...
