"""The tables that rows beside leads are written to: entity set, key, columns, and how a lookup is written there.

Read from the metadata at the first need and kept for the process; what is kept can be forgotten. Rows are shaped to
what the columns hold here, and sent in `relatedrows`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import ColumnInfo, TableInfo, read_outline, read_table
from connector.dataverse.reading.query import guid
from connector.errors import OutsideError
from connector.pipeline.decide import shortened
from connector.pipeline.values import Json, RelatedRow, RowKind
from connector.scoring.facttypes import FactType, Kind

_STRONG = {"Consistency": "Strong"}
_NOT_FOUND = 404
_RELATIONSHIPS = "$select=ReferencingAttribute,ReferencedEntity,ReferencingEntityNavigationPropertyName"
_CHOICES: Mapping[tuple[RowKind, str], Mapping[str, int]] = {
    (RowKind.PREDICTIVE, "grade"): columns.PREDICTIVE_GRADES,
    (RowKind.PREDICTIVE, "score_trend"): columns.PREDICTIVE_TRENDS,
}
_DAY = len("2026-01-31")


class NoTableError(OutsideError):
    """An environment does not have a table; says what to do."""

    def __init__(self, name: str, error: OutsideError) -> None:
        is_ours = name != columns.PREDICTIVE_SCORE_TABLE
        super().__init__(
            f"There is no table {name} in this environment.",
            remedy="Run: connector provision columns."
            if is_ours
            else "It comes with Dynamics 365 Sales: install that, or set `predictive_score: false` in the model.",
            status=error.status,
            code=error.code,
            request_id=error.request_id,
        )


@dataclass(frozen=True, slots=True)
class RelatedTable:
    """A table as writing needs it. `navigations` are by lookup column and the table that it points to."""

    info: TableInfo
    navigations: Mapping[tuple[str, str], str]


def table_of(row: RelatedRow) -> str:
    """The logical name of the table that a row goes to."""
    standard = {RowKind.PREDICTIVE: columns.PREDICTIVE_SCORE_TABLE, RowKind.TASK: "task"}
    return standard.get(row.kind, row.table)


class RelatedTables:
    """What is known of tables, read when first asked for. May be used by several threads."""

    def __init__(self, session: DataverseSession) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._known: dict[str, RelatedTable] = {}
        self._sets: dict[str, str] = {}

    def take(self, name: str) -> tuple[RelatedTable, bool]:
        """Give a table, and whether it was read just now. Raises OutsideError; NoTableError where it is not there."""
        with self._lock:
            known = self._known.get(name)
            if known is not None:
                return known, False
            known = self._known[name] = self._read(name)
            return known, True

    def entity_set(self, table: str) -> str:
        """Give the entity set of a table that rows point to. Raises OutsideError."""
        with self._lock:
            if table not in self._sets:
                self._sets[table] = read_outline(self._session, table).entity_set
            return self._sets[table]

    def forget(self, name: str) -> None:
        """Read a table again at the next need: something that was kept of it no longer holds."""
        with self._lock:
            self._known.pop(name, None)
            self._sets.clear()

    def _read(self, name: str) -> RelatedTable:
        try:
            info = read_table(self._session, name)
            doing = f"reading what the {name} table points to"
            path = f"EntityDefinitions(LogicalName='{name}')/ManyToOneRelationships?{_RELATIONSHIPS}"
            rows = self._session.get(path, doing=doing, headers=_STRONG).data.get("value")
        except OutsideError as error:
            if error.status != _NOT_FOUND:
                raise
            raise NoTableError(name, error) from error
        listed = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        return RelatedTable(
            info,
            {
                (str(row.get("ReferencingAttribute")), str(row.get("ReferencedEntity"))): str(
                    row["ReferencingEntityNavigationPropertyName"]
                )
                for row in listed
                if row.get("ReferencingEntityNavigationPropertyName")
            },
        )


def body_of(row: RelatedRow, table: RelatedTable, tables: RelatedTables) -> dict[str, Json]:
    """Write the body that creates or updates a row. Raises OutsideError for columns that the table lacks."""
    name = table_of(row)
    prefix = columns.PREDICTIVE_PREFIX if row.kind is RowKind.PREDICTIVE else name.partition("_")[0]
    body: dict[str, Json] = {}
    missing: list[str] = []
    for own, value in row.values.items():
        column = columns.related_column(prefix, own)
        known = table.info.columns.get(column)
        if known is None:
            missing.append(column)
        else:
            body[column] = _fitted(_CHOICES.get((row.kind, own), {}).get(str(value), value), known)
    for own, target, row_id in row.links:
        column = columns.related_column(prefix, own)
        navigation = table.navigations.get((column, target))
        if navigation is None:
            missing.append(column)
        else:
            body[f"{navigation}@odata.bind"] = f"/{tables.entity_set(target)}({guid(row_id)})"
    if row.kind is RowKind.PREDICTIVE:  # environments differ in what they have of it
        missing = sorted(set(missing) & columns.PREDICTIVE_REQUIRED)
    if missing:
        raise OutsideError(
            f"The table {name} lacks columns that are written: {', '.join(missing)}.",
            remedy="Run: connector provision columns.",
        )
    return body


def _fitted(value: Json, column: ColumnInfo) -> Json:
    """Give a value as its column holds it: a text cut to its length, a number within its bounds, a day as one."""
    known = column.type or FactType(Kind.TEXT)
    if isinstance(value, str):
        if known.kind is Kind.DATE:
            return value[:_DAY]
        return shortened(value, known.max_length) if known.kind is Kind.TEXT else value
    if isinstance(value, int) and not isinstance(value, bool) and known.kind is Kind.NUMBER:
        low = value if known.minimum is None else max(value, int(known.minimum))
        return low if known.maximum is None else min(low, int(known.maximum))
    return value
