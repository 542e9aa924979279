"""Counts in windows, the ends of the calendar, and the search for the next change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations_with_replacement

import pytest

from connector.scoring.compiler.moments import (
    BEFORE_ALL,
    NEVER,
    Anchor,
    Count,
    Lows,
    earlier,
    holds,
    later,
    past_only,
    seek_change,
)
from tests.unit.scoring.compiler.asking import DAY, NOW

FIRST = datetime.min.replace(tzinfo=UTC)


def test_the_calendar_ends() -> None:
    """A moment beyond the calendar is never, one before it is before every moment."""
    assert later(NOW, DAY) == NOW + DAY
    assert later(NEVER, DAY) is NEVER
    assert earlier(NOW, DAY) == NOW - DAY
    assert earlier(FIRST, DAY) is BEFORE_ALL < FIRST


def test_the_beginnings_of_windows_are_kept_for_one_moment() -> None:
    """Windows begin where they should at any moment, and are computed anew for another one only."""
    lows = Lows([DAY, 2 * DAY])
    assert lows(NOW) == (NOW - DAY, NOW - 2 * DAY)
    assert lows(NOW) is lows(NOW)
    assert lows(NOW + DAY) == (NOW, NOW - DAY)
    assert lows(FIRST) == (BEFORE_ALL, BEFORE_ALL)


def test_counts_include_now_and_leave_out_the_beginning() -> None:
    """A window is half-open: a time at its beginning is out, one at now is in."""
    times = [NOW - 2 * DAY, NOW - DAY, NOW, NOW + DAY]
    assert past_only(times, NOW) == times[:3]
    assert holds(times, 3, None, NOW)
    assert not holds(times, 4, None, NOW)
    assert holds(times, 1, NOW - DAY, NOW)
    assert not holds(times, 2, NOW - DAY, NOW)


@pytest.mark.parametrize("within", [None, timedelta(0), DAY, 2 * DAY, 3 * DAY])
@pytest.mark.parametrize("at_least", [1, 2, 3])
def test_a_count_names_every_turn(at_least: int, within: timedelta | None) -> None:
    """Of any four times, the moments named are rising, and every turn of the truth on the grid is one of them."""
    half = DAY / 2
    for days in combinations_with_replacement(range(-3, 4), 4):
        times = [NOW + day * DAY for day in days]
        named = list(Count(0, at_least, within).changes((times,), NOW))
        assert named == sorted(named)

        def truth(at: datetime, times: list[datetime] = times) -> bool:
            return holds(times, at_least, None if within is None else at - within, at)

        grid = [NOW + step * half for step in range(1, 20)]
        turns = [at for at in grid if truth(at) != truth(at - half)]
        assert set(turns) <= set(named)
        assert all(at > NOW for at in named)
        assert sum(at not in turns for at in named) <= 2 * (len(named) - len(set(named)))


def test_a_jump_is_sought_where_something_may_change() -> None:
    """The first named moment at which the value differs is the change; those at which it does not are passed."""

    def evaluate(now: datetime, times: list[datetime], _moment: datetime | None = None) -> bool:
        return sum(time <= now for time in times) >= 2

    times = [NOW + DAY, NOW + 2 * DAY, NOW + 3 * DAY]
    anchors = (Count(0, 1, None), Count(0, 2, None))
    assert seek_change(evaluate, (times,), NOW, NEVER, anchors) == NOW + 2 * DAY
    assert seek_change(evaluate, (times,), NOW, NOW + DAY, anchors) == NOW + DAY
    assert seek_change(evaluate, ([],), NOW, NEVER, anchors) is NEVER
    beside = (Anchor(1, (timedelta(0), DAY, 2 * DAY)), Count(0, 1, None))
    assert seek_change(evaluate, (times, NOW), NOW, NEVER, beside) == NOW + 2 * DAY
    assert seek_change(evaluate, (times, None), NOW, NEVER, beside) is NEVER
    assert seek_change(evaluate, ([], NEVER), NOW, NEVER, (Anchor(1, (DAY,)),)) is NEVER
