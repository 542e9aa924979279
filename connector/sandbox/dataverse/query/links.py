"""The opaque tokens in nextLink and deltaLink, shaped like Dataverse's, and the links themselves."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from connector.sandbox.dataverse.errors import EXPIRED_VERSION_STAMP, INVALID_ARGUMENT, ODataError, bad_query

SKIP, DELTA = "$skiptoken", "$deltatoken"
_COOKIE = re.compile(r'<cookie pagenumber="(\d+)" pagingcookie="([\w=-]+)" istracking="(?:True|False)" />')
_STAMP = "%m/%d/%Y %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: its number, and where the page before it ended.

    `keys`: the sort values and id of its last row; in a delta, what is being sent and the version it starts from.
    `version`: in a tracked read that of its beginning, in a delta the last one sent. `until`: the newest version
    that belongs to the delta.
    """

    page: int = 1
    keys: tuple[Any, ...] = ()
    version: int | None = None
    until: int | None = None

    @property
    def tracked(self) -> bool:
        """Tell whether change tracking was asked for."""
        return self.version is not None


def digest(options: Iterable[tuple[str, str]]) -> str:
    """A short hash of the options that a link must keep as they were."""
    kept = sorted(pair for pair in options if pair[0] not in {SKIP, DELTA, "tag"})
    return hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:12]


def skip_token(position: Position, options_digest: str) -> str:
    """A paging cookie for the page that begins at a position."""
    state = json.dumps([position.keys, position.version, position.until, options_digest]).encode()
    cookie = base64.urlsafe_b64encode(state).decode()
    return f'<cookie pagenumber="{position.page}" pagingcookie="{cookie}" istracking="{position.tracked}" />'


def read_skip_token(token: str, options_digest: str) -> Position:
    """The position in a paging cookie. Raises ODataError when cookie or options are not what was given out."""
    match = _COOKIE.fullmatch(token)
    if match is None:
        raise bad_query("The paging cookie is malformed.", INVALID_ARGUMENT)
    try:
        keys, version, until, known = json.loads(base64.urlsafe_b64decode(match[2]))
    except ValueError:
        raise bad_query("The paging cookie is malformed.", INVALID_ARGUMENT) from None
    if known != options_digest:
        raise bad_query("The query options of a next link must not be changed.", INVALID_ARGUMENT)
    return Position(int(match[1]), tuple(keys), version, until)


def delta_token(version: int, now: datetime) -> str:
    """A delta token: the version up to which everything was sent, and when."""
    return f"{version}!{now.strftime(_STAMP)}"


def read_delta_token(token: str, *, now: datetime, expired_before: int, days: int) -> int:
    """The version in a delta token. Raises ODataError: malformed, or expired by age or by a change of metadata."""
    number, _, stamp = token.partition("!")
    try:
        version, given = int(number), datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        raise bad_query("The delta token is malformed.", INVALID_ARGUMENT) from None
    if version < expired_before or now - given > timedelta(days=days):
        raise expired()
    return version


def expired(status: int = HTTPStatus.BAD_REQUEST) -> ODataError:
    """The refusal of a delta token that is too old."""
    message = "Version stamp associated with the client has expired. Please perform a full sync."
    return ODataError(status, EXPIRED_VERSION_STAMP, message)


def link(base: str, options: Iterable[tuple[str, str]], name: str, token: str) -> str:
    """A URL with the options as they were and one token; escapes in lower case, as Dataverse writes them."""
    kept = [(key, value) for key, value in options if key not in {SKIP, DELTA}]
    pairs = [*kept, (name, token)]
    query = "&".join(f"{quote(key, safe='$@')}={_escape(value)}" for key, value in pairs)
    return f"{base}?{query}"


def _escape(value: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), quote(value, safe="(),'/:;="))
