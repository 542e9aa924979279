"""How requests name a row: by its id, by `leadid=...`, or by an alternate key. Reads addresses and finds rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from connector.sandbox.dataverse.errors import (
    DUPLICATE_KEY,
    INVALID_ARGUMENT,
    NO_ROW_BY_KEY,
    ODataError,
    bad_query,
    no_row,
)
from connector.sandbox.dataverse.query.words import Word, split
from connector.sandbox.dataverse.schema import LOOKUP_KINDS, AlternateKey, Row, Table
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.values import GUID, accept

_REFERENCE = re.compile(r"(?:https://[^/]+)?/?(?:api/data/v9\.\d/)?(\w+)\((.*)\)")


@dataclass(frozen=True, slots=True)
class Address:
    """A row as a request names it: `row_id`, or the values of an alternate key, by field."""

    table: Table
    row_id: str | None
    values: Mapping[str, Any]

    def find(self, store: Store) -> Row | None:
        """The row, None where there is none."""
        if self.row_id is not None:
            return store.get(self.table.name, self.row_id)
        with store.lock:
            wanted = {field: fold(value) for field, value in self.values.items()}
            for row in store.rows[self.table.name].after(""):
                if all(fold(row.get(field)) == value for field, value in wanted.items()):
                    return row
        return None

    def require(self, store: Store) -> Row:
        """The row; raises ODataError 404 where there is none."""
        row = self.find(store)
        if row is not None:
            return row
        if self.row_id is not None:
            raise no_row(self.table.name, self.row_id)
        message = f"A record with the specified key values does not exist in {self.table.name} entity"
        raise ODataError(HTTPStatus.NOT_FOUND, NO_ROW_BY_KEY, message)


def fold(value: Any) -> Any:
    """A value as keys compare it: text ignores case."""
    return value.lower() if isinstance(value, str) else value


def read_key(table: Table, text: str) -> Address:
    """The row that the part of an address between the parentheses names. Raises ODataError."""
    plain = text.strip().strip("'")
    if GUID.fullmatch(plain):
        return Address(table, plain.lower(), {})
    pairs = _pairs(split(text, {}))
    if not pairs:
        raise bad_query(f"The key '{text}' is neither a GUID nor an alternate key.", INVALID_ARGUMENT)
    if set(pairs) == {table.key}:
        value = str(pairs[table.key])
        if not GUID.fullmatch(value):
            raise bad_query(f"The key '{text}' is not a GUID.", INVALID_ARGUMENT)
        return Address(table, value.lower(), {})
    if not any(set(pairs) == {table.columns[name].field for name in key.columns} for key in table.keys.values()):
        raise bad_query(
            f"The specified key attributes '{', '.join(sorted(pairs))}' are not a defined key for the {table.name}"
            " entity.",
            INVALID_ARGUMENT,
        )
    values = {field: _accept(table, field, value) for field, value in pairs.items()}
    return Address(table, None, values)


def _accept(table: Table, field: str, value: Any) -> Any:
    column = table.fields[field]
    return str(value).lower() if column.kind in LOOKUP_KINDS else accept(table, column, value)


def _pairs(words: list[Word]) -> dict[str, Any]:
    """`a='x',b=2` as pairs; empty for anything else."""
    found: dict[str, Any] = {}
    rest = words
    while len(rest) >= 3:  # noqa: PLR2004  # a name, an equals sign, a value
        name, sign, value, *rest = rest
        if name.literal is not None or sign.sign != "=" or value.literal is None or name.sign in found:
            return {}
        found[name.sign] = value.literal.value
        if rest and (rest.pop(0).sign != "," or not rest):
            return {}
    return {} if rest else found


def read_reference(store: Store, text: Any) -> Address | None:
    """The row that a reference in a body names (`accounts(...)`, whole or relative); None for what is no reference."""
    match = _REFERENCE.fullmatch(text) if isinstance(text, str) else None
    table = next((each for each in store.tables.values() if match and each.set_name == match[1]), None)
    return None if match is None or table is None else read_key(table, unquote(match[2]))


def check_unique(store: Store, table: Table, row: Mapping[str, Any], row_id: str) -> None:
    """Raise ODataError 412 where another row has the same values of an alternate key; nulls are never the same."""
    for key in table.keys.values():
        wanted = _values(table, key, row)
        if None in wanted:
            continue
        for other in store.rows[table.name].after(""):
            if other[table.key] != row_id and _values(table, key, other) == wanted:
                message = (
                    f"A record that has the attribute values {', '.join(key.columns)} already exists. The entity key"
                    f" {key.schema} requires that this set of attributes contains unique values."
                )
                raise ODataError(HTTPStatus.PRECONDITION_FAILED, DUPLICATE_KEY, message)


def _values(table: Table, key: AlternateKey, row: Mapping[str, Any]) -> list[Any]:
    columns = [table.columns[name] for name in key.columns]
    return [fold(row.get(column.field, column.default)) for column in columns]
