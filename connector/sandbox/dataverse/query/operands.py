"""Names in queries as operands: columns of a table, columns of linked rows, rows of collections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connector.sandbox.dataverse.errors import bad_query, no_property
from connector.sandbox.dataverse.query.filters import Operand
from connector.sandbox.dataverse.query.words import Type
from connector.sandbox.dataverse.relationships import collections_of, members
from connector.sandbox.dataverse.schema import LOOKUP_KINDS, TEXT_KINDS, Column, Kind, Row, Table
from connector.sandbox.dataverse.store import Store


def column_of(table: Table, name: str) -> Column:
    """The column with that field name; raises ODataError where there is none."""
    column = table.fields.get(name)
    if column is None:
        raise no_property(name, table.name)
    return column


class TableResolver:
    """Names of a table's columns, and of linked rows' columns, as operands."""

    def __init__(self, table: Table, store: Store) -> None:
        self._table = table
        self._store = store

    def operand(self, path: tuple[str, ...]) -> Operand:
        """The operand that a path leads to; raises ODataError for one that leads nowhere."""
        return self._operand(self._table, path)

    def rows_of(self, name: str) -> tuple[Callable[[Mapping[str, Any]], list[Row]], Table]:
        """The rows of a collection of a row, and their table; raises ODataError for a name that is no collection."""
        collection = collections_of(self._store.tables, self._table).get(name)
        if collection is None:
            raise no_property(name, self._table.name)
        found: dict[str, list[Row]] | None = None
        table, store = self._table, self._store

        def rows(row: Mapping[str, Any]) -> list[Row]:
            nonlocal found
            if found is None:  # once a query: a look through the other table
                found = members(store, table, collection)
            return found.get(row[table.key], [])

        return rows, collection.table

    def inside(self, table: Table, variable: str) -> Variable:
        """The resolver for the condition of a lambda over the rows of a table."""
        return Variable(TableResolver(table, self._store), variable)

    def sort_operand(self, path: tuple[str, ...]) -> Operand:
        """As `operand`; a lookup sorts by the linked row's name."""
        column = self._table.fields.get(path[0])
        if len(path) > 1 or column is None or column.kind not in LOOKUP_KINDS:
            return self.operand(path)
        return Operand(lambda row: primary_name(self._store, column, row), Type.STRING, path[0])

    def _operand(self, table: Table, path: tuple[str, ...]) -> Operand:
        if len(path) == 1:
            column = column_of(table, path[0])
            return Operand(_getter(column.field, column.default), type_of(column), column.name)
        if path[0] not in table.navigations:
            raise no_property(path[0], table.name)
        link, target_name = table.navigations[path[0]]
        inner = self._operand(self._store.tables[target_name], path[1:])
        store = self._store

        def get(row: Mapping[str, Any]) -> Any:
            linked = linked_row(store, link, row, target_name)
            return None if linked is None else inner.get(linked)

        return Operand(get, inner.type, "/".join(path))


class Variable:
    """Names below the variable of a lambda (`o/subject`)."""

    def __init__(self, inner: TableResolver, variable: str) -> None:
        self._inner = inner
        self._variable = variable

    def operand(self, path: tuple[str, ...]) -> Operand:
        """The operand that a path leads to; raises ODataError for one that does not begin with the variable."""
        if path[0] != self._variable or len(path) == 1:
            raise bad_query(f"The name '{'/'.join(path)}' is not one of the variable '{self._variable}'.")
        return self._inner.operand(path[1:])

    def rows_of(self, name: str) -> tuple[Callable[[Mapping[str, Any]], list[Row]], Table]:
        """Nested lambdas are not offered."""
        raise bad_query(f"A lambda over '{name}' inside a lambda is not supported.")

    def inside(self, _table: Table, _variable: str) -> Variable:
        """Nested lambdas are not offered."""
        return self


def _getter(name: str, default: Any) -> Callable[[Mapping[str, Any]], Any]:
    return lambda row: row.get(name, default)


def type_of(column: Column) -> Type:
    """The type of a column as queries see it."""
    if column.kind in TEXT_KINDS:
        return Type.STRING
    if column.kind is Kind.ID or column.kind in LOOKUP_KINDS:
        return Type.GUID
    return {Kind.BOOLEAN: Type.BOOLEAN, Kind.DATETIME: Type.DATETIME, Kind.DATE: Type.DATE}.get(
        column.kind, Type.NUMBER
    )


def target_of(column: Column, row: Mapping[str, Any]) -> str:
    """The table that a row's lookup points to."""
    found: str = row.get(column.type_field, column.targets[0].table)
    return found


def linked_row(store: Store, column: Column, row: Mapping[str, Any], table: str) -> Row | None:
    """The row that a lookup points to, if it points to that table."""
    row_id = row.get(column.field)
    return store.get(table, row_id) if row_id is not None and target_of(column, row) == table else None


def primary_name(store: Store, column: Column, row: Mapping[str, Any]) -> str | None:
    """The name of the row that a lookup points to."""
    table = target_of(column, row)
    linked = linked_row(store, column, row, table)
    return None if linked is None else linked.get(store.tables[table].primary_name)
