"""By what interactions find leads: ids of contacts and hashes of addresses, of mirrored leads and of people left out.

Kept only while something uses them. The transaction is the caller's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.sources.mapping import Key, KeyKind
from connector.pipeline.sources.people import keys_in
from connector.pipeline.values import LeadRow, Table
from connector.store import engines
from connector.store.database import chunked
from connector.store.fingerprints import lead_hash
from connector.store.leftout import left_out
from connector.store.notes import lock
from connector.store.storable import storable
from connector.store.tables import lead, lead_key, left_out_key, merged, pending, pending_key

_MOST_MERGES = 10
_LEAD = f"{KeyKind.LEAD}:"


def name_of(key: Key) -> str:
    """A key as it is stored."""
    return storable(f"{key.kind}:{key.value}")


def remember(connection: Connection, rows: Collection[LeadRow], columns: Collection[str]) -> None:
    """Keep the keys of mirrored leads as their rows say, and see whether something waits for one that is new."""
    if not columns or not rows:
        return
    lock(connection, "people")
    wanted = {row.lead_id: {name_of(key) for key in keys_in(row.columns, columns, row.lead_id)} for row in rows}
    known: defaultdict[str, set[str]] = defaultdict(set)
    for ids in chunked(sorted(wanted)):
        for row in connection.execute(sa.select(lead_key).where(lead_key.c.lead_id.in_(ids))):
            known[row.lead_id].add(row.key)
    fresh = [(key, lead_id) for lead_id, keys in wanted.items() for key in sorted(keys - known[lead_id])]
    for lead_id, keys in known.items():
        if gone := sorted(keys - wanted[lead_id]):
            connection.execute(sa.delete(lead_key).where(lead_key.c.lead_id == lead_id, lead_key.c.key.in_(gone)))
    engines.insert_new(connection, lead_key, [{"key": key, "lead_id": lead_id} for key, lead_id in fresh])
    let_in(connection, wanted)
    _wake(connection, {key for key, _ in fresh} | {_LEAD + lead_id for lead_id in wanted})


def keep_out(connection: Connection, rows: Collection[LeadRow], columns: Collection[str]) -> None:
    """Remember the keys of people who are left out, and drop what waits for them."""
    lock(connection, "people")
    found = {row.lead_id: {name_of(key) for key in keys_in(row.columns, columns, row.lead_id)} for row in rows}
    _keep_out(connection, found)


def move_out(connection: Connection, lead_ids: Collection[str]) -> None:
    """Mirrored leads are to be left out from now on: so are their keys."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for ids in chunked(sorted(lead_ids)):
        for row in connection.execute(sa.select(lead_key).where(lead_key.c.lead_id.in_(ids))):
            found[row.lead_id].add(row.key)
    _keep_out(connection, found)


def let_in(connection: Connection, lead_ids: Iterable[str]) -> None:
    """These leads are not left out (any more)."""
    for hashes in chunked(sorted({lead_hash(lead_id) for lead_id in lead_ids})):
        connection.execute(sa.delete(left_out_key).where(left_out_key.c.lead_hash.in_(hashes)))


def forget_waiting(connection: Connection, lead_ids: Collection[str]) -> None:
    """Drop what waits for these leads, by their ids and by what finds them."""
    keys = {_LEAD + lead_id for lead_id in lead_ids}
    for ids in chunked(sorted(lead_ids)):
        keys.update(connection.scalars(sa.select(lead_key.c.key).where(lead_key.c.lead_id.in_(ids))))
    _drop_waiting(connection, keys)


def drop_all(connection: Connection) -> None:
    """Nothing uses keys any more."""
    connection.execute(sa.delete(lead_key))
    connection.execute(sa.delete(left_out_key))


def resolve(connection: Connection, keys: Collection[Key]) -> tuple[Mapping[Key, frozenset[str]], frozenset[Key]]:
    """The mirrored leads that each key finds, and the keys of people who are left out."""
    lock(connection, "people")
    found: defaultdict[Key, set[str]] = defaultdict(set)
    ids = {key.value: key for key in keys if key.kind is KeyKind.LEAD}
    silent = {ids[lead_id] for lead_id in left_out(connection, ids)}
    survivors = _survivors(connection, ids)
    for some in chunked(sorted(set(survivors.values()))):
        mirrored = set(connection.scalars(sa.select(lead.c.lead_id).where(lead.c.lead_id.in_(some))))
        for lead_id, survivor in survivors.items():
            if survivor in mirrored:
                found[ids[lead_id]].add(survivor)
    others = {name_of(key): key for key in keys if key.kind is not KeyKind.LEAD}
    for names in chunked(sorted(others)):
        for row in connection.execute(sa.select(lead_key).where(lead_key.c.key.in_(names))):
            found[others[row.key]].add(row.lead_id)
        listed = connection.scalars(sa.select(left_out_key.c.key).where(left_out_key.c.key.in_(names)))
        silent.update(others[name] for name in listed)
    return {key: frozenset(lead_ids) for key, lead_ids in found.items()}, frozenset(silent)


def _survivors(connection: Connection, lead_ids: Collection[str]) -> dict[str, str]:
    """Each lead's id, or that of the lead that it was merged into."""
    current = {lead_id: lead_id for lead_id in lead_ids}
    for _ in range(_MOST_MERGES):
        moved: dict[str, str] = {}
        for some in chunked(sorted(set(current.values()))):
            query = sa.select(merged).where(merged.c.table_name == Table.LEAD.value, merged.c.row_id.in_(some))
            moved |= {row.row_id: row.survivor_id for row in connection.execute(query)}
        if not moved:
            break
        current = {lead_id: moved.get(now, now) for lead_id, now in current.items()}
    return current


def _keep_out(connection: Connection, found: Mapping[str, Collection[str]]) -> None:
    rows = [{"key": key, "lead_hash": lead_hash(lead_id)} for lead_id, keys in found.items() for key in sorted(keys)]
    engines.insert_new(connection, left_out_key, rows)
    _drop_waiting(connection, {str(row["key"]) for row in rows} | {_LEAD + lead_id for lead_id in found})


def _drop_waiting(connection: Connection, keys: Collection[str]) -> None:
    for names in chunked(sorted(keys)):
        _delete_rows(connection, _waiting(connection, names))


def _wake(connection: Connection, keys: Collection[str]) -> None:
    """Mark as ready what waits for one of these keys."""
    for names in chunked(sorted(keys)):
        for source, rows in _by_source(_waiting(connection, names)).items():
            for some in chunked(rows):
                waits = sa.and_(pending.c.source == source, pending.c.source_row.in_(some))
                connection.execute(sa.update(pending).where(waits).values(ready=True))


def _waiting(connection: Connection, names: Sequence[str]) -> list[tuple[str, str]]:
    query = sa.select(pending_key.c.source, pending_key.c.source_row).where(pending_key.c.key.in_(names)).distinct()
    return [(row.source, row.source_row) for row in connection.execute(query)]


def _delete_rows(connection: Connection, rows: Iterable[tuple[str, str]]) -> None:
    for source, ids in _by_source(rows).items():
        delete_pending(connection, source, ids)


def delete_pending(connection: Connection, source: str, rows: Collection[str]) -> None:
    """Drop waiting rows of a source, their keys with them."""
    for some in chunked(sorted(rows)):
        connection.execute(sa.delete(pending).where(pending.c.source == source, pending.c.source_row.in_(some)))


def _by_source(rows: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for source, row in rows:
        found[source].append(row)
    return found
