"""The query options of a request, read against a table: what is selected, kept, sorted, expanded. Strict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connector.sandbox.dataverse.errors import bad_query, no_property, not_implemented
from connector.sandbox.dataverse.query import filters, syntax
from connector.sandbox.dataverse.query.filters import Operand, Test
from connector.sandbox.dataverse.query.operands import TableResolver, column_of
from connector.sandbox.dataverse.relationships import Collection, collections_of
from connector.sandbox.dataverse.schema import Column, Table
from connector.sandbox.dataverse.store import Store

MAX_EXPANDS = 15
OFFERED = frozenset({"$select", "$filter", "$orderby", "$top", "$expand", "$count", "$skiptoken", "$deltatoken", "tag"})
PLANNED = frozenset({"fetchXml", "sql", "$apply"})  # options that say everything: read elsewhere
ELSEWHERE = frozenset({"savedQuery", "userQuery"})  # Dataverse has them, we do not
SINGLE_OPTIONS = frozenset({"$select", "$expand"})
MANY_OPTIONS = SINGLE_OPTIONS | {"$filter", "$orderby", "$top"}
_MESSAGES = {"$skip": "Skip Clause is not supported in CRM", "$search": "Search Clause is not supported in CRM"}


@dataclass(frozen=True, slots=True)
class Expand:
    """Linked rows that come along: one through a `column`, or those of a `collection` with options of their own."""

    navigation: str
    table: Table
    query: Query
    text: Mapping[str, str]  # the options as they were written, for the link to the rest
    column: Column | None = None
    collection: Collection | None = None


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
        if name not in OFFERED | PLANNED and not name.startswith("@"):
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
            order=self._order(resolver, options.get("$orderby", ""), aliases),
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
        return tuple(column_of(table, name) for name in names)

    def expand(self, table: Table, text: str) -> tuple[Expand, ...]:
        """The linked rows named."""
        return tuple(self._expansion(table, part) for part in split_outside(text, ","))

    def _expansion(self, table: Table, text: str) -> Expand:
        self._expands += 1
        if self._expands > MAX_EXPANDS:
            raise bad_query(f"The number of $expand options exceeds the maximum of {MAX_EXPANDS}.")
        name, opened, inside = text.strip().partition("(")
        if opened and not inside.endswith(")"):
            raise bad_query(f"'{text.strip()}' is not a valid $expand.")
        options = _inner_options(name, inside.removesuffix(")"))
        if name in table.navigations:
            column, target_name = table.navigations[name]
            _check_inner(name, options, SINGLE_OPTIONS, "single-valued")
            target = self._store.tables[target_name]
            return Expand(name, target, self.query(target, options), options, column)
        collection = collections_of(self._store.tables, table).get(name)
        if collection is None:
            raise no_property(name, table.name)
        _check_inner(name, options, MANY_OPTIONS, "collection-valued")
        if collection.between is not None and "$expand" in options:
            raise bad_query(f"Nested $expand is not supported on the many-to-many relationship '{name}'.")
        query = self.query(collection.table, options)
        return Expand(name, collection.table, query, options, None, collection)

    def _order(
        self, resolver: TableResolver, text: str, aliases: Mapping[str, str]
    ) -> tuple[tuple[Operand, bool], ...]:
        found: list[tuple[Operand, bool]] = []
        for part in split_outside(text, ","):
            name, *direction = part.split()
            if name.startswith("@"):
                if name not in aliases:
                    raise bad_query(f"The parameter alias '{name}' has no value.")
                name = aliases[name]
            if direction not in ([], ["asc"], ["desc"]):
                raise bad_query(f"'{part.strip()}' is not an order.")
            found.append((resolver.sort_operand(tuple(name.split("/"))), direction == ["desc"]))
        return tuple(found)


def _inner_options(name: str, text: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for part in split_outside(text, ";"):
        key, sign, value = part.strip().partition("=")
        if not sign or key in options:
            raise bad_query(f"'{part.strip()}' is not a valid option in $expand of '{name}'.")
        options[key] = value
    return options


def _check_inner(name: str, options: Mapping[str, str], offered: frozenset[str], kind: str) -> None:
    for key in options:
        if key not in offered:
            raise bad_query(f"The query option {key} is not supported in $expand of the {kind} property '{name}'.")


def split_outside(text: str, sign: str) -> list[str]:
    """The parts of a text between signs that stand outside parentheses and quotes."""
    parts, depth, start, quoted = [], 0, 0, False
    for at, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
            if character == sign and depth == 0:
                parts.append(text[start:at])
                start = at + 1
    parts.append(text[start:])
    return [part for part in parts if part.strip()]


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
