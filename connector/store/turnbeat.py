"""Who holds a turn shows that it lives, and whoever waits ends the session of one that does not.

A process that is frozen keeps its session: without this, everybody would wait for it for as long as it stays so.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Engine

BEAT_S = 5.0
LOOK_S = 5.0

# A session that does nothing since so long and holds the lock: its holder lives by showing itself every few seconds.
_END_FROZEN = sa.text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE state = 'idle'"
    " AND state_change < clock_timestamp() - make_interval(secs => :after_s) AND pid IN"
    " (SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    "  WHERE locktype = 'advisory' AND granted AND datname = current_database()"
    "  AND classid = 0 AND objid = :lock AND objsubid = 1)"  # 1: a lock that has one number
)

_log = logging.getLogger(__name__)


class Beat:
    """Calls `beat` every few seconds between `begin` and `end`, in a thread that is kept from one time to the next.

    What `beat` raises of the database is left to whoever uses the session next.
    """

    def __init__(self, beat: Callable[[], None], every_s: float = BEAT_S) -> None:
        self._beat = beat
        self._every_s = every_s
        self._changed = threading.Condition()
        self._wanted = False
        self._over = False
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Beat from now on."""
        with self._changed:
            self._wanted, self._over = True, False
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="turn-beat", daemon=True)
                self._thread.start()
            self._changed.notify()

    def end(self) -> None:
        """Beat no more; one that is under way has ended when this returns."""
        with self._changed:
            self._wanted = False

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._wanted, self._over = False, True
            thread, self._thread = self._thread, None
            self._changed.notify()
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        with self._changed:
            while not self._over:
                if not self._wanted:
                    self._changed.wait()
                elif not self._changed.wait(self._every_s) and self._wanted:
                    with suppress(exc.SQLAlchemyError):
                        self._beat()  # under the condition: `end` waits for it


class Patience:
    """Calls `act` when something was waited for so long, and every few seconds from then on."""

    def __init__(self, patience_s: float, act: Callable[[], object]) -> None:
        self._act = act
        self._next = time.monotonic() + patience_s

    def on(self) -> None:
        """Say that the waiting goes on."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + LOOK_S
            self._act()


def end_frozen(engine: Engine, lock: int, after_s: float, place: str) -> int:
    """End the sessions that hold an advisory lock and showed nothing for so long; return how many.

    None where the server cannot be asked, or does not let us.
    """
    try:
        with engine.connect() as connection:
            ended = connection.scalar(_END_FROZEN, {"lock": lock, "after_s": after_s}) or 0
    except exc.DBAPIError:
        _log.warning("%s: whoever has the turn shows no sign of life, and could not be looked at.", place)
        return 0
    if ended:
        _log.warning("%s: the session of a process that showed no sign of life was ended; it had the turn.", place)
    return int(ended)
