"""Lists for people: marks that nobody worked, and disqualified leads whose score rose."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from connector.pipeline.qualifications import QualificationDecision
from connector.pipeline.workload import Deed, Risen, Standing, latest_marks, neglected, risen
from tests.unit.pipeline.world import START

DAY = timedelta(days=1)
US, SELLER = "us", "seller"
MARKED = 823_270_000


def mark(lead: str = "a", days: float = 20, status: int | None = MARKED) -> QualificationDecision:
    """A mark so many days ago."""
    return QualificationDecision(1, lead, "ready", 1, "Met.", (), START - days * DAY, status, ())


def stands(
    *, is_open: bool = True, status: int = MARKED, at: datetime | None = None, by: str = US
) -> dict[str, Standing]:
    """How the lead stands."""
    return {"a": Standing(is_open, status, at or START - DAY, by)}


@pytest.mark.parametrize(
    ("standing", "deeds", "expected"),
    [
        (stands(), [], True),
        (stands(by=SELLER), [], False),
        (stands(by=SELLER, at=START - 21 * DAY), [], True),  # before the mark
        (stands(status=2), [], False),
        (stands(is_open=False), [], False),
        ({}, [], False),
        (stands(), [Deed("a", START - DAY, SELLER)], False),
        (stands(), [Deed("a", START - DAY, US)], True),  # our own task
        (stands(), [Deed("a", START - 30 * DAY, SELLER)], True),
        (stands(), [Deed("b", START - DAY, SELLER)], True),
    ],
)
def test_what_counts_as_work(standing: dict[str, Standing], deeds: list[Deed], *, expected: bool) -> None:
    """Somebody else's change or deed since the mark, another Status Reason, a lead that is closed or gone."""
    assert bool(neglected([mark()], standing, deeds, US)) is expected


def test_a_mark_without_a_status_is_told_by_the_rest() -> None:
    """Where the mark set no Status Reason it may be any."""
    assert neglected([mark(status=None)], stands(status=1), [], US)


def test_without_knowing_who_we_are_everything_is_somebody_else_s() -> None:
    """Rather a lead too few on the list than one that somebody works."""
    assert neglected([mark()], stands(), [], None) == []


def test_of_each_lead_the_latest_mark_counts() -> None:
    """One that was marked again lately is not neglected for its first mark."""
    assert latest_marks([mark(days=30), mark(days=1), mark("b", 20)], START - 14 * DAY) == [mark("b", 20)]


def test_a_rise_needs_a_score_then_and_now() -> None:
    """Only a model that scored the lead both times tells a rise."""
    found = risen("a", {"m": 40, "n": None, "o": 50}, {"m": (55, "Warm"), "n": (60, None), "o": (50, None)}, ["ready"])
    assert found == [Risen("a", "m", 40, 55, "Warm", ("ready",))]
