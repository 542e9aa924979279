"""Moments and windows as generated code needs them: the ends of the calendar, counts in a window, the next change.

Times of interactions are in rising order here, so that a count in a window is two look-ups and never a scan.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

NEVER = datetime.max.replace(tzinfo=UTC)
# Before every moment in UTC, so that nothing falls out of a window that begins before the calendar does.
BEFORE_ALL = datetime.min.replace(tzinfo=timezone(timedelta(hours=23, minutes=59)))

Moments = list[datetime]


def later(moment: datetime, length: timedelta) -> datetime:
    """The moment that much later; NEVER where that lies beyond the calendar."""
    try:
        return moment + length
    except OverflowError:
        return NEVER


def earlier(moment: datetime, length: timedelta) -> datetime:
    """The moment that much earlier; BEFORE_ALL where that lies before the calendar."""
    try:
        return moment - length
    except OverflowError:
        return BEFORE_ALL


class Lows:
    """Where the windows of these lengths begin. Leads are scored at one moment by the thousand: the last is kept."""

    def __init__(self, lengths: Iterable[timedelta]) -> None:
        self._lengths = tuple(lengths)
        self._kept: tuple[datetime, tuple[datetime, ...]] = (NEVER, ())

    def __call__(self, now: datetime) -> tuple[datetime, ...]:
        """The beginnings, in the order of the lengths."""
        kept = self._kept  # read once: another thread may score at another moment
        if kept[0] is not now:
            kept = self._kept = (now, tuple(earlier(now, length) for length in self._lengths))
        return kept[1]


def past_only(times: Moments, now: datetime) -> Moments:
    """The times up to now."""
    return times[: bisect_right(times, now)]


def holds(times: Moments, at_least: int, low: datetime | None, now: datetime) -> bool:
    """Whether at least so many (one or more) of the times lie in (low, now]."""
    past = bisect_right(times, now)
    return past >= at_least and (low is None or times[past - at_least] > low)


# --- the next change


@dataclass(frozen=True, slots=True)
class Anchor:
    """`state[index]` holds a moment or None, and something may change at each length (rising) after it."""

    index: int
    lengths: tuple[timedelta, ...]

    def changes(self, state: tuple[object, ...], now: datetime) -> Iterable[datetime]:
        """The moments after now, in rising order."""
        moment = state[self.index]
        if not isinstance(moment, datetime):
            return ()
        return [at for length in self.lengths if (at := later(moment, length)) > now]


@dataclass(frozen=True, slots=True)
class Count:
    """`state[index]` holds times, and something changes when `at_least` of them come into the window or leave it."""

    index: int
    at_least: int
    within: timedelta | None

    def changes(self, state: tuple[object, ...], now: datetime) -> Iterable[datetime]:
        """The moments after now, in rising order, at which the count reaches `at_least` or falls below it."""
        times = state[self.index]
        assert isinstance(times, list)
        past = bisect_right(times, now)
        end = self._end(times, past)
        if past < len(times):
            return self._turns(times, past, end, holding=end > now)
        return (end,) if now < end < NEVER else ()

    def _end(self, times: Moments, seen: int) -> datetime:
        """Until when the first `seen` times are enough by themselves."""
        if seen < self.at_least:
            return BEFORE_ALL
        return NEVER if self.within is None else later(times[seen - self.at_least], self.within)

    def _turns(self, times: Moments, past: int, end: datetime, *, holding: bool) -> Iterator[datetime]:
        """The turns while times after the first `past` arrive; what holds before them does so until `end`."""
        for seen in range(past, len(times)):
            arrival, longer = times[seen], self._end(times, seen + 1)
            if holding and (end < arrival or longer <= arrival):
                yield end
                holding = False
            if not holding and longer > arrival:
                yield arrival
                holding = True
            end = longer
        if holding and end < NEVER:
            yield end


def seek_change(
    evaluate: Callable[..., object],
    state: tuple[object, ...],
    now: datetime,
    best: datetime,
    anchors: tuple[Anchor | Count, ...],
) -> datetime:
    """The first moment after now, and before `best`, at which `evaluate(moment, *state)` changes; else `best`.

    The value is constant between the moments that the anchors name.
    """
    streams = [changes for anchor in anchors if (changes := anchor.changes(state, now))]
    if not streams:
        return best
    present = evaluate(now, *state)
    last = now
    for at in streams[0] if len(streams) == 1 else heapq.merge(*streams):
        if at >= best:
            return best
        if at > last and evaluate(at, *state) != present:
            return at
        last = at
    return best
