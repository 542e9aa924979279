"""Impossible groups: what is named, on which lines, and what to write instead."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from connector.scoring.document import parse_model
from connector.scoring.facttypes import UNTYPED, FactType, FactTypes, Kind
from connector.scoring.lint import Finding
from connector.scoring.rules import AnyOf, AtLeastOf, Condition, FactTest, Not, Operator
from tests.unit.scoring.lint.builders import TYPES, codes, done, fact, group, lint, only

WEEK = timedelta(days=7)
GB = fact("lead.country", "equals", "GB")


def impossible(*conditions: Condition, types: FactTypes = TYPES) -> Finding:
    """The finding on a group that can never be true."""
    return only(lint(group("g", 5, *conditions, line=1), types=types), "impossible-group")


def is_possible(*conditions: Condition, types: FactTypes = TYPES) -> bool:
    """Whether nothing is said against a group's being true."""
    return "impossible-group" not in codes(lint(group("g", 5, *conditions), types=types))


def test_two_values_of_one_column() -> None:
    """Two equalities on one column name both lines, and the fix joins the values."""
    found = impossible(
        fact("lead.country", "equals", "GB", line=12),
        fact("lead.decides", "equals", True, line=13),
        fact("lead.country", "equals", "IE", line=14),
    )
    assert found.line == 12
    assert found.lines == (12, 14)
    assert "line 12" in found.message
    assert "line 14" in found.message
    assert "is_any_of: [GB, IE]" in found.fix
    assert found.group == "g"


def test_lists_without_a_common_value() -> None:
    """Two lists are merged in the fix, each value once."""
    one = fact("lead.country", "is_any_of", "GB", "IE")
    found = impossible(one, fact("lead.country", "is_any_of", "FR", "fr"))
    assert "is_any_of: [GB, IE, FR]" in found.fix
    assert is_possible(one, fact("lead.country", "is_any_of", "FR", "gb"))


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("lead.bornon", date(2026, 1, 1), date(2026, 2, 1)),
        ("lead.createdon", datetime(2026, 1, 1, 9, tzinfo=UTC), date(2026, 2, 1)),
    ],
)
def test_dates_are_joined_with_any(column: str, one: date, other: date) -> None:
    """The fix for two dates is a condition that a document may hold."""
    found = impossible(fact(column, "equals", one), fact(column, "equals", other))
    condition = found.fix.removeprefix("Write one condition for both: ").removesuffix(".")
    assert condition.startswith("{any: [")
    (read,) = parse_model(f"model: m\ngroups: [{{name: g, points: 1, when: {condition}}}]", TYPES).groups
    assert isinstance(read.when, AnyOf)
    assert [term.operands for term in read.when.terms if isinstance(term, FactTest)] == [(one,), (other,)]


