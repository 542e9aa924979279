"""What is asked and told over HTTP, and the answer to a batch; no meaning in here."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass
class Ask:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    raw: str = ""

    @property
    def prefer(self) -> str:
        """The Prefer header."""
        return self.headers.get("prefer", "")


@dataclass
class Told:
    """One answer as it goes out; `body` None has no body at all."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """The body's bytes."""
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def fault(status: int, code: str, message: str = "refused", **headers: str) -> Told:
    """An error answer in Dataverse's shape."""
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    return Told(status, {"error": {"code": code, "message": message}}, shown)


def make_ask(method: str, target: str, headers: dict[str, str], body: bytes) -> Ask:
    """A request from its parts."""
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    return Ask(method, unquote(parts.path), query, headers, body, target)


def multipart(
    parts: list[tuple[str, Told]], *, eol: str = "\r\n", boundary: str = "", quoted: bool = False, numbered: bool = True
) -> Told:
    """The answer to a batch."""
    boundary = boundary or f"batchresponse_{uuid.uuid4()}"
    lines: list[str] = []
    for number, told in parts:
        head = [f"--{boundary}", "Content-Type: application/http", "Content-Transfer-Encoding: binary"]
        head += [f"Content-ID: {number}"] if numbered else []
        inner = [f"HTTP/1.1 {told.status} Whatever", "OData-Version: 4.0"]
        inner += ["Content-Type: application/json; odata.metadata=minimal"] if told.body is not None else []
        inner += [f"{name}: {value}" for name, value in told.headers.items()]
        lines += [*head, "", *inner, "", told.encoded().decode()]
    body = eol.join([*lines, f"--{boundary}--", ""]).encode()
    shown = f'"{boundary}"' if quoted else boundary
    return Told(200, body, {"Content-Type": f"multipart/mixed; boundary={shown}"})
