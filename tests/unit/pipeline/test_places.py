"""The places of leads in the matrices of live qualifications."""

from __future__ import annotations

from connector.pipeline.places import Matrices
from connector.scoring.document import parse_criteria, parse_model

GRADES = "grades: [{name: Hot, from: 70}, {name: Warm, from: 40}, {name: Cold}]"
MODELS = {
    name: parse_model(
        f"model: {name}\n{GRADES}\ngroups: [{{name: g, points: 1, when: {{fact: lead.subject, is_not_empty: true}}}}]"
    )
    for name in ("fit", "engagement")
}
CRITERIA = [
    parse_criteria("qualification: one\nwhen: {model: fit, at_least: 1}\nmatrix: {fit: fit, engagement: engagement}"),
    parse_criteria("qualification: none\nwhen: {model: fit, at_least: 1}"),
]


def test_only_qualifications_that_ask_have_a_place() -> None:
    """The place is named with the qualification and the models that give it."""
    assert Matrices(CRITERIA, MODELS).places({"fit": "Warm", "engagement": "Hot"}) == [
        {"qualification": "one", "place": "B1", "fit": "fit", "engagement": "engagement"}
    ]


def test_without_both_grades_there_is_no_place() -> None:
    """A lead that one of the models does not grade stands nowhere."""
    assert Matrices(CRITERIA, MODELS).places({"fit": "Warm", "engagement": None}) == []
