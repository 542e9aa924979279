"""The `$batch` format: guarded updates and creations to multipart/mixed, and the answer back to one for each of them.

Independent parts only, no changesets. Nothing is sent here, and what an answer means for a row is told in `writer`.
Source: Microsoft's page on batch operations with the Web API; RFC 2046 for boundaries.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message

from requests.structures import CaseInsensitiveDict

from connector.dataverse.http.etags import checked_etag
from connector.pipeline.values import Columns

MOST_PARTS = 1000
"""What one batch may hold."""

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")  # RFC 2046, 5.1.1
_BLANK_LINE = re.compile(rb"(?:\A|\r?\n)\r?\n")
_LINE_END = re.compile(r"\r?\n")
_STATUS_LINE = re.compile(r"HTTP/[0-9](?:\.[0-9])? ([1-5][0-9]{2})(?: .*)?")
_PLAIN_ENCODINGS = frozenset({"", "binary", "8bit", "7bit"})
_ADDRESS = re.compile(r"https://[!-~]+")
_HEADER = re.compile(r"[0-9A-Za-z.-]+: [ -~]*")
_OURS = frozenset({"if-match", "if-none-match", "content-type", "content-id", "accept", "prefer"})


@dataclass(frozen=True, slots=True)
class Update:
    """One guarded update: absolute address, the etag that was read, values, further headers of the part.

    ValueError for what may not be sent.
    """

    address: str
    etag: str
    values: Columns
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        checked_etag(self.etag)
        _check_part(self.address, self.headers)

    @property
    def guard(self) -> str:
        """The header without which it must not be sent."""
        return f"If-Match: {self.etag}"


@dataclass(frozen=True, slots=True)
class Creation:
    """One row to create under an id of ours, as the address names it, and only where there is none of that id.

    ValueError for what may not be sent.
    """

    address: str
    values: Columns
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_part(self.address, self.headers)

    @property
    def guard(self) -> str:
        """The header without which it must not be sent."""
        return NEW_ONLY


Part = Update | Creation
NEW_ONLY = "If-None-Match: *"


def _check_part(address: str, headers: Mapping[str, str]) -> None:
    if not _ADDRESS.fullmatch(address):
        raise ValueError("not an address for a part of a batch")
    if not all(_HEADER.fullmatch(f"{name}: {value}") for name, value in headers.items()):
        raise ValueError("not headers for a part of a batch")
    if _OURS & {name.lower() for name in headers}:
        raise ValueError("headers that are not for others to set")


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """What the server answered to one part. `content_id` is the part's number as it told it back, if it did."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    content_id: str | None = None


def content_type(boundary: str) -> str:
    """Give the Content-Type of a batch."""
    return f'multipart/mixed; boundary="{boundary}"'


def encode(updates: Sequence[Part], boundary: str) -> bytes:
    """Write updates and creations as the body of a `$batch`, numbered from 1; each asks for the row that it selects.

    ValueError for none, for more than 1,000 and for a boundary that is not one.
    """
    if not 1 <= len(updates) <= MOST_PARTS:
        raise ValueError(f"A batch has from 1 to {MOST_PARTS} parts, not {len(updates)}.")
    if not _BOUNDARY.fullmatch(boundary):
        raise ValueError("not a boundary")
    # JSON has no line break of its own, so that no value can look like a boundary.
    parts = [
        f"--{boundary}\r\n"
        "Content-Type: application/http\r\n"
        "Content-Transfer-Encoding: binary\r\n"
        f"Content-ID: {number}\r\n"
        "\r\n"
        f"PATCH {update.address} HTTP/1.1\r\n"
        "Accept: application/json\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        f"{update.guard}\r\n"
        "Prefer: return=representation\r\n"
        f"{_head(update.headers)}\r\n"
        f"{json.dumps(update.values, ensure_ascii=False, allow_nan=False)}\r\n"
        for number, update in enumerate(updates, 1)
    ]
    return f"{''.join(parts)}--{boundary}--\r\n".encode()


