"""By what interactions find leads: ids of contacts and hashes of addresses, of mirrored leads and of people left out.

Kept only while something uses them. The transaction is the caller's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.sources.mapping import Key, KeyKind
from connector.pipeline.sources.people import keys_in
from connector.pipeline.values import LeadRow, Table
from connector.store import engines
from connector.store.database import chunked
from connector.store.duemarks import MANY
from connector.store.fingerprints import lead_hash
from connector.store.leftout import left_out
from connector.store.notes import lock
from connector.store.rowsets import among
from connector.store.storable import storable
from connector.store.tables import lead, lead_key, left_out_key, merged, pending, pending_key

_LEAD = f"{KeyKind.LEAD}:"
Rows = Mapping[str, Collection[str]]  # names of rows by source


def name_of(key: Key) -> str:
    """A key as it is stored."""
    return storable(f"{key.kind}:{key.value}")


def remember(connection: Connection, rows: Collection[LeadRow], columns: Collection[str]) -> None:
    """Keep the keys of mirrored leads as their rows say, and see whether something waits for one that is new."""
    if not columns or not rows:
        return
    lock(connection, "people")
    wanted = _keys_of(rows, columns)
    known = _known(connection, wanted)
    fresh = [(key, lead_id) for lead_id, keys in wanted.items() for key in sorted(keys - known[lead_id])]
    for lead_id, keys in known.items():
        if gone := sorted(keys - wanted[lead_id]):
            connection.execute(sa.delete(lead_key).where(lead_key.c.lead_id == lead_id, lead_key.c.key.in_(gone)))
    engines.insert_new(connection, lead_key, [{"key": key, "lead_id": lead_id} for key, lead_id in fresh])
    let_in(connection, wanted)
    _wake(connection, {key for key, _ in fresh} | {_LEAD + lead_id for lead_id in wanted})


def keep_out(connection: Connection, rows: Collection[LeadRow], columns: Collection[str]) -> None:
    """Remember the keys of people who are left out, and drop what waits for them."""
    if columns and rows:
        lock(connection, "people")
        _keep_out(connection, _keys_of(rows, columns))


def move_out(connection: Connection, lead_ids: Collection[str]) -> None:
    """Mirrored leads are to be left out from now on: so are their keys."""
    _keep_out(connection, {lead_id: keys for lead_id, keys in _known(connection, lead_ids).items() if keys})


def let_in(connection: Connection, lead_ids: Iterable[str]) -> None:
    """These leads are not left out (any more)."""
    if _is_empty(connection, left_out_key):
        return
    for hashes in chunked(sorted({lead_hash(lead_id) for lead_id in lead_ids}), MANY):
        connection.execute(sa.delete(left_out_key).where(among(connection, left_out_key.c.lead_hash, hashes)))


def forget_waiting(connection: Connection, lead_ids: Collection[str]) -> None:
    """Drop what waits for these leads, by their ids and by what finds them."""
    if not lead_ids or _is_empty(connection, pending):
        return
    _drop_waiting(connection, names_of(connection, lead_ids))


def names_of(connection: Connection, lead_ids: Collection[str]) -> set[str]:
    """All that finds these leads, as it is stored: their ids, and what is kept of them."""
    return {_LEAD + lead_id for lead_id in lead_ids}.union(*_known(connection, lead_ids).values())


def drop_all(connection: Connection) -> None:
    """Nothing uses keys any more."""
    connection.execute(sa.delete(lead_key))
    connection.execute(sa.delete(left_out_key))


def resolve(connection: Connection, keys: Collection[Key]) -> tuple[Mapping[Key, frozenset[str]], frozenset[Key]]:
    """The mirrored leads that each key finds, and the keys of people who are left out."""
    lock(connection, "people")
    found: defaultdict[Key, set[str]] = defaultdict(set)
    ids = {storable(key.value): key for key in keys if key.kind is KeyKind.LEAD}
    survivors = _survivors(connection, ids)
    silent = left_out(connection, {*survivors, *survivors.values()})
    mirrored = _mirrored(connection, set(survivors.values()))
    for lead_id, survivor in survivors.items():
        if survivor in mirrored:
            found[ids[lead_id]].add(survivor)
    left = {ids[lead_id] for lead_id, survivor in survivors.items() if lead_id in silent or survivor in silent}
    others = {name_of(key): key for key in keys if key.kind is not KeyKind.LEAD}
    for names in chunked(sorted(others), MANY):
        for row in connection.execute(sa.select(lead_key).where(among(connection, lead_key.c.key, names))):
            found[others[row.key]].add(row.lead_id)
        listed = sa.select(left_out_key.c.key).where(among(connection, left_out_key.c.key, names))
        left.update(others[name] for name in connection.scalars(listed))
    return {key: frozenset(lead_ids) for key, lead_ids in found.items()}, frozenset(left)


def delete_pending(connection: Connection, source: str, rows: Collection[str]) -> None:
    """Drop waiting rows of a source, their keys with them."""
    for some in chunked(sorted(rows), MANY):
        gone = sa.and_(pending.c.source == source, among(connection, pending.c.source_row, some))
        connection.execute(sa.delete(pending).where(gone))


def _keys_of(rows: Iterable[LeadRow], columns: Collection[str]) -> dict[str, set[str]]:
    return {row.lead_id: {name_of(key) for key in keys_in(row.columns, columns, row.lead_id)} for row in rows}


def _known(connection: Connection, lead_ids: Iterable[str]) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for ids in chunked(sorted(lead_ids), MANY):
        for row in connection.execute(sa.select(lead_key).where(among(connection, lead_key.c.lead_id, ids))):
            found[row.lead_id].add(row.key)
    return found


def _survivors(connection: Connection, lead_ids: Collection[str]) -> dict[str, str]:
    """Each lead's id, or that of the lead that it was merged into."""
    current = {lead_id: lead_id for lead_id in lead_ids}
    of_leads = merged.c.table_name == Table.LEAD.value
    if connection.scalar(sa.select(merged.c.row_id).where(of_leads).limit(1)) is None:
        return current
    for some in chunked(sorted(current), MANY):
        query = sa.select(merged).where(of_leads, among(connection, merged.c.row_id, some))
        current |= {row.row_id: row.survivor_id for row in connection.execute(query)}
    return current


