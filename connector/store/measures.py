"""Counting what the store holds, for whoever watches an installation. What is done is not counted.

What is asked for often goes by the indexes of what waits; what needs whole tables stands in the census.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.jobs import JobStatus
from connector.pipeline.measures import Backlog, Census, LastRun, Measures, Waiting
from connector.pipeline.values import DeliveryStatus, Table
from connector.store import engines
from connector.store.database import Repository
from connector.store.jobqueue import DEAD, READY, SLEEPING
from connector.store.notes import pulled_note, read_note, write_note
from connector.store.tables import delivery, destination, job, lead, meta, request_day, request_lease, run, score

WINDOW = timedelta(minutes=5)  # of the service protection limits
_WORKER = "worker"
_TOLD = frozenset({JobStatus.LEASED.value})
_UNDER_WAY = (DeliveryStatus.QUEUED.value, DeliveryStatus.SENDING.value)
_NOT_THERE = (*_UNDER_WAY, DeliveryStatus.UNCERTAIN.value, DeliveryStatus.HELD.value, DeliveryStatus.DEAD.value)


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
        """Count what waits in one transaction."""
        with self._database.read() as connection:
            return Measures(
                at=now,
                jobs=_jobs(connection),
                deliveries=_deliveries(connection),
                runs=_runs(connection),
                pulled=_pulled(connection),
                due_leads=_count(connection, lead, lead.c.due),
                paused_destinations=_count(connection, destination, destination.c.paused.is_not(None)),
                requests_today=connection.scalar(
                    sa.select(sa.func.coalesce(sa.func.sum(request_day.c.operations), 0)).where(
                        request_day.c.day == now.date()
                    )
                )
                or 0,
                window_requests=connection.scalar(
                    sa.select(sa.func.coalesce(sa.func.sum(request_lease.c.requests), 0)).where(
                        request_lease.c.ends_at > now - WINDOW
                    )
                )
                or 0,
                worker_seen_at=_moment(read_note(connection, _WORKER)),
            )

    def census(self) -> Census:
        """Count what only whole tables tell, in one transaction."""
        query = sa.select(job.c.kind, sa.func.count().label("number")).where(job.c.status == DEAD).group_by(job.c.kind)
        with self._database.read() as connection:
            dead = {row.kind: row.number for row in connection.execute(query)}
            return Census(_grades(connection), dead)

    def show_worker(self, *, now: datetime) -> None:
        """Record that a worker lives; any one of several will do."""
        with self._database.write() as connection:
            write_note(connection, _WORKER, {"at": now.isoformat()})

    def worker_seen_at(self) -> datetime | None:
        """When a worker last showed itself."""
        with self._database.read() as connection:
            return _moment(read_note(connection, _WORKER))


def _jobs(connection: Connection) -> list[Waiting]:
    """Jobs that wait or are under way, by kind, whatever they wait for counting as queued."""
    query = (
        sa.select(job.c.kind, job.c.status, sa.func.count().label("number"), sa.func.min(job.c.put_at).label("since"))
        .where(job.c.finished_at.is_(None))
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
    """Deliveries that did not arrive, by kind of destination and state; of what waits it is told since when."""
    query = sa.select(
        delivery.c.destination,
        delivery.c.status,
        sa.func.count().label("number"),
        sa.func.min(delivery.c.created_at).label("since"),
    )
    query = query.where(delivery.c.status.in_(_NOT_THERE)).group_by(delivery.c.destination, delivery.c.status)
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


def _pulled(connection: Connection) -> dict[str, datetime]:
    """When each table was last read to its end."""
    query = sa.select(meta).where(meta.c.key.in_([pulled_note(one) for one in Table]))
    found = {row.key.partition(":")[2]: _moment(row.value) for row in connection.execute(query)}
    return {name: at for name, at in found.items() if at is not None}


def _moment(note: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(note["at"]) if "at" in note else None


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
