"""Decay tables: which points hold at which age, to the microsecond."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.scoring.decay import DecayTable, bounded_table, decay_table
from connector.scoring.rules import HalfLife, Linear, Steps

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)


def test_half_life_halves() -> None:
    """Points are half after a half-life, a quarter after two, and fall a microsecond after a tie."""
    table = decay_table(16, HalfLife(14 * DAY))
    assert [table.points_at(n * 14 * DAY) for n in range(7)] == [16, 8, 4, 2, 1, 1, 0]
    # 16 * 2^-5 is exactly one half, which is rounded away from zero; a moment later it is below.
    assert table.points_at(70 * DAY) == 1
    assert table.points_at(70 * DAY + MICROSECOND) == 0


def test_half_life_of_negative_points() -> None:
    """Negative points decay like positive ones and are rounded away from zero."""
    table = decay_table(-3, HalfLife(DAY))
    assert [table.points_at(n * DAY) for n in range(4)] == [-3, -2, -1, 0]
    assert table.fades


def test_linear_falls_evenly() -> None:
    """Points fall evenly to 0 at the end, rounded half away from zero."""
    table = decay_table(5, Linear(10 * DAY))
    assert [table.points_at(n * DAY) for n in range(12)] == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0]
    assert table.points_at(DAY + MICROSECOND) == 4


def test_a_step_holds_before_its_bound() -> None:
    """A step holds for ages below its bound; past the last there are no points."""
    table = decay_table(99, Steps(((7 * DAY, 10), (30 * DAY, 5))))
    ages = [timedelta(0), 7 * DAY - MICROSECOND, 7 * DAY, 30 * DAY - MICROSECOND, 30 * DAY]
    assert [table.points_at(age) for age in ages] == [10, 10, 5, 5, 0]
    assert table.fades


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (((DAY, 5), (2 * DAY, 5)), DecayTable((2 * DAY,), (5, 0), fades=True)),
        (((DAY, 5), (2 * DAY, 0)), DecayTable((DAY,), (5, 0), fades=True)),
        (((DAY, 0),), DecayTable((), (0,), fades=True)),
        (((DAY, 5), (2 * DAY, 9)), DecayTable((DAY, 2 * DAY), (5, 9, 0), fades=False)),
        (((DAY, 5), (2 * DAY, -5)), DecayTable((DAY, 2 * DAY), (5, -5, 0), fades=False)),
    ],
)
def test_equal_neighbours_are_joined(steps: tuple[tuple[timedelta, int], ...], expected: DecayTable) -> None:
    """A table has no bound at which nothing changes, and knows whether it only approaches zero."""
    assert decay_table(None, Steps(steps)) == expected


def test_no_points_never_change() -> None:
    """Nothing decays from nothing."""
    assert decay_table(0, HalfLife(DAY)) == DecayTable((), (0,), fades=True)


def test_a_period_of_microseconds_skips_steps() -> None:
    """A period too short for every step loses the steps between, never their order."""
    table = decay_table(100, Linear(timedelta(microseconds=3)))
    assert table.bounds == tuple(sorted(set(table.bounds)))
    assert [table.points_at(n * MICROSECOND) for n in range(4)] == [100, 67, 33, 0]


@pytest.mark.parametrize(
    ("points", "cap", "expected"),
    [
        (4, None, (4, 3, 2, 1, 0)),
        (4, 2, (2, 1, 0)),
        (-4, -2, (-2, -1, 0)),
        (4, 0, (0,)),
    ],
)
def test_a_cap_bounds_the_table(points: int, cap: int | None, expected: tuple[int, ...]) -> None:
    """A cap cuts the top off, from below where points are negative."""
    table = bounded_table(decay_table(points, Linear(DAY)), cap, is_negative=points < 0)
    assert table.values == expected


@pytest.mark.parametrize(("values", "largest"), [((3, -5, 0), -5), ((5, -5, 0), 5), ((0,), 0)])
def test_the_largest_value_is_that_of_greatest_size(values: tuple[int, ...], largest: int) -> None:
    """The largest counts by size, the positive one of two."""
    bounds = tuple(DAY * n for n in range(1, len(values)))
    assert DecayTable(bounds, values, fades=False).largest == largest
