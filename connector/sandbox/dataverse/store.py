"""Rows with versions, transactions, and the log of changes that deltas are read from. Knows no HTTP, judges no values.

A row is never changed in place: a write puts a new dict in its place, so that a reader may keep what it holds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any

from connector.sandbox.clock import wire
from connector.sandbox.dataverse.errors import no_row, stale_row
from connector.sandbox.dataverse.generated import Generated
from connector.sandbox.dataverse.layered import Layered
from connector.sandbox.dataverse.rows import Rows
from connector.sandbox.dataverse.schema import Row, Table

__all__ = ["Change", "Listener", "Rows", "Store"]

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


class Transaction:
    """A block of writes to a store; a class of its own, since a single write is one too and has to be quick."""

    __slots__ = ("_outermost", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store
        self._outermost = False

    def __enter__(self) -> None:
        self._outermost = self._store.begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._outermost and kind is not None:
                self._store.roll_back()
            elif self._outermost:
                self._finish()
        finally:
            self._store.lock.release()

    def _finish(self) -> None:
        try:
            self._store.commit()
        except BaseException:
            self._store.roll_back()
            raise


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

    def transaction(self) -> Transaction:
        """Keep every write of the block, or none of them where it raises; other writers wait meanwhile.

        A transaction inside another one is a part of it.
        """
        return Transaction(self)

    def begin(self) -> bool:
        """Take the lock; tell whether no transaction was under way. `Transaction` calls this and what follows."""
        self.lock.acquire()
        if self._open is not None:
            return False
        self._open = []
        return True

    def commit(self) -> None:
        """Let the listeners before the commit speak, then those after it. Raises what the first raise."""
        for listener in self.before_commit:
            listener(self._open or [])
        done, self._open = self._open or [], None
        for name in {change.table for change in done}:
            self.rows[name].compact()  # between transactions, since undoing needs every entry
        for listener in self.after_commit:
            listener(done)

    def roll_back(self) -> None:
        """Undo what the transaction under way did."""
        undone, self._open = self._open or [], None
        for change in reversed(undone):
            self._undo(change)
        for listener in self.after_rollback:
            listener(undone)

    def load(self, table: str, rows: Iterable[Row]) -> None:
        """Take in rows as they are, before any client: they are in no delta. Each has its id, and times or none."""
        target = self.rows[table]
        key, now = target.table.key, wire(self._clock())
        loaded: list[tuple[str, Row]] = []
        with self.lock:
            for row in rows:
                self.version += 1
                row["versionnumber"] = self.version
                row.setdefault("createdon", now)
                row.setdefault("modifiedon", row["createdon"])
                if target.table.derive is not None:
                    target.table.derive(row)
                loaded.append((row[key], row))
            target.load(loaded)

    def underlay(self, rows: Generated) -> None:
        """Lay generated rows under those that a table has; they are in no delta. Only once a table."""
        with self.lock:
            target = self.rows[rows.table.name]
            if target.below is not None:
                raise ValueError(f"the table {rows.table.name} has generated rows already")
            target.by_id = Layered(rows, target.by_id)
            self.version = max(self.version, rows.first_version + rows.count)

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
            target.take(row_id)
            self.version += 1
            target.deletions.append((self.version, row_id))
            self.note("Delete", table, row_id, {}, row, None)

    def forget(self, table: str, *fields: str) -> None:
        """Drop the values of fields from every row; no version changes, as a column's end is no change of rows."""
        with self.lock:
            self.rows[table].forget(*fields)

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
        else:
            target.changes.pop()
        if change.before is not None:
            target.put(change.row_id, change.before)
        else:
            target.take(change.row_id)

    def _put(self, target: Rows, row_id: str, row: Row) -> Row:
        if target.table.derive is not None:
            target.table.derive(row)
        if target.table.check is not None:
            target.table.check(row)
        self.version += 1
        row["versionnumber"] = self.version
        target.put(row_id, row)
        target.changes.append((self.version, row_id))
        return row
