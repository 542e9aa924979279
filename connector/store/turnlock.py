"""The turn across processes: who decides about the leads of a database now, one process at a time.

Of a PostgreSQL, an advisory lock of a session of its own: the server hands it on in the order of asking, and takes it
back when the session ends, however that comes. An SQLite file is worked on by one process: its threads have turns.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from random import SystemRandom
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection

from connector.errors import StoreError
from connector.store.faults import explained

POLL_S = 0.2  # how soon a wish to stop is noticed

_TURN = 0x1EB0  # any numbers but those of the other locks, the same in every process
_FENCE = 0x1EB1
_MARKS = 0x1EB2  # the first half of the numbers that sessions mark themselves with
_HALF = 2**31
# Waiting, and holding for as long as a first pull takes, are no faults. A dead host's session ends within a minute.
_SETTINGS = (
    "SET application_name = 'connector turn'",
    "SET statement_timeout = 0",
    "SET lock_timeout = 0",
    "SET idle_session_timeout = 0",
    "SET tcp_keepalives_idle = 20",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 4",
)

_IS_MARKED = sa.text(
    "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
    " AND classid = :marks AND objid = :mark AND objsubid = 2)"  # 2: a lock that has two numbers
).bindparams(marks=_MARKS)

_log = logging.getLogger(__name__)


class Turn:
    """The turn of a database that one process works on: it is always ours."""

    @contextmanager
    def hold(self, check_stop: Callable[[], None]) -> Iterator[None]:  # noqa: ARG002 - nobody is waited for
        """Wait until it is our turn, which ends with the context. Raises StoreError, and what `check_stop` raises.

        For one thread at a time.
        """
        yield

    def fence(self, connection: Connection) -> None:
        """Raise StoreError unless the turn is still ours, and let nobody else have it before the transaction ends.

        Who does not hold it is not asked.
        """

    def close(self) -> None:
        """Give back what the lock itself keeps open."""


class SessionTurn(Turn):
    """The turn of a server's database; `place` is what a person calls it. The session stays open between turns."""

    def __init__(self, place: str, url: URL) -> None:
        self.place = place
        self._engine = sa.create_engine(url, poolclass=sa.pool.NullPool, isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None
        self._mark = 0
        self._held: int | None = None

    @contextmanager
    def hold(self, check_stop: Callable[[], None]) -> Iterator[None]:
        """Wait in the order of asking. Raises StoreError where the server cannot be asked."""
        with explained(self.place):
            try:
                connection = self._take(check_stop)
            except BaseException:
                self.close()  # what it had, or was about to be given, ends with the session
                raise
        self._held = self._mark
        try:
            yield
        finally:
            self._held = None
            self._give_back(connection)

    def fence(self, connection: Connection) -> None:
        """See `Turn`. A session that marked itself is there for as long as it has what it took.

        Whoever gets the turn next first waits for the transactions that were let through here.
        """
        if self._held is None:
            return
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_FENCE)))
        if not connection.scalar(_IS_MARKED, {"mark": self._held}):
            fault = StoreError(
                f"{self.place} broke off the session that held the turn: nothing is decided without it.",
                remedy="Run it again; if it stays so, see what ends idle sessions (a pooler, a firewall, a time-out).",
            )
            fault.retryable = True
            raise fault

    def close(self) -> None:
        """End the session."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(exc.DBAPIError):
                connection.close()

    def _take(self, check_stop: Callable[[], None]) -> Connection:
        kept = self._connection
        if kept is not None:
            try:
                return self._taken(kept, check_stop)
            except exc.DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                self.close()  # it broke off while nobody needed it
        return self._taken(self._open(), check_stop)

    def _open(self) -> Connection:
        connection = self._connection = self._engine.connect()
        for setting in _SETTINGS:
            connection.exec_driver_sql(setting)
        while True:
            self._mark = SystemRandom().randrange(_HALF)
            if connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_MARKS, self._mark))):
                return connection

    def _taken(self, connection: Connection, check_stop: Callable[[], None]) -> Connection:
        # Not given while somebody waits for it, so that nobody is overtaken.
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_TURN))):
            _wait(connection, check_stop)
        # Of a holder that is gone there may be a transaction that was let through before.
        connection.execute(sa.select(sa.func.pg_advisory_lock(_FENCE)))
        connection.execute(sa.select(sa.func.pg_advisory_unlock(_FENCE)))
        return connection

    def _give_back(self, connection: Connection) -> None:
        try:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_TURN)))
        except exc.DBAPIError:
            _log.warning("%s broke off the session that held the turn.", self.place)
            self.close()


def _wait(connection: Connection, check_stop: Callable[[], None]) -> None:
    """Stand in the server's queue for the turn until it comes, or `check_stop` raises."""
    raw: Any = connection.connection.driver_connection
    ended, errors = threading.Event(), list[BaseException]()

    def ask() -> None:
        try:
            connection.execute(sa.select(sa.func.pg_advisory_lock(_TURN)))
        except BaseException as error:  # noqa: BLE001 - raised in the thread that waits
            errors.append(error)
        finally:
            ended.set()

    asking = threading.Thread(target=ask, name="turn")
    asking.start()
    try:
        while not ended.wait(POLL_S):
            check_stop()
    except BaseException:
        with suppress(raw.Error):
            raw.cancel()
        raise
    finally:
        asking.join()
    if errors:
        raise errors[0]
