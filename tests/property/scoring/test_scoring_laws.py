"""Laws that hold for every model: narrowing, order, sums, robustness, and conditions on their own."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.scoring.compiler import compile_model, compile_question
from connector.scoring.rules import All, Condition, Group, Model
from connector.scoring.score import Outcome, Standing
from tests.property.scoring.interpreter import OUTCOMES, Interpreter
from tests.property.scoring.strategies import HOUR, NOW, TYPES, conditions, facts, groups, models, read_title

LAWS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RANK = {Outcome.FALSE: 0, Outcome.UNKNOWN: 1, Outcome.TRUE: 2}


def score(model: Model, lead: Any) -> Any:
    """The score of a lead."""
    return compile_model(model, TYPES, read_title).score(lead, NOW)


@LAWS
@given(st.lists(conditions(), min_size=1, max_size=3), conditions(), facts())
def test_adding_a_condition_to_an_all_group_only_narrows(terms: Any, more: Condition, lead: Any) -> None:
    """An all-group with one condition more is true of no lead of which it was not, and never better known false."""
    wide = Group("wide", 5, All(tuple(terms)))
    narrow = Group("narrow", 5, All((*terms, more)))
    before, after = score(Model("m", (wide, narrow)), lead).groups
    assert RANK[after.outcome] <= RANK[before.outcome]
    assert after.points <= before.points


@LAWS
@given(st.data(), models(min_groups=2), facts())
def test_the_order_of_groups_is_irrelevant(data: st.DataObject, model: Model, lead: Any) -> None:
    """Whatever the order of groups, score, grade, coverage, reach, unknowns and next change are the same."""
    named = tuple(dataclasses.replace(group, name=str(index)) for index, group in enumerate(model.groups))
    shuffled = tuple(data.draw(st.permutations(named)))
    first = score(dataclasses.replace(model, groups=named), lead)
    second = score(dataclasses.replace(model, groups=shuffled), lead)
    assert set(first.groups) == set(second.groups)
    assert set(first.unknown) == set(second.unknown)
    assert dataclasses.replace(first, groups=(), unknown=()) == dataclasses.replace(second, groups=(), unknown=())


@LAWS
@given(models(), facts())
def test_points_sum_to_the_total_before_floor_and_cap(model: Model, lead: Any) -> None:
    """Without floor, cap and categories the groups' points sum to the score; with them the score is inside."""
    free = dataclasses.replace(model, floor=None, cap=None, category_caps={})
    scored = score(free, lead)
    if scored.standing is Standing.SCORED:
        assert scored.score == sum(group.points for group in scored.groups)
        bounded = score(model, lead)
        assert bounded.groups == scored.groups
        assert model.cap is None or bounded.score <= model.cap
        assert model.floor is None or bounded.score >= min(model.floor, model.cap or model.floor)


@LAWS
@given(models(), facts())
def test_reach_is_never_below_the_score(model: Model, lead: Any) -> None:
    """What could be reached is at least what is, coverage is a share, and only unknown groups open a gap."""
    scored = score(model, lead)
    if scored.standing is Standing.SCORED:
        assert scored.reachable >= scored.score
        assert 0 <= scored.coverage <= 1
        if all(group.outcome is not Outcome.UNKNOWN for group in scored.groups):
            assert (scored.reachable, scored.coverage, scored.unknown) == (scored.score, 1.0, ())
    assert all(group.points == 0 for group in scored.groups if group.outcome is not Outcome.TRUE)


@LAWS
@given(models(), facts())
def test_reach_is_never_below_what_consent_brings(model: Model, lead: Any) -> None:
    """Whatever a person who refuses tracking did, knowing it brings no score above the reach, where it has an end."""
    scorer = compile_model(dataclasses.replace(model, cap=10**6, audience=None, exclude=None), TYPES, read_title)
    refused: Any = {**lead, "tracking": False}
    known: Any = {**lead, "tracking": True}
    reach, found = scorer.score(refused, NOW).reachable, scorer.score(known, NOW).score
    assert reach is not None
    assert found is not None
    assert found <= reach


@LAWS
@given(conditions(), facts(), st.data())
def test_a_condition_on_its_own_equals_the_interpreter(condition: Condition, lead: Any, data: st.DataObject) -> None:
    """A compiled condition has the interpreter's outcome and unknowns, and holds exactly until its next change."""
    outcome, unknown, change = compile_question(condition, TYPES, read_title)(lead, {}, NOW)
    slow = Interpreter(lead, NOW, TYPES, read_title)
    truth = slow.truth(condition)
    assert outcome is OUTCOMES[truth]
    assert set(unknown) == (set(slow.unknowns(condition)) if truth is None else set())
    hours = data.draw(st.integers(0, 300))
    at = NOW + hours * HOUR
    if change is not None:
        assert Interpreter(lead, change, TYPES, read_title).truth(condition) is not truth
    if change is None or at < change:
        assert Interpreter(lead, at, TYPES, read_title).truth(condition) is truth


ANY_CHARACTER = st.characters(categories=["L", "N", "P", "Zs", "Cc", "Cs"])  # halves of characters too
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(ANY_CHARACTER, max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)
COLUMNS = ["text", "number", "flag", "seen", "topics", "jobtitle", "emailaddress1", "createdon", "numberofemployees"]


@LAWS
@given(
    st.lists(groups(), min_size=1, max_size=4),
    st.dictionaries(st.sampled_from(COLUMNS), JSON),
    st.one_of(st.none(), st.dictionaries(st.sampled_from(["name", *COLUMNS]), JSON)),
    st.one_of(
        JSON, st.lists(st.fixed_dictionaries({}, optional={"type": st.just("click"), "at": JSON, "machine": JSON}))
    ),
)
def test_no_value_makes_scoring_fail(some: Any, lead: Any, account: Any, interactions: Any) -> None:
    """Whatever JSON the columns and interactions hold, a lead is scored."""
    facts: Any = {"lead": lead, "account": account, "interactions": interactions}
    assert score(Model("m", tuple(some)), facts).standing is Standing.SCORED
