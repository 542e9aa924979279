"""What an installation measures of itself: numbers by kind and state, never an id or a person.

How they are shown is for the entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Waiting:
    """Things of one kind in one state: how many, and since when the oldest is there (None where there is none)."""

    kind: str
    state: str
    number: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest run of a kind that ended in a state, with the times of its beginning and end."""

    kind: str
    state: str
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class Measures:
    """All of it at one moment, `at`. Deliveries are counted by kind of destination (`teams`, `subscription`).

    `requests_today` are those to Dataverse of all processes today (UTC), `requests_a_day` how many may be, where that
    is told; `answers` counts those of this process by status.
    """

    at: datetime
    jobs: Sequence[Waiting] = ()
    deliveries: Sequence[Waiting] = ()
    runs: Sequence[LastRun] = ()
    grades: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    due_leads: int = 0
    paused_destinations: int = 0
    requests_today: int = 0
    requests_a_day: int | None = None
    answers: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Jobs that wait for a worker: `ready` may be begun now, `delayed` when their time comes.

    `oldest_ready_s` is for how many seconds the oldest ready one could have been begun; 0 where none is ready.
    Jobs that wait for an earlier one of their key are in neither: no further worker would help them.
    """

    ready: int
    delayed: int
    oldest_ready_s: float


class MeasureStore(Protocol):
    """Who counts."""

    def backlog(self) -> Backlog:
        """Count the jobs that wait, by the database's clock. Raises StoreError."""
        ...

    def measure(self, *, now: datetime) -> Measures:
        """Count everything at one moment. Raises StoreError."""
        ...
