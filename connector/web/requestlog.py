"""One JSON line for each request: which route, how it ended, how long it took, for whom. Nothing personal.

The route is the rule, not the path, so that no id stands in a log; query strings, headers and bodies never do.
"""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeAlias
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, g, request

from connector.telemetry import tracing
from connector.telemetry.context import bind, bound

HEADER = "x-request-id"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")

Observe: TypeAlias = Callable[[str, str, int, float], None]  # method, route, status, seconds

_log = logging.getLogger(__name__)


def install(app: Flask, observe: Observe | None = None) -> None:
    """Give every request an id, sent back with the answer; log and trace it, and tell `observe` of its end."""
    app.wsgi_app = _Traced(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way to wrap an application
    app.before_request(_begin)
    app.after_request(partial(_end, observe))


class _Traced:
    """A span around each request, in the trace of whoever asks where that is told."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        with bound(), tracing.span("request", kind="server", parent=environ.get("HTTP_TRACEPARENT")):
            return self._app(environ, start_response)


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _SANE.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()
    bind(request_id=g.request_id)


def _end(observe: Observe | None, answer: Response) -> Response:
    answer.headers[HEADER] = g.request_id
    caller = g.get("caller")
    seconds = time.perf_counter() - g.began
    method, route = (request.method, request.url_rule.rule) if request.url_rule else ("-", "-")
    if observe is not None:
        observe(method, route, answer.status_code, seconds)
    told: dict[str, tracing.Attribute] = {
        "http.response.status_code": answer.status_code,
        "connector.request_id": str(g.request_id),
    }
    tracing.annotate(told, name=f"{method} {route}")
    line = {
        "request_id": g.request_id,
        "method": method,
        "route": route,
        "status": answer.status_code,
        "ms": round(seconds * 1000, 1),
        "caller": caller.client if caller else None,
    }
    _log.info(json.dumps(line, separators=(",", ":")), extra={"event": "request", "fields": line})
    return answer
