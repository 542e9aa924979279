"""A whole database into an empty one, row by row: from SQLite to PostgreSQL, and back.

One transaction fills the other database, so that it holds all of it, verified, or nothing. Neither is chosen here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection, Engine

from connector.errors import RefusedError, StoreError
from connector.store import engines, whereabouts
from connector.store.database import AnyRow
from connector.store.faults import explained
from connector.store.migrate import HEAD, revision_of, upgrade_database
from connector.store.serverlinks import ServerLimits
from connector.store.tables import metadata

BATCH = 500  # rows in memory at once
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """One table: its rows, and a checksum of their values that does not depend on their order or the database."""

    name: str
    rows: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: to where, in which schema, table by table in the order of their dependence."""

    place: str
    revision: str
    tables: Sequence[CopiedTable]


class _Sum:
    """The count and the checksum of rows: the sum of their digests, so that any order gives the same."""

    def __init__(self) -> None:
        self.rows = 0
        self._total = 0

    def add(self, row: AnyRow) -> None:
        text = json.dumps([_canonical(value) for value in row], ensure_ascii=True, separators=(",", ":"))
        digest = hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).digest()
        self.rows += 1
        self._total = (self._total + int.from_bytes(digest, "big")) % (1 << 8 * _DIGEST_BYTES)

    def of(self, name: str) -> CopiedTable:
        return CopiedTable(name, self.rows, f"{self._total:0{2 * _DIGEST_BYTES}x}")


def copy_database(url: str | None, data_dir: Path, to: str, *, limits: ServerLimits | None = None) -> Copied:
    """Copy the database of `url`, else the data folder's, into the empty one of `to`, which gets its tables if needed.

    Nobody works or writes there meanwhile. Raises RefusedError where somebody has the worker role of either, or the
    other one is not empty or not of our schema; StoreError; then the other database holds no row of ours.
    """
    source, target = whereabouts.database_url(url, data_dir), whereabouts.database_url(to, data_dir, named_by="--to")
    _see_that_they_differ(source, target)
    with ExitStack() as opened:
        from_engine = _opened(opened, source, limits)
        place = whereabouts.place_of(source)
        _see_schema(from_engine, place)
        _hold_role(opened, source, limits)
        to_engine = _prepared(opened, target, limits)
        _hold_role(opened, target, limits)
        with explained(place), engines.whole_reader(from_engine).begin() as reading:
            engines.lock_whole(reading, metadata.sorted_tables)
            tables = _fill(reading, to_engine, whereabouts.place_of(target))
    return Copied(whereabouts.place_of(target), HEAD, tables)


def checksum(connection: Connection, table: sa.Table) -> CopiedTable:
    """Count the rows of a table and sum up their values."""
    total = _Sum()
    for rows in _read(connection, table):
        for row in rows:
            total.add(row)
    return total.of(table.name)


def _see_that_they_differ(source: URL, target: URL) -> None:
    files = [path.resolve() for path in (whereabouts.file_of(source), whereabouts.file_of(target)) if path is not None]
    if source == target or (len(files) == 2 and files[0] == files[1]):  # noqa: PLR2004 - both are files
        raise RefusedError(
            f"{whereabouts.place_of(source)} cannot be copied into itself.", remedy="Name another database with --to."
        )


def _opened(opened: ExitStack, url: URL, limits: ServerLimits | None) -> Engine:
    path = whereabouts.file_of(url)
    if path is not None and not path.exists():
        raise StoreError(
            f"{whereabouts.place_of(url)} is not there.", remedy="Set CONNECTOR_DATA_DIR or CONNECTOR_DATABASE_URL."
        )
    engine = engines.make_engine(url, limits=limits)
    opened.callback(engine.dispose)
    return engine


