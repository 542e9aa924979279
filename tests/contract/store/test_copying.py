"""A database copied into another kind of database: all of it, with its counters, or nothing."""

from __future__ import annotations

import json
import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from connector.errors import RefusedError, StoreError
from connector.pipeline.jobs import NewJob
from connector.store import SqlStore, copy_database, copying, engines, open_store, upgrade, whereabouts
from connector.store.migrate import REVISIONS, upgrade_database
from connector.store.tables import metadata

MOMENT = datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC)
TEXTS = ("plain", "Zoë Übung 🙂", "", "two\nlines\t'quoted' \"twice\" \\ %s :name")
JSONS: tuple[Any, ...] = (
    {"b": [1, 2.5, None, True], "a": {"é": "🙂", "n": 2**60}},
    {},
    [],
    {"long": "x" * 3_000, "tiny": 5e-324},
)
Filler = Callable[[str], None]


def value(column: sa.Column[Any], number: int) -> object:
    """A value of a column's type for the row of this number; odd ones at the edges of what the types hold."""
    if isinstance(column.type, sa.JSON):
        return JSONS[number % 4]
    kind = getattr(column.type, "impl_instance", column.type).python_type
    if kind is str:
        return (
            f"{column.name}-{number}"
            if column.primary_key or column.unique or column.foreign_keys
            else TEXTS[number % 4]
        )
    if kind is int:
        small = isinstance(column.type, sa.Integer) and not isinstance(column.type, sa.BigInteger)
        if column.primary_key or column.foreign_keys:
            return number + 1
        return (2**31 - 1 if small else 2**63 - 1) - number
    known: dict[type, object] = {
        bool: number % 2 == 0,
        float: 0.1 + number / 3,
        datetime: MOMENT,
        date: date(2026, 11, 21),
    }
    return known[kind]


def rows_of(table: sa.Table, count: int) -> list[dict[str, object]]:
    """Rows that belong together over the tables; in the last one all that may be null is."""
    rows = []
    for number in range(count):
        row = {column.name: value(column, number) for column in table.columns}
        for column in table.columns:
            for key in column.foreign_keys:
                row[column.name] = value(key.column, number)
            if column.nullable and number == count - 1:
                row[column.name] = None
        rows.append(row)
    return rows


def fill(url: str | None, data_dir: Path, count: int = 4) -> None:
    """Rows in every table, in one where the counter is ahead of the rows."""
    open_store(url, data_dir).close()
    engine = engines.make_engine(whereabouts.database_url(url, data_dir))
    with engines.writer(engine).begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(sa.insert(table), rows_of(table, count))
            if table.autoincrement_column is not None:
                engines.count_from(connection, table.autoincrement_column, 70)
    engine.dispose()


