"""One request inside the door, with what was read of it; bodies in, documents out. No tables in here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse import preferences, routes
from connector.sandbox.dataverse.errors import ODataError, bad_payload
from connector.sandbox.dataverse.schema import Row
from connector.sandbox.server import Request, Response
from connector.sandbox.service import json_response

JSON_TYPE = ("Content-Type", "application/json; odata.metadata=minimal")


@dataclass(frozen=True, slots=True)
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


def json_document(document: object, headers: list[tuple[str, str]] | None = None) -> Response:
    """A document as the Web API sends it, with status 200."""
    response = json_response(HTTPStatus.OK, document)
    response.headers = [JSON_TYPE, *(headers or [])]
    return response


def plain_text(text: str) -> Response:
    """A text as the Web API sends it, with status 200."""
    return Response(HTTPStatus.OK, text.encode(), [("Content-Type", "text/plain; charset=utf-8")])


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
