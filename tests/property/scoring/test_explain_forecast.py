"""Laws of forecasts: at every moment they say what scoring says then."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.scoring.compiler import compile_model
from connector.scoring.forecast import forecast
from connector.scoring.rules import Model
from tests.property.scoring.strategies import HOUR, NOW, TYPES, facts, models, read_title

LAW = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@LAW
@given(model=models(), lead=facts(), hours=st.lists(st.integers(0, 24 * 40), min_size=1, max_size=8))
def test_a_forecast_is_what_scoring_will_say(model: Model, lead: Any, hours: list[int]) -> None:
    """At any later moment within reach, score and grade are those of the last change before it."""
    scorer = compile_model(model, TYPES, read_title)
    seen = forecast(scorer, lead, NOW)
    for moment in (seen.now, *seen.ahead, *seen.changes):
        score = scorer.score(lead, moment.at)
        assert (score.score, score.grade) == (moment.score, moment.grade)
    for distance in hours:
        at = NOW + distance * HOUR
        if at <= seen.until:
            last = [moment for moment in (seen.now, *seen.changes) if moment.at <= at][-1]
            score = scorer.score(lead, at)
            assert (score.score, score.grade) == (last.score, last.grade)


@LAW
@given(model=models(), lead=facts())
def test_falls_are_falls(model: Model, lead: Any) -> None:
    """Each fall leads to a lower grade, and the day it goes cold is the first fall to the last grade."""
    seen = forecast(compile_model(model, TYPES, read_title), lead, NOW)
    grades: list[str | None] = [grade.name for grade in model.grades]
    if grades and model.grades[-1].from_score is not None:
        grades.append(None)  # below every grade
    assert all(grades.index(drop.after) > grades.index(drop.before) for drop in seen.drops)
    cold = [drop.at for drop in seen.drops if drop.after == grades[-1]]
    assert seen.goes_cold_at == (cold[0] if cold else None)
    moments = [moment.at for moment in seen.changes]
    assert moments == sorted(set(moments))
