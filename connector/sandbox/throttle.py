"""Rates that a channel or a flow takes, in sliding windows; what exceeds one is answered with 429. Off until set."""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable

# Numbers that Microsoft published for connectors of Teams; for workflows there are none.
TEAMS_RATES = ((4, 1.0), (60, 30.0), (100, 3600.0), (150, 7200.0), (1800, 86_400.0))
FLOW_RATES = ((4500, 300.0),)  # runs that a flow of the low performance profile may start


class Throttle:
    """Counts what each name got. `retry_after` False: the refusal does not say when to come back."""

    def __init__(self) -> None:
        self.rates: tuple[tuple[int, float], ...] = ()
        self.retry_after = True
        self.clock: Callable[[], float] = time.monotonic
        self.refused = 0
        self._past: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def enforce(self, rates: Iterable[tuple[int, float]]) -> None:
        """Enforce rates from now on: pairs of a number and the seconds of its window. None at all: no limit."""
        with self._lock:
            self.rates = tuple(rates)
            self._past.clear()
            self.refused = 0

    def wait_s(self, name: str) -> int | None:
        """Count one message and answer None, or the whole seconds after which one more would be taken."""
        if not self.rates:
            return None
        now = self.clock()
        with self._lock:
            past = self._past[name]
            longest = max(seconds for _, seconds in self.rates)
            while past and past[0] <= now - longest:
                past.popleft()
            waits = [self._wait(past, number, seconds, now) for number, seconds in self.rates]
            if max(waits) <= 0:
                past.append(now)
                return None
            self.refused += 1
            return math.ceil(max(waits))

    @staticmethod
    def _wait(past: deque[float], number: int, seconds: float, now: float) -> float:
        """How long until fewer than `number` lie in the window; 0 where that is so now."""
        if len(past) < number:
            return 0.0
        return max(0.0, past[-number] + seconds - now)
