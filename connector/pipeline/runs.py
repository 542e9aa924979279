"""Runs of the main job as the pipeline sees them: what a run is, how far it is, and the interface that keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from connector.pipeline.values import Event


class RunStatus(StrEnum):
    """A run's life."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the main job; `summary` is what `sync --json` prints, `progress` (done, total) while it scores.

    `fence` counts how often it was begun: what an earlier beginning says of it is void. It got on from
    `progress_since` to `progress_at`. `cancel_asked` says that somebody wants it to end.
    """

    run_id: str
    kind: str  # sync | full_sync | refresh (nothing is read, only what time has changed is scored)
    status: RunStatus
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    requested_by: str
    progress: tuple[int, int] | None
    summary: Mapping[str, object]
    error: str
    fence: int = 0
    progress_since: datetime | None = None
    progress_at: datetime | None = None
    cancel_asked: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: leads done of those that are due, leads a second, and when it will be through.

    The rate is None before anything was done, the end also once the run has ended.
    """

    done: int
    total: int
    rate_per_s: float | None
    eta: datetime | None


def progress_of(run: Run) -> Progress | None:
    """How far a run is, or was when it ended; None where it scored nothing yet."""
    if run.progress is None:
        return None
    done, total = run.progress
    if run.progress_since is None or run.progress_at is None or done == 0:
        return Progress(done, total, None, None)
    taken_s = (run.progress_at - run.progress_since).total_seconds()
    if taken_s <= 0:
        return Progress(done, total, None, None)
    left = timedelta(seconds=(total - done) * taken_s / done)
    eta = run.progress_at + left if run.status is RunStatus.RUNNING else None
    return Progress(done, total, round(done / taken_s, 2), eta)


class RunStore(Protocol):
    """Runs, queued and past."""

    def enqueue_run(
        self,
        kind: str,
        *,
        by: str,
        now: datetime,
        idempotency_key: str | None = None,
        announce_baseline: bool = False,
        alone: bool = False,
    ) -> Run:
        """Queue a run and the job that does it; the same key, or one of the kind that waits, gives that.

        A run that was interrupted and waits to be resumed is one that waits, and one that waits until it may be tried
        again is tried now. `announce_baseline` stands in the job's payload, from now on of all that wait too: they
        come before. The caller is `alone` where nobody else works: whoever has the lease of a run is dead, and it
        waits as well.
        """
        ...

    def begin_run(self, run_id: str, *, now: datetime) -> Run | None:
        """Record a run as begun, or resumed; None when it has succeeded already, or is cancelled.

        For whoever has leased its job. The run's `fence` is the next one.
        """
        ...

    def run_goes_on(self, run_id: str, fence: int) -> bool:
        """Tell whether the beginning of this fence is the last one, and nobody asked to cancel the run."""
        ...

    def report_progress(self, run: Run, done: int, total: int, *, now: datetime) -> None:
        """Record how far a run is, unless it was begun anew meanwhile."""
        ...

    def finish_run(
        self,
        run: Run,
        status: RunStatus,
        *,
        now: datetime,
        summary: Mapping[str, object],
        error: str = "",
        events: Sequence[Event] = (),
    ) -> Run | None:
        """Record a run's end; None, and nothing is recorded, where it was begun anew, or has ended, meanwhile.

        One that is interrupted after somebody asked to cancel it is cancelled. `events` announce the end.
        """
        ...

    def cancel_run(self, run_id: str, *, now: datetime) -> Run:
        """Cancel a run that waits or that nobody does; ask one that is under way to end soon.

        Raises RefusedError where it has ended in another way, MissingFactError when unknown.
        """
        ...

    def run(self, run_id: str) -> Run:
        """One run; MissingFactError when unknown."""
        ...

    def runs(self, limit: int = 20, before: str | None = None) -> Sequence[Run]:
        """Newest first; those that were asked for before the run `before` where it is given."""
        ...
