"""Cron expressions: what they name, and which are refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from connector.pipeline.cron import parse

ZULU = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "now", "latest"),
    [
        ("*/15 * * * *", "2026-11-22T10:14:59", "2026-11-22T10:00"),
        ("*/15 * * * *", "2026-11-22T10:15", "2026-11-22T10:15"),
        ("5/20 * * * *", "2026-11-22T10:44", "2026-11-22T10:25"),
        ("30 6 * * mon-fri", "2026-11-22T12:00", "2026-11-20T06:30"),
        ("30 6 * * 1-5", "2026-11-23T06:29", "2026-11-20T06:30"),
        ("0 0 * * 7", "2026-11-25T00:00", "2026-11-22T00:00"),
        ("0 12 1 jan,jul *", "2026-06-30T00:00", "2026-01-01T12:00"),
        ("0 0 13 * fri", "2026-11-22T00:00", "2026-11-20T00:00"),  # the 13th or a Friday
        ("0 0 */2 * fri", "2026-11-22T00:00", "2026-11-13T00:00"),  # an odd day and a Friday
        ("0 0 29 2 *", "2026-11-22T00:00", "2024-02-29T00:00"),
        ("@daily", "2026-11-22T23:00", "2026-11-22T00:00"),
        ("@hourly", "2026-11-22T23:59", "2026-11-22T23:00"),
        ("10-30/10,50 1 * * *", "2026-11-22T01:49", "2026-11-22T01:30"),
    ],
)
def test_the_latest_moment(text: str, now: str, latest: str) -> None:
    """Lists, ranges, steps, names, and a day of the month or of the week where both are given."""
    assert parse(text).latest(at(now), ZULU) == at(latest)


@pytest.mark.parametrize(
    ("text", "now", "latest"),
    [
        ("30 2 * * *", "2026-03-29T12:00", "2026-03-29T01:30"),  # 02:30 does not exist: 03:30
        ("30 2 * * *", "2026-10-25T12:00", "2026-10-25T00:30"),  # 02:30 comes twice: the first
        ("30 * * * *", "2026-10-25T01:45", "2026-10-25T01:30"),  # every hour is every hour
        ("0 9 * * *", "2026-07-01T12:00", "2026-07-01T07:00"),
        ("0 9 * * *", "2026-12-01T12:00", "2026-12-01T08:00"),
    ],
)
def test_clocks_that_are_put_forward_and_back(text: str, now: str, latest: str) -> None:
    """What is planned for every morning comes every morning, once."""
    assert parse(text).latest(at(now), BERLIN) == at(latest)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not of the form"),
        ("* * * *", "is not of the form"),
        ("* * * * * *", "is not of the form"),
        ("60 * * * *", "'60' is no minute: use 0 to 59"),
        ("* 24 * * *", "no hour"),
        ("* * 0 * *", "no day of the month"),
        ("* * * 13 *", "no month"),
        ("* * * foo *", "'foo' is no month"),
        ("* * * * 8", "no day of the week"),
        ("5-1 * * * *", "names no minute"),
        ("*/0 * * * *", "names no minute"),
        ("*-5 * * * *", "cannot be read"),
        ("1,,2 * * * *", "cannot be read"),
        ("-5 * * * *", "cannot be read"),
        ("0 0 30 2 *", "in no year"),
        ("0 0 31 4,6 *", "in no year"),
    ],
)
def test_what_is_no_schedule_is_refused_with_the_reason(text: str, reason: str) -> None:
    """Each fault names the part and what may stand there."""
    with pytest.raises(ValueError, match=re.escape(reason)):
        parse(text)


def test_a_day_that_is_rare_in_both_fields_is_one_of_either() -> None:
    """30 February or a Monday: Mondays of February."""
    assert parse("0 0 30 2 mon").latest(at("2026-11-22T00:00"), ZULU) == at("2026-02-23T00:00")
