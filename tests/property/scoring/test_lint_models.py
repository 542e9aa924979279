"""The linter on random models: it never contradicts what the slow interpreter says of a lead, and never fails."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.scoring.lint import CODES, lint_model, reachable
from connector.scoring.rules import Model
from connector.scoring.score import Outcome, Standing
from tests.property.scoring.interpreter import Interpreter
from tests.property.scoring.strategies import NOW, TYPES, facts, models, read_title

OFTEN = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@OFTEN
@given(model=models(max_groups=5), leads=st.lists(facts(), min_size=1, max_size=5))
def test_no_score_is_out_of_reach(model: Model, leads: list[dict[str, Any]]) -> None:
    """Every score that a lead gets lies in the range that the linter counts on."""
    reach = reachable(model, TYPES)
    for lead in leads:
        score = Interpreter(lead, NOW, TYPES, read_title).score(model).score
        if score is not None:
            assert reach.low is None or reach.low <= score
            assert reach.high is None or score <= reach.high


@OFTEN
@given(model=models(max_groups=5), leads=st.lists(facts(), min_size=1, max_size=5))
def test_no_lead_contradicts_a_finding(model: Model, leads: list[dict[str, Any]]) -> None:
    """What is called impossible, unreachable or empty is so for every lead, and what is called always true is true."""
    findings = lint_model(model, TYPES)
    codes = {found.code for found in findings}
    assert codes <= CODES.keys()
    dead = [found.message for found in findings if found.code == "grade-unreachable"]
    for lead in leads:
        scored = Interpreter(lead, NOW, TYPES, read_title).score(model)
        if scored.standing is not Standing.SCORED:
            continue
        assert "impossible-audience" not in codes
        assert all(f"'{scored.grade}'" not in message.partition(":")[0] for message in dead)
        if all(group.outcome is Outcome.TRUE for group in scored.groups):
            assert not codes & {"impossible-group", "outside-audience"}
        if all(group.outcome is not Outcome.TRUE for group in scored.groups):
            assert not any("Every lead that is scored" in found.message for found in findings)
