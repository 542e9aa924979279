"""Points, caps, categories and decays that do not do what they seem to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.scoring.rules import All, Group, HalfLife, Linear, Steps
from tests.unit.scoring.lint.builders import codes, done, fact, group, lint

DAY = timedelta(days=1)
CLICK = done("email_click", 1, 7)
EVER = done("email_click")
GB = fact("lead.country", "equals", "GB")


@pytest.mark.parametrize(
    ("tested", "expected"),
    [
        (group("g", 5, CLICK, cap=0), {"cap-without-effect"}),
        (group("g", 5, CLICK, cap=-5, each=True), {"cap-without-effect"}),
        (group("g", -5, CLICK, cap=5, each=True), {"cap-without-effect"}),
        (group("g", -5, CLICK, cap=-5), {"cap-without-effect"}),
        (group("g", -5, CLICK, cap=-15, each=True), set()),
        (group("g", -5, CLICK, cap=-3), {"cap-below-points"}),
        (group("g", 0, CLICK, cap=3), {"no-points"}),
        (group("g", 5, CLICK, decay=HalfLife(DAY)), set()),
        (group("g", 5, CLICK, decay=HalfLife(timedelta(0))), {"decay-without-effect"}),
        (group("g", 5, CLICK, decay=Linear(7 * DAY)), set()),
        (group("g", 5, EVER, decay=Linear(70 * DAY)), set()),
        (group("g", 5, GB, decay=Linear(DAY)), {"decay-without-interaction"}),
        (group("g", None, EVER, decay=Steps(((7 * DAY, 10), (30 * DAY, 5)))), set()),
        (group("g", None, CLICK, decay=Steps(((7 * DAY, 10), (30 * DAY, 5)))), {"decay-without-effect"}),
        (group("g", None, CLICK, decay=Steps(((3 * DAY, 10), (30 * DAY, 5)))), {"decay-past-window"}),
        (group("g", None, CLICK, decay=Steps(((3 * DAY, 10), (7 * DAY, 5)))), set()),
        (group("g", None, CLICK, decay=Steps(())), {"no-points", "decay-without-effect"}),
        (group("g", 0, CLICK, decay=Linear(DAY)), {"no-points"}),
        (group("g", 5, All((CLICK, done("form"))), each=True), {"each-without-interaction"}),
    ],
)
def test_points_caps_and_decays(tested: Group, expected: set[str]) -> None:
    """Each oddity is told by its own code, and sound groups are left alone."""
    assert codes(lint(tested)) == expected


def test_categories() -> None:
    """A category without a cap is told once however many groups are in it; a cap of 0 takes everything away."""
    two = [group("a", 5, CLICK, category="web"), group("b", 5, GB, category="web")]
    assert [found.code for found in lint(*two)] == ["category-without-cap"]
    assert codes(lint(*two, category_caps={"web": 0})) == {"cap-without-effect"}
