"""Model documents: everything that they may say, and what is told when they say it wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.errors import DocumentError, Fault
from connector.scoring.document import parse_document, parse_model, required_to_publish
from connector.scoring.rules import (
    Alert,
    Criteria,
    Example,
    FactTest,
    Grade,
    HalfLife,
    InteractionTest,
    Linear,
    Model,
    Operator,
    Place,
    Steps,
    WriteColumns,
)

WHOLE = """\
model: engagement
dimension: engagement
description: What buyers did lately
purpose: Prioritise follow-up
lawful_basis: legitimate_interests
audience: {fact: lead.address1_country, is_any_of: [GB, NO]}
exclude: {fact: lead.donotbulkemail, equals: true}
write: {score: lc_engagement, grade: lc_engagementgrade, scored_on: lc_scoredon}
floor: 0
cap: 100
categories: {web: {cap: 40}}
groups:
  - name: Clicked lately
    points: 10
    category: web
    when: {interaction: email_click, at_least: 1, within: 7d}
  - name: Forms
    points: 5
    each: true
    cap: 15
    when: {interaction: form_submission}
  - {name: Event, points: 16, decay: {half_life: 14d}, when: {interaction: event_checkin}}
  - {name: Visit, points: -4, cap: -3, decay: {linear: 30d}, when: {interaction: web_visit}}
  - {name: Call, decay: {steps: {30d: 5, 7d: 10}}, when: [{interaction: call}, {fact: lead.x, equals: 1}]}
grades:
  - {name: Hot, from: 70}
  - {name: Cold}
examples:
  - expect: {grade: Cold, score: 0}
    lead: {jobtitle: Student, revenue: 0.1}
    account: null
    interactions: [{type: call, at: 2026-11-20T09:00:00Z}]
    now: 2026-11-21
  - {expect: {at_least: 5}, lead: {}, tracking: false, now: 2026-11-21T09:00:00Z}
  - {expect: {standing: excluded}, lead: {}}
