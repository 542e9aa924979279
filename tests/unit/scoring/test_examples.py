"""The examples in a model: which of them do not hold, and what is said of it."""

from __future__ import annotations

import pytest

from connector.scoring.compiler import compile_model
from connector.scoring.document import parse_model
from connector.scoring.examples import failing_examples
from connector.scoring.rules import Example, Model
from tests.unit.scoring.compiler.asking import DAY, NOW, ago

DOCUMENT = """
model: m
exclude: {fact: lead.gone, equals: true}
groups: [{name: g, points: 5, when: {interaction: click, within: 7d}}]
grades: [{name: Hot, from: 5}, {name: Cold}]
"""


def failures(expect: str, lead: str = "{}", more: str = "") -> list[str]:
    """What is said of one example with a click on the day before."""
    clicks = f"[{{type: click, at: '{ago(1)}'}}]"
    example = f"examples: [{{expect: {expect}, lead: {lead}, interactions: {clicks}{more}}}]\n"
    return [fault.message for fault in failing_examples(compile_model(parse_model(DOCUMENT + example)), NOW)]


@pytest.mark.parametrize(
    ("expect", "holds"),
    [
        ("{score: 5, grade: Hot, standing: scored, at_least: 5, at_most: 5}", True),
        ("{score: 4}", False),
        ("{grade: Cold}", False),
        ("{standing: excluded}", False),
        ("{at_least: 6}", False),
        ("{at_most: 4}", False),
        ("{at_least: some}", False),
    ],
)
def test_each_expectation_is_checked(expect: str, holds: bool) -> None:
    """An expectation that does not hold is told with what the model says instead; one that holds is not."""
    told = failures(expect)
    assert [("the model says" in message) for message in told] == ([] if holds else [True])


def test_an_unscored_lead_meets_no_bound() -> None:
    """A lead that the model excludes has no score, so that no bound holds, and says why."""
    (told,) = failures("{at_most: 100}", "{gone: true}")
    assert told == "the example expects at most 100, and the model does not score that lead: it is excluded."
    assert failures("{standing: excluded, score: null}", "{gone: true}") == []


def test_a_grade_that_there_is_not_is_told_with_those_that_there_are() -> None:
    """Who misspells a grade learns which there are; that a lead has none is another thing to expect."""
    (told,) = failures("{grade: Warm}")
    assert told == "the example expects grade 'Warm', and the model has the grades Hot and Cold."
    (none,) = failures("{grade: null}")
    assert none == "the example expects grade None, the model says 'Hot'."
    plain = "model: m\ngroups: [{name: g, points: 5, when: {fact: lead.a, equals: 1}}]\n"
    model = parse_model(plain + "examples: [{expect: {grade: Hot}, lead: {a: 1}}]\n")
    assert failing_examples(compile_model(model), NOW)[0].message.endswith("and the model has no grades.")


def test_an_example_may_have_its_own_moment() -> None:
    """An example with a time of its own is scored then."""
    later = (NOW + 30 * DAY).isoformat()
    assert failures("{score: 0}", more=f", now: '{later}'") == []


def test_expectations_that_no_document_can_hold_are_faults() -> None:
    """Rules that were not read from a document may expect nonsense, and are told so."""
    example = Example({"colour": "red"}, {"lead": {}})
    model = Model("m", parse_model(DOCUMENT).groups, examples=(example,))
    (fault,) = failing_examples(compile_model(model), NOW)
    assert "'colour', which is none of" in fault.message
