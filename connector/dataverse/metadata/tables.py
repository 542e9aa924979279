"""What an environment says of its lead and account tables: columns, types, option labels, change tracking.

Read from `EntityDefinitions`; typed details come by cast, one request each, and a cast that a server refuses leaves
its columns without those details. What the pipeline makes of it stands in `Environment`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.labels import labels_of, options_of, status_options, user_label
from connector.dataverse.reading.query import Row
from connector.errors import OutsideError
from connector.pipeline.values import Environment, StatusOption, Table
from connector.scoring.facttypes import FactType, FactTypes, Kind

logger = logging.getLogger(__name__)

# Metadata, labels and privileges are cached on the servers for about half a minute; we want them as they are.
_STRONG = {"Consistency": "Strong"}
_CLIENT_ERRORS = range(400, 500)
_FATAL = frozenset({401, 403, 429})
_NOT_FOUND = 404
_NOT_IMPLEMENTED = 501

_MULTI_SELECT = "MultiSelectPicklist"
_LOOKUPS = frozenset({"Lookup", "Customer", "Owner"})
_KINDS: Mapping[str, Kind] = {
    "String": Kind.TEXT,
    "Memo": Kind.TEXT,
    "Integer": Kind.NUMBER,
    "BigInt": Kind.NUMBER,
    "Decimal": Kind.NUMBER,
    "Double": Kind.NUMBER,
    "Money": Kind.NUMBER,
    "Boolean": Kind.BOOLEAN,
    "Picklist": Kind.CHOICE,
    _MULTI_SELECT: Kind.MULTI_CHOICE,
    "State": Kind.CHOICE,
    "Status": Kind.CHOICE,
    "DateTime": Kind.DATETIME,
    "Uniqueidentifier": Kind.ID,
    **dict.fromkeys(_LOOKUPS, Kind.ID),
}

_OPTIONS = "$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options)"
_BOOLEANS = (
    "$select=LogicalName&$expand=OptionSet($select=TrueOption,FalseOption),"
    "GlobalOptionSet($select=TrueOption,FalseOption)"
)
_RANGE = "$select=LogicalName,MinValue,MaxValue"
_LENGTH = "$select=LogicalName,MaxLength"
_CASTS: Mapping[str, str] = {
    "String": _LENGTH,
    "Memo": _LENGTH,
    "Integer": _RANGE,
    "Decimal": _RANGE,
    "Double": _RANGE,
    "Money": _RANGE,
    "DateTime": "$select=LogicalName,DateTimeBehavior,Format",
    "Boolean": _BOOLEANS,
    "Picklist": _OPTIONS,
    _MULTI_SELECT: _OPTIONS,
    "State": _OPTIONS,
    "Status": _OPTIONS,
}


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """A column by the name that rows have it under (`_x_value` for lookups)."""

    name: str
    writable: bool
    type: FactType | None


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What reading and writing a table needs. `guards_updates` is None where the server does not say."""

    table: str
    entity_set: str
    key: str
    tracks_changes: bool
    guards_updates: bool | None
    columns: Mapping[str, ColumnInfo]
    status_options: tuple[StatusOption, ...] = ()


def read_table(session: DataverseSession, table: str) -> TableInfo:
    """Read one table's definition and columns. Raises OutsideError where the table cannot be seen.

    `table` must be a logical name that was checked: it becomes part of the address.
    """
    outline, attributes = _outline(session, table)
    present = {_cast_of(row) for row in attributes}
    details = {cast: _cast(session, table, cast, options) for cast, options in _CASTS.items() if cast in present}
    found = (_column(table, row, details) for row in attributes)
    return replace(
        outline,
        columns={column.name: column for column in found if column},
        status_options=_status_options(session, table, details.get("Status", {})) if table == Table.LEAD else (),
    )


def read_outline(session: DataverseSession, table: str) -> TableInfo:
    """Read any table's definition and its columns with their kinds, without what only casts tell. Raises OutsideError.

    `table` must be a logical name that was checked: it becomes part of the address.
    """
    return _outline(session, table)[0]


