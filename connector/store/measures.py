"""Counting what the store holds, for whoever watches an installation. Jobs that are done are not counted."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.jobs import JobStatus
from connector.pipeline.measures import Backlog, LastRun, Measures, Waiting
from connector.pipeline.values import DeliveryStatus
from connector.store import engines
from connector.store.database import Repository
from connector.store.jobqueue import READY, SLEEPING
from connector.store.tables import delivery, destination, job, lead, request_day, run, score

_OVER = (JobStatus.FINISHED.value, JobStatus.CANCELLED.value)
_TOLD = frozenset({JobStatus.LEASED.value, JobStatus.DEAD.value})
_UNDER_WAY = (DeliveryStatus.QUEUED.value, DeliveryStatus.SENDING.value)


class Measuring(Repository):
    """Fulfils `MeasureStore`."""

    def backlog(self) -> Backlog:
        """Count the jobs that wait, by the database's clock; the indexes of what waits are enough for it."""
        with self._database.read() as connection:
            now = engines.database_now(connection)
            is_time = job.c.not_before <= now
            query = sa.select(is_time.label("ready"), sa.func.count().label("number"), sa.func.min(job.c.not_before))
            rows = connection.execute(query.where(job.c.status.in_((READY, SLEEPING))).group_by(is_time)).all()
        numbers = {bool(row.ready): row.number for row in rows}
        since = next((row[2] for row in rows if row.ready), now)
        return Backlog(numbers.get(True, 0), numbers.get(False, 0), max((now - since).total_seconds(), 0.0))

    def measure(self, *, now: datetime) -> Measures:
        """Count everything in one transaction."""
        with self._database.read() as connection:
            return Measures(
                at=now,
                jobs=_jobs(connection),
                deliveries=_deliveries(connection),
                runs=_runs(connection),
                grades=_grades(connection),
                due_leads=_count(connection, lead, lead.c.due),
                paused_destinations=_count(connection, destination, destination.c.paused.is_not(None)),
                requests_today=connection.scalar(
                    sa.select(sa.func.coalesce(sa.func.sum(request_day.c.operations), 0)).where(
                        request_day.c.day == now.date()
                    )
                )
                or 0,
            )


def _jobs(connection: Connection) -> list[Waiting]:
    """Unfinished jobs by kind, whatever they wait for counting as queued."""
    query = (
        sa.select(job.c.kind, job.c.status, sa.func.count().label("number"), sa.func.min(job.c.put_at).label("since"))
        .where(job.c.status.not_in(_OVER))
        .group_by(job.c.kind, job.c.status)
    )
    found: dict[tuple[str, str], Waiting] = {}
    for row in connection.execute(query):
        state = row.status if row.status in _TOLD else JobStatus.QUEUED.value
        known = found.get((row.kind, state))
        number, since = (known.number, known.since) if known else (0, None)
        oldest = min(one for one in (since, row.since) if one is not None)
        found[row.kind, state] = Waiting(row.kind, state, number + row.number, oldest)
    return [found[key] for key in sorted(found)]


def _deliveries(connection: Connection) -> list[Waiting]:
    """Deliveries by kind of destination and state; only of what waits it is told since when."""
    query = sa.select(
        delivery.c.destination,
        delivery.c.status,
        sa.func.count().label("number"),
        sa.func.min(delivery.c.created_at).label("since"),
    ).group_by(delivery.c.destination, delivery.c.status)
    numbers: defaultdict[tuple[str, str], int] = defaultdict(int)
    oldest: dict[tuple[str, str], datetime] = {}
    for row in connection.execute(query):
        key = (row.destination.partition(":")[0], row.status)
        numbers[key] += row.number
        if row.status in _UNDER_WAY:
            oldest[key] = min(oldest.get(key, row.since), row.since)
    return [Waiting(*key, numbers[key], oldest.get(key)) for key in sorted(numbers)]


def _runs(connection: Connection) -> list[LastRun]:
    """The newest run of each kind and state that began and ended."""
    newest = (
        sa.select(sa.func.max(run.c.seq))
        .where(run.c.started_at.is_not(None), run.c.finished_at.is_not(None))
        .group_by(run.c.kind, run.c.status)
    )
    query = sa.select(run.c.kind, run.c.status, run.c.started_at, run.c.finished_at).where(run.c.seq.in_(newest))
    rows = connection.execute(query.order_by(run.c.kind, run.c.status))
    return [LastRun(row.kind, row.status, row.started_at, row.finished_at) for row in rows]


def _grades(connection: Connection) -> dict[str, dict[str, int]]:
    query = (
        sa.select(score.c.model, score.c.grade, sa.func.count().label("number"))
        .where(score.c.score.is_not(None))
        .group_by(score.c.model, score.c.grade)
    )
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(query):
        counts[row.model][row.grade or ""] = row.number
    return dict(counts)


def _count(connection: Connection, table: sa.Table, where: sa.ColumnElement[bool]) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table).where(where)) or 0
