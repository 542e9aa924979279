"""Interactions: those that others record, those of mapped rows, and those that wait for their lead."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.sources.mapping import Evidence, Key, KeyKind, MachineRules, Role, Sighting
from connector.pipeline.sources.ports import Absorbed, FileMark, Settled, SourcePage, TableToken
from connector.pipeline.sources.rows import evidence_of
from connector.pipeline.values import Interaction, Table
from connector.store import engines, leftout, merging, messages, peoplekeys, sightings
from connector.store.audit import note_change
from connector.store.database import AnyRow, Repository, chunked
from connector.store.duemarks import MANY
from connector.store.notes import read_note, write_note
from connector.store.rowsets import among
from connector.store.storable import storable
from connector.store.tables import (
    import_file,
    interaction,
    interaction_source,
    pending,
    pending_key,
    source_token,
)

RECORDED = "recorded"  # stands before the messages of what others record
SETTLED_AT_ONCE = 500


class Interactions(Repository):
    """Fulfils `InteractionStore`, and what `MirrorStore` asks of interactions."""

    def add_interactions(self, interactions: Sequence[Interaction], *, now: datetime) -> int:
        """Store what is new (by id), mark the leads due; return how many were new.

        Those of a lead that is not mirrored are kept for the day it is; those of people who are left out are not.
        """
        new = {one.interaction_id: one for one in map(_storable, reversed(interactions))}
        with self._database.write() as connection:
            follows = merging.survivors(connection, Table.LEAD, {one.lead_id for one in new.values()})
            new = {key: replace(one, lead_id=follows.get(one.lead_id, one.lead_id)) for key, one in new.items()}
            for ids in chunked(list(new), MANY):
                query = sa.select(interaction.c.interaction_id).where(
                    among(connection, interaction.c.interaction_id, ids)
                )
                for known in connection.scalars(query).all():
                    del new[known]
            silent = leftout.left_out(connection, {one.lead_id for one in new.values()})
            kept = [_row(one) for one in new.values() if one.lead_id not in silent]
            engines.insert_new(connection, interaction, kept)
            sightings.affect(connection, {(str(row["lead_id"]), row["message"]) for row in kept})
            counts = {"received": len(interactions), "added": len(kept)}
            note_change(connection, "interactions.recorded", "interactions", now, after=counts)
        return len(kept)

    def source_token(self, table: str) -> TableToken | None:
        """Where the next read of a table starts; None before the first."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(source_token).where(source_token.c.table_name == table)).one_or_none()
        return TableToken(row.token, frozenset(row.columns), frozenset(row.mappings)) if row else None

    def begin_source(self, table: str) -> None:
        """Begin a full read of a table: a number that rows seen from now on carry."""
        with self._database.write() as connection:
            write_note(connection, _generation_of(table), {"number": _generation(connection, table) + 1})

    def absorb_source(self, page: SourcePage, *, now: datetime) -> Absorbed:
        """Store a page in one transaction: a row's interactions are replaced by what the row says now."""
        with self._database.write() as connection:
            current = _generation(connection, page.table) if page.full else 0
            replaced = {source: set(page.rows) for source in page.sources}
            done = sightings.absorb(connection, page.sightings, replaced=replaced, generation=current, now=now)
            for source in page.sources:
                sightings.remove_rows(connection, source, page.deleted)
                sightings.see_rows(connection, source, page.seen, current)
            if page.token is not None:
                if page.full:
                    _sweep(connection, page.sources, current)
                token = page.token
                row = {
                    "table_name": page.table,
                    "token": token.token,
                    "columns": sorted(token.columns),
                    "mappings": sorted(token.mappings),
                }
                engines.upsert(connection, source_token, [row])
        return done

    def absorb_export(
        self, rows: Sequence[Sighting], *, done: tuple[str, str, FileMark] | None, now: datetime
    ) -> Absorbed:
        """Store rows of an export, the greatest rank under each name; `done` says which file they end."""
        with self._database.write() as connection:
            absorbed = sightings.absorb(connection, rows, replaced={}, generation=0, now=now)
            if done is not None:
                source, table, mark = done
                read = {"source": source, "table_name": table, "file": mark.name, "size": mark.size}
                engines.upsert(connection, import_file, [{**read, "changed": mark.changed, "read_at": now}])
        return absorbed

    def files_read(self, source: str, table: str) -> Mapping[str, FileMark]:
        """The files of an export's table that were read whole, by name."""
        query = sa.select(import_file).where(import_file.c.source == source, import_file.c.table_name == table)
        with self._database.read() as connection:
            return {row.file: FileMark(row.file, row.size, row.changed) for row in connection.execute(query)}

    def forget_files(self, source: str) -> None:
        """Read every file of an export again."""
        with self._database.write() as connection:
            connection.execute(sa.delete(import_file).where(import_file.c.source == source))

    def use_sources(
        self,
        sources: Mapping[str, tuple[str, MachineRules]],
        *,
        kinds: frozenset[str],
        now: datetime,  # noqa: ARG002 - the port's
    ) -> int:
        """Name the sources that are live; what came from others of that kind is removed. Returns how many."""
        removed = 0
        with self._database.write() as connection:
            known = {row.name: row for row in connection.execute(sa.select(interaction_source))}
            for name, row in known.items():
                if row.table_name is not None and name not in sources:
                    removed += _drop_source(connection, name)
            wanted = [
                {"name": name, "table_name": table, "rules": messages.dump_rules(rules), "keys": []}
                for name, (table, rules) in sorted(sources.items())
            ]
            stale = [row for row in wanted if row["name"] not in known or _differs(row, known[str(row["name"])])]
            engines.upsert(connection, interaction_source, stale)
            if not kinds and not any(row.keys for row in known.values()):
                peoplekeys.drop_all(connection)
        return removed

    def use_export(self, source: str, rules: MachineRules, *, keys: frozenset[str]) -> None:
        """Remember an export's rules, and the kinds of keys that its rows find leads by."""
        row = {"name": source, "table_name": None, "rules": messages.dump_rules(rules), "keys": sorted(keys)}
        with self._database.write() as connection:
            engines.upsert(connection, interaction_source, [row])

    def key_kinds(self) -> frozenset[str]:
        """The kinds of keys that the rows of imported exports find leads by."""
        with self._database.read() as connection:
            return frozenset(
                kind for keys in connection.scalars(sa.select(interaction_source.c["keys"])) for kind in keys
            )

    def settle_interactions(self, *, now: datetime, expire: bool, leads: Collection[str] | None = None) -> Settled:
        """Give waiting rows to leads that came, judge messages that got rows; `expire` drops what waited too long.

        Of all leads, or of these only.
        """
        found = expired = marked = 0
        if leads is not None and not expire and self._are_settled():
            return Settled()
        while True:
            with self._database.write() as connection:
                some = _settle_some(connection, now, leads)
            found += some
            if not some:
                break
        if expire:
            with self._database.write() as connection:
                expired = connection.execute(sa.delete(pending).where(pending.c.expires_at <= now)).rowcount
        while True:
            with self._database.write() as connection:
                judged, changed = messages.judge_some(connection, leads)
            marked += changed
            if not judged:
                break
        return Settled(found, expired, marked)

    def _are_settled(self) -> bool:
        """Tell, without writing, whether nothing is to be settled of any lead: that is how it mostly is."""
        with self._database.read() as connection:
            waits = connection.execute(sa.select(pending.c.source).where(pending.c.ready).limit(1)).first()
            return waits is None and messages.is_judged(connection)


