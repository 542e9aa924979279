"""Request headers that are judged before anything else: protocol versions, the length of the body."""

from __future__ import annotations

from http import HTTPStatus

from connector.sandbox.dataverse.errors import BODY_TOO_LONG, ODataError, bad_query
from connector.sandbox.server import Request

VERSION = "4.0"


def check_headers(request: Request, longest_body: int | None) -> None:
    """Raise ODataError for versions of OData other than 4.0, and for a body that is too long (None: never)."""
    version = request.headers.get("odata-version", VERSION)
    if version != VERSION:
        raise bad_query(
            f"The value '{version}' of the header 'OData-Version' is not supported: this service is 4.0.", ""
        )
    highest = request.headers.get("odata-maxversion", VERSION)
    try:
        too_low = float(highest) < float(VERSION)
    except ValueError:
        too_low = True
    if too_low:
        raise bad_query(f"The value '{highest}' of the header 'OData-MaxVersion' is not supported: this is 4.0.", "")
    if longest_body is not None and len(request.body) > longest_body:
        message = "The request is longer than this environment takes."
        raise ODataError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, BODY_TOO_LONG, message)


def detects_duplicates(request: Request) -> bool:
    """Tell whether the request asks for the check that is off by default: MSCRM.SuppressDuplicateDetection: false."""
    return request.headers.get("mscrm.suppressduplicatedetection", "true").lower() == "false"
