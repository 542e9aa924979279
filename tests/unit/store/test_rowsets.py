"""Sets of ids in one condition, rows put with few statements, and what is handed to the driver as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any, cast

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from connector.store import rowsets
from connector.store.storable import storable

METADATA = sa.MetaData()
THING = sa.Table(
    "thing",
    METADATA,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("said", sa.Text),
)
NAMES = ("kind", "number", "said")
POSTGRESQL = cast("Any", postgresql).dialect()
SERVER: Any = SimpleNamespace(dialect=POSTGRESQL)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A connection to an empty database in memory."""
    engine = sa.create_engine("sqlite://")
    with engine.begin() as opened:
        METADATA.create_all(opened)
        yield opened
    engine.dispose()


def driver(connection: Connection) -> sqlite3.Connection:
    """The driver's connection."""
    return cast("sqlite3.Connection", connection.connection.driver_connection)


def rows(count: int, said: str = "a") -> list[tuple[str, int, str]]:
    """Rows with keys of their own."""
    return [("k", number, said) for number in range(count)]


def stored(connection: Connection) -> list[tuple[Any, ...]]:
    """What the table holds, in the order of its keys."""
    return [tuple(row) for row in connection.execute(sa.select(THING).order_by(THING.c.kind, THING.c.number))]


def statements(connection: Connection, count: int) -> int:
    """How many statements putting so many rows takes."""
    seen: list[str] = []
    driver(connection).set_trace_callback(seen.append)
    rowsets.put(connection, THING, NAMES, rows(count))
    driver(connection).set_trace_callback(None)
    return sum(text.startswith("INSERT") for text in seen)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 999, 1_000, 1_001, 2_345])
def test_every_row_is_put_once(connection: Connection, count: int) -> None:
    """However they are cut into statements."""
    rowsets.put(connection, THING, NAMES, rows(count))
    assert stored(connection) == rows(count)


def test_many_rows_take_few_statements(connection: Connection) -> None:
    """A thousand rows one, others as many as their number has binary digits at most."""
    assert statements(connection, 3_000) == 3
    assert statements(connection, 1_023) == 1 + 4
    assert statements(connection, 0) == 0


def test_no_statement_has_more_parameters_than_the_driver_takes(connection: Connection) -> None:
    """Builds of SQLite differ in it."""
    driver(connection).setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 30)
    assert statements(connection, 100) == 10
    assert stored(connection) == rows(100)


def test_a_row_takes_one_statement_where_the_driver_takes_few_parameters(connection: Connection) -> None:
    """Not none, which would never end."""
    driver(connection).setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 3)
    assert statements(connection, 4) == 4


def test_a_row_that_is_there_is_left_alone(connection: Connection) -> None:
    """Unless it is said what of it changes."""
    rowsets.put(connection, THING, NAMES, rows(2))
    rowsets.put(connection, THING, NAMES, rows(3, "b"))
    assert stored(connection) == [*rows(2), ("k", 2, "b")]


def test_a_row_that_is_there_is_changed_as_told(connection: Connection) -> None:
    """From what it was and what it would be."""
    rowsets.put(connection, THING, NAMES, rows(1))
    rowsets.put(connection, THING, NAMES, rows(2, "b"), update=("said = thing.said || excluded.said",))
    assert stored(connection) == [("k", 0, "ab"), ("k", 1, "b")]


def test_some_columns_may_be_left_out(connection: Connection) -> None:
    """They are empty then."""
    rowsets.put(connection, THING, ("number", "kind"), [(1, "k")])
    assert stored(connection) == [("k", 1, None)]


def test_the_statement_of_a_server_has_its_marks() -> None:
    """And names the whole primary key."""
    text = rowsets._statement(POSTGRESQL, THING, NAMES, 2, ())
    assert text == (
        "INSERT INTO thing (kind, number, said) VALUES (%s, %s, %s), (%s, %s, %s) ON CONFLICT (kind, number) DO NOTHING"
    )


def test_ids_are_one_parameter_however_many(connection: Connection) -> None:
    """Those that are not there are not found, quotes and commas are part of an id."""
    odd = ["it's", 'say "x"', "a,b", "[1]", "é", "\U0001f600"]
    rowsets.put(connection, THING, NAMES, [(one, 1, "x") for one in [*odd, "other"]])
    is_one = rowsets.among(connection, THING.c.kind, [*odd, "missing", *(str(number) for number in range(5_000))])
    assert set(connection.scalars(sa.select(THING.c.kind).where(is_one))) == set(odd)
    assert len(sa.select(THING).where(is_one).compile().params) == 1


def test_of_no_ids_nothing_is_one(connection: Connection) -> None:
    """No special case for the caller."""
    rowsets.put(connection, THING, NAMES, rows(1))
    assert connection.execute(sa.select(THING).where(rowsets.among(connection, THING.c.kind, []))).all() == []


def test_ids_are_looked_for_as_they_are_stored(connection: Connection) -> None:
    """What cannot be stored stands as the sign for it, on both sides."""
    rowsets.put(connection, THING, NAMES, [(rowsets.clean("a\0b"), 1, "x")])
    is_one = rowsets.among(connection, THING.c.kind, ["a\0b"])
    assert connection.scalar(sa.select(THING.c.kind).where(is_one)) == "a\ufffdb"


def test_a_server_gets_a_list() -> None:
    """One array, cleaned as well."""
    compiled = rowsets.among(SERVER, THING.c.kind, ["a", "b\0"]).compile(dialect=POSTGRESQL)
    assert "= ANY (" in str(compiled)
    assert list(compiled.params.values()) == [["a", "b\ufffd"]]


@given(st.lists(st.text(st.characters())))
def test_texts_are_cleaned_alike_one_by_one_and_together(texts: list[str]) -> None:
    """The quick ways give what the slow one gives."""
    expected = [storable(text) for text in texts]
    assert [rowsets.clean(text) for text in texts] == expected
    assert rowsets.cleaned(texts) == expected
    assert rowsets.cleaned([*texts, None]) == [*expected, None]


@pytest.mark.parametrize(
    "at",
    [
        NOON,
        NOON.replace(microsecond=1),
        NOON.astimezone(timezone(timedelta(hours=-5, minutes=-30))),
        NOON.astimezone(timezone(timedelta(hours=14))),
    ],
)
def test_times_are_written_as_the_column_type_writes_them(connection: Connection, at: datetime) -> None:
    """UTC without a zone, always with microseconds, so that texts compare like times."""
    written = rowsets.time_writer(connection)
    assert written(at) == at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    assert written(None) is None


def test_a_server_gets_times_as_they_are() -> None:
    """Its driver knows zones."""
    assert rowsets.time_writer(SERVER)(NOON) is NOON
