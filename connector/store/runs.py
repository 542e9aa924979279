"""Runs of the main job: queued, under way and past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.errors import MissingFactError, RefusedError
from connector.pipeline.jobs import RUN_JOB, job_of_run
from connector.pipeline.runs import Run, RunStatus
from connector.pipeline.values import Event
from connector.store import notes
from connector.store.audit import note_change
from connector.store.database import AnyRow, Repository
from connector.store.events import add_events
from connector.store.jobqueue import BLOCKED, LEASED, READY, SLEEPING, hurry_jobs, put_jobs
from connector.store.jobs import cancel_unheld
from connector.store.partitions import drop_partitions
from connector.store.progress import note_progress, under_way
from connector.store.tables import job, run, run_key

_CANCELLED = RunStatus.CANCELLED.value
_ENDED = frozenset({RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.INTERRUPTED})
_RUNS = "runs"
_BY_A_PERSON = "A person cancelled it."


class Runs(Repository):
    """Fulfils `RunStore`. Who does a run, and takes it over from the dead, is settled by the lease of its job."""

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
        """Queue a run and its job; the same key, or a run of the kind whose job waits, gives the one that exists."""
        with self._database.write() as connection:
            notes.lock(connection, _RUNS)
            if idempotency_key is not None:
                asked = sa.select(run_key.c.run_id).where(run_key.c.idempotency_key == idempotency_key)
                known = _found(connection, (run.c.idempotency_key == idempotency_key) | run.c.run_id.in_(asked))
                if known:
                    return known[0]
            waiting = _waiting(connection, alone=alone)
            if announce_baseline:  # of those that come before too: whichever meets a baseline is the one to tell of it
                _let_announce(connection, [one.run_id for one in waiting])
            hurry_jobs(connection, RUN_JOB)
            found = next((one for one in waiting if one.kind == kind), None)
            if found is None:
                found = _insert(connection, kind, by=by, now=now, key=idempotency_key)
                put_jobs(connection, [job_of_run(found.run_id, announce_baseline=announce_baseline)])
                note_change(connection, "run.requested", found.run_id, now, after={"kind": kind})
            elif idempotency_key is not None:
                row = {"idempotency_key": idempotency_key, "run_id": found.run_id}
                connection.execute(sa.insert(run_key), row)
            return found

    def begin_run(self, run_id: str, *, now: datetime) -> Run | None:
        """Record a run as begun, or resumed; None when it has succeeded already, or is cancelled."""
        with self._database.write() as connection:
            found = _known(connection, run_id, lock=True)
            if found.status in {RunStatus.SUCCEEDED, RunStatus.CANCELLED}:
                return None
            if found.cancel_asked:
                drop_partitions(connection, run_id)
                _change(connection, run_id, status=_CANCELLED, finished_at=now, error=_BY_A_PERSON)
                return None
            return _change(
                connection,
                run_id,
                status=RunStatus.RUNNING.value,
                started_at=found.started_at or now,
                finished_at=None,
                error="",
                fence=run.c.fence + 1,
                done=None,
                total=None,
                progress_since=None,
                progress_at=None,
            )

    def run_goes_on(self, run_id: str, fence: int) -> bool:
        """Tell whether the beginning of this fence is the last one, and nobody asked to cancel the run."""
        goes_on = sa.select(run.c.seq).where(run.c.run_id == run_id, *under_way(fence), run.c.cancel_asked_at.is_(None))
        with self._database.read() as connection:
            return connection.execute(goes_on).first() is not None

    def report_progress(self, run: Run, done: int, total: int, *, now: datetime) -> None:
        """Record how far a run is, unless it was begun anew meanwhile."""
        with self._database.write() as connection:
            note_progress(connection, run, now=now, done=done, total=total)

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
        """Record a run's end; None where it was begun anew, or has ended, meanwhile."""
        with self._database.write() as connection:
            found = _known(connection, run.run_id, lock=True)
            if found.fence != run.fence or found.status is not RunStatus.RUNNING:
                return None
            if found.cancel_asked and status is RunStatus.INTERRUPTED:
                status, error = RunStatus.CANCELLED, _BY_A_PERSON
            drop_partitions(connection, run.run_id)
            add_events(connection, [(one, now) for one in events])
            values = {"status": status.value, "finished_at": now, "summary": dict(summary), "error": error}
            return _change(connection, run.run_id, **values)

    def cancel_run(self, run_id: str, *, now: datetime) -> Run:
        """Cancel a run that waits or that nobody does; ask one that is under way to end soon."""
        with self._database.write() as connection:
            found = _known(connection, run_id, lock=True)
            if found.status is RunStatus.CANCELLED:
                return found
            is_left = cancel_unheld(connection, job_of_run(run_id).job_id)
            before = {"status": found.status.value}
            if found.status in _ENDED and not is_left:
                raise RefusedError(
                    f"The run {run_id} has ended already: {found.status}.", remedy="Look at it: connector runs show."
                )
            if is_left:
                drop_partitions(connection, run_id)
                ended = {"status": _CANCELLED, "finished_at": now, "error": _BY_A_PERSON, "cancel_asked_at": now}
                note_change(connection, "run.cancelled", run_id, now, before=before, after={"status": _CANCELLED})
                return _change(connection, run_id, **ended)
            note_change(connection, "run.cancelled", run_id, now, before=before, after={"asked_to_end": True})
            return _change(connection, run_id, cancel_asked_at=now)

    def run(self, run_id: str) -> Run:
        """One run; MissingFactError when unknown."""
        with self._database.read() as connection:
            return _known(connection, run_id)

    def runs(self, limit: int = 20, before: str | None = None) -> Sequence[Run]:
        """Newest first; those that were asked for before the run `before` where it is given."""
        query = sa.select(run).order_by(run.c.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(run.c.seq < sa.select(run.c.seq).where(run.c.run_id == before).scalar_subquery())
        with self._database.read() as connection:
            return [_run(row) for row in connection.execute(query)]


def _waiting(connection: Connection, *, alone: bool) -> list[Run]:
    """The runs whose jobs wait, that did not begin yet or are to be resumed; where one is `alone` also what is leased.

    Not those that only wait to be cancelled, nor what has succeeded and lacks but the end of its job.
    """
    statuses = (READY, SLEEPING, BLOCKED, *([LEASED] if alone else []))
    ids = sa.select(job.c.payload).where(job.c.kind == RUN_JOB, job.c.status.in_(statuses))
    waiting = [row.payload["run_id"] for row in connection.execute(ids)]
    goes_on = run.c.status.not_in((RunStatus.SUCCEEDED.value, _CANCELLED)) & run.c.cancel_asked_at.is_(None)
    return _found(connection, run.c.run_id.in_(waiting), goes_on) if waiting else []


def _let_announce(connection: Connection, run_ids: Sequence[str]) -> None:
    """Let runs that wait announce baselines."""
    for wanted in (job_of_run(run_id, announce_baseline=True) for run_id in run_ids):
        connection.execute(sa.update(job).where(job.c.job_id == wanted.job_id).values(payload=dict(wanted.payload)))


def _insert(connection: Connection, kind: str, *, by: str, now: datetime, key: str | None = None) -> Run:
    run_id = uuid4().hex
    row: dict[str, object] = {
        "run_id": run_id,
        "kind": kind,
        "status": RunStatus.QUEUED.value,
        "requested_at": now,
        "requested_by": by,
        "started_at": None,
        "summary": {},
        "error": "",
        "idempotency_key": key,
    }
    connection.execute(sa.insert(run), row)
    return _known(connection, run_id)


def _change(connection: Connection, run_id: str, **values: object) -> Run:
    connection.execute(sa.update(run).where(run.c.run_id == run_id).values(**values))
    return _known(connection, run_id)


def _found(connection: Connection, *where: sa.ColumnElement[bool]) -> list[Run]:
    """Runs, the oldest first."""
    return [_run(row) for row in connection.execute(sa.select(run).where(*where).order_by(run.c.seq))]


def _known(connection: Connection, run_id: str, *, lock: bool = False) -> Run:
    query = sa.select(run).where(run.c.run_id == run_id)
    row = connection.execute(query.with_for_update() if lock else query).first()
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
        fence=row.fence,
        progress_since=row.progress_since,
        progress_at=row.progress_at,
        cancel_asked=row.cancel_asked_at is not None,
    )
