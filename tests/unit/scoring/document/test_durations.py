"""Durations, dates and times as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from connector.scoring.document.durations import format_duration, parse_duration, parse_moment


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30s", timedelta(seconds=30)),
        ("15m", timedelta(minutes=15)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(days=14)),
        ("0d", timedelta(0)),
        ("36500d", timedelta(days=36500)),
    ],
)
def test_durations_are_read(text: str, length: timedelta) -> None:
    """A number and one of five units is a duration."""
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "7", "d", "7 d", "7D", "-7d", "1.5d", "7y", "36501d", "\u0667d", "9999999999d", "1d2h"]
)
def test_what_is_no_duration(text: str) -> None:
    """Anything else is none, and neither is more than a hundred years."""
    assert parse_duration(text) is None


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(days=7), "7d"),
        (timedelta(hours=36), "36h"),
        (timedelta(minutes=90), "90m"),
        (timedelta(seconds=90), "90s"),
        (timedelta(0), "0s"),
    ],
)
def test_durations_are_written_in_the_largest_unit(length: timedelta, text: str) -> None:
    """A duration is written in days, else hours, minutes, seconds."""
    assert format_duration(length) == text
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("2026-01-31T09:00:00Z", datetime(2026, 1, 31, 9, tzinfo=UTC)),
        ("2026-01-31T09:00:00+02:00", datetime(2026, 1, 31, 7, tzinfo=UTC)),
        ("2026-01-31 09:00", datetime(2026, 1, 31, 9, tzinfo=UTC)),
        ("2026-02-30", None),
        ("soon", None),
        ("0001-01-01T00:00:00+05:00", None),
    ],
)
def test_moments_are_read(text: str, moment: date | None) -> None:
    """A date stays a date, a time becomes UTC; what is neither, or before the calendar, is none."""
    assert parse_moment(text) == moment
    assert type(parse_moment(text)) is type(moment)
