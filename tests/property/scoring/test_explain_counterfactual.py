"""Laws of counterfactuals: what is proposed reaches the target, can be so, and is the smallest where all is small."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations, product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.scoring.compiler import compile_model
from connector.scoring.counterfactual import Happen, SetColumn, counterfactual
from connector.scoring.facttypes import FactType, FactTypes, Kind
from connector.scoring.rules import All, AnyOf, FactTest, Grade, Group, Model, Not, Operator
from tests.property.scoring.strategies import NOW, TYPES, facts, models, read_title

LAW = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@LAW
@given(model=models(), lead=facts(), target=st.sampled_from([None, 5, 12, 30, "Hot", "Warm"]))
def test_what_is_proposed_reaches_the_target(model: Model, lead: Any, target: Any) -> None:
    """The proposed facts, scored again, reach the target; they differ from the lead's by the changes alone."""
    scorer = compile_model(model, TYPES, read_title)
    before = scorer.score(lead, NOW)
    found = counterfactual(scorer, lead, NOW, target, types=TYPES, titles=read_title)
    if found is None:
        return
    assert (found.score, found.grade) == (before.score, before.grade)
    assert found.score < found.target_score
    assert found.sentence.endswith(".")
    assert "@" not in found.sentence
    if not found.found:
        assert found.sentence.startswith("No change of known facts reaches ")
        return
    assert found.facts is not None
    after = scorer.score(found.facts, NOW)
    assert (after.score, after.grade) == (found.reached_score, found.reached_grade)
    assert after.score is not None
    assert after.score >= found.target_score
    columns = {change.fact: change.value for change in found.changes if isinstance(change, SetColumn)}
    assert len(columns) == sum(isinstance(change, SetColumn) for change in found.changes)
    for table in ("lead", "account"):
        was, becomes = lead.get(table) or {}, found.facts[table] or {}
        changed = {
            f"{table}.{name}": value for name, value in becomes.items() if name not in was or was[name] is not value
        }
        assert changed == {name: value for name, value in columns.items() if name.startswith(table)}
        assert set(was) <= set(becomes)
    added = sum(change.times for change in found.changes if isinstance(change, Happen))
    assert len(found.facts["interactions"]) == len(lead.get("interactions") or ()) + added
    assert found == counterfactual(scorer, lead, NOW, target, types=TYPES, titles=read_title)


NAMES = ("a", "b", "c")
DOMAIN = (0, 1, 2, 3)
SMALL = FactTypes({f"lead.{name}": FactType(Kind.NUMBER, minimum=0, maximum=3) for name in NAMES})


def small_tests() -> st.SearchStrategy[FactTest]:
    """Tests on three columns of four values."""
    operators = [Operator.EQUALS, Operator.NOT_EQUALS, Operator.AT_LEAST, Operator.LESS_THAN]
    return st.builds(
        lambda name, operator, number: FactTest(f"lead.{name}", operator, (Decimal(number),)),
        st.sampled_from(NAMES),
        st.sampled_from(operators),
        st.sampled_from(DOMAIN),
    )


def small_groups() -> st.SearchStrategy[Group]:
    """Groups of one test, of all or any of two, or of none of two."""
    pair = st.tuples(small_tests(), small_tests())
    when = st.one_of(small_tests(), pair.map(All), pair.map(AnyOf), pair.map(AnyOf).map(Not))
    return st.builds(lambda points, condition: Group("g", points, condition), st.sampled_from([3, 5, 8, -4]), when)


@settings(LAW, max_examples=100)
@given(
    groups=st.lists(small_groups(), min_size=1, max_size=3),
    lead=st.fixed_dictionaries({}, optional={name: st.sampled_from(DOMAIN) for name in NAMES}),
    target=st.integers(1, 14),
)
def test_no_smaller_change_exists(groups: list[Group], lead: dict[str, Any], target: int) -> None:
    """Over small domains, a brute force over all assignments finds no way where none is found, and none smaller."""
    model = Model("m", tuple(groups), grades=(Grade("Top", target), Grade("Low", None)))
    scorer = compile_model(model, SMALL)
    found = counterfactual(scorer, {"lead": lead}, NOW, types=SMALL)
    if found is None:
        assert scorer.score({"lead": lead}, NOW).grade == "Top"
        return
    smallest = next(
        (
            count
            for count in range(1, len(NAMES) + 1)
            for names in combinations(NAMES, count)
            for values in product(DOMAIN, repeat=count)
            if scorer.score({"lead": {**lead, **dict(zip(names, values, strict=True))}}, NOW).grade == "Top"
        ),
        None,
    )
    assert (len(found.changes) or None) == smallest
    assert all(isinstance(change, SetColumn) and change.value in DOMAIN for change in found.changes)
