"""Jobs as the pipeline asks for them: put, leased, ended, listed. How order and leases work stands beside it.

SQLite and PostgreSQL run the same statements; what is skipped there while others hold it cannot be held here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.errors import MissingFactError
from connector.pipeline.audit import listed
from connector.pipeline.jobs import RUN_JOB, RUN_PREFIX, JobRecord, JobStatus, Lease, NewJob, run_of
from connector.pipeline.partitions import PARTITION_JOB
from connector.store import engines, notes
from connector.store.audit import note_change
from connector.store.database import AnyRow, Repository, Wake, chunked
from connector.store.jobleases import (
    claim_jobs,
    end_lapsed,
    finish_jobs,
    held_rows,
    record_attempts,
    release_jobs,
    renew_leases,
    tell,
)
from connector.store.jobqueue import (
    BLOCKED,
    CANCELLED,
    DEAD,
    IS_LEASED,
    IS_READY,
    IS_SLEEPING,
    LEASED,
    READY,
    SLEEPING,
    key_of,
    lock_keys,
    next_of_keys,
    put_jobs,
)
from connector.store.jobrecords import QUEUED, SHOWN, attempts_of, shown
from connector.store.progress import fail_partition, fail_run, lock_run, reopen_runs
from connector.store.tables import job, job_attempt

LONGEST_LEASE_S = 30.0  # a dead holder's work waits no longer; a living one renews
MOST_SCHEDULES = 4  # of a timer, those whose last slots are the latest
MOST_DEAD = 1_000_000  # what nobody reads whole: a bound for what is held in memory
_BY_A_PERSON = "Cancelled by a person."


class Jobs(Repository):
    """Fulfils `JobStore`."""

    def put(self, jobs: Sequence[NewJob]) -> int:
        """Store jobs durably before returning; those whose id is known are left out. Returns how many are new."""
        with self._database.write() as connection:
            return sum(put_jobs(connection, some) for some in chunked(jobs))

    def coalesce(self, jobs: Sequence[NewJob]) -> int:
        """As `put`, but a queued job of the same kind and key that has not begun yet stands for the new one."""
        with self._database.write() as connection:
            return sum(put_jobs(connection, some, coalesce=True) for some in chunked(jobs))

    def put_slot(self, timer: str, schedule: str, slot: datetime, job: NewJob) -> bool:
        """Put a timer's job for a slot that is later than the last one; tell whether it was put."""
        key = f"timer:{timer}"
        with self._database.read() as connection:
            if _last_slots(connection, key).get(schedule) == slot:  # as nearly always
                return False
        with self._database.write() as connection:
            notes.lock(connection, key)
            last = _last_slots(connection, key)
            is_known = schedule in last
            if is_known and last[schedule] >= slot:
                return False
            # While a setting changes some processes have the old schedule and some the new one: each is remembered.
            kept = sorted({**last, schedule: slot}.items(), key=lambda one: one[1])[-MOST_SCHEDULES:]
            notes.write_note(connection, key, {"slots": {name: at.isoformat() for name, at in kept}})
            return is_known and put_jobs(connection, [job]) == 1

    def claim(self, kinds: Sequence[str], limit: int, *, worker: str, lease_s: float = 30.0) -> Sequence[Lease]:
        """Lease jobs that may be tried now, committed before returning; those of dead holders anew."""
        if not kinds or limit <= 0:
            return []
        with self._database.write() as connection:
            return claim_jobs(connection, kinds, limit, worker=worker, lease_s=min(lease_s, LONGEST_LEASE_S))

    def renew(self, lease: Lease, *, lease_s: float = 30.0) -> Lease | None:
        """Prolong a lease; None when it is lost."""
        with self._database.write() as connection:
            until, kept = renew_leases(connection, [lease], lease_s=min(lease_s, LONGEST_LEASE_S))
        return replace(lease, until=until) if kept else None

    def keep(self, leases: Sequence[Lease], *, lease_s: float = 30.0) -> frozenset[str]:
        """Prolong leases; return the ids of the jobs whose lease still holds."""
        with self._database.write() as connection:
            return renew_leases(connection, leases, lease_s=min(lease_s, LONGEST_LEASE_S))[1]

    def take_over(self) -> int:
        """End every lease where the holder of the worker role is alone with the database; return how many."""
        if not (self._worker.is_for_one and self._worker.held):
            return 0
        ended = 0
        with self._database.write() as connection:
            while some := end_lapsed(connection, now=engines.database_now(connection)):
                ended += some
        return ended

    @contextmanager
    def listen(self, wake: Wake) -> Iterator[None]:
        """Call `wake` with their kinds when jobs were stored: by this process, and on a server by any other."""
        with self._database.bell.rings(wake), self._database.told(engines.JOBS_CHANNEL, wake):
            yield

    def finish(self, leases: Sequence[Lease]) -> int:
        """Record jobs as done; those whose lease is lost are left alone. Returns how many were recorded."""
        if not leases:
            return 0
        with self._database.write() as connection:
            return finish_jobs(connection, leases)

    def fail(self, lease: Lease, reason: str, *, retry_in_s: float | None) -> bool:
        """Record a failed try: again after so long, or dead (None). False when the lease is lost."""
        with self._database.write() as connection:
            if lease.kind == RUN_JOB:
                lock_run(connection, run_of(lease.job_id))  # before its job, as everywhere
            now = engines.database_now(connection)
            lock_keys(connection, [key_of(lease)])
            rows = held_rows(connection, [lease])
            record_attempts(connection, rows, "failed", reason, now)
            for row in rows:
                if retry_in_s is None:
                    _end(connection, row, DEAD, now, reason)
                else:
                    later = now + timedelta(seconds=retry_in_s)
                    status = SLEEPING if retry_in_s > 0 else READY
                    _change(connection, row, status=status, not_before=later, leased_until=None, reason=reason)
            tell(connection, {row.kind for row in rows})
            return bool(rows)

    def release(self, leases: Sequence[Lease]) -> int:
        """Give jobs back untried; their attempt does not count. Returns how many were still held."""
        with self._database.write() as connection:
            return release_jobs(connection, leases)

    def replay(self, job_ids: Sequence[str]) -> int:
        """Queue dead or cancelled jobs again, their attempts forgotten by the retries; return how many."""
        queued = 0
        runs = [run_of(one) for one in job_ids if one.startswith(RUN_PREFIX)]
        with self._database.write() as connection:
            reopen_runs(connection, runs)  # before their jobs are locked, as everywhere
            for rows in _locked(connection, job_ids, (DEAD, CANCELLED)):
                now = engines.database_now(connection)
                for row in rows:
                    # Whether it is its turn is decided below, when it is one of its key again.
                    status = BLOCKED if row.key else READY
                    _change(connection, row, status=status, not_before=now, attempts=0, finished_at=None)
                next_of_keys(connection, map(key_of, rows), now)
                queued += len(rows)
                _note(connection, "job.replayed", rows, now)
                tell(connection, {row.kind for row in rows})
        return queued

    def cancel(self, job_ids: Sequence[str]) -> int:
        """Cancel queued jobs; return how many."""
        cancelled = 0
        with self._database.write() as connection:
            for rows in _locked(connection, job_ids, QUEUED):
                now = engines.database_now(connection)
                _cancel(connection, rows, now)
                cancelled += len(rows)
                _note(connection, "job.cancelled", rows, now)
        return cancelled

    def job(self, job_id: str) -> JobRecord:
        """One job with every attempt; MissingFactError when unknown."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(job).where(job.c.job_id == job_id)).first()
            if row is not None:
                tries = sa.select(job_attempt).where(job_attempt.c.job_seq == row.seq).order_by(job_attempt.c.fence)
                return shown(row, attempts_of(row, connection.execute(tries).all()))
        raise MissingFactError(f"There is no job {job_id}.", remedy="List them: connector jobs list.")

    def jobs(
        self, *, kind: str | None = None, status: JobStatus | None = None, limit: int = 100
    ) -> Sequence[JobRecord]:
        """Newest first, without attempts."""
        query = sa.select(job).order_by(job.c.seq.desc()).limit(limit)
        if kind is not None:
            query = query.where(job.c.kind == kind)
        if status is not None:
            query = query.where(job.c.status.in_([kept for kept, shown in SHOWN.items() if shown is status]))
        with self._database.read() as connection:
            return [shown(row, ()) for row in connection.execute(query)]

    def dead(self, kind: str | None = None) -> Sequence[JobRecord]:
        """Those that were given up, newest first, without attempts."""
        return self.jobs(kind=kind, status=JobStatus.DEAD, limit=MOST_DEAD)

    def count_jobs(self) -> Mapping[str, Mapping[str, int]]:
        """Jobs by kind and status."""
        query = sa.select(job.c.kind, job.c.status, sa.func.count().label("jobs")).group_by(job.c.kind, job.c.status)
        counts: dict[str, dict[str, int]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query):
                of_kind, status = counts.setdefault(row.kind, {}), SHOWN[row.status].value
                of_kind[status] = of_kind.get(status, 0) + row.jobs
        return counts

    def next_job_at(self, kinds: Sequence[str]) -> datetime | None:
        """When the next of these may be claimed (now or later); None when none waits."""
        with self._database.read() as connection:
            now = engines.database_now(connection)
            moments: list[datetime | None] = []
            for kind in dict.fromkeys(kinds):
                of_kind = job.c.kind == kind
                first = sa.select(job.c.seq).where(IS_READY, of_kind).order_by(job.c.rank, job.c.not_before).limit(1)
                if connection.execute(first).first() is not None:
                    return now
                moments.append(connection.scalar(sa.select(sa.func.min(job.c.not_before)).where(IS_SLEEPING, of_kind)))
                moments.append(connection.scalar(sa.select(sa.func.min(job.c.leased_until)).where(IS_LEASED, of_kind)))
            known = [moment for moment in moments if moment is not None]
            return max(min(known), now) if known else None


def _last_slots(connection: Connection, key: str) -> dict[str, datetime]:
    """The last slot of each schedule that a timer had lately."""
    note = notes.read_note(connection, key)
    slots = note.get("slots") or ({note["schedule"]: note["slot"]} if note else {})  # as it was written before
    return {schedule: datetime.fromisoformat(slot) for schedule, slot in slots.items()}


def _note(connection: Connection, action: str, rows: Sequence[AnyRow], now: datetime) -> None:
    if rows:
        ids = [row.job_id for row in rows]
        note_change(connection, action, ids[0] if len(ids) == 1 else "jobs", now, after=listed(ids))


def cancel_unheld(connection: Connection, job_id: str) -> bool:
    """Cancel a job that waits, or whose holder let its lease end; tell whether it was so."""
    now = engines.database_now(connection)
    found = [row for rows in _locked(connection, [job_id], (*QUEUED, LEASED)) for row in rows]
    left = [row for row in found if row.status != LEASED or row.leased_until <= now]
    _cancel(connection, left, now)
    return bool(left)


def void_jobs(connection: Connection, job_ids: Sequence[str]) -> None:
    """Cancel jobs, those too that somebody has leased: what he says of them is void."""
    now = engines.database_now(connection)
    for rows in _locked(connection, job_ids, (*QUEUED, LEASED)):
        _cancel(connection, rows, now, "What it was part of has ended.")


def _cancel(connection: Connection, rows: Sequence[AnyRow], now: datetime, why: str = _BY_A_PERSON) -> None:
    for row in rows:
        _end(connection, row, CANCELLED, now, why)
    tell(connection, {row.kind for row in rows})


def _locked(connection: Connection, job_ids: Sequence[str], statuses: Sequence[str]) -> list[list[AnyRow]]:
    """The rows of these jobs that have one of these statuses, in lists, with their keys locked."""
    found: list[list[AnyRow]] = []
    for ids in chunked(sorted(set(job_ids))):
        query = sa.select(job).where(job.c.job_id.in_(ids)).order_by(job.c.seq)
        lock_keys(connection, [key_of(row) for row in connection.execute(query)])
        rows = connection.execute(query.with_for_update()).all()
        found.append([row for row in rows if row.status in statuses])
    return found


def _end(connection: Connection, row: AnyRow, status: str, now: datetime, reason: str) -> None:
    """End a job unfinished, and with it what it was to do: nobody else would."""
    _change(connection, row, status=status, finished_at=now, leased_until=None, reason=reason)
    next_of_keys(connection, [key_of(row)], now)
    if row.kind == RUN_JOB and status == DEAD:
        fail_run(connection, run_of(row.job_id), reason, now)
    elif row.kind == PARTITION_JOB:
        fail_partition(connection, row.job_id, reason)


def _change(connection: Connection, row: AnyRow, **values: Any) -> None:
    connection.execute(sa.update(job).where(job.c.seq == row.seq).values(**values))
