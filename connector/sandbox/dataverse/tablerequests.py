"""Requests to tables: collections, rows, single columns, links; reading and writing them under the caller's rights."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse import keys, writing
from connector.sandbox.dataverse.access import Access
from connector.sandbox.dataverse.ambush import Ambush
from connector.sandbox.dataverse.asked import Asked
from connector.sandbox.dataverse.bulk import CRM, Bulk
from connector.sandbox.dataverse.errors import no_segment
from connector.sandbox.dataverse.headers import detects_duplicates
from connector.sandbox.dataverse.linking import Linking, created_by_path, read_segment, wrong_method
from connector.sandbox.dataverse.owning import check_owner
from connector.sandbox.dataverse.query import links
from connector.sandbox.dataverse.reading import Reading
from connector.sandbox.dataverse.relationships import Collection
from connector.sandbox.dataverse.rendering import etag
from connector.sandbox.dataverse.schema import LOOKUP_KINDS, Column, Row, Table
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.visits import Visit, json_body, json_document, plain_text
from connector.sandbox.faults import Effect, Faults
from connector.sandbox.server import Response

SERVICE = "dataverse"
MESSAGES = frozenset({"CreateMultiple", "UpdateMultiple", "UpsertMultiple", "DeleteMultiple"})


class TableRequests:
    """Answers requests to tables; `ambush` holds what is to happen just before a write."""

    def __init__(
        self,
        store: Store,
        access: Access,
        *,
        origin: str,
        faults: Faults,
        clock: Callable[[], datetime],
        page_size: int,
    ) -> None:
        self.store = store
        self.access = access
        self.writing = writing.Writing(store)
        self.origin = origin
        self.page_size = page_size
        self._reading = Reading(store, clock)
        self._faults = faults
        self.ambush = Ambush()
        self.bulk = Bulk(store, access, self.writing, self.ambush.spring)
        self.linking = Linking(store, access, self.writing)
        self.charge: Callable[[int], None] = lambda _operations: None  # told of targets beyond the first

    def answer(self, visit: Visit, table: Table) -> Response:
        """Answer one request to a table. Raises ODataError."""
        route, method = visit.route, visit.request.method
        if route.key is not None:
            if route.rest:
                return self._part(visit, table)
            answers = {"GET": self._row, "PATCH": self._patch, "DELETE": self._delete}
        elif route.rest:
            return self._collective(visit, table)
        else:
            answers = {"GET": self._page, "POST": self._create}
        if method not in answers:
            raise wrong_method(method)
        return answers[method](visit, table)

    def _collective(self, visit: Visit, table: Table) -> Response:
        """What stands behind a whole table: its count, and messages for many rows."""
        (name, *further), method = visit.route.rest, visit.request.method
        message = name.removeprefix(CRM)
        if name == "$count" and not further and method == "GET":
            return self._count(visit, table)
        if name == message or message not in MESSAGES or further:
            raise no_segment(name)
        if method != "POST":
            raise wrong_method(method)
        body = json_body(visit.request)
        ids = self.bulk.run(table, message, body, visit.user_id)
        self.charge(len(body["Targets"]) - 1)
        if ids is None:
            return Response(HTTPStatus.NO_CONTENT)
        context = f"{self.origin}{visit.route.root}/$metadata#{CRM}{message}Response"
        return json_document({"@odata.context": context, "Ids": ids})

    def _asked(self, visit: Visit, table: Table) -> Asked:
        foreign = self._faults.take(SERVICE, visit.request, Effect.FOREIGN_NEXT_LINK)
        origin = self.origin if foreign is None else foreign.origin
        base, options = f"{origin}{visit.route.root}", visit.request.options()
        return Asked(
            table,
            options,
            visit.preferences,
            base,
            self.page_size,
            bent=lambda effect: self._faults.take(SERVICE, visit.request, effect) is not None,
        )

    def _page(self, visit: Visit, table: Table) -> Response:
        names = dict(visit.request.options())
        tracked = visit.preferences.track_changes or links.DELTA in names
        self.access.require("Read", table, visit.user_id, everywhere=tracked)
        if links.DELTA in names:
            fault = self._faults.take(SERVICE, visit.request, Effect.EXPIRED_DELTA)
            if fault is not None:
                raise links.expired(fault.status)
        return json_document(self._reading.page(self._asked(visit, table)))

    def _count(self, visit: Visit, table: Table) -> Response:
        self.access.require("Read", table, visit.user_id, everywhere=links.DELTA in dict(visit.request.options()))
        return plain_text(str(self._reading.count(self._asked(visit, table))))

    def _row(self, visit: Visit, table: Table) -> Response:
        self.access.require("Read", table, visit.user_id)
        row = self._address(visit, table).require(self.store)
        plain = not visit.preferences.annotations and "$expand" not in dict(visit.request.options())
        if plain and visit.request.headers.get("if-none-match") == etag(row):
            return Response(HTTPStatus.NOT_MODIFIED)
        return json_document(self._reading.row(self._asked(visit, table), row), [("ETag", etag(row))])

    def _address(self, visit: Visit, table: Table) -> keys.Address:
        return keys.read_key(table, visit.route.key or "")

    # --- below a row -----------------------------------------------------------------------------------------------

    def _part(self, visit: Visit, table: Table) -> Response:
        """A column of a row, linked rows, or a function bound to a row."""
        row = self._address(visit, table).require(self.store)
        text, *further = visit.route.rest
        name, key = read_segment(text)
        if name == f"{CRM}RetrieveUserPrivileges" and table.name == "systemuser":
            return json_document({"RolePrivileges": self._role_privileges()})
        if name in table.navigations and key is None:
            return self._single(visit, table, row, name, further)
        collection = self.linking.collection(table, name)
        if collection is not None:
            return self._collection(visit, table, row, collection, key, further)
        column = table.fields.get(name)
        if column is None or key is not None or further not in ([], ["$value"]):
            raise no_segment(name)
        return self._column(visit, table, row, column, raw=bool(further))

    def _column(self, visit: Visit, table: Table, row: Row, column: Column, *, raw: bool) -> Response:
        method = visit.request.method
        if method == "GET":
            self.access.require("Read", table, visit.user_id)
            value = row.get(column.field, column.default)
            if value is None:
                return Response(HTTPStatus.NO_CONTENT)
            if raw:
                return plain_text(str(value))
            context = f"{self.origin}{visit.route.root}/$metadata#{table.set_name}({row[table.key]})/{column.field}"
            return json_document({"@odata.context": context, "value": value})
        if column.kind in LOOKUP_KINDS or raw or method not in {"PUT", "DELETE"}:
            raise wrong_method(method)
        value = None if method == "DELETE" else json_body(visit.request).get("value")
        return self._write(visit, table, {column.name: value})

    def _single(self, visit: Visit, table: Table, row: Row, name: str, further: list[str]) -> Response:
        method = visit.request.method
        if further not in ([], ["$ref"]):
            raise no_segment(further[0])
        if method == "GET":
            target, linked = self.linking.linked(table, row, name)
            self.access.require("Read", target, visit.user_id)
            if linked is None:
                return Response(HTTPStatus.NO_CONTENT)
            if further:
                return json_document(
                    {"@odata.context": self._refs(visit), "@odata.id": self._link(visit, target, linked)}
                )
            return json_document(self._reading.row(self._asked(visit, target), linked), [("ETag", etag(linked))])
        if not further or method not in {"PUT", "DELETE"}:
            raise wrong_method(method)
        body = None if method == "DELETE" else json_body(visit.request)
        self.linking.write_single(table, row, name, visit.request, body, visit.user_id)
        return Response(HTTPStatus.NO_CONTENT)

    def _collection(
        self, visit: Visit, table: Table, row: Row, collection: Collection, key: str | None, further: list[str]
    ) -> Response:
        method = visit.request.method
        if further not in ([], ["$ref"], ["$count"]) or (key is not None and further != ["$ref"]):
            raise no_segment(further[0] if further else collection.name)
        if method == "GET" and key is None:
            return self._members(visit, table, row, collection, further)
        if further != ["$ref"]:
            raise created_by_path() if method == "POST" and not further else wrong_method(method)
        if method == "POST" and key is None:
            self.linking.associate(table, row, collection, json_body(visit.request), visit.user_id)
        elif method == "DELETE":
            named = key or dict(visit.request.options()).get("$id", "")
            self.linking.disassociate(table, row, collection, named, visit.user_id)
        else:
            raise wrong_method(method)
        return Response(HTTPStatus.NO_CONTENT)

    def _members(self, visit: Visit, table: Table, row: Row, collection: Collection, further: list[str]) -> Response:
        self.access.require("Read", collection.table, visit.user_id)
        path = f"{table.set_name}({row[table.key]})/{collection.name}"
        ids = self.linking.ids(table, row, collection)
        asked = dataclasses.replace(self._asked(visit, collection.table), path=path, only=ids)
        if further == ["$count"]:
            return plain_text(str(self._reading.count(asked)))
        page = self._reading.page(asked)
        if further == ["$ref"]:
            key = collection.table.key
            page = {"@odata.context": self._refs(visit)} | {
                "value": [
                    {"@odata.id": self._link(visit, collection.table, each)} for each in page["value"] if key in each
                ]
            }
        return json_document(page)

    def _refs(self, visit: Visit) -> str:
        return f"{self.origin}{visit.route.root}/$metadata#$ref"

    def _link(self, visit: Visit, table: Table, row: Row) -> str:
        return f"{self.origin}{visit.route.root}/{table.set_name}({row[table.key]})"

    def _role_privileges(self) -> list[dict[str, str]]:
        unit = next(iter(self.store.rows["businessunit"].by_id))
        return [
            {"PrivilegeName": name, "Depth": depth, "BusinessUnitId": unit}
            for name, depth in self.access.privileges(self.store.tables).items()
        ]

    # --- writes ----------------------------------------------------------------------------------------------------

    def _create(self, visit: Visit, table: Table) -> Response:
        self.access.require("Create", table, visit.user_id)
        body = json_body(visit.request)
        check_owner(self.store, self.access, table, body, visit.user_id, None)
        if detects_duplicates(visit.request):
            self.writing.check_duplicates(table, body, None)
        row = self.writing.create(table, body, visit.user_id)
        return self._written(visit, table, row, HTTPStatus.CREATED)

    def _patch(self, visit: Visit, table: Table) -> Response:
        return self._write(visit, table, json_body(visit.request))

    def _write(self, visit: Visit, table: Table, body: Any) -> Response:
        address = self._address(visit, table)
        found = address.find(self.store)
        if found is not None:
            self.ambush.spring(found[table.key], body)
        condition = writing.read_condition(table, visit.request.headers)
        self.access.require("Write", table, visit.user_id)
        if not condition.must_exist and found is None:
            self.access.require("Create", table, visit.user_id)
        check_owner(self.store, self.access, table, body, visit.user_id, found)
        if detects_duplicates(visit.request):
            self.writing.check_duplicates(table, body, None if found is None else found[table.key])
        row, is_new = self.writing.upsert(address, body, visit.user_id, condition)
        return self._written(visit, table, row, HTTPStatus.CREATED if is_new else HTTPStatus.OK)

    def _delete(self, visit: Visit, table: Table) -> Response:
        self.access.require("Delete", table, visit.user_id)
        condition = writing.read_condition(table, visit.request.headers)
        with self.store.lock:
            row = self._address(visit, table).require(self.store)
            self.store.delete(table.name, row[table.key], expected=condition.version)
        return Response(HTTPStatus.NO_CONTENT)

    def _written(self, visit: Visit, table: Table, row: Row, status: HTTPStatus) -> Response:
        address = f"{self.origin}{visit.route.root}/{table.set_name}({row[table.key]})"
        headers = [("OData-EntityId", address)]
        if status is HTTPStatus.CREATED:
            headers.append(("Location", address))
        if not visit.preferences.representation:
            return Response(HTTPStatus.NO_CONTENT, headers=headers)
        response = json_document(self._reading.row(self._asked(visit, table), row), [*headers, ("ETag", etag(row))])
        response.status = status
        return response
