"""Conditions of documents: what each form becomes, and what is said of each slip."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import DocumentError, Fault
from connector.scoring.document import parse_criteria, parse_model
from connector.scoring.facttypes import UNTYPED, FactType, FactTypes, Kind
from connector.scoring.rules import (
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    FactTest,
    InteractionTest,
    ModelTest,
    Not,
    Operator,
    Place,
)

INDUSTRIES = {1: ("Accounting", "Buchhaltung"), 7: ("Consulting",), 8: ("consulting",)}
TYPES = FactTypes(
    {
        "lead.jobtitle": FactType(Kind.TEXT),
        "lead.revenue": FactType(Kind.NUMBER),
        "lead.decisionmaker": FactType(Kind.BOOLEAN, {0: ("No", "Nein"), 1: ("Yes", "Ja")}),
        "lead.donotemail": FactType(Kind.BOOLEAN),
        "lead.industrycode": FactType(Kind.CHOICE, INDUSTRIES),
        "lead.source": FactType(Kind.CHOICE),
        "lead.topics": FactType(Kind.MULTI_CHOICE, {10: ("Cloud",), 20: ("Data",)}),
        "lead.createdon": FactType(Kind.DATETIME),
        "lead.birthdate": FactType(Kind.DATE),
        "lead.ownerid": FactType(Kind.ID),
    },
    closed=frozenset({"lead"}),
)  # fmt: skip


def build(condition: Any, types: FactTypes = UNTYPED) -> Condition:
    """The rule of a condition."""
    document = {"model": "m", "groups": [{"name": "g", "points": 1, "when": condition}]}
    return parse_model(json.dumps(document), types).groups[0].when


def faults(condition: Any, types: FactTypes = UNTYPED) -> list[Fault]:
    """The faults of a condition."""
    with pytest.raises(DocumentError) as caught:
        build(condition, types)
    return list(caught.value.faults)


def fault(condition: Any, types: FactTypes = UNTYPED) -> Fault:
    """The only fault of a condition."""
    (found,) = faults(condition, types)
    return found


D = Decimal


@pytest.mark.parametrize(
    ("condition", "operator", "operands"),
    [
        ({"fact": "lead.x", "equals": "a"}, Operator.EQUALS, ("a",)),
        ({"fact": "lead.x", "equals": 5}, Operator.EQUALS, (D(5),)),
        ({"fact": "lead.x", "equals": True}, Operator.EQUALS, (True,)),
        ({"fact": "lead.x", "not_equals": 0.1}, Operator.NOT_EQUALS, (D("0.1"),)),
        ({"fact": "lead.x", "is_any_of": ["a", 1, False]}, Operator.IS_ANY_OF, ("a", D(1), False)),
        ({"fact": "lead.x", "is_none_of": ["NO"]}, Operator.IS_NONE_OF, ("NO",)),
        ({"fact": "lead.x", "contains": "a"}, Operator.CONTAINS, ("a",)),
        ({"fact": "lead.x", "begins_with": 44}, Operator.BEGINS_WITH, ("44",)),
        ({"fact": "lead.x", "ends_with": "a"}, Operator.ENDS_WITH, ("a",)),
        ({"fact": "lead.x", "matches": "^a+$"}, Operator.MATCHES, ("^a+$",)),
        ({"fact": "lead.x", "is_empty": True}, Operator.IS_EMPTY, ()),
        ({"fact": "lead.x", "is_not_empty": True}, Operator.IS_NOT_EMPTY, ()),
        ({"fact": "lead.x", "greater_than": 1}, Operator.GREATER_THAN, (D(1),)),
        ({"fact": "lead.x", "at_least": 1}, Operator.AT_LEAST, (D(1),)),
        ({"fact": "lead.x", "less_than": -1.5}, Operator.LESS_THAN, (D("-1.5"),)),
        ({"fact": "lead.x", "at_most": 1}, Operator.AT_MOST, (D(1),)),
        ({"fact": "lead.x", "between": [1, 2]}, Operator.BETWEEN, (D(1), D(2))),
        (
            {"fact": "lead.x", "between": ["2026-01-01", "2026-01-31T12:00:00Z"]},
            Operator.BETWEEN,
            (date(2026, 1, 1), datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ),
        ({"fact": "lead.x", "before": "2026-01-01"}, Operator.BEFORE, (date(2026, 1, 1),)),
        ({"fact": "lead.x", "after": "2026-01-01T00:00:00Z"}, Operator.AFTER, (datetime(2026, 1, 1, tzinfo=UTC),)),
        ({"fact": "lead.x", "in_last": "30d"}, Operator.IN_LAST, (timedelta(days=30),)),
        ({"fact": "lead.x", "not_in_last": "2w"}, Operator.NOT_IN_LAST, (timedelta(days=14),)),
    ],
)
def test_untyped_operands_follow_what_is_written(condition: Any, operator: Operator, operands: tuple[Any, ...]) -> None:
    """Each operator takes its operands, and without a type their form says what they are."""
    test = build(condition)
    assert test == FactTest("lead.x", operator, operands)
    assert isinstance(test, FactTest)
    assert [type(operand) for operand in test.operands] == [type(operand) for operand in operands]


@pytest.mark.parametrize(
    ("condition", "operands"),
    [
        ({"fact": "lead.jobtitle", "equals": 7}, ("7",)),
        ({"fact": "lead.jobtitle", "is_any_of": [True, "x"]}, ("true", "x")),
        ({"fact": "lead.ownerid", "equals": "0000-01"}, ("0000-01",)),
        ({"fact": "lead.revenue", "at_least": 10}, (D(10),)),
        ({"fact": "lead.decisionmaker", "equals": False}, (False,)),
        ({"fact": "lead.decisionmaker", "equals": "JA"}, (True,)),
        ({"fact": "lead.industrycode", "equals": "buchhaltung"}, (D(1),)),
        ({"fact": "lead.industrycode", "is_any_of": ["Accounting", 33]}, (D(1), D(33))),
        ({"fact": "lead.topics", "contains": "cloud"}, (D(10),)),
        ({"fact": "lead.createdon", "between": ["2026-01-01", "2026-01-02"]}, (date(2026, 1, 1), date(2026, 1, 2))),
        ({"fact": "lead.birthdate", "equals": "2026-01-01"}, (date(2026, 1, 1),)),
        ({"fact": "title.seniority", "equals": "VP"}, ("VP",)),
    ],
)  # fmt: skip
def test_typed_operands_follow_the_column(condition: Any, operands: tuple[Any, ...]) -> None:
    """With a type, numbers become text where the column is text, labels become options, dates are read."""
    test = build(condition, TYPES)
    assert isinstance(test, FactTest)
    assert test.operands == operands


def test_text_is_taken_as_written() -> None:
    """A number for a text column keeps its zeros, in YAML too."""
    model = parse_model("model: m\ngroups: [{name: g, points: 1, when: {fact: lead.jobtitle, equals: 007}}]\n", TYPES)
    assert model.groups[0].when == FactTest("lead.jobtitle", Operator.EQUALS, ("007",))


def test_flags_of_a_fact_test() -> None:
    """Case and confidence are kept."""
    assert build({"fact": "lead.x", "equals": "a", "case_sensitive": True}) == FactTest(
        "lead.x", Operator.EQUALS, ("a",), case_sensitive=True
    )
    assert build({"fact": "title.function", "equals": "it", "min_confidence": 0.7}) == FactTest(
        "title.function", Operator.EQUALS, ("it",), min_confidence=0.7
    )


def test_interactions_are_read() -> None:
    """An interaction test keeps count, window, filters and whether machines count."""
    assert build({"interaction": "email_click"}) == InteractionTest("email_click")
    filters = {"form": "demo", "value": {"at_least": 5}, "note": {"equals": "A", "case_sensitive": True}}
    condition = {"interaction": "f", "at_least": 2, "within": "7d", "include_machine": True, "where": filters}
    assert build(condition) == InteractionTest(
        "f",
        2,
        timedelta(days=7),
        (
            FactTest("form", Operator.EQUALS, ("demo",)),
            FactTest("value", Operator.AT_LEAST, (D(5),)),
            FactTest("note", Operator.EQUALS, ("A",), case_sensitive=True),
        ),
        include_machine=True,
    )


def test_combinations_are_read() -> None:
    """`all`, `any`, `not`, `at_least_of` and plain lists nest."""
    leaf = {"fact": "lead.x", "is_empty": True}
    test = FactTest("lead.x", Operator.IS_EMPTY)
    assert build([leaf]) == All((test,))
    assert build({"all": [leaf, {"any": [leaf]}]}) == All((test, AnyOf((test,))))
    assert build({"not": [leaf]}) == Not(All((test,)))
    assert build({"at_least_of": {"n": 1, "of": [leaf, leaf]}}) == AtLeastOf(1, (test, test))


def test_conditions_know_their_place() -> None:
    """Every condition bears the path and the line where it stands."""
    text = "model: m\ngroups:\n  - name: g\n    points: 1\n    when:\n      any:\n        - {fact: lead.x, equals: 1}\n"
    when = parse_model(text).groups[0].when
    assert isinstance(when, AnyOf)
    assert when.place == Place("groups[0].when", 5)
    assert when.terms[0].place == Place("groups[0].when.any[0]", 7)


def test_models_are_tested_in_qualification_only() -> None:
    """A test of a model is read in criteria, and is a fault in a scoring model."""
    text = json.dumps({"qualification": "q", "when": [{"model": "m", "at_least": 40}, {"model": "n", "grade": "Hot"}]})
    assert parse_criteria(text).when == All((ModelTest("m", 40), ModelTest("n", grade="Hot")))
    assert "cannot test another model" in fault({"model": "m", "at_least": 40}).message


@pytest.mark.parametrize(
    ("condition", "path", "words", "remedy"),
    [
        (5, "when", "must be a mapping or a list", "fact"),
        ({}, "when", "has no `fact`", "fact"),
        ({"equals": 5}, "when", "has no `fact`", "fact"),
        ({"fct": "lead.x", "equals": 5}, "when.fct", "not a condition", "`fact`"),
        ({"fact": "lead.x", "all": []}, "when", "says one thing", "all"),
        ({"fact": "lead.x"}, "when", "has no operator", "equals"),
        ({"fact": "lead.x", "equal": 5}, "when.equal", "not a key", "`equals`"),
        ({"fact": "lead.x", "at_least": 5, "at_most": 6}, "when", "one operator", "all"),
        ({"fact": 5, "equals": 5}, "when.fact", "must name a column", "lead.jobtitle"),
        ({"fact": "led.jobtitle", "equals": "x"}, "when.fact", "not a known fact", "`lead.jobtitle`"),
        ({"fact": "title.senority", "equals": "x"}, "when.fact", "not a known fact", "`title.seniority`"),
        ({"fact": "jobtitle", "equals": "x"}, "when.fact", "not a known fact", "title.seniority"),
        ({"fact": "lead.x", "case_sensitive": "yes", "equals": "x"}, "when.case_sensitive", "true or false", ""),
        ({"fact": "lead.x", "min_confidence": 0.5, "equals": "x"}, "when.min_confidence", "title facts", ""),
        ({"fact": "title.function", "min_confidence": 2, "equals": "it"}, "when.min_confidence", "from 0 to 1", ""),
        ({"fact": "title.function", "min_confidence": True, "equals": "it"}, "when.min_confidence", "0 to 1", ""),
        ({"fact": "title.function", "equals": "finanz"}, "when.equals", "not a value", "`finance`"),
        ({"fact": "lead.x", "is_empty": False}, "when.is_empty", "only `true`", "is_not_empty"),
        ({"fact": "lead.x", "is_not_empty": "yes"}, "when.is_not_empty", "only `true`", "is_empty"),
        ({"fact": "lead.x", "is_any_of": "GB"}, "when.is_any_of", "takes a list", "[a, b]"),
        ({"fact": "lead.x", "is_any_of": []}, "when.is_any_of", "at least one", "[a, b]"),
        ({"fact": "lead.x", "is_any_of": ["a", None]}, "when.is_any_of[1]", "not nothing", "is_empty"),
        ({"fact": "lead.x", "equals": ["a"]}, "when.equals", "not a list", "is_any_of"),
        ({"fact": "lead.x", "equals": {"a": 1}}, "when.equals", "not a mapping", ""),
        ({"fact": "lead.x", "between": [1]}, "when.between", "two values", "[10, 20]"),
        ({"fact": "lead.x", "between": [1, "2026-01-01"]}, "when.between[0]", "must be a date", ""),
        ({"fact": "lead.x", "at_least": "many"}, "when.at_least", "must be a number", ""),
        ({"fact": "lead.x", "at_least": True}, "when.at_least", "must be a number", ""),
        ({"fact": "lead.x", "at_least": "2026-01-01"}, "when.at_least", "must be a number", "before"),
        ({"fact": "lead.x", "before": 5}, "when.before", "must be a date", "2026-01-31"),
        ({"fact": "lead.x", "before": "soon"}, "when.before", "must be a date", "2026-01-31"),
        ({"fact": "lead.x", "in_last": "7 days"}, "when.in_last", "must be a duration", "`7d`"),
        ({"fact": "lead.x", "in_last": 7}, "when.in_last", "not `7`", "`7d`"),
        ({"fact": "lead.x", "matches": "(a"}, "when.matches", "regular expression", "look-around"),
        ({"interaction": 5}, "when.interaction", "must name a type", "email_click"),
        ({"interaction": " "}, "when.interaction", "must name a type", "email_click"),
        ({"interaction": "c", "at_least": 0}, "when.at_least", "whole number from 1", ""),
        ({"interaction": "c", "at_least": True}, "when.at_least", "whole number from 1", ""),
        ({"interaction": "c", "within": "week"}, "when.within", "must be a duration", "`7d`"),
        ({"interaction": "c", "within": None}, "when.within", "not `null`", "`7d`"),
        ({"interaction": "c", "in_last": "7d"}, "when.in_last", "not a key", ""),
        ({"interaction": "c", "where": ["x"]}, "when.where", "maps properties", "form"),
        ({"interaction": "c", "where": {"form": ["x"]}}, "when.where.form", "not a list", "is_any_of"),
        ({"interaction": "c", "where": {"form": {"equal": "x"}}}, "when.where.form.equal", "an operator", "`equals`"),
        ({"interaction": "c", "where": {"form": {"in_last": "7d"}}}, "when.where.form.in_last", "property", "within"),
        ({"interaction": "c", "where": {"form": {}}}, "when.where.form", "no operator", "equals"),
        ({"any": []}, "when.any", "at least one condition", ""),
        ({"all": {"fact": "lead.x"}}, "when.all", "must be a list", ""),
        ({"not": None}, "when.not", "mapping or a list", "fact"),
        ({"at_least_of": 2}, "when.at_least_of", "needs `n` and `of`", "n: 2"),
        ({"at_least_of": {"n": 2, "of": [{"fact": "lead.x", "is_empty": True}]}}, "when.at_least_of.n", "from 1", ""),
        ({"at_least_of": {"n": 0, "of": [{"fact": "lead.x", "is_empty": True}]}}, "when.at_least_of.n", "from 1", ""),
        (
            {"at_least_of": {"n": 1, "off": 1, "of": [{"fact": "lead.x", "is_empty": True}]}},
            "when.at_least_of.off",
            "not a key",
            "`of`",
        ),
    ],
)  # fmt: skip
def test_slips_are_told_with_place_and_remedy(condition: Any, path: str, words: str, remedy: str) -> None:
    """Each slip is one fault with its path, what is wrong, and what to write instead."""
    found = fault(condition)
    assert found.path == f"groups[0].{path}"
    assert words in found.message
    assert remedy in found.remedy
    assert found.line == 1


@pytest.mark.parametrize(
    ("condition", "words", "remedy"),
    [
        ({"fact": "lead.jobtitel", "equals": "x"}, "not a known fact", "`lead.jobtitle`"),
        ({"fact": "lead.jobtitle", "at_least": 5}, "which is text", "equals"),
        ({"fact": "lead.revenue", "contains": "5"}, "which is a number", ""),
        ({"fact": "lead.revenue", "after": "2026-01-01"}, "which is a number", "`greater_than`"),
        ({"fact": "lead.createdon", "at_least": 5}, "a date and time", "`after`"),
        ({"fact": "lead.birthdate", "less_than": 5}, "a date", "`before`"),
        ({"fact": "lead.ownerid", "contains": "x"}, "an id", ""),
        ({"fact": "lead.donotemail", "equals": "maybe"}, "true or false", "`true`"),
        ({"fact": "lead.decisionmaker", "equals": 1}, "true or false", "`true`"),
        ({"fact": "lead.industrycode", "equals": "Acounting"}, "not an option", "`Accounting`"),
        ({"fact": "lead.industrycode", "equals": "Consulting"}, "several options", "7, 8"),
        ({"fact": "lead.source", "equals": "Web"}, "not known here", "number"),
        ({"fact": "lead.topics", "begins_with": "x"}, "a multiple choice", ""),
        ({"fact": "lead.topics", "contains": 1.5}, "not an option", ""),
        ({"fact": "lead.has_account", "equals": "yes"}, "true or false", ""),
    ],
)
def test_types_are_checked(condition: Any, words: str, remedy: str) -> None:
    """A wrong operator or value for a type is told with the type and the nearest right one."""
    found = fault(condition, TYPES)
    assert words in found.message
    assert remedy in found.remedy


def test_an_unknown_fact_has_a_code() -> None:
    """A fact that does not exist is told apart from other faults."""
    assert fault({"fact": "led.jobtitle", "equals": "x"}).code == "unknown-fact"
    assert fault({"fact": "lead.jobtitle", "equal": "x"}).code == ""


def test_all_slips_are_told_at_once() -> None:
    """Every slip of nested conditions is told, none hides another."""
    condition = {"any": [{"fact": "x"}, {"not": {"fact": "lead.a", "matches": "("}}, {"interaction": ""}, {"all": [7]}]}
    assert [found.path.removeprefix("groups[0].when.any") for found in faults(condition)] == [
        "[0].fact",
        "[0]",
        "[1].not.matches",
        "[2].interaction",
        "[3].all[0]",
    ]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"model": 5, "at_least": 1}, "must be the name"),
        ({"model": "m"}, "either `at_least` or `grade`"),
        ({"model": "m", "at_least": 1, "grade": "Hot"}, "either `at_least` or `grade`"),
        ({"model": "m", "grade": 1}, "name of a grade"),
        ({"model": "m", "at_least": True}, "whole number"),
        ({"model": "m", "at_least": 1.5}, "whole number"),
        ({"model": "engagment", "at_least": 1}, "not a known model"),
    ],
)
def test_slips_in_tests_of_models(condition: Any, words: str) -> None:
    """A test of a model names one known model and one mark."""
    with pytest.raises(DocumentError) as caught:
        parse_criteria(json.dumps({"qualification": "q", "when": condition}), models=["m", "engagement"])
    (found,) = caught.value.faults
    assert words in found.message
