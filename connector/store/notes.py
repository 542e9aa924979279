"""The store's own notes, one JSON object for each key: what is needed, generations, whether roll-ups are used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.values import ColumnNeeds, Table
from connector.store import engines
from connector.store.tables import meta

Note = Mapping[str, Any]

_NEEDS = "needs"
_ROLLUPS = "rollups"


def read_note(connection: Connection, key: str) -> Note:
    """The note of this key; empty when there is none."""
    found: Note | None = connection.execute(sa.select(meta.c.value).where(meta.c.key == key)).scalar()
    return found or {}


def write_note(connection: Connection, key: str, note: Note) -> None:
    """Store a note in place of the one before."""
    engines.upsert(connection, meta, [{"key": key, "value": dict(note)}])


def lock(connection: Connection, name: str) -> None:
    """Let one transaction at a time go on from here, on a server too; on SQLite every writer is alone anyway."""
    key = f"lock:{name}"
    engines.insert_new(connection, meta, [{"key": key, "value": {}}])
    connection.execute(sa.select(meta.c.key).where(meta.c.key == key).with_for_update())


def rollups_in_use(connection: Connection) -> bool:
    """Whether live models use account roll-ups."""
    return bool(read_note(connection, _ROLLUPS).get("on", False))


def counts_in_use(connection: Connection) -> tuple[list[str], str | None]:
    """The counts over the people of accounts that live documents ask for, and the column of titles if they read it."""
    note = read_note(connection, _ROLLUPS)
    return list(note.get("counts", ())), note.get("title")


def use_rollups(connection: Connection, *, on: bool, counts: Sequence[str] = (), title: str | None = None) -> None:
    """Remember whether live models use account roll-ups, and which counts beyond those that are always made."""
    note: Note = {"on": on, "counts": sorted(counts), "title": title} if counts else {"on": on}
    if read_note(connection, _ROLLUPS) != note:
        write_note(connection, _ROLLUPS, note)


def last_needs(connection: Connection) -> ColumnNeeds:
    """The columns that rows were last stored with."""
    note = read_note(connection, _NEEDS)
    return ColumnNeeds(
        frozenset(note.get("lead", ())), frozenset(note.get("account", ())), frozenset(note.get("own", ()))
    )


def remember_needs(connection: Connection, needs: ColumnNeeds) -> None:
    """Remember the columns that rows are stored with."""
    note = {"lead": sorted(needs.lead), "account": sorted(needs.account), "own": sorted(needs.own)}
    if read_note(connection, _NEEDS) != note:
        write_note(connection, _NEEDS, note)


def generation(connection: Connection, table: Table) -> int:
    """The number of the last full read of a table: rows carry the one in which they were last seen."""
    return int(read_note(connection, f"generation:{table.value}").get("number", 0))


def pulled_note(table: Table) -> str:
    """The key of the note that says when a table was last read to its end."""
    return f"pulled:{table.value}"


def next_generation(connection: Connection, table: Table) -> None:
    """Count a full read of a table."""
    write_note(connection, f"generation:{table.value}", {"number": generation(connection, table) + 1})
