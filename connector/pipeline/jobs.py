"""Durable jobs as the pipeline sees them: what a job is, and the small interface of the table that keeps them.

How jobs are leased and stored is the store's business; when a failed one is tried again stands in `retries`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connector.pipeline.values import Json

RUN_JOB = "sync"
TIMER_JOB = "timer"
RUN_PRIORITY = 10
RUN_PREFIX = "run:"
# Jobs whose payload is about a person: once they have ended well nothing of it stays.
RELATED_ROW = "related-row"
PERSONAL = frozenset({RELATED_ROW})
# No kind of job, but told in the same way: what waits in the outbox.
DELIVERIES = "deliveries"


class JobStatus(StrEnum):
    """A job's life."""

    QUEUED = "queued"
    LEASED = "leased"
    FINISHED = "finished"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Task(StrEnum):
    """What may be asked for besides runs: what the service's own timers do too."""

    DIGEST = "digest"
    WEEKLY_SUMMARY = "weekly_summary"
    PRUNE = "prune"


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be done once. `job_id` is its idempotency id: putting it twice is one job.

    `key` is what `coalesce` looks for and what order is kept by: of jobs of one kind with the same key one is leased
    at a time, in the order of their arrival. Empty: no order. `not_before` None: at once.
    """

    job_id: str
    kind: str
    payload: Mapping[str, Json]
    key: str = ""
    not_before: datetime | None = None
    priority: int = 0  # the greater first


def job_of_run(run_id: str, *, announce_baseline: bool = False) -> NewJob:
    """The job that does a run. All have one key: of runs of the main job one is under way at a time."""
    payload: dict[str, Json] = {"run_id": run_id}
    if announce_baseline:
        payload["announce_baseline"] = True
    return NewJob(f"{RUN_PREFIX}{run_id}", RUN_JOB, payload, key=RUN_JOB, priority=RUN_PRIORITY)


def run_of(job_id: str) -> str:
    """The run that a job of the main job does."""
    return job_id.removeprefix(RUN_PREFIX)


@dataclass(frozen=True, slots=True)
class Lease:
    """A job in hand until `until`, unless the lease is renewed. `fence` makes the result of a late finisher void."""

    job_id: str
    kind: str
    key: str
    payload: Mapping[str, Json]
    attempt: int  # from 1
    fence: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """How one of several jobs that were done together failed: `again` unless trying again cannot help.

    `asked_s` is how long the other side asked to wait, in seconds.
    """

    reason: str
    again: bool = True
    asked_s: float | None = None


@dataclass(frozen=True, slots=True)
class JobAttempt:
    """One try of a job. `outcome` is None while it is under way."""

    number: int
    worker: str
    begun_at: datetime
    ended_at: datetime | None
    outcome: str | None  # finished | failed | lost (its holder died)
    reason: str


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job as it is listed and shown, with every attempt."""

    job_id: str
    kind: str
    key: str
    status: JobStatus
    payload: Mapping[str, Json]
    put_at: datetime
    not_before: datetime
    finished_at: datetime | None
    reason: str
    attempts: Sequence[JobAttempt]


class JobStore(Protocol):
    """The one table of jobs. Times are the database's clock, so that machines need not agree on theirs."""

    def put(self, jobs: Sequence[NewJob]) -> int:
        """Store jobs durably before returning; those whose id is known are left out. Returns how many are new."""
        ...

    def coalesce(self, jobs: Sequence[NewJob]) -> int:
        """As `put`, but a queued job of the same kind and key, not begun yet, stands for the new one.

        A job of that key that is leased already does not: what happened after it began must be looked at again.
        """
        ...

    def put_slot(self, timer: str, schedule: str, slot: datetime, job: NewJob) -> bool:
        """Put a timer's job for a slot that is later than the last one; tell whether it was put.

        Where the timer was never seen with this schedule, the slot was before it: it is noted as the last one only.
        """
        ...

    def claim(self, kinds: Sequence[str], limit: int, *, worker: str, lease_s: float = 30.0) -> Sequence[Lease]:
        """Lease jobs that may be tried now, oldest of the highest priority first, committed before returning.

        A job whose lease has ended is claimed anew, its open attempt recorded as lost.
        """
        ...

    def renew(self, lease: Lease, *, lease_s: float = 30.0) -> Lease | None:
        """Prolong a lease; None when it is lost, so that what is under way must be given up."""
        ...

    def keep(self, leases: Sequence[Lease], *, lease_s: float = 30.0) -> frozenset[str]:
        """Prolong leases; return the ids of the jobs whose lease still holds. The others must be given up."""
        ...

    def take_over(self) -> int:
        """End every lease where whoever holds the worker role is alone with the database: their holders are dead.

        Returns how many; none where leases of the living are among them (a database that several workers share).
        """
        ...

    def listen(self, wake: Callable[[Collection[str]], None]) -> AbstractContextManager[None]:
        """Call `wake`, in any thread, when jobs were stored, by this process or as far as the database tells by others.

        It is told the kinds of the jobs; none: there may be any. A hint only: what is stored while nobody could be told
        is found by looking.
        """
        ...

    def finish(self, leases: Sequence[Lease]) -> int:
        """Record jobs as done; those whose lease is lost are left alone. Returns how many were recorded."""
        ...

    def fail(self, lease: Lease, reason: str, *, retry_in_s: float | None) -> bool:
        """Record a failed try: again after so long, or dead (None). False when the lease is lost."""
        ...

    def release(self, leases: Sequence[Lease]) -> int:
        """Give jobs back untried (a worker that stops); their attempt does not count."""
        ...

    def replay(self, job_ids: Sequence[str]) -> int:
        """Queue dead or cancelled jobs again; return how many."""
        ...

    def cancel(self, job_ids: Sequence[str]) -> int:
        """Cancel queued jobs; return how many."""
        ...

    def job(self, job_id: str) -> JobRecord:
        """One job; MissingFactError when unknown."""
        ...

    def jobs(
        self, *, kind: str | None = None, status: JobStatus | None = None, limit: int = 100
    ) -> Sequence[JobRecord]:
        """Newest first, without attempts."""
        ...

    def dead(self, kind: str | None = None) -> Sequence[JobRecord]:
        """Those that were given up, newest first, without attempts."""
        ...

    def count_jobs(self) -> Mapping[str, Mapping[str, int]]:
        """Jobs by kind and status."""
        ...

    def next_job_at(self, kinds: Sequence[str]) -> datetime | None:
        """When the next of these may be claimed (now or later); None when none waits."""
        ...