def _settle_some(connection: Connection, now: datetime, leads: Collection[str] | None) -> int:
    """Give some waiting rows to the leads that they find now; return how many rows there were."""
    query = sa.select(pending).where(pending.c.ready).limit(SETTLED_AT_ONCE)
    if leads is not None:
        finds = sa.and_(
            pending_key.c.source == pending.c.source,
            pending_key.c.source_row == pending.c.source_row,
            among(connection, pending_key.c.key, peoplekeys.names_of(connection, leads)),
        )
        query = query.where(sa.exists().where(finds))
    ready = connection.execute(query).all()
    if not ready:
        return 0
    keys: dict[tuple[str, str], list[Key]] = {(row.source, row.source_row): [] for row in ready}
    for source in sorted({row.source for row in ready}):
        for ids in chunked(sorted(row.source_row for row in ready if row.source == source)):
            query = sa.select(pending_key).where(
                pending_key.c.source == source, among(connection, pending_key.c.source_row, ids)
            )
            for row in connection.execute(query):
                kind, _, value = row.key.partition(":")
                keys[row.source, row.source_row].append(Key(KeyKind(kind), value))
    for source in sorted({row.source for row in ready}):
        peoplekeys.delete_pending(connection, source, [row.source_row for row in ready if row.source == source])
    for generation in sorted({row.generation for row in ready}):
        some = [_sighting(row, keys[row.source, row.source_row]) for row in ready if row.generation == generation]
        sightings.absorb(connection, some, replaced={}, generation=generation, now=now)
    for row in ready:  # what still waits keeps its time
        again = sa.and_(pending.c.source == row.source, pending.c.source_row == row.source_row)
        connection.execute(sa.update(pending).where(again).values(expires_at=row.expires_at))
    return len(ready)


