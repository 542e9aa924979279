"""What an answer of the Web API holds: the JSON object of a 2xx, or the words for one that is not what it should be.

Error statuses are read in `refusals`; nothing is sent or tried again here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from connector.dataverse.http.batch import PartAnswer
from connector.dataverse.http.refusals import request_id
from connector.errors import OutsideError

_NO_CONTENT = 204
# Far beyond what rows and metadata have: about ten levels, 64-bit numbers.
_DEEPEST = 64
_MOST_DIGITS = 20
# How digits are looked for, wherever they stand: each becomes `0`, anything else a space.
_DIGITS = bytes(0x30 if chr(byte).isdecimal() else 0x20 for byte in range(128)) + b" " * 128
_MANY_DIGITS = b"0" * _MOST_DIGITS


@dataclass(frozen=True, slots=True)
class Reply:
    """A 2xx answer. `data` is the JSON object, empty where the answer has no body.

    `parts` are the answers to a batch, one for each part; None: this part got none. `answer_lost` says that an earlier
    try of the same call got no clear answer.
    """

    status: int
    headers: Mapping[str, str]
    data: dict[str, Any]
    parts: tuple[PartAnswer | None, ...] = ()
    answer_lost: bool = False

    @property
    def request_id(self) -> str:
        """The server's id of the request."""
        return request_id(self.headers)

    @property
    def date(self) -> datetime | None:
        """The server's clock, where it told it."""
        return server_date(self.headers)


def server_date(headers: Mapping[str, str]) -> datetime | None:
    """Read the Date header as aware UTC; None where it is absent or damaged."""
    try:
        date = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return None
    return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)


def read_json(
    status: int, headers: Mapping[str, str], body: bytes, *, host: str, doing: str, is_read: bool
) -> dict[str, Any]:
    """Read the JSON object of a 2xx answer; a read must have one, a write may have none. Raises OutsideError.

    A body that breaks off may come whole the next time, a web page will not.
    """
    text = body.strip()
    if not text:
        if not is_read and status == _NO_CONTENT:
            return {}
        raise answer_fault("sent an empty answer", status, headers, host=host, doing=doing, retryable=True)
    if text.startswith(b"<") or "html" in headers.get("Content-Type", "").lower():
        raise answer_fault(
            "sent a web page instead of JSON",
            status,
            headers,
            host=host,
            doing=doing,
            remedy="Check CONNECTOR_DATAVERSE_URL: a sign-in page, a proxy or another server answers there.",
        )
    try:
        data = parse_json(body)
    except ValueError:
        raise answer_fault(
            "sent JSON that breaks off or is damaged", status, headers, host=host, doing=doing, retryable=True
        ) from None
    if not isinstance(data, dict):
        raise answer_fault("sent JSON that is not an object", status, headers, host=host, doing=doing)
    return data


def parse_json(body: bytes) -> object:
    """Read JSON in UTF-8. Raises ValueError for anything else, for numbers out of range, and for endless nesting."""
    # Asked once for the whole text what would take long for each number: a page has a hundred thousand.
    may_be_long = _MANY_DIGITS in body.translate(_DIGITS)
    try:
        data = json.loads(
            body.decode("utf-8-sig"),
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_whole if may_be_long else None,
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not _is_flat(data, body):
        _check_depth(data)
    return data


def answer_fault(
    what: str,
    status: int,
    headers: Mapping[str, str],
    *,
    host: str,
    doing: str,
    remedy: str = "Check the network and any proxy on the way; then run again.",
    retryable: bool = False,
) -> OutsideError:
    """Say what was wrong with an answer that is no refusal; never quotes it."""
    identity = request_id(headers)
    shown = f", request {identity}" if identity else ""
    return OutsideError(
        f"{host} {what} (HTTP {status}{shown}), while {doing}.",
        remedy=remedy,
        status=status,
        request_id=identity,
        retryable=retryable,
    )


def _refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which JSON does not have."""
    raise ValueError(name)


def _finite(text: str) -> float:
    """Read a number with a fraction or an exponent; `1e999` would be infinity."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("out of range")
    return value


def _whole(text: str) -> int:
    """Read a whole number that a column can hold."""
    if len(text) > _MOST_DIGITS:
        raise ValueError("out of range")
    return int(text)


def _is_flat(data: object, body: bytes) -> bool:
    """Tell whether there are too few brackets beside those of the rows for anything to be nested deeply."""
    listed = data.get("value") if isinstance(data, dict) else None
    rows = sum(1 for row in listed if isinstance(row, dict)) if isinstance(listed, list) else 0
    return body.count(b"{") + body.count(b"[") - rows < _DEEPEST


def _check_depth(data: object) -> None:
    """Raise ValueError for what is nested deeper than anything that we read; level by level, so without recursion."""
    level = [data]
    for _ in range(_DEEPEST):
        inside: list[object] = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent if isinstance(parent, list) else ())
            if isinstance(child, dict | list)
        ]
        if not inside:
            return
        level = inside
    raise ValueError("nested too deeply")
