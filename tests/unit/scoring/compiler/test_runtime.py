"""The functions that generated code calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from connector.scoring.compiler.runtime import (
    NEVER,
    Anchor,
    PointsOf,
    UnknownOf,
    employee_band,
    is_freemail,
    later,
    seek_change,
)
from connector.scoring.compiler.source import Constants, Writer
from connector.scoring.score import Cause, GroupScore, Outcome, UnknownFact
from tests.unit.scoring.compiler.asking import DAY, NOW

MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("a@gmail.com", True),
        (" A@GMX.DE ", True),
        ("a@firm.example", False),
        ("a@b@web.de", True),
        ("a@mail.gmail.com", False),
        ("@gmail.com", None),
        ("a@", None),
        ("gmail.com", None),
        (5, None),
        (None, None),
    ],
)
def test_freemail_is_told_by_the_domain(address: object, verdict: bool | None) -> None:
    """The whole domain decides; what is no address is unknown."""
    assert is_freemail(address) is verdict


@pytest.mark.parametrize(
    ("employees", "band"),
    [
        (1, "1-10"), (10, "1-10"), (11, "11-50"), (50.5, "51-200"), (500, "201-500"), (1000, "501-1000"),
        (5000, "1001-5000"), (5001, "5001+"), (0, None), (-5, None), ("10", None), (None, None), (True, None),
    ],
)  # fmt: skip
def test_bands_include_their_ends(employees: object, band: str | None) -> None:
    """A band holds both its ends; nobody employed is no band."""
    assert employee_band(employees) == band


def test_the_calendar_ends() -> None:
    """A moment beyond the calendar is never."""
    assert later(NOW, DAY) == NOW + DAY
    assert later(NEVER, DAY) is NEVER


def test_results_are_kept_while_there_are_few() -> None:
    """Results by points and by unknown facts are made once, and no more than some thousands are kept."""
    points = PointsOf("g")
    assert points[7] is points[7]
    for number in range(5000):
        assert points[number] == GroupScore("g", number, Outcome.TRUE)
    assert len(points) < 5000
    facts = [UnknownFact(f"lead.c{n}", Cause.EMPTY_COLUMN) for n in range(13)]
    unknown = UnknownOf(facts)
    assert unknown[0] == ()
    assert unknown[0b101] == (facts[0], facts[2])
    assert unknown[0b101] is unknown[0b101]
    for number in range(5000):
        assert len(unknown[number]) == number.bit_count()
    assert len(unknown) < 5000


def test_a_jump_is_sought_at_the_anchors() -> None:
    """The first anchor at which the value differs is the change; anchors at which it does not are passed."""

    def evaluate(now: datetime, times: list[datetime]) -> bool:
        return sum(time <= now for time in times) >= 2

    times = [NOW + 3 * DAY, NOW + 2 * DAY, NOW + DAY]
    anchors = (Anchor(0, (timedelta(0), DAY)),)
    assert seek_change(evaluate, (times,), NOW, NEVER, anchors) == NOW + 2 * DAY
    assert seek_change(evaluate, (times,), NOW, NOW + DAY, anchors) == NOW + DAY
    assert seek_change(evaluate, ([],), NOW, NEVER, anchors) is NEVER


def test_a_fading_value_is_sought_between_the_anchors() -> None:
    """A value that fades between anchors is found to the microsecond, before and after an anchor."""
    fall = NOW + 1.5 * DAY + MICROSECOND

    def evaluate(now: datetime, _moment: Any) -> bool:
        return now < fall

    assert seek_change(evaluate, (NOW,), NOW, NEVER, (), is_fading=True) == fall
    assert seek_change(evaluate, (NOW,), NOW, NEVER, (Anchor(0, (DAY, 2 * DAY)),), is_fading=True) == fall
    assert seek_change(evaluate, (None,), NOW, NEVER, (Anchor(0, (DAY,)),), is_fading=True) == fall
    assert seek_change(evaluate, (NOW,), NOW, fall, (), is_fading=True) == fall


def test_source_is_indented_by_blocks() -> None:
    """Blocks indent what is inside, and an empty one passes."""
    code = Writer(1)
    with code.block("if a:"):
        code.line("b = 1")
    with code.block("else:"):
        pass
    assert code.text() == "    if a:\n        b = 1\n    else:\n        pass\n"


def test_constants_have_names_of_ours() -> None:
    """A shared constant has one name for each value and type, another always a new one."""
    constants = Constants({"NOW": NOW})
    assert constants.shared("a") == constants.shared("a") != constants.shared("b")
    assert constants.shared(1) != constants.shared("1")
    first, second = constants.name([]), constants.name([])
    assert first != second
    assert constants.namespace[constants.shared("a")] == "a"
    assert constants.namespace["NOW"] is NOW
