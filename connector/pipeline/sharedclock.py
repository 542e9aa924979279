"""One clock for all who share a database: this machine's, corrected by what the database's is ahead of it.

Rates and holds are counted over what every process recorded: a worker whose machine is fast would begin before its
turn, and take over what another has in hand.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from connector.errors import StoreError
from connector.pipeline.ports import Clock

AGAIN_S = 60.0  # machines drift by milliseconds in that time


class SharedClock:
    """Aware UTC, as the database's machine has it. Safe to use from several threads.

    `ahead` measures how far that is ahead of `clock`; where it cannot be asked, what was measured last holds.
    """

    def __init__(
        self,
        clock: Clock,
        ahead: Callable[[Clock], timedelta],
        *,
        again_s: float = AGAIN_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._measure = ahead
        self._again_s = again_s
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._ahead = timedelta(0)
        self._measured_at = float("-inf")

    def __call__(self) -> datetime:
        """The moment."""
        with self._guard:
            now = self._monotonic()
            if now - self._measured_at >= self._again_s:
                with suppress(StoreError):  # whoever asked for the time is about to hear of it
                    self._ahead = self._measure(self._clock)
                self._measured_at = now
        return self._clock() + self._ahead
