"""How a query is written and its pages followed: escaping, `In` filters, `$select`, and the paging iterator.

What is asked for is the business of the readers; links to next pages are opaque and never built or changed here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from connector.dataverse.http.answers import Reply
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.ahead import Ahead
from connector.errors import OutsideError

Row = dict[str, Any]

# Ids in one `In` filter: about 9,000 characters of address, of the 32,768 that Dataverse takes.
IDS_IN_FILTER = 200
LARGEST_PAGE = 5000
_MOST_PAGES = 200_000
_MOST_EMPTY_PAGES = 100
# A row that changes while it is read may fill two pages of one; rows that come a third time never end.
_MOST_SIGHTINGS = 2

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """One page of rows; `delta_link` only on the last page of a change tracking read, `date` the server's clock."""

    rows: list[Row]
    is_last: bool
    delta_link: str | None
    date: datetime | None


def guid(value: str) -> str:
    """Give an id in the one form that is compared and sent, lower case, no braces; ValueError for anything else."""
    bare = bare_id(value)
    if not _GUID.fullmatch(bare):
        raise ValueError(f"not a GUID: {value[:40]!r}")
    return bare


def bare_id(value: str) -> str:
    """Give an id as a row tells it in lower case, without braces around it."""
    if value[:1] == "{" and value[-1:] == "}":
        value = value[1:-1]
    return value.lower()


def find_guid(text: str) -> str | None:
    """Find the GUID in `leads(<guid>)` or a bare one."""
    found = _GUID.search(text)
    return found.group().lower() if found else None


def literal(text: str) -> str:
    """Write a string literal: single quotes are doubled."""
    return "'" + text.replace("'", "''") + "'"


def moment(at: datetime) -> str:
    """Write a datetime literal, whole seconds rounded down (the columns hold no more)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def any_of(column: str, values: Iterable[str]) -> str:
    """Write the filter "column is one of values"; the `In` function is not bound by the limit of 500 conditions."""
    listed = ",".join(literal(value) for value in values)
    return f"Microsoft.Dynamics.CRM.In(PropertyName={literal(column)},PropertyValues=[{listed}])"


def chunks(values: Sequence[str], size: int = IDS_IN_FILTER) -> Iterator[Sequence[str]]:
    """Cut a list into runs of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def address(
    entity_set: str,
    *,
    select: Iterable[str] = (),
    filter_: str = "",
    order_by: str = "",
    expand: str = "",
) -> str:
    """Write a query's address relative to the API root; `select` is sorted, so that equal needs give equal text."""
    options = {
        "$select": ",".join(sorted(select)),
        "$filter": filter_,
        "$orderby": order_by,
        "$expand": expand,
    }
    given = [f"{name}={quote(text, safe=_SAFE)}" for name, text in options.items() if text]
    return f"{entity_set}?{'&'.join(given)}" if given else entity_set


# Legal in a query and of no meaning to the query's own syntax; space, `#`, `&`, `+`, `%` and non-ASCII are escaped.
_SAFE = "'(),:;=$/@*-._~"


def pages(
    session: DataverseSession, first: str, *, prefer: Sequence[str], doing: str, ahead: bool = False
) -> Generator[AnswerPage, None, None]:
    """Follow an answer's pages lazily, with the same Prefer each time.

    With `ahead` the next page is asked for, by a thread of its own, while the one that came is read and worked on; one
    that nobody wants any more is waited for when the generator is closed.
    Raises OutsideError for a link to another host, for pages that run in a circle (a link met before, rows met
    before, endless empty pages), and for an answer that is not a list of rows.
    """
    guard = _CircleGuard(session.locate(first, doing=doing), doing)
    get = partial(session.get, prefer=prefer, doing=doing)
    if not ahead:
        yield from _follow(session, first, guard, get, _nothing, doing)
        return
    with Ahead(get) as early:
        yield from _follow(session, first, guard, early.take, early.ask, doing)


def _nothing(link: str) -> None:
    """Ask for no page before it is wanted."""


def _follow(
    session: DataverseSession,
    first: str,
    guard: _CircleGuard,
    take: Callable[[str], Reply],
    ask: Callable[[str], None],
    doing: str,
) -> Iterator[AnswerPage]:
    link = first
    for _ in range(_MOST_PAGES):
        reply = take(link)
        rows = reply.data.get("value")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise OutsideError(
                f"Dataverse sent no list of rows while {doing}.",
                remedy="Check CONNECTOR_DATAVERSE_URL: the answer is not the Web API's.",
                status=reply.status,
                request_id=reply.request_id,
            )
        next_link = _link(reply.data, "@odata.nextLink", session, doing)
        delta_link = _link(reply.data, "@odata.deltaLink", session, doing)
        guard.check_rows(rows, reply)
        if next_link is not None and guard.is_new(next_link):
            ask(next_link)
        yield AnswerPage(rows, is_last=next_link is None, delta_link=delta_link, date=reply.date)
        if next_link is None:
            return
        guard.check_link(next_link, reply)
        link = next_link
    raise OutsideError(f"Dataverse sent more than {_MOST_PAGES} pages while {doing}; stopped there.")


class _CircleGuard:
    """Notices pages that never end: by their links, and by their rows where each link is new."""

    def __init__(self, first: str, doing: str) -> None:
        self._links = {first}
        self._rows: dict[str, int] = {}
        self._empty = 0
        self._doing = doing

    def is_new(self, link: str) -> bool:
        """Tell whether a link was not met before."""
        return link not in self._links

    def check_link(self, link: str, reply: Reply) -> None:
        """Raise OutsideError for a link met before."""
        if not self.is_new(link):
            raise self._circle(reply)
        self._links.add(link)

    def check_rows(self, rows: list[Row], reply: Reply) -> None:
        """Raise OutsideError for rows met too often, told by the first and the last, and for too many empty pages."""
        self._empty = 0 if rows else self._empty + 1
        if self._empty > _MOST_EMPTY_PAGES:
            raise self._circle(reply)
        if rows:
            ends = hashlib.sha256(f"{len(rows)} {rows[0]!r} {rows[-1]!r}".encode()).hexdigest()
            self._rows[ends] = self._rows.get(ends, 0) + 1
            if self._rows[ends] > _MOST_SIGHTINGS:
                raise self._circle(reply)

    def _circle(self, reply: Reply) -> OutsideError:
        return OutsideError(
            f"Dataverse sent a page that was read before, while {self._doing}: the pages run in a circle.",
            remedy="Try again; if it stays, give the request id to Microsoft support.",
            status=reply.status,
            request_id=reply.request_id,
        )


def _link(data: Row, name: str, session: DataverseSession, doing: str) -> str | None:
    """Read a link of an answer and make sure that it leads to the configured origin."""
    link = data.get(name)
    if link is None or link == "":
        return None
    if not isinstance(link, str):
        raise OutsideError(f"Dataverse sent a {name} that is not text, while {doing}.")
    return session.locate(link, doing=doing)
