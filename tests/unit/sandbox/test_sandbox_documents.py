"""The demo's documents use the whole language, so that whoever reads them has seen every part of it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from connector.dataverse.columns import STANDARD_TYPES
from connector.scoring.carriers import walk
from connector.scoring.derived import is_rollup
from connector.scoring.document import parse_alert, parse_criteria, parse_model
from connector.scoring.rules import (
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    FactTest,
    HalfLife,
    InteractionTest,
    Linear,
    Model,
    ModelTest,
    Not,
    Operator,
    Steps,
)

DOCUMENTS = files("connector.sandbox") / "documents"


def texts(kind: str) -> list[str]:
    """The documents of a kind."""
    return [part.read_text(encoding="utf-8") for part in (DOCUMENTS / kind).iterdir() if part.name.endswith(".yaml")]


MODELS = [parse_model(text, STANDARD_TYPES) for text in texts("models")]
CRITERIA = [parse_criteria(text, STANDARD_TYPES) for text in texts("qualification")]
ALERTS = [parse_alert(text, STANDARD_TYPES) for text in texts("alerts")]


def conditions() -> Iterator[Condition]:
    """Every condition of every document, nested ones too."""
    for model in MODELS:
        for condition in (model.audience, model.exclude, *(group.when for group in model.groups)):
            if condition is not None:
                yield from walk(condition)
    for criteria in CRITERIA:
        yield from walk(criteria.when)


def fact_tests() -> Iterator[FactTest]:
    """Every test of a fact, those of properties too."""
    for condition in conditions():
        if isinstance(condition, FactTest):
            yield condition
        elif isinstance(condition, InteractionTest):
            yield from condition.where


def test_every_operator_and_every_way_to_join_is_used() -> None:
    """All operators, case and confidence, all nested forms."""
    found = list(fact_tests())
    assert {test.operator for test in found} == set(Operator)
    assert any(test.case_sensitive for test in found)
    assert any(test.min_confidence for test in found)
    assert {type(condition) for condition in conditions()} == {
        All, AnyOf, AtLeastOf, Not, FactTest, InteractionTest, ModelTest
    }  # fmt: skip


def test_every_derived_fact_is_used() -> None:
    """Titles, the kind of address, the age of a lead, the size of the company, roll-ups of the account."""
    facts = {test.fact for test in fact_tests()}
    derived = {
        "title.seniority", "title.function", "lead.has_account", "lead.email_is_freemail", "lead.days_since_created",
        "account.employee_band",
    }  # fmt: skip
    assert derived <= facts
    assert {fact for fact in facts if is_rollup(fact)} == {"account.open_leads", "account.engaged_people_30d"}


def test_every_way_to_count_interactions_is_used() -> None:
    """With and without a window, several of them, their properties, machines' ones."""
    tests = [condition for condition in conditions() if isinstance(condition, InteractionTest)]
    assert {test.within is None for test in tests} == {True, False}
    assert any(test.at_least > 1 for test in tests)
    assert any(test.where for test in tests)
    assert any(test.include_machine for test in tests)


def test_every_kind_of_points_is_used() -> None:
    """Positive and negative points, caps of groups and categories, each occurrence, every decay."""
    groups = [group for model in MODELS for group in model.groups]
    assert {type(group.decay) for group in groups if group.decay is not None} == {HalfLife, Linear, Steps}
    assert any((group.points or 0) < 0 for group in groups)
    assert any(group.each and group.cap for group in groups)
    assert any(group.category for group in groups)
    assert any(model.category_caps for model in MODELS)


def test_every_part_of_a_model_is_used() -> None:
    """Audience, exclusion, bounds, grades, examples, columns to write, purpose and lawful basis."""
    for part in ("audience", "exclude", "floor", "cap", "grades", "examples", "description"):
        assert any(getattr(model, part) not in (None, "", ()) for model in MODELS), part
    assert all(model.purpose and model.lawful_basis and model.write.score for model in MODELS)
    assert isinstance(MODELS[0], Model)
    assert any(criteria.matrix for criteria in CRITERIA)
    assert ALERTS