def test_yes_and_no() -> None:
    """For yes and no the fix does not propose to ask for either."""
    found = impossible(fact("lead.decides", "equals", True), fact("lead.decides", "equals", False))
    assert "is_any_of" not in found.fix


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (fact("lead.budget", "greater_than", 10), fact("lead.budget", "less_than", 5)),
        (fact("lead.budget", "greater_than", 10), fact("lead.budget", "at_most", 10)),
        (fact("lead.budget", "between", 1, 5), fact("lead.budget", "between", 6, 9)),
        (fact("lead.budget", "equals", 5), fact("lead.budget", "greater_than", 5)),
        (fact("lead.createdon", "before", date(2024, 1, 1)), fact("lead.createdon", "after", date(2024, 1, 1))),
        (
            fact("lead.createdon", "between", date(2024, 1, 1), datetime(2024, 1, 5, tzinfo=UTC)),
            fact("lead.createdon", "after", date(2024, 1, 5)),
        ),
        (fact("lead.createdon", "in_last", WEEK), fact("lead.createdon", "not_in_last", 2 * WEEK)),
        (fact("lead.country", "begins_with", "G"), fact("lead.country", "begins_with", "I")),
        (fact("lead.country", "equals", "GB"), fact("lead.country", "contains", "x")),
        (fact("lead.country", "equals", "GB"), fact("lead.country", "matches", "^I")),
        (fact("lead.source", "equals", 1), fact("lead.source", "is_any_of", 2, 3)),
        (fact("lead.topics", "equals", 1), fact("lead.topics", "contains", 2)),
        (fact("lead.custom", "equals", "A"), fact("lead.custom", "equals", "B")),
        (fact("lead.custom", "greater_than", 10), fact("lead.custom", "less_than", 5)),
        (fact("lead.custom", "equals", "A"), fact("lead.custom", "equals", 5)),
    ],
)
def test_no_value_is_both(one: Any, other: Any) -> None:
    """Two tests that leave no value are impossible together, and possible as alternatives."""
    types = UNTYPED if one.fact == "lead.custom" else TYPES
    assert not is_possible(one, other, types=types)
    assert is_possible(AnyOf((one, other)), types=types)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (fact("lead.budget", "at_least", 10), fact("lead.budget", "at_most", 10)),
        (fact("lead.budget", "greater_than", 5), fact("lead.budget", "less_than", 6)),
        (fact("lead.country", "begins_with", "G"), fact("lead.country", "begins_with", "Gb")),
        (fact("lead.country", "begins_with", "G"), fact("lead.country", "ends_with", "x")),
        (fact("lead.country", "equals", "GB"), fact("lead.country", "equals", "gb")),
        (fact("lead.country", "equals", "GB"), fact("lead.country", "matches", "b$")),
        (fact("lead.topics", "is_any_of", 1), fact("lead.topics", "is_any_of", 2)),
        (fact("lead.topics", "contains", 1), fact("lead.topics", "not_equals", 1)),
        (fact("lead.createdon", "before", date(2024, 1, 1)), fact("lead.createdon", "in_last", WEEK)),
        (
            fact("lead.createdon", "equals", date(2024, 1, 1)),
            fact("lead.createdon", "after", datetime(2024, 1, 1, 23, tzinfo=UTC)),
        ),
        (fact("lead.country", "equals", "Weiss"), fact("lead.country", "matches", "ß")),
    ],
)
def test_some_value_is_both(one: Any, other: Any) -> None:
    """Tests that some value meets are not called impossible."""
    assert is_possible(one, other)


def test_option_that_does_not_exist() -> None:
    """An option that the column has not is impossible; the fix names the options."""
    found = impossible(fact("lead.source", "equals", 9))
    assert "no such option" in found.message
    assert found.fix == "Use one of its options: Web, Partner, 3."
    near = impossible(fact("lead.source", "equals", "Partnr"))
    assert near.fix == "Did you mean Partner?"
    assert is_possible(fact("lead.source", "is_any_of", 9, 1))
    assert is_possible(fact("lead.source", "equals", "netz"))
    assert is_possible(fact("lead.rating", "equals", 9))
    assert not is_possible(fact("lead.topics", "contains", 9))


def test_text_that_is_too_long() -> None:
    """A text longer than its column is impossible, as a value and as a part."""
    found = impossible(fact("lead.country", "equals", "x" * 21))
    assert "at most 20 characters" in found.message
    assert not is_possible(fact("lead.country", "contains", "x" * 21))
    assert is_possible(fact("lead.country", "equals", "x" * 20))
    assert is_possible(fact("lead.country", "equals", "ss" * 11)), "ß is one character"


def test_number_outside_its_column() -> None:
    """A number that the column cannot hold is impossible; the bounds are told as far as they are known."""
    found = impossible(fact("account.numberofemployees", "at_least", 2_000_000))
    assert "from 0 to 1,000,000" in found.message
    assert "numbers from 0" in impossible(fact("lead.budget", "less_than", 0)).message
    small = FactTypes({"lead.n": FactType(Kind.NUMBER, maximum=9.5)})
    assert "numbers up to 9.5" in impossible(fact("lead.n", "greater_than", 10), types=small).message
    assert is_possible(fact("account.numberofemployees", "at_least", 1_000_000))


def test_range_that_ends_before_it_begins() -> None:
    """A reversed range is turned around in the fix."""
    found = impossible(fact("lead.custom", "between", 10, 5), types=UNTYPED)
    assert found.fix == "Turn it around: between: [5, 10]."
    assert "ends before it begins" not in impossible(fact("lead.budget", "between", -5, -1)).message


