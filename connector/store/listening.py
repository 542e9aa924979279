"""What a PostgreSQL server tells by `NOTIFY`: a thread with a session of its own that listens, and comes back.

What is told while the session is broken is lost, so that whoever listens is woken when it is there again.
"""

from __future__ import annotations

import logging
import os
import select
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy.engine import URL, Engine

from connector.store.serverlinks import ServerLimits, lone_engine

AGAIN_S = 1.0  # after the session broke off
PROBE_S = 60.0  # a session whose host is gone says nothing: it is asked now and then

_log = logging.getLogger(__name__)


@contextmanager
def listening(url: URL, limits: ServerLimits, channel: str, wake: Callable[[Sequence[str]], None]) -> Iterator[None]:
    """Call `wake` with the words of every announcement on a channel of a server until the context ends."""
    ends, end = os.pipe()
    stop = threading.Event()
    alone = lone_engine(url, limits)
    thread = threading.Thread(target=_listen, args=(alone, channel, wake, ends, stop), name="listener", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        os.write(end, b"\n")
        thread.join()
        os.close(end)
        os.close(ends)


def _listen(
    alone: Engine, channel: str, wake: Callable[[Sequence[str]], None], ends: int, stop: threading.Event
) -> None:
    while not stop.is_set():
        try:
            with alone.connect() as connection, closing(connection):
                connection.exec_driver_sql(f"LISTEN {channel}")
                wake(())
                raw: Any = connection.connection.driver_connection
                while not stop.is_set():
                    words = _told(raw, ends)
                    if words is not None:
                        wake(words)
                    elif not stop.is_set():
                        connection.exec_driver_sql("SELECT 1")
        except Exception as error:  # noqa: BLE001 - whatever it is, looking goes on, and listening when it is over
            _log.info("listening for jobs broke off (%s)", type(error).__name__)
            stop.wait(AGAIN_S)


def _told(raw: Any, ends: int) -> list[str] | None:
    """Wait until something is told, or nothing for long (None); the words of all that was told."""
    # What came with the answer to another statement was read already.
    told = list(raw.notifies(timeout=0))
    if not told:
        ready, _, _ = select.select([raw.fileno(), ends], [], [], PROBE_S)
        if raw.fileno() not in ready:
            return None
        told = list(raw.notifies(timeout=0))
    return [word for one in told for word in one.payload.split()] if told else None
