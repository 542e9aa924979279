"""A ledger in memory, for a session that shares its environment with no other process."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count

from connector.pipeline.budgets import LONGEST_HOLD_S, Bounds, Grant, Lesson, Spent, Standing, Wish, judge, narrowed

_A_DAY_S = 86_400.0


@dataclass(slots=True)
class _Row:
    """One lease; it counts until a window after `ends_at`."""

    owner: str
    requests: int
    execution_s: float
    use_by: float
    ends_at: float
    is_open: bool = True


class MemoryLedger:
    """Fulfils `Ledger` within one process; `monotonic` and `clock` are handed in by tests."""

    def __init__(
        self,
        bounds: Bounds | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._bounds = bounds or Bounds()
        self._monotonic, self._clock = monotonic, clock
        self._lock = threading.Lock()
        self._names = count(1)
        self._rows: dict[str, _Row] = {}
        self._held_until = 0.0
        self._lessons: list[tuple[float, Lesson]] = []
        self._days: Counter[date] = Counter()

    def reserve(self, wish: Wish | None, spent: Sequence[Spent]) -> Grant:
        """Settle what was spent and take a lease; without a wish only settle."""
        with self._lock:
            now = self._monotonic()
            for one in spent:
                self._settle(one, now)
            hold_s = max(0.0, self._held_until - now)
            if wish is None:
                return Grant(hold_s=hold_s)
            bounds = self._narrowed(now)
            self._rows = {name: row for name, row in self._rows.items() if row.ends_at + bounds.window_s > now}
            given = judge(bounds, self._standing(bounds, now), wish)
            name = ""
            if given.requests:
                name = str(next(self._names))
                use_by = now + wish.use_for_s
                row = _Row(wish.owner, given.requests, given.execution_s, use_by, use_by + wish.grace_s)
                self._rows[name] = row
            holders = {row.owner for row in self._rows.values() if row.is_open and row.use_by > now}
            return Grant(
                name, given.requests, given.execution_s, given.wait_s, hold_s, max(1, len(holders | {wish.owner}))
            )

    def hold(self, seconds: float) -> None:
        """Let nobody send anything for so long, within LONGEST_HOLD_S."""
        with self._lock:
            self._held_until = max(self._held_until, self._monotonic() + min(seconds, LONGEST_HOLD_S))

    def held_s(self) -> float:
        """For how long nobody may send anything."""
        with self._lock:
            return max(0.0, self._held_until - self._monotonic())

    def learn(self, lesson: Lesson) -> None:
        """Remember narrower bounds for a day."""
        with self._lock:
            self._lessons.append((self._monotonic(), lesson))

    def operations(self, day: date) -> int:
        """How many operations were settled on a day."""
        with self._lock:
            return self._days[day]

    def today(self) -> date:
        """The day (UTC)."""
        return self._clock().astimezone(UTC).date()

    def _settle(self, spent: Spent, now: float) -> None:
        self._rows.pop(spent.lease, None)
        ended_at = now - spent.ended_s_ago
        if spent.requests:
            row = _Row("", spent.requests, spent.execution_s, ended_at, ended_at, is_open=False)
            self._rows[spent.lease] = row
        self._days[self.today()] += spent.operations

    def _narrowed(self, now: float) -> Bounds:
        self._lessons = [(at, lesson) for at, lesson in self._lessons if at + _A_DAY_S > now]
        bounds = self._bounds
        for _, lesson in self._lessons:
            bounds = narrowed(bounds, lesson)
        return bounds

    def _standing(self, bounds: Bounds, now: float) -> Standing:
        rows = self._rows.values()
        return Standing(
            requests=sum(row.requests for row in rows),
            execution_s=sum(row.execution_s for row in rows),
            next_free_s=min((row.ends_at + bounds.window_s - now for row in rows), default=None),
            is_open=any(row.is_open for row in rows),
        )
