"""A run as a worker begins it: queued, its job leased, recorded as begun."""

from __future__ import annotations

from datetime import datetime

from connector.pipeline.jobs import RUN_JOB, Lease
from connector.pipeline.runs import Run, RunStatus
from connector.store import SqlStore


def begin(store: SqlStore, kind: str = "sync", *, by: str = "test", now: datetime) -> tuple[Run, Lease]:
    """Begin a run where none is under way; its job is in our hands."""
    queued = store.enqueue_run(kind, by=by, now=now)
    (lease,) = store.queue.claim([RUN_JOB], 1, worker="test")
    assert lease.payload["run_id"] == queued.run_id
    run = store.begin_run(queued.run_id, now=now)
    assert run is not None
    assert run.status is RunStatus.RUNNING
    return run, lease