def contents(url: str | None, data_dir: Path) -> dict[str, list[str]]:
    """Every row of every table, in an order that both databases agree on."""
    engine = engines.make_engine(whereabouts.database_url(url, data_dir))
    with engines.reader(engine).begin() as connection:
        found = {
            table.name: sorted(
                json.dumps(list(row), default=str, sort_keys=True)
                for row in connection.execute(sa.select(*table.columns))
            )
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return found


@pytest.fixture
def empty(postgresql_server: str) -> Iterator[str]:
    """A PostgreSQL database without tables."""
    name = f"connector_{uuid4().hex}"
    server = sa.create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield sa.make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """A database with its tables and the URL of one of the other kind, empty."""
    file = f"sqlite:///{tmp_path}/one/leads.db"
    if request.param == "sqlite":
        return file, request.getfixturevalue("empty")
    return request.getfixturevalue("postgresql_url"), file


def opened(url: str, folder: Path) -> SqlStore:
    """The store of a database."""
    return open_store(url, folder)


def test_every_row_of_every_table_arrives(pair: tuple[str, str], tmp_path: Path) -> None:
    """Edges of numbers, texts, times and JSON included, both ways; counts and checksums are those of what is there."""
    source, target = pair
    fill(source, tmp_path)
    copied = copy_database(source, tmp_path, target)
    assert contents(target, tmp_path) == contents(source, tmp_path)
    assert {one.name: one.rows for one in copied.tables} == dict.fromkeys(metadata.tables, 4)
    assert copied.revision == REVISIONS[-1]
    engine = engines.make_engine(whereabouts.database_url(source, tmp_path))
    with engines.reader(engine).begin() as connection:
        again = [copying.checksum(connection, table) for table in metadata.sorted_tables]
    engine.dispose()
    assert again == copied.tables


def test_there_and_back_is_the_same(empty: str, tmp_path: Path) -> None:
    """A copy of a copy has the same checksums as the first one."""
    first, last = (f"sqlite:///{tmp_path}/{name}.db" for name in ("first", "last"))
    fill(first, tmp_path)
    there = copy_database(first, tmp_path, empty)
    back = copy_database(empty, tmp_path, last)
    assert there.tables == back.tables
    assert len({one.checksum for one in there.tables}) == len(there.tables)


def test_the_next_number_is_after_all_that_were_given(pair: tuple[str, str], tmp_path: Path) -> None:
    """Also those of rows that were pruned: a number never means two things."""
    source, target = pair
    fill(source, tmp_path)
    copy_database(source, tmp_path, target)
    store = opened(target, tmp_path)
    try:
        store.queue.put([NewJob("next", "inbox", {})])
        run = store.enqueue_run("sync", by="test", now=MOMENT)
        with store._database.read() as connection:
            job, table = metadata.tables["job"], metadata.tables["run"]
            assert connection.scalar(sa.select(job.c.seq).where(job.c.job_id == "next")) == 71
            assert connection.scalar(sa.select(table.c.seq).where(table.c.run_id == run.run_id)) == 71
    finally:
        store.close()


def test_an_empty_database_may_be_copied(pair: tuple[str, str], tmp_path: Path) -> None:
    """Nothing arrives, and the first numbers are the first ones."""
    source, target = pair
    open_store(source, tmp_path).close()
    assert all(one.rows == 0 for one in copy_database(source, tmp_path, target).tables)
    store = opened(target, tmp_path)
    try:
        store.queue.put([NewJob("first", "inbox", {})])
        with store._database.read() as connection:
            assert connection.scalar(sa.select(metadata.tables["job"].c.seq)) == 1
    finally:
        store.close()


def test_what_is_not_empty_is_refused(pair: tuple[str, str], tmp_path: Path) -> None:
    """One row is enough, in whatever table; it stays as it is."""
    source, target = pair
    fill(source, tmp_path)
    copy_database(source, tmp_path, target)
    before = contents(target, tmp_path)
    with pytest.raises(RefusedError, match="is not empty") as caught:
        copy_database(source, tmp_path, target)
    assert caught.value.exit_code == 1
    assert contents(target, tmp_path) == before


@pytest.mark.parametrize("which", ["source", "target"])
def test_while_somebody_works_it_is_refused(pair: tuple[str, str], tmp_path: Path, which: str) -> None:
    """Whoever has the worker role of either database keeps it, and nothing is copied."""
    source, target = pair
    fill(source, tmp_path)
    upgrade(target, tmp_path)
    store = opened(source if which == "source" else target, tmp_path)
    try:
        with store.worker_lock() as held:
            assert held
            with pytest.raises(RefusedError, match="is being worked on"):
                copy_database(source, tmp_path, target)
        assert copy_database(source, tmp_path, target).tables
    finally:
        store.close()


def test_nobody_works_or_writes_while_it_is_copied(
    pair: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the role nor the write lock of what is copied can be had until it is over."""
    source, target = pair
    fill(source, tmp_path)
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_S", 0.01)
    store = opened(source, tmp_path)
    real, seen = copying._copy, list[object]()

    def look(reading: sa.Connection, writing: sa.Connection, table: sa.Table) -> copying.CopiedTable:
        if not seen:
            with store.worker_lock() as held:
                seen.append(held)
            with pytest.raises(StoreError, match=r"held by another process") as caught, store._database.write() as own:
                if own.dialect.name == "postgresql":
                    own.exec_driver_sql("SET LOCAL lock_timeout = 10")
                own.execute(sa.delete(metadata.tables["meta"]))
            seen.append(caught.value.retryable)
        return real(reading, writing, table)

    monkeypatch.setattr(copying, "_copy", look)
    try:
        copy_database(source, tmp_path, target)
        assert seen == [False, True]
        assert contents(target, tmp_path) == contents(source, tmp_path)
    finally:
        store.close()


def test_what_breaks_off_leaves_nothing(pair: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other database stays empty, so that the copy can simply be made again."""
    source, target = pair
    fill(source, tmp_path)
    real = copying._copy

    def break_off(reading: sa.Connection, writing: sa.Connection, table: sa.Table) -> copying.CopiedTable:
        if table is metadata.sorted_tables[-1]:
            raise LookupError
        return real(reading, writing, table)

    with monkeypatch.context() as patch:
        patch.setattr(copying, "_copy", break_off)
        with pytest.raises(LookupError):
            copy_database(source, tmp_path, target)
    assert not any(contents(target, tmp_path).values())
    copy_database(source, tmp_path, target)


def test_what_arrives_otherwise_is_noticed(
    pair: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One changed value in one row: the table is named, and nothing stays."""
    source, target = pair
    fill(source, tmp_path)
    real = copying._copy

    def spoil(reading: sa.Connection, writing: sa.Connection, table: sa.Table) -> copying.CopiedTable:
        copied = real(reading, writing, table)
        if table.name == "mark":
            writing.execute(sa.update(table).where(table.c.lead_id == "lead_id-2").values(version=7))
        return copied

    with monkeypatch.context() as patch:
        patch.setattr(copying, "_copy", spoil)
        with pytest.raises(StoreError, match=r"table mark did not arrive as it is: 4 rows.*became 4"):
            copy_database(source, tmp_path, target)
    assert not any(contents(target, tmp_path).values())


def test_another_schema_is_refused(pair: tuple[str, str], tmp_path: Path) -> None:
    """An older one on either side is named, with what to do; nothing is upgraded on the way."""
    source, target = pair
    fill(source, tmp_path)
    url = whereabouts.database_url(target, tmp_path)
    upgrade_database(url, to=REVISIONS[0])
    with pytest.raises(RefusedError, match=rf"schema {REVISIONS[0]}.*{REVISIONS[-1]}.*connector db upgrade"):
        copy_database(source, tmp_path, target)
    with pytest.raises(RefusedError, match=rf"schema {REVISIONS[0]}"):
        copy_database(target, tmp_path, f"sqlite:///{tmp_path}/third.db")
    assert not (tmp_path / "third.db").exists()


def test_what_does_not_fit_names_its_table(empty: str, tmp_path: Path) -> None:
    """SQLite holds numbers that PostgreSQL's column does not, and rows that point nowhere."""
    file = f"sqlite:///{tmp_path}/leads.db"
    fill(file, tmp_path)
    with closing(sqlite3.connect(tmp_path / "leads.db")) as raw, raw:
        raw.execute(f"UPDATE mark SET version = {2**40}")
    with pytest.raises(StoreError, match=r"[Tt]able mark of the database .* refused"):
        copy_database(file, tmp_path, empty)
    with closing(sqlite3.connect(tmp_path / "leads.db")) as raw, raw:
        raw.execute("UPDATE mark SET version = 1")
        raw.execute("DELETE FROM event")  # this connection does not watch references
    with pytest.raises(StoreError, match="table delivery has rows that contradict others"):
        copy_database(file, tmp_path, empty)


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("sqlite:///{folder}/leads.db", "cannot be copied into itself"),
        ("sqlite:///{folder}/link.db", "cannot be copied into itself"),
        ("not a url", "--to is not a database URL"),
        ("mysql://host/name", "--to names mysql"),
        ("sqlite://", "--to names an SQLite database without a file"),
        ("postgresql://nobody@127.0.0.1:1/none", "cannot be reached"),
    ],
)
def test_a_place_that_cannot_be_is_refused(tmp_path: Path, to: str, message: str) -> None:
    """Each with its reason; the same file by another name is the same."""
    file = f"sqlite:///{tmp_path}/leads.db"
    open_store(file, tmp_path).close()
    (tmp_path / "link.db").symlink_to(tmp_path / "leads.db")
    with pytest.raises((RefusedError, StoreError), match=message):
        copy_database(file, tmp_path, to.format(folder=tmp_path))


def test_what_is_not_there_is_not_made(tmp_path: Path) -> None:
    """Copying from a file that does not exist would copy nothing, and seem to have worked."""
    with pytest.raises(StoreError, match=r"none\.db is not there"):
        copy_database(f"sqlite:///{tmp_path}/none.db", tmp_path, f"sqlite:///{tmp_path}/other.db")
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_table(pair: tuple[str, str], tmp_path: Path) -> None:
    """Rows go through in batches: eight times as many rows need hardly more at once."""
    source, target = pair

    def peak(to: str, count: int) -> int:
        engine = engines.make_engine(whereabouts.database_url(source, tmp_path))
        table = metadata.tables["event"]
        with engines.writer(engine).begin() as connection:
            connection.execute(sa.delete(table))
            for start in range(0, count, 500):
                connection.execute(
                    sa.insert(table),
                    [
                        {"event_id": f"{start + one}", "kind": "k", "lead_id": "l", "payload": {"x": "y" * 500},
                         "at": MOMENT}
                        for one in range(500)
                    ],
                )  # fmt: skip
        engine.dispose()
        tracemalloc.start()
        try:
            copy_database(source, tmp_path, to)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    open_store(source, tmp_path).close()
    peak(f"sqlite:///{tmp_path}/warm.db", 500)
    few = peak(f"sqlite:///{tmp_path}/few.db", 1_000)
    many = peak(target, 8_000)
    assert many < 1.5 * few + 1_000_000
