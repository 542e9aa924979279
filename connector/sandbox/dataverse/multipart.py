"""The format of $batch: a multipart body taken apart and put together, one HTTP message a part. Runs no request.

Lines of the format end with CRLF; what the bodies of requests have inside is theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from connector.sandbox.dataverse.errors import ODataError, bad_payload
from connector.sandbox.server import Request, Response

_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s;",]{1,70}))', re.IGNORECASE)
_REQUEST_LINE = re.compile(r"([A-Z]+) (\S.*\S|\S) HTTP/1\.[01]")  # clients write spaces into addresses
CRLF = b"\r\n"
REFERENCE = re.compile(r"\$([\w\-.~]+)")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body: its headers, names in lower case, and what follows the blank line."""

    headers: dict[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Operation:
    """One request inside a batch: `target` as it was written, `content_id` where the part has one."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    content_id: str | None


def boundary_of(content_type: str, what: str) -> str:
    """The boundary that a content type names. Raises ODataError for one that is not multipart/mixed, or has none."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind != "multipart/mixed":
        raise ODataError(
            HTTPStatus.BAD_REQUEST, "", f"The {what} must have 'multipart/mixed' as the media type, not '{kind}'."
        )
    match = _BOUNDARY.search(content_type)
    if match is None:
        raise ODataError(HTTPStatus.BAD_REQUEST, "", f"The {what} does not have a boundary in its content type.")
    return match[1] or match[2]


def split(body: bytes, boundary: str) -> list[Part]:
    """The parts between the boundaries. Raises ODataError for a body that breaks the format."""
    mark = b"--" + boundary.encode("latin-1")
    pieces = re.split(rb"(?:^|\r\n)" + re.escape(mark) + rb"(?=--|\r\n)", body)
    if len(pieces) < 2:  # noqa: PLR2004  # what stands before the first boundary, and the end
        raise malformed("Stream was not readable.")  # bare line feeds end here too
    if not pieces[-1].startswith(b"--"):
        raise malformed("The multipart body does not end with its closing boundary.")
    if any(piece.startswith(b"--") for piece in pieces[1:-1]):
        raise malformed("There is something after the closing boundary.")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    head, blank, content = piece.removeprefix(CRLF).partition(CRLF + CRLF)
    if not blank:
        raise malformed("A part has no blank line after its headers.")
    return Part(_headers(head), content)


def _headers(head: bytes) -> dict[str, str]:
    if b"\n" in head.replace(CRLF, b""):
        raise malformed("Stream was not readable.")
    found: dict[str, str] = {}
    for line in head.decode("latin-1").split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise malformed(f"'{line[:60]}' is not a header.")
        found[name.strip().lower()] = value.strip()
    return found


def read_operation(part: Part) -> Operation:
    """The request in a part. Raises ODataError."""
    kind = part.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/http":
        raise malformed(f"The content type '{kind}' of a part is neither application/http nor multipart/mixed.")
    if part.headers.get("content-transfer-encoding", "").lower() != "binary":
        raise malformed("A part has no Content-Transfer-Encoding of 'binary'.")
    head, _, body = part.content.partition(CRLF + CRLF)
    line, _, rest = head.removesuffix(CRLF).partition(CRLF)
    match = _REQUEST_LINE.fullmatch(line.decode("latin-1"))
    if match is None:
        raise malformed(f"'{line.decode('latin-1')[:60]}' is not a request line.")
    headers = _headers(rest) if rest else {}
    length = headers.pop("content-length", "")
    if length:
        if not length.isdigit() or int(length) > len(body):
            raise malformed("The Content-Length of a part is not that of its body.")
        body = body[: int(length)]
    content_id = part.headers.get("content-id", headers.pop("content-id", None))
    return Operation(match[1], match[2], headers, body, content_id)


def address(target: str, root: str, origin: str) -> tuple[str, str]:
    """Path and query of an operation: absolute, absolute in its path, or relative to the service's root."""
    if "://" in target:
        parts = urlsplit(target)
        if f"{parts.scheme}://{parts.netloc}".lower() != origin.lower():
            raise malformed(f"The address '{target[:100]}' is not one of this environment.")
        return parts.path, parts.query
    path, _, query = target.partition("?")
    return (path if path.startswith("/") else f"{root}/{path}"), query


def as_request(operation: Operation, root: str, origin: str) -> Request:
    """The operation as the request that it stands for."""
    path, query = address(operation.target, root, origin)
    return Request(operation.method, path, query, operation.headers, operation.body)


def write_answer(response: Response, content_id: str | None = None) -> bytes:
    """The part that answers one operation."""
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if content_id is not None:
        lines.append(f"Content-ID: {content_id}")
    lines += ["", f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    lines += ["OData-Version: 4.0", "", ""]
    return "\r\n".join(lines).encode("latin-1") + response.body


def write_set(boundary: str, answers: list[bytes]) -> bytes:
    """The part that answers a change set."""
    head = f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n".encode("latin-1")
    return head + join(boundary, answers).removesuffix(CRLF)


def join(boundary: str, parts: list[bytes]) -> bytes:
    """A multipart body."""
    mark = b"--" + boundary.encode("latin-1")
    return b"".join(mark + CRLF + part + CRLF for part in parts) + mark + b"--" + CRLF


def malformed(message: str) -> ODataError:
    """The refusal of a batch that cannot be read at all."""
    return bad_payload(f"Error identified in Payload provided by the user for Entity :'', Message: {message}")
