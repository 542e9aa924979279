"""One JSON line for each request: which route, how it ended, how long it took, for whom. Nothing personal.

The route is the rule, not the path, so that no id stands in a log; query strings, headers and bodies never do.
"""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from flask import Flask, Response, g, request

HEADER = "x-request-id"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")

Observe: TypeAlias = Callable[[str, str, int, float], None]  # method, route, status, seconds

_log = logging.getLogger(__name__)


def install(app: Flask, observe: Observe | None = None) -> None:
    """Give every request an id, sent back with the answer; log its end, and tell `observe` of it."""
    app.before_request(_begin)
    app.after_request(partial(_end, observe))


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _SANE.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()


def _end(observe: Observe | None, answer: Response) -> Response:
    answer.headers[HEADER] = g.request_id
    caller = g.get("caller")
    seconds = time.perf_counter() - g.began
    method, route = (request.method, request.url_rule.rule) if request.url_rule else ("-", "-")
    if observe is not None:
        observe(method, route, answer.status_code, seconds)
    line = {
        "request_id": g.request_id,
        "method": method,
        "route": route,
        "status": answer.status_code,
        "ms": round(seconds * 1000, 1),
        "caller": caller.client if caller else None,
    }
    _log.info(json.dumps(line, separators=(",", ":")))
    return answer
