"""What a compiled model says of a lead: points, standing, grade, coverage, unknowns; and the scorer as such."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import DocumentError
from connector.scoring.compiler import compile_model
from connector.scoring.document import parse_model
from connector.scoring.rules import FactTest, Group, HalfLife, InteractionTest, Model, ModelTest, Operator
from connector.scoring.score import Cause, GroupScore, Outcome, Score, Standing, UnknownFact
from tests.unit.scoring.compiler.asking import DAY, NOW, ago, click, lead, score, score_group


def test_points_of_true_groups_are_summed() -> None:
    """True groups give their points, false ones none, and the total is their sum."""
    scored = score(
        "groups:\n"
        "  - {name: a, points: 20, when: {fact: lead.country, is_any_of: [GB, NO]}}\n"
        "  - {name: b, points: -5, when: {fact: lead.size, less_than: 10}}\n"
        "  - {name: c, points: 7, when: {fact: lead.size, at_least: 10}}\n",
        lead(country="no", size=3),
    )
    assert scored == Score(
        "m",
        Standing.SCORED,
        15,
        None,
        1.0,
        15,
        (
            GroupScore("a", 20, Outcome.TRUE),
            GroupScore("b", -5, Outcome.TRUE),
            GroupScore("c", 0, Outcome.FALSE),
        ),
        (),
        None,
    )


def test_unknown_groups_lower_coverage_and_raise_reach() -> None:
    """An unknown group gives nothing, is counted against coverage, and could add its points if they are positive."""
    scored = score(
        "groups:\n"
        "  - {name: a, points: 10, when: {fact: lead.x, equals: 1}}\n"
        "  - {name: b, points: 20, when: {fact: account.revenue, at_least: 5}}\n"
        "  - {name: c, points: -30, when: {fact: lead.y, equals: 1}}\n",
        lead(x=1),
    )
    assert (scored.score, scored.reachable) == (10, 30)
    assert scored.coverage == pytest.approx(10 / 60)
    assert [group.outcome for group in scored.groups] == [Outcome.TRUE, Outcome.UNKNOWN, Outcome.UNKNOWN]
    assert scored.unknown == (
        UnknownFact("account.revenue", Cause.NO_ACCOUNT),
        UnknownFact("lead.y", Cause.EMPTY_COLUMN),
    )


def test_a_model_without_points_is_fully_covered() -> None:
    """Where no group is worth anything, nothing is missed."""
    assert score_group("points: 0, when: {fact: lead.x, equals: 1}", lead()).coverage == 1.0


@pytest.mark.parametrize(
    ("bounds", "total", "reachable"),
    [("", 30, 40), ("cap: 25\n", 25, 25), ("floor: 35\n", 35, 40), ("floor: 50\ncap: 60\n", 50, 50)],
)
def test_floor_and_cap_bound_the_total(bounds: str, total: int, reachable: int) -> None:
    """Floor and cap bound what is scored and what could be reached; groups keep their points."""
    groups = (
        "groups:\n"
        "  - {name: a, points: 30, when: {fact: lead.x, equals: 1}}\n"
        "  - {name: b, points: 10, when: {fact: lead.y, equals: 1}}\n"
    )
    scored = score(bounds + groups, lead(x=1))
    assert (scored.score, scored.reachable) == (total, reachable)
    assert scored.groups[0].points == 30


def test_categories_bound_the_sum_of_their_groups() -> None:
    """A category's cap bounds its sum, from below where it is negative; one without a cap is only summed."""
    scored = score(
        "categories: {web: {cap: 15}, bad: {cap: -5}}\n"
        "groups:\n"
        "  - {name: a, points: 10, category: web, when: {fact: lead.x, equals: 1}}\n"
        "  - {name: b, points: 10, category: web, when: {fact: lead.x, equals: 1}}\n"
        "  - {name: c, points: -9, category: bad, when: {fact: lead.x, equals: 1}}\n"
        "  - {name: d, points: 1, when: {fact: lead.x, equals: 1}}\n",
        lead(x=1),
    )
    assert scored.score == 15 - 5 + 1
    assert [group.points for group in scored.groups] == [10, 10, -9, 1]


