"""Batches by hand for the tests: a body put together line by line, and its answer taken apart. No client's code."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from .support import API, Answer, Client

BOUNDARY = "batch_here"


@dataclass(frozen=True)
class Part:
    """The answer to one operation."""

    status: int
    headers: dict[str, str]
    body: bytes
    content_id: str | None = None

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """Dataverse's error code."""
        found: str = self.json["error"]["code"]
        return found


def operation(method: str, target: str, body: Any = None, content_id: int | None = None, **headers: str) -> str:
    """One part: a request with its headers (`If_Match`)."""
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    lines += [f"Content-ID: {content_id}"] if content_id is not None else []
    lines += ["", f"{method} {target} HTTP/1.1"]
    lines += ["Content-Type: application/json; type=entry"] if body is not None else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", "" if body is None else json.dumps(body)])


def change_set(*operations: str, boundary: str = "changeset_here") -> str:
    """A part that holds operations which belong together."""
    inside = "".join(f"--{boundary}\r\n{each}\r\n" for each in operations)
    return f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n{inside}--{boundary}--\r\n'


def body_of(*parts: str) -> bytes:
    """The whole body."""
    return ("".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{BOUNDARY}--\r\n").encode()


def send(client: Client, *parts: str, prefer: str = "", body: bytes | None = None, kind: str = "") -> Answer:
    """Send a batch."""
    headers = {"Content-Type": kind or f'multipart/mixed; boundary="{BOUNDARY}"'}
    if prefer:
        headers["Prefer"] = prefer
    return client.ask("POST", f"{API}/$batch", body_of(*parts) if body is None else body, headers)


def parts_of(answer: Answer) -> list[Part]:
    """The answers to the operations, those of change sets in their place."""
    return _parts(answer.body, answer.headers["Content-Type"], "batchresponse")


def _parts(body: bytes, kind: str, name: str) -> list[Part]:
    match = re.fullmatch(rf"multipart/mixed; boundary=({name}_[0-9a-f-]{{36}})", kind)
    assert match is not None, kind
    first, *pieces, last = re.split(rb"(?:^|\r\n)--" + match[1].encode(), body)
    assert (first, last) == (b"", b"--\r\n") or (first, last) == (b"", b"--")
    found: list[Part] = []
    for piece in pieces:
        head, content = piece.removeprefix(b"\r\n").split(b"\r\n\r\n", 1)
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        if headers["Content-Type"].startswith("multipart/mixed"):
            found += _parts(content, headers["Content-Type"], "changesetresponse")
            continue
        assert headers["Content-Type"] == "application/http"
        assert headers["Content-Transfer-Encoding"] == "binary"
        inner, inner_body = content.split(b"\r\n\r\n", 1)
        status, *lines = inner.decode().split("\r\n")
        version, number, phrase = status.split(" ", 2)
        assert version == "HTTP/1.1"
        assert phrase
        inner_headers = dict(line.split(": ", 1) for line in lines)
        assert inner_headers["OData-Version"] == "4.0"
        found.append(Part(int(number), inner_headers, inner_body, headers.get("Content-ID")))
    return found
