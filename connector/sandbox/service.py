"""What every stand-in shares: the front that applies faults and records calls, and JSON answers."""

from __future__ import annotations

import json
import threading
import time
import traceback
from collections.abc import Sequence
from email.utils import formatdate
from http import HTTPStatus
from typing import Protocol

from connector.sandbox.calls import CallLog
from connector.sandbox.faults import Effect, Faults
from connector.sandbox.server import Request, Response

HTML_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Service unavailable</h1></body></html>"


class Service(Protocol):
    """One stand-in: it answers requests, words its own errors and names the kind of a call."""

    name: str

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        ...

    def problem(self, status: int, code: str, message: str) -> Response:
        """An error in the shape of this service."""
        ...

    def kind(self, request: Request) -> str:
        """A word for what the request asks, for the counters."""
        ...


class Front:
    """A service with its faults applied and its calls recorded; this is what a server runs."""

    def __init__(self, service: Service, *, faults: Faults, calls: CallLog) -> None:
        self._service = service
        self._faults = faults
        self._calls = calls
        self._closing = threading.Event()

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        name = self._service.name
        response = self._answer(request)
        broken = self._faults.take(name, request, Effect.SENDING)
        if broken is not None:
            response.sending, response.pause_s = broken.sending, broken.seconds
        if self._faults.take(name, request, Effect.CUT) is not None:
            response.body = response.body[: len(response.body) // 2]
        off = self._faults.take(name, request, Effect.CLOCK)
        if off is not None:
            response.headers.append(("Date", formatdate(time.time() + off.seconds, usegmt=True)))
        slow = self._faults.take(name, request, Effect.LATENCY)
        if slow is not None:
            self._closing.wait(slow.seconds)
        self._calls.note(name, self._service.kind(request), request, response.status)
        return response

    def close(self) -> None:
        """Let nobody wait any longer."""
        self._closing.set()

    def _answer(self, request: Request) -> Response:
        fault = self._faults.take(self._service.name, request, Effect.STATUS, Effect.HTML)
        if fault is not None and not fault.handled:
            if fault.effect is Effect.HTML:
                return Response(fault.status, HTML_PAGE, [("Content-Type", "text/html; charset=utf-8")])
            return self._refusal(fault.status, fault.code, fault.message, fault.retry_after_header())
        response = self._handle(request)
        if fault is not None:
            return self._refusal(fault.status, fault.code, fault.message, fault.retry_after_header())
        return response

    def _refusal(self, status: int, code: str, message: str, retry_after: str | None) -> Response:
        response = self._service.problem(status, code, message)
        if retry_after is not None:
            response.headers.append(("Retry-After", retry_after))
        return response

    def _handle(self, request: Request) -> Response:
        try:
            return self._service.handle(request)
        except Exception:  # noqa: BLE001  # a fault of the sandbox itself: answered as 500 and kept for the test to see
            self._calls.crashes.append(traceback.format_exc())
            return self._service.problem(
                HTTPStatus.INTERNAL_SERVER_ERROR, "", "The sandbox itself failed: see calls.crashes."
            )


def _written(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


class Texts(list[str]):
    """Values of a document that are JSON already."""


def json_response(status: int, document: object, headers: Sequence[tuple[str, str]] = ()) -> Response:
    """An answer with a JSON body; its "value" may be texts of JSON."""
    texts = document.get("value") if isinstance(document, dict) else None
    if isinstance(document, dict) and isinstance(texts, Texts):
        rest = _written({name: value for name, value in document.items() if name != "value"})
        body = f'{rest[:-1]},"value":[{",".join(texts)}]}}'.encode()
    else:
        body = _written(document).encode()
    return Response(status, body, [("Content-Type", "application/json; charset=utf-8"), *headers])
