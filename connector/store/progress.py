"""How far a run is: written by whoever does it or a part of it, unless it was begun anew meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.runs import Run, RunStatus
from connector.store.tables import run


def under_way(fence: int) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of a run that is under way and was last begun with this fence."""
    return run.c.fence == fence, run.c.status == RunStatus.RUNNING.value


def lock_run(connection: Connection, run_id: str) -> None:
    """Let one transaction at a time change a run. Its row is locked before those of its jobs."""
    connection.execute(sa.select(run.c.seq).where(run.c.run_id == run_id).with_for_update())


def reopen_runs(connection: Connection, run_ids: Sequence[str]) -> None:
    """Let cancelled runs wait again: somebody queued their jobs anew."""
    cancelled = sa.and_(run.c.run_id.in_(run_ids), run.c.status == RunStatus.CANCELLED.value)
    values = {"status": RunStatus.QUEUED.value, "cancel_asked_at": None, "finished_at": None, "error": ""}
    connection.execute(sa.update(run).where(cancelled).values(values))


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
