"""Turns: who decides about leads now, a run or the inbox; one at a time, in the order in which they asked.

For the threads of one process. A plain lock would be taken again at once by the run that has just given it back, and
the inbox would wait for the whole run.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A fair lock: called, it gives a context in which it is the caller's turn."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Wait for the turn, in the order of asking; it ends with the context."""
        self._take()
        try:
            yield
        finally:
            self._pass_on()

    def _take(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            ticket = threading.Event()
            self._waiting.append(ticket)
        try:
            ticket.wait()
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
