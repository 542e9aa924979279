"""Criteria over scores and facts: outcome, reason, next change, and the two-model matrix."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.scoring.document import parse_criteria
from connector.scoring.qualification import CompiledCondition, Verdict, compile_condition, matrix_label, qualify
from connector.scoring.rules import FactTest, Grade, Group, Matrix, Model, Operator
from connector.scoring.score import Outcome, Score, Standing

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
GROUP = Group("g", 1, FactTest("lead.x", Operator.IS_EMPTY))
GRADES = (Grade("Hot", 70), Grade("Warm", 40), Grade("Cold", None))
MODELS = {name: Model(name, (GROUP,), grades=GRADES) for name in ("fit", "engagement")}
BLANK: Any = {"lead": {}}


def scored(model: str, points: int | None, grade: str | None = None) -> Score:
    """A score of a model; None for a lead that it does not score."""
    standing = Standing.SCORED if points is not None else Standing.EXCLUDED
    return Score(model, standing, points, grade, 1.0, points, (), (), None)


def compiled(when: str) -> CompiledCondition:
    """Criteria as compiled."""
    return compile_condition(parse_criteria(f"qualification: q\nwhen: {when}\n").when, models=MODELS)


def verdict(when: str, *scores: Score, facts: Any = BLANK) -> Verdict:
    """What criteria say of a lead."""
    return qualify(compiled(when), {score.model: score for score in scores}, facts, NOW)


@pytest.mark.parametrize(
    ("when", "points", "grade", "outcome"),
    [
        ("{model: fit, at_least: 40}", 40, None, Outcome.TRUE),
        ("{model: fit, at_least: 41}", 40, None, Outcome.FALSE),
        ("{model: fit, at_least: -5}", None, None, Outcome.FALSE),
        ("{model: engagement, at_least: -5}", 40, None, Outcome.FALSE),
        ("{model: fit, grade: Warm}", 40, "Warm", Outcome.TRUE),
        ("{model: fit, grade: Warm}", 80, "Hot", Outcome.TRUE),
        ("{model: fit, grade: Warm}", 10, "Cold", Outcome.FALSE),
        ("{model: fit, grade: Warm}", 10, None, Outcome.FALSE),
        ("{model: fit, grade: Tepid}", 80, "Hot", Outcome.FALSE),
        ("{not: {model: fit, at_least: 41}}", 40, None, Outcome.TRUE),
        (
            "{at_least_of: {n: 1, of: [{model: fit, at_least: 41}, {fact: lead.x, equals: 1}]}}",
            40,
            None,
            Outcome.UNKNOWN,
        ),
        ("{all: [{model: fit, at_least: 41}, {fact: lead.x, equals: 1}]}", 40, None, Outcome.FALSE),
        ("{any: [{model: fit, at_least: 40}, {fact: lead.x, equals: 1}]}", 40, None, Outcome.TRUE),
    ],
)
def test_scores_and_grades_reach_marks(when: str, points: int | None, grade: str | None, outcome: Outcome) -> None:
    """A score reaches its mark, a grade itself and those below; an unscored lead reaches nothing."""
    scores = {"fit": scored("fit", points, grade)}
    assert compiled(when)(BLANK, scores, NOW) is outcome


def test_an_unknown_model_knows_only_its_own_grade() -> None:
    """Without the model the order of its grades is not known."""
    test = parse_criteria("qualification: q\nwhen: {model: other, grade: Warm}\n").when
    condition = compile_condition(test)
    assert condition(BLANK, {"other": scored("other", 1, "Warm")}, NOW) is Outcome.TRUE
    assert condition(BLANK, {"other": scored("other", 1, "Hot")}, NOW) is Outcome.FALSE


@pytest.mark.parametrize(
    ("when", "scores", "facts", "reason"),
    [
        (
            "[{model: fit, at_least: 40}, {any: [{model: engagement, at_least: 30}, {model: engagement, grade: Hot}]}]",
            (scored("fit", 55), scored("engagement", 31, "Warm")),
            BLANK,
            "Met: fit is 55 (at least 40); engagement is 31 Warm (at least 30).",
        ),
        ("{model: fit, grade: Hot}", (scored("fit", 55, "Warm"),), BLANK, "Not met: fit is 55 Warm (Hot or better)."),
        ("{model: fit, at_least: 5}", (scored("fit", None),), BLANK, "Not met: fit is not scored (at least 5)."),
        ("{model: fit, at_least: 5}", (), BLANK, "Not met: fit is not scored (at least 5)."),
        ("{fact: lead.x, equals: 1}", (), {"lead": {"x": 1}}, "The criteria are met."),
        ("{fact: lead.x, equals: 1}", (), {"lead": {"x": 2}}, "The criteria are not met."),
        (
            "[{fact: lead.x, equals: 1}, {fact: account.y, equals: 1}]",
            (),
            BLANK,
            "Cannot be judged: unknown is lead.x (empty column), account.y (no account).",
        ),
    ],
)
def test_reasons_name_what_decided(when: str, scores: tuple[Score, ...], facts: Any, reason: str) -> None:
    """The reason names the marks that were reached or not, or the facts that are unknown."""
    assert verdict(when, *scores, facts=facts).reason == reason


def test_the_next_change_is_that_of_the_outcome() -> None:
    """Time changes the verdict when the outcome changes, not when a part of it does."""
    when = "{any: [{interaction: click, within: 7d}, {interaction: form, within: 30d}]}"
    at = (NOW - timedelta(days=1)).isoformat()
    facts = {"lead": {}, "interactions": [{"type": "click", "at": at}, {"type": "form", "at": at}]}
    found = verdict(when, facts=facts)
    assert (found.outcome, found.next_change_at) == (Outcome.TRUE, NOW + timedelta(days=29))
    assert compiled(when).judge(facts, {}, NOW) == (Outcome.TRUE, NOW + timedelta(days=29))  # type: ignore[arg-type]  # from JSON


def test_a_reached_score_hides_the_passing_of_time() -> None:
    """Where a score alone decides, time changes nothing."""
    when = "{any: [{model: fit, at_least: 1}, {interaction: click, within: 7d}]}"
    facts = {"lead": {}, "interactions": [{"type": "click", "at": NOW.isoformat()}]}
    assert verdict(when, scored("fit", 5), facts=facts).next_change_at is None
    assert verdict(when, scored("fit", 0), facts=facts).next_change_at == NOW + timedelta(days=7)


@pytest.mark.parametrize(
    ("fit", "engagement", "label"),
    [("Hot", "Hot", "A1"), ("Cold", "Warm", "C2"), ("Hot", None, None), (None, "Hot", None), ("Retired", "Hot", None)],
)
def test_the_matrix_reads_two_grades_together(fit: str | None, engagement: str | None, label: str | None) -> None:
    """The letter is the rank of the fit grade, the number that of the engagement grade."""
    assert matrix_label(Matrix("fit", "engagement"), {"fit": fit, "engagement": engagement}, MODELS) == label


def test_the_matrix_needs_both_models_and_scores() -> None:
    """Without a score or a model there is no place in the matrix."""
    assert matrix_label(Matrix("fit", "engagement"), {"fit": "Hot"}, MODELS) is None
    assert matrix_label(Matrix("fit", "fit"), {"fit": "Hot"}, {}) is None
    assert matrix_label(Matrix("fit", "fit"), {"fit": "Warm"}, MODELS) == "B2"
