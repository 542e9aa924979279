"""One JSON line for each request: which route, how it ended, how long it took, for whom. Nothing personal.

The route is the rule, not the path, so that no id stands in a log; query strings, headers and bodies never do.
"""

from __future__ import annotations

import json
import logging
import re
import time
import uuid

from flask import Flask, Response, g, request

HEADER = "x-request-id"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")

_log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Give every request an id, sent back with the answer, and log its end."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _SANE.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()


def _end(answer: Response) -> Response:
    answer.headers[HEADER] = g.request_id
    caller = g.get("caller")
    line = {
        "request_id": g.request_id,
        "method": request.method if request.url_rule else "-",
        "route": request.url_rule.rule if request.url_rule else "-",
        "status": answer.status_code,
        "ms": round((time.perf_counter() - g.began) * 1000, 1),
        "caller": caller.client if caller else None,
    }
    _log.info(json.dumps(line, separators=(",", ":")))
    return answer