def _outline(session: DataverseSession, table: str) -> tuple[TableInfo, list[Row]]:
    """Read a definition and the columns' common properties."""
    doing = f"reading the definition of the {table} table"
    definition = _definition(session, table, doing)
    entity_set, key = definition.get("EntitySetName"), definition.get("PrimaryIdAttribute")
    if not (isinstance(entity_set, str) and entity_set and isinstance(key, str) and key):
        raise OutsideError(f"Dataverse named no set and key while {doing}.", remedy="Check CONNECTOR_DATAVERSE_URL.")
    attributes = _attributes(session, table)
    found = (_column(table, row, {}) for row in attributes)
    info = TableInfo(
        table=table,
        entity_set=entity_set,
        key=key,
        tracks_changes=_flag(definition.get("ChangeTrackingEnabled")) is True,
        guards_updates=_flag(definition.get("IsOptimisticConcurrencyEnabled")),
        columns={column.name: column for column in found if column},
    )
    return info, attributes


def describe(lead: TableInfo, account: TableInfo) -> Environment:
    """Join both tables into what the pipeline knows of an environment."""
    types = {
        f"{info.table}.{column.name}": column.type
        for info in (lead, account)
        for column in info.columns.values()
        if column.type is not None
    }
    ready = lead.columns.get(columns.SALES_READY)
    return Environment(
        types=FactTypes(types, columns.DERIVED, frozenset({Table.LEAD.value, Table.ACCOUNT.value}), columns.WRITABLE),
        lead_columns=frozenset(lead.columns),
        account_columns=frozenset(account.columns),
        writable_lead_columns=frozenset(name for name, column in lead.columns.items() if column.writable),
        status_column=columns.STATUS_REASON,
        status_options=lead.status_options,
        sales_ready_column=ready.name if ready and ready.writable else None,
        person_columns={
            kind: tuple(name for name in names if name in lead.columns) for kind, names in columns.PERSON.items()
        },
    )


def _definition(session: DataverseSession, table: str, doing: str) -> dict[str, Any]:
    """Read a table's definition; without what an older server may not know where it refuses the question."""
    path = f"EntityDefinitions(LogicalName='{table}')?$select="
    wanted = "LogicalName,EntitySetName,PrimaryIdAttribute,ChangeTrackingEnabled"
    try:
        return session.get(f"{path}{wanted},IsOptimisticConcurrencyEnabled", doing=doing, headers=_STRONG).data
    except OutsideError as error:
        if not _is_refused_query(error) or error.status == _NOT_FOUND:
            raise
        return session.get(f"{path}{wanted}", doing=doing, headers=_STRONG).data


def _attributes(session: DataverseSession, table: str) -> list[Row]:
    """Read the columns' common properties; without `$select` where the server does not know one of them."""
    path = f"EntityDefinitions(LogicalName='{table}')/Attributes"
    wanted = "LogicalName,AttributeType,AttributeTypeName,AttributeOf,IsValidForRead,IsValidForUpdate,DisplayName"
    doing = f"reading the columns of the {table} table"
    try:
        rows = session.get(f"{path}?$select={wanted}", doing=doing, headers=_STRONG).data.get("value")
    except OutsideError as error:
        if not _is_refused_query(error):
            raise
        rows = session.get(path, doing=doing, headers=_STRONG).data.get("value")
    if not isinstance(rows, list) or not rows:
        raise OutsideError(f"Dataverse named no columns while {doing}.", remedy="Check CONNECTOR_DATAVERSE_URL.")
    return [row for row in rows if isinstance(row, dict) and isinstance(row.get("LogicalName"), str)]