def test_grades_are_reached_from_the_top() -> None:
    """The first grade that the total reaches counts; below all of them there is none."""
    grades = "grades: [{name: Hot, from: 20}, {name: Warm, from: 5}]\n"
    groups = "groups:\n  - {name: a, points: 5, when: {interaction: click}, each: true}\n"
    graded = [score(grades + groups, lead(*[click(1)] * count)).grade for count in (0, 1, 3, 4)]
    assert graded == [None, "Warm", "Warm", "Hot"]
    last = "grades: [{name: Hot, from: 20}, {name: Cold}]\n"
    assert score(last + groups, lead()).grade == "Cold"


AUDIENCE = "audience: {fact: lead.country, equals: GB}\n"
EXCLUDE = "exclude: {fact: lead.optout, equals: true}\n"
ONE = "groups:\n  - {name: a, points: 5, when: {fact: lead.x, equals: 1}}\n"


@pytest.mark.parametrize(
    ("columns", "standing", "unknown"),
    [
        ({"country": "GB", "x": 1}, Standing.SCORED, ()),
        ({"country": "GB", "x": 1, "optout": True}, Standing.EXCLUDED, ()),
        ({"country": "GB", "x": 1, "optout": False}, Standing.SCORED, ()),
        ({"country": "IE", "optout": True}, Standing.OUTSIDE_AUDIENCE, ()),
        ({}, Standing.AUDIENCE_UNKNOWN, (UnknownFact("lead.country", Cause.EMPTY_COLUMN),)),
    ],
)
def test_standing(columns: dict[str, Any], standing: Standing, unknown: tuple[UnknownFact, ...]) -> None:
    """Outside or unknown of the audience and excluded leads are not scored; an unknown exclusion does not exclude."""
    scored = score(AUDIENCE + EXCLUDE + ONE, lead(**columns))
    assert scored.standing is standing
    assert scored.unknown == unknown
    if standing is Standing.SCORED:
        assert scored.score == 5
    else:
        assert scored == Score("m", standing, None, None, 0.0, None, (), unknown, None)


def test_an_excluded_lead_returns_when_the_exclusion_expires() -> None:
    """A standing that depends on time has its own next change."""
    document = "exclude: {interaction: unsubscribe, within: 7d}\n" + ONE
    scored = score(document, lead({"type": "unsubscribe", "at": ago(2)}, x=1))
    assert (scored.standing, scored.next_change_at) == (Standing.EXCLUDED, NOW + 5 * DAY)
    later = score(document, lead({"type": "unsubscribe", "at": ago(2)}, x=1), now=NOW + 5 * DAY)
    assert (later.standing, later.next_change_at) == (Standing.SCORED, None)


def test_a_lead_enters_the_audience_when_time_has_passed() -> None:
    """A lead outside knows when it comes in, and when it leaves again."""
    document = "audience: {fact: lead.days_since_created, between: [3, 4]}\n" + EXCLUDE + ONE
    scored = score(document, lead(createdon=ago(1.5), x=1))
    assert (scored.standing, scored.next_change_at) == (Standing.OUTSIDE_AUDIENCE, NOW + 1.5 * DAY)
    later = score(document, lead(createdon=ago(1.5), x=1), now=NOW + 1.5 * DAY)
    assert (later.standing, later.next_change_at) == (Standing.SCORED, NOW + 3.5 * DAY)


def test_many_are_scored_lazily_and_in_order() -> None:
    """`score_many` scores each lead when asked for it."""
    scorer = compile_model(parse_model(f"model: m\n{ONE}"))
    taken: list[int] = []

    def source() -> Any:
        for value in (1, 2):
            taken.append(value)
            yield lead(x=value)

    scores = scorer.score_many(source(), NOW)
    assert taken == []
    assert next(scores).score == 5
    assert taken == [1]
    assert [score.score for score in scores] == [0]


