"""Quiet hours in a time zone, over midnight, over weekends, over the nights on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.pipeline.quiet import quiet_until
from connector.scoring.rules import QuietHours

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = QuietHours(time(18), time(8), zone="Europe/Berlin")
WEEKENDS = QuietHours(time(18), time(8), frozenset({5, 6}), "Europe/Berlin")
LUNCH = QuietHours(time(12), time(13))


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in Berlin; the 20th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("hours", "at", "until"),
    [
        (NIGHTS, berlin(18, 17, 59), None),
        (NIGHTS, berlin(18, 18), berlin(19, 8)),
        (NIGHTS, berlin(19, 7, 59), berlin(19, 8)),
        (NIGHTS, berlin(19, 8), None),
        (WEEKENDS, berlin(20, 18), berlin(23, 8)),
        (WEEKENDS, berlin(21, 12), berlin(23, 8)),
        (WEEKENDS, berlin(20, 12), None),
        (QuietHours(days=frozenset({5, 6}), zone="Europe/Berlin"), berlin(22, 23, 59), berlin(23, 0)),
        (LUNCH, datetime(2026, 11, 18, 12, 30, tzinfo=UTC), datetime(2026, 11, 18, 13, tzinfo=UTC)),
        (LUNCH, datetime(2026, 11, 18, 13, tzinfo=UTC), None),
    ],
)
def test_quiet_lasts_until_it_is_over(hours: QuietHours, at: datetime, until: datetime | None) -> None:
    """The beginning is quiet and the end is not; nights and whole days join; the answer is UTC."""
    found = quiet_until(hours, at, "UTC")
    assert found == until
    assert found is None or found.tzinfo is UTC


def test_hours_without_a_zone_are_those_of_the_service() -> None:
    """Where the hours name no zone, the one that is handed in holds."""
    at = datetime(2026, 11, 18, 11, 30, tzinfo=UTC)
    assert quiet_until(LUNCH, at, "UTC") is None
    assert quiet_until(LUNCH, at, "Europe/Berlin") == datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (datetime(2026, 3, 28, 18, tzinfo=BERLIN), datetime(2026, 3, 29, 6, tzinfo=UTC)),
        (datetime(2026, 10, 24, 18, tzinfo=BERLIN), datetime(2026, 10, 25, 7, tzinfo=UTC)),
    ],
)
def test_nights_are_shorter_and_longer_when_clocks_change(at: datetime, until: datetime) -> None:
    """It is the wall clock that ends the night."""
    assert quiet_until(NIGHTS, at, "UTC") == until


@pytest.mark.parametrize(
    ("hours", "minute", "until"),
    [
        (NIGHTS, 0, 7 * 60),
        (QuietHours(time(8), time(9)), 30, None),  # the hour that comes twice equals no time elsewhere
        (QuietHours(time(8), time(9)), 90, None),
        (QuietHours(time(2, 15), time(2, 45)), 20, 45),
        (QuietHours(time(2, 15), time(2, 45)), 50, None),
        (QuietHours(time(2, 15), time(2, 45)), 80, 105),  # the second time ends later than it begins
        (QuietHours(time(2, 15), time(2, 45)), 110, None),
    ],
)
def test_an_hour_that_comes_twice_is_quiet_as_its_wall_times_say(
    hours: QuietHours, minute: int, until: int | None
) -> None:
    """In the night in which clocks go back nobody is quiet who is not, and both hours end."""
    midnight = datetime(2026, 10, 25, tzinfo=UTC)  # two o'clock in Berlin, for the first time
    expected = None if until is None else midnight + timedelta(minutes=until)
    assert quiet_until(hours, midnight + timedelta(minutes=minute), "Europe/Berlin") == expected


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is beside
    st.sets(st.integers(0, 6), max_size=6),
    st.tuples(st.times(), st.times()).filter(lambda pair: pair[0] != pair[1]),
)
def test_the_end_is_not_quiet(at: datetime, days: set[int], wall: tuple[time, time]) -> None:
    """Whatever the hours, the end comes later than the moment asked, within eight days, and it is not quiet then."""
    begins, ends = (one.replace(second=0, microsecond=0, fold=0) for one in wall)
    hours = QuietHours(begins, ends, frozenset(days), "Europe/Berlin")
    until = quiet_until(hours, at, "UTC")
    if until is not None and begins != ends:
        assert at < until <= at + timedelta(days=8)
        assert quiet_until(hours, until, "UTC") is None
