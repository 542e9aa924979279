"""What is known of the tables that interactions are read from: read from the environment, or as it was read lately.

Beside the picture of leads and accounts (see `pictures`), for as long as that; forgotten with it, and one by one where
a table turns out to be another by now.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.pictures import pack_table, unpack_table
from connector.dataverse.metadata.tables import TableInfo, read_outline
from connector.pipeline.pictures import Picture, PictureStore

_FORMAT = 1
_PURPOSE = "interactions"


class KnownOutlines:
    """The definitions of any tables. Without a store they are read whenever asked for. For several threads."""

    def __init__(
        self,
        session: DataverseSession,
        store: PictureStore | None,
        *,
        clock: Callable[[], datetime],
        longest: timedelta,
    ) -> None:
        self._session, self._store = session, store
        self._clock, self._longest = clock, longest
        self._name = f"{session.origin} {_PURPOSE}"
        self._lock = threading.Lock()

    def kept(self, table: str) -> TableInfo | None:
        """A definition as it was read lately; None where it was not."""
        row = self._tables(self._taken()).get(table)
        return None if row is None else _understood(row)

    def read(self, table: str) -> TableInfo:
        """Read a definition now, and keep it. Raises OutsideError.

        `table` must be a logical name that was checked: it becomes part of the address.
        """
        info = read_outline(self._session, table)
        self._change(table, pack_table(info))
        return info

    def forget(self, table: str) -> None:
        """Keep no definition of a table: the next one who asks reads it."""
        self._change(table, None)

    def _change(self, table: str, row: Mapping[str, Any] | None) -> None:
        if self._store is None:
            return
        with self._lock:
            taken = self._taken()
            tables = {name: known for name, known in self._tables(taken).items() if name != table}
            if row is not None:
                tables[table] = row
            # What is added later ends with what was read first: none is older than it seems.
            read_at = taken.read_at if taken else self._clock()
            body = {"format": _FORMAT, "tables": tables}
            self._store.remember_picture(self._name, Picture(_PURPOSE, read_at, body))

    def _taken(self) -> Picture | None:
        taken = self._store.picture(self._name) if self._store is not None else None
        # One that is of a time to come was read while a clock was ahead: nobody knows how old it is.
        if taken is None or not timedelta() <= self._clock() - taken.read_at < self._longest:
            return None
        return taken

    def _tables(self, taken: Picture | None) -> Mapping[str, Mapping[str, Any]]:
        """What a picture holds; nothing of what another version of this program wrote."""
        if taken is None or taken.body.get("format") != _FORMAT or not isinstance(taken.body.get("tables"), dict):
            return {}
        tables: Mapping[str, Mapping[str, Any]] = taken.body["tables"]
        return tables


def _understood(row: Mapping[str, Any]) -> TableInfo | None:
    try:
        return unpack_table(row)
    except (KeyError, TypeError, ValueError):
        return None
