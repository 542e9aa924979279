"""Thousands of rows in few statements, for both databases: conditions on sets of ids, and rows that are put at once.

A page of a pull is stored this way. Beside `engines` the one module that asks which database it is; types are the
caller's business, as far as a value is not what the driver takes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from connector.store.storable import storable

# Half of what PostgreSQL's protocol takes. SQLite's builds differ: the driver tells.
_MOST_PARAMETERS = 32_767
_WITHOUT_ZONE = len("2026-11-20 09:00:00.000000")
# Threads that read meanwhile get their turn after each statement, and keep it for a while: few statements of many rows.
MOST_ROWS = 1_000

Text = TypeVar("Text", str, str | None)


def clean(text: str) -> str:
    """A text as the database keeps it, quickly where it is plain."""
    return text if text.isascii() and "\0" not in text else storable(text)


def cleaned(texts: list[Text]) -> list[Text]:
    """Texts as the database keeps them, quickly where all are plain: then they are the same list. None stays None."""
    joined = "".join([text for text in texts if text])
    if joined.isascii() and "\0" not in joined:
        return texts
    return [storable(text) if text else text for text in texts]


def among(connection: Connection, column: sa.ColumnElement[Any], ids: Iterable[str]) -> sa.ColumnElement[bool]:
    """The condition that a column is one of these ids: one parameter, however many they are."""
    listed = [clean(one) for one in ids]
    if connection.dialect.name == "postgresql":
        return column == sa.any_(sa.bindparam(None, listed, type_=ARRAY(sa.Text), unique=True))
    every = sa.func.json_each(sa.bindparam(None, json.dumps(listed), type_=sa.Text, unique=True))
    return column.in_(sa.select(every.table_valued("value").c.value))


def time_writer(connection: Connection) -> Callable[[datetime | None], object]:
    """How a time is handed to `put`."""
    return _as_is if connection.dialect.name == "postgresql" else _as_text


def put(
    connection: Connection,
    table: sa.Table,
    names: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    update: Sequence[str] = (),
) -> None:
    """Insert rows; one whose primary key is there is left alone, or changed as `update` says ("column = ...").

    What `update` says is SQL of both databases, in which `excluded` is the new row. No two rows have the same key.
    """
    size = max(min(_most_parameters(connection) // len(names), MOST_ROWS), 1)
    for some in _cut(rows, size):
        text = _statement(connection.dialect, table, tuple(names), len(some), tuple(update))
        connection.exec_driver_sql(text, tuple(chain.from_iterable(some)))


def _most_parameters(connection: Connection) -> int:
    """How many parameters a statement may have."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        return driver.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    return _MOST_PARAMETERS


def _cut(rows: Sequence[Sequence[object]], size: int) -> Iterator[Sequence[Sequence[object]]]:
    """Cut rows into full statements and few others: a text for each number of rows is kept."""
    start = 0
    while start < len(rows):
        left = len(rows) - start
        number = size if left >= size else 1 << (left.bit_length() - 1)
        yield rows[start : start + number]
        start += number


@lru_cache(maxsize=256)
def _statement(dialect: sa.Dialect, table: sa.Table, names: tuple[str, ...], rows: int, update: tuple[str, ...]) -> str:
    mark = "%s" if dialect.name == "postgresql" else "?"
    quote = dialect.identifier_preparer.quote
    keys = ", ".join(quote(column.name) for column in table.primary_key)
    one = f"({', '.join([mark] * len(names))})"
    what = f"UPDATE SET {', '.join(update)}" if update else "NOTHING"  # nosec B608
    return (
        f"INSERT INTO {quote(table.name)} ({', '.join(quote(name) for name in names)}) "  # noqa: S608 - our names alone  # nosec B608
        f"VALUES {', '.join([one] * rows)} ON CONFLICT ({keys}) DO {what}"
    )


def _as_is(at: datetime | None) -> object:
    return at


def _as_text(at: datetime | None) -> object:
    """The form that `UtcDateTime` has in SQLite."""
    if at is None:
        return None
    moment = at if at.tzinfo is UTC else at.astimezone(UTC)
    if not moment.microsecond:  # of rows that were read, which have whole seconds: this takes half as long
        day = (moment.year, moment.month, moment.day)
        return "%04d-%02d-%02d %02d:%02d:%02d.000000" % (*day, moment.hour, moment.minute, moment.second)  # noqa: UP031
    return moment.isoformat(" ", "microseconds")[:_WITHOUT_ZONE]
