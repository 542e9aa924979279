"""The path of a Web API request, taken apart: version, segments, key. Knows no tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote

from connector.sandbox.dataverse.errors import ODataError, no_segment

_ROOT = re.compile(r"/api/data/v9\.[012](?:/|$)")
_SEGMENT = re.compile(r"([\w.$]+)(?:\((.*)\))?")
MAX_URL = 32_768
MAX_URL_IN_BATCH = 65_536


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes: the root as it was written, the first segment's name and key, the further segments."""

    root: str
    name: str
    key: str | None
    rest: tuple[str, ...]
    segments: tuple[str, ...]


def read(path: str, query: str = "", *, longest: int = MAX_URL) -> Route:
    """Take a raw path apart. Raises ODataError for one that is not of the Web API, or too long with its query."""
    if len(path) + len(query) > longest:
        raise ODataError(HTTPStatus.REQUEST_URI_TOO_LONG, "", "The URL is too long.")
    match = _ROOT.match(path)
    if match is None:
        raise ODataError(HTTPStatus.NOT_FOUND, "", "There is nothing at this address.")
    segments = tuple(unquote(part) for part in path[match.end() :].split("/") if part)
    root = match[0].rstrip("/")
    if not segments:
        return Route(root, "", None, (), ())
    first = _SEGMENT.fullmatch(segments[0])
    if first is None:
        raise no_segment(segments[0])
    return Route(root, first[1], first[2], segments[1:], segments)
