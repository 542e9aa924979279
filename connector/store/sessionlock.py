"""The worker role of a PostgreSQL database: an advisory lock that a session of its own holds.

The server takes it back when the session ends. A pooler between us that hands sessions round does not work with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection, Engine

from connector.store.faults import explained
from connector.store.workerlock import Grip, WorkerLock

_ROLE = 0x1EAE  # any number but the upgrade's, the same in every process
# The session idles for as long as the role is held. One whose host is gone is ended within a minute, so that another
# worker need not wait for the hours of the system's own setting.
_SETTINGS = (
    "SET application_name = 'connector worker role'",
    "SET idle_session_timeout = 0",
    "SET tcp_keepalives_idle = 20",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 4",
)


class SessionLock(WorkerLock):
    """The role of a server's database. `engine` keeps no connections and begins no transactions."""

    def __init__(self, place: str, engine: Engine) -> None:
        super().__init__(place)
        self._engine = engine

    @contextmanager
    def _opened(self) -> Iterator[Grip]:
        session = _Session(self._engine, self.place)
        try:
            yield session
        finally:
            session.end()


class _Session:
    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self._place = place
        self._connection: Connection | None = None
        self._one_at_a_time = Lock()

    def take(self) -> bool:
        with self._one_at_a_time, explained(self._place):
            return self._take()

    def is_firm(self) -> bool:
        with self._one_at_a_time, explained(self._place):
            if self._connection is not None:
                with suppress(exc.DBAPIError):
                    self._connection.execute(sa.select(1))
                    return True
                self._close()
            return self._take()

    def end(self) -> None:
        with self._one_at_a_time:
            if self._connection is not None:
                # The server notices a closed connection a moment later: who asks next must not find the role taken.
                # Of a session that has ended it took the role back itself.
                with suppress(exc.DBAPIError):
                    self._connection.execute(sa.select(sa.func.pg_advisory_unlock_all()))
                self._close()

    def _take(self) -> bool:
        if self._connection is None:
            self._connection = self._engine.connect()
            for setting in _SETTINGS:
                self._connection.exec_driver_sql(setting)
        taken: bool | None = self._connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_ROLE)))
        if not taken:
            self._close()
        return bool(taken)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