def test_title_that_is_none_of_ours() -> None:
    """A value that a derived fact never has is impossible; the fix names those it has, or the nearest."""
    assert "c_level, director" in impossible(fact("title.seniority", "equals", "boss of it all")).message
    assert impossible(fact("title.seniority", "equals", "directr")).fix == "Write director."
    assert not is_possible(fact("account.employee_band", "equals", "1-9"))


def test_empty_column_with_a_value() -> None:
    """An empty column has no value."""
    found = impossible(fact("lead.country", "is_empty"), fact("lead.country", "not_equals", "GB"))
    assert "is empty has no value to test" in found.message
    assert not is_possible(fact("lead.country", "is_empty"), fact("lead.country", "is_not_empty"))


def test_facts_of_no_account() -> None:
    """Account facts are unknown without an account, even whether they are empty."""
    none = fact("lead.has_account", "equals", False)
    found = impossible(none, fact("account.name", "is_empty"))
    assert "without an account" in found.message
    assert not is_possible(none, fact("account.open_leads", "equals", 0))
    assert not is_possible(none, fact("account.employee_band", "is_empty"))
    assert is_possible(none, Not(fact("lead.has_account", "is_empty")))


def test_derived_from_another_column() -> None:
    """What a column says and what is derived from it are held together."""
    found = impossible(fact("lead.createdon", "in_last", WEEK), fact("lead.days_since_created", "greater_than", 30))
    assert "derived" in found.message
    assert is_possible(fact("lead.createdon", "in_last", WEEK), fact("lead.days_since_created", "at_most", 6))
    assert not is_possible(fact("lead.createdon", "in_last", WEEK), fact("lead.days_since_created", "at_least", 7))
    assert not is_possible(fact("lead.jobtitle", "is_empty"), fact("title.function", "equals", "finance"))
    assert not is_possible(fact("lead.emailaddress1", "is_empty"), fact("lead.email_is_freemail", "equals", True))
    assert not is_possible(
        fact("account.employee_band", "equals", "1-10"), fact("account.numberofemployees", "at_least", 11)
    )
    assert not is_possible(fact("account.employee_band", "is_empty"), fact("account.numberofemployees", "at_least", 1))
    assert is_possible(fact("account.employee_band", "is_empty"), fact("account.numberofemployees", "equals", 0))


def test_interactions_that_contain_each_other() -> None:
    """More in a shorter window means fewer in a longer one: of the same type, machines and filter included."""
    often = done("click", 3, 7, line=3)
    found = impossible(often, Not(done("click", 1, 30, line=4)))
    assert found.lines == (3, 4)
    assert not is_possible(often, Not(done("click", 3)))
    assert not is_possible(often, Not(done("click", 2, 7, include_machine=True)))
    demo = fact("form", "equals", "demo")
    assert not is_possible(done("click", 1, 7, where=(demo,)), Not(done("click", 1, 7)))
    assert not is_possible(
        done("click", where=(demo,)), Not(done("click", where=(fact("form", "is_any_of", "Demo", "pricing"),)))
    )
    assert is_possible(often, Not(done("click", 4, 30)))
    assert is_possible(often, Not(done("click", 1, 6)))
    assert is_possible(done("click", 3), Not(done("click", 3, 30)))
    assert is_possible(often, Not(done("visit", 1, 30)))
    assert is_possible(often, Not(done("click", 1, 7, where=(demo,))))
    assert is_possible(done("click", include_machine=True), Not(done("click")))


def test_interaction_that_can_never_count() -> None:
    """A window of no length and a filter that contradicts itself count nothing, and so `not` of them is always true."""
    assert "no time at all" in impossible(done("click", 1, 0)).message
    filtered = done("form", where=(fact("form", "equals", "demo"), fact("form", "equals", "pricing")))
    found = impossible(filtered)
    assert "no interaction can pass the filter" in found.message
    assert "is_any_of: [demo, pricing]" in found.fix
    assert is_possible(Not(filtered))
    assert "always-true" in codes(lint(group("g", 5, Not(filtered))))
    assert "can never be so" in impossible(Not(done("click", 0))).message


