"""Rates and thresholds from the history of scores: what counts as an arrival, and what a past that is short tells."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.pipeline.arrivals import (
    LONGEST,
    Period,
    Precision,
    Rise,
    arrivals_at,
    arrives,
    by_lead,
    period,
    precision_at,
    rise,
    threshold_for,
)
from connector.pipeline.qualifications import ScoreStep
from tests.unit.pipeline.world import START

DAY = timedelta(days=1)
TWO_WEEKS = Period(START - 14 * DAY, START)


def step(score: int | None, days: float, lead: str = "a", model: str = "m") -> ScoreStep:
    """A score so many days ago."""
    return ScoreStep(lead, model, score, None, START - days * DAY)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([step(10, 20), step(50, 3)], START - 3 * DAY),
        ([step(50, 20), step(10, 10), step(60, 3)], None),  # it had met it before
        ([step(50, 14)], None),  # the baseline itself
        ([step(10, 20), step(20, 3)], None),
        ([step(50, 13)], START - 13 * DAY),  # a new lead
        ([], None),
    ],
)
def test_a_lead_arrives_once_and_not_with_the_baseline(steps: list[ScoreStep], expected: object) -> None:
    """The first time that it meets something counts, where that lies within the period."""
    assert arrives(steps, lambda scores, _: (scores["m"].score or 0) >= 40, TWO_WEEKS) == expected


def test_models_are_seen_as_they_stood_together() -> None:
    """A lead that one model scored before and the other now meets both from then on."""
    steps = [step(50, 20, model="fit"), step(50, 3, model="engagement")]
    met = arrives(steps, lambda scores, _: len(scores) == 2, TWO_WEEKS)
    assert met == START - 3 * DAY


def test_the_period_begins_with_the_latest_baseline() -> None:
    """No earlier than eight weeks ago, and nothing is known before a first run has completed."""
    assert period([START - 3 * DAY, START - 30 * DAY], START) == Period(START - 3 * DAY, START)
    assert period([START - 300 * DAY], START).begins == START - LONGEST
    assert not period([None, START - 30 * DAY], START).says_something
    assert not period([START - DAY], START).says_something
    assert TWO_WEEKS.weeks == 2


def test_how_high_a_lead_came() -> None:
    """The highest before and within; a model that scored it no more says nothing."""
    steps = [step(30, 20), step(20, 15), step(60, 10), step(None, 5), step(50, 3)]
    assert rise(steps, TWO_WEEKS) == Rise(30, 60)
    assert rise([step(None, 3), step(9, -1)], TWO_WEEKS) == Rise(None, None)
    assert [lead for lead, _ in by_lead([step(1, 1), step(2, 1), step(3, 1, "b")])] == ["a", "b"]


def test_who_was_above_before_does_not_arrive() -> None:
    """A threshold is reached by those that were below it."""
    rises = [Rise(None, 50), Rise(45, 60), Rise(10, 60), Rise(80, 90), Rise(5, None)]
    assert arrivals_at(rises) == {50: 3, 60: 2, 90: 1}


@pytest.mark.parametrize(("per_week", "expected"), [(3, 50), (2, 60), (1.4, 70), (0.4, None)])
def test_the_threshold_is_the_lowest_that_can_be_worked(per_week: float, expected: int | None) -> None:
    """In two weeks six reached 50, four 60 and two 70."""
    assert threshold_for(per_week, {50: 6, 60: 4, 70: 2}, 2.0) == expected


@given(st.lists(st.builds(Rise, st.none() | st.integers(0, 50), st.none() | st.integers(0, 50))), st.floats(0.1, 20))
def test_no_threshold_lets_more_through_than_asked(rises: list[Rise], per_week: float) -> None:
    """At the threshold, and at every higher one, the rate is within what can be worked."""
    arrivals = arrivals_at(rises)
    mark = threshold_for(per_week, arrivals, 2.0)
    if mark is not None:
        assert all(count / 2.0 <= per_week for edge, count in arrivals.items() if edge >= mark)


def test_precision_is_of_those_whose_end_is_known() -> None:
    """A lead that is open again, or of which nobody knows, does not count; without any it is unknown."""
    scores = {"a": 80, "b": 60, "c": 40, "d": None, "e": 90}
    ends = {"a": True, "b": False, "c": True, "d": True}
    assert precision_at(60, scores, ends) == Precision(1, 1)
    assert precision_at(60, scores, ends).share == 0.5
    assert precision_at(95, scores, ends).share is None
