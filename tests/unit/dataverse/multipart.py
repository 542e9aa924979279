"""Answers to batches as bytes, written by hand, and requests read with the standard library's own parser."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from email.message import Message
from email.parser import BytesParser
from typing import Any, NamedTuple

BOUNDARY = "batchresponse_4f2a"
KIND = {"Content-Type": f"multipart/mixed; boundary={BOUNDARY}"}


class Sent(NamedTuple):
    """One part of a request."""

    request_line: str
    content_id: str
    headers: Mapping[str, str]
    values: Any


def part(status: int, body: Any = None, *, content_id: object = None, **headers: str) -> str:
    """One part of an answer, from its own headers to its end, with CRLF and without a boundary."""
    outer = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    outer += [f"Content-ID: {content_id}"] if content_id is not None else []
    inner = [
        f"HTTP/1.1 {status} Some words",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    text = "" if body is None else body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return "\r\n".join([*outer, "", *inner, "", text])


def joined(parts: Sequence[str], boundary: str = BOUNDARY, *, closed: bool = True) -> str:
    """The whole body."""
    return "".join(f"--{boundary}\r\n{one}\r\n" for one in parts) + (f"--{boundary}--\r\n" if closed else "")


def refused(status: int, code: str = "", message: str = "", **more: Any) -> str:
    """A part that was refused, in Dataverse's shape."""
    return part(status, {"error": {"code": code, "message": message}}, **more)


def applied(lead_id: str, etag: str = 'W/"8"', **more: Any) -> str:
    """A part that was updated and came back."""
    return part(200, {"@odata.etag": etag, "leadid": lead_id}, ETag=etag, **more)


def read_request(content_type: str, body: bytes) -> list[Sent]:
    """Read a request's parts with the `email` package."""
    whole = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    sent = []
    for one in whole.get_payload():
        assert isinstance(one, Message)
        assert one.get_content_type() == "application/http"
        assert one["Content-Transfer-Encoding"] == "binary"
        payload = one.get_payload(decode=True)
        assert isinstance(payload, bytes)
        head, _, text = payload.partition(b"\r\n\r\n")
        request_line, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        sent.append(Sent(request_line, str(one["Content-ID"]), headers, json.loads(text)))
    return sent
