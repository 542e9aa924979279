"""What documents name: facts as columns, and models."""

from __future__ import annotations

from connector.scoring.document import parse_alert, parse_criteria, parse_model
from connector.scoring.facttypes import DerivedColumns, FactTypes
from connector.scoring.rules import FactTest, Operator
from connector.scoring.usage import conditions_of, facts_used, models_named

MODEL = parse_model(
    """\
model: m
audience: {not: {fact: lead.country, equals: GB}}
exclude: {fact: lead.optout, equals: true}
groups:
  - {name: a, points: 1, when: [{fact: title.seniority, equals: vp}, {any: [{fact: account.revenue, at_least: 1}]}]}
  - {name: b, points: 1, when: {interaction: click, where: {form: demo}}}
  - {name: c, points: 1, when: {at_least_of: {n: 1, of: [{fact: account.open_leads, at_least: 1}]}}}
  - {name: d, points: 1, when: {fact: lead.has_account, equals: true}}
"""
)
CRITERIA = parse_criteria(
    "qualification: q\nwhen: {any: [{model: a, at_least: 1}, {fact: lead.x, equals: 1}]}\n"
    "audience: {fact: lead.y, equals: 1}\nmatrix: {fit: b, engagement: c}\n"
)
ALERT = parse_alert("alert: a\non: {qualified: q}\nchannels: [x]\n")


def test_facts_are_counted_as_columns() -> None:
    """Derived facts count as the column that they read, roll-ups as themselves, `has_account` not at all."""
    columns = {"lead.country", "lead.optout", "account.revenue", "account.open_leads"}
    assert facts_used(MODEL) == columns | {"lead.jobtitle"}
    ours = FactTypes(derived=DerivedColumns(title="lead.position"))
    assert facts_used(MODEL, ours) == columns | {"lead.position"}
    assert facts_used(CRITERIA) == {"lead.x", "lead.y"}
    assert facts_used(ALERT) == frozenset()
    assert facts_used(FactTest("lead.z", Operator.IS_EMPTY)) == {"lead.z"}


def test_every_condition_of_a_document_is_seen() -> None:
    """A model has its audience, exclusion and groups; criteria have two; an alert may have none."""
    assert len(conditions_of(MODEL)) == 6
    assert len(conditions_of(CRITERIA)) == 2
    assert conditions_of(ALERT) == []


def test_models_are_named_by_conditions_and_by_the_matrix() -> None:
    """Criteria name the models that they test and those of their matrix."""
    assert models_named(CRITERIA) == {"a", "b", "c"}
    assert models_named(CRITERIA.when) == {"a"}
    assert models_named(parse_criteria("qualification: q\nwhen: {model: a, at_least: 1}\n")) == {"a"}
