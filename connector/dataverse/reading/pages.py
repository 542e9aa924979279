"""What is to be read of a table, and a page of what came: shared by the ways of reading, which stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.dataverse.metadata.tables import TableInfo
from connector.dataverse.reading.query import Row
from connector.dataverse.reading.tokens import Token


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read of a table. `open_filter` narrows a first read by time, and the ids that a reconcile reads.

    `present_filter`, where given, narrows those ids instead. `reconcile_every` is how often a table that is read by
    time is looked through for rows that are gone; None: never.
    """

    info: TableInfo
    select: frozenset[str]
    page_size: int
    open_filter: str = ""
    reconcile_every: timedelta | None = None
    present_filter: str | None = None

    @property
    def doing(self) -> str:
        """What it is called in errors."""
        return f"reading {self.info.entity_set}"


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One page of changes; `token` on the last page, `is_full` when the whole table is being read.

    `seen` are the ids of rows that are there, where only ids are read.
    """

    rows: list[Row]
    deleted: tuple[str, ...] = ()
    token: Token | None = None
    is_full: bool = False
    date: datetime | None = None  # the server's clock
    seen: tuple[str, ...] = ()
