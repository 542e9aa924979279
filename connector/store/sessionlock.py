"""The worker role of a PostgreSQL database: an advisory lock that workers share, each by a session of its own.

The server takes it back when the session ends. It only tells whether anybody works: what keeps two workers from doing
the same are the leases. A pooler between us that hands sessions round does not work with it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection, Engine

from connector.store.faults import explained
from connector.store.workerlock import Grip, WorkerLock

_ROLE = 0x1EAE  # any number but the upgrade's, the same in every process
# The session idles for as long as the role is held. One whose host is gone is ended within a minute, so that nobody
# takes it for alive for the hours of the system's own setting.
_SETTINGS = (
    "SET application_name = 'connector worker role'",
    "SET idle_session_timeout = 0",
    "SET tcp_keepalives_idle = 20",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 4",
)

ASK_S = 5.0  # how often a worker asks whether its session lives

_log = logging.getLogger(__name__)


class SessionLock(WorkerLock):
    """The role of a server's database. `engine` keeps no connections and begins no transactions."""

    is_for_one = False

    def __init__(self, place: str, engine: Engine, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(place)
        self._engine = engine
        self.clock = clock

    @contextmanager
    def _opened(self) -> Iterator[Grip]:
        session = _Session(self._engine, self.place, self.clock)
        try:
            yield session
        finally:
            session.end()


class _Session:
    def __init__(self, engine: Engine, place: str, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._place = place
        self._clock = clock
        self._connection: Connection | None = None
        self._asked_at = clock()

    def take(self, *, alone: bool, barring: bool = False) -> bool:
        with explained(self._place):
            if self._connection is None:
                self._connection = self._engine.connect()
                for setting in _SETTINGS:
                    self._connection.exec_driver_sql(setting)
            if alone and not self._has(sa.func.pg_try_advisory_lock(_ROLE)):
                return False
            if barring:
                return True
            shared = self._has(sa.func.pg_try_advisory_lock_shared(_ROLE))
            if alone:  # from here on others may come
                self._has(sa.func.pg_advisory_unlock(_ROLE))
            return shared

    def keep(self) -> None:
        """Ask now and then whether the session lives; begin another where it does not. Raises StoreError: not yet."""
        now = self._clock()
        if now < self._asked_at + ASK_S:
            return
        try:
            if self._connection is not None:
                self._has(sa.true())
        except exc.DBAPIError:
            _log.warning("%s broke off the session of the worker role: it is taken again.", self._place)
            self._drop()
        if self._connection is None and not self._taken_again():
            return  # somebody looks whether anybody works, or copies the database: the next time
        self._asked_at = now

    def _taken_again(self) -> bool:
        taken = False
        try:
            taken = self.take(alone=False)
        finally:
            if not taken:
                self._drop()
        return taken

    def end(self) -> None:
        if self._connection is not None:
            # The server notices a closed connection a moment later: who asks next must not find the role taken.
            # Of a session that has ended it took the role back itself.
            with suppress(exc.DBAPIError):
                self._has(sa.func.pg_advisory_unlock_all())
            self._drop()

    def _drop(self) -> None:
        """Let go of the session, whether it lives or not."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            with suppress(exc.DBAPIError):
                connection.close()

    def _has(self, question: sa.ColumnElement[bool]) -> bool:
        assert self._connection is not None
        return bool(self._connection.scalar(sa.select(question)))
