"""Columns and derived facts as the compiled model reads them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.scoring.compiler import compile_model
from connector.scoring.document import parse_model
from connector.scoring.facttypes import DerivedColumns, FactType, FactTypes, Kind
from connector.scoring.score import Cause, Outcome, UnknownFact
from connector.scoring.titles import Title
from tests.unit.scoring.compiler.asking import NOW, ago, lead, score_group

FREE = "{fact: lead.email_is_freemail, equals: true}"
SMALL = "{fact: account.employee_band, equals: 1-10}"


@pytest.mark.parametrize(
    ("test", "columns", "account", "outcome", "cause"),
    [
        ("{fact: lead.x, equals: GB}", {"x": "gb"}, None, Outcome.TRUE, None),
        ("{fact: lead.x, equals: GB}", {"x": None}, None, Outcome.UNKNOWN, Cause.EMPTY_COLUMN),
        ("{fact: lead.x, equals: GB}", {"x": " "}, None, Outcome.UNKNOWN, Cause.EMPTY_COLUMN),
        ("{fact: lead.x, equals: GB}", {"x": 5}, None, Outcome.UNKNOWN, Cause.WRONG_TYPE),
        ("{fact: lead.x, at_least: 5}", {"x": "5"}, None, Outcome.UNKNOWN, Cause.WRONG_TYPE),
        ("{fact: lead.x, at_least: 5}", {"x": float("nan")}, None, Outcome.UNKNOWN, Cause.WRONG_TYPE),
        ("{fact: lead.x, at_least: 5}", {"x": True}, None, Outcome.UNKNOWN, Cause.WRONG_TYPE),
        ("{fact: lead.x, at_least: 5}", {"x": Decimal(5)}, None, Outcome.TRUE, None),
        ("{fact: lead.x, at_least: 0.1}", {"x": 0.1}, None, Outcome.TRUE, None),
        ("{fact: lead.x, at_least: 1e23}", {"x": 1e23}, None, Outcome.TRUE, None),
        ("{fact: lead.x, at_least: 100}", {"x": 99.99999999999999}, None, Outcome.FALSE, None),
        ("{fact: lead.x, in_last: 7d}", {"x": ago(6)}, None, Outcome.TRUE, None),
        ("{fact: lead.x, in_last: 7d}", {"x": "soon"}, None, Outcome.UNKNOWN, Cause.WRONG_TYPE),
        ("{fact: lead.x, is_empty: true}", {}, None, Outcome.TRUE, None),
        ("{fact: lead.x, is_empty: true}", {"x": 0}, None, Outcome.FALSE, None),
        ("{fact: account.x, is_empty: true}", {}, None, Outcome.UNKNOWN, Cause.NO_ACCOUNT),
        ("{fact: account.x, is_empty: true}", {}, {}, Outcome.TRUE, None),
        ("{fact: account.x, equals: 1}", {}, {}, Outcome.UNKNOWN, Cause.EMPTY_COLUMN),
        ("{fact: account.x, equals: a}", {}, {"x": 1}, Outcome.UNKNOWN, Cause.WRONG_TYPE),
        ("{not: {fact: account.x, equals: 1}}", {}, None, Outcome.UNKNOWN, Cause.NO_ACCOUNT),
        ("{fact: lead.has_account, equals: true}", {}, None, Outcome.FALSE, None),
        ("{fact: lead.has_account, equals: true}", {}, {}, Outcome.TRUE, None),
        ("{fact: lead.has_account, is_empty: true}", {}, None, Outcome.FALSE, None),
        (FREE, {"emailaddress1": "A@GMail.com"}, None, Outcome.TRUE, None),
        (FREE, {"emailaddress1": "a@firm.example"}, None, Outcome.FALSE, None),
        (FREE, {}, None, Outcome.UNKNOWN, Cause.EMPTY_COLUMN),
        (FREE, {"emailaddress1": "x"}, None, Outcome.UNKNOWN, Cause.WRONG_TYPE),
        ("{fact: lead.email_is_freemail, is_empty: true}", {}, None, Outcome.TRUE, None),
        ("{fact: lead.days_since_created, at_least: 3}", {"createdon": ago(3)}, None, Outcome.TRUE, None),
        ("{fact: lead.days_since_created, equals: 0}", {"createdon": ago(-3)}, None, Outcome.TRUE, None),
        ("{fact: lead.days_since_created, at_least: 3}", {}, None, Outcome.UNKNOWN, Cause.EMPTY_COLUMN),
        ("{fact: lead.days_since_created, at_least: 3}", {"createdon": 5}, None, Outcome.UNKNOWN, Cause.WRONG_TYPE),
        ("{fact: account.employee_band, equals: 51-200}", {}, {"numberofemployees": 200}, Outcome.TRUE, None),
        ("{fact: account.employee_band, equals: 5001+}", {}, {"numberofemployees": 5001}, Outcome.TRUE, None),
        (SMALL, {}, {"numberofemployees": 0}, Outcome.UNKNOWN, Cause.WRONG_TYPE),
        (SMALL, {}, None, Outcome.UNKNOWN, Cause.NO_ACCOUNT),
        ("{fact: account.open_leads, at_least: 2}", {}, {"open_leads": 2}, Outcome.TRUE, None),
        ("{fact: account.engaged_people_7d, at_least: 2}", {}, {"engaged_people_7d": 1}, Outcome.FALSE, None),
        ("{fact: title.seniority, equals: c_level}", {"jobtitle": "CEO"}, None, Outcome.TRUE, None),
        ("{fact: title.seniority, equals: c_level}", {}, None, Outcome.UNKNOWN, Cause.EMPTY_COLUMN),
        ("{fact: title.seniority, equals: c_level}", {"jobtitle": 5}, None, Outcome.UNKNOWN, Cause.WRONG_TYPE),
        ("{fact: title.seniority, equals: vp}", {"jobtitle": "qqq"}, None, Outcome.UNKNOWN, Cause.UNRECOGNISED_TITLE),
    ],
)  # fmt: skip
def test_facts_are_read(test: str, columns: Any, account: Any, outcome: Outcome, cause: Cause | None) -> None:
    """Columns and derived facts are judged as told, and what is unknown has its cause."""
    scored = score_group(f"points: 1, when: {test}", lead(account=account, **columns))
    assert scored.groups[0].outcome is outcome
    assert [unknown.cause for unknown in scored.unknown] == ([cause] if cause else [])


def test_titles_may_be_read_by_another_reader() -> None:
    """The reader that is handed in is asked once for each text; low confidence is unknown where the test says so."""
    asked: list[str] = []

    def reader(text: str) -> Title:
        asked.append(text)
        return Title("director", "finance", 0.4, "two letters")

    rules = parse_model(
        "model: m\ngroups:\n"
        "  - {name: a, points: 1, when: {fact: title.seniority, equals: director}}\n"
        "  - {name: b, points: 2, when: {fact: title.function, equals: finance, min_confidence: 0.5}}\n"
        "  - {name: c, points: 4, when: {fact: title.function, equals: finance, min_confidence: 0.4}}\n"
    )
    scorer = compile_model(rules, titles=reader)
    scored = [scorer.score(lead(jobtitle="FD"), NOW) for _ in range(2)][-1]
    assert scored.score == 5
    assert scored.unknown == (UnknownFact("title.function", Cause.LOW_CONFIDENCE),)
    assert asked == ["FD"]


def test_derived_facts_read_the_columns_handed_in() -> None:
    """The caller says which columns derived facts read, whatever table they are in."""
    types = FactTypes(derived=DerivedColumns(title="lead.position", employees="lead.staff"))
    tests = "[{fact: title.seniority, equals: c_level}, {fact: account.employee_band, equals: 1-10}]"
    assert score_group(f"points: 1, when: {tests}", lead(position="CEO", staff=5), types).score == 1


def test_multiple_choices_need_their_type() -> None:
    """A typed multiple choice is judged as a set of options."""
    types = FactTypes({"lead.topics": FactType(Kind.MULTI_CHOICE, {1: ("Cloud",), 2: ("Data",)})})
    group = "points: 1, when: {fact: lead.topics, contains: Data}"
    assert score_group(group, lead(topics="1,2"), types).score == 1
    assert score_group(group, lead(topics="1"), types).score == 0


@pytest.mark.parametrize("more", ["", ", case_sensitive: true"])
def test_half_a_character_is_text_like_any_other(more: str) -> None:
    """A cut emoji in a column or in an interaction's property fails no lead, whatever the test."""
    cut = lead({"type": "form", "at": ago(1), "properties": {"page": "CEO \ud83d"}}, x="CEO \ud83d")
    for operator in ("equals", "contains", "begins_with", "ends_with", "matches"):
        holds = operator not in {"equals", "ends_with"}
        assert score_group(f"points: 1, when: {{fact: lead.x, {operator}: CEO{more}}}", cut).score == holds
        where = f"{{page: {{{operator}: CEO{more}}}}}"
        assert score_group(f"points: 1, when: {{interaction: form, where: {where}}}", cut).score == holds