def _cast(session: DataverseSession, table: str, cast: str, options: str) -> dict[str, Row]:
    """Read the details of one type of column, by logical name; none where the server refuses the cast."""
    path = f"EntityDefinitions(LogicalName='{table}')/Attributes/Microsoft.Dynamics.CRM.{cast}AttributeMetadata"
    try:
        data = session.get(f"{path}?{options}", doing=f"reading the {cast} columns", headers=_STRONG).data
    except OutsideError as error:
        if not _is_refused_query(error):
            raise
        logger.warning("the details of %s %s columns cannot be read (HTTP %s)", table, cast, error.status)
        return {}
    rows = data.get("value")
    listed = rows if isinstance(rows, list) else []
    return {str(row["LogicalName"]): row for row in listed if isinstance(row, dict) and row.get("LogicalName")}


def _status_options(session: DataverseSession, table: str, read: Mapping[str, Row]) -> tuple[StatusOption, ...]:
    """Give the Status Reasons of the open state; asked for by name where the list of columns lacks them."""
    row: Mapping[str, Any] = read.get(columns.STATUS_REASON, {})
    options = status_options(row, columns.STATE_OPEN)
    if options:
        return options
    try:
        row = session.get(
            f"EntityDefinitions(LogicalName='{table}')/Attributes(LogicalName='{columns.STATUS_REASON}')"
            f"/Microsoft.Dynamics.CRM.StatusAttributeMetadata?{_OPTIONS}",
            doing="reading the options of the Status Reason",
            headers=_STRONG,
        ).data
    except OutsideError as error:
        if not _is_refused_query(error):
            raise
        logger.warning("the options of the lead's Status Reason cannot be read (HTTP %s)", error.status)
        return ()
    return status_options(row, columns.STATE_OPEN)


def _column(table: str, row: Row, details: Mapping[str, Mapping[str, Row]]) -> ColumnInfo | None:
    """Read one column; None for one that rows do not have (names of lookups and choices, virtual parts)."""
    logical, cast = str(row["LogicalName"]), _cast_of(row)
    kind = _KINDS.get(cast)
    if kind is None or row.get("AttributeOf") or _flag(row.get("IsValidForRead")) is False:
        return None
    name = f"_{logical}_value" if cast in _LOOKUPS else logical
    known = _typed(FactType(kind, label=user_label(row.get("DisplayName"))), details.get(cast, {}).get(logical))
    # Where that is not told, a write will show it.
    writable = _flag(row.get("IsValidForUpdate")) is not False and kind is not Kind.ID
    return ColumnInfo(name, writable, columns.mark_free_text(table, name, known))


def _cast_of(row: Row) -> str:
    """Name a column's type as casts do; a multi-select choice is declared as virtual, with its own type name."""
    type_name = row.get("AttributeTypeName")
    if isinstance(type_name, dict) and type_name.get("Value") == f"{_MULTI_SELECT}Type":
        return _MULTI_SELECT
    return str(row.get("AttributeType") or "")


def _typed(fact_type: FactType, row: Row | None) -> FactType:
    """Add a cast's details to a type."""
    if row is None:
        return fact_type
    length = row.get("MaxLength")
    return replace(
        fact_type,
        kind=Kind.DATE if _is_day(row) else fact_type.kind,
        options={value: labels_of(option) for value, option in options_of(row)},
        max_length=length if isinstance(length, int) else None,
        minimum=_number(row.get("MinValue")),
        maximum=_number(row.get("MaxValue")),
    )


def _is_day(row: Row) -> bool:
    """Tell whether a column holds days without a time: its behaviour decides, its format where none is told."""
    behavior = row.get("DateTimeBehavior")
    told = behavior.get("Value") if isinstance(behavior, dict) else None
    return (told or row.get("Format")) == "DateOnly"


def _is_refused_query(error: OutsideError) -> bool:
    """Tell whether a server refused a question as such, and not us."""
    if error.status == _NOT_IMPLEMENTED:
        return True
    return error.status in _CLIENT_ERRORS and error.status not in _FATAL


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _flag(value: object) -> bool | None:
    """Read a flag, bare or as a managed property; None where it says nothing."""
    told = value.get("Value") if isinstance(value, Mapping) else value
    return told if isinstance(told, bool) else None
