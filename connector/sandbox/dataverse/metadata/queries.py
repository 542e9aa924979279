"""$select, $filter and $expand over metadata documents, and the paths below EntityDefinitions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse.errors import OBJECT_DOES_NOT_EXIST, ODataError, bad_query, no_segment
from connector.sandbox.dataverse.metadata.changing import find_key
from connector.sandbox.dataverse.metadata.customizing import Customizing
from connector.sandbox.dataverse.metadata.documents import (
    CASTS,
    COMMON_PROPERTIES,
    CRM,
    OPTION_CASTS,
    cast_of,
    column_document,
    key_document,
    option_set_document,
    table_document,
)
from connector.sandbox.dataverse.metadata.names import DocumentResolver
from connector.sandbox.dataverse.metadata.optionsets import OptionSets
from connector.sandbox.dataverse.metadata.relating import all_relationships, many_to_many, many_to_one, one_to_many
from connector.sandbox.dataverse.query import filters, syntax
from connector.sandbox.dataverse.query.options import split_outside
from connector.sandbox.dataverse.schema import Column, Table, stable_id

Document = dict[str, Any]
Expansion = Callable[[Document], Any]
OFFERED = frozenset({"$select", "$filter", "$expand", "$count", "LabelLanguages"})
_KEY = re.compile(r"(?:LogicalName='(\w+)'|([0-9a-fA-F-]{36}))")
_SEGMENT = re.compile(r"([\w.$]+)(?:\(([^()]*)\))?")


class MetadataQueries:
    """Answers the paths below EntityDefinitions from the tables as they are now."""

    def __init__(
        self,
        tables: Mapping[str, Table],
        clock: Callable[[], datetime],
        customizing: Customizing | None = None,
        option_sets: OptionSets | None = None,
    ) -> None:
        self._tables = tables
        self._clock = clock
        self._customizing = customizing
        self._option_sets = option_sets

    def answer(self, segments: list[str], options: list[tuple[str, str]], *, strong: bool = False) -> Document:
        """The document for a path (its segments, decoded) and its options. Raises ODataError.

        `strong`: the caller asked for metadata as it is now, not as a cache has it.
        """
        first, key = parse_segment(segments[0])
        given = _check(options)
        if first == "RelationshipDefinitions":
            return self._listed(list(all_relationships(self._tables)), key, segments[1:], given, "SchemaName")
        if first == "GlobalOptionSetDefinitions":
            known = [] if self._option_sets is None else [each.document() for each in self._option_sets.known.values()]
            return self._listed(known, key, segments[1:], given, "Name")
        if first != "EntityDefinitions":
            raise no_segment(first)
        if key is None:
            if len(segments) > 1:
                raise no_segment(segments[1])
            return self._collection(map(table_document, self._tables.values()), given, self._table_expansions(given))
        table = self._seen(self.table(key), strong=strong)
        if len(segments) == 1:
            return self._single(table_document(table), given, self._table_expansions(given))
        return self._below(table, segments[1:], given)

    def _listed(
        self, documents: list[Document], key: str | None, rest: list[str], given: dict[str, str], name: str
    ) -> Document:
        """Definitions that hang on no table: all, those of a type, or the one that an id or a name names."""
        cast = rest.pop(0) if rest and rest[0].startswith(CRM) else ""
        if rest:
            raise no_segment(rest[0])
        found = [each for each in documents if not cast or each["@odata.type"] == f"#{cast}"]
        if key is None:
            return self._collection(found, given, {})
        wanted = key.removeprefix(f"{name}=").strip("'").lower()
        for each in found:
            if wanted in {each["MetadataId"], each[name].lower()}:
                return self._single(each, given, {})
        raise ODataError(HTTPStatus.NOT_FOUND, OBJECT_DOES_NOT_EXIST, f"Could not find a definition with key '{key}'.")

    def _below(self, table: Table, segments: list[str], given: dict[str, str]) -> Document:
        name, key = parse_segment(segments[0])
        if name in RELATIONSHIPS and key is None and len(segments) == 1:
            return self._collection(RELATIONSHIPS[name](self._tables, table), given, {})
        if name == "Keys" and len(segments) == 1:
            if key is None:
                return self._collection(_keys(table), given, {})
            found = find_key(table, key)
            return self._single(key_document(table, found.schema.lower(), found), given, {})
        if name != "Attributes":
            raise no_segment(name)
        rest = segments[1:]
        cast = rest.pop(0).removeprefix(CRM) if rest and rest[0].startswith(CRM) else ""
        if cast and cast not in CASTS:
            raise bad_query(f"The type '{CRM}{cast}' cannot be used as a cast of attributes here.")
        if key is None:
            columns = [each for each in table.columns.values() if not cast or each.kind in CASTS[cast]]
            documents = (column_document(table, column) for column in columns)
            return self._collection(documents, given, self._column_expansions(table, cast, given), cast)
        column = find_column(table, key, cast)
        if rest == ["OptionSet"] and cast in OPTION_CASTS:
            return self._single(option_set_document(table, column), given, {})
        if rest:
            raise no_segment(rest[0])
        return self._single(column_document(table, column), given, self._column_expansions(table, cast, given), cast)

    def table(self, key: str) -> Table:
        """The table that `LogicalName='x'` or an id names. Raises ODataError 404."""
        match = _KEY.fullmatch(key)
        for table in self._tables.values():
            if match and (match[1] == table.name or match[2] == stable_id("table", table.name)):
                return table
        raise ODataError(HTTPStatus.NOT_FOUND, OBJECT_DOES_NOT_EXIST, f"Could not find an entity with key '{key}'.")

    def _seen(self, table: Table, *, strong: bool) -> Table:
        """The table as this read sees it: without columns that caches do not know yet."""
        hidden = self._customizing.unseen(table, strong=strong) if self._customizing else frozenset()
        if not hidden:
            return table
        seen = {name: each for name, each in table.columns.items() if name not in hidden}
        return replace(table, columns=seen, fields={}, navigations={})

    def _table_expansions(self, given: Mapping[str, str]) -> dict[str, Expansion]:
        offered: dict[str, Callable[[Table], Iterable[Document]]] = {
            "Attributes": lambda table: [column_document(table, column) for column in table.columns.values()],
            "Keys": _keys,
            **{name: partial(find, self._tables) for name, find in RELATIONSHIPS.items()},
        }

        def expansion(name: str, inside: dict[str, str]) -> Expansion:
            def expand(document: Document) -> list[Document]:
                found = offered[name](self._tables[document["LogicalName"]])
                value: list[Document] = self._collection(found, inside, {})["value"]
                return value

            return expand

        return {name: expansion(name, inside) for name, inside in _expansions(given, set(offered)).items()}

    def _column_expansions(self, table: Table, cast: str, given: Mapping[str, str]) -> dict[str, Expansion]:
        offered = {"OptionSet", "GlobalOptionSet"} if cast in OPTION_CASTS else set()
        sets = self._option_sets

        def expansion(name: str, inside: dict[str, str]) -> Expansion:
            def expand(document: Document) -> Document | None:
                column = table.columns[document["LogicalName"]]
                used = None if sets is None else sets.used.get((table.name, column.name))
                if (used is None) is (name == "GlobalOptionSet"):  # a column has options of its own or shares them
                    return None
                if sets is not None and used is not None:
                    return _shape(sets.known[used].document(), inside, {}, kept=("MetadataId",))
                return _shape(option_set_document(table, column), inside, {}, kept=("MetadataId",))

            return expand

        return {name: expansion(name, inside) for name, inside in _expansions(given, offered).items()}

    def _collection(
        self, documents: Iterable[Document], given: Mapping[str, str], expansions: dict[str, Expansion], cast: str = ""
    ) -> Document:
        everything = [_typed(document, cast) for document in documents]
        if "$filter" in given and everything:
            condition = syntax.parse(given["$filter"], {})
            test = filters.compile_filter(condition, DocumentResolver(everything), self._clock())
            everything = [document for document in everything if test(document)]
        page: Document = {"@odata.context": "$metadata#EntityDefinitions"}
        if given.get("$count") == "true":
            page["@odata.count"] = len(everything)
        return page | {"value": [_shape(document, given, expansions) for document in everything]}

    def _single(
        self, document: Document, given: Mapping[str, str], expansions: dict[str, Expansion], cast: str = ""
    ) -> Document:
        if "$filter" in given:
            raise bad_query("The query parameter $filter is not supported for a single definition.")
        context = {"@odata.context": "$metadata#EntityDefinitions/$entity"}
        return context | _shape(_typed(document, cast), given, expansions)


def _typed(document: Document, cast: str) -> Document:
    """Without a cast every document names its type; with one the path has named it."""
    return {key: value for key, value in document.items() if key != "@odata.type"} if cast else document


def find_column(table: Table, key: str, cast: str = "") -> Column:
    """The column that `LogicalName='x'` or an id names, of one type of metadata or of any. Raises ODataError 404."""
    match = _KEY.fullmatch(key)
    for column in table.columns.values():
        found = match and (match[1] == column.name or match[2] == stable_id("column", table.name, column.name))
        if found and (not cast or cast == cast_of(column)):
            return column
    what = f"{cast or 'attribute'} with key '{key}'"
    raise ODataError(HTTPStatus.NOT_FOUND, OBJECT_DOES_NOT_EXIST, f"Could not find an {what} on '{table.name}'.")


def _keys(table: Table) -> list[Document]:
    return [key_document(table, name, key) for name, key in table.keys.items()]


RELATIONSHIPS: Mapping[str, Callable[[Mapping[str, Table], Table], list[Document]]] = {
    "ManyToOneRelationships": many_to_one,
    "OneToManyRelationships": one_to_many,
    "ManyToManyRelationships": many_to_many,
}


def parse_segment(segment: str) -> tuple[str, str | None]:
    """The name and the key in one segment of a path. Raises ODataError."""
    match = _SEGMENT.fullmatch(segment)
    if match is None:
        raise no_segment(segment)
    return match[1], match[2]


def _check(options: list[tuple[str, str]]) -> dict[str, str]:
    for name, _ in options:
        if name not in OFFERED:
            raise bad_query(f"The query parameter {name} is not supported for metadata.")
    return dict(options)


def _expansions(given: Mapping[str, str], offered: set[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for part in split_outside(given.get("$expand", ""), ","):
        name, _, inside = part.strip().partition("(")
        if name not in offered:
            raise bad_query(f"Could not find a property named '{name}' that can be expanded here.")
        pairs = [piece.strip().partition("=") for piece in split_outside(inside.removesuffix(")"), ";")]
        found[name] = _check([(key, value) for key, _, value in pairs])
    return found


def _shape(
    document: Document,
    given: Mapping[str, str],
    expansions: dict[str, Expansion],
    kept: tuple[str, ...] = ("MetadataId",),
) -> Document:
    """A document with the properties that were selected, its id, its type, and what was expanded."""
    names = [name.strip() for name in given.get("$select", "").split(",") if name.strip()]
    shown = document
    if names:
        without_cast = "AttributeType" in document and "@odata.type" in document
        unknown = [name for name in names if name not in (COMMON_PROPERTIES if without_cast else document)]
        if unknown:
            hint = " (a property of one type of column needs its cast in the path)" if without_cast else ""
            raise bad_query(f"Could not find a property named '{unknown[0]}' on this metadata type{hint}.")
        wanted = {"@odata.type", *kept, *names}
        shown = {key: value for key, value in document.items() if key in wanted}
    return shown | {name: expand(document) for name, expand in expansions.items()}
