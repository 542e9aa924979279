"""What FetchXML, SQL and $apply have in common: joined rows, conditions, groups, order. They are read elsewhere."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse.errors import AGGREGATE_LIMIT, ODataError, bad_query
from connector.sandbox.dataverse.query.operands import type_of
from connector.sandbox.dataverse.query.words import Type, moment_literal
from connector.sandbox.dataverse.schema import Column, Row, Table
from connector.sandbox.dataverse.store import Store

MAX_AGGREGATED = 50_000
Combined = Mapping[str, Row | None]  # the joined rows by alias; "" is the row of the table itself
Test = Callable[[Combined], bool]
AGGREGATES = frozenset({"count", "countcolumn", "sum", "avg", "min", "max"})


@dataclass(frozen=True, slots=True)
class Source:
    """A column of one of the joined tables."""

    alias: str
    column: Column

    def get(self, rows: Combined) -> Any:
        """Its value in joined rows."""
        row = rows[self.alias]
        return None if row is None else row.get(self.column.field, self.column.default)


@dataclass(frozen=True, slots=True)
class Output:
    """One value of an answer: a column, a group's column, or an aggregate of one (`source` None: of rows)."""

    name: str
    source: Source | None
    aggregate: str = ""
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """Another table, whose `own` column equals one of a table before it."""

    alias: str
    table: Table
    own: Column
    other: Source
    outer: bool = False
    tests: list[Test] = field(default_factory=list)  # of an outer join: what its rows must fulfil to be joined


@dataclass(slots=True)
class Plan:
    """A query over joined tables. `order` is by sources, or by the names of outputs where there are aggregates."""

    table: Table
    outputs: list[Output] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    order: list[tuple[Source | str, bool]] = field(default_factory=list)
    distinct: bool = False
    grouped: bool = False

    def tables(self) -> dict[str, Table]:
        """The tables by alias."""
        return {"": self.table} | {join.alias: join.table for join in self.joins}

    def rows(self, store: Store) -> list[Combined]:
        """The joined rows that fit, in their order."""
        with store.lock:
            found: Iterator[dict[str, Row | None]] = ({"": row} for row in store.rows[self.table.name].after(""))
            for join in self.joins:
                found = _joined(found, join, store)
            kept: list[Combined] = [rows for rows in found if all(test(rows) for test in self.tests)]
        for by, descending in reversed(self.order):
            if isinstance(by, Source):
                kept.sort(key=_sorting(by), reverse=descending)
        return kept

    def answers(self, store: Store) -> list[dict[str, Any]]:
        """The outputs of every row or group. Raises ODataError beyond 50,000 rows to aggregate."""
        rows = self.rows(store)
        if not self.grouped:
            shown = [{each.name: each.source.get(row) for each in self.outputs if each.source} for row in rows]
            return _distinct(shown) if self.distinct else shown
        if len(rows) > MAX_AGGREGATED:
            message = "AggregateQueryRecordLimit exceeded. Cannot perform this operation."
            raise ODataError(HTTPStatus.BAD_REQUEST, AGGREGATE_LIMIT, message)
        found = [self._group(key, members) for key, members in self._groups(rows)]
        for by, descending in reversed(self.order):
            if isinstance(by, str):
                found.sort(key=lambda each, name=by: sort_key(each.get(name)), reverse=descending)  # type: ignore[misc]  # the name is bound by its default
        return found

    def _groups(self, rows: Sequence[Combined]) -> Iterator[tuple[tuple[Any, ...], list[Combined]]]:
        keys = [each.source for each in self.outputs if not each.aggregate and each.source is not None]
        found: defaultdict[tuple[Any, ...], list[Combined]] = defaultdict(list)
        for row in rows:
            found[tuple(_folded(source.get(row)) for source in keys)].append(row)
        if not keys and not found:
            found[()] = []
        yield from found.items()

    def _group(self, _key: tuple[Any, ...], rows: list[Combined]) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for each in self.outputs:
            if each.aggregate:
                shown[each.name] = _aggregate(each, rows)
            elif each.source is not None:
                shown[each.name] = each.source.get(rows[0])
        return shown


def _joined(found: Iterator[dict[str, Row | None]], join: Join, store: Store) -> Iterator[dict[str, Row | None]]:
    index: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in store.rows[join.table.name].after(""):
        value = row.get(join.own.field, join.own.default)
        if value is not None:
            index[_folded(value)].append(row)
    for rows in found:
        matches = index.get(_folded(join.other.get(rows)), [])
        if join.tests:
            matches = [match for match in matches if all(test({**rows, join.alias: match}) for test in join.tests)]
        for match in matches:
            yield {**rows, join.alias: match}
        if join.outer and not matches:
            yield {**rows, join.alias: None}


