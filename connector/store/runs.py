"""Runs of the main job: queued, under way and past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.errors import MissingFactError, RefusedError
from connector.pipeline.jobs import RUN_JOB, job_of_run
from connector.pipeline.ports import Run, RunStatus
from connector.store import notes
from connector.store.database import AnyRow, Repository
from connector.store.jobqueue import BLOCKED, READY, SLEEPING, put_jobs
from connector.store.tables import job, run

_RUNNING = RunStatus.RUNNING.value
_RUNS = "runs"
_CRASHED = "The program ended while this run was under way."


class Runs(Repository):
    """Fulfils `RunStore`. Who does a run, and takes it over from the dead, is settled by the lease of its job."""

    def enqueue_run(self, kind: str, *, by: str, now: datetime, idempotency_key: str | None = None) -> Run:
        """Queue a run and its job; the same key, or a run of the kind whose job waits, gives the one that exists."""
        with self._database.write() as connection:
            notes.lock(connection, _RUNS)
            found = None
            if idempotency_key is not None:
                found = _first(connection, run.c.idempotency_key == idempotency_key)
            found = found or _waiting(connection, kind)
            if found is None:
                found = _insert(connection, kind, RunStatus.QUEUED, by=by, now=now, key=idempotency_key)
                put_jobs(connection, [job_of_run(found.run_id)])
            return found

    def begin_run(self, run_id: str, *, now: datetime) -> Run | None:
        """Record a run as begun, or resumed; None when it has succeeded already. For whoever has leased its job."""
        with self._database.write() as connection:
            found = _known(connection, run_id)
            if found.status is RunStatus.SUCCEEDED:
                return None
            started = found.started_at or now
            return _change(connection, run_id, status=_RUNNING, started_at=started, finished_at=None, error="")

    def start_run(self, kind: str, *, by: str, now: datetime) -> Run:
        """Start a run that is in no queue; one that a crash left running becomes interrupted first.

        Raises RefusedError while another process holds the worker role: its run is no crash.
        """
        if self._worker.is_elsewhere():
            raise RefusedError(
                f"{self._worker.place} has a worker: another process.",
                remedy="Let it do the run, or stop it first.",
            )
        with self._database.write() as connection:
            notes.lock(connection, _RUNS)
            _interrupt(connection, now)
            return _insert(connection, kind, RunStatus.RUNNING, by=by, now=now)

    def report_progress(self, run_id: str, done: int, total: int) -> None:
        """Record how far a run is."""
        with self._database.write() as connection:
            _change(connection, run_id, done=done, total=total)

    def finish_run(
        self, run_id: str, status: RunStatus, *, now: datetime, summary: Mapping[str, object], error: str = ""
    ) -> Run:
        """Record a run's end."""
        with self._database.write() as connection:
            return _change(connection, run_id, status=status.value, finished_at=now, summary=dict(summary), error=error)

    def run(self, run_id: str) -> Run:
        """One run; MissingFactError when unknown."""
        with self._database.read() as connection:
            return _known(connection, run_id)

    def runs(self, limit: int = 20) -> Sequence[Run]:
        """Newest first."""
        query = sa.select(run).order_by(run.c.seq.desc()).limit(limit)
        with self._database.read() as connection:
            return [_run(row) for row in connection.execute(query)]


def _waiting(connection: Connection, kind: str) -> Run | None:
    """The run of this kind whose job waits: one that did not begin yet, or that waits to be resumed."""
    ids = sa.select(job.c.payload).where(job.c.kind == RUN_JOB, job.c.status.in_((READY, SLEEPING, BLOCKED)))
    waiting = [row.payload["run_id"] for row in connection.execute(ids.order_by(job.c.seq))]
    return _first(connection, run.c.run_id.in_(waiting), run.c.kind == kind) if waiting else None


def _interrupt(connection: Connection, now: datetime) -> None:
    connection.execute(
        sa.update(run)
        .where(run.c.status == _RUNNING)
        .values(status=RunStatus.INTERRUPTED.value, finished_at=now, error=_CRASHED)
    )


def _insert(
    connection: Connection, kind: str, status: RunStatus, *, by: str, now: datetime, key: str | None = None
) -> Run:
    run_id = uuid4().hex
    row: dict[str, object] = {
        "run_id": run_id,
        "kind": kind,
        "status": status.value,
        "requested_at": now,
        "requested_by": by,
        "started_at": now if status is RunStatus.RUNNING else None,
        "summary": {},
        "error": "",
        "idempotency_key": key,
    }
    connection.execute(sa.insert(run), row)
    return _known(connection, run_id)


def _change(connection: Connection, run_id: str, **values: object) -> Run:
    connection.execute(sa.update(run).where(run.c.run_id == run_id).values(**values))
    return _known(connection, run_id)


def _first(connection: Connection, *where: sa.ColumnElement[bool]) -> Run | None:
    row = connection.execute(sa.select(run).where(*where).order_by(run.c.seq).limit(1)).first()
    return _run(row) if row is not None else None


def _known(connection: Connection, run_id: str) -> Run:
    row = connection.execute(sa.select(run).where(run.c.run_id == run_id)).first()
    if row is None:
        raise MissingFactError(f"There is no run {run_id}.", remedy="List them: connector runs list.")
    return _run(row)


def _run(row: AnyRow) -> Run:
    return Run(
        run_id=row.run_id,
        kind=row.kind,
        status=RunStatus(row.status),
        requested_at=row.requested_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        requested_by=row.requested_by,
        progress=None if row.done is None else (row.done, row.total),
        summary=row.summary,
        error=row.error,
    )
