"""The query options of a request, read against a table: what is selected, kept, sorted, expanded. Strict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connector.sandbox.dataverse.errors import bad_query, no_property, not_implemented
from connector.sandbox.dataverse.query import filters, syntax
from connector.sandbox.dataverse.query.filters import Operand, Test
from connector.sandbox.dataverse.query.words import Type
from connector.sandbox.dataverse.schema import LOOKUP_KINDS, TEXT_KINDS, Column, Kind, Row, Table
from connector.sandbox.dataverse.store import Store

MAX_EXPANDS = 15
OFFERED = frozenset({"$select", "$filter", "$orderby", "$top", "$expand", "$count", "$skiptoken", "$deltatoken", "tag"})
ELSEWHERE = frozenset({"$apply", "fetchXml", "savedQuery", "userQuery", "sql"})  # Dataverse has them, we do not
_MESSAGES = {"$skip": "Skip Clause is not supported in CRM", "$search": "Search Clause is not supported in CRM"}


@dataclass(frozen=True, slots=True)
class Expand:
    """A linked row that comes along: by which property, through which column, with which columns of its own."""

    navigation: str
    column: Column
    table: Table
    select: tuple[Column, ...] | None
    expand: tuple[Expand, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What a request asks for. `select` None: every column. `keys`: ids asked for by key, None: any."""

    select: tuple[Column, ...] | None = None
    test: Test | None = None
    keys: list[str] | None = None
    order: tuple[tuple[Operand, bool], ...] = ()  # (what, descending)
    top: int | None = None
    count: bool = False
    expand: tuple[Expand, ...] = ()
    given: frozenset[str] = field(default_factory=frozenset)


def check_names(options: list[tuple[str, str]]) -> dict[str, str]:
    """The options by name. Raises ODataError for one that is unknown, not offered, or given twice."""
    found: dict[str, str] = {}
    for name, value in options:
        if name in ELSEWHERE:
            raise not_implemented(f"the query option '{name}'")
        if name not in OFFERED and not name.startswith("@"):
            raise bad_query(_MESSAGES.get(name, f"The query parameter {name} is not supported."))
        if name in found:
            raise bad_query(
                f"Query option '{name}' was specified more than once, but it must be specified at most once."
            )
        found[name] = value
    return found


class Reader:
    """Reads options against the tables of a store."""

    def __init__(self, store: Store, now: datetime) -> None:
        self._store = store
        self._now = now
        self._expands = 0

    def query(self, table: Table, options: Mapping[str, str]) -> Query:
        """The query of a request. Raises ODataError for everything that the table cannot answer."""
        aliases = {name: value for name, value in options.items() if name.startswith("@")}
        condition = syntax.parse(options["$filter"], aliases) if "$filter" in options else None
        resolver = TableResolver(table, self._store)
        return Query(
            select=self.select(table, options.get("$select", "")),
            test=None if condition is None else filters.compile_filter(condition, resolver, self._now),
            keys=None if condition is None else filters.wanted_keys(condition, table.key),
            order=self._order(resolver, options.get("$orderby", "")),
            top=_top(options.get("$top")),
            count=_flag("$count", options.get("$count", "false")),
            expand=self.expand(table, options.get("$expand", "")),
            given=frozenset(options),
        )

    def select(self, table: Table, text: str) -> tuple[Column, ...] | None:
        """The columns named, None for all."""
        names = [name.strip() for name in text.split(",") if name.strip()]
        if not names or names == ["*"]:
            return None
        return tuple(_column(table, name) for name in names)

    def expand(self, table: Table, text: str) -> tuple[Expand, ...]:
        """The linked rows named."""
        return tuple(self._expansion(table, part) for part in split_outside(text, ","))

    def _expansion(self, table: Table, text: str) -> Expand:
        self._expands += 1
        if self._expands > MAX_EXPANDS:
            raise bad_query(f"The number of $expand options exceeds the maximum of {MAX_EXPANDS}.")
        name, _, inside = text.strip().partition("(")
        if name not in table.navigations:
            raise no_property(name, table.name)
        column, target_name = table.navigations[name]
        target = self._store.tables[target_name]
        options: dict[str, str] = {}
        for part in split_outside(inside.removesuffix(")"), ";"):
            key, _, value = part.strip().partition("=")
            if key not in {"$select", "$expand"}:
                raise bad_query(f"The query option {key} is not supported in $expand of a single-valued property.")
            options[key] = value
        return Expand(
            name, column, target,
            self.select(target, options.get("$select", "")),
            self.expand(target, options.get("$expand", "")),
        )  # fmt: skip

    def _order(self, resolver: TableResolver, text: str) -> tuple[tuple[Operand, bool], ...]:
        found: list[tuple[Operand, bool]] = []
        for part in split_outside(text, ","):
            name, *direction = part.split()
            if direction not in ([], ["asc"], ["desc"]):
                raise bad_query(f"'{part.strip()}' is not an order.")
            found.append((resolver.sort_operand(tuple(name.split("/"))), direction == ["desc"]))
        return tuple(found)


def split_outside(text: str, sign: str) -> list[str]:
    """The parts of a text between signs that stand outside parentheses."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == sign and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    return [part for part in parts if part.strip()]


def _column(table: Table, name: str) -> Column:
    column = table.fields.get(name)
    if column is None:
        raise no_property(name, table.name)
    return column


def _top(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdigit() or int(text) == 0:
        raise bad_query(f"Invalid value '{text}' for $top query option found. It must be a positive number.")
    return int(text)


def _flag(name: str, text: str) -> bool:
    if text not in {"true", "false"}:
        raise bad_query(f"Invalid value '{text}' for {name} query option found. Valid values are 'true' and 'false'.")
    return text == "true"


class TableResolver:
    """Names of a table's columns, and of linked rows' columns, as operands."""

    def __init__(self, table: Table, store: Store) -> None:
        self._table = table
        self._store = store

    def operand(self, path: tuple[str, ...]) -> Operand:
        """The operand that a path leads to; raises ODataError for one that leads nowhere."""
        return self._operand(self._table, path)

    def sort_operand(self, path: tuple[str, ...]) -> Operand:
        """As `operand`; a lookup sorts by the linked row's name."""
        column = self._table.fields.get(path[0])
        if len(path) > 1 or column is None or column.kind not in LOOKUP_KINDS:
            return self.operand(path)
        return Operand(lambda row: primary_name(self._store, column, row), Type.STRING, path[0])

    def _operand(self, table: Table, path: tuple[str, ...]) -> Operand:
        if len(path) == 1:
            column = _column(table, path[0])
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
