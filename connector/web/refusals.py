"""Answers to what is no request of HTTP, given below the application: in the form of every other refusal."""

from __future__ import annotations

import json
import uuid

from connector.web.headers import SECURITY_HEADERS

_CODES = {"408": "too_slow", "413": "too_large", "414": "too_large", "431": "too_large", "500": "internal"}


def refusal(status: str, protocol: str = "HTTP/1.1") -> bytes:
    """The whole answer, after which the connection ends; nothing that came is repeated. `status`: "400 Bad Request"."""
    number = status[:3]
    is_ours = number.startswith("5")
    body = json.dumps(
        {
            "type": "about:blank",
            "title": status[4:],
            "status": int(number),
            "detail": "Something unexpected happened." if is_ours else "The request cannot be read.",
            "code": _CODES.get(number, "malformed"),
            "remedy": "Try again later." if is_ours else "Send HTTP/1.1 with short headers, and the body at once.",
            "request_id": uuid.uuid4().hex,
        }
    )
    headers = {
        "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **SECURITY_HEADERS,
    }
    lines = [f"{protocol} {status}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", body]).encode("latin-1")
