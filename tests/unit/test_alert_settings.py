"""What channels take, as settings write it: budgets, quiet hours, schedules of digests."""

from __future__ import annotations

from datetime import time

import pytest

from connector.errors import SettingsError
from connector.scoring.rules import Budget, QuietHours
from connector.settings import Settings, load_settings

FLOW = "https://prod-01.westeurope.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke?sig=hush"
CHANNELS = {"CONNECTOR_TEAMS_CHANNELS": f"sales={FLOW} desk={FLOW}"}


def read(**values: str) -> Settings:
    """Settings with two channels."""
    return load_settings({**CHANNELS, **{f"CONNECTOR_{name}": text for name, text in values.items()}})


def test_budgets_are_read_by_channel() -> None:
    """Each limit by its own key; `*` is every other channel."""
    found = read(TEAMS_BUDGETS="sales=10/h,40/d,owner:2/h,owner:5/d *=30/h").teams_budgets
    assert found == {"sales": Budget(10, 40, 2, 5), "*": Budget(30)}


def test_quiet_hours_are_read_by_channel() -> None:
    """Hours, days and a zone, or some of them."""
    found = read(TEAMS_QUIET="sales=18:00-08:00,sat,SUN@Europe/Berlin desk=mon *=12:30-13:00").teams_quiet
    assert found == {
        "sales": QuietHours(time(18), time(8), frozenset({5, 6}), "Europe/Berlin"),
        "desk": QuietHours(days=frozenset({0})),
        "*": QuietHours(time(12, 30), time(13)),
    }


def test_nothing_is_held_by_default() -> None:
    """No budgets, no quiet hours, digests every hour, no summaries."""
    found = read()
    assert (found.teams_budgets, found.teams_quiet, found.weekly_schedule) == ({}, {}, None)
    assert found.digest_schedule is not None
    assert found.digest_schedule.text == "0 * * * *"
    assert read(DIGEST_SCHEDULE="off", WEEKLY_SCHEDULE="0 8 * * mon").digest_schedule is None


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("TEAMS_BUDGETS", "sales", "of the form"),
        ("TEAMS_BUDGETS", "sa/les=1/h", "of the form"),
        ("TEAMS_BUDGETS", "sales=0/h", "'0/h'"),
        ("TEAMS_BUDGETS", "sales=5/w", "'5/w'"),
        ("TEAMS_BUDGETS", "sales=5/h,6/h", "a second time"),
        ("TEAMS_BUDGETS", "sales=5/h sales=6/h", "stands there twice"),
        ("TEAMS_BUDGETS", "board=5/h", "names the channel 'board'"),
        ("TEAMS_QUIET", "sales=18-8", "'18-8'"),
        ("TEAMS_QUIET", "sales=18:00-25:00", "'18:00-25:00'"),
        ("TEAMS_QUIET", "sales=18:00-18:00", "'18:00-18:00'"),
        ("TEAMS_QUIET", "sales=08:00-09:00,10:00-11:00", "more than one"),
        ("TEAMS_QUIET", "sales=mon,tue,wed,thu,fri,sat,sun", "every day"),
        ("TEAMS_QUIET", "sales=sat@Mars/Olympus", "no time zone"),
        ("TEAMS_QUIET", "board=sat", "names the channel 'board'"),
    ],
)
def test_slips(name: str, text: str, words: str) -> None:
    """What is not of the form, speaks of no channel or says a thing twice is refused, and says so."""
    with pytest.raises(SettingsError) as caught:
        read(**{name: text})
    (fault,) = caught.value.faults
    assert words in fault.message
