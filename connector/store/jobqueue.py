"""Jobs enter the queue, each once, and those of one key in the order of their arrival.

The transaction is the caller's, so that a change and the jobs that it brings are stored together or not at all.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.jobs import Lease, NewJob
from connector.store import engines
from connector.store.database import AnyRow, chunked, ring_at_commit
from connector.store.storable import storable
from connector.store.tables import job
from connector.telemetry import tracing

READY = "ready"
SLEEPING = "sleeping"
BLOCKED = "blocked"
LEASED = "leased"
FINISHED = "finished"
DEAD = "dead"
CANCELLED = "cancelled"

# Written out, not bound: a partial index is only used for a condition that is seen to imply its own.
IS_READY = job.c.status == sa.literal_column("'ready'")
IS_SLEEPING = job.c.status == sa.literal_column("'sleeping'")
IS_LEASED = job.c.status == sa.literal_column("'leased'")
HAS_KEY = job.c.key != sa.literal_column("''")
IS_OPEN = sa.and_(job.c.finished_at.is_(None), HAS_KEY)

_OF_KEY = sa.and_(IS_OPEN, job.c.kind == sa.bindparam("of_kind"), job.c.key == sa.bindparam("of_key"))
_FIRST_OF_KEY = sa.select(job.c.seq).where(_OF_KEY).limit(1)
_NOT_BEGUN = (
    sa.select(job.c.seq, job.c.status, job.c.not_before, job.c.rank)
    .where(_OF_KEY, job.c.status.in_((READY, SLEEPING, BLOCKED)), job.c.attempts == 0)
    .limit(1)
    .with_for_update()
)
_FIRST_BLOCKED = (
    sa.select(job.c.seq, job.c.not_before).where(_OF_KEY, job.c.status == BLOCKED).order_by(job.c.seq).limit(1)
)
_HAS_TURN = sa.select(job.c.seq).where(_OF_KEY, job.c.status.in_((READY, SLEEPING, LEASED))).limit(1)

_KEY_LOCKS = 256
Key = tuple[str, str]


def put_jobs(connection: Connection, jobs: Sequence[NewJob], *, coalesce: bool = False) -> int:
    """Store jobs; those whose id is known are left out. Returns how many are new.

    With `coalesce` a queued job of the same kind and key that has not begun yet stands for the new one, at the
    earlier of their times and with the greater of their priorities.
    """
    now = engines.database_now(connection)
    fresh = _without_known(connection, {storable(one.job_id): one for one in reversed(jobs)})
    lock_keys(connection, [key_of(one) for one in fresh])
    taken: set[Key] = set()
    rows: list[dict[str, Any]] = []
    for one in fresh:
        key = key_of(one)
        if coalesce and one.key:
            if key in taken:
                continue
            stands = connection.execute(_NOT_BEGUN, _named(key)).first()
            if stands is not None:
                _hurry(connection, stands, one, now)
                continue
        row = _row(one, now)
        if one.key and (key in taken or connection.execute(_FIRST_OF_KEY, _named(key)).first() is not None):
            row["status"] = BLOCKED
        taken.add(key)
        rows.append(row)
    engines.announce_jobs(connection)
    ring_at_commit(connection)
    return engines.insert_counted(connection, job, rows, unique=["job_id"])


def lock_keys(connection: Connection, keys: Iterable[Key]) -> None:
    """Let one transaction at a time change the order of these keys: who is next must not be seen by halves."""
    numbers = {zlib.crc32(f"{kind}\0{key}".encode()) % _KEY_LOCKS for kind, key in keys if key}
    engines.lock_numbers(connection, sorted(numbers))


def next_of_keys(connection: Connection, keys: Iterable[Key], now: datetime) -> None:
    """After jobs ended: the next of each key may be tried. The caller has locked the keys."""
    for key in sorted({one for one in keys if one[1]}):
        if connection.execute(_HAS_TURN, _named(key)).first() is not None:
            continue
        row = connection.execute(_FIRST_BLOCKED, _named(key)).first()
        if row is not None:
            connection.execute(sa.update(job).where(job.c.seq == row.seq).values(status=_waits(row.not_before, now)))


def key_of(row: NewJob | Lease | AnyRow) -> Key:
    """What order is kept by."""
    return storable(row.kind), storable(row.key)


def _named(key: Key) -> dict[str, str]:
    return {"of_kind": key[0], "of_key": key[1]}


def _without_known(connection: Connection, jobs: dict[str, NewJob]) -> list[NewJob]:
    """Those whose id is not known yet, in the order in which they came, of one id the first."""
    known: set[str] = set()
    if len(jobs) > 1 or any(one.key for one in jobs.values()):  # a single one without key is left to its insertion
        for ids in chunked(jobs):
            known.update(connection.scalars(sa.select(job.c.job_id).where(job.c.job_id.in_(ids))))
    return [one for job_id, one in reversed(jobs.items()) if job_id not in known]


def _hurry(connection: Connection, stands: AnyRow, one: NewJob, now: datetime) -> None:
    """Let a waiting job do for a new one: as early and as urgent as either."""
    not_before = min(stands.not_before, one.not_before or now)
    rank = min(stands.rank, -one.priority)
    if (not_before, rank) != (stands.not_before, stands.rank):
        status = stands.status if stands.status == BLOCKED else _waits(not_before, now)
        values = {"not_before": not_before, "rank": rank, "status": status}
        connection.execute(sa.update(job).where(job.c.seq == stands.seq).values(values))


def _waits(not_before: datetime, now: datetime) -> str:
    return READY if not_before <= now else SLEEPING


def _row(one: NewJob, now: datetime) -> dict[str, Any]:
    not_before = one.not_before or now
    return {
        "job_id": one.job_id,
        "kind": one.kind,
        "key": one.key,
        "rank": -one.priority,
        "payload": {**one.payload, **tracing.carrier()},
        "status": _waits(not_before, now),
        "put_at": now,
        "not_before": not_before,
        "attempts": 0,
        "fence": 0,
        "worker": "",
        "begun_at": None,
        "leased_until": None,
        "finished_at": None,
        "reason": "",
    }
