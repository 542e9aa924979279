"""What is known of the lead and account tables: read from the environment, or as it was read lately, kept by a store.

What was kept serves for the documents that it was read for, and until somebody finds that it no longer holds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import ColumnInfo, TableInfo, read_table
from connector.pipeline.pictures import Picture, PictureStore
from connector.pipeline.values import StatusOption, Table
from connector.scoring.facttypes import FactType, Kind

PICTURE_AGE = timedelta(hours=1)

_FORMAT = 1
_TABLES: Mapping[str, str] = {table.value: table for table in Table}

Tables = tuple[TableInfo, TableInfo]


class KnownTables:
    """The definitions of lead and account. `is_kept` says that those in use were not read since `take` was called.

    Without a store they are read at each `take`. May be used by several threads.
    """

    def __init__(
        self,
        session: DataverseSession,
        store: PictureStore | None,
        *,
        clock: Callable[[], datetime],
        longest: timedelta,
        check: Callable[[TableInfo], None],
    ) -> None:
        self._session, self._store = session, store
        self._clock, self._longest, self._check = clock, longest, check
        self._lock = threading.RLock()
        self._tables: Tables | None = None
        self.is_kept = False

    def tables(self) -> Tables:
        """The definitions in use; those that are kept, or read now, at the first need."""
        with self._lock:
            return self._tables or self.take(None)

    def take(self, purpose: str | None) -> Tables:
        """The definitions for a purpose (None: any), as lately kept, else read now. Raises OutsideError."""
        with self._lock:
            kept = self._kept(purpose)
            self.is_kept = kept is not None
            self._tables = None
            tables = kept or (read_table(self._session, Table.LEAD), read_table(self._session, Table.ACCOUNT))
            self._check(tables[0])
            if kept is None and self._store is not None:
                taken = Picture(purpose or "", self._clock(), pack(tables))
                self._store.remember_picture(self._session.origin, taken)
            self._tables = tables
            return tables

    def look_again(self) -> bool:
        """Forget what was kept; False where that is not what is in use: it was read just now."""
        with self._lock:
            was_kept, self.is_kept, self._tables = self.is_kept, False, None
            if self._store is not None:
                self._store.forget_pictures()
            return was_kept

    def _kept(self, purpose: str | None) -> Tables | None:
        taken = self._store.picture(self._session.origin) if self._store is not None else None
        if taken is None or purpose not in (None, taken.purpose):
            return None
        # One that is of a time to come was read while a clock was ahead: nobody knows how old it is.
        if not timedelta() <= self._clock() - taken.read_at < self._longest:
            return None
        return unpack(taken.body)


def pack(tables: Tables) -> dict[str, Any]:
    """Write definitions as JSON."""
    return {"format": _FORMAT, "tables": [pack_table(info) for info in tables]}


def unpack(body: Mapping[str, Any]) -> Tables | None:
    """Read definitions; None for what another version of this program wrote, or nobody."""
    try:
        if body["format"] != _FORMAT:
            return None
        lead, account = (unpack_table(row) for row in body["tables"])
    except (KeyError, TypeError, ValueError):
        return None
    return lead, account


def pack_table(info: TableInfo) -> dict[str, Any]:
    """Write a definition as JSON."""
    return {
        "table": str(info.table),
        "set": info.entity_set,
        "key": info.key,
        "tracks": info.tracks_changes,
        "guards": info.guards_updates,
        "status": [[option.value, list(option.labels)] for option in info.status_options],
        "columns": [[one.name, one.writable, _packed_type(one.type)] for one in info.columns.values()],
    }


def _packed_type(known: FactType | None) -> list[Any] | None:
    if known is None:
        return None
    options = [[value, list(labels)] for value, labels in known.options.items()]
    return [
        known.kind.value,
        options,
        known.max_length,
        known.free_text,
        known.minimum,
        known.maximum,
        known.label,
    ]


def unpack_table(row: Mapping[str, Any]) -> TableInfo:
    """Read a definition. Raises KeyError, TypeError or ValueError for what nobody wrote."""
    columns = (ColumnInfo(name, writable, _unpacked_type(known)) for name, writable, known in row["columns"])
    return TableInfo(
        table=_TABLES.get(row["table"], row["table"]),
        entity_set=row["set"],
        key=row["key"],
        tracks_changes=row["tracks"],
        guards_updates=row["guards"],
        columns={column.name: column for column in columns},
        status_options=tuple(StatusOption(value, tuple(labels)) for value, labels in row["status"]),
    )


def _unpacked_type(known: list[Any] | None) -> FactType | None:
    if known is None:
        return None
    kind, options, max_length, free_text, minimum, maximum, label = known
    return FactType(
        kind=Kind(kind),
        options={value: tuple(labels) for value, labels in options},
        max_length=max_length,
        free_text=free_text,
        minimum=minimum,
        maximum=maximum,
        label=label,
    )
