"""The turn across processes: who decides about the leads of a database now, one alone or several beside each other.

Of a PostgreSQL, an advisory lock of a session of its own: the server hands it on in the order of asking, and takes it
back when the session ends, however that comes. An SQLite file is worked on by one process: its threads have turns.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection

from connector.errors import StoreError
from connector.pipeline.jobs import Lease
from connector.store.faults import explained
from connector.store.serverlinks import ServerLimits, lone_engine
from connector.store.tables import job
from connector.store.turnbeat import Beat, Patience, end_frozen

POLL_S = 0.2  # how soon a wish to stop is noticed
FROZEN_S = 30.0  # a holder that shows nothing for so long has lost the turn, as a job's lease would be lost

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


@dataclass(frozen=True, slots=True)
class Way:
    """How a turn is asked for, waited for and given back."""

    ask: Any
    wait: Any
    give_back: Any


_ALONE = Way(sa.func.pg_try_advisory_lock, sa.func.pg_advisory_lock, sa.func.pg_advisory_unlock)
_SHARED = Way(sa.func.pg_try_advisory_lock_shared, sa.func.pg_advisory_lock_shared, sa.func.pg_advisory_unlock_shared)


class Turn:
    """The turn of a database that one process works on: always ours, while the lease holds that it is taken for."""

    def __init__(self) -> None:
        self._lease: Lease | None = None

    @contextmanager
    def hold(
        self,
        check_stop: Callable[[], None],  # noqa: ARG002 - nobody is waited for
        *,
        shared: bool = False,  # noqa: ARG002 - nobody else is there
        lease: Lease | None = None,
    ) -> Iterator[None]:
        """Wait until it is our turn, which ends with the context. Raises StoreError, and what `check_stop` raises.

        For one thread at a time. `shared`: others may have it too that ask in the same way. What is decided is void
        once the `lease` that it is decided for is lost.
        """
        self._lease = lease
        try:
            yield
        finally:
            self._lease = None

    def fence(self, connection: Connection) -> None:
        """Raise StoreError unless the turn is still ours, and let nobody else have it before the transaction ends.

        Who does not hold it is not asked.
        """
        if self._lease is not None and not _is_held(connection, self._lease):
            fault = StoreError(
                "The job that this was decided for is no longer ours: nothing is decided without it.",
                remedy="Nothing needs to be done: whoever has it goes on with it.",
            )
            fault.retryable = True
            raise fault

    def close(self) -> None:
        """Give back what the lock itself keeps open."""


class SessionTurn(Turn):
    """The turn of a server's database; `place` is what a person calls it. The session stays open between turns."""

    def __init__(self, place: str, url: URL, limits: ServerLimits) -> None:
        super().__init__()
        self.place = place
        self._engine = lone_engine(url, limits)
        self._connection: Connection | None = None
        self._mark = 0
        self._held: int | None = None
        self._beating = Beat(self._beat)

    @contextmanager
    def hold(
        self, check_stop: Callable[[], None], *, shared: bool = False, lease: Lease | None = None
    ) -> Iterator[None]:
        """Wait in the order of asking. Raises StoreError where the server cannot be asked."""
        with explained(self.place):
            try:
                connection = self._take(check_stop, _SHARED if shared else _ALONE)
            except BaseException:
                self.close()  # what it had, or was about to be given, ends with the session
                raise
        self._held, self._lease = self._mark, lease
        self._beating.begin()
        try:
            yield
        finally:
            self._beating.end()
            self._held = self._lease = None
            self._give_back(connection, _SHARED if shared else _ALONE)

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
        super().fence(connection)

    def close(self) -> None:
        """End the session."""
        self._beating.close()
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(exc.DBAPIError):
                connection.close()

    def _beat(self) -> None:
        """Show that we live: whoever waits sees when the session last did something."""
        connection = self._connection
        if connection is not None:
            connection.exec_driver_sql("SELECT 1")

    def _take(self, check_stop: Callable[[], None], way: Way) -> Connection:
        kept = self._connection
        if kept is not None:
            try:
                return self._taken(kept, check_stop, way)
            except exc.DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                self.close()  # it broke off while nobody needed it
        return self._taken(self._open(), check_stop, way)

    def _open(self) -> Connection:
        connection = self._connection = self._engine.connect()
        for setting in _SETTINGS:
            connection.exec_driver_sql(setting)
        while True:
            self._mark = SystemRandom().randrange(_HALF)
            if connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_MARKS, self._mark))):
                return connection

    def _taken(self, connection: Connection, check_stop: Callable[[], None], way: Way) -> Connection:
        # Not given while somebody waits for it, so that nobody is overtaken.
        if not connection.scalar(sa.select(way.ask(_TURN))):
            look = Patience(FROZEN_S, lambda: end_frozen(self._engine, _TURN, FROZEN_S, self.place))

            def on() -> None:
                check_stop()
                look.on()

            _wait(connection, on, way)
        # Of a holder that is gone there may be a transaction that was let through before.
        connection.execute(sa.select(sa.func.pg_advisory_lock(_FENCE)))
        connection.execute(sa.select(sa.func.pg_advisory_unlock(_FENCE)))
        return connection

    def _give_back(self, connection: Connection, way: Way) -> None:
        try:
            connection.execute(sa.select(way.give_back(_TURN)))
        except exc.DBAPIError:
            _log.warning("%s broke off the session that held the turn.", self.place)
            self.close()


def _wait(connection: Connection, check_stop: Callable[[], None], way: Way) -> None:
    """Stand in the server's queue for the turn until it comes, or `check_stop` raises."""
    raw: Any = connection.connection.driver_connection
    ended, errors = threading.Event(), list[BaseException]()

    def ask() -> None:
        try:
            connection.execute(sa.select(way.wait(_TURN)))
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


def _is_held(connection: Connection, lease: Lease) -> bool:
    """Tell whether a lease is still its holder's, who keeps it at least until the transaction ends."""
    query = sa.select(job.c.seq).where(
        job.c.job_id == lease.job_id, job.c.status == "leased", job.c.fence == lease.fence
    )
    return connection.execute(query.with_for_update(read=True)).first() is not None
