"""Paths that lead from a row to others: linked rows, collections, and $ref to tie and untie them."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse.access import Access
from connector.sandbox.dataverse.errors import ODataError, bad_payload, bad_query, no_segment, not_implemented
from connector.sandbox.dataverse.keys import Address, read_key, read_reference
from connector.sandbox.dataverse.query.operands import linked_row
from connector.sandbox.dataverse.relationships import Collection, collections_of, members
from connector.sandbox.dataverse.schema import Row, Table, stable_id
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.writing import BIND, Writing
from connector.sandbox.server import Request

_SEGMENT = re.compile(r"([\w.]+)(?:\((.*)\))?")
REF = "$ref"


class Linking:
    """Ties rows of a store. Every method raises ODataError."""

    def __init__(self, store: Store, access: Access, writing: Writing) -> None:
        self._store = store
        self._access = access
        self._writing = writing

    def collection(self, table: Table, name: str) -> Collection | None:
        """The collection of that name."""
        return collections_of(self._store.tables, table).get(name)

    def linked(self, table: Table, row: Row, name: str) -> tuple[Table, Row | None]:
        """The row behind a single-valued navigation property, and its table."""
        column, target = table.navigations[name]
        return self._store.tables[target], linked_row(self._store, column, row, target)

    def ids(self, table: Table, row: Row, collection: Collection) -> frozenset[str]:
        """The ids of the rows in a collection of a row."""
        found = members(self._store, table, collection).get(row[table.key], [])
        return frozenset(each[collection.table.key] for each in found)

    def write_single(self, table: Table, row: Row, name: str, request: Request, body: Any, user_id: str) -> None:
        """PUT or DELETE of `x(id)/navigation/$ref`."""
        self._access.require("Write", table, user_id)
        target = (
            None
            if request.method == "DELETE"
            else self._reference(body, self._store.tables[table.navigations[name][1]])
        )
        value = None if target is None else f"{target.table.set_name}({target.require(self._store)[target.table.key]})"
        self._writing.update(table, row, {f"{name}{BIND}": value}, user_id)

    def associate(self, table: Table, row: Row, collection: Collection, body: Any, user_id: str) -> None:
        """POST to `x(id)/collection/$ref`."""
        other = self._reference(body, collection.table).require(self._store)
        self._tie(table, row, collection, other, user_id, on=True)

    def disassociate(self, table: Table, row: Row, collection: Collection, named: str, user_id: str) -> None:
        """DELETE of `x(id)/collection(key)/$ref`, or with `?$id=`; `named` is the key or the reference."""
        address = read_reference(self._store, named) if "(" in named else read_key(collection.table, named)
        if address is None or address.table is not collection.table:
            raise bad_query(f"'{named}' is not a reference to a row of '{collection.table.set_name}'.")
        self._tie(table, row, collection, address.require(self._store), user_id, on=False)

    def _tie(self, table: Table, row: Row, collection: Collection, other: Row, user_id: str, *, on: bool) -> None:
        self._access.require("Append", collection.table, user_id)
        self._access.require("AppendTo", table, user_id)
        mine, theirs = row[table.key], other[collection.table.key]
        if collection.between is not None:
            self._pair(collection, collection.between, mine, theirs, on=on)
            return
        column = collection.column
        if column is None:  # a collection has one of the two
            return
        if not on and other.get(column.field) != mine:
            return  # they were not tied
        navigation = column.navigation(table.name)
        value = f"{table.set_name}({mine})" if on else None
        self._writing.update(collection.table, other, {f"{navigation}{BIND}": value}, user_id)

    def _pair(self, collection: Collection, between: Table, mine: str, theirs: str, *, on: bool) -> None:
        pair_id = stable_id(between.name, *sorted((f"{collection.here}={mine}", f"{collection.there}={theirs}")))
        known = self._store.get(between.name, pair_id) is not None
        if on and not known:
            row = {between.key: pair_id, collection.here: mine, collection.there: theirs}
            self._store.insert(between.name, row)
        if not on and known:
            self._store.delete(between.name, pair_id)

    def _reference(self, body: Any, table: Table) -> Address:
        named = body.get("@odata.id") if isinstance(body, dict) and len(body.keys() - {"@odata.context"}) == 1 else None
        address = read_reference(self._store, named)
        if address is None or address.table is not table:
            raise bad_payload(f"The body must be a reference ('@odata.id') to a row of '{table.set_name}'.")
        return address


def read_segment(text: str) -> tuple[str, str | None]:
    """The name and the key in one segment of a path. Raises ODataError."""
    match = _SEGMENT.fullmatch(text)
    if match is None:
        raise no_segment(text)
    return match[1], match[2]


def wrong_method(method: str) -> ODataError:
    """The refusal of a method that an address does not take."""
    message = f"The requested resource does not support http method '{method}'."
    return ODataError(HTTPStatus.METHOD_NOT_ALLOWED, "", message)


def created_by_path() -> ODataError:
    """The refusal of what Dataverse offers and this stand-in not."""
    return not_implemented("the creation of rows through a collection of another row: bind the lookup instead")