def _mirrored(connection: Connection, lead_ids: Collection[str]) -> set[str]:
    found: set[str] = set()
    for some in chunked(sorted(lead_ids), MANY):
        found.update(connection.scalars(sa.select(lead.c.lead_id).where(among(connection, lead.c.lead_id, some))))
    return found


def _keep_out(connection: Connection, found: Mapping[str, Collection[str]]) -> None:
    rows = [{"key": key, "lead_hash": lead_hash(lead_id)} for lead_id, keys in found.items() for key in sorted(keys)]
    engines.insert_new(connection, left_out_key, rows)
    _drop_waiting(connection, {row["key"] for row in rows} | {_LEAD + lead_id for lead_id in found})


def _drop_waiting(connection: Connection, keys: Collection[str]) -> None:
    for source, rows in _waiting(connection, keys).items():
        delete_pending(connection, source, rows)


def _wake(connection: Connection, keys: Collection[str]) -> None:
    """Mark as ready what waits for one of these keys."""
    if _is_empty(connection, pending):
        return
    for source, rows in _waiting(connection, keys).items():
        for some in chunked(sorted(rows), MANY):
            waits = sa.and_(pending.c.source == source, among(connection, pending.c.source_row, some))
            connection.execute(sa.update(pending).where(waits).values(ready=True))


def _waiting(connection: Connection, keys: Collection[str]) -> Rows:
    """The rows that wait for one of these keys."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for names in chunked(sorted(keys), MANY):
        for row in connection.execute(sa.select(pending_key).where(among(connection, pending_key.c.key, names))):
            found[row.source].add(row.source_row)
    return found


def _is_empty(connection: Connection, table: sa.Table) -> bool:
    return connection.execute(sa.select(next(iter(table.primary_key))).limit(1)).first() is None