def test_a_missing_lead_is_an_empty_one() -> None:
    """Facts without a lead crash nothing."""
    empty: Any = {}
    assert compile_model(parse_model(f"model: m\n{ONE}")).score(empty, NOW).coverage == 0.0


def test_text_of_documents_never_becomes_source() -> None:
    """Names, texts and types of a document are constants: the generated source holds none of them."""
    evil = 'x\'); import os; os.abort() #\\n"""'
    rules = Model(
        evil,
        (
            Group(evil, 1, FactTest(f"lead.{evil}", Operator.CONTAINS, (evil,)), category=evil),
            Group(evil, 1, InteractionTest(evil, where=(FactTest(evil, Operator.EQUALS, (evil,)),))),
            Group(evil, 1, InteractionTest(evil)),
        ),
    )
    scorer = compile_model(rules)
    assert "import" not in scorer.source
    assert "abort" not in scorer.source
    facts = {"lead": {evil: evil}, "interactions": [{"type": evil, "at": ago(1), "properties": {evil: evil}}]}
    assert scorer.score(facts, NOW).score == 3  # type: ignore[arg-type]  # names are opaque
    assert scorer.model is rules


def test_equal_conditions_are_evaluated_once_but_true_is_not_one() -> None:
    """A repeated condition shares its variable; `true` and `1` are different operands."""
    test = FactTest("lead.x", Operator.EQUALS, (True,))
    other = FactTest("lead.x", Operator.EQUALS, (Decimal(1),))
    scorer = compile_model(Model("m", (Group("a", 1, test), Group("b", 2, test), Group("c", 4, other))))
    assert scorer.source.count(" = P") == 2
    assert scorer.score(lead(x=True), NOW).score == 3
    assert scorer.score(lead(x=1), NOW).score == 4


def test_thousands_of_combinations_of_unknowns_are_not_all_kept() -> None:
    """Results that vary without end are still right when they are no longer remembered."""
    rules = Model(
        "m",
        (
            Group("a", 1, InteractionTest("click"), each=True),
            *(Group(str(n), 1, FactTest(f"lead.c{n}", Operator.EQUALS, (Decimal(1),))) for n in range(13)),
        ),
    )
    scorer = compile_model(rules)
    for number in range(5000):
        columns = {f"c{bit}": 1 if number >> bit & 1 else None for bit in range(13)}
        scored = scorer.score(lead(**columns), NOW)
        assert len(scored.unknown) == 13 - number.bit_count()
    for count in (1, 4096, 4097, 5000):
        assert scorer.score(lead(*[click(1)] * count), NOW).score == count


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (Group("g", 1, FactTest("contact.x", Operator.IS_EMPTY)), "not a known fact"),
        (Group("g", 1, ModelTest("m", 1)), "cannot test another model"),
        (Group("g", 1, FactTest("lead.x", Operator.IS_EMPTY), each=True), "exactly one interaction"),
        (Group("g", 1, FactTest("lead.x", Operator.IS_EMPTY), decay=HalfLife(DAY)), "exactly one interaction"),
    ],
)
def test_rules_that_no_document_can_hold_are_refused(group: Group, words: str) -> None:
    """Rules made by hand are checked where a document would have been."""
    with pytest.raises(DocumentError) as caught:
        compile_model(Model("m", (group,)))
    assert words in caught.value.faults[0].message


def test_dates_at_the_end_of_the_calendar_crash_nothing() -> None:
    """A column with the last day of all never changes again within the calendar."""
    group = "points: 1, when: {fact: lead.x, in_last: 7d}"
    scored = score_group(group, lead(x="9999-12-31T23:59:59Z"))
    assert scored.score == 0
    assert scored.next_change_at == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    days = "points: 1, when: {fact: lead.days_since_created, at_least: 9999999999}"
    assert score_group(days, lead(createdon=ago(1))).next_change_at is None
