"""Cron expressions name the moments that somebody who looks at a clock on the wall every minute would name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from connector.pipeline.cron import Cron, parse

ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")]
MINUTE = timedelta(minutes=1)


def field(least: int, most: int) -> st.SearchStrategy[str]:
    """One field: everything, a step, or a list of numbers and ranges."""
    number = st.integers(least, most)
    span = st.tuples(number, number).map(lambda two: f"{min(two)}-{max(two)}")
    step = st.integers(1, most).map(lambda size: f"/{size}")
    part = st.one_of(number.map(str), span, st.tuples(span, step).map("".join), step.map(lambda size: f"*{size}"))
    return st.one_of(st.just("*"), st.lists(part, min_size=1, max_size=2).map(",".join))


EXPRESSIONS = st.tuples(field(0, 59), field(0, 23), st.just("*"), st.just("*"), field(0, 7)).map(" ".join)
# The days around changes of the clock, where it is easy to be wrong.
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 3, 28), datetime(2026, 3, 30), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone follows
    st.datetimes(datetime(2026, 10, 24), datetime(2026, 10, 26), timezones=st.just(UTC)),  # noqa: DTZ001 - likewise
    st.datetimes(datetime(2026, 4, 4), datetime(2026, 4, 5, 23), timezones=st.just(UTC)),  # noqa: DTZ001 - likewise
    st.datetimes(datetime(2026, 3, 8), datetime(2026, 3, 9), timezones=st.just(UTC)),  # noqa: DTZ001 - likewise
)


def names(cron: Cron, wall: datetime) -> bool:
    """Tell whether an expression names what the clock on the wall shows."""
    of_month, of_week = wall.day in cron.days, wall.isoweekday() % 7 in cron.weekdays
    return (
        wall.minute in cron.minutes
        and wall.hour in cron.hours
        and wall.month in cron.months
        and (of_month or of_week if cron.either else of_month and of_week)
    )


def is_slot(cron: Cron, moment: datetime, zone: ZoneInfo) -> bool:
    """Look at the clock: what it shows for the second time counts only where every hour does.

    What it skipped is looked for at the same distance after the gap.
    """
    wall = moment.astimezone(zone)
    if names(cron, wall) and (wall.fold == 0 or cron.every_hour):
        return True
    for back in (30, 60):
        skipped = (wall.replace(tzinfo=None) - timedelta(minutes=back)).replace(tzinfo=zone)
        is_skipped = skipped.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != skipped.replace(tzinfo=None)
        if is_skipped and names(cron, skipped) and skipped.astimezone(UTC) == moment:
            return True
    return False


@given(EXPRESSIONS, MOMENTS, st.sampled_from(ZONES))
def test_the_latest_moment_is_the_first_that_is_met_going_back(text: str, now: datetime, zone: ZoneInfo) -> None:
    """Minute by minute back from now, nothing is skipped and nothing invented."""
    cron = parse(text)
    found = cron.latest(now, zone)
    assert found is not None
    moment = now.replace(second=0, microsecond=0)
    while moment > found:
        assert not is_slot(cron, moment, zone)
        moment -= MINUTE
        if now - moment > timedelta(hours=30):  # a schedule of weekdays: far enough
            return
    assert moment == found
    assert is_slot(cron, found, zone)


@given(EXPRESSIONS, MOMENTS, st.sampled_from(ZONES))
def test_time_going_on_never_takes_a_moment_back(text: str, now: datetime, zone: ZoneInfo) -> None:
    """Later looks find the same moment or a later one, and at the moment itself it is found."""
    cron = parse(text)
    first, later = cron.latest(now, zone), cron.latest(now + 7 * MINUTE, zone)
    assert first is not None
    assert later is not None
    assert first <= later
    assert cron.latest(first, zone) == first