def _head(headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


def decode(content_type_: str, body: bytes) -> list[PartAnswer]:
    """Read the answer to a batch, part by part in its order. ValueError for anything that is not whole and in shape."""
    parts = [_read_part(part) for part in _split(body, _boundary_of(content_type_))]
    if len(parts) > MOST_PARTS:
        raise ValueError("more parts than a batch can have")
    return parts


def attribute(answers: Sequence[PartAnswer], count: int) -> list[PartAnswer | None]:
    """Give each of `count` parts its answer: by its number where that was told back, else by order.

    None: no answer, or none that is surely this part's. Where answers are missing (the server stopped at an error),
    order tells nothing: the error may stand behind the answers before it, or alone. ValueError for a contradiction.
    """
    if len(answers) > count:
        raise ValueError("more answers than parts")
    numbered = [(answer.content_id, answer) for answer in answers if answer.content_id is not None]
    found: list[PartAnswer | None] = [None] * count
    for told, answer in numbered:
        number = int(told) if told.isdecimal() else 0
        if not 1 <= number <= count or found[number - 1] is not None:
            raise ValueError("an answer to a part that was not sent, or two to one")
        found[number - 1] = answer
    if len(numbered) == len(answers) or len(answers) < count:
        return found
    # One answer for each part: by order, which the numbers that were told must confirm.
    if any(answer.content_id is not None and found[place] is not answer for place, answer in enumerate(answers)):
        raise ValueError("answers in another order than the parts, and not all numbered")
    return list(answers)


def is_multipart(content_type_: str) -> bool:
    """Tell whether an answer is one to a batch, by its Content-Type."""
    return content_type_.partition(";")[0].strip().lower() == "multipart/mixed"


def _boundary_of(content_type_: str) -> bytes:
    """Read the boundary parameter, quoted or not."""
    if not is_multipart(content_type_):
        raise ValueError("not multipart/mixed")
    header = Message()
    header["Content-Type"] = content_type_
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not _BOUNDARY.fullmatch(boundary):
        raise ValueError("no usable boundary")
    return boundary.encode("ascii")


def _split(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """Cut a body at its boundary lines. What stands before the first and after the last is no part."""
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    lines = list(line.finditer(body))
    if not lines or not lines[-1][1] or any(found[1] for found in lines[:-1]):
        raise ValueError("breaks off, or goes on after its end")
    for begin, end in itertools.pairwise(lines):
        yield body[begin.end() : end.start()].removeprefix(b"\r").removeprefix(b"\n")


def _read_part(part: bytes) -> PartAnswer:
    """Read the part's own headers, then the answer inside it."""
    outer, inner = _cut(part)
    about = _read_headers(_lines(outer))
    if about.get("Content-Type", "").partition(";")[0].strip().lower() != "application/http":
        raise ValueError("a part that is no HTTP answer")
    if about.get("Content-Transfer-Encoding", "").strip().lower() not in _PLAIN_ENCODINGS:
        raise ValueError("a part in an encoding that is not plain")
    head, body = _cut(inner)
    status_line, *rest = _lines(head) or [""]
    status = _STATUS_LINE.fullmatch(status_line)
    if not status:
        raise ValueError("a part without a status line")
    headers = _read_headers(rest)
    return PartAnswer(int(status[1]), headers, _measured(headers, body), _content_id(about, headers))


def _cut(block: bytes) -> tuple[bytes, bytes]:
    """Cut at the first blank line; without one all of it is head."""
    blank = _BLANK_LINE.search(block)
    return (block[: blank.start()], block[blank.end() :]) if blank else (block, b"")


def _lines(head: bytes) -> list[str]:
    """Give the lines of a head, folded ones joined."""
    text = re.sub(r"\r?\n[ \t]+", " ", head.decode("latin-1")).rstrip("\r\n")
    return _LINE_END.split(text) if text else []


def _read_headers(lines: Sequence[str]) -> CaseInsensitiveDict[str]:
    headers: CaseInsensitiveDict[str] = CaseInsensitiveDict()
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise ValueError("a header that is none")
        headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    return headers


def _measured(headers: Mapping[str, str], body: bytes) -> bytes:
    """Give as much of a body as its length says; the rest may only be the line break before the boundary."""
    length = headers.get("Content-Length", "")
    if not length:
        return body
    if not length.isdecimal() or int(length) > len(body) or body[int(length) :].strip():
        raise ValueError("a part of another length than it says")
    return body[: int(length)]


def _content_id(about: Mapping[str, str], headers: Mapping[str, str]) -> str | None:
    """Give a part's number, which servers tell in the part's own headers or in those of the answer."""
    told = {value.strip("<> ") for value in (about.get("Content-ID"), headers.get("Content-ID")) if value}
    if len(told) > 1:
        raise ValueError("a part with two numbers")
    return told.pop() if told else None
