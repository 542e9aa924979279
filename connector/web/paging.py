"""Lists in pages: how many items are asked for, where a page begins, and the address of the next one.

A cursor is opaque to clients: it names the list that it belongs to and the place of the last item that was given.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import quote, urlencode

from flask import request

from connector.web.problems import ProblemError

DEFAULT_LIMIT = 20
MOST = 100
_LONGEST_CURSOR = 512
_MOST_PLACE = 2**63
_LONGEST_NAME = 100
_CUT_PLUS = re.compile(r" (\d\d:\d\d)$")

Item = TypeVar("Item")
Place = str | int


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks of a list: at most so many items, those after a place (None: from the beginning)."""

    limit: int
    after: Place | None


class Pages:
    """The pages of one list. `root` is the public address of the service, empty where nobody told it."""

    def __init__(self, name: str, kind: type[str | int], root: str) -> None:
        """Take the name that its cursors carry, and what kind of place they hold."""
        self._name, self._kind, self._root = name, kind, root

    def asked(self) -> Asked:
        """Read `limit` and `cursor` of the request. Raises ProblemError 400."""
        return Asked(_limit(), self._place(request.args.get("cursor")))

    def cursor(self, place: Place) -> str:
        """Write the cursor of what comes after a place."""
        data = json.dumps([self._name, place], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    def cut(
        self, found: Sequence[Item], asked: Asked, place: Callable[[Item], Place], write: Callable[[Item], object]
    ) -> dict[str, object]:
        """Write a page of what was found, which is one item more than asked for where there are more."""
        page: dict[str, object] = {"value": [write(one) for one in found[: asked.limit]]}
        if len(found) > asked.limit:
            page["nextLink"] = self.link(place(found[asked.limit - 1]))
        return page

    def link(self, place: Place) -> str:
        """Write the address of the page after a place: this request's, going on from there."""
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
        return f"{self._root}{quote(request.path)}?{urlencode([*kept, ('cursor', self.cursor(place))])}"

    def _place(self, text: str | None) -> Place | None:
        if text is None:
            return None
        name, place = _decoded(text)
        if name == self._name:
            if self._kind is int and type(place) is int and 0 <= place < _MOST_PLACE:
                return place
            if self._kind is str and isinstance(place, str) and place.isprintable():
                return place
        raise ProblemError(400, "malformed", "The cursor is none of this list.", remedy="Follow nextLink as it came.")


def asked_name(parameter: str) -> str | None:
    """Read the name of a document from the query; None where it is not given. Raises ProblemError 400."""
    name = request.args.get(parameter)
    if name is not None and not 1 <= len(name) <= _LONGEST_NAME:
        remedy = f"Use 1 to {_LONGEST_NAME} characters."
        raise ProblemError(400, "malformed", f"{parameter} is no name that can be.", remedy=remedy)
    return name


def asked_time(name: str) -> datetime | None:
    """Read a time with its offset from the query; None where it is not given. Raises ProblemError 400."""
    text = request.args.get(name)
    if text is None:
        return None
    try:
        # A plus sign that was not encoded arrives as a blank.
        at = datetime.fromisoformat(_CUT_PLUS.sub(r"+\1", text))
        moment = at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise ProblemError(400, "malformed", f"{name} is no time with offset.", remedy="Write 2026-11-20T09:00:00Z.")
    return moment


def _limit() -> int:
    text = request.args.get("limit", str(DEFAULT_LIMIT))
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= MOST:
        raise ProblemError(400, "malformed", "limit is no number that can be used.", remedy=f"Use 1 to {MOST}.")
    return int(text)


def _decoded(text: str) -> tuple[object, object]:
    """Read a cursor's list and place; two times None for what is no cursor."""
    try:
        padded = text[:_LONGEST_CURSOR].encode("ascii") + b"=" * (-len(text) % 4)
        name, place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, RecursionError):  # what base64 and json raise are ValueErrors
        return None, None
    return name, place
