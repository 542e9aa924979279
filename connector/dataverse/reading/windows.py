"""Reading a table without change tracking: all of it in ranges of `createdon`, then by window of `modifiedon`.

The ranges of a first read are read at the same time. Deleted rows show in no window: from time to time the ids of all
rows are read, and what is not among them is gone. Ranges of ids are not used: their order is the server's own.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.forms import parse_moment
from connector.dataverse.reading.links import KINDS_OF_LOOKUPS
from connector.dataverse.reading.pages import ChangePage, Reading
from connector.dataverse.reading.query import AnswerPage, address, moment, pages
from connector.dataverse.reading.rows import keys_of
from connector.dataverse.reading.tokens import WindowToken
from connector.pipeline.readings import interleave

# A row gets its `modifiedon` when its transaction begins and shows when that ends.
OVERLAP = timedelta(minutes=5)
# How far the web servers' clock is trusted to agree with the database's.
CLOCK_TOLERANCE = timedelta(minutes=10)
# Ranges of equal time hold unequal numbers of rows: more ranges than readers keep all readers busy.
READERS = 4
_RANGES = 4 * READERS
_SHORTEST = timedelta(seconds=1)  # what the columns and literals tell apart


def read_window(session: DataverseSession, reading: Reading, token: WindowToken | None) -> Iterator[ChangePage]:
    """Yield everything without a token, else what was modified since; the last page has the new token."""
    if token is None:
        yield from _Whole(session, reading).pages()
        return
    came = _Came(token)
    for page in pages(session, _since(reading, token), prefer=_prefer(reading), doing=reading.doing):
        came.note(page)
        following = came.token(reading, token) if page.is_last else None
        if following is None or not _is_time_to_reconcile(reading, token, came.began):
            yield ChangePage(page.rows, token=following, date=page.date)
            continue
        yield ChangePage(page.rows, date=page.date)
        yield from _reconcile(session, reading, following, came)


def next_read_to(newest: datetime | None, began: datetime | None, previous: datetime | None) -> datetime | None:
    """Give the moment up to which a window is read: never by our clock, never past the server's.

    The newest row counts as far as the server's clock goes (a plug-in can write any time); a quiet table moves on
    with that clock, less its tolerance. None when nothing is known.
    """
    if began is None:
        known = [at for at in (newest, previous) if at]
        return max(known, default=None)
    return max([began - CLOCK_TOLERANCE, *(min(at, began) for at in (newest, previous) if at)])


class _Came:
    """What is noted of the pages of one read: when it began by the server's clock, and the newest row."""

    def __init__(self, token: WindowToken | None = None) -> None:
        self.began: datetime | None = None
        self.newest: datetime | None = None
        self._since = token.read_to if token else None

    def note(self, page: AnswerPage) -> None:
        """Look at one page more."""
        self.began = self.began or page.date
        for row in page.rows:
            at = parse_moment(row.get(columns.MODIFIED_ON))
            if at is not None and (self.newest is None or at > self.newest):
                self.newest = at

    def token(self, reading: Reading, before: WindowToken | None) -> WindowToken | None:
        """What the next read continues from; without one before, everything was just looked for."""
        read_to = next_read_to(self.newest, self.began, self._since)
        if read_to is None:
            return None
        looked = before.reconciled_at if before else self.began
        return WindowToken(read_to, reading.select, instead=bool(before and before.instead), reconciled_at=looked)


