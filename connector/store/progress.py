"""How far a run is: written by whoever does it or a part of it, unless it was begun anew meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.partitions import PartitionStatus
from connector.pipeline.runfailures import failure_events
from connector.pipeline.runs import Run, RunStatus
from connector.store.events import add_events
from connector.store.subscriptions import subscriptions_in
from connector.store.tables import run, run_partition


def under_way(fence: int) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of a run that is under way and was last begun with this fence."""
    return run.c.fence == fence, run.c.status == RunStatus.RUNNING.value


def lock_run(connection: Connection, run_id: str) -> None:
    """Let one transaction at a time change a run. Its row is locked before those of its jobs."""
    connection.execute(sa.select(run.c.seq).where(run.c.run_id == run_id).with_for_update())


def reopen_runs(connection: Connection, run_ids: Sequence[str]) -> None:
    """Let cancelled and failed runs wait again: somebody queued their jobs anew."""
    given_up = run.c.status.in_((RunStatus.CANCELLED.value, RunStatus.FAILED.value))
    values = {"status": RunStatus.QUEUED.value, "cancel_asked_at": None, "finished_at": None, "error": ""}
    connection.execute(sa.update(run).where(run.c.run_id.in_(run_ids), given_up).values(values))


def fail_run(connection: Connection, run_id: str, why: str, now: datetime) -> None:
    """End a run whose job is dead, unless its own end is recorded: it would seem to wait, or to go on, for ever.

    Whoever listens to failures is told.
    """
    unended = (RunStatus.QUEUED.value, RunStatus.RUNNING.value, RunStatus.INTERRUPTED.value)
    values = {"status": RunStatus.FAILED.value, "finished_at": now, "error": why}
    ended = sa.update(run).where(run.c.run_id == run_id, run.c.status.in_(unended)).values(values)
    for kind in connection.scalars(ended.returning(run.c.kind)).all():
        events = failure_events(subscriptions_in(connection), run_id, kind, why, now)
        add_events(connection, [(one, now) for one in events])


def fail_partition(connection: Connection, job_id: str, why: str) -> None:
    """End a partition whose job ended without it: its run would wait for it for ever."""
    is_open = sa.and_(run_partition.c.job_id == job_id, run_partition.c.status == PartitionStatus.OPEN.value)
    values = {"status": PartitionStatus.FAILED.value, "error": why}
    connection.execute(sa.update(run_partition).where(is_open).values(values))


def note_progress(connection: Connection, one: Run, *, now: datetime, done: int, total: int) -> bool:
    """Record how far a run is; False where it is no longer this beginning's."""
    values: dict[Any, Any] = {
        "done": done,
        "total": total,
        "progress_since": sa.func.coalesce(run.c.progress_since, now),
        "progress_at": now,
    }
    changed = sa.update(run).where(run.c.run_id == one.run_id, *under_way(one.fence)).values(values)
    return connection.execute(changed).rowcount > 0


def add_progress(connection: Connection, run_id: str, done: int, *, now: datetime) -> None:
    """Add leads that were done to a run."""
    values: dict[Any, Any] = {"done": run.c.done + done, "progress_at": now}
    connection.execute(sa.update(run).where(run.c.run_id == run_id).values(values))