def test_each_line_of_a_nested_clash_is_named() -> None:
    """Where all alternatives fail for the same reason, every line that takes part is named and no other."""
    yes = [fact("lead.decides", "equals", True, line=line) for line in (3, 5)]
    found = impossible(
        AnyOf(
            (
                AtLeastOf(2, (fact("lead.country", "equals", "GB", line=2), yes[0])),
                AtLeastOf(2, (fact("lead.country", "equals", "IE", line=4), yes[1])),
            )
        ),
        fact("lead.decides", "equals", False, line=6),
    )
    assert found.lines == (3, 5, 6)


def test_three_tests_that_only_clash_together() -> None:
    """Where no two tests clash, all that take part are listed."""
    found = impossible(
        AnyOf((fact("lead.country", "equals", "GB", line=2), fact("lead.country", "equals", "FR", line=3))),
        fact("lead.country", "begins_with", "D", line=4),
    )
    assert found.lines == (2, 3, 4)
    assert "cannot all be so" in found.message


def test_contradictions_of_other_kinds() -> None:
    """A test with its own negation, and an empty list of alternatives, are impossible too."""
    country = fact("lead.country", "contains", "G", line=2)
    assert "not (lead.country contains G)" in impossible(country, Not(country)).message
    assert "lists none" in impossible(AnyOf(())).message
    assert "lists none" in impossible(AtLeastOf(3, (country, country))).message
    assert is_possible(AtLeastOf(0, ()))
    assert "can never be so" in impossible(fact("lead.custom", "is_any_of"), types=UNTYPED).message
    assert not is_possible(fact("lead.source", "is_any_of"))


def test_values_that_no_family_can_read_prove_nothing() -> None:
    """Constants of another kind than their column are not weighed against it: that is the reader's to refuse."""
    odd = [
        (fact("lead.decides", "equals", "x"), fact("lead.decides", "equals", "y")),
        (fact("lead.budget", "equals", "x"), fact("lead.budget", "equals", "y")),
        (fact("lead.country", "equals", 1), fact("lead.country", "equals", 2)),
        (fact("lead.country", "greater_than", "a"), fact("lead.country", "less_than", "a")),
        (fact("lead.createdon", "equals", "x"), fact("lead.createdon", "equals", "y")),
        (fact("lead.createdon", "in_last", "x"), fact("lead.createdon", "in_last", "y")),
        (fact("lead.source", "contains", "x"), fact("lead.source", "contains", "y")),
        (fact("lead.source", "equals", True), fact("lead.source", "equals", False)),
        (fact("lead.topics", "equals", True), fact("lead.topics", "begins_with", "x")),
        (fact("lead.budget", "contains", 5), fact("lead.budget", "contains", 6)),
        (fact("lead.has_account", "equals", "x"), fact("lead.has_account", "equals", "y")),
        (fact("lead.days_since_created", "equals", "x"), fact("lead.days_since_created", "equals", "y")),
        (fact("lead.country", "matches", "("), fact("lead.country", "equals", "y")),
    ]
    for one, other in odd:
        assert is_possible(one, other), one


def test_ids_and_choices_without_options() -> None:
    """An id has one value at a time, and so has a choice whose options nobody knows; a multi-select has several."""
    assert not is_possible(fact("lead.campaignid", "equals", "a"), fact("lead.campaignid", "equals", "b"))
    assert not is_possible(fact("lead.rating", "equals", 1), fact("lead.rating", "equals", 2))
    several = FactTypes({"lead.tags": FactType(Kind.MULTI_CHOICE)})
    both = (fact("lead.tags", "contains", 1), fact("lead.tags", "contains", 2))
    assert is_possible(*both, types=several)
    assert is_possible(fact("lead.tags", "is_none_of", 1, 2), types=several)
    assert not is_possible(both[0], fact("lead.tags", "equals", 2), types=several)


def test_sureness_of_a_title() -> None:
    """A title that is read with little confidence may be unknown to one test and known to another."""
    sure = fact("title.seniority", "equals", "vp", min_confidence=0.9)
    assert not is_possible(sure, fact("title.seniority", "equals", "manager"))
    assert is_possible(fact("title.seniority", "equals", "vp"), fact("title.seniority", "is_empty", min_confidence=0.9))
    assert not is_possible(fact("title.seniority", "equals", "vp"), fact("title.seniority", "is_empty"))


