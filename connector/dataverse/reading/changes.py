"""Reading what changed in a table: by change tracking where the table has it, by time where not (see `windows`).

Yields raw rows and ids of deleted ones; which columns are selected and what rows mean is the caller's business.
Source: "Use change tracking to synchronize data with external systems" (power-apps developer docs).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from connector.dataverse.http.refusals import EXPIRED_STAMP, may_be_untracked
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import TableInfo
from connector.dataverse.reading.pages import ChangePage, Reading
from connector.dataverse.reading.query import AnswerPage, Row, address, find_guid, pages
from connector.dataverse.reading.rows import deleted_id, is_deletion
from connector.dataverse.reading.tokens import DeltaToken, Token, WindowToken
from connector.dataverse.reading.windows import CLOCK_TOLERANCE, read_window
from connector.errors import OutsideError

__all__ = ["ChangePage", "Reading", "read_changes", "starts_over"]

logger = logging.getLogger(__name__)

_GONE = frozenset({400, 404, 410})


class _TokenGoneError(Exception):
    """A stored link is of no use any more."""


class _NotTrackedError(Exception):
    """A table cannot be read with change tracking, whatever its definition says."""


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
        except _NotTrackedError:
            for page in read_window(session, reading, None):
                yield replace(page, token=_instead(page.token))
        return
    yield from read_window(session, reading, token if isinstance(token, WindowToken) else None)


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
            if any(is_deletion(row) and deleted_id(row, reading.info.key) is None for row in page.rows):
                logger.warning("a deletion of %s names no row: reading everything again", reading.info.entity_set)
                raise _TokenGoneError
            yield _change_page(reading, page, _next_token(reading, page, page.date), is_full=False)
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
    is_begun = False
    try:
        for page in pages(session, first, prefer=_prefer(reading), doing=reading.doing, ahead=True):
            is_begun, began = True, began or page.date
            yield _change_page(reading, page, _next_token(reading, page, began), is_full=True)
    except OutsideError as error:
        # The error of a table without change tracking may have no code. Whatever else it is, reading without it
        # either works or tells what is really wrong.
        if is_begun or not may_be_untracked(error):
            raise
        logger.warning(
            "%s cannot be read with change tracking after all (HTTP %s %s): reading by time",
            reading.info.entity_set,
            error.status,
            error.code,
        )
        raise _NotTrackedError from None


def _instead(token: Token | None) -> Token | None:
    """Note that a window serves although the table's definition speaks of change tracking: until the next full read."""
    return replace(token, instead=True) if isinstance(token, WindowToken) else token


def _next_token(reading: Reading, page: AnswerPage, began: datetime | None) -> Token | None:
    """Give the token of a change tracking page; a window where a server forgot the link on the last page."""
    if not page.is_last:
        return None
    if page.delta_link:
        return DeltaToken(page.delta_link, reading.select)
    if began is None:
        raise OutsideError(
            f"Dataverse gave neither a delta link nor its time, while {reading.doing}.",
            remedy="Run again; if it stays, see whether a proxy on the way removes the Date header from answers.",
        )
    logger.warning(
        "%s has change tracking, but the server gave no link to continue from: until the next full read it is "
        "read by time, and deleted rows are noticed when it is looked through from time to time",
        reading.info.entity_set,
    )
    return WindowToken(began - CLOCK_TOLERANCE, reading.select, instead=True, reconciled_at=began)


def _change_page(reading: Reading, page: AnswerPage, token: Token | None, *, is_full: bool) -> ChangePage:
    """Tell rows from deletions; of a row that a page has as both, what comes last holds."""
    rows: list[Row] = []
    gone: dict[str, int] = {}  # how many rows came before
    for row in page.rows:
        if not is_deletion(row):
            rows.append(row)
        elif found := deleted_id(row, reading.info.key):
            gone[found] = len(rows)
    if gone:
        key = reading.info.key
        named = [find_guid(str(row.get(key, ""))) or "" for row in rows]
        rows = [row for place, row in enumerate(rows) if place >= gone.get(named[place], 0)]
    return ChangePage(rows, tuple(gone), token, is_full, page.date)
