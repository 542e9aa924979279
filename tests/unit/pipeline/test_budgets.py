"""The judgement about a lease, and what a lesson does to the bounds."""

from __future__ import annotations

import pytest

from connector.pipeline.budgets import LOOK_AGAIN_S, Bounds, Lesson, Standing, Wish, judge, narrowed

BOUNDS = Bounds(100, 50.0, 300.0)
WISH = Wish("me", 10, 5.0, 1.0, 10.0, 130.0)


def test_what_is_wanted_is_given_while_it_is_there() -> None:
    """A grant is the smaller of what is wanted and what is left."""
    full = judge(BOUNDS, Standing(), WISH)
    rest = judge(BOUNDS, Standing(95, 47.0, 10.0), WISH)
    assert (full.requests, full.execution_s) == (10, 5.0)
    assert (rest.requests, rest.execution_s) == (5, 3.0)


@pytest.mark.parametrize("standing", [Standing(100, 1.0, 7.0), Standing(120, 1.0, 7.0), Standing(1, 49.5, 7.0)])
def test_nothing_is_given_when_either_bound_is_met(standing: Standing) -> None:
    """It is waited until the first of what counts leaves the window."""
    none = judge(BOUNDS, standing, WISH)
    assert (none.requests, none.wait_s) == (0, 7.0)


def test_open_leases_are_looked_at_again_soon() -> None:
    """They may be given back at any moment; but never in no time."""
    assert judge(BOUNDS, Standing(100, 1.0, 200.0, is_open=True), WISH).wait_s == LOOK_AGAIN_S
    assert judge(BOUNDS, Standing(100, 1.0, 0.0), WISH).wait_s > 0


def test_lessons_only_narrow() -> None:
    """A limit that is wider than ours changes nothing, nonsense leaves one request, another window is taken over."""
    assert narrowed(BOUNDS, Lesson(6000, 1200.0)) == BOUNDS
    assert narrowed(BOUNDS, Lesson(20, 3.0)) == Bounds(20, 3.0, 300.0)
    assert narrowed(BOUNDS, Lesson(-5, 0.0, 60.0)) == Bounds(1, 1.0, 60.0)
    assert narrowed(BOUNDS, Lesson()) == BOUNDS
