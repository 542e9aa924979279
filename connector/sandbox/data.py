"""The tables from the inside: what other users, sellers and administrators do while a client is at work."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from connector.sandbox.dataverse.merging import Merging
from connector.sandbox.dataverse.schema import Column, Row
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.writing import Writing


class Data:
    """Everything here bypasses HTTP, sign-in and privileges, but not the rules of columns; it shows up in deltas.

    Changes take logical names and `x@odata.bind` as a request does, and also `_x_value` with an id.
    """

    def __init__(self, store: Store, writing: Writing, user_id: str) -> None:
        self.store = store
        self._writing = writing
        self._merging = Merging(store, writing)
        self._user_id = user_id

    # --- rows ------------------------------------------------------------------------------------------------------

    def row(self, table: str, row_id: str) -> dict[str, Any] | None:
        """A copy of a row with every column, lookups as `_x_value`; None where there is none."""
        found = self.store.get(table, row_id.lower())
        return None if found is None else self._full(table, found)

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Copies of all rows, in the order of their ids."""
        return (self._full(table, row) for row in self.store.rows[table].after(""))

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return len(self.store.rows[table].by_id)

    def update(self, table: str, row_id: str, changes: Mapping[str, Any]) -> None:
        """Change a row as another user."""
        body, direct = self._split(table, changes)
        with self.store.lock:
            row = self.store.require(table, row_id)
            self._writing.update(self.store.tables[table], row, body, self._user_id)
            if direct:
                self.store.update(table, row_id, direct)

    def add(self, table: str, values: Mapping[str, Any]) -> str:
        """Add a row as another user; return its id."""
        body, direct = self._split(table, values)
        with self.store.lock:
            definition = self.store.tables[table]
            row = self._writing.create(definition, body, self._user_id)
            row_id: str = row[definition.key]
            if direct:
                self.store.update(table, row_id, direct)
        return row_id

    def delete(self, table: str, row_id: str) -> None:
        """Delete a row as another user."""
        self.store.delete(table, row_id)

    def merge(self, survivor: str, merged: str) -> None:
        """Merge one lead into another: it stays, inactive, and names its master."""
        self._merging.merge(self.store.tables["lead"], survivor, merged, self._user_id)

    # --- definitions -----------------------------------------------------------------------------------------------

    def add_column(self, table: str, column: Column) -> None:
        """Add a column as an administrator; delta tokens given before expire, as in some environments."""
        self.store.tables[table].add_column(column)
        self.store.expire_tokens()

    def remove_column(self, table: str, column: str) -> None:
        """Delete a column with its values; delta tokens given before expire."""
        with self.store.lock:
            found = self.store.tables[table].columns[column]
            self.store.tables[table].remove_column(column)
            self.store.forget(table, found.field, found.type_field)
            self.store.expire_tokens()

    def remove_option(self, table: str, column: str, value: int) -> None:
        """Delete an option of a choice."""
        found = self.store.tables[table].columns[column]
        kept = tuple(option for option in found.options if option.value != value)
        self.store.tables[table].add_column(dataclasses.replace(found, options=kept))

    def set_change_tracking(self, table: str, *, on: bool) -> None:
        """Switch change tracking of a table."""
        self.store.tables[table].tracked = on

    def _full(self, table: str, row: Row) -> dict[str, Any]:
        columns = self.store.tables[table].columns.values()
        return {column.field: row.get(column.field, column.default) for column in columns}

    def _split(self, table: str, changes: Mapping[str, Any]) -> tuple[Row, Row]:
        fields, columns = self.store.tables[table].fields, self.store.tables[table].columns
        direct = {name: value for name, value in changes.items() if name in fields and name not in columns}
        return {name: value for name, value in changes.items() if name not in direct}, direct
