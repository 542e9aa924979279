"""What one caller may ask for: sizes, and how often. Values and a token bucket; nothing of Flask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from connector.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a request, and of a caller's requests a minute.

    The rate is above what Power Platform lets one connection send (500 a minute). Bodies are bytes, depth counts
    nested objects and lists; a webhook's body holds the context that caused it, and that one's, and so on.
    """

    body_bytes: int = 1_048_576
    json_depth: int = 20
    hook_depth: int = 300
    interactions: int = 1_000
    calls_per_minute: int = 600

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The bounds that the settings ask for."""
        return cls(body_bytes=settings.api_body_kb * 1024, calls_per_minute=settings.api_calls_per_minute)


class Rates:
    """A token bucket for each caller, kept in this process; safe to use from several threads."""

    _MOST = 10_000

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        """Allow `per_minute` calls, all at once after a rest. `clock` is monotonic seconds."""
        self._size = float(per_minute)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, caller: str) -> float:
        """Count one call; return 0, or the seconds until the caller may try again."""
        now = self._clock()
        with self._lock:
            left, at = self._buckets.pop(caller, (self._size, now))
            left = min(self._size, left + (now - at) * self._size / 60)
            wait = 0.0 if left >= 1 else (1 - left) * 60 / self._size
            self._buckets[caller] = (left if wait else left - 1, now)
            while len(self._buckets) > self._MOST:
                self._buckets.popitem(last=False)
        return wait
