"""A stand-in for the callback URLs that Power Automate hands to a connector's webhook triggers; calls are kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple

from connector.sandbox.clock import Clock
from connector.sandbox.server import Request, Response
from connector.sandbox.teams import PATH, Channel, refuse_call, workflow_problem
from connector.sandbox.throttle import Throttle

PLAIN_HEADERS = frozenset(
    {"accept", "accept-encoding", "accept-language", "content-length", "content-type", "host", "user-agent"}
)


class FlowCall(NamedTuple):
    """One call of a flow: its name, the body as JSON (None where it was none), every header, the raw body, when."""

    flow: str
    body: Any
    headers: Mapping[str, str]
    raw: bytes
    at: datetime


class FlowsService:
    """Flows by name; `address` makes one on first use.

    `throttle` refuses what comes too fast; `off_status` is that of a flow which is off or gone; `custom_headers`
    False: headers that HTTP does not know do not reach the flow.
    """

    name = "flows"

    def __init__(self, clock: Clock) -> None:
        self.origin = ""
        self.calls: list[FlowCall] = []
        self.success_status: int = HTTPStatus.ACCEPTED  # 200 where a flow has a Response action
        self.off_status: int = HTTPStatus.NOT_FOUND  # 400 is told of too
        self.custom_headers = True
        self.throttle = Throttle()
        self._flows: dict[str, Channel] = {}
        self._clock = clock
        self._lock = threading.Lock()

    def address(self, flow: str = "lead-qualified") -> str:
        """The callback URL of a flow."""
        with self._lock:
            return self._flows.setdefault(flow, Channel(flow)).address(self.origin)

    def disable(self, flow: str, *, deleted: bool = False) -> None:
        """Turn a flow off, or delete it."""
        self._flows[flow].state = "deleted" if deleted else "disabled"

    def enable(self, flow: str) -> None:
        """Turn a flow on again."""
        self._flows[flow].state = "enabled"

    def kind(self, request: Request) -> str:
        """Callback for a call of a flow, else other."""
        return "callback" if PATH.fullmatch(request.path) else "other"

    def problem(self, status: int, code: str, message: str) -> Response:
        """An error as the flow service words it."""
        return workflow_problem(status, code or HTTPStatus(status).phrase.replace(" ", ""), message or "Not now.")

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        match = PATH.fullmatch(request.path)
        with self._lock:
            flow = next((each for each in self._flows.values() if match and each.workflow == match[1]), None)
        refusal = refuse_call(request, flow, self.throttle, self.off_status)
        if refusal is not None or flow is None:
            return refusal or workflow_problem(HTTPStatus.NOT_FOUND, "WorkflowNotFound", "The workflow was not found.")
        try:
            body = json.loads(request.body)
        except ValueError:
            body = None
        seen = {name: value for name, value in request.headers.items() if self.custom_headers or name in PLAIN_HEADERS}
        with self._lock:
            self.calls.append(FlowCall(flow.name, body, seen, request.body, self._clock()))
        return Response(self.success_status)
