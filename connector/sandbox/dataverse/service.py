"""The Dataverse Web API over HTTP: routes, the door, headers, errors in Dataverse's shape."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from connector.sandbox.dataverse import errors, preferences, routes
from connector.sandbox.dataverse.access import (
    BYPASS_LOGIC,
    BYPASS_PLUGINS,
    MERGE,
    Access,
    expired_token,
)
from connector.sandbox.dataverse.batch import Batches
from connector.sandbox.dataverse.endpoints import Endpoints
from connector.sandbox.dataverse.errors import ODataError, no_segment
from connector.sandbox.dataverse.headers import check_headers
from connector.sandbox.dataverse.hooks.hooks import Hooks
from connector.sandbox.dataverse.hooks.operation import Operation, during, message_of, wanted_bypass
from connector.sandbox.dataverse.keys import read_key
from connector.sandbox.dataverse.merging import Merging
from connector.sandbox.dataverse.metadata.customizing import Customizing
from connector.sandbox.dataverse.metadata.requests import DEFINITIONS
from connector.sandbox.dataverse.protection import Protection
from connector.sandbox.dataverse.qualifying import Qualifying
from connector.sandbox.dataverse.recordpage import record_page
from connector.sandbox.dataverse.schema import Row
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.tablerequests import TableRequests
from connector.sandbox.dataverse.visits import Visit, json_body, json_document
from connector.sandbox.entra.directory import Directory
from connector.sandbox.faults import Effect, Fault, Faults
from connector.sandbox.server import Request, Response

DEFAULT_CODES = {
    400: "", 401: errors.ACCESS_EXPIRED, 403: errors.PRIVILEGE_DENIED, 404: errors.OBJECT_DOES_NOT_EXIST,
    412: errors.CONCURRENCY_VERSION_MISMATCH, 429: errors.REQUEST_LIMIT, 500: errors.UNEXPECTED,
}  # fmt: skip
DEFAULT_MESSAGES = {429: "Number of requests exceeded the limit of 6000 over time window of 300 seconds."}
QUALIFY = "Microsoft.Dynamics.CRM.QualifyLead"
METADATA_PATHS = (*DEFINITIONS, "$metadata", "CreateEntities", "InsertStatusValue", "InsertOptionValue")
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
        self.customizing = Customizing(store)
        self.endpoints = Endpoints(store, self.access, self.tables, self.customizing, clock, origin=origin)
        self.tables.charge = lambda operations: self.protection.charge(operations, "write")
        self.longest_body: int | None = None  # no number is documented; a test may set one
        self.endpoints.actions["Merge"] = self._merge
        self.endpoints.bound["lead", QUALIFY] = self._qualify
        self._faults = faults
        self._run, self._answers = str(uuid.uuid4()).rpartition("-")[0], itertools.count(1)
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
        if any(f"/{name}" in path for name in METADATA_PATHS):
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
                check_headers(request, self.longest_body)
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
        check_headers(visit.request, self.longest_body)
        if visit.request.method == "GET":
            return self.endpoints.answer(visit)
        with during(self._operation(visit)):
            return self.endpoints.answer(visit)

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

    def _merge(self, visit: Visit) -> Response:
        self.access.require_named(MERGE, visit.user_id)
        self.merging.act(json_body(visit.request), visit.user_id)
        return Response(HTTPStatus.NO_CONTENT)

    def _qualify(self, visit: Visit) -> Response:
        table = self.store.tables["lead"]
        self.access.require("Write", table, visit.user_id)
        lead = read_key(table, visit.route.key or "").require(self.store)
        made = self._qualifying.act(lead["leadid"], json_body(visit.request), visit.user_id)
        context = f"{self.origin}{visit.route.root}/$metadata#Collection(Microsoft.Dynamics.CRM.crmbaseentity)"
        return json_document({"@odata.context": context, "value": made})

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
        number = next(self._answers)
        request_id = f"{self._run}-{number:012x}"
        asked = {} if request is None else request.headers
        response.headers += [
            ("OData-Version", "4.0"),
            ("x-ms-service-request-id", request_id),
            ("REQ_ID", request_id),
            ("AuthActivityId", f"{self._run}-8{number:011x}"),
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
