"""Points that depend on occurrences: for each one, or fading with age. Used by generated code and to seek changes."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta

from connector.errors import DocumentError, Fault
from connector.scoring.carriers import carrier_of
from connector.scoring.compiler.runtime import NEVER, Anchor, Moments, later, seek_change
from connector.scoring.decay import DecayTable, bounded_table, decay_table
from connector.scoring.rules import Group, InteractionTest


def bounded(points: int, cap: int | None, *, is_negative: bool) -> int:
    """Points after a cap, which bounds from above, or from below where the group's points are negative."""
    if cap is None:
        return points
    return max(points, cap) if is_negative else min(points, cap)


class CarriedPoints:
    """The points of a group with `each` or decay whose condition is true.

    `most` is the largest that the group can add when nothing is known of its interactions, `weight` what it counts
    for in coverage. Without a cap, `each` has no largest; it is then taken as the fewest occurrences that count.
    """

    def __init__(self, group: Group) -> None:
        carrier = carrier_of(group.when)
        if carrier is None:
            fault = Fault(
                group.place.path, group.place.line or None, "`each` and `decay` need exactly one interaction."
            )
            raise DocumentError("The rules count occurrences of nothing.", faults=[fault])
        self.carrier: InteractionTest = carrier
        self._each = group.each
        self._cap = group.cap
        self._points = group.points or 0
        table = decay_table(group.points, group.decay) if group.decay else None
        extreme = table.largest if table else self._points
        self._is_negative = extreme < 0
        if table is None or group.each:
            extreme = extreme * carrier.at_least if group.cap is None else group.cap
        else:
            table = bounded_table(table, group.cap, is_negative=self._is_negative)
            extreme = table.largest
        self._table: DecayTable | None = table
        self.weight = abs(extreme)
        self.most = max(0, extreme, *(table.values if table and not group.each else ()))
        self._effective = self._effective_count()

    def _effective_count(self) -> int | None:
        """How many occurrences bring the points to the cap; None where they never reach it."""
        if self._points == 0:
            return 0
        return None if self._cap is None else max(0, -(-self._cap // self._points))

    # --- any moment

    def at(self, now: datetime, times: Moments) -> int:
        """The points at a moment, from all times of the stream, latest first."""
        low = None if self.carrier.within is None else now - self.carrier.within
        return self._points_of([time for time in times if time <= now and (low is None or time > low)], now)

    def _points_of(self, window: Moments, now: datetime) -> int:
        if self._table is None:
            points = self._points * len(window)
        elif not self._each:
            return self._table.points_at(now - window[0]) if window else 0
        else:
            points = sum(self._table.points_at(now - time) for time in window)
        return bounded(points, self._cap, is_negative=self._is_negative)

    @property
    def fades(self) -> bool:
        """Whether the points only approach zero between arrivals and expiries."""
        return self._table is not None and self._table.fades

    @property
    def lengths(self) -> tuple[timedelta, ...]:
        """After which times since an occurrence the points may jump."""
        steps = () if self._table is None or self._table.fades else self._table.bounds
        window = () if self.carrier.within is None else (self.carrier.within,)
        return (timedelta(0), *window, *steps)

    # --- now, when no occurrence lies ahead

    def now(self, past: Moments, now: datetime) -> tuple[int, datetime]:
        """The points, and when they or the condition's truth change (NEVER without such a moment).

        `past` are the times up to now, latest first, enough of them in the window; none of the stream lies ahead.
        """
        if self._table is None:
            return self._now_by_count(past, now)
        if self._each:
            return self._now_by_sum(past, now)
        latest = past[0]
        index = bisect_right(self._table.bounds, now - latest)
        fall = later(latest, self._table.bounds[index]) if index < len(self._table.bounds) else NEVER
        return self._table.values[index], min(fall, self._expiry(past, self.carrier.at_least))

    def _expiry(self, past: Moments, count: int) -> datetime:
        """When fewer than `count` occurrences are left in the window."""
        return NEVER if self.carrier.within is None or count < 1 else later(past[count - 1], self.carrier.within)

    def _window(self, past: Moments, now: datetime) -> Moments:
        if self.carrier.within is None:
            return past
        low = now - self.carrier.within
        for index, time in enumerate(past):
            if time <= low:
                return past[:index]
        return past

    def _now_by_count(self, past: Moments, now: datetime) -> tuple[int, datetime]:
        window = self._window(past, now)
        count = len(window)
        effective = count if self._effective is None else min(count, self._effective)
        return self._points_of(window, now), self._expiry(past, max(effective, self.carrier.at_least))

    def _now_by_sum(self, past: Moments, now: datetime) -> tuple[int, datetime]:
        window = self._window(past, now)
        points = self._points_of(window, now)
        anchors = (Anchor(0, self.lengths),)
        return points, seek_change(self._seen, (past,), now, NEVER, anchors, is_fading=self.fades)

    def _seen(self, now: datetime, past: Moments) -> tuple[int, bool]:
        low = None if self.carrier.within is None else now - self.carrier.within
        window = [time for time in past if low is None or time > low]
        return self._points_of(window, now), len(window) >= self.carrier.at_least
