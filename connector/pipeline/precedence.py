"""Who waits for an answer goes first: what works in the background gives way meanwhile.

Python lets one thread compute at a time and does not ask how urgent it is. Whoever stores an event gives up its turn at
every step into the database, and waits for a new one behind each thread that scores and writes: with a dozen of them
two milliseconds become fifty. So those ask, before they begin something, whether anybody is being answered; and where
somebody was, they go on one after the other, not all at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_S = 0.01  # so long one gives way at most, and stands in line for that: nobody can hold up the work for long
APART_S = 0.001  # so far apart go on those who gave way


class Precedence:
    """Counts who is being answered in this process. Safe to use from any thread."""

    def __init__(self, *, longest_s: float = LONGEST_S, apart_s: float = APART_S) -> None:
        self._longest_s = longest_s
        self._apart_s = apart_s
        self._guard = threading.Lock()
        self._lane = threading.Lock()
        self._nobody = threading.Event()
        self._nobody.set()
        self._count = 0
        self._mine = threading.local()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Somebody waits for what this thread does until the context ends; it gives way to nobody."""
        with self._guard:
            self._count += 1
            self._nobody.clear()
        before, self._mine.answers = getattr(self._mine, "answers", False), True
        try:
            yield
        finally:
            self._mine.answers = before
            with self._guard:
                self._count -= 1
                if not self._count:
                    self._nobody.set()

    def give_way(self) -> None:
        """Let those be answered first who are just being; called before something is begun, never in a transaction."""
        if self._nobody.is_set() or getattr(self._mine, "answers", False):
            return
        if self._lane.acquire(timeout=self._longest_s):
            try:
                self._nobody.wait(self._longest_s)
                time.sleep(self._apart_s)
            finally:
                self._lane.release()


PRECEDENCE = Precedence()  # of this process, as its threads are
