"""Jobs enter the queue, each once, and those of one key in the order of their arrival.

The transaction is the caller's, so that a change and the jobs that it brings are stored together or not at all.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.jobs import Lease, NewJob
from connector.store import engines
from connector.store.database import CHUNK, AnyRow, chunked, ring_at_commit
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
_WAITS = frozenset({READY, SLEEPING, BLOCKED})

# Written out, not bound: a partial index is only used for a condition that is seen to imply its own.
IS_READY = job.c.status == sa.literal_column("'ready'")
IS_SLEEPING = job.c.status == sa.literal_column("'sleeping'")
IS_LEASED = job.c.status == sa.literal_column("'leased'")
HAS_KEY = job.c.key != sa.literal_column("''")
IS_OPEN = sa.and_(job.c.finished_at.is_(None), HAS_KEY)

_OF_KEY = sa.and_(IS_OPEN, job.c.kind == sa.bindparam("of_kind"), job.c.key == sa.bindparam("of_key"))
_OF_KEYS = sa.and_(
    IS_OPEN, job.c.kind == sa.bindparam("of_kind"), job.c.key.in_(sa.bindparam("of_keys", expanding=True))
)
_OPEN_KEYS = sa.select(job.c.key).where(_OF_KEYS).distinct()
_SEEN = sa.select(
    job.c.seq,
    job.c.job_id,
    job.c.kind,
    job.c.key,
    job.c.status,
    job.c.not_before,
    job.c.rank,
    job.c.attempts,
    job.c.finished_at.is_(None).label("is_open"),
)
_IS_SOME_ID = job.c.job_id.in_(sa.bindparam("of_ids", expanding=True))
# What `coalesce` looks at: what is open of some keys, and those whose ids are known. One that is just being leased
# is waited for. For a single job there is one of its own: a list is written into the statement anew each time.
_MET = _SEEN.where(sa.or_(_OF_KEYS, _IS_SOME_ID)).order_by(job.c.seq).with_for_update()
_MET_BY_ONE = _SEEN.where(sa.or_(_OF_KEY, job.c.job_id == sa.bindparam("of_id"))).order_by(job.c.seq).with_for_update()
_KNOWN = sa.select(job.c.job_id).where(job.c.job_id.in_(sa.bindparam("of_ids", expanding=True)))
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
    lock_keys(connection, map(key_of, jobs))
    if coalesce:
        fresh, taken = _without_standing(connection, jobs, now)
    else:
        fresh = _without_known(connection, {storable(one.job_id): one for one in reversed(jobs)})
        taken = _open_keys(connection, fresh)
    rows: list[dict[str, Any]] = []
    for one in fresh:
        key, row = key_of(one), _row(one, now)
        if one.key and key in taken:
            row["status"] = BLOCKED
        taken.add(key)
        rows.append(row)
    kinds = {one.kind for one in jobs}
    engines.announce_jobs(connection, kinds)
    ring_at_commit(connection, kinds)
    return engines.insert_counted(connection, job, rows, unique=["job_id"])


def hurry_jobs(connection: Connection, kind: str) -> None:
    """Let what sleeps of a kind be tried now: somebody asks for it, who may have mended what it failed of."""
    now = engines.database_now(connection)
    sleeps = sa.update(job).where(job.c.kind == kind, job.c.status == SLEEPING)
    if connection.execute(sleeps.values(status=READY, not_before=now)).rowcount:
        engines.announce_jobs(connection, {kind})
        ring_at_commit(connection, {kind})


def lock_keys(connection: Connection, keys: Iterable[Key]) -> None:
    """Let one transaction at a time change the order of these keys: who is next must not be seen by halves."""
    numbers = {zlib.crc32(f"{kind}\0{key}".encode()) % _KEY_LOCKS for kind, key in keys if key}
    engines.lock_numbers(connection, sorted(numbers))


def next_of_keys(connection: Connection, keys: Iterable[Key], now: datetime) -> frozenset[str]:
    """After jobs ended: the next of each key may be tried; return their kinds. The caller has locked the keys."""
    kinds: set[str] = set()
    for kind, of_kind in _by_kind(keys).items():
        for waiting in _open_among(connection, kind, of_kind):
            key = (kind, waiting)
            if connection.execute(_HAS_TURN, _named(key)).first() is not None:
                continue
            row = connection.execute(_FIRST_BLOCKED, _named(key)).first()
            if row is not None:
                status = _when(row.not_before, now)
                connection.execute(sa.update(job).where(job.c.seq == row.seq).values(status=status))
                kinds.add(kind)
    return frozenset(kinds)


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
            known.update(connection.scalars(_KNOWN, {"of_ids": list(ids)}))
    return [one for job_id, one in reversed(jobs.items()) if job_id not in known]


def _without_standing(connection: Connection, jobs: Sequence[NewJob], now: datetime) -> tuple[list[NewJob], set[Key]]:
    """Those that are unknown and for which no queued job of their key stands, one for each key; and the open keys.

    Who stands for others is hurried.
    """
    kinds: dict[str, list[NewJob]] = {}
    for one in jobs:
        kinds.setdefault(storable(one.kind), []).append(one)
    known: set[str] = set()
    taken: set[Key] = set()
    standing: dict[Key, AnyRow] = {}
    for kind, of_kind in kinds.items():
        for some in chunked(of_kind, CHUNK // 2):
            ids = {storable(one.job_id) for one in some}
            keys = {storable(one.key) for one in some if one.key}
            for row in _met(connection, kind, keys, ids):
                if row.job_id in ids:
                    known.add(row.job_id)
                if row.is_open and row.kind == kind and row.key in keys:
                    taken.add((kind, row.key))
                    if row.status in _WAITS and row.attempts == 0:
                        standing.setdefault((kind, row.key), row)
    fresh: list[NewJob] = []
    for one in _merged([one for one in jobs if storable(one.job_id) not in known], now):
        stands = standing.get(key_of(one)) if one.key else None
        if stands is None:
            fresh.append(one)
        else:
            _hurry(connection, stands, one, now)
    return fresh, taken


def _met(connection: Connection, kind: str, keys: set[str], ids: set[str]) -> sa.CursorResult[Any]:
    if len(keys) == len(ids) == 1:
        (key,), (job_id,) = keys, ids
        return connection.execute(_MET_BY_ONE, {"of_kind": kind, "of_key": key, "of_id": job_id})
    return connection.execute(_MET, {"of_kind": kind, "of_keys": sorted(keys), "of_ids": sorted(ids)})


def _merged(jobs: Sequence[NewJob], now: datetime) -> list[NewJob]:
    """The first job of each key, as early and as urgent as any of it; every one without a key."""
    merged: dict[object, NewJob] = {}
    for one in jobs:
        of = key_of(one) if one.key else one.job_id
        first = merged.setdefault(of, one)
        if first is not one:
            not_before = min(first.not_before or now, one.not_before or now)
            merged[of] = replace(first, not_before=not_before, priority=max(first.priority, one.priority))
    return list(merged.values())


def _open_keys(connection: Connection, jobs: Sequence[NewJob]) -> set[Key]:
    """Those keys of jobs of which another one has not ended."""
    return {
        (kind, key) for kind, keys in _by_kind(map(key_of, jobs)).items() for key in _open_among(connection, kind, keys)
    }


def _open_among(connection: Connection, kind: str, keys: Sequence[str]) -> list[str]:
    """Those of some keys of which a job has not ended, in order."""
    return [
        key
        for some in chunked(keys)
        for key in sorted(connection.scalars(_OPEN_KEYS, {"of_kind": kind, "of_keys": list(some)}))
    ]


def _by_kind(keys: Iterable[Key]) -> dict[str, list[str]]:
    """Keys that keep an order, by kind; both in order."""
    found: dict[str, list[str]] = {}
    for kind, key in sorted({one for one in keys if one[1]}):
        found.setdefault(kind, []).append(key)
    return found


def _hurry(connection: Connection, stands: AnyRow, one: NewJob, now: datetime) -> None:
    """Let a waiting job do for a new one: as early and as urgent as either."""
    not_before = min(stands.not_before, one.not_before or now)
    rank = min(stands.rank, -one.priority)
    if (not_before, rank) != (stands.not_before, stands.rank):
        status = stands.status if stands.status == BLOCKED else _when(not_before, now)
        values = {"not_before": not_before, "rank": rank, "status": status}
        connection.execute(sa.update(job).where(job.c.seq == stands.seq).values(values))


def _when(not_before: datetime, now: datetime) -> str:
    return READY if not_before <= now else SLEEPING


def _row(one: NewJob, now: datetime) -> dict[str, Any]:
    not_before = one.not_before or now
    return {
        "job_id": one.job_id,
        "kind": one.kind,
        "key": one.key,
        "rank": -one.priority,
        "payload": {**one.payload, **tracing.carrier()},
        "status": _when(not_before, now),
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
