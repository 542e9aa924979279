"""Rows as the Web API sends them: columns, etags, annotations where asked for, linked rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from connector.sandbox.dataverse.preferences import FORMATTED, LOOKUP_TABLE, NAVIGATION, Preferences
from connector.sandbox.dataverse.query.options import Expand, linked_row, primary_name, target_of
from connector.sandbox.dataverse.schema import LOOKUP_KINDS, OPTION_KINDS, Column, Kind, Row, Table
from connector.sandbox.dataverse.store import Store

Render = Callable[[Row], dict[str, Any]]
CURRENCY = "transactioncurrencyid"


def etag(row: Mapping[str, Any]) -> str:
    """The etag of a row."""
    return f'W/"{row["versionnumber"]}"'


def renderer(
    store: Store,
    table: Table,
    select: tuple[Column, ...] | None,
    preferences: Preferences,
    expand: tuple[Expand, ...] = (),
) -> Render:
    """A function that makes the JSON of a row of that table."""
    columns = _columns(table, select)
    plain = [(column.field, column.default) for column in columns]
    annotate = _annotator(store, columns, preferences)
    linked = [(each, renderer(store, each.table, each.select, preferences, each.expand)) for each in expand]

    def render(row: Row) -> dict[str, Any]:
        shown: dict[str, Any] = {"@odata.etag": etag(row)}
        if annotate is None:
            for name, default in plain:
                shown[name] = row.get(name, default)
        else:
            annotate(row, shown)
        for each, render_linked in linked:
            target = linked_row(store, each.column, row, each.table.name)
            shown[each.navigation] = None if target is None else render_linked(target)
        return shown

    return render


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
