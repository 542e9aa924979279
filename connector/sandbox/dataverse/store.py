"""Rows with versions, transactions, and the log of changes that deltas are read from. Knows no HTTP, judges no values.

A row is never changed in place: a write puts a new dict in its place, so that a reader may keep what it holds.
"""

from __future__ import annotations

import bisect
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connector.sandbox.clock import wire
from connector.sandbox.dataverse.errors import no_row, stale_row
from connector.sandbox.dataverse.schema import Row, Table

FIRST_VERSION = 1_000_000
WRITES = frozenset({"Create", "Update", "Delete"})


@dataclass(frozen=True, slots=True)
class Change:
    """One row that was created, updated or deleted; `sent` are the fields that the caller gave.

    Other messages (Merge) stand for themselves: their writes are changes of their own. `by` is what `Store.stamp` said.
    """

    message: str
    table: str
    row_id: str
    sent: Row
    before: Row | None
    after: Row | None
    by: Any = None


Listener = Callable[[list[Change]], None]


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
    """All tables. Every write takes the one lock; reads of a single row need none.

    `before_commit` may raise, and the transaction is undone; `after_commit` hears of what holds, `after_rollback` of
    what was undone. All three are called under the lock, in the order of the commits.
    """

    def __init__(self, tables: dict[str, Table], clock: Callable[[], datetime]) -> None:
        self.tables = tables
        self.rows = {name: Rows(table) for name, table in tables.items()}
        self.lock = threading.RLock()
        self.version = FIRST_VERSION
        self.expired_before = 0  # delta tokens of an older version are refused
        self.before_commit: list[Listener] = []
        self.after_commit: list[Listener] = []
        self.after_rollback: list[Listener] = []
        self.stamp: Callable[[], Any] = lambda: None  # what every change is marked with: on whose behalf it is made
        self.sign: Callable[[Row], Row] = lambda _row: {}  # fields that say on whose behalf a row is changed
        self._clock = clock
        self._open: list[Change] | None = None  # what the transaction under way has done so far

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep every write of the block, or none of them where it raises; other writers wait meanwhile.

        A transaction inside another one is a part of it.
        """
        with self.lock:
            if self._open is not None:
                yield
                return
            self._open = []
            try:
                yield
                for listener in self.before_commit:
                    listener(self._open)
            except BaseException:
                undone, self._open = self._open, None
                for change in reversed(undone):
                    self._undo(change)
                for listener in self.after_rollback:
                    listener(undone)
                raise
            done, self._open = self._open, None
            self._compact({change.table for change in done})
            for listener in self.after_commit:
                listener(done)

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
        with self.transaction():
            now = wire(self._clock())
            created = self._put(target, row_id, {"createdon": now, "modifiedon": now} | row)
            bisect.insort(target.order, row_id)
            self.note("Create", table, row_id, row, None, created)
            return created

    def update(self, table: str, row_id: str, changes: Row, *, expected: int | None = None) -> Row:
        """Change a row, if it still has the expected version. Raises ODataError 404 or 412."""
        target = self.rows[table]
        with self.transaction():
            row = self.require(table, row_id)
            if expected is not None and row["versionnumber"] != expected:
                raise stale_row()
            signed = self.sign(row) if "modifiedonbehalfby" in target.table.columns else {}
            changed = self._put(target, row_id, row | {"modifiedon": wire(self._clock())} | signed | changes)
            self.note("Update", table, row_id, changes, row, changed)
            return changed

    def delete(self, table: str, row_id: str, *, expected: int | None = None) -> None:
        """Remove a row, if it still has the expected version. Raises ODataError 404 or 412."""
        target = self.rows[table]
        with self.transaction():
            row = self.require(table, row_id)
            if expected is not None and row["versionnumber"] != expected:
                raise stale_row()
            del target.by_id[row_id]
            target.order.pop(bisect.bisect_left(target.order, row_id))
            self.version += 1
            target.deletions.append((self.version, row_id))
            self.note("Delete", table, row_id, {}, row, None)

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

    def note(self, message: str, table: str, row_id: str, sent: Row, before: Row | None, after: Row | None) -> None:
        """Add a change to the transaction under way, for its listeners."""
        if self._open is not None:
            self._open.append(Change(message, table, row_id, sent, before, after, self.stamp()))

    def _undo(self, change: Change) -> None:
        """Take the latest change back, with its entry in the log."""
        target = self.rows[change.table]
        if change.message not in WRITES:
            return
        if change.after is None:
            target.deletions.pop()
            bisect.insort(target.order, change.row_id)
        else:
            target.changes.pop()
        if change.before is not None:
            target.by_id[change.row_id] = change.before
        else:
            del target.by_id[change.row_id]
            target.order.pop(bisect.bisect_left(target.order, change.row_id))

    def _put(self, target: Rows, row_id: str, row: Row) -> Row:
        if target.table.derive is not None:
            target.table.derive(row)
        if target.table.check is not None:
            target.table.check(row)
        self.version += 1
        row["versionnumber"] = self.version
        target.by_id[row_id] = row
        target.changes.append((self.version, row_id))
        return row

    def _compact(self, names: set[str]) -> None:
        """Drop superseded entries of logs that have grown long; between transactions, since undoing needs them."""
        for target in map(self.rows.__getitem__, names):
            if len(target.changes) > 2 * len(target.by_id) + 1000:
                target.changes = [
                    (at, each) for at, each in target.changes
                    if each in target.by_id and target.by_id[each]["versionnumber"] == at
                ]  # fmt: skip
