"""Requests to tables: collections, rows, single columns, links; reading and writing them under the caller's rights."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse import keys, preferences, routes, writing
from connector.sandbox.dataverse.access import Access
from connector.sandbox.dataverse.ambush import Ambush
from connector.sandbox.dataverse.errors import ODataError, bad_payload, no_segment
from connector.sandbox.dataverse.query import links
from connector.sandbox.dataverse.reading import Asked, Reading
from connector.sandbox.dataverse.rendering import etag
from connector.sandbox.dataverse.schema import LOOKUP_KINDS, Row, Table
from connector.sandbox.dataverse.store import Store
from connector.sandbox.faults import Effect, Faults
from connector.sandbox.server import Request, Response
from connector.sandbox.service import json_response

JSON_TYPE = ("Content-Type", "application/json; odata.metadata=minimal")
SERVICE = "dataverse"


@dataclasses.dataclass(frozen=True, slots=True)
class Visit:
    """One request inside the door: who asks, where to, with which preferences."""

    request: Request
    route: routes.Route
    user: Row
    preferences: preferences.Preferences

    @property
    def user_id(self) -> str:
        """The id of the user."""
        found: str = self.user["systemuserid"]
        return found


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

    def answer(self, visit: Visit, table: Table) -> Response:
        """Answer one request to a table. Raises ODataError."""
        route, method = visit.route, visit.request.method
        if route.key is None:
            if route.rest == ("$count",) and method == "GET":
                return self._count(visit, table)
            if route.rest:
                raise no_segment(route.rest[0])
            if method == "GET":
                return self._page(visit, table)
            if method == "POST":
                return self._create(visit, table)
            raise _wrong_method(method)
        if route.rest:
            return self._part(visit, table)
        answers = {"GET": self._row, "PATCH": self._patch, "DELETE": self._delete}
        if method not in answers:
            raise _wrong_method(method)
        return answers[method](visit, table)

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
        number = self._reading.count(self._asked(visit, table))
        return Response(HTTPStatus.OK, str(number).encode(), [("Content-Type", "text/plain")])

    def _row(self, visit: Visit, table: Table) -> Response:
        self.access.require("Read", table, visit.user_id)
        row = self.store.require(table.name, visit.route.row_id())
        plain = not visit.preferences.annotations and "$expand" not in dict(visit.request.options())
        if plain and visit.request.headers.get("if-none-match") == etag(row):
            return Response(HTTPStatus.NOT_MODIFIED)
        return json_document(self._reading.row(self._asked(visit, table), row), [("ETag", etag(row))])

    def _part(self, visit: Visit, table: Table) -> Response:
        """One column of a row, a linked row, or a function bound to a row."""
        route, method = visit.route, visit.request.method
        row = self.store.require(table.name, route.row_id())
        name, *further = route.rest
        if name.removesuffix("()") == "Microsoft.Dynamics.CRM.RetrieveUserPrivileges" and table.name == "systemuser":
            return json_document({"RolePrivileges": self._role_privileges()})
        if name in table.navigations and method == "DELETE" and further == ["$ref"]:
            return self._write(visit, table, {f"{name}{writing.BIND}": None})
        column = table.fields.get(name)
        if column is None or further not in ([], ["$value"]):
            raise no_segment(name)
        if method == "GET":
            self.access.require("Read", table, visit.user_id)
            value = row.get(column.field, column.default)
            if value is None:
                return Response(HTTPStatus.NO_CONTENT)
            if further:
                return Response(HTTPStatus.OK, str(value).encode(), [("Content-Type", "text/plain; charset=utf-8")])
            context = f"{self.origin}{route.root}/$metadata#{table.set_name}({row[table.key]})/{name}"
            return json_document({"@odata.context": context, "value": value})
        if column.kind in LOOKUP_KINDS or further or method not in {"PUT", "DELETE"}:
            raise _wrong_method(method)
        return self._write(visit, table, {name: None if method == "DELETE" else json_body(visit.request).get("value")})

    def _role_privileges(self) -> list[dict[str, str]]:
        unit = next(iter(self.store.rows["businessunit"].by_id))
        return [
            {"PrivilegeName": name, "Depth": depth, "BusinessUnitId": unit}
            for name, depth in self.access.privileges(self.store.tables).items()
        ]

    # --- writes ----------------------------------------------------------------------------------------------------

    def _create(self, visit: Visit, table: Table) -> Response:
        self.access.require("Create", table, visit.user_id)
        row = self.writing.create(table, json_body(visit.request), visit.user_id)
        return self._written(visit, table, row, HTTPStatus.CREATED)

    def _patch(self, visit: Visit, table: Table) -> Response:
        return self._write(visit, table, json_body(visit.request))

    def _write(self, visit: Visit, table: Table, body: Any) -> Response:
        row_id = visit.route.row_id()
        self.ambush.spring(row_id, body)
        condition = writing.read_condition(table, visit.request.headers)
        self.access.require("Write", table, visit.user_id)
        if not condition.must_exist and self.store.get(table.name, row_id) is None:
            self.access.require("Create", table, visit.user_id)
        row, is_new = self.writing.upsert(keys.read_key(table, visit.route.key or ""), body, visit.user_id, condition)
        return self._written(visit, table, row, HTTPStatus.CREATED if is_new else HTTPStatus.OK)

    def _delete(self, visit: Visit, table: Table) -> Response:
        self.access.require("Delete", table, visit.user_id)
        condition = writing.read_condition(table, visit.request.headers)
        self.store.delete(table.name, visit.route.row_id(), expected=condition.version)
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


def json_document(document: object, headers: list[tuple[str, str]] | None = None) -> Response:
    """A document as the Web API sends it, with status 200."""
    response = json_response(HTTPStatus.OK, document)
    response.headers = [JSON_TYPE, *(headers or [])]
    return response


def _wrong_method(method: str) -> ODataError:
    message = f"The requested resource does not support http method '{method}'."
    return ODataError(HTTPStatus.METHOD_NOT_ALLOWED, "", message)


def json_body(request: Request) -> Any:
    """The object that a request brings. Raises ODataError."""
    if not request.headers.get("content-type", "").lower().startswith("application/json"):
        raise ODataError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "", "The body must be application/json.")
    try:
        body = json.loads(request.body)
    except ValueError:
        raise bad_payload("Error identified in Payload provided by the user: it is not valid JSON.") from None
    if not isinstance(body, dict):
        raise bad_payload("The request body is not an object.")
    return body