class _Whole:
    """The first read of a table. The first page tells where the ranges begin; a table of one page costs one request."""

    def __init__(self, session: DataverseSession, reading: Reading) -> None:
        self._session, self._reading = session, reading
        self._select = reading.select | {columns.MODIFIED_ON} | ({columns.CREATED_ON} & reading.info.columns.keys())
        self._came = _Came()

    def pages(self) -> Iterator[ChangePage]:
        """Yield every row; those of the moment where the ranges begin may come twice."""
        with closing(self._read("")) as one_by_one:
            first = next(one_by_one)
            yield self._told(first)
            ranges = () if first.is_last else self._ranges(first)
            if not ranges:
                yield from map(self._told, one_by_one)
                return
        with closing(self._at_once(ranges)) as arriving:
            for _, page in arriving:
                yield replace(self._told(page), token=None)
        yield ChangePage([], token=self._came.token(self._reading, None), is_full=True, date=self._came.began)

    def _told(self, page: AnswerPage) -> ChangePage:
        self._came.note(page)
        token = self._came.token(self._reading, None) if page.is_last else None
        return ChangePage(page.rows, token=token, is_full=True, date=page.date)

    def _at_once(self, ranges: Sequence[str]) -> Generator[tuple[str, AnswerPage], None, None]:
        """Read ranges at the same time, each reader the next one that is left."""
        waiting, lock = iter(ranges), threading.Lock()

        def take() -> Iterator[AnswerPage]:
            while True:
                with lock:
                    part = next(waiting, None)
                if part is None:
                    return
                yield from self._read(part)

        return interleave({f"{self._reading.info.entity_set} {number}": take() for number in range(1, READERS + 1)})

    def _ranges(self, first: AnswerPage) -> Sequence[str]:
        """Cut what follows the first page into ranges, the last one open; none where the rows do not tell their age."""
        begin = parse_moment(first.rows[-1].get(columns.CREATED_ON)) if first.rows else None
        if begin is None:
            return ()
        newest = address(
            self._reading.info.entity_set,
            select=[columns.CREATED_ON],
            filter_=self._reading.open_filter,
            order_by=f"{columns.CREATED_ON} desc,{self._reading.info.key} desc",
        )
        found = self._session.get(newest, prefer=("odata.maxpagesize=1",), doing=self._reading.doing).data.get("value")
        end = parse_moment(found[0].get(columns.CREATED_ON)) if found else None
        if end is None or end <= begin:
            return (f"{columns.CREATED_ON} ge {moment(begin)}",)
        step = max((end - begin) / _RANGES, _SHORTEST)
        bounds = sorted({moment(begin + step * number) for number in range(_RANGES) if begin + step * number <= end})
        closed = [f"{columns.CREATED_ON} ge {low} and {columns.CREATED_ON} lt {high}" for low, high in pairwise(bounds)]
        return [*closed, f"{columns.CREATED_ON} ge {bounds[-1]}"]

    def _read(self, part: str) -> Generator[AnswerPage, None, None]:
        reading = self._reading
        by_age = columns.CREATED_ON in self._select
        query = address(
            reading.info.entity_set,
            select=self._select,
            filter_=_both(reading.open_filter, part),
            order_by=f"{columns.CREATED_ON if by_age else columns.MODIFIED_ON} asc,{reading.info.key} asc",
        )
        return pages(self._session, query, prefer=_prefer(reading), doing=reading.doing)


def _since(reading: Reading, token: WindowToken) -> str:
    """The query for what was modified since a token, closed rows included.

    The order is unique, so that no row is lost between pages; one that moves to the end meanwhile is read twice.
    """
    return address(
        reading.info.entity_set,
        select=reading.select | {columns.MODIFIED_ON},
        filter_=f"{columns.MODIFIED_ON} ge {moment(token.read_to - OVERLAP)}",
        order_by=f"{columns.MODIFIED_ON} asc,{reading.info.key} asc",
    )


def _is_time_to_reconcile(reading: Reading, token: WindowToken, began: datetime | None) -> bool:
    if reading.reconcile_every is None or began is None:
        return False
    return token.reconciled_at is None or began - token.reconciled_at >= reading.reconcile_every


def _reconcile(
    session: DataverseSession, reading: Reading, following: WindowToken, came: _Came
) -> Iterator[ChangePage]:
    """Yield the ids of all rows: whatever is not among them is gone."""
    key = reading.info.key
    present = reading.open_filter if reading.present_filter is None else reading.present_filter
    query = address(reading.info.entity_set, select=[key], filter_=present, order_by=f"{key} asc")
    token = WindowToken(following.read_to, following.select, instead=following.instead, reconciled_at=came.began)
    for page in pages(session, query, prefer=_prefer(reading)[:1], doing=f"looking for {reading.info.entity_set}"):
        seen = tuple(keys_of(page.rows, key, reading.info.table))
        last = token if page.is_last else None
        yield ChangePage([], seen=seen, token=last, is_full=True, date=page.date)


def _both(one: str, other: str) -> str:
    return f"({one}) and {other}" if one and other else one or other


def _prefer(reading: Reading) -> tuple[str, ...]:
    return (f"odata.maxpagesize={reading.page_size}", KINDS_OF_LOOKUPS)
