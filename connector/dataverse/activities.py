"""The tables that interactions are read from: described once a run, read by the same machinery as leads.

Which tables and columns, and what a row means, is said by mapping documents; nothing here knows an activity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from connector.dataverse.changes import Reading, read_changes
from connector.dataverse.metadata import TableInfo, read_outline
from connector.dataverse.query import LARGEST_PAGE, moment
from connector.dataverse.rows import key_of
from connector.dataverse.session import DataverseSession
from connector.dataverse.tokens import read_token, write_token
from connector.errors import MissingFactError, OutsideError
from connector.pipeline.sources.ports import RowPage, TableOutline

CREATED_ON = "createdon"
_LOGICAL_NAME = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
_NOT_FOUND = 404


class InteractionRows:
    """Fulfils `InteractionTables`. Each table may be read by a thread of its own."""

    def __init__(self, session: DataverseSession, *, page_size: int = LARGEST_PAGE) -> None:
        self._session = session
        self._page_size = page_size

    def find(self, table: str) -> TableOutline | None:
        """Describe a table; None where there is none of that name. Raises OutsideError."""
        info = self._describe(table)
        if info is None:
            return None
        kinds = {name: column.type.kind if column.type else None for name, column in info.columns.items()}
        return TableOutline(table, info.key, info.tracks_changes, kinds)

    def read(
        self, table: str, columns: frozenset[str], token: str | None, *, since: datetime | None
    ) -> Iterator[RowPage]:
        """Yield every change since `token`, everything without one; the last page has the new token.

        Raises OutsideError; MissingFactError where the table, or a column of it, does not exist.
        """
        info = self._describe(table)
        missing = sorted(columns - info.columns.keys()) if info else []
        if info is None or missing:
            what = f"column {', '.join(missing)} in the table {table}" if missing else f"table {table}"
            raise MissingFactError(
                f"The environment has no {what} that can be read.",
                remedy="Correct the sources that name it, or stop them: connector interactions sources.",
            )
        window = f"{CREATED_ON} ge {moment(since)}" if since and CREATED_ON in info.columns else ""
        reading = Reading(info, columns | {info.key}, self._page_size, open_filter=window)
        for page in read_changes(self._session, reading, read_token(token)):
            rows = [(key_of(row, info.key, table), row) for row in page.rows]
            yield RowPage(rows, page.deleted, write_token(page.token) if page.token else None, page.is_full)

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
