"""The head of a request, read by the letter: what two servers could read in two ways is refused.

A reverse proxy in front reads the same bytes. Where it takes them for another request than this server does, what it
lets through is not what it looked at.
"""

from __future__ import annotations

import re
from typing import Any

from cheroot.server import HeaderReader

MOST_HEADERS = 100
_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*\r\n")
_LENGTH = re.compile(rb"[0-9]{1,18}")
_CONTENT_LENGTH, _TRANSFER_ENCODING = b"Content-Length", b"Transfer-Encoding"
_SINGLE = frozenset(
    {
        _CONTENT_LENGTH,
        _TRANSFER_ENCODING,
        b"Authorization",
        b"Content-Type",
        b"Host",
        b"Idempotency-Key",
        b"X-Api-Key",
        b"X-Connector-Secret",
        b"X-Request-Id",
    }
)


class StrictHeaders(HeaderReader):
    """Reads headers one a line; those that say who calls or how long the body is may stand there once."""

    def __call__(self, rfile: Any, hdict: dict[bytes, bytes] | None = None) -> dict[bytes, bytes]:
        """Fill the mapping. Raises ValueError."""
        headers = {} if hdict is None else hdict
        for _ in range(MOST_HEADERS + 1):
            line = rfile.readline()
            if line == b"\r\n":
                _check_length(headers)
                return headers
            _add(headers, line)
        raise ValueError("too many headers")


def _add(headers: dict[bytes, bytes], line: bytes) -> None:
    matched = _LINE.fullmatch(line)
    if matched is None:
        raise ValueError("no header")
    name, value = matched[1].title(), matched[2]
    if b"_" in name:  # an application cannot tell it from a hyphen: it would pass for a header that a proxy guards
        return
    if name in headers:
        if name in _SINGLE:
            raise ValueError("a header stands there twice")
        value = b", ".join((headers[name], value))
    headers[name] = value


def _check_length(headers: dict[bytes, bytes]) -> None:
    length = headers.get(_CONTENT_LENGTH)
    if length is not None and (not _LENGTH.fullmatch(length) or _TRANSFER_ENCODING in headers):
        raise ValueError("no length that can be relied on")
