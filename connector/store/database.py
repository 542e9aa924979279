"""One open database: transactions to read and to write, and what every repository is built on.

One process has one writer at a time, so that threads queue for a lock instead of polling SQLite's; readers never wait.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from uuid import uuid4
from weakref import WeakValueDictionary

from sqlalchemy.engine import URL, Connection, Engine, Row

from connector.errors import StoreError
from connector.pipeline.precedence import PRECEDENCE
from connector.store import engines, whereabouts
from connector.store.faults import explained
from connector.store.listening import listening
from connector.store.serverlinks import ServerLimits
from connector.store.turnlock import SessionTurn, Turn
from connector.store.workerlock import WorkerLock

AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"
Wake: TypeAlias = Callable[[Collection[str]], None]  # told which kinds of jobs may be tried; of none: any
Item = TypeVar("Item")

# SQLite once allowed 999 parameters in a statement, and some builds still do.
CHUNK = 900

_write_locks: WeakValueDictionary[str, Any] = WeakValueDictionary()
_bells: WeakValueDictionary[str, Bell] = WeakValueDictionary()
_guard = threading.Lock()
_RINGS = "rings"


class Bell:
    """Whom to wake in this process when jobs of a database were stored, whichever object stored them."""

    def __init__(self) -> None:
        self._wakers: list[Wake] = []

    @contextmanager
    def rings(self, wake: Wake) -> Iterator[None]:
        """Call `wake` at every ring until the context ends."""
        with _guard:
            self._wakers.append(wake)
        try:
            yield
        finally:
            with _guard:
                self._wakers.remove(wake)

    def ring(self, kinds: Collection[str]) -> None:
        """Wake all: there are jobs of these kinds."""
        with _guard:
            wakers = list(self._wakers)
        for wake in wakers:
            wake(kinds)


class Database:
    """An engine with its rules. Both kinds of transaction commit at the end and roll back on any exception."""

    def __init__(self, url: URL, engine: Engine, limits: ServerLimits | None = None) -> None:
        self.place = whereabouts.place_of(url)
        self.holder = uuid4().hex  # who this is, in what is held for as long as somebody lives
        self._path = whereabouts.file_of(url)
        self._engine = engine
        self._limits = limits or ServerLimits()
        self._reader = engines.reader(engine)
        self._writer = engines.writer(engine)
        self._bulk_writer = engines.bulk_writer(engine)
        self._hasty_writer = engines.hasty_writer(engine)
        self._identity = _identity(self._path) if self._path else None
        self._lock = _write_lock(self._path) if self._path else None
        self.turn = Turn() if self._path else SessionTurn(self.place, engine.url, self._limits)
        self.bell = _bell(str(self._path.resolve()) if self._path else url.render_as_string())

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment. Raises StoreError."""
        self._see_that_it_is_there()
        with explained(self.place), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self, *, bulk: bool = False) -> Iterator[Connection]:
        """A transaction that writes: all of it is stored, or nothing. Raises StoreError.

        `bulk` is for what can be read again, with the mark of how far it was read in the same transaction: where power
        is lost, the last such transactions may be undone.
        """
        PRECEDENCE.give_way()
        with self._writing(self._bulk_writer if bulk else self._writer, engines.BUSY_TIMEOUT_S) as connection:
            yield connection

    def write_soon(self) -> AbstractContextManager[Connection]:
        """As `write`, where somebody waits for the answer: no lock is waited for longer than a probe's patience."""
        return self._writing(self._hasty_writer, engines.HASTY_S)

    @contextmanager
    def _writing(self, engine: Engine, patience_s: float) -> Iterator[Connection]:
        with self._alone(patience_s):
            self._see_that_it_is_there()
            with explained(self.place), engine.begin() as connection:
                connection.info.pop(_RINGS, None)  # of a transaction that was rolled back
                yield connection
                rings = connection.info.pop(_RINGS, None)
        if rings:
            self.bell.ring(rings)

    def told(self, channel: str, wake: Wake) -> AbstractContextManager[None]:
        """Call `wake` when another process announces jobs on a channel; only a server tells."""
        if self._path is not None:
            return nullcontext()
        return listening(self._engine.url, self._limits, channel, wake)

    def close(self) -> None:
        """Give back every connection."""
        self.turn.close()
        self._engine.dispose()

    @contextmanager
    def _alone(self, patience_s: float) -> Iterator[None]:
        if self._lock is None:
            yield
            return
        if not self._lock.acquire(timeout=patience_s):
            fault = StoreError(
                f"{self.place} is being written by another thread for too long.",
                remedy="Try again; if it stays so, the disk is too slow or a step hangs.",
            )
            fault.retryable = True
            raise fault
        try:
            yield
        finally:
            self._lock.release()

    def _see_that_it_is_there(self) -> None:
        """SQLite writes on into a file that was deleted, and all of it is lost: better to stop."""
        if self._path is not None and _identity(self._path) != self._identity:
            raise StoreError(
                f"{self.place} was removed or replaced while it was in use.",
                remedy="Stop every process that uses it, put the file back (a backup), and start again.",
            )


class Repository:
    """What every repository has: the database, and the lock of the worker role."""

    def __init__(self, database: Database, worker: WorkerLock) -> None:
        self._database = database
        self._worker = worker


def chunked(items: Iterable[Item], size: int = CHUNK) -> Iterator[Sequence[Item]]:
    """Cut items into lists that are short enough for one statement."""
    todo = list(items)
    for start in range(0, len(todo), size):
        yield todo[start : start + size]


def ring_at_commit(connection: Connection, kinds: Iterable[str]) -> None:
    """Wake this process's workers for these kinds of jobs once the transaction is committed."""
    connection.info.setdefault(_RINGS, set()).update(kinds)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _write_lock(path: Path) -> Any:
    """The lock of a file, one for the whole process however often the file is opened."""
    key = str(path.resolve())
    with _guard:
        lock = _write_locks.get(key)
        if lock is None:
            lock = _write_locks[key] = threading.Lock()
        return lock


def _bell(key: str) -> Bell:
    """The bell of a database, one for the whole process however often the database is opened."""
    with _guard:
        return _bells.setdefault(key, Bell())
