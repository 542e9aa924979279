"""Mapped rows become interactions of the leads that they find; those that find none wait. Within one transaction.

A row of a table is replaced by what it says now; of an export's rows the one of the greatest rank stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.sources.mapping import Key, Sighting
from connector.pipeline.sources.ports import Absorbed
from connector.store import engines
from connector.store.database import AnyRow, chunked
from connector.store.duemarks import MANY, accounts_of, mark_due, mark_neighbours
from connector.store.peoplekeys import delete_pending, name_of, resolve
from connector.store.rowsets import among
from connector.store.storable import storable, storable_json
from connector.store.tables import interaction, message_check, pending, pending_key

_CONTENT = ("type", "at", "properties", "message", "role", "link", "said")
_UPDATED = (*_CONTENT, "rank", "generation", "machine", "machine_reason")
_UPDATE = (
    sa.update(interaction)
    .where(interaction.c.interaction_id == sa.bindparam("key"))
    .values({name: sa.bindparam(f"new_{name}") for name in _UPDATED})
)

Touched = set[tuple[str, str | None]]  # lead, message
_Replaced = Mapping[str, Collection[str]]  # the rows that were read, by source


@dataclass(slots=True)
class _Batch:
    """What a batch of rows asks for: interactions by their ids, and rows that wait under keys."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    waiting: list[tuple[Sighting, list[Key]]] = field(default_factory=list)
    left_out: int = 0


@dataclass(slots=True)
class _Plan:
    """What is to be done to what is stored."""

    fresh: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    gone: list[AnyRow] = field(default_factory=list)
    touched: Touched = field(default_factory=set)


def absorb(
    connection: Connection, sightings: Sequence[Sighting], *, replaced: _Replaced, generation: int, now: datetime
) -> Absorbed:
    """Store rows and mark the leads that they affect due.

    `replaced` are by source the rows that were read: what is stored of them and is said no more goes. Rows of an
    export are in none, so that what was read before stays unless it is of a lesser rank.
    """
    batch = _match(connection, _latest(sightings), generation)
    plan = _compare(batch, _known(connection, batch.rows, replaced), replaced)
    engines.insert_new(connection, interaction, plan.fresh)
    if plan.changed:
        connection.execute(_UPDATE, plan.changed)
    if generation:
        _see(connection, plan.same, generation)
    _delete(connection, [before.interaction_id for before in plan.gone])
    for source, rows in replaced.items():
        delete_pending(connection, source, rows)
    _keep_waiting(connection, batch.waiting, generation, now)
    affect(connection, plan.touched)
    return Absorbed(len(plan.fresh) + len(plan.changed), len(plan.same), len(batch.waiting), batch.left_out)


def remove_rows(connection: Connection, source: str, rows: Collection[str]) -> None:
    """Rows that are no more: neither are their interactions, nor what waits of them."""
    for some in chunked(sorted(rows), MANY):
        query = sa.select(interaction).where(
            interaction.c.source == source, among(connection, interaction.c.source_row, some)
        )
        remove(connection, connection.execute(query).all())
    delete_pending(connection, source, rows)


def see_rows(connection: Connection, source: str, rows: Collection[str], generation: int) -> None:
    """A full read met these, and nothing of them changed."""
    for some in chunked(sorted(rows), MANY):
        for table in (interaction, pending):
            of_rows = sa.update(table).where(table.c.source == source, among(connection, table.c.source_row, some))
            connection.execute(of_rows.values(generation=generation))


def remove(connection: Connection, rows: Collection[AnyRow]) -> None:
    """Take interactions away; their leads become due."""
    _delete(connection, [row.interaction_id for row in rows])
    affect(connection, {(row.lead_id, row.message) for row in rows})


def affect(connection: Connection, touched: Touched) -> None:
    """These leads' interactions changed, in these messages: mark them due, and have the messages judged."""
    checks = [{"lead_id": lead_id, "message": message} for lead_id, message in touched if message]
    engines.insert_new(connection, message_check, checks)
    affected = {lead_id for lead_id, _ in touched}
    mark_due(connection, affected)
    mark_neighbours(connection, accounts_of(connection, affected), but=affected)


def stored_columns(sighting: Sighting) -> dict[str, Any]:
    """What is kept of a row, whoever it is of."""
    evidence = sighting.evidence
    return {
        "type": storable(sighting.type),
        "at": sighting.at,
        "properties": storable_json(sighting.properties),
        "machine": bool(evidence.said) if evidence else sighting.machine,
        # A message is one source's: two may number theirs alike.
        "message": storable(f"{sighting.source}:{evidence.message}") if evidence else None,
        "role": evidence.role.value if evidence else None,
        "link": evidence.link or None if evidence else None,
        "said": storable(evidence.said) or None if evidence else None,
        "rank": sighting.rank,
    }


def _latest(sightings: Sequence[Sighting]) -> list[Sighting]:
    """One for each row: the last, or where they are ranked the greatest, found by the keys of all of them."""
    found: dict[tuple[str, str], Sighting] = {}
    keys: defaultdict[tuple[str, str], dict[Key, None]] = defaultdict(dict)
    for one in sightings:
        row = (one.source, one.row)
        before = found.get(row)
        if not one.rank:
            keys[row] = {}
        keys[row].update(dict.fromkeys(one.keys))
        if before is None or one.rank >= before.rank:
            found[row] = one
    return [one if one.keys == tuple(keys[row]) else _with_keys(one, tuple(keys[row])) for row, one in found.items()]


