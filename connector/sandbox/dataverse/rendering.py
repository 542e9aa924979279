"""Rows as the Web API sends them: columns, etags, annotations where asked for, linked rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from connector.sandbox.dataverse.errors import bad_query
from connector.sandbox.dataverse.generated import Selection
from connector.sandbox.dataverse.preferences import FORMATTED, LOOKUP_TABLE, NAVIGATION, Preferences
from connector.sandbox.dataverse.query.filters import Operand
from connector.sandbox.dataverse.query.operands import linked_row, primary_name, target_of
from connector.sandbox.dataverse.query.options import Expand, Query
from connector.sandbox.dataverse.relationships import Collection, members
from connector.sandbox.dataverse.schema import LOOKUP_KINDS, OPTION_KINDS, Column, Kind, Row, Table
from connector.sandbox.dataverse.store import Store

MAX_CHILDREN = 5000  # rows of a collection that come along
CURRENCY = "transactioncurrencyid"


def etag(row: Mapping[str, Any]) -> str:
    """The etag of a row."""
    return f'W/"{row["versionnumber"]}"'


@dataclass(frozen=True, slots=True)
class Rendering:
    """How rows are to be shown: what the preferences ask for, and where links to the rest of a collection lead."""

    store: Store
    preferences: Preferences
    base: str = ""
    page_size: int = MAX_CHILDREN

    def selection(self, table: Table, query: Query) -> Selection | None:
        """The fields to send with their defaults, where rows are shown as they are; None where more belongs to them."""
        if query.expand or _annotator(self.store, [], self.preferences) is not None:
            return None
        return tuple((column.field, column.default) for column in _columns(table, query.select))

    def rows(self, table: Table, query: Query, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """The JSON of rows of one table, with everything that the query expands."""
        columns = _columns(table, query.select)
        plain = [(column.field, column.default) for column in columns]
        annotate = _annotator(self.store, columns, self.preferences)
        shown: list[dict[str, Any]] = []
        for row in rows:
            document: dict[str, Any] = {"@odata.etag": etag(row)}
            if annotate is None:
                for name, default in plain:
                    document[name] = row.get(name, default)
            else:
                annotate(row, document)
            shown.append(document)
        for each in query.expand:
            if each.collection is None:
                self._add_linked(each, rows, shown)
            else:
                self._add_collection(table, each, each.collection, rows, shown)
        return shown

    def _add_linked(self, each: Expand, rows: Sequence[Row], shown: list[dict[str, Any]]) -> None:
        if each.column is None:  # a collection: not here
            return
        targets = [linked_row(self.store, each.column, row, each.table.name) for row in rows]
        found = [row for row in targets if row is not None]
        documents = iter(self.rows(each.table, each.query, found))
        for document, target in zip(shown, targets, strict=True):
            document[each.navigation] = None if target is None else next(documents)

    def _add_collection(
        self, table: Table, each: Expand, collection: Collection, rows: Sequence[Row], shown: list[dict[str, Any]]
    ) -> None:
        nested = bool(each.query.expand)
        size = self.page_size if nested else MAX_CHILDREN
        if nested and self.preferences.page_size is not None and (each.query.top or each.query.order):
            raise bad_query("$top and $orderby are not supported in a nested $expand with odata.maxpagesize.")
        known = members(self.store, table, collection)
        for document, row in zip(shown, rows, strict=True):
            children = chosen(known.get(row[table.key], []), each.query)
            document[each.navigation] = self.rows(each.table, each.query, children[:size])
            if not nested or len(children) > size:
                options = "&".join(f"{quote(key, safe='$')}={quote(text)}" for key, text in each.text.items())
                link = f"{self.base}/{table.set_name}({row[table.key]})/{each.navigation}"
                document[f"{each.navigation}@odata.nextLink"] = f"{link}?{options}" if options else link


def chosen(rows: Sequence[Row], query: Query) -> list[Row]:
    """The rows that a query keeps, in its order, as many as it wants."""
    kept = [row for row in rows if query.test is None or query.test(row)]
    for operand, descending in reversed(query.order):
        kept.sort(key=sorter(operand), reverse=descending)
    return kept[: query.top]


def sorter(operand: Operand) -> Callable[[Row], tuple[bool, Any]]:
    """The sort key of rows by an operand."""
    return lambda row: sort_key(operand.get(row))


def sort_key(value: Any) -> tuple[bool, Any]:
    """Nulls come first; text ignores case."""
    return (False, 0) if value is None else (True, value.lower() if isinstance(value, str) else value)


def _columns(table: Table, select: tuple[Column, ...] | None) -> list[Column]:
    """The columns to send: the key always, the currency with every amount."""
    if select is None:
        return list(table.columns.values())
    columns = {column.name: column for column in select}
    if any(column.kind is Kind.MONEY for column in select) and CURRENCY in table.columns:
        columns[CURRENCY] = table.columns[CURRENCY]
    columns[table.key] = table.columns[table.key]
    return list(columns.values())


def _annotator(
    store: Store, columns: list[Column], preferences: Preferences
) -> Callable[[Row, dict[str, Any]], None] | None:
    formatted, table, navigation = (preferences.wants(name) for name in (FORMATTED, LOOKUP_TABLE, NAVIGATION))
    if not (formatted or table or navigation):
        return None

    def annotate(row: Row, shown: dict[str, Any]) -> None:
        for column in columns:
            value = row.get(column.field, column.default)
            shown[column.field] = value
            if value is None:
                continue
            text = format_value(store, column, row, value) if formatted else None
            if text is not None:
                shown[f"{column.field}@{FORMATTED}"] = text
            if column.kind in LOOKUP_KINDS and table:
                shown[f"{column.field}@{LOOKUP_TABLE}"] = target_of(column, row)
            if column.kind in LOOKUP_KINDS and navigation:
                shown[f"{column.field}@{NAVIGATION}"] = column.navigation(target_of(column, row))

    return annotate


def format_value(store: Store, column: Column, row: Mapping[str, Any], value: Any) -> str | None:
    """A value as people read it, in the language and format of the sandbox's user; None where it says nothing new."""
    if column.kind in LOOKUP_KINDS:
        return primary_name(store, column, row)
    if column.kind in OPTION_KINDS:
        option = column.option(value)
        return None if option is None else option.label()
    write = _FORMATS.get(column.kind)
    return None if write is None else write(value)


def _number(value: float) -> str:
    return f"{value:,}"


_FORMATS: dict[Kind, Callable[[Any], str]] = {
    Kind.BOOLEAN: lambda value: "Yes" if value else "No",
    Kind.MONEY: lambda value: f"€{value:,.2f}",
    Kind.DATETIME: lambda value: datetime.fromisoformat(value).strftime("%m/%d/%Y %I:%M %p"),
    Kind.INTEGER: _number,
    Kind.BIGINT: _number,
    Kind.DECIMAL: _number,
    Kind.DOUBLE: _number,
}
