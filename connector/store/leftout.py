"""People who are left out: opted out where they are managed, or objected with us. Counted, by a hash, never stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.values import LeadRow
from connector.store import engines
from connector.store.database import chunked
from connector.store.fingerprints import lead_hash
from connector.store.notes import read_note, write_note
from connector.store.tables import suppression

OPTED_OUT = "opted_out"  # ends when a row says so no more
OBJECTED = "objected"  # ours: stays

_COUNT = "left_out"


def leave_out(connection: Connection, rows: Collection[LeadRow], *, now: datetime, count: bool) -> frozenset[str]:
    """The ids of the rows that must not be stored; who they are is remembered, who opted in again is forgotten.

    With `count` each open one counts once for the pull under way.
    """
    listed = _listed(connection, [row.lead_id for row in rows])
    note = read_note(connection, _COUNT)
    pull = note.get("pull", 1)
    out: list[LeadRow] = []
    back: list[str] = []
    for row in rows:
        reason, _ = listed.get(row.lead_id, ("", 0))
        if row.opted_out or reason == OBJECTED:
            out.append(row)
        elif reason == OPTED_OUT:
            back.append(lead_hash(row.lead_id))
    for hashes in chunked(back):
        connection.execute(sa.delete(suppression).where(suppression.c.lead_hash.in_(hashes)))
    counted = {row.lead_id for row in out if count and row.is_open}
    engines.upsert(
        connection,
        suppression,
        [
            {
                "lead_hash": lead_hash(row.lead_id),
                "reason": listed.get(row.lead_id, (OPTED_OUT, 0))[0],
                "pull": pull if row.lead_id in counted else listed.get(row.lead_id, ("", 0))[1],
                "since": now,
            }
            for row in out
        ],
        keep=("since",),
    )
    fresh = sum(1 for lead_id in counted if listed.get(lead_id, ("", 0))[1] != pull)
    if fresh:
        write_note(connection, _COUNT, {**note, "pull": pull, "count": note.get("count", 0) + fresh})
    return frozenset(row.lead_id for row in out)


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


def _listed(connection: Connection, lead_ids: Sequence[str]) -> dict[str, tuple[str, int]]:
    """(reason, last pull) of those that are listed."""
    found: dict[str, tuple[str, int]] = {}
    for ids in chunked(lead_ids):
        by_hash = {lead_hash(lead_id): lead_id for lead_id in ids}
        query = sa.select(suppression).where(suppression.c.lead_hash.in_(by_hash))
        for row in connection.execute(query):
            found[by_hash[row.lead_hash]] = (row.reason, row.pull)
    return found