"""


def faults(text: str) -> list[Fault]:
    """The faults of a model document."""
    with pytest.raises(DocumentError) as caught:
        parse_model(text)
    return list(caught.value.faults)


def with_group(group: str, more: str = "") -> str:
    """A document with one group."""
    return f"model: m\n{more}groups:\n  - {group}\n"


CLICK = "when: {interaction: click}"


def test_a_whole_model_is_read() -> None:
    """Every key of the design arrives in the rules."""
    model = parse_model(WHOLE)
    assert (model.name, model.dimension, model.description) == ("engagement", "engagement", "What buyers did lately")
    assert (model.purpose, model.lawful_basis) == ("Prioritise follow-up", "legitimate_interests")
    assert model.audience == FactTest("lead.address1_country", Operator.IS_ANY_OF, ("GB", "NO"))
    assert model.exclude == FactTest("lead.donotbulkemail", Operator.EQUALS, (True,))
    assert model.write == WriteColumns("lc_engagement", "lc_engagementgrade", "lc_scoredon")
    assert (model.floor, model.cap, model.category_caps) == (0, 100, {"web": 40})
    assert model.grades == (Grade("Hot", 70), Grade("Cold", None))
    assert model.place == Place("model", 1)


def test_groups_are_read() -> None:
    """Points, caps, categories and decays of groups arrive in the rules; steps are sorted and replace points."""
    clicked, forms, event, visit, call = parse_model(WHOLE).groups
    assert clicked.when == InteractionTest("email_click", within=timedelta(days=7))
    assert (clicked.points, clicked.category, clicked.each) == (10, "web", False)
    assert (forms.each, forms.cap) == (True, 15)
    assert event.decay == HalfLife(timedelta(days=14))
    assert (visit.decay, visit.cap) == (Linear(timedelta(days=30)), -3)
    assert call.points is None
    assert call.decay == Steps(((timedelta(days=7), 10), (timedelta(days=30), 5)))
    assert clicked.place == Place("groups[0]", 13)


def test_examples_are_read() -> None:
    """Examples keep what they expect and their facts as JSON has them, fractions as floats."""
    first, second, third = parse_model(WHOLE).examples
    assert first == Example(
        {"grade": "Cold", "score": 0},
        {
            "lead": {"jobtitle": "Student", "revenue": 0.1},
            "account": None,
            "interactions": [{"type": "call", "at": "2026-11-20T09:00:00Z"}],
            "tracking": True,
        },
        datetime(2026, 11, 21, tzinfo=UTC),
    )
    lead: Any = first.facts["lead"]
    assert type(lead["revenue"]) is float
    assert second.now == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert second.facts["tracking"] is False
    assert third.now is None


def test_a_small_model_is_enough() -> None:
    """Name and groups are all that is required."""
    model = parse_model(with_group(f"{{name: g, points: 1, {CLICK}}}"))
    assert model == Model("m", model.groups)


@pytest.mark.parametrize(
    ("group", "path", "words"),
    [
        (f"{{name: g, {CLICK}}}", "groups[0]", "no `points`"),
        (f"{{name: g, points: 1.5, {CLICK}}}", "groups[0].points", "whole number"),
        (f"{{name: g, points: true, {CLICK}}}", "groups[0].points", "whole number"),
        (f"{{name: g, points: 20000, {CLICK}}}", "groups[0].points", "less than or equal to 10000"),
        (f"{{points: 1, {CLICK}}}", "groups[0].name", "missing"),
        (f"{{name: 7, points: 1, {CLICK}}}", "groups[0].name", "must be text"),
        (f"{{name: g, points: 1, each: 'yes', {CLICK}}}", "groups[0].each", "true or false"),
        ("{name: g, points: 1}", "groups[0].when", "missing"),
        ("just text", "groups[0]", "must be a mapping"),
        (f"{{name: g, points: 5, cap: -5, {CLICK}}}", "groups[0].cap", "never bounds points of 5"),
        (f"{{name: g, cap: 5, decay: {{steps: {{7d: -10}}}}, {CLICK}}}", "groups[0].cap", "points of -10"),
        (f"{{name: g, points: -1001, decay: {{half_life: 7d}}, {CLICK}}}", "groups[0].points", "up to 1,000"),
        (f"{{name: g, points: 5, category: web, {CLICK}}}", "groups[0].category", "not a category"),
        (f"{{name: g, points: 5, decay: 7d, {CLICK}}}", "groups[0].decay", "one of"),
        (f"{{name: g, points: 5, decay: {{half_life: 7d, linear: 7d}}, {CLICK}}}", "groups[0].decay", "one of"),
        (f"{{name: g, points: 5, decay: {{halflife: 7d}}, {CLICK}}}", "groups[0].decay", "one of"),
        (f"{{name: g, points: 5, decay: {{half_life: 0d}}, {CLICK}}}", "groups[0].decay.half_life", "longer than"),
        (f"{{name: g, points: 5, decay: {{linear: 7}}, {CLICK}}}", "groups[0].decay.linear", "a duration"),
        (f"{{name: g, decay: {{steps: {{}}}}, {CLICK}}}", "groups[0].decay.steps", "1 to 20"),
        (f"{{name: g, decay: {{steps: [7d]}}, {CLICK}}}", "groups[0].decay.steps", "1 to 20"),
        (f"{{name: g, decay: {{steps: {{0d: 5}}}}, {CLICK}}}", "groups[0].decay.steps.0d", "not an age"),
        (f"{{name: g, decay: {{steps: {{week: 5}}}}, {CLICK}}}", "groups[0].decay.steps.week", "not an age"),
        (f"{{name: g, decay: {{steps: {{7d: 5.5}}}}, {CLICK}}}", "groups[0].decay.steps.7d", "whole numbers"),
        (f"{{name: g, decay: {{steps: {{7d: true}}}}, {CLICK}}}", "groups[0].decay.steps.7d", "whole numbers"),
        (f"{{name: g, decay: {{steps: {{7d: 5, 1w: 4}}}}, {CLICK}}}", "groups[0].decay.steps.1w", "as long as"),
        (
            "{name: g, points: 5, each: true, when: {fact: lead.x, equals: 1}}",
            "groups[0].each",
            "exactly one interaction",
        ),
        (
            "{name: g, points: 5, decay: {linear: 7d}, when: {any: [{interaction: a}, {interaction: b}]}}",
            "groups[0].decay",
            "exactly one interaction",
        ),
    ],
)
def test_slips_of_groups(group: str, path: str, words: str) -> None:
    """Each slip of a group is one fault with its path."""
    (fault,) = faults(with_group(group))
    assert fault.path == path
    assert words in fault.message
    assert fault.line == 3


@pytest.mark.parametrize(
    ("more", "path", "words"),
    [
        ("floor: 10\ncap: 5\n", "floor", "above the cap"),
        ("grades: [{name: Hot}, {name: Cold, from: 5}]\n", "grades[0]", "only the last"),
        ("grades: [{name: Hot, form: 5}]\n", "grades[0].form", "not a key"),
        ("examples: [{expect: {grad: Hot}, lead: {}}]\n", "examples[0].expect.grad", "not a known expectation"),
        ("examples: [{expect: {}, lead: {}, now: soon}]\n", "examples[0].now", "must be a time"),
        ("examples: [{expect: {}, lead: {}, now: 5}]\n", "examples[0].now", "must be a time"),
        ("examples: [{expect: {}, lead: {}, interactions: [{at: 2026-01-01}]}]\n", "examples[0]", "type"),
        ("examples: [{expect: {}}]\n", "examples[0].lead", "missing"),
        ("write: {scor: x}\n", "write.scor", "not a key"),
        ("write: {score: a-b}\n", "write.score", "not a name"),
        ("audience: {fact: lead.x}\n", "audience", "no operator"),
        ("exclude: 5\n", "exclude", "a mapping or a list"),
        ("purpose: 5\n", "purpose", "must be text"),
        ("categories: {web: {}}\n", "categories.web.cap", "missing"),
        ("categories: {web: 5}\n", "categories.web", "must be a mapping"),
        ("models: x\n", "models", "not a key"),
    ],
)
def test_slips_of_models(more: str, path: str, words: str) -> None:
    """Each slip outside the groups is told with its path."""
    found = faults(with_group(f"{{name: g, points: 1, {CLICK}}}", more))
    assert words in next(fault.message for fault in found if fault.path == path)


@pytest.mark.parametrize("name", ["", "has space", "-x", "a/b", "ä", "x" * 101])
def test_names_are_letters_digits_and_hyphens(name: str) -> None:
    """Other names are refused."""
    (fault,) = faults(f"model: '{name}'\ngroups: [{{name: g, points: 1, {CLICK}}}]\n")
    assert fault.path == "model"


def test_an_unknown_category_is_told_with_the_nearest() -> None:
    """A category that the model does not list is told with the nearest that it does."""
    text = with_group(f"{{name: g, points: 1, category: wbe, {CLICK}}}", "categories: {web: {cap: 5}}\n")
    (fault,) = faults(text)
    assert "`web`" in fault.remedy


@pytest.mark.parametrize("groups", ["[]", "5", "null"])
def test_groups_are_needed(groups: str) -> None:
    """A model without a list of groups is refused."""
    assert [fault.path for fault in faults(f"model: m\ngroups: {groups}\n")] == ["groups"]


def test_all_faults_are_told_at_once_in_order_of_lines() -> None:
    """Faults of structure, conditions and numbers come together, sorted by line, and the message lists them."""
    text = (
        "modell: x!\nfloor: 10\ngroups:\n  - nme: x\n    points: 2.5\n    when: {fact: lead.a, equal: b}\n"
        "  - {name: y, points: 5, cap: -5, when: {fct: lead.a}}\n"
    )
    with pytest.raises(DocumentError) as caught:
        parse_model(text)
    lines = [fault.line for fault in caught.value.faults]
    assert lines == sorted(lines, key=lambda line: line or 0)
    assert [(fault.path, fault.line) for fault in caught.value.faults] == [
        ("model", 1),
        ("modell", 1),
        ("groups[0].name", 4),
        ("groups[0].nme", 4),
        ("groups[0].points", 5),
        ("groups[0].when.equal", 6),
        ("groups[1].when.fct", 7),
        ("groups[1].cap", 7),
    ]
    assert "8 faults" in str(caught.value)
    assert "Did you mean `model`?" in str(caught.value)


def test_one_fault_is_counted_as_one() -> None:
    """The message of a document with one fault says so."""
    with pytest.raises(DocumentError, match="has 1 fault"):
        parse_model("model: m\ngroups: []\n")


def test_the_kind_of_a_document_is_its_first_known_key() -> None:
    """Models, criteria, alerts and titles are told apart by their key."""
    assert isinstance(parse_document(WHOLE), Model)
    assert isinstance(parse_document("qualification: q\nwhen: {model: m, at_least: 1}\n"), Criteria)
    assert isinstance(parse_document("alert: a\non: {qualified: q}\nchannels: [x]\n"), Alert)
    titles: Any = parse_document("titles: [{title: Ledger Wizard, function: finance}]\n")
    assert len(titles.entries) == 1


@pytest.mark.parametrize(("text", "words"), [("modle: m\n", "Did you mean `model`?"), ("{}", "the document is empty")])
def test_a_document_of_no_kind_is_refused(text: str, words: str) -> None:
    """A document without such a key is told the nearest."""
    with pytest.raises(DocumentError) as caught:
        parse_document(text)
    assert words in str(caught.value)


def test_purpose_and_lawful_basis_are_required_to_publish() -> None:
    """A model without them can be read and lacks exactly them for publication."""
    bare = parse_model(with_group(f"{{name: g, points: 1, {CLICK}}}", "purpose: ' '\n"))
    assert [fault.path for fault in required_to_publish(bare)] == ["purpose", "lawful_basis"]
    assert required_to_publish(parse_model(WHOLE)) == []