def test_operators_read_as_one_and_the_same() -> None:
    """Every operator and its negation contradict each other."""
    pairs = [
        ("equals", "not_equals"),
        ("is_any_of", "is_none_of"),
        ("greater_than", "at_most"),
        ("at_least", "less_than"),
    ]
    for one, other in pairs:
        assert not is_possible(fact("lead.budget", one, 5), fact("lead.budget", other, 5))
    assert {operator for pair in pairs for operator in pair} < set(Operator)


def test_unknown_of_an_interaction() -> None:
    """A test of interactions is neither true nor false of a person who refuses tracking, and of nobody else."""
    click = done("click")
    undecided = AnyOf((click, Not(click)))
    assert "impossible-audience" in codes(lint(group("g", 5, GB), audience=click, exclude=undecided))
    assert "impossible-audience" not in codes(lint(group("g", 5, GB), audience=GB, exclude=undecided))


def test_case_that_matters() -> None:
    """Exact spellings are told apart; a spelling that no test names may be any other."""
    exact = fact("lead.country", "equals", "GB", case_sensitive=True)
    assert not is_possible(exact, fact("lead.country", "equals", "gb", case_sensitive=True))
    assert is_possible(exact, fact("lead.country", "equals", "gb"))
    assert is_possible(Not(exact), fact("lead.country", "equals", "gb"))
    assert not is_possible(exact, fact("lead.country", "begins_with", "g", case_sensitive=True))
    assert not is_possible(exact, fact("lead.country", "matches", "^g", case_sensitive=True))
    assert is_possible(fact("lead.country", "equals", "gb"), fact("lead.country", "matches", "G", case_sensitive=True))
    assert is_possible(
        fact("lead.country", "equals", "gb"), fact("lead.country", "begins_with", "G", case_sensitive=True)
    )
    assert not is_possible(
        fact("lead.country", "equals", "gb"), fact("lead.country", "contains", "x", case_sensitive=True)
    )


def test_lists_of_mixed_constants() -> None:
    """Days and moments in one list are each read in their grain; texts and dates in one list are left open."""
    both = fact("lead.createdon", "is_any_of", date(2026, 1, 1), datetime(2026, 1, 2, 9, tzinfo=UTC))
    assert not is_possible(both, fact("lead.createdon", "after", date(2026, 1, 2)))
    assert not is_possible(both, fact("lead.createdon", "after", datetime(2026, 1, 2, 9, tzinfo=UTC)))
    assert is_possible(both, fact("lead.createdon", "after", datetime(2026, 1, 2, 8, tzinfo=UTC)))
    mixed = fact("lead.custom", "is_any_of", "x", date(2026, 1, 1))
    assert is_possible(mixed, fact("lead.custom", "equals", "y"), types=UNTYPED)
    assert not is_possible(mixed, fact("lead.custom", "is_empty"), types=UNTYPED)
    of_all_kinds = fact("lead.custom", "is_none_of", "x", False, date(2026, 1, 1))
    assert is_possible(of_all_kinds, fact("lead.custom", "equals", True), types=UNTYPED)
    assert not is_possible(of_all_kinds, fact("lead.custom", "equals", False), types=UNTYPED)
    texts_and_numbers = fact("lead.custom", "is_any_of", "x", 5)
    assert is_possible(texts_and_numbers, fact("lead.custom", "at_least", 5), types=UNTYPED)
    assert not is_possible(texts_and_numbers, fact("lead.custom", "at_least", 6), types=UNTYPED)


def test_types_of_interactions_are_compared_without_case() -> None:
    """The same interaction in another case is the same: wanting it and not wanting it is a contradiction."""
    found = impossible(done("Email_Click", line=3), Not(done("email_click", line=4)))
    assert found.lines == (3, 4)
    twice = [group("a", 5, done("Visit")), group("b", 5, done("visit"))]
    assert "duplicate-group" in codes(lint(*twice))
