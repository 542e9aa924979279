"""What counterfactuals are made of: changes, branches of conditions, candidate values, the search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connector.scoring.compiler import compile_model
from connector.scoring.counterfactual import (
    AllowTracking,
    ChangeKind,
    Happen,
    LinkAccount,
    SetColumn,
)
from connector.scoring.counterfactual.changes import apply, cost_of, kind_of, merge
from connector.scoring.counterfactual.moves import Planner, branches
from connector.scoring.counterfactual.search import Search
from connector.scoring.counterfactual.witnesses import band_values, column_values, titles
from connector.scoring.document import parse_model
from connector.scoring.explain.sightings import Tables
from connector.scoring.facttypes import UNTYPED, FactType, Kind
from connector.scoring.rules import All, AnyOf, AtLeastOf, FactTest, InteractionTest, ModelTest, Not, Operator
from connector.scoring.score import Facts

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
GRADES = "grades: [{name: Hot, from: 70}, {name: Warm, from: 40}, {name: Cold}]\n"
BASE = "{name: Base, points: 32, when: {fact: lead.known, equals: true}}"


@dataclass(frozen=True)
class Reading:
    """A title as the fake reader reads it."""

    seniority: str | None
    function: str | None
    confidence: float = 1.0


def read_title(text: str) -> Reading:
    """Read 'Director of ...', 'Chief ... Officer' and '... Manager' of finance."""
    function = "finance" if "financ" in text.lower() else None
    ranks = {"Director": "director", "Chief": "c_level", "Manager": "manager", "Clerk": "other"}
    return Reading(next((rank for word, rank in ranks.items() if word in text), None), function)


def test_needless_parts_are_dropped() -> None:
    """What a set of changes does not need to reach the target is left out, interactions beyond the needed too."""
    model = parse_model(
        f"model: m\n{GRADES}groups:\n  - {BASE}\n"
        "  - {name: A, points: 8, when: {fact: lead.a, equals: 1}}\n"
        "  - {name: Clicks, points: 4, each: true, when: {interaction: email_click}}\n"
    )
    scorer = compile_model(model)
    facts: Facts = {"lead": {"known": True}}
    bare = Search(scorer, Planner(model, Tables(UNTYPED, read_title), frozenset()), facts, NOW, 40)
    assert bare.smallest([((SetColumn("lead.b", 1), SetColumn("lead.a", 1)), 8)]) == (SetColumn("lead.a", 1),)
    click = InteractionTest("email_click")
    assert bare.smallest([((Happen(click, (), 5),), 20)]) == (Happen(click, (), 2),)
    assert bare.smallest([((SetColumn("lead.b", 1),), 8), ((SetColumn("lead.a", 2),), 8)]) is None


# --- changes --------------------------------------------------------------------------------------------------------


def test_contradictions_do_not_merge() -> None:
    """A column takes one value; the same value, another column and the larger number of interactions merge."""
    test = InteractionTest("email_click")
    one, two = SetColumn("lead.a", 1), SetColumn("lead.a", 2)
    assert merge((one,), (two,)) is None
    assert merge((one,), (SetColumn("lead.a", True),)) is None
    assert merge((one,), (one, SetColumn("lead.b", 2))) == (one, SetColumn("lead.b", 2))
    assert merge((Happen(test, (), 3),), (Happen(test, (), 2), LinkAccount())) == (Happen(test, (), 3), LinkAccount())


def test_changes_know_whom_they_ask() -> None:
    """A change of a column is linking, filling in or changing, by what is known; a link is not counted twice."""
    alone: Facts = {"lead": {"a": 1, "b": " "}}
    linked: Facts = {"lead": {}, "account": {"a": 1}}
    assert kind_of(SetColumn("lead.a", 2), alone) is ChangeKind.CHANGE_LEAD
    assert kind_of(SetColumn("lead.b", 2), alone) is ChangeKind.FILL
    assert kind_of(SetColumn("account.a", 2), alone) is ChangeKind.LINK_ACCOUNT
    assert kind_of(SetColumn("account.a", 2), linked) is ChangeKind.CHANGE_ACCOUNT
    assert kind_of(SetColumn("account.b", 2), linked) is ChangeKind.FILL
    assert cost_of((LinkAccount(), SetColumn("account.a", 2)), alone) == (1, 0, 2, 0)
    assert cost_of((LinkAccount(),), alone) == (1, 0, 1, 0)
    click = Happen(InteractionTest("email_click"), ())
    visit = Happen(InteractionTest("web_visit"), (), 2)
    fills = tuple(SetColumn(f"lead.{name}", 1) for name in "xyz")
    assert cost_of((click, visit, SetColumn("lead.a", 2)), alone) == (3, 1, 5, 3)
    assert cost_of(fills, alone) < cost_of((click, visit, SetColumn("lead.a", 2)), alone)


def test_facts_are_changed_in_a_copy() -> None:
    """Changes make new facts, and leave those given as they are."""
    facts: Facts = {"lead": {"a": 1}, "account": {"x": 1}, "interactions": [], "tracking": False}
    changed = apply((SetColumn("lead.a", 2), SetColumn("account.y", 3), LinkAccount(), AllowTracking()), facts, NOW)
    assert changed == {"lead": {"a": 2}, "account": {"x": 1, "y": 3}, "interactions": []}
    assert facts == {"lead": {"a": 1}, "account": {"x": 1}, "interactions": [], "tracking": False}
    assert apply((LinkAccount(),), facts, NOW)["tracking"] is False


# --- branches and witnesses -----------------------------------------------------------------------------------------


def test_conditions_split_into_branches() -> None:
    """Each way for a condition to be true, or false, is one branch; results of models cannot be changed."""
    a, b, c = (FactTest(f"lead.{name}", Operator.EQUALS, (Decimal(1),)) for name in "abc")
    assert branches(All((a, AnyOf((b, c)))), wanted=True) == [((a, True), (b, True)), ((a, True), (c, True))]
    assert branches(All((a, b)), wanted=False) == [((a, False),), ((b, False),)]
    assert branches(AnyOf((a, Not(b))), wanted=False) == [((a, False), (b, True))]
    assert branches(AtLeastOf(2, (a, b, c)), wanted=True) == [
        ((a, True), (b, True)),
        ((a, True), (c, True)),
        ((b, True), (c, True)),
    ]
    assert len(branches(AtLeastOf(2, (a, b, c)), wanted=False)) == 3
    assert branches(ModelTest("fit", at_least=1), wanted=True) == []
    wide = AnyOf(tuple(FactTest(f"lead.c{n}", Operator.IS_EMPTY) for n in range(99)))
    assert len(branches(wide, wanted=True)) == 16


def a_test(operator: Operator, *operands: object) -> FactTest:
    """A test on a column."""
    return FactTest("lead.x", operator, operands)  # type: ignore[arg-type]  # constants as tests need them


@pytest.mark.parametrize(
    ("tests", "known", "values"),
    [
        ([a_test(Operator.EQUALS, Decimal(5))], None, [5, 6, 4]),
        ([a_test(Operator.BETWEEN, Decimal(1), Decimal(9))], None, [1, 2, 0, 9, 10, 8, 5]),
        ([a_test(Operator.BETWEEN, Decimal("0.5"), Decimal(1))], None, [0.5, 1, -1, 2, 0, 0.75]),
        ([a_test(Operator.AT_LEAST, Decimal(5))], FactType(Kind.NUMBER, minimum=5, maximum=5), [5]),
        ([a_test(Operator.AT_LEAST, Decimal(5))], FactType(Kind.TEXT), []),
        ([a_test(Operator.EQUALS, Decimal(2))], FactType(Kind.CHOICE, options={1: ("A",), 2: ("B",)}), [2, 1]),
        ([a_test(Operator.EQUALS, Decimal(7))], FactType(Kind.CHOICE, options={1: ("A",)}), [1]),
        (
            [a_test(Operator.CONTAINS, Decimal(2))],
            FactType(Kind.MULTI_CHOICE, options={1: ("A",), 2: ("B",)}),
            ["2", "1"],
        ),
        ([a_test(Operator.IS_NOT_EMPTY)], FactType(Kind.MULTI_CHOICE), []),
        ([a_test(Operator.EQUALS, True)], None, [True, False]),
        ([a_test(Operator.EQUALS, True)], FactType(Kind.NUMBER), []),
        ([a_test(Operator.EQUALS, "a")], None, ["a", "something else", "a a"]),
        ([a_test(Operator.EQUALS, "a")], FactType(Kind.TEXT, max_length=3), ["a", "a a"]),
        (
            [a_test(Operator.MATCHES, r"(?i)^(foo|b\.r|x+)\b")],
            None,
            ["foo", "b.r", "something else", "foo foo", "foo b.r", "b.r foo", "b.r b.r"],
        ),
        (
            [a_test(Operator.IN_LAST, timedelta(days=2))],
            None,
            ["2026-11-21T12:00:00+00:00", "2026-11-18T12:00:00+00:00"],
        ),
        ([a_test(Operator.IN_LAST, timedelta(days=2))], FactType(Kind.DATE), ["2026-11-21", "2026-11-18"]),
        (
            [a_test(Operator.BEFORE, datetime(2026, 1, 1, tzinfo=UTC))],
            FactType(Kind.DATETIME),
            ["2026-01-01T00:00:00+00:00", "2026-01-01T00:00:01+00:00", "2025-12-31T23:59:59+00:00"],
        ),
        ([a_test(Operator.AFTER, NOW.date())], None, ["2026-11-21", "2026-11-22", "2026-11-20"]),
        ([a_test(Operator.IS_NOT_EMPTY)], None, ["something else"]),
        ([a_test(Operator.IS_NOT_EMPTY)], FactType(Kind.NUMBER, minimum=3), [3]),
        ([a_test(Operator.IS_NOT_EMPTY)], FactType(Kind.NUMBER), [1]),
        ([a_test(Operator.IS_NOT_EMPTY)], FactType(Kind.BOOLEAN), [True]),
        ([a_test(Operator.IS_EMPTY)], FactType(Kind.CHOICE, options={4: ("D",)}), [4]),
        ([a_test(Operator.IS_EMPTY)], FactType(Kind.DATE), ["2026-11-21"]),
        ([a_test(Operator.IS_EMPTY)], FactType(Kind.ID), ["00000000-0000-0000-0000-000000000001"]),
    ],
)
def test_candidate_values_tell_tests_apart(tests: list[FactTest], known: FactType | None, values: list[object]) -> None:
    """For each constant there are values on, above, below and between, and none that the column cannot hold."""
    assert column_values(tests, known, NOW) == values


def test_titles_are_those_that_the_reader_reads() -> None:
    """Job titles are proposed only where the reader finds in them what they stand for."""
    assert titles(read_title) == ["Chief Financial Officer", "Director of Finance", "Finance Manager"]


def test_bands_have_their_lowest_number() -> None:
    """A band of employees is met by its lowest number."""
    assert band_values(["1-10", "5001+", "unknown"]) == [1, 5001]
