"""The most and the least that a model can give: groups that exclude each other, caps, categories, floors."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.scoring.lint import Range, reachable
from connector.scoring.rules import AnyOf, Group, HalfLife, Not, Steps
from tests.unit.scoring.lint.builders import TYPES, done, fact, group, model

GB = fact("lead.country", "equals", "GB")
IE = fact("lead.country", "equals", "IE")
FR = fact("lead.country", "equals", "FR")
YES = fact("lead.decides", "equals", True)
CLICK = done("email_click")
DAY = timedelta(days=1)
STEPS = Steps(((DAY, 10), (2 * DAY, -4)))
EVERYBODY = AnyOf((fact("lead.country", "is_empty"), Not(fact("lead.country", "is_empty"))))


def bounds(*groups: Group, **more: object) -> tuple[int | None, int | None]:
    """The least and the most of a model."""
    reach = reachable(model(*groups, **more), TYPES)
    return reach.low, reach.high


def test_sums_of_both_signs() -> None:
    """Positive points make the most, negative ones the least."""
    assert bounds(group("a", 5, GB), group("b", 7, YES), group("c", -3, CLICK)) == (-3, 12)


def test_groups_that_exclude_each_other_count_once() -> None:
    """Of groups that cannot be met together only the best counts, in whatever order they stand."""
    assert bounds(group("a", 5, GB), group("b", 20, IE), group("c", 7, FR), group("d", 1, YES)) == (0, 21)
    assert bounds(group("a", -5, GB), group("b", -20, IE)) == (-20, 0)
    either = group("b", 20, AnyOf((IE, FR)))
    assert bounds(group("a", 5, GB), either) == (0, 20)
    assert bounds(group("a", 5, AnyOf((GB, IE))), either) == (0, 25)
    assert bounds(group("a", 5, AnyOf((GB, IE))), group("b", 20, AnyOf((YES, CLICK)))) == (0, 25)


def test_groups_that_never_count() -> None:
    """Impossible groups, and those of leads that are not scored, give nothing."""
    assert bounds(group("a", 5, GB, IE), group("b", 7, YES)) == (0, 7)
    assert bounds(group("a", 5, GB), group("b", 7, YES), audience=IE) == (0, 7)
    nobody = reachable(model(group("a", 5, GB), audience=YES, exclude=YES), TYPES)
    assert nobody == Range()


def test_groups_that_always_count() -> None:
    """Points that every scored lead gets belong to the least as well."""
    assert bounds(group("a", 5, EVERYBODY), group("b", 7, YES)) == (5, 12)
    assert bounds(group("a", -5, GB), group("b", 7, YES), audience=GB) == (-5, 2)


@pytest.mark.parametrize(
    ("tested", "expected"),
    [
        (group("a", 5, CLICK, each=True), (0, None)),
        (group("a", -5, CLICK, each=True), (None, 0)),
        (group("a", 5, CLICK, each=True, cap=15), (0, 15)),
        (group("a", -5, CLICK, each=True, cap=-15), (-15, 0)),
        (group("a", 0, CLICK, each=True), (0, 0)),
        (group("a", 5, CLICK, cap=3), (0, 3)),
        (group("a", 5, CLICK, cap=-3), (-3, 0)),
        (group("a", -5, CLICK, cap=3), (0, 3)),
        (group("a", 5, CLICK, decay=HalfLife(DAY)), (0, 5)),
        (group("a", None, CLICK, decay=STEPS), (-4, 10)),
        (group("a", None, CLICK, decay=STEPS, each=True, cap=20), (None, 20)),
        (group("a", None, CLICK, decay=Steps(()), each=True), (0, 0)),
    ],
)
def test_points_of_one_group(tested: Group, expected: tuple[int | None, int | None]) -> None:
    """A group's own bounds follow its sign, its cap, its occurrences and its steps."""
    low, high = bounds(tested)
    if tested.cap is not None and (tested.points or 0) * tested.cap < 0:
        # A cap of the wrong sign is refused by the reader; the bounds still hold whatever the engine makes of it.
        assert low is not None
        assert high is not None
        assert low <= min(0, tested.cap) or high >= max(0, tested.cap)
        return
    assert (low, high) == expected


def test_categories_are_capped() -> None:
    """A category's cap bounds its groups together, from above or, where negative, from below."""
    web = [group("a", 30, GB, category="web"), group("b", 30, YES, category="web"), group("c", 5, CLICK)]
    assert bounds(*web, category_caps={"web": 40}) == (0, 45)
    assert bounds(*web, category_caps={"mail": 40}) == (0, 65)
    fall = [group("a", -30, GB, category="web"), group("b", -30, YES, category="web")]
    assert bounds(*fall, category_caps={"web": -40}) == (-40, 0)
    endless = group("a", 5, CLICK, each=True, category="web")
    assert bounds(endless, category_caps={"web": 40}) == (0, 40)
    assert bounds(endless, category_caps={"web": -40}) == (0, None)


def test_floor_and_cap_of_the_model() -> None:
    """The model's own floor and cap bound what nothing else bounds, and what is beyond them."""
    endless = group("a", 5, CLICK, each=True)
    assert bounds(endless, floor=10, cap=50) == (10, 50)
    assert bounds(group("a", -5, CLICK, each=True), floor=-20) == (-20, 0)
    assert bounds(group("a", 90, GB), cap=50, floor=5) == (5, 50)
