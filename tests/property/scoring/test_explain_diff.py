"""Laws of the comparison of two versions: every lead is counted once, reasons sum, order does not matter."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.scoring.compiler import compile_model
from connector.scoring.diff import diff
from connector.scoring.rules import Model
from tests.property.scoring.strategies import NOW, TYPES, facts, models, read_title

LAW = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@LAW
@given(old=models(), new=models(), leads=st.lists(facts(), max_size=6), seed=st.randoms(use_true_random=False))
def test_every_lead_is_counted_once_with_reasons(old: Model, new: Model, leads: list[Any], seed: Any) -> None:
    """Counts add up to the leads, the sample's reasons to the change of score, and any order gives the same."""
    scorers = compile_model(old, TYPES, read_title), compile_model(new, TYPES, read_title)
    numbered = [(f"lead {n}", lead) for n, lead in enumerate(leads)]
    seen = diff(*scorers, numbered, NOW)
    assert seen.leads == len(leads)
    assert seen.unchanged + seen.rescored + sum(seen.transitions.values()) == seen.leads
    changes = []
    for change in seen.sample:
        if change.before.score is not None and change.after.score is not None:
            changes.append(change.after.score - change.before.score)
            assert sum(reason.points for reason in change.reasons) == changes[-1]
        else:
            assert change.reasons == ()
    assert len(seen.sample) == seen.leads - seen.unchanged
    shuffled = list(numbered)
    seed.shuffle(shuffled)
    assert diff(*scorers, shuffled, NOW) == seen


@LAW
@given(model=models(), leads=st.lists(facts(), max_size=6))
def test_a_version_does_not_differ_from_itself(model: Model, leads: list[Any]) -> None:
    """The same version twice changes nobody."""
    scorer = compile_model(model, TYPES, read_title)
    seen = diff(scorer, scorer, [(str(n), lead) for n, lead in enumerate(leads)], NOW)
    assert (seen.unchanged, seen.transitions, seen.sample, seen.mean_change) == (len(leads), {}, (), 0.0)