def _sighting(row: AnyRow, keys: Iterable[Key]) -> Sighting:
    message = str(row.message or "").removeprefix(f"{row.source}:")
    evidence = Evidence(message, Role(row.role), row.link or "", row.said or "") if row.message else None
    return Sighting(
        source=row.source,
        row=row.source_row,
        keys=tuple(keys),
        type=row.type,
        at=row.at,
        properties=row.properties,
        evidence=evidence,
        machine=row.machine,
        rank=row.rank,
        wait=timedelta(0),
    )


def _sweep(connection: Connection, sources: Iterable[str], current: int) -> None:
    """End a full read: what it did not meet is gone."""
    for source in sorted(sources):
        unseen = sa.and_(interaction.c.source == source, interaction.c.generation != current)
        sightings.remove(connection, connection.execute(sa.select(interaction).where(unseen)).all())
        connection.execute(sa.delete(pending).where(pending.c.source == source, pending.c.generation != current))


def _drop_source(connection: Connection, name: str) -> int:
    gone = connection.execute(sa.select(interaction).where(interaction.c.source == name)).all()
    sightings.remove(connection, gone)
    connection.execute(sa.delete(pending).where(pending.c.source == name))
    connection.execute(sa.delete(interaction_source).where(interaction_source.c.name == name))
    return len(gone)


def _differs(row: Mapping[str, Any], known: AnyRow) -> bool:
    return (row["table_name"], row["rules"]) != (known.table_name, known.rules)


def _generation_of(table: str) -> str:
    return f"generation:source:{table}"


def _generation(connection: Connection, table: str) -> int:
    return int(read_note(connection, _generation_of(table)).get("number", 0))


def _storable(one: Interaction) -> Interaction:
    """The interaction by the ids that it is found by once it is stored."""
    return replace(one, interaction_id=storable(one.interaction_id), lead_id=storable(one.lead_id))


def _row(one: Interaction) -> dict[str, Any]:
    evidence = evidence_of(one)
    return {
        "interaction_id": one.interaction_id,
        "lead_id": one.lead_id,
        "type": one.type,
        "at": one.at,
        "properties": dict(one.properties),
        "machine": one.machine,
        "message": f"{RECORDED}:{evidence.message}" if evidence else None,
        "role": evidence.role.value if evidence else None,
        "link": evidence.link or None if evidence else None,
        "said": evidence.said or None if evidence else None,
        "machine_reason": evidence.said or None if evidence else None,
    }
