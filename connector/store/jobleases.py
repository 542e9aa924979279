"""Jobs are leased, kept, given back and ended. What is no longer leased to its holder is never changed by it.

The fence counts leases: a result whose fence is not the job's is that of a holder who lost it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.jobs import PERSONAL, Lease
from connector.store import engines
from connector.store.database import AnyRow, chunked, ring_at_commit
from connector.store.jobqueue import (
    FINISHED,
    IS_LEASED,
    IS_READY,
    IS_SLEEPING,
    LEASED,
    READY,
    key_of,
    lock_keys,
    next_of_keys,
)
from connector.store.tables import job, job_attempt

BATCH = 500
_ORDER = (job.c.rank, job.c.not_before, job.c.seq)
_MOST = sa.bindparam("most", type_=sa.Integer)
_IS_OF_KINDS = job.c.kind.in_(sa.bindparam("kinds", expanding=True))
_LAPSED = (
    sa.select(job)
    .where(IS_LEASED, _IS_OF_KINDS, job.c.leased_until <= sa.bindparam("now"))
    .limit(_MOST)
    .with_for_update(skip_locked=True)
)
_OVERSLEPT = (
    sa.select(job.c.seq)
    .where(IS_SLEEPING, _IS_OF_KINDS, job.c.not_before <= sa.bindparam("now"))
    .order_by(job.c.not_before)
    .limit(_MOST)
    .with_for_update(skip_locked=True)
)
_READY = (
    sa.select(job)
    .where(IS_READY, job.c.kind == sa.bindparam("of_kind"))
    .order_by(*_ORDER)
    .limit(_MOST)
    .with_for_update(skip_locked=True)
)
_DIED = "Its worker ended, or was cut off, before it said what came of it."


def claim_jobs(connection: Connection, kinds: Sequence[str], limit: int, *, worker: str, lease_s: float) -> list[Lease]:
    """Lease what may be tried now, the highest priority first, then what waits longest for its time."""
    now = engines.database_now(connection)
    limit = min(limit, BATCH)
    _bury(connection, connection.execute(_LAPSED, {"kinds": list(kinds), "now": now, "most": BATCH}).all(), now)
    _wake(connection, kinds, now)
    rows: list[AnyRow] = []
    for kind, count in _shares(connection, kinds, limit).items():
        rows += connection.execute(_READY, {"of_kind": kind, "most": count}).all()
    if not rows:
        return []
    until = now + timedelta(seconds=lease_s)
    rows.sort(key=lambda row: (row.rank, row.not_before, row.seq))
    leased = {
        "status": LEASED,
        "attempts": job.c.attempts + 1,
        "fence": job.c.fence + 1,
        "worker": worker,
        "begun_at": now,
        "leased_until": until,
    }
    connection.execute(sa.update(job).where(job.c.seq.in_([row.seq for row in rows])).values(leased))
    return [Lease(row.job_id, row.kind, row.key, row.payload, row.attempts + 1, row.fence + 1, until) for row in rows]


def end_lapsed(connection: Connection, *which: sa.ColumnElement[bool], now: datetime) -> int:
    """Take jobs from holders that are dead: they may be tried again at once. Returns how many."""
    query = sa.select(job).where(IS_LEASED, *which).limit(BATCH).with_for_update(skip_locked=True)
    return _bury(connection, connection.execute(query).all(), now)


def _bury(connection: Connection, rows: Sequence[AnyRow], now: datetime) -> int:
    record_attempts(connection, rows, "lost", _DIED, now)
    _move(connection, rows, {"status": READY, "leased_until": None, "reason": _DIED})
    return len(rows)


def renew_leases(connection: Connection, leases: Sequence[Lease], *, lease_s: float) -> tuple[datetime, frozenset[str]]:
    """Prolong leases; return until when, and the jobs whose lease holds."""
    until = engines.database_now(connection) + timedelta(seconds=lease_s)
    lock_keys(connection, map(key_of, leases))
    rows = held_rows(connection, leases)
    _move(connection, rows, {"leased_until": until})
    return until, frozenset(row.job_id for row in rows)


def finish_jobs(connection: Connection, leases: Sequence[Lease]) -> int:
    """Record jobs as done, as far as they are still leased; return how many."""
    now = engines.database_now(connection)
    lock_keys(connection, [key_of(one) for one in leases])
    rows = held_rows(connection, leases)
    ended = {"status": FINISHED, "finished_at": now, "leased_until": None, "reason": ""}
    _move(connection, [row for row in rows if row.kind not in PERSONAL], ended)
    _move(connection, [row for row in rows if row.kind in PERSONAL], {**ended, "payload": {}})
    tell(connection, next_of_keys(connection, map(key_of, rows), now))
    return len(rows)


def release_jobs(connection: Connection, leases: Sequence[Lease]) -> int:
    """Give jobs back untried; their attempt does not count."""
    lock_keys(connection, map(key_of, leases))
    rows = held_rows(connection, leases)
    _move(connection, rows, {"status": READY, "leased_until": None, "attempts": job.c.attempts - 1})
    tell(connection, {row.kind for row in rows})
    return len(rows)


def held_rows(connection: Connection, leases: Sequence[Lease]) -> list[AnyRow]:
    """The rows of these leases that are still theirs, locked in an order that all keep.

    The caller has locked the keys: whoever puts jobs of the same keys may hold some of the rows.
    """
    fences = {one.job_id: one.fence for one in leases}
    query = sa.select(job).order_by(job.c.seq).with_for_update()
    return [
        row
        for ids in chunked(sorted(fences))
        for row in connection.execute(query.where(job.c.job_id.in_(ids)))
        if row.status == LEASED and row.fence == fences[row.job_id]
    ]


def record_attempts(connection: Connection, rows: Sequence[AnyRow], outcome: str, reason: str, now: datetime) -> None:
    """Keep how the attempt under way of these jobs ended."""
    if rows:
        ended = [
            {
                "job_seq": row.seq,
                "fence": row.fence,
                "number": row.attempts,
                "worker": row.worker,
                "begun_at": row.begun_at,
                "ended_at": now,
                "outcome": outcome,
                "reason": reason,
            }
            for row in rows
        ]
        connection.execute(sa.insert(job_attempt), ended)


def tell(connection: Connection, kinds: Collection[str]) -> None:
    """Tell workers, here and elsewhere, that jobs of these kinds may be tried, once the transaction is committed."""
    if kinds:
        engines.announce_jobs(connection, kinds)
        ring_at_commit(connection, kinds)


def _wake(connection: Connection, kinds: Sequence[str], now: datetime) -> None:
    """Make jobs ready whose time has come, those that wait longest first."""
    rows = connection.execute(_OVERSLEPT, {"kinds": list(kinds), "now": now, "most": BATCH}).all()
    _move(connection, rows, {"status": READY})


def _shares(connection: Connection, kinds: Sequence[str], limit: int) -> Mapping[str, int]:
    """How many of each kind come first: the heads of their queues, merged."""
    if len(kinds) == 1:
        return {kinds[0]: limit}
    return Counter(connection.scalars(_heads(tuple(dict.fromkeys(kinds))), {"most": limit}))


@lru_cache(maxsize=64)  # a process asks for the same few sets of kinds again and again
def _heads(kinds: Sequence[str]) -> sa.Select[Any]:
    """The kinds of the jobs that come first, `most` of them."""
    heads = [
        sa.select(
            sa.select(job.c.kind, *_ORDER).where(IS_READY, job.c.kind == kind).order_by(*_ORDER).limit(_MOST).subquery()
        )
        for kind in kinds
    ]
    every = sa.union_all(*heads).subquery()
    return sa.select(every.c.kind).order_by(every.c.rank, every.c.not_before, every.c.seq).limit(_MOST)


def _move(connection: Connection, rows: Sequence[AnyRow], values: Mapping[str, Any]) -> None:
    for some in chunked([row.seq for row in rows]):
        connection.execute(sa.update(job).where(job.c.seq.in_(some)).values(values))
