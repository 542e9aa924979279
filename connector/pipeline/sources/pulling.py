"""Live sources are read beside leads and accounts, a reading for each table; then what waited finds its lead.

A table that cannot be read for a lasting reason (no such table or column, no privilege) is left for the next run and
reported: leads are scored by what is known. What passes ends the run, as it does for leads.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from connector.errors import MissingFactError, OutsideError
from connector.pipeline.ports import Clock
from connector.pipeline.readings import Reading
from connector.pipeline.rulebook import LiveSource
from connector.pipeline.sources.harvest import Harvest
from connector.pipeline.sources.mapping import KeyKind, Sighting
from connector.pipeline.sources.people import normal_id
from connector.pipeline.sources.ports import InteractionStore, InteractionTables, RowPage, SourcePage, TableToken
from connector.pipeline.sources.rows import ADDRESSES, RowReader, Skipped

_LASTING = frozenset({400, 403, 404})
_DEFECTS = (Skipped.NO_TIME, Skipped.NO_ID)

_log = logging.getLogger(__name__)


def source_readings(
    store: InteractionStore,
    tables: InteractionTables | None,
    sources: Sequence[LiveSource],
    harvest: Harvest,
    clock: Clock,
) -> list[Reading[Any]]:
    """A reading for each table that a live source maps; what came from sources that are live no more is removed."""
    now = clock()
    used = {live.mapping.name: (live.mapping.rows.table, live.mapping.rules) for live in sources}
    kinds = frozenset[str]().union(*(live.mapping.rows.key_kinds for live in sources))
    store.use_sources(used, kinds=kinds, now=now)
    if tables is None:
        return []
    by_table: defaultdict[str, list[LiveSource]] = defaultdict(list)
    for live in sources:
        by_table[live.mapping.rows.table].append(live)
    return [
        _TableReading(store, tables, table, mapped, harvest, clock).reading()
        for table, mapped in sorted(by_table.items())
    ]


def settle(store: InteractionStore, clock: Clock) -> None:
    """After a pull: what waited for leads that came is theirs, what waited too long goes, machine clicks are marked."""
    done = store.settle_interactions(now=clock(), expire=True)
    if done.found or done.expired or done.marked:
        _log.info(
            "interactions: %d found their lead, %d waited too long, %d marks changed",
            done.found,
            done.expired,
            done.marked,
        )


class _TableReading:
    """One table, read once for all the sources that map it."""

    def __init__(
        self,
        store: InteractionStore,
        tables: InteractionTables,
        table: str,
        sources: Sequence[LiveSource],
        harvest: Harvest,
        clock: Clock,
    ) -> None:
        self._store, self._tables, self._table, self._harvest, self._clock = store, tables, table, harvest, clock
        self._names = frozenset(live.mapping.name for live in sources)
        self._columns = frozenset[str]().union(*(live.mapping.rows.columns for live in sources))
        self._versions = frozenset(f"{live.mapping.name}@{live.document.version}" for live in sources)
        now = clock()
        self._since = _since(sources, now)
        self._readers = {
            live.mapping.name: RowReader(
                live.mapping.name, live.mapping.rows, live.mapping.rules, now=now, ranked=False
            )
            for live in sources
        }
        self._contacts = sorted(
            {person.column for live in sources for person in live.mapping.rows.people if person.kind is KeyKind.CONTACT}
        )
        self._has_begun = False
        known = store.source_token(table)
        # What was read by other mappings, or without a column, says nothing of these.
        serves = known is not None and self._columns <= known.columns and self._versions <= known.mappings
        self._token = known.token if known and serves else None

    def reading(self) -> Reading[RowPage]:
        """It, as it is read beside others."""
        return Reading(f"interactions of {self._table}", self._pages(), self._absorb)

    def _pages(self) -> Iterator[RowPage]:
        try:
            for page in self._tables.read(self._table, self._columns, self._token, since=self._since):
                yield self._with_addresses(page)
        except (MissingFactError, OutsideError) as error:
            if isinstance(error, OutsideError) and error.status not in _LASTING:
                raise
            _log.warning("interactions of %s cannot be read: %s", self._table, error)
            self._harvest.unreadable[self._table] = str(error)

    def _with_addresses(self, page: RowPage) -> RowPage:
        """The page with the addresses of the contacts that it names: a contact need not be linked to its lead."""
        named = {
            contact
            for _, row in page.rows
            for column in self._contacts
            if (contact := normal_id(str(row.get(column) or "")))
        }
        known = self._tables.addresses(named) if named else {}
        if not known:
            return page
        rows = [(row_id, {**row, **self._addresses_in(row, known)}) for row_id, row in page.rows]
        return replace(page, rows=rows)

    def _addresses_in(self, row: Mapping[str, Any], known: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        found = {column: known.get(normal_id(str(row.get(column) or "")) or "") for column in self._contacts}
        return {f"{column}{ADDRESSES}": addresses for column, addresses in found.items() if addresses}

    def _absorb(self, page: RowPage) -> None:
        if page.full and not self._has_begun:
            self._store.begin_source(self._table)
            self._has_begun = True
        ids = [row_id for row_id, _ in page.rows]
        sightings = [found for row_id, row in page.rows for found in self._read(row_id, row)]
        token = TableToken(page.token, self._columns, self._versions) if page.token else None
        done = self._store.absorb_source(
            SourcePage(self._table, self._names, ids, sightings, page.deleted, token, page.full, page.seen),
            now=self._clock(),
        )
        harvest = self._harvest
        harvest.rows += len(page.rows)
        harvest.stored += done.stored
        harvest.waiting += done.waiting
        harvest.left_out += done.left_out

    def _read(self, row_id: str, row: Mapping[str, Any]) -> Iterator[Sighting]:
        """What each source says of a row."""
        for name, reader in self._readers.items():
            found = reader.read(row, row_id)
            if isinstance(found, Sighting):
                yield found
            elif found in _DEFECTS:
                self._harvest.defects[name] += 1


def _since(sources: Sequence[LiveSource], now: datetime) -> datetime | None:
    """How far back anything is wanted; None: everything."""
    lengths = [live.mapping.rows.history for live in sources]
    known = [length for length in lengths if length is not None]
    return now - max(known) if len(known) == len(lengths) else None
