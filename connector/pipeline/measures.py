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
    """What may be counted often, at one moment, `at`: its cost follows what waits. What is done is not in it.

    Deliveries are counted by kind of destination (`teams`, `subscription`). `pulled` says when each table was last read
    to its end, `worker_seen_at` when a worker last showed itself. `requests_today` are those to Dataverse of all
    processes today (UTC), `requests_a_day` how many may be, where that is told; `window_requests` are those of the last
    five minutes, what processes have set aside included, of `window_budget`; `answers` counts those of this process by
    status.
    """

    at: datetime
    jobs: Sequence[Waiting] = ()
    deliveries: Sequence[Waiting] = ()
    runs: Sequence[LastRun] = ()
    pulled: Mapping[str, datetime] = field(default_factory=dict)
    due_leads: int = 0
    paused_destinations: int = 0
    requests_today: int = 0
    requests_a_day: int | None = None
    window_requests: int = 0
    window_budget: int | None = None
    answers: Mapping[int, int] = field(default_factory=dict)
    worker_seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Census:
    """What is only known by going through whole tables: scored leads by model and grade, and jobs that are dead."""

    grades: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    dead_jobs: Mapping[str, int] = field(default_factory=dict)


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
        """Count what waits, at one moment. Raises StoreError."""
        ...

    def census(self) -> Census:
        """Go through whole tables: not to be asked often. Raises StoreError."""
        ...

    def show_worker(self, *, now: datetime) -> None:
        """Record that a worker lives. Raises StoreError."""
        ...

    def worker_seen_at(self) -> datetime | None:
        """When a worker last showed itself; None where none ever did. Raises StoreError."""
        ...
