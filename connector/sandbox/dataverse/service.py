"""The Dataverse Web API over HTTP: routes, the door, headers, errors in Dataverse's shape."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from connector.sandbox.dataverse import errors, preferences, routes
from connector.sandbox.dataverse.access import (
    BYPASS_LOGIC,
    BYPASS_PLUGINS,
    CREATE_COLUMN,
    MERGE,
    PUBLISH,
    Access,
    expired_token,
)
from connector.sandbox.dataverse.batch import Batches
from connector.sandbox.dataverse.errors import ODataError, no_segment, not_implemented
from connector.sandbox.dataverse.hooks.hooks import Hooks
from connector.sandbox.dataverse.hooks.operation import Operation, during, message_of, wanted_bypass
from connector.sandbox.dataverse.keys import read_key
from connector.sandbox.dataverse.merging import Merging
from connector.sandbox.dataverse.metadata.customizing import Customizing
from connector.sandbox.dataverse.metadata.queries import MetadataQueries
from connector.sandbox.dataverse.protection import Protection
from connector.sandbox.dataverse.qualifying import Qualifying
from connector.sandbox.dataverse.recordpage import record_page
from connector.sandbox.dataverse.schema import Row, stable_id
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.tablerequests import TableRequests, Visit, json_body, json_document
from connector.sandbox.entra.directory import Directory
from connector.sandbox.faults import Effect, Fault, Faults
from connector.sandbox.server import Request, Response

DEFAULT_CODES = {
    400: "", 401: errors.ACCESS_EXPIRED, 403: errors.PRIVILEGE_DENIED, 404: errors.OBJECT_DOES_NOT_EXIST,
    412: errors.CONCURRENCY_VERSION_MISMATCH, 429: errors.REQUEST_LIMIT, 500: errors.UNEXPECTED,
}  # fmt: skip
DEFAULT_MESSAGES = {429: "Number of requests exceeded the limit of 6000 over time window of 300 seconds."}
QUALIFY = "Microsoft.Dynamics.CRM.QualifyLead"
PREFERENCE_STATUSES = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})


class DataverseService:
    """One environment: its tables, functions and metadata behind one door."""

    name = "dataverse"

    def __init__(
        self,
        store: Store,
        directory: Directory,
        *,
        origin: str,
        faults: Faults,
        clock: Callable[[], datetime],
        page_size: int,
    ) -> None:
        self.store = store
        self.origin = origin
        self.access = Access(store, directory, origin)
        self.tables = TableRequests(store, self.access, origin=origin, faults=faults, clock=clock, page_size=page_size)
        self.protection = Protection()
        self.page_size = page_size
        self.organization_id = next(iter(store.rows["organization"].by_id))
        self._authority = f"{directory.origin}/{directory.tenant_id}"
        self._sets = {table.set_name: table for table in store.tables.values()}
        self.customizing = Customizing(store)
        self._metadata = MetadataQueries(store.tables, clock, self.customizing)
        self._faults = faults
        self.hooks = Hooks(store, host=urlsplit(origin).netloc, clock=clock)
        self.merging = Merging(store, self.tables.writing)
        self._qualifying = Qualifying(store)
        self.batches = Batches(store, origin, lambda refusal: self._refuse(refusal, None))
        self.on_part: Callable[[Request, Response], None] = lambda _request, _response: None

    def close(self) -> None:
        """Post to webhooks no longer, and let nobody wait."""
        self.protection.close()
        self.hooks.close()

    def kind(self, request: Request) -> str:
        """whoami, metadata, customize, publish, batch, delta, read, write, create, delete, page or other."""
        path = request.path
        if path == "/main.aspx":
            return "page"
        if "/$batch" in path:
            return "batch"
        if "/EntityDefinitions" in path or "$metadata" in path:
            return "metadata" if request.method == "GET" else "customize"
        if request.method == "GET":
            if path.partition("(")[0].endswith("/WhoAmI"):
                return "whoami"
            return "delta" if "deltatoken=" in request.query else "read"
        created = "publish" if path.endswith("/PublishXml") else "create"
        return {"PATCH": "write", "PUT": "write", "POST": created, "DELETE": "delete"}.get(request.method, "other")

    def problem(self, status: int, code: str, message: str) -> Response:
        """An error in Dataverse's shape."""
        return self._dressed(self._refuse(self._worded(status, code, message), None), None)

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        if request.path == "/main.aspx" and request.method == "GET":  # where record links lead, for people
            return record_page(self.store, request)
        wanted = None
        try:
            wanted = preferences.read(request.headers.get("prefer", ""), maximum=self.page_size)
            if self._faults.take(self.name, request, Effect.EXPIRED_ACCESS) is not None:
                raise expired_token()  # a fault takes the way of the real refusal
            user = self.access.user(request.headers)
        except ODataError as refusal:
            return self._dressed(self._refuse(refusal, wanted), request)
        with self.protection.request(user["systemuserid"], request.headers.get("cookie", "")) as refused:
            if refused is not None:
                response = self._refuse(ODataError(429, refused.code, refused.message), None)
                response.headers.append(("Retry-After", str(refused.retry_after_s)))
            else:
                response = self._answer(request, user, wanted)
        return self._dressed(response, request)

    def _answer(self, request: Request, user: Row, wanted: preferences.Preferences) -> Response:
        try:
            visit = Visit(request, routes.read(request.path, request.query), user, wanted)
            if visit.route.name == "$batch":
                return self._batch(visit)
            self.protection.charge(kind=self.kind(request))
            response = self._dispatch(visit)
        except ODataError as refusal:
            return self._refuse(refusal, wanted)
        return _with_preferences(response, wanted)

    # --- batches ---------------------------------------------------------------------------------------------------

    def _batch(self, visit: Visit) -> Response:
        if visit.route.rest or visit.route.key is not None:
            raise no_segment("$batch")
        if visit.request.method != "POST":
            raise ODataError(HTTPStatus.METHOD_NOT_ALLOWED, "", "A batch is sent with POST.")

        def answer(request: Request) -> Response:
            response = self._part(request, visit.user)
            self.on_part(request, response)
            return response

        keep_going = visit.preferences.continue_on_error
        response = self.batches.answer(visit.request, visit.route.root, answer, keep_going=keep_going)
        return _with_preferences(response, visit.preferences)

    def _part(self, request: Request, user: Row) -> Response:
        """Answer one operation of a batch, for the user of the batch; faults may be laid for it alone."""
        fault = self._faults.take(self.name, request, Effect.STATUS)
        if fault is not None and not fault.handled:
            return self._faulty(fault)
        wanted = None
        try:
            wanted = preferences.read(request.headers.get("prefer", ""), maximum=self.page_size)
            route = routes.read(request.path, request.query, longest=routes.MAX_URL_IN_BATCH)
            self.protection.charge(kind=self.kind(request))
            response = _with_preferences(self._dispatch(Visit(request, route, user, wanted)), wanted)
        except ODataError as refusal:
            response = self._refuse(refusal, wanted)
        return response if fault is None else self._faulty(fault)

    def _faulty(self, fault: Fault) -> Response:
        response = self._refuse(self._worded(fault.status, fault.code, fault.message), None)
        again = fault.retry_after_header()
        if again is not None:
            response.headers.append(("Retry-After", again))
        return response

    def _worded(self, status: int, code: str, message: str) -> ODataError:
        known = DEFAULT_MESSAGES.get(status, HTTPStatus(status).phrase)
        return ODataError(status, code or DEFAULT_CODES.get(status, ""), message or known)

    # --- one request -----------------------------------------------------------------------------------------------

    def _dispatch(self, visit: Visit) -> Response:
        if visit.request.method == "GET":
            return self._routed(visit)
        with during(self._operation(visit)):
            return self._routed(visit)

    def _operation(self, visit: Visit) -> Operation:
        """What the request says about itself, for webhooks and flows. Raises ODataError."""
        headers, kinds = visit.request.headers, frozenset[str]()
        steps = frozenset[str]()
        if any(name.startswith("mscrm.bypass") for name in headers):
            kinds, steps = wanted_bypass(headers)
            old = "mscrm.bypasscustompluginexecution" in headers
            self.access.require_named(BYPASS_PLUGINS if old else BYPASS_LOGIC, visit.user_id)
        return Operation(
            user_id=visit.user_id,
            initiating_user_id=self.access.initiator(headers) or visit.user_id,
            message=message_of(visit.route.segments),
            tag=dict(visit.request.options()).get("tag") if visit.request.query else None,
            bypassed=kinds,
            bypassed_steps=steps,
            flows=headers.get("mscrm.suppresscallbackregistrationexpanderjob", "").lower() != "true",
        )

    def _routed(self, visit: Visit) -> Response:
        route, method = visit.route, visit.request.method
        if method == "POST" and (route.name == "Merge" or route.rest == (QUALIFY,)):
            return self._act(visit)
        if route.name in self._sets:
            return self.tables.answer(visit, self._sets[route.name])
        if route.name == "EntityDefinitions" and method != "GET":
            return self._customize(visit)
        if route.name == "PublishXml" and method == "POST":
            self.access.require_named(PUBLISH, visit.user_id)
            self.customizing.publish(json_body(visit.request))
            return Response(HTTPStatus.NO_CONTENT)
        if method != "GET":
            raise no_segment(route.name)
        return json_document(self._function(visit))

    def _act(self, visit: Visit) -> Response:
        """Merge two rows, or qualify a lead."""
        body = json_body(visit.request)
        if visit.route.name == "Merge":
            self.access.require_named(MERGE, visit.user_id)
            self.merging.act(body, visit.user_id)
            return Response(HTTPStatus.NO_CONTENT)
        table = self._sets.get(visit.route.name)
        if table is None or table.name != "lead":
            raise no_segment(QUALIFY)
        self.access.require("Write", table, visit.user_id)
        lead = read_key(table, visit.route.key or "").require(self.store)
        made = self._qualifying.act(lead["leadid"], body, visit.user_id)
        context = f"{self.origin}{visit.route.root}/$metadata#Collection(Microsoft.Dynamics.CRM.crmbaseentity)"
        return json_document({"@odata.context": context, "value": made})

    def _function(self, visit: Visit) -> object:
        route = visit.route
        if route.name == "EntityDefinitions":
            strong = visit.request.headers.get("consistency", "").lower() == "strong"
            return self._metadata.answer(list(route.segments), visit.request.options(), strong=strong)
        if route.name == "":
            return self._service_document(route.root)
        if route.name == "WhoAmI":
            return {
                "@odata.context": f"{self.origin}{route.root}/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse",
                "BusinessUnitId": next(iter(self.store.rows["businessunit"].by_id)),
                "UserId": visit.user_id,
                "OrganizationId": self.organization_id,
            }
        if route.name == "RetrieveVersion":
            return {"Version": "9.2.0.0"}
        raise no_segment(route.name)

    def _customize(self, visit: Visit) -> Response:
        """Create a column; nothing else of the metadata can be changed here."""
        route, method = visit.route, visit.request.method
        table = self._metadata.table_of_columns(list(route.segments))
        if table is None or method != "POST":
            raise not_implemented("this change of metadata")
        self.access.require_named(CREATE_COLUMN, visit.user_id)
        solution = visit.request.headers.get("mscrm.solutionuniquename")
        column = self.customizing.create_column(table, json_body(visit.request), solution)
        found = f"{stable_id('table', table.name)})/Attributes({stable_id('column', table.name, column.name)})"
        return Response(
            HTTPStatus.NO_CONTENT,
            headers=[("OData-EntityId", f"{self.origin}{route.root}/EntityDefinitions({found}")],
        )

    def _service_document(self, root: str) -> dict[str, Any]:
        return {
            "@odata.context": f"{self.origin}{root}/$metadata",
            "value": [{"name": name, "kind": "EntitySet", "url": name} for name in sorted(self._sets)],
        }

    def _refuse(self, refusal: ODataError, wanted: preferences.Preferences | None) -> Response:
        error: dict[str, str] = {"code": refusal.code, "message": refusal.message}
        if wanted is not None and wanted.wants("Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus"):
            error["@Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus"] = "0"
            error["@Microsoft.PowerApps.CDS.HelpLink"] = (
                f"http://go.microsoft.com/fwlink/?LinkID=398563&error={refusal.code}"
            )
            error["@Microsoft.PowerApps.CDS.TraceText"] = ""
            error["@Microsoft.PowerApps.CDS.InnerError.Message"] = refusal.message
        response = json_document({"error": error})
        response.status = refusal.status
        if refusal.status == HTTPStatus.UNAUTHORIZED:
            where = f"Bearer authorization_uri={self._authority}/oauth2/authorize, resource_id={self.origin}/"
            response.headers.append(("WWW-Authenticate", where))
        return response

    def _dressed(self, response: Response, request: Request | None) -> Response:
        """The headers that stand on every answer."""
        request_id = str(uuid.uuid4())
        asked = {} if request is None else request.headers
        response.headers += [
            ("OData-Version", "4.0"),
            ("x-ms-service-request-id", request_id),
            ("REQ_ID", request_id),
            ("AuthActivityId", str(uuid.uuid4())),
            ("ReqClientId", asked.get("x-ms-client-request-id", request_id)),
            ("orgId", self.organization_id),
            *self.protection.headers(),
        ]
        affinity = self.protection.cookie(asked.get("cookie", ""))
        if affinity is not None:
            response.headers.append(("Set-Cookie", f"ARRAffinity={affinity}; Path=/; HttpOnly; Secure"))
        return response


def _with_preferences(response: Response, wanted: preferences.Preferences) -> Response:
    if wanted.honoured and response.status in PREFERENCE_STATUSES:
        response.headers.append(("Preference-Applied", ",".join(wanted.honoured)))
    return response
