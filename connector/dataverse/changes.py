"""Reading what changed in a table: by change tracking where the table has it, by `modifiedon` window where not.

Yields raw rows and ids of deleted ones; which columns are selected and what rows mean is the caller's business.
Source: "Use change tracking to synchronize data with external systems" (power-apps developer docs).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.dataverse import columns
from connector.dataverse.links import KINDS_OF_LOOKUPS
from connector.dataverse.metadata import TableInfo
from connector.dataverse.query import AnswerPage, Row, address, find_guid, moment, pages
from connector.dataverse.refusals import EXPIRED_STAMP, NOT_TRACKED
from connector.dataverse.rows import is_deletion, parse_moment
from connector.dataverse.session import DataverseSession
from connector.dataverse.tokens import DeltaToken, Token, WindowToken
from connector.errors import OutsideError

logger = logging.getLogger(__name__)

# A row gets its `modifiedon` when its transaction begins and shows when that ends.
OVERLAP = timedelta(minutes=5)
# How far the web servers' clock is trusted to agree with the database's.
CLOCK_TOLERANCE = timedelta(minutes=10)

_GONE = frozenset({400, 404, 410})


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read of a table. `open_filter` narrows the first window."""

    info: TableInfo
    select: frozenset[str]
    page_size: int
    open_filter: str = ""

    @property
    def doing(self) -> str:
        """What it is called in errors."""
        return f"reading {self.info.entity_set}"


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One page of changes; `token` on the last page, `is_full` when the whole table is being read."""

    rows: list[Row]
    deleted: tuple[str, ...] = ()
    token: Token | None = None
    is_full: bool = False
    date: datetime | None = None  # the server's clock


class _TokenGoneError(Exception):
    """A stored link is of no use any more."""


def starts_over(info: TableInfo, select: frozenset[str], token: Token | None) -> bool:
    """Tell whether a pull reads everything: no token, other columns, or change tracking since switched on."""
    if token is None or not select <= token.select:
        return True
    return isinstance(token, WindowToken) and info.tracks_changes and not token.instead


def read_changes(session: DataverseSession, reading: Reading, token: Token | None) -> Iterator[ChangePage]:
    """Yield the changes since `token`, or everything; the last page has the new token. Raises OutsideError.

    An expired link is not an error: everything is read again.
    """
    if starts_over(reading.info, reading.select, token):
        token = None
    if isinstance(token, DeltaToken):
        try:
            yield from _follow_link(session, reading, token)
        except _TokenGoneError:
            token = None
        else:
            return
    if token is None and reading.info.tracks_changes:
        try:
            yield from _track(session, reading)
        except OutsideError as error:
            if error.code != NOT_TRACKED:
                raise
            logger.warning("change tracking is off for %s after all: reading by time", reading.info.entity_set)
        else:
            return
    yield from _window(session, reading, token)


def _prefer(reading: Reading) -> tuple[str, ...]:
    """Preferences of a change tracking read. No annotations: with them some servers leave the delta link out."""
    return ("odata.track-changes", f"odata.maxpagesize={reading.page_size}")


def _follow_link(session: DataverseSession, reading: Reading, token: DeltaToken) -> Iterator[ChangePage]:
    """Read the changes since a link. Raises _TokenGoneError when the link no longer serves."""
    try:
        link = session.locate(token.link, doing=reading.doing)
    except OutsideError:  # the configured environment is another one now
        logger.warning("the stored change token of %s is of another address", reading.info.entity_set)
        raise _TokenGoneError from None
    try:
        for page in pages(session, link, prefer=_prefer(reading), doing=reading.doing):
            yield _change_page(page, _next_token(reading, page, page.date), is_full=False)
    except OutsideError as error:
        # Which status an expired token gives is not documented; whatever a server holds against its own link, a
        # full read either mends it or tells what is really wrong.
        if error.code != EXPIRED_STAMP and error.status not in _GONE:
            raise
        logger.warning(
            "the change token of %s has expired or was refused (HTTP %s %s): reading everything again",
            reading.info.entity_set,
            error.status,
            error.code,
        )
        raise _TokenGoneError from None


def _track(session: DataverseSession, reading: Reading) -> Iterator[ChangePage]:
    """Read the whole table and get a link for what changes from then on. Only `$select` is allowed here."""
    first = address(reading.info.entity_set, select=reading.select)
    began: datetime | None = None
    for page in pages(session, first, prefer=_prefer(reading), doing=reading.doing):
        began = began or page.date
        yield _change_page(page, _next_token(reading, page, began), is_full=True)


def _next_token(reading: Reading, page: AnswerPage, began: datetime | None) -> Token | None:
    """Give the token of a change tracking page; a window where a server forgot the link on the last page."""
    if not page.is_last:
        return None
    if page.delta_link:
        return DeltaToken(page.delta_link, reading.select)
    if began is None:
        raise OutsideError(
            f"Dataverse gave neither a delta link nor its time, while {reading.doing}.",
            remedy="Run again; if it stays, turn off change tracking for the table or report the request id.",
        )
    logger.warning(
        "%s has change tracking, but the server gave no link to continue from: until the next full read it is "
        "read by time, and deleted rows are noticed by `sync --full` only",
        reading.info.entity_set,
    )
    return WindowToken(began - CLOCK_TOLERANCE, reading.select, instead=True)


def _change_page(page: AnswerPage, token: Token | None, *, is_full: bool) -> ChangePage:
    """Tell rows from deletions."""
    rows = [row for row in page.rows if not is_deletion(row)]
    gone = (find_guid(str(row.get("id", ""))) for row in page.rows if is_deletion(row))
    return ChangePage(rows, tuple(found for found in gone if found), token, is_full, page.date)


def _window(session: DataverseSession, reading: Reading, token: Token | None) -> Iterator[ChangePage]:
    """Read by `modifiedon`: at first what is open, then whatever was modified, closed rows included.

    The order is unique, so that no row is lost between pages; one that moves to the end meanwhile is read twice.
    """
    since = token.read_to if isinstance(token, WindowToken) else None
    query = address(
        reading.info.entity_set,
        select=reading.select | {columns.MODIFIED_ON},
        filter_=f"{columns.MODIFIED_ON} ge {moment(since - OVERLAP)}" if since else reading.open_filter,
        order_by=f"{columns.MODIFIED_ON} asc,{reading.info.key} asc",
    )
    prefer = (f"odata.maxpagesize={reading.page_size}", KINDS_OF_LOOKUPS)
    instead = isinstance(token, WindowToken) and token.instead
    newest: datetime | None = None
    began: datetime | None = None
    for page in pages(session, query, prefer=prefer, doing=reading.doing):
        began = began or page.date
        seen = [at for row in page.rows if (at := parse_moment(row.get(columns.MODIFIED_ON)))]
        newest = max([*seen, newest] if newest else seen, default=None)
        read_to = next_read_to(newest, began, since) if page.is_last else None
        following = WindowToken(read_to, reading.select, instead=instead) if read_to else None
        yield ChangePage(page.rows, (), following, since is None, page.date)


def next_read_to(newest: datetime | None, began: datetime | None, previous: datetime | None) -> datetime | None:
    """Give the moment up to which a window is read: never by our clock, never past the server's.

    The newest row counts as far as the server's clock goes (a plug-in can write any time); a quiet table moves on
    with that clock, less its tolerance. None when nothing is known.
    """
    if began is None:
        known = [at for at in (newest, previous) if at]
        return max(known, default=None)
    return max([began - CLOCK_TOLERANCE, *(min(at, began) for at in (newest, previous) if at)])
