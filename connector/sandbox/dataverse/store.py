"""Rows with versions, and the log of changes that deltas are read from. Knows no HTTP and judges no values.

A row is never changed in place: a write puts a new dict in its place, so that a reader may keep what it holds.
"""

from __future__ import annotations

import bisect
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from connector.sandbox.clock import wire
from connector.sandbox.dataverse.errors import no_row, stale_row
from connector.sandbox.dataverse.schema import Row, Table

FIRST_VERSION = 1_000_000


@dataclass(slots=True)
class Rows:
    """The rows of one table: by id, in the order of their ids, and what happened to them since they were loaded."""

    table: Table
    by_id: dict[str, Row] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    changes: list[tuple[int, str]] = field(default_factory=list)
    deletions: list[tuple[int, str]] = field(default_factory=list)

    def since(self, version: int, until: int) -> Iterator[Row]:
        """Rows whose latest change lies in (version, until], oldest change first. Costs what changed, no more."""
        for at, row_id in self.changes[bisect.bisect_right(self.changes, (version, "~")) :]:
            if at > until:
                return
            row = self.by_id.get(row_id)
            if row is not None and row["versionnumber"] == at:
                yield row

    def deleted_since(self, version: int, until: int) -> list[tuple[int, str]]:
        """Versions and ids of the rows deleted in (version, until] that are still gone."""
        found = self.deletions[bisect.bisect_right(self.deletions, (version, "~")) :]
        return [(at, row_id) for at, row_id in found if at <= until and row_id not in self.by_id]

    def after(self, row_id: str) -> Iterator[Row]:
        """Rows in the order of their ids, from the first id greater than the one given."""
        start = bisect.bisect_right(self.order, row_id)
        while start < len(self.order):  # in slices, so that a page does not copy a table of a million ids
            for each in self.order[start : start + 1000]:
                row = self.by_id.get(each)
                if row is not None:
                    yield row
            start += 1000


class Store:
    """All tables. Every write takes the one lock; reads of a single row need none."""

    def __init__(self, tables: dict[str, Table], clock: Callable[[], datetime]) -> None:
        self.tables = tables
        self.rows = {name: Rows(table) for name, table in tables.items()}
        self.lock = threading.RLock()
        self.version = FIRST_VERSION
        self.expired_before = 0  # delta tokens of an older version are refused
        self._clock = clock
        self._undo: list[tuple[Rows, str, Row | None]] | None = None  # what a transaction replaced, oldest first

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep every write of the block, or none of them where it raises; other writers wait meanwhile.

        A transaction inside another one is a part of it.
        """
        with self.lock:
            if self._undo is not None:
                yield
                return
            self._undo = []
            marks = [(rows, rows.changes, len(rows.changes), len(rows.deletions)) for rows in self.rows.values()]
            try:
                yield
            except BaseException:
                for target, row_id, before in reversed(self._undo):
                    self._restore(target, row_id, before)
                for rows, changes, changed, deleted in marks:
                    rows.changes = changes
                    del rows.changes[changed:], rows.deletions[deleted:]
                raise
            finally:
                self._undo = None

    def _restore(self, target: Rows, row_id: str, before: Row | None) -> None:
        known = row_id in target.by_id
        if before is None:
            del target.by_id[row_id]
            target.order.pop(bisect.bisect_left(target.order, row_id))
            return
        target.by_id[row_id] = before
        if not known:
            bisect.insort(target.order, row_id)

    def load(self, table: str, rows: Iterable[Row]) -> None:
        """Take in rows as they are, before any client: they are in no delta. Each has its id, and times or none."""
        target = self.rows[table]
        key, now = target.table.key, wire(self._clock())
        with self.lock:
            for row in rows:
                self.version += 1
                row["versionnumber"] = self.version
                row.setdefault("createdon", now)
                row.setdefault("modifiedon", row["createdon"])
                if target.table.derive is not None:
                    target.table.derive(row)
                target.by_id[row[key]] = row
            target.order = sorted(target.by_id)

    def get(self, table: str, row_id: str) -> Row | None:
        """A row, or None. Do not change it."""
        return self.rows[table].by_id.get(row_id)

    def require(self, table: str, row_id: str) -> Row:
        """A row; raises ODataError 404 where there is none."""
        row = self.get(table, row_id)
        if row is None:
            raise no_row(table, row_id)
        return row

    def insert(self, table: str, row: Row) -> Row:
        """Add a row that has its id."""
        target = self.rows[table]
        row_id = row[target.table.key]
        with self.lock:
            now = wire(self._clock())
            created = {"createdon": now, "modifiedon": now} | row
            bisect.insort(target.order, row_id)
            return self._put(target, row_id, created)

    def update(self, table: str, row_id: str, changes: Row, *, expected: int | None = None) -> Row:
        """Change a row, if it still has the expected version. Raises ODataError 404 or 412."""
        target = self.rows[table]
        with self.lock:
            row = self.require(table, row_id)
            if expected is not None and row["versionnumber"] != expected:
                raise stale_row()
            return self._put(target, row_id, row | {"modifiedon": wire(self._clock())} | changes)

    def delete(self, table: str, row_id: str, *, expected: int | None = None) -> None:
        """Remove a row, if it still has the expected version. Raises ODataError 404 or 412."""
        target = self.rows[table]
        with self.lock:
            row = self.require(table, row_id)
            if expected is not None and row["versionnumber"] != expected:
                raise stale_row()
            if self._undo is not None:
                self._undo.append((target, row_id, row))
            del target.by_id[row_id]
            target.order.pop(bisect.bisect_left(target.order, row_id))
            self.version += 1
            target.deletions.append((self.version, row_id))

    def forget(self, table: str, *fields: str) -> None:
        """Drop the values of fields from every row; no version changes, as a column's end is no change of rows."""
        target = self.rows[table]
        with self.lock:
            for row_id, row in target.by_id.items():
                if not row.keys().isdisjoint(fields):
                    target.by_id[row_id] = {name: value for name, value in row.items() if name not in fields}

    def expire_tokens(self) -> None:
        """Let every delta token given so far count as expired, as after a change of a table's columns."""
        with self.lock:
            self.version += 1
            self.expired_before = self.version

    def _put(self, target: Rows, row_id: str, row: Row) -> Row:
        if self._undo is not None:
            self._undo.append((target, row_id, target.by_id.get(row_id)))
        self.version += 1
        row["versionnumber"] = self.version
        if target.table.derive is not None:
            target.table.derive(row)
        target.by_id[row_id] = row
        target.changes.append((self.version, row_id))
        if len(target.changes) > 2 * len(target.by_id) + 1000:  # superseded entries: keep the latest of each row
            target.changes = [
                (at, each) for at, each in target.changes
                if each in target.by_id and target.by_id[each]["versionnumber"] == at
            ]  # fmt: skip
        return row
