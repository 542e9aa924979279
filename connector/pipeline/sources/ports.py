"""What mapped interactions need of the outside: tables of the environment, tables of an export, and the store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from connector.pipeline.sources.mapping import MachineRules, Sighting
from connector.scoring.facttypes import Kind


@dataclass(frozen=True, slots=True)
class TableOutline:
    """What metadata says of a table: its key, whether it tracks changes, its columns as rows have them, with kinds."""

    table: str
    key: str
    tracks_changes: bool
    columns: Mapping[str, Kind | None]


# Describes a table; None where there is none of that name. Raises OutsideError.
FindTable = Callable[[str], TableOutline | None]


@dataclass(frozen=True, slots=True)
class RowPage:
    """One page of changed rows with their ids; `token` on the last page, `full` when the whole table is being read.

    `seen` are the ids of rows that are there, where only ids are read.
    """

    rows: Sequence[tuple[str, Mapping[str, Any]]]
    deleted: Sequence[str] = ()
    token: str | None = None
    full: bool = False
    seen: Sequence[str] = ()


class InteractionTables(Protocol):
    """The tables of the environment that interactions are read from."""

    def find(self, table: str) -> TableOutline | None:
        """Describe a table; None where there is none of that name. Raises OutsideError."""
        ...

    def read(
        self, table: str, wanted: frozenset[str], token: str | None, *, since: datetime | None
    ) -> Iterator[RowPage]:
        """Yield every change since `token`, everything without one; the last page has the new token.

        Where everything is read, rows that were created before `since` may be left out. Iterating raises OutsideError.
        """
        ...

    def addresses(self, contact_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """The addresses of those of these contacts that have one; none where contacts cannot be read.

        Raises OutsideError.
        """
        ...


@dataclass(frozen=True, slots=True)
class TableToken:
    """Where the next read of a table starts, which columns it was read with, and by which mappings."""

    token: str
    columns: frozenset[str]
    mappings: frozenset[str]


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One page of a table as its mappings read it, stored with its token in one transaction.

    `rows` are the ids of all rows that were read, also of those that are no interaction any more. `token` is set on
    the last page. `full` says that the whole table is being read, so that rows never met in it are gone; `seen` are
    ids of rows that were met and not read.
    """

    table: str
    sources: frozenset[str]
    rows: Sequence[str]
    sightings: Sequence[Sighting]
    deleted: Sequence[str] = ()
    token: TableToken | None = None
    full: bool = False
    seen: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FileMark:
    """One file of an export as it was read: its name within the export, size and time of change (Delta: none)."""

    name: str
    size: int = 0
    changed: int = 0


@dataclass(slots=True)
class ImportTally:
    """What an import did. `waiting` are rows whose lead is not known (yet), `left_out` those of who opted out."""

    read: int = 0
    stored: int = 0
    known: int = 0
    waiting: int = 0
    left_out: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    files: int = 0
    files_known: int = 0
    tables: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What became of sightings: new or changed, known already, waiting for a lead, left out."""

    stored: int = 0
    known: int = 0
    waiting: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What bringing interactions up to date did.

    `found` waited for their lead, `expired` waited too long, `marked` are those whose mark as a machine's changed.
    """

    found: int = 0
    expired: int = 0
    marked: int = 0


class InteractionStore(Protocol):
    """Where mapped interactions are kept, and those that wait for their lead."""

    def source_token(self, table: str) -> TableToken | None:
        """Where the next read of a table starts; None before the first."""
        ...

    def begin_source(self, table: str) -> None:
        """Begin a full read of a table: interactions not met until its last page are gone when that is stored."""
        ...

    def absorb_source(self, page: SourcePage, *, now: datetime) -> Absorbed:
        """Store a page in one transaction: a row's interactions are replaced by what the row says now.

        The leads that this affects become due. Rows whose lead is not mirrored wait; nothing of people who are left
        out is stored.
        """
        ...

    def absorb_export(
        self, rows: Sequence[Sighting], *, done: tuple[str, str, FileMark] | None, now: datetime
    ) -> Absorbed:
        """Store rows of an export, the greatest rank under each name; what else is stored stays.

        `done` is (source, table, file) when these are the file's last rows, remembered in the same transaction.
        """
        ...

    def files_read(self, source: str, table: str) -> Mapping[str, FileMark]:
        """The files of an export's table that were read whole, by name."""
        ...

    def forget_files(self, source: str) -> None:
        """Read every file of an export again."""
        ...

    def use_sources(
        self, sources: Mapping[str, tuple[str, MachineRules]], *, kinds: frozenset[str], now: datetime
    ) -> int:
        """Name the sources that are live, with table and rules, and the kinds of keys that they find leads by.

        What came from sources that are live no more is removed; returns how many interactions were.
        """
        ...

    def use_export(self, source: str, rules: MachineRules, *, keys: frozenset[str]) -> None:
        """Remember an export's rules, and the kinds of keys that its rows find leads by."""
        ...

    def key_kinds(self) -> frozenset[str]:
        """The kinds of keys that the rows of imported exports find leads by."""
        ...

    def settle_interactions(self, *, now: datetime, expire: bool, leads: Collection[str] | None = None) -> Settled:
        """Give waiting rows to leads that came, judge messages that got rows; `expire` drops what waited too long.

        Of all leads, or of these only.
        """
        ...
