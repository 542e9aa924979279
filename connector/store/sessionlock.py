"""The worker role of a PostgreSQL database: an advisory lock that workers share, each by a session of its own.

The server takes it back when the session ends. It only tells whether anybody works: what keeps two workers from doing
the same are the leases. A pooler between us that hands sessions round does not work with it.
"""

from __future__ import annotations

from collections.abc import Iterator
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


class SessionLock(WorkerLock):
    """The role of a server's database. `engine` keeps no connections and begins no transactions."""

    is_for_one = False

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

    def take(self, *, alone: bool) -> bool:
        with explained(self._place):
            if self._connection is None:
                self._connection = self._engine.connect()
                for setting in _SETTINGS:
                    self._connection.exec_driver_sql(setting)
            if alone and not self._has(sa.func.pg_try_advisory_lock(_ROLE)):
                return False
            shared = self._has(sa.func.pg_try_advisory_lock_shared(_ROLE))
            if alone:  # from here on others may come
                self._has(sa.func.pg_advisory_unlock(_ROLE))
            return shared

    def end(self) -> None:
        if self._connection is not None:
            # The server notices a closed connection a moment later: who asks next must not find the role taken.
            # Of a session that has ended it took the role back itself.
            with suppress(exc.DBAPIError):
                self._has(sa.func.pg_advisory_unlock_all())
            self._connection.close()
            self._connection = None

    def _has(self, question: sa.ColumnElement[bool]) -> bool:
        assert self._connection is not None
        return bool(self._connection.scalar(sa.select(question)))