def _prepared(opened: ExitStack, url: URL, limits: ServerLimits | None) -> Engine:
    """The other database with tables that are empty: made where there are none."""
    path, place = whereabouts.file_of(url), whereabouts.place_of(url)
    if path is not None:
        whereabouts.make_file(path)
    engine = _opened(opened, url, limits)
    if revision_of(engine, place) is None:
        engine.dispose()
        upgrade_database(url, limits=limits)
    _see_schema(engine, place)
    return engine


def _see_schema(engine: Engine, place: str) -> None:
    found = revision_of(engine, place)
    if found != HEAD:
        raise RefusedError(
            f"{place} has the schema {found or 'of no version'}; a copy needs {HEAD} on both sides.",
            remedy="Back it up, then bring it up to date: connector db upgrade with CONNECTOR_DATABASE_URL set to it.",
        )


def _hold_role(opened: ExitStack, url: URL, limits: ServerLimits | None) -> None:
    lock = engines.worker_lock(url, limits)
    if not opened.enter_context(lock.hold(barring=True)):
        raise RefusedError(
            f"{whereabouts.place_of(url)} is being worked on, by a `serve`, a `worker` or a `sync`.",
            remedy="Stop every process that uses it, then copy again.",
        )


def _fill(reading: Connection, engine: Engine, place: str) -> list[CopiedTable]:
    with explained(place), engines.writer(engine).begin() as writing:
        engines.lock_whole(writing, metadata.sorted_tables)
        _see_that_it_is_empty(writing, place)
        copied = []
        for table in metadata.sorted_tables:
            with _naming(table, place):
                copied.append(_copy(reading, writing, table))
        for expected, table in zip(copied, metadata.sorted_tables, strict=True):
            found = checksum(writing, table)
            if found != expected:
                raise StoreError(
                    f"The table {table.name} did not arrive as it is: {expected.rows} rows with the checksum "
                    f"{expected.checksum} became {found.rows} with {found.checksum}. Nothing was stored in {place}.",
                    remedy="Report it with this message.",
                )
    return copied


def _see_that_it_is_empty(connection: Connection, place: str) -> None:
    for table in metadata.sorted_tables:
        if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
            raise RefusedError(
                f"{place} is not empty: there are rows in {table.name}.",
                remedy="Name an empty database: nothing is ever copied over something.",
            )


def _copy(reading: Connection, writing: Connection, table: sa.Table) -> CopiedTable:
    """Copy one table and let its counter go on where it was."""
    total, names = _Sum(), [column.name for column in table.columns]
    insert = sa.insert(table)
    for rows in _read(reading, table):
        for row in rows:
            total.add(row)
        writing.execute(insert, [dict(zip(names, row, strict=True)) for row in rows])
    counted = table.autoincrement_column
    if counted is not None:
        engines.count_from(writing, counted, engines.last_number(reading, counted))
    return total.of(table.name)


def _read(connection: Connection, table: sa.Table) -> Iterator[Sequence[AnyRow]]:
    """A table's rows, so many at a time: the driver holds no more."""
    columns = sa.select(*table.columns).execution_options(yield_per=BATCH)
    with connection.execute(columns) as result:
        yield from result.partitions()


@contextmanager
def _naming(table: sa.Table, place: str) -> Iterator[None]:
    """Say which table a fault is about."""
    try:
        with explained(f"The table {table.name} of {place[0].lower()}{place[1:]}"):
            yield
    except exc.IntegrityError as error:
        raise StoreError(
            f"The table {table.name} has rows that contradict others, which {place} does not take. Nothing was stored.",
            remedy="Report it with this message; the database that was copied is as it was.",
        ) from error


def _canonical(value: Any) -> Any:
    """A value as JSON that is the same whichever database gave it."""
    if isinstance(value, date):  # a datetime too, which is UTC here
        return {"t": value.isoformat()}
    if isinstance(value, float):
        return {"f": value.hex()}
    if isinstance(value, Mapping | list):
        return {"j": json.dumps(value, sort_keys=True, separators=(",", ":"))}
    return value
