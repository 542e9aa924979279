"""The tables that interactions are read from: described as lately known, read by the same machinery as leads.

Which tables and columns, and what a row means, is said by mapping documents; nothing here knows an activity.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from connector.dataverse import columns
from connector.dataverse.http.refusals import is_about_tables
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.outlines import KnownOutlines
from connector.dataverse.metadata.pictures import PICTURE_AGE
from connector.dataverse.metadata.tables import TableInfo
from connector.dataverse.reading.changes import Reading, read_changes
from connector.dataverse.reading.query import LARGEST_PAGE, address, any_of, chunks, moment, pages
from connector.dataverse.reading.rows import key_of
from connector.dataverse.reading.tokens import read_token, write_token
from connector.errors import MissingFactError, OutsideError
from connector.pipeline.pictures import PictureStore
from connector.pipeline.sources.ports import RowPage, TableOutline

CONTACT = "contact"
_LOGICAL_NAME = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
_NOT_FOUND = 404
_FORBIDDEN = 403

logger = logging.getLogger(__name__)


class InteractionRows:
    """Fulfils `InteractionTables`. Each table may be read by a thread of its own.

    The tables' definitions are kept in `pictures` for at most `picture_age`; without it they are read at each need.
    `reconcile_every` is how often a table without change tracking is looked through for rows that are gone; None:
    never.
    """

    def __init__(
        self,
        session: DataverseSession,
        *,
        page_size: int = LARGEST_PAGE,
        pictures: PictureStore | None = None,
        picture_age: timedelta = PICTURE_AGE,
        reconcile_every: timedelta | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._session = session
        self._page_size = page_size
        self._outlines = KnownOutlines(session, pictures, clock=clock, longest=picture_age)
        self._reconcile_every = reconcile_every
        self._known: dict[str, tuple[str, ...]] = {}
        self._address_columns: list[str] | None = None

    def find(self, table: str) -> TableOutline | None:
        """Describe a table as it is now; None where there is none of that name. Raises OutsideError."""
        info = self._describe(table)
        if info is None:
            return None
        kinds = {name: column.type.kind if column.type else None for name, column in info.columns.items()}
        return TableOutline(table, info.key, info.tracks_changes, kinds)

    def read(
        self, table: str, wanted: frozenset[str], token: str | None, *, since: datetime | None
    ) -> Iterator[RowPage]:
        """Yield every change since `token`, everything without one; the last page has the new token.

        Raises OutsideError; MissingFactError where the table, or a column of it, does not exist.
        """
        kept = self._outlines.kept(table) if _LOGICAL_NAME.fullmatch(table) else None
        if kept is not None and wanted <= kept.columns.keys():
            is_begun = False
            try:
                for page in self._pages(kept, wanted, token, since):
                    is_begun = True
                    yield page
            except OutsideError as error:
                if not is_about_tables(error):
                    raise
                self._outlines.forget(table)  # it may be another by now
                if is_begun:
                    raise
            else:
                return
        yield from self._pages(self._needed(table, wanted), wanted, token, since)

    def _needed(self, table: str, wanted: frozenset[str]) -> TableInfo:
        """The definition of a table as it is now, which has these columns."""
        info = self._describe(table)
        missing = sorted(wanted - info.columns.keys()) if info else []
        if info is None or missing:
            what = f"column {', '.join(missing)} in the table {table}" if missing else f"table {table}"
            raise MissingFactError(
                f"The environment has no {what} that can be read.",
                remedy="Correct the sources that name it, or stop them: connector interactions sources.",
            )
        return info

    def _pages(
        self, info: TableInfo, wanted: frozenset[str], token: str | None, since: datetime | None
    ) -> Iterator[RowPage]:
        """Yield what `read` does of a table that is known."""
        window, present = "", ""
        if since and columns.CREATED_ON in info.columns:
            window = f"{columns.CREATED_ON} ge {moment(since)}"
            # What changed lately was read however old it is.
            present = f"({window} or {columns.MODIFIED_ON} ge {moment(since)})"
        reading = Reading(info, wanted | {info.key}, self._page_size, window, self._reconcile_every, present)
        for page in read_changes(self._session, reading, read_token(token)):
            rows = [(key_of(row, info.key, info.table), row) for row in page.rows]
            ended = write_token(page.token) if page.token else None
            yield RowPage(rows, page.deleted, ended, page.is_full, page.seen)

    def addresses(self, contact_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """The addresses of those of these contacts that have one; none where contacts cannot be read.

        Looked up once while this object lives. Raises OutsideError.
        """
        wanted = sorted(set(contact_ids) - self._known.keys())
        try:
            for part in chunks(wanted):
                self._known |= dict.fromkeys(part, ()) | self._read_addresses(part)
        except OutsideError as error:
            if error.status != _FORBIDDEN:
                raise
            logger.warning("contacts cannot be read (%s): what names a contact finds linked leads only", error.code)
            self._known |= dict.fromkeys(wanted, ())
        return {one: self._known[one] for one in contact_ids if self._known.get(one)}

    def _read_addresses(self, contact_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Read some contacts; nothing where the table has no column for an address."""
        if self._address_columns is None:
            contact = self._outlines.kept(CONTACT) or self._describe(CONTACT)
            self._address_columns = [name for name in columns.ADDRESSES if contact and name in contact.columns]
        if not self._address_columns:
            return {}
        query = address(
            columns.CONTACT_SET,
            select=[columns.CONTACT_KEY, *self._address_columns],
            filter_=any_of(columns.CONTACT_KEY, contact_ids),
        )
        return {
            str(row.get(columns.CONTACT_KEY)).lower(): tuple(
                text for name in self._address_columns if isinstance(text := row.get(name), str)
            )
            for page in pages(self._session, query, prefer=(), doing="reading contacts' addresses")
            for row in page.rows
        }

    def _describe(self, table: str) -> TableInfo | None:
        """Read a table's definition now; None where there is none, or where the name can be no table's."""
        if not _LOGICAL_NAME.fullmatch(table):
            return None
        try:
            return self._outlines.read(table)
        except OutsideError as error:
            if error.status != _NOT_FOUND:
                raise
            return None