def _with_keys(one: Sighting, keys: tuple[Key, ...]) -> Sighting:
    return Sighting(
        one.source, one.row, keys, one.type, one.at, one.properties, one.evidence, one.machine, one.rank, one.wait
    )


def _match(connection: Connection, sightings: Sequence[Sighting], generation: int) -> _Batch:
    """Whose interactions these rows are; a key that finds nobody waits, even where another one finds somebody."""
    found, silent = resolve(connection, {key for one in sightings for key in one.keys})
    batch = _Batch()
    for one in sightings:
        if not silent.isdisjoint(one.keys):
            batch.left_out += 1
            continue
        columns = stored_columns(one)
        for lead_id in sorted(frozenset().union(*(found.get(key, frozenset()) for key in one.keys))):
            batch.rows[storable(f"{one.source}:{one.row}:{lead_id}")] = {
                "lead_id": lead_id,
                "source": storable(one.source),
                "source_row": storable(one.row),
                "generation": generation,
                "machine_reason": columns["said"],
                **columns,
            }
        met = {key.value for key in one.keys if key in found}  # what is a lead's id is no contact's
        unmet = [key for key in one.keys if key.value not in met]
        if unmet:
            batch.waiting.append((one, unmet))
    return batch


def _known(connection: Connection, rows: Mapping[str, Any], replaced: _Replaced) -> dict[str, AnyRow]:
    """What is stored under these ids, and of the rows that were read."""
    known: dict[str, AnyRow] = {}
    for source, ids in replaced.items():
        for some in chunked(sorted(ids), MANY):
            query = sa.select(interaction).where(
                interaction.c.source == source, among(connection, interaction.c.source_row, some)
            )
            known |= {row.interaction_id: row for row in connection.execute(query)}
    for some in chunked(sorted(rows.keys() - known.keys())):
        query = sa.select(interaction).where(among(connection, interaction.c.interaction_id, some))
        known |= {row.interaction_id: row for row in connection.execute(query)}
    return known


def _compare(batch: _Batch, known: Mapping[str, AnyRow], replaced: _Replaced) -> _Plan:
    plan = _Plan()
    for key, row in batch.rows.items():
        before = known.get(key)
        if before is None:
            plan.fresh.append({"interaction_id": key, **row})
        elif _stays(row, before):
            plan.same.append(key)
            continue
        else:
            plan.changed.append({"key": key, **{f"new_{name}": row[name] for name in _UPDATED}})
            plan.touched.add((before.lead_id, before.message))
        plan.touched.add((row["lead_id"] if before is None else before.lead_id, row["message"]))
    plan.gone = [
        before
        for key, before in known.items()
        if key not in batch.rows and before.source_row in replaced.get(before.source, ())
    ]
    plan.touched.update((before.lead_id, before.message) for before in plan.gone)
    return plan


def _stays(row: Mapping[str, Any], before: AnyRow) -> bool:
    """Whether what is stored says the same already, or is the newer of the two."""
    if row["rank"] and row["rank"] < (before.rank or ""):
        return True
    unmarked = row["message"] is None and row["machine"] != before.machine
    return not unmarked and all(row[name] == getattr(before, name) for name in _CONTENT)


def _see(connection: Connection, keys: Sequence[str], generation: int) -> None:
    """A full read met these."""
    for some in chunked(keys, MANY):
        seen = sa.update(interaction).where(among(connection, interaction.c.interaction_id, some))
        connection.execute(seen.values(generation=generation))


def _delete(connection: Connection, keys: Iterable[str]) -> None:
    for some in chunked(sorted(keys), MANY):
        connection.execute(sa.delete(interaction).where(among(connection, interaction.c.interaction_id, some)))


def _keep_waiting(
    connection: Connection, waiting: Sequence[tuple[Sighting, list[Key]]], generation: int, now: datetime
) -> None:
    """Let rows wait for the leads that their keys will find, for so long after what they tell of."""
    rows = [
        {
            "source": storable(one.source),
            "source_row": storable(one.row),
            "generation": generation,
            "expires_at": min(one.at, now) + one.wait,
            "ready": False,
            **stored_columns(one),
        }
        for one, _ in waiting
    ]
    greater = _greater(connection, rows)
    engines.upsert(connection, pending, [row for row in rows if (row["source"], row["source_row"]) not in greater])
    keys = [
        {"key": name_of(key), "source": storable(one.source), "source_row": storable(one.row)}
        for one, unmet in waiting
        for key in unmet
    ]
    engines.insert_new(connection, pending_key, keys)


def _greater(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Those of which something newer waits already; only what is ranked can be newer than what comes."""
    ranked: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row["rank"]:
            ranked[row["source"]][row["source_row"]] = row["rank"]
    found: set[tuple[str, str]] = set()
    for source, ranks in ranked.items():
        for some in chunked(sorted(ranks), MANY):
            query = sa.select(pending.c.source_row, pending.c.rank).where(
                pending.c.source == source, among(connection, pending.c.source_row, some)
            )
            found.update(
                (source, row.source_row) for row in connection.execute(query) if row.rank > ranks[row.source_row]
            )
    return found
