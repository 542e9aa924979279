"""Runs of the main job: queued, under way and past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.errors import MissingFactError, RefusedError
from connector.pipeline.ports import Run, RunStatus
from connector.store import notes
from connector.store.database import AnyRow, Database, Repository
from connector.store.tables import run
from connector.store.workerlock import WorkerLock

_QUEUED = RunStatus.QUEUED.value
_RUNNING = RunStatus.RUNNING.value
_RUNS = "runs"
_CRASHED = "The program ended while this run was under way."


class Runs(Repository):
    """Fulfils `RunStore`."""

    def __init__(self, database: Database, worker: WorkerLock) -> None:
        super().__init__(database, worker)
        self._own: set[str] = set()  # runs that this process started

    def enqueue_run(self, kind: str, *, by: str, now: datetime, idempotency_key: str | None = None) -> Run:
        """Queue a run; the same key, or a queued run of the kind, gives the one that exists."""
        with self._database.write() as connection:
            notes.lock(connection, _RUNS)
            found = None
            if idempotency_key is not None:
                found = _first(connection, run.c.idempotency_key == idempotency_key)
            if found is None:
                found = _first(connection, run.c.status == _QUEUED, run.c.kind == kind)
            return found or _insert(connection, kind, RunStatus.QUEUED, by=by, now=now, key=idempotency_key)

    def claim_run(self, *, now: datetime) -> Run | None:
        """Take the oldest queued run, unless one is running.

        For the holder of the worker role a running run that it did not start is what a crash left: interrupted.
        Raises StoreError when the role was lost to another process: what runs is its.
        """
        has_role = self._worker.confirm()
        with self._database.write() as connection:
            notes.lock(connection, _RUNS)
            if has_role:
                _interrupt(connection, now, keep=self._own)
            if _first(connection, run.c.status == _RUNNING):
                return None
            oldest = _first(connection, run.c.status == _QUEUED)
            if oldest is None:
                return None
            taken = _change(connection, oldest.run_id, status=_RUNNING, started_at=now)
            self._own.add(taken.run_id)
            return taken

    def start_run(self, kind: str, *, by: str, now: datetime) -> Run:
        """Start a run at once; one that a crash left running becomes interrupted first.

        Raises RefusedError while another process holds the worker role: its run is no crash.
        """
        if self._worker.is_elsewhere():
            raise RefusedError(
                f"{self._worker.place} has a worker: another process.",
                remedy="Let it do the run, or stop it first.",
            )
        with self._database.write() as connection:
            notes.lock(connection, _RUNS)
            _interrupt(connection, now, keep=())
            started = _insert(connection, kind, RunStatus.RUNNING, by=by, now=now)
            self._own.add(started.run_id)
            return started

    def report_progress(self, run_id: str, done: int, total: int) -> None:
        """Record how far a run is."""
        with self._database.write() as connection:
            _change(connection, run_id, done=done, total=total)

    def finish_run(
        self, run_id: str, status: RunStatus, *, now: datetime, summary: Mapping[str, object], error: str = ""
    ) -> Run:
        """Record a run's end."""
        with self._database.write() as connection:
            ended = _change(
                connection, run_id, status=status.value, finished_at=now, summary=dict(summary), error=error
            )
            self._own.discard(run_id)
            return ended

    def run(self, run_id: str) -> Run:
        """One run; MissingFactError when unknown."""
        with self._database.read() as connection:
            return _known(connection, run_id)

    def runs(self, limit: int = 20) -> Sequence[Run]:
        """Newest first."""
        query = sa.select(run).order_by(run.c.seq.desc()).limit(limit)
        with self._database.read() as connection:
            return [_run(row) for row in connection.execute(query)]


def _interrupt(connection: Connection, now: datetime, *, keep: Sequence[str] | set[str]) -> None:
    connection.execute(
        sa.update(run)
        .where(run.c.status == _RUNNING, run.c.run_id.not_in(list(keep)))
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
