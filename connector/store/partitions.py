"""Partitions of the run under way: made with their jobs, counted by whoever has leased those, gone with the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.jobs import Lease, NewJob
from connector.pipeline.partitions import PARTITION_JOB, KeyRange, Partition, PartitionStatus
from connector.pipeline.runs import Run
from connector.pipeline.values import Json
from connector.store.database import AnyRow, Repository
from connector.store.jobleases import held_rows
from connector.store.jobqueue import put_jobs
from connector.store.jobs import void_jobs
from connector.store.progress import add_progress, lock_run, note_progress
from connector.store.tables import lead, run_partition

PRIORITY = 5  # before events and rows beside leads: whoever waits for the run waits for them


class Partitions(Repository):
    """Fulfils `PartitionStore`."""

    def divide_run(self, run: Run, payload: Mapping[str, Json], *, size: int, now: datetime) -> int:
        """Divide the leads that are due into ranges of about `size`, each with its job; return how many ranges."""
        with self._database.write() as connection:
            ranges = _ranges(connection, size)
            total = sum(one.due for one in ranges)
            # The run's row before those of jobs, as everywhere.
            if not note_progress(connection, run, now=now, done=0, total=total):
                return 0
            drop_partitions(connection)
            if not ranges:
                return 0
            jobs = [
                NewJob(f"partition:{uuid4().hex}", PARTITION_JOB, {**payload, "run_id": run.run_id}, priority=PRIORITY)
                for _ in ranges
            ]
            rows = [
                {
                    "run_id": run.run_id,
                    "number": number,
                    "job_id": job.job_id,
                    "after": keys.after,
                    "upto": keys.upto,
                    "status": PartitionStatus.OPEN.value,
                    "done": 0,
                    "total": keys.due,
                    "tally": {},
                    "error": "",
                }
                for number, (keys, job) in enumerate(zip(ranges, jobs, strict=True), 1)
            ]
            connection.execute(sa.insert(run_partition), rows)
            put_jobs(connection, jobs)
        return len(ranges)

    def partition(self, lease: Lease) -> Partition | None:
        """The partition of a job; None where the run has ended or was divided anew."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(run_partition).where(run_partition.c.job_id == lease.job_id)).first()
        return _partition(row) if row is not None else None

    def partitions(self, run_id: str) -> Sequence[Partition]:
        """The partitions of a run, in the order of their ranges."""
        query = sa.select(run_partition).where(run_partition.c.run_id == run_id).order_by(run_partition.c.number)
        with self._database.read() as connection:
            return [_partition(row) for row in connection.execute(query)]

    def report_partition(self, lease: Lease, done: int, tally: Mapping[str, Json], *, now: datetime) -> None:
        """Add to the leads that are done, of the partition and of its run."""
        with self._database.write() as connection:
            run_id = str(lease.payload["run_id"])
            lock_run(connection, run_id)
            if held_rows(connection, [lease]):
                add_progress(connection, run_id, done, now=now)
                values = {"done": run_partition.c.done + done, "tally": dict(tally)}
                connection.execute(_of_job(lease).values(values))

    def end_partition(self, lease: Lease, status: PartitionStatus, *, error: str = "") -> None:
        """Record what became of a partition."""
        with self._database.write() as connection:
            if held_rows(connection, [lease]):
                connection.execute(_of_job(lease).values(status=status.value, error=error))


def drop_partitions(connection: Connection, run_id: str | None = None) -> None:
    """Drop the partitions of a run, or of all; their jobs are void, whoever has them."""
    which = [run_partition.c.run_id == run_id] if run_id is not None else []
    void_jobs(connection, list(connection.scalars(sa.select(run_partition.c.job_id).where(*which))))
    connection.execute(sa.delete(run_partition).where(*which))


def _ranges(connection: Connection, size: int) -> list[KeyRange]:
    """Cut the ids of due leads, in their order, after every `size` of them."""
    number = sa.func.row_number().over(order_by=lead.c.lead_id).label("number")
    due = sa.select(lead.c.lead_id, number).where(lead.c.due).subquery()
    total = connection.scalar(sa.select(sa.func.count()).select_from(lead).where(lead.c.due)) or 0
    query = (
        sa.select(due.c.lead_id).where(sa.or_(due.c.number % size == 0, due.c.number == total)).order_by(due.c.lead_id)
    )
    last = list(connection.scalars(query))
    counts = [*[size] * (len(last) - 1), total - size * (len(last) - 1)] if last else []
    return [KeyRange(*keys) for keys in zip(["", *last], last, counts, strict=False)]


def _of_job(lease: Lease) -> sa.Update:
    return sa.update(run_partition).where(run_partition.c.job_id == lease.job_id)


def _partition(row: AnyRow) -> Partition:
    return Partition(
        run_id=row.run_id,
        number=row.number,
        keys=KeyRange(row.after, row.upto, row.total),
        status=PartitionStatus(row.status),
        done=row.done,
        tally=row.tally,
        error=row.error,
    )
