"""Points that depend on occurrences: for each one, or fading with age. Used by generated code, and to word reach.

An occurrence is worth a value at its arrival that changes at known ages; the end of a window is one more such age.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta

from connector.errors import DocumentError, Fault
from connector.scoring.carriers import carrier_of
from connector.scoring.compiler.moments import NEVER, Moments, earlier, later
from connector.scoring.decay import DecayTable, bounded_table, decay_table
from connector.scoring.rules import Group, InteractionTest, Model

_NO_AGE = timedelta(0)
_MICROSECOND = timedelta(microseconds=1)


def bounded(points: int, cap: int | None, *, is_negative: bool) -> int:
    """Points after a cap, which bounds from above, or from below where the group's points are negative."""
    if cap is None:
        return points
    return max(points, cap) if is_negative else min(points, cap)


BOUNDLESS = 10**12  # points that every cap of a model cuts


class CarriedPoints:
    """The points of a group with `each` or decay whose condition is true.

    `most` is the largest that the group can add when nothing is known of its interactions, `weight` what it counts
    for in coverage. `each` without a cap has no largest (`is_open`): both then stand for the fewest occurrences that
    count, each at its best, unless the model bounds them (`most_in`).
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
        table = (
            decay_table(group.points, group.decay) if group.decay else DecayTable((), (group.points or 0,), fades=True)
        )
        self._is_negative = table.largest < 0
        if not group.each:
            table = bounded_table(table, group.cap, is_negative=self._is_negative)
        self._cap = group.cap if group.each else None
        self._measure(table)
        self._ages, self._values = _within(table, carrier.within)
        self._fades = table.fades and (self._cap is None or (self._cap < 0) is self._is_negative)

    def _measure(self, table: DecayTable) -> None:
        """Note what the group counts for and what it may add."""
        best = max(0, *table.values)
        extreme = table.largest
        self.is_open = False
        if self._each:
            fewest = self.carrier.at_least
            extreme = extreme * fewest if self._cap is None else self._cap
            is_bounded = self._cap is not None and not self._is_negative
            self.is_open = best > 0 and not is_bounded
            best *= fewest
            if best and is_bounded and self._cap is not None:
                best = max(0, self._cap)
        self.weight = abs(extreme)
        self.most = best

    def most_in(self, model: Model, category: str | None) -> int:
        """The largest that the group can add to a model's score: without end only where no cap of the model ends it."""
        is_capped = model.cap is not None or model.category_caps.get(category or "", -1) >= 0
        return BOUNDLESS if self.is_open and is_capped else self.most

    def now(self, times: Moments, count: int, now: datetime) -> tuple[int, datetime]:
        """The points, and when they change (NEVER without such a moment).

        `times` are all of the stream in rising order; the first `count` of them, one or more, lie in the past.
        """
        if not self._each:
            return self._latest(times, count, now)
        total = self._sum(times, count, now)
        points = bounded(total, self._cap, is_negative=self._is_negative)
        if self._fades:
            return points, self._fading_change(times, count, now, total)
        return points, self._swept_change(times, count, now, total)

    # --- the latest occurrence alone

    def _latest(self, times: Moments, count: int, now: datetime) -> tuple[int, datetime]:
        latest = times[count - 1]
        index = bisect_right(self._ages, now - latest)
        points = self._values[index]
        fall = later(latest, self._ages[index]) if index < len(self._ages) else NEVER
        for seen in range(count, len(times)):
            arrival = times[seen]
            if arrival > fall or self._values[0] != points:
                return points, min(fall, arrival)
            fall = later(arrival, self._ages[0]) if self._ages else NEVER
        return points, fall

    # --- all occurrences

    def _sum(self, times: Moments, count: int, now: datetime) -> int:
        """The points of the first `count` times before the cap; by occurrences or by ages, whichever are fewer."""
        ages, values = self._ages, self._values
        if count <= len(ages):
            return sum([values[bisect_right(ages, now - time)] for time in times[:count]])
        total = values[-1] * count
        for age, before, after in zip(ages, values, values[1:], strict=False):
            young = count - bisect_right(times, earlier(now, age), 0, count)
            total += (before - after) * young
        return total

    def _fading_change(self, times: Moments, count: int, now: datetime, total: int) -> datetime:
        """When the points change, where what is there only approaches zero and what arrives only adds to it."""
        if not self._values[0]:
            return NEVER
        points = bounded(total, self._cap, is_negative=self._is_negative)
        at = now
        while True:
            fall = self._fall(times, count, at, total)
            if count == len(times) or fall < times[count]:
                return fall
            # At the cap, arrivals before the fall change nothing; below it the first one does.
            at = times[count] if self._surplus(total) < 0 else fall
            if at == NEVER:
                return NEVER
            count = bisect_right(times, at)
            total = self._sum(times, count, at)
            if bounded(total, self._cap, is_negative=self._is_negative) != points:
                return at

    def _surplus(self, total: int) -> int:
        """How much of the total lies beyond the cap; below zero where it does not reach it."""
        return -1 if self._cap is None else abs(total) - abs(self._cap)

    def _fall(self, times: Moments, count: int, now: datetime, total: int) -> datetime:
        """When the points of the first `count` times fall, were nothing to arrive."""
        loss = max(0, self._surplus(total)) + 1
        if loss > abs(total - self._values[-1] * count):
            return NEVER
        if len(self._ages) == 1:
            gone = bisect_right(times, earlier(now, self._ages[0]), 0, count)
            lost = gone + -(-loss // abs(self._values[0] - self._values[1])) - 1
            return later(times[lost], self._ages[0])
        if loss == 1:
            return min(self._next_falls(times, count, now), default=NEVER)
        return self._halve(times, count, now, abs(total) - loss)

    def _next_falls(self, times: Moments, count: int, now: datetime) -> Iterator[datetime]:
        """The next fall of each occurrence, or of the oldest one at each age, whichever are fewer."""
        ages = self._ages
        if count <= len(ages):
            for time in times[:count]:
                index = bisect_right(ages, now - time)
                if index < len(ages):
                    yield later(time, ages[index])
            return
        for age in ages:
            oldest = bisect_right(times, earlier(now, age), 0, count)
            if oldest < count:
                yield later(times[oldest], age)

    def _halve(self, times: Moments, count: int, same: datetime, size: int) -> datetime:
        """The first microsecond at which the total is no larger than a size that it falls to in the end."""
        changed = later(times[count - 1], self._ages[-1])
        while changed - same > _MICROSECOND:
            middle = same + (changed - same) // 2
            if abs(self._sum(times, count, middle)) > size:
                same = middle
            else:
                changed = middle
        return changed

    def _swept_change(self, times: Moments, count: int, now: datetime, total: int) -> datetime:
        """When the points change, by going through everything that happens to any occurrence in its order."""
        points = bounded(total, self._cap, is_negative=self._is_negative)
        steps = [after - before for before, after in zip(self._values, self._values[1:], strict=False)]
        streams = [_events(times, count, _NO_AGE, self._values[0])]
        for age, step in zip(self._ages, steps, strict=True):
            streams.append(_events(times, bisect_right(times, earlier(now, age)), age, step))
        at = now
        for moment, change in heapq.merge(*streams):
            if moment > at and bounded(total, self._cap, is_negative=self._is_negative) != points:
                return at
            at = moment
            total += change
        return at if bounded(total, self._cap, is_negative=self._is_negative) != points else NEVER


def _events(times: Moments, first: int, age: timedelta, change: int) -> Iterator[tuple[datetime, int]]:
    """What each of the times from the first on adds to the total at an age."""
    for index in range(first, len(times)):
        moment = later(times[index], age)
        if moment == NEVER:
            return
        yield moment, change


def _within(table: DecayTable, within: timedelta | None) -> tuple[tuple[timedelta, ...], tuple[int, ...]]:
    """The ages at which an occurrence's value changes and its values, where the end of a window takes what is left."""
    if within is None:
        return table.bounds, table.values
    if not within:
        return (), (0,)
    kept = sum(bound < within for bound in table.bounds)
    ages, values = table.bounds[:kept], table.values[: kept + 1]
    return ((*ages, within), (*values, 0)) if values[-1] else (ages, values)