def _aggregate(output: Output, rows: Sequence[Combined]) -> Any:
    if output.source is None:
        return len(rows)
    values = [value for value in map(output.source.get, rows) if value is not None]
    if output.distinct:
        values = list(dict.fromkeys(map(_folded, values)))
    if output.aggregate in {"count", "countcolumn"}:
        return len(values)
    if not values:
        return None
    if output.aggregate in {"sum", "avg"}:
        total = sum(values)
        return total if output.aggregate == "sum" else round(total / len(values), 4)
    return min(values) if output.aggregate == "min" else max(values)


def _distinct(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({tuple(_folded(value) for value in each.values()): each for each in reversed(shown)}.values())[::-1]


def _sorting(source: Source) -> Callable[[Combined], tuple[bool, Any]]:
    return lambda rows: sort_key(source.get(rows))


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def sort_key(value: Any) -> tuple[bool, Any]:
    """Nulls come first; text ignores case."""
    return (False, 0) if value is None else (True, _folded(value))


# --- conditions ------------------------------------------------------------------------------------------------------


def condition(source: Source, operator: str, values: Sequence[Any]) -> Test:
    """The test that a column stands in a relation to values (as text, or typed). Raises ODataError."""
    wanted = [_read(source.column, value) for value in values]
    counts = {"null": 0, "between": 2, "in": None}
    expected = counts.get(operator, 1)
    if expected is not None and len(wanted) != expected:
        raise bad_query(f"The operator '{operator}' takes {expected} values, not {len(wanted)}.")
    build = _OPERATORS.get(operator)
    if build is None:
        raise bad_query(f"The operator '{operator}' is not valid.")
    holds = build(wanted)
    return lambda rows: holds(_folded(source.get(rows)))


def _read(column: Column, value: Any) -> Any:
    """A value as rows keep it: queries write every value as text."""
    if not isinstance(value, str):
        return value
    kind = type_of(column)
    if kind is Type.NUMBER:
        try:
            return float(value)
        except ValueError:
            raise bad_query(f"The value '{value}' of the column '{column.name}' is not a number.") from None
    if kind is Type.BOOLEAN:
        return value.lower() in {"1", "true"}
    if kind is Type.DATETIME:
        return str(moment_literal(value).value).lower()
    return value.strip("{}").lower() if kind is Type.GUID else value.lower()


Holds = Callable[[Any], bool]


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[list[Any]], Holds]:
    return lambda wanted: lambda value: value is not None and compare(value, wanted[0])


def _like(wanted: list[Any]) -> Holds:
    parts = re.split(r"([%_])", str(wanted[0]))
    pattern = re.compile("".join({"%": ".*", "_": "."}.get(part, re.escape(part)) for part in parts), re.DOTALL)
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


_OPERATORS: Mapping[str, Callable[[list[Any]], Holds]] = {
    "eq": lambda wanted: lambda value: value is not None and value == wanted[0],
    "gt": _ordered(lambda value, wanted: bool(value > wanted)),
    "ge": _ordered(lambda value, wanted: bool(value >= wanted)),
    "lt": _ordered(lambda value, wanted: bool(value < wanted)),
    "le": _ordered(lambda value, wanted: bool(value <= wanted)),
    "like": _like,
    "begins-with": lambda wanted: lambda value: isinstance(value, str) and value.startswith(str(wanted[0])),
    "ends-with": lambda wanted: lambda value: isinstance(value, str) and value.endswith(str(wanted[0])),
    "contains": lambda wanted: lambda value: isinstance(value, str) and str(wanted[0]) in value,
    "null": lambda _wanted: lambda value: value is None,
    "in": lambda wanted: lambda value: value is not None and value in wanted,
    "between": lambda wanted: lambda value: value is not None and wanted[0] <= value <= wanted[1],
    "on": lambda wanted: lambda value: value is not None and value[:10] == wanted[0][:10],
    "on-or-after": lambda wanted: lambda value: value is not None and value[:10] >= wanted[0][:10],
    "on-or-before": lambda wanted: lambda value: value is not None and value[:10] <= wanted[0][:10],
}


def either(tests: Sequence[Test]) -> Test:
    """One of the tests holds."""
    return lambda rows: any(test(rows) for test in tests)


def both(tests: Sequence[Test]) -> Test:
    """All of the tests hold."""
    return lambda rows: all(test(rows) for test in tests)


def negated(test: Test) -> Test:
    """The test does not hold."""
    return lambda rows: not test(rows)
