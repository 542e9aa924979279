"""Scoring, explaining and looking ahead at the ends of the calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.scoring.compiler import compile_model
from connector.scoring.counterfactual import counterfactual
from connector.scoring.document import parse_model
from connector.scoring.explain import Explainer
from connector.scoring.forecast import forecast
from connector.scoring.score import Standing

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
DAY = timedelta(days=1)
MODEL = parse_model("""
model: m
audience: {not: {fact: lead.gone, in_last: 3d}}
groups:
  - {name: window, points: 5, when: {interaction: v, within: 30d}}
  - {name: quiet, points: 5, when: {not: {interaction: v, within: 30d, at_least: 2}}}
  - {name: each, points: 5, each: true, cap: 20, decay: {linear: 30d}, when: {interaction: v, within: 60d}}
  - {name: latest, points: 5, decay: {half_life: 300d}, when: {interaction: v}}
  - {name: seen, points: 5, when: {fact: lead.seen, in_last: 7d}}
  - {name: any, points: 5, when: {any: [{fact: lead.seen, in_last: 7d}, {interaction: v, within: 30d}]}}
  - {name: other, points: 5, when: {any: [{fact: lead.seen, not_in_last: 7d}, {interaction: v, within: 30d}]}}
  - {name: old, points: 5, when: {fact: lead.days_since_created, at_least: 50}}
  - {name: rising, each: true, decay: {steps: {7d: 1, 30d: 5}}, when: {interaction: v, within: 60d}}
  - {name: wanted, points: 500, when: [{interaction: w, within: 30d}, {fact: lead.paid, not_in_last: 7d}]}
grades: [{name: Hot, from: 400}, {name: Cold}]
""")


def away(moment: datetime, days: int) -> str:
    """A time so many days from a moment, or the moment where the calendar ends before."""
    try:
        return (moment + days * DAY).isoformat()
    except OverflowError:
        return moment.isoformat()


@pytest.mark.parametrize("now", [FIRST, FIRST + DAY, FIRST + 31 * DAY, LAST - 31 * DAY, LAST - DAY, LAST])
def test_nothing_fails_at_the_ends_of_the_calendar(now: datetime) -> None:
    """What lies before the first moment or after the last one is no error: nothing changes there."""
    lead = {"seen": away(now, -1), "createdon": away(now, -60), "gone": away(now, -10)}
    happened = [{"type": "v", "at": away(now, days)} for days in (-1, -2, 2)]
    scorer, explainer = compile_model(MODEL), Explainer(MODEL)
    some: list[Any] = [{"lead": lead, "account": None, "interactions": happened}, {"lead": {"gone": away(now, -10)}}]
    for facts in some:
        score = scorer.score(facts, now)
        assert score.next_change_at is None or score.next_change_at > now
        if score.standing is Standing.SCORED:
            assert explainer.explain(score, facts, now).sentences
            found = counterfactual(scorer, facts, now)
            assert found is not None
        assert forecast(scorer, facts, now).ahead[-1].at <= LAST
    assert scorer.score(some[0], LAST).next_change_at is None


def test_constants_at_the_ends_of_the_calendar_are_proposed() -> None:
    """A test of the last day that there is has candidates around it as far as the calendar goes."""
    document = "{model: m, groups: [{name: g, points: 5, when: {fact: lead.x, DATE}}], grades: [{name: A, from: 5}]}"
    for date in ("before: 0001-01-02", "after: 9999-12-30", "equals: 9999-12-31"):
        scorer = compile_model(parse_model(document.replace("DATE", date)))
        assert counterfactual(scorer, {"lead": {"x": "2026-01-01"}, "account": None}, LAST) is not None
