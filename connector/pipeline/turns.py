"""Turns: who decides about leads now, a run or the inbox; one at a time, in the order in which they asked.

For the threads of one process; processes that share a database ask its store besides. A plain lock would be taken
again at once by the run that has just given it back, and the inbox would wait for the whole run.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

POLL_S = 0.2  # how soon a wish to stop is noticed


class Turns:
    """A fair lock: called, it gives a context in which it is the caller's turn."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    @contextmanager
    def __call__(self, check_stop: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Wait for the turn, in the order of asking; it ends with the context. Raises what `check_stop` raises."""
        self._take(check_stop)
        try:
            yield
        finally:
            self._pass_on()

    def _take(self, check_stop: Callable[[], None]) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            ticket = threading.Event()
            self._waiting.append(ticket)
        try:
            while not ticket.wait(POLL_S):
                check_stop()
        except BaseException:
            self._give_up(ticket)
            raise

    def _give_up(self, ticket: threading.Event) -> None:
        """Stop waiting (Ctrl-C); a turn that came at that very moment is passed on."""
        with self._guard:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                return
        self._pass_on()

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
