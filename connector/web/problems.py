"""Errors as `application/problem+json` (RFC 9457): what happened, what to do, and the request's id.

`code` is the stable name of a problem. No stack trace, secret or personal data gets into one: the text of an exception
is shown only where it is ours and meant for people.
"""

from __future__ import annotations

import logging
import math
import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Flask, Response, g, json
from werkzeug.exceptions import HTTPException

from connector.errors import (
    BusyError,
    ConnectorError,
    DocumentError,
    Fault,
    MissingFactError,
    OutsideError,
    RefusedError,
    SettingsError,
    StoreError,
)
from connector.web.access import SignInUnavailableError, UnauthenticatedError

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 30
_AGAIN = "Try again later; if it lasts, give the request id to whoever runs this service."

_log = logging.getLogger(__name__)


class ProblemError(ConnectorError):
    """A request that cannot be answered, as the client will read it."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        remedy: str = "",
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status
        self.code = code
        self.faults = tuple(faults)
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})


# What HTTP itself refuses, by status: code, message, remedy.
_HTTP_PROBLEMS = {
    400: ("malformed", "The request cannot be read.", "Send it as openapi.yaml describes it."),
    404: ("not_found", "There is nothing at this address.", "Look the address up in openapi.yaml."),
    405: ("method_not_allowed", "This address does not take that method.", "Use one of those in the Allow header."),
    413: ("too_large", "The body is too large.", "Send it in several smaller requests."),
    415: ("unsupported_media_type", "The body is of another type.", "Send Content-Type: application/json."),
}


# What our errors mean to a client, the first match counting.
_OURS: tuple[tuple[type[ConnectorError], int, str], ...] = (
    (UnauthenticatedError, 401, "unauthenticated"),
    (SignInUnavailableError, 503, "sign_in_unavailable"),
    (MissingFactError, 404, "not_found"),
    (RefusedError, 409, "refused"),
    (SettingsError, 500, "misconfigured"),
    (DocumentError, 422, "invalid"),
    (BusyError, 503, "busy"),
    (StoreError, 503, "store_unavailable"),
    (OutsideError, 502, "outside_refused"),
    (ConnectorError, 500, "internal"),
)


def install(app: Flask) -> None:
    """Make every error of the app a problem."""
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(ConnectorError, _from_ours)
    app.register_error_handler(Exception, _from_unexpected)


def _from_http(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    code, message, remedy = _HTTP_PROBLEMS.get(status, ("refused", "The request was refused.", ""))
    headers = {name: value for name, value in error.get_headers() if name.lower() in {"allow", "retry-after"}}
    return respond(ProblemError(status, code, message, remedy=remedy, headers=headers))


def _from_ours(error: ConnectorError) -> Response:
    problem = error if isinstance(error, ProblemError) else translate(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.warning("request %s ended with %s: %s", g.request_id, problem.code, type(error).__name__)
    return respond(problem)


def _from_unexpected(error: Exception) -> Response:
    # The text of a foreign exception may hold a row or a secret: the log gets the way, not the words.
    way = " < ".join(
        f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in traceback.extract_tb(error.__traceback__)[::-1]
    )
    _log.error("request %s failed with %s: %s", g.request_id, type(error).__name__, way)
    return respond(ProblemError(500, "internal", "Something went wrong in this service.", remedy=_AGAIN))


def translate(error: ConnectorError) -> ProblemError:
    """Say what one of our errors means to a client of the API."""
    status, code = next((status, code) for kind, status, code in _OURS if isinstance(error, kind))
    if isinstance(error, OutsideError) and error.retryable:
        status, code = 503, "outside_unavailable"
    headers: dict[str, str] = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="lead-scoring"'
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(math.ceil(getattr(error, "retry_after_s", None) or RETRY_AFTER_S))
    remedy = error.remedy or (_AGAIN if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "")
    faults = error.faults if isinstance(error, DocumentError) and code == "invalid" else ()
    return ProblemError(status, code, error.message, remedy=remedy, faults=faults, headers=headers)


def respond(problem: ProblemError) -> Response:
    """Build the answer of a problem."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.message,
        "code": problem.code,
        "remedy": problem.remedy,
        "request_id": g.request_id,
    }
    if problem.faults:
        body["faults"] = [{"path": fault.path, "message": fault.message} for fault in problem.faults]
    answer = Response(json.dumps(body | problem.extra), problem.status, mimetype=MEDIA_TYPE)
    answer.headers.extend(problem.headers)
    return answer
