"""The tables that interactions are read from: described once a run, read by the same machinery as leads.

Which tables and columns, and what a row means, is said by mapping documents; nothing here knows an activity.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from connector.dataverse import columns
from connector.dataverse.changes import Reading, read_changes
from connector.dataverse.metadata import TableInfo, read_outline
from connector.dataverse.query import LARGEST_PAGE, address, any_of, chunks, moment, pages
from connector.dataverse.rows import key_of
from connector.dataverse.session import DataverseSession
from connector.dataverse.tokens import read_token, write_token
from connector.errors import MissingFactError, OutsideError
from connector.pipeline.sources.ports import RowPage, TableOutline

CONTACT = "contact"
_LOGICAL_NAME = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
_NOT_FOUND = 404
_FORBIDDEN = 403

logger = logging.getLogger(__name__)


class InteractionRows:
    """Fulfils `InteractionTables`. Each table may be read by a thread of its own."""

    def __init__(self, session: DataverseSession, *, page_size: int = LARGEST_PAGE) -> None:
        self._session = session
        self._page_size = page_size
        self._known: dict[str, tuple[str, ...]] = {}
        self._address_columns: list[str] | None = None

    def find(self, table: str) -> TableOutline | None:
        """Describe a table; None where there is none of that name. Raises OutsideError."""
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
        info = self._describe(table)
        missing = sorted(wanted - info.columns.keys()) if info else []
        if info is None or missing:
            what = f"column {', '.join(missing)} in the table {table}" if missing else f"table {table}"
            raise MissingFactError(
                f"The environment has no {what} that can be read.",
                remedy="Correct the sources that name it, or stop them: connector interactions sources.",
            )
        window = f"{columns.CREATED_ON} ge {moment(since)}" if since and columns.CREATED_ON in info.columns else ""
        reading = Reading(info, wanted | {info.key}, self._page_size, open_filter=window)
        for page in read_changes(self._session, reading, read_token(token)):
            rows = [(key_of(row, info.key, table), row) for row in page.rows]
            yield RowPage(rows, page.deleted, write_token(page.token) if page.token else None, page.is_full)

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
            contact = self._describe(CONTACT)
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
        """Read a table's definition; None where there is none, or where the name can be no table's."""
        if not _LOGICAL_NAME.fullmatch(table):
            return None
        try:
            return read_outline(self._session, table)
        except OutsideError as error:
            if error.status != _NOT_FOUND:
                raise
            return None
