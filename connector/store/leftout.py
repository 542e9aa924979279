"""People who are left out: opted out where they are managed, or objected with us. Counted, by a hash, never stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.values import LeadRow
from connector.store import engines
from connector.store.database import chunked
from connector.store.duemarks import MANY
from connector.store.fingerprints import lead_hash
from connector.store.notes import read_note, write_note
from connector.store.rowsets import among, put, time_writer
from connector.store.tables import suppression

OPTED_OUT = "opted_out"  # ends when a row says so no more
OBJECTED = "objected"  # ours: stays

_COUNT = "left_out"

Listed = Mapping[str, tuple[str, int]]  # by lead: the reason, and the last pull that it counted for


def leave_out(connection: Connection, rows: Collection[LeadRow], *, now: datetime, count: bool) -> frozenset[str]:
    """The ids of the rows that must not be stored; who they are is remembered, who opted in again is forgotten.

    With `count` each open one counts once for the pull under way.
    """
    listed = _listed(connection, [row.lead_id for row in rows])
    if not listed and not any(row.opted_out for row in rows):
        return frozenset()
    out = [row for row in rows if row.opted_out or _reason(listed, row) == OBJECTED]
    back = [lead_hash(row.lead_id) for row in rows if not row.opted_out and _reason(listed, row) == OPTED_OUT]
    for hashes in chunked(back, MANY):
        connection.execute(sa.delete(suppression).where(among(connection, suppression.c.lead_hash, hashes)))
    counted = {row.lead_id for row in out if count and row.is_open}
    _list(connection, out, listed, counted, now=now)
    return frozenset(row.lead_id for row in out)


def _list(
    connection: Connection, out: Collection[LeadRow], listed: Listed, counted: Collection[str], *, now: datetime
) -> None:
    """Remember who is left out; those who are `counted` count once for the pull under way."""
    note = read_note(connection, _COUNT)
    pull = note.get("pull", 1)
    at = time_writer(connection)(now)
    records: list[tuple[object, ...]] = []
    fresh = 0
    for row in out:
        reason, last = listed.get(row.lead_id, (OPTED_OUT, 0))
        is_counted = row.lead_id in counted
        fresh += is_counted and last != pull
        records.append((lead_hash(row.lead_id), reason, pull if is_counted else last, at))
    put(
        connection,
        suppression,
        ("lead_hash", "reason", "pull", "since"),
        records,
        update=("reason = excluded.reason", "pull = excluded.pull"),
    )
    if fresh:
        write_note(connection, _COUNT, {**note, "pull": pull, "count": note.get("count", 0) + fresh})


def _reason(listed: Listed, row: LeadRow) -> str:
    return listed.get(row.lead_id, ("", 0))[0]


def end_pull(connection: Connection) -> None:
    """The pull of leads is complete: its count is the one to show."""
    note = read_note(connection, _COUNT)
    write_note(connection, _COUNT, {"pull": note.get("pull", 1) + 1, "count": 0, "last": note.get("count", 0)})


def begin_pull(connection: Connection) -> None:
    """A full read begins: the count starts again."""
    note = read_note(connection, _COUNT)
    write_note(connection, _COUNT, {**note, "pull": note.get("pull", 1) + 1, "count": 0})


def count_last_pull(connection: Connection) -> int:
    """How many people the last complete pull left out."""
    return int(read_note(connection, _COUNT).get("last", 0))


def suppress(connection: Connection, lead_ids: Iterable[str], *, now: datetime) -> None:
    """Put leads on our own list."""
    rows = [
        {"lead_hash": lead_hash(lead_id), "reason": OBJECTED, "pull": 0, "since": now}
        for lead_id in sorted(set(lead_ids))
    ]
    engines.upsert(connection, suppression, rows)


def left_out(connection: Connection, lead_ids: Iterable[str]) -> frozenset[str]:
    """Which of these leads are left out, for either reason."""
    return frozenset(_listed(connection, sorted(set(lead_ids))))


def objected(connection: Connection, lead_ids: Iterable[str]) -> frozenset[str]:
    """Which of these leads objected with us."""
    listed = _listed(connection, sorted(set(lead_ids)))
    return frozenset(lead_id for lead_id, (reason, _) in listed.items() if reason == OBJECTED)


def _listed(connection: Connection, lead_ids: Sequence[str]) -> dict[str, tuple[str, int]]:
    """(reason, last pull) of those that are listed. Nobody is hashed while nobody is."""
    found: dict[str, tuple[str, int]] = {}
    if connection.scalar(sa.select(suppression.c.pull).limit(1)) is None:
        return found
    for ids in chunked(lead_ids, MANY):
        by_hash = {lead_hash(lead_id): lead_id for lead_id in ids}
        query = sa.select(suppression).where(among(connection, suppression.c.lead_hash, by_hash))
        for row in connection.execute(query):
            found[by_hash[row.lead_hash]] = (row.reason, row.pull)
    return found
