"""Tone of several models, principles of a model, and rules in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connector.scoring.document import parse_model
from connector.scoring.explain import (
    Explanation,
    Strength,
    data_used,
    explain,
    principles,
    strength_of,
    summarise,
)
from connector.scoring.explain.phrases import condition_phrase, interaction_requirement, requirement
from connector.scoring.facttypes import UNTYPED
from connector.scoring.rules import (
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    FactTest,
    Grade,
    Group,
    InteractionTest,
    Model,
    ModelTest,
    Not,
    Operator,
)
from connector.scoring.score import GroupScore, Outcome, Score, Standing
from tests.unit.scoring.explain_samples import MINUS, MODEL, NOW, TYPES


def toned(
    dimension: str, score: int | None, *, grades: bool = True, coverage: float = 1.0, recent: bool = False
) -> Explanation:
    """An explanation of a model of one dimension that can give 30 points."""
    when: Condition = (
        InteractionTest("email_click", within=timedelta(days=7)) if recent else FactTest("lead.a", Operator.IS_EMPTY)
    )
    listed = "grades: [{name: A, from: 20}, {name: B, from: 10}, {name: C}]" if grades else ""
    base = parse_model(
        f"model: {dimension}-model\n{listed}\ngroups: [{{name: x, points: 30, when: {{interaction: y}}}}]"
    )
    model = Model(base.name, (Group("x", 30, when),), dimension=dimension, grades=base.grades)
    grade = None if score is None or not grades else "A" if score >= 20 else "B" if score >= 10 else "C"
    standing = Standing.SCORED if score is not None else Standing.OUTSIDE_AUDIENCE
    groups = (GroupScore("x", score or 0, Outcome.TRUE),)
    return explain(model, Score(model.name, standing, score, grade, coverage, 30, groups, (), None), {"lead": {}}, NOW)


@pytest.mark.parametrize(
    ("score", "grades", "coverage", "strength"),
    [
        (25, True, 1.0, Strength.STRONG),
        (15, True, 1.0, Strength.MODERATE),
        (5, True, 1.0, Strength.WEAK),
        (5, True, 0.2, Strength.UNKNOWN),
        (0, True, 1.0, Strength.NO),
        (0, True, 0.2, Strength.UNKNOWN),
        (-5, True, 1.0, Strength.NO),
        (None, True, 0.0, Strength.NOT_SCORED),
        (20, False, 1.0, Strength.STRONG),
        (10, False, 1.0, Strength.MODERATE),
        (9, False, 1.0, Strength.WEAK),
    ],
)
def test_strength_follows_the_grade_or_the_share(
    score: int | None, grades: bool, coverage: float, strength: Strength
) -> None:
    """The top grade or two thirds of the points are strong, the last grade or few points weak, none is none."""
    explanation = toned("fit", score, grades=grades, coverage=coverage)
    assert strength_of(explanation.model, explanation.score) is strength


@pytest.mark.parametrize(
    ("grade", "strength"), [("A", Strength.STRONG), ("B", Strength.MODERATE), (None, Strength.WEAK)]
)
def test_below_every_grade_is_weak(grade: str | None, strength: Strength) -> None:
    """Where a model has no last grade, a lead below them all is weak, whatever share of the points it has."""
    model = Model("m", (Group("x", 30, InteractionTest("y")),), grades=(Grade("A", 60), Grade("B", 50)))
    score = Score("m", Standing.SCORED, 30, grade, 1.0, 30, (GroupScore("x", 30, Outcome.TRUE),), (), None)
    assert strength_of(model, score) is strength


def test_points_of_a_model_that_can_give_none_are_strong() -> None:
    """Where a floor alone makes the score, nothing speaks for the lead; where no group can give points, any is much."""
    model = Model("m", (Group("x", -5, InteractionTest("y")),), dimension="fit", floor=3)
    floored = Score("m", Standing.SCORED, 3, None, 1.0, 3, (GroupScore("x", 0, Outcome.FALSE),), (), None)
    assert strength_of(model, floored) is Strength.NO
    model = Model("m", (Group("x", -5, InteractionTest("y")),), dimension="fit", floor=-9, cap=0)
    odd = Score("m", Standing.SCORED, 3, None, 1.0, 3, (GroupScore("x", 3, Outcome.TRUE),), (), None)
    assert strength_of(model, odd) is Strength.STRONG


def test_dimensions_make_one_sentence() -> None:
    """Fit comes first, a dimension that looks at recent time is called recent, the stronger of two models counts."""
    assert summarise([toned("intent", 0, recent=True), toned("fit", 25)]) == "Strong fit, no recent intent"
    assert (
        summarise([toned("fit", None), toned("fit", 15, recent=True), toned("reach", 5)]) == "Moderate fit, weak reach"
    )
    assert summarise([toned("fit", 5, coverage=0.1), toned("intent", None)]) == "Fit mostly unknown, intent not scored"
    assert summarise([]) == ""


# --- principles and phrases -----------------------------------------------------------------------------------------


def test_principles_say_how_a_score_comes_about() -> None:
    """Purpose, basis, data, audience, each group as applied, caps, grades and unknowns are said in words."""
    text = (
        "purpose: Prioritise follow-up\nlawful_basis: legitimate_interests\n"
        "audience: {fact: lead.address1_country, is_any_of: [GB, IE]}\n"
        "exclude: {fact: lead.donotbulkemail, equals: true}\n"
        + MODEL.replace("decay: {half_life: 14d}", "decay: {linear: 30d}")
    )
    lines = principles(parse_model(text, TYPES), NOW, TYPES)
    assert lines == [
        "The model engagement gives points for what is known of a lead and adds them up.",
        "Purpose: Prioritise follow-up.",
        "Lawful basis: legitimate interests.",
        (
            "Data used: country, do not bulk e-mail, job title, number of employees, e-mail clicks, form submissions, "
            "event check-ins, industry, account's industry and web visits."
        ),
        "Only leads are scored for which this holds: country is 'GB' or 'IE'.",
        "Leads are left out for which this holds: do not bulk e-mail: yes.",
        (
            "Senior finance person of a large account: "
            "+20 if seniority is C-level, VP or director, job function is finance and at least 500 employees."
        ),
        "Clicked lately: +10 if an e-mail click in the last 7 days.",
        "Forms: +5 for each if a demo or pricing form submission in the last 30 days, 15 at most for all.",
        "Event attended: +16 if an event check-in, falling to 0 over 30 days.",
        "Our market: +4 if industry is Financial, account's industry is Financial or country is 'GB'.",
        "Visits: +4 if a web visit.",
        "Many visits: +4 if at least 2 web visits.",
        f"Refuses bulk mail: {MINUS}8 if do not bulk e-mail: yes.",
        "All groups of web together: 6 at most.",
        "The total is at least 0 and at most 100.",
        "Grades: Hot from 70, Warm from 40 and Cold below.",
        "What is not known gives no points and takes none.",
    ]


def test_principles_of_a_bare_model_are_short() -> None:
    """A model without purpose, bounds and grades says only what it has; fading in steps and halves is said."""
    text = """
model: bare
cap: 50
groups:
  - {name: halves, points: 4, decay: {half_life: 14d}, when: {interaction: event_checkin}}
  - {name: steps, decay: {steps: {7d: 10, 30d: 5}}, when: {interaction: event_checkin}}
  - {name: bounces, points: -1, each: true, cap: -5, when: {interaction: bounce}}
"""
    assert principles(parse_model(text), NOW) == [
        "The model bare gives points for what is known of a lead and adds them up.",
        "Data used: event check-ins and bounces.",
        "Halves: +4 if an event check-in, halved every 14 days.",
        "Steps: points if an event check-in, +10 within 7 days and +5 within 30 days.",
        f"Bounces: {MINUS}1 for each if a bounce, {MINUS}5 at least for all.",
        "The total is at most 50.",
        "What is not known gives no points and takes none.",
    ]
    assert principles(Model("none", ()), NOW)[1] == "Data used: none."
    assert data_used(Model("none", ())) == []


NUMBER = "account.numberofemployees"


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (FactTest(NUMBER, Operator.EQUALS, (Decimal(5),)), "exactly 5 employees"),
        (FactTest(NUMBER, Operator.BETWEEN, (Decimal(5), Decimal(1000))), "between 5 and 1,000 employees"),
        (FactTest(NUMBER, Operator.LESS_THAN, (Decimal(5),)), "fewer than 5 employees"),
        (FactTest(NUMBER, Operator.IS_EMPTY), "number of employees is empty"),
        (FactTest("lead.revenue", Operator.GREATER_THAN, (Decimal("0.5"),)), "revenue is more than 0.5"),
        (FactTest("lead.x", Operator.NOT_EQUALS, ("a",)), "x is not 'a'"),
        (FactTest("lead.x", Operator.IS_NONE_OF, ("a", "b")), "x is neither 'a' nor 'b'"),
        (FactTest("lead.x", Operator.MATCHES, ("^a|b$",)), "x matches '^a|b$'"),
        (FactTest("lead.emailaddress1", Operator.ENDS_WITH, ("@b.example",)), "e-mail address ends with '@b.example'"),
        (FactTest("lead.industrycode", Operator.IS_ANY_OF, (Decimal(1), "Retail")), "industry is Financial or Retail"),
        (FactTest("lead.createdon", Operator.IN_LAST, (timedelta(days=30),)), "created on is in the last 30 days"),
        (
            FactTest("lead.createdon", Operator.BEFORE, (datetime(2026, 1, 2, tzinfo=UTC),)),
            "created on is before 2 Jan",
        ),
        (FactTest("account.employee_band", Operator.EQUALS, ("5001+",)), "employee band is 5001+"),
        (FactTest("title.function", Operator.EQUALS, ("general_management",)), "job function is general management"),
    ],
)
def test_tests_have_words(test: FactTest, words: str) -> None:
    """Each operator reads as a clause with its constants as the document has them."""
    assert requirement(test, TYPES, NOW) == words


def test_whole_conditions_have_words() -> None:
    """And, or, not and at-least-of read without doubt about what belongs together."""
    a, b, c = (FactTest(f"lead.{name}", Operator.EQUALS, (Decimal(1),)) for name in "abc")
    nested = All((AnyOf((a, b)), Not(c)))
    assert condition_phrase(nested, UNTYPED, NOW) == "(a is 1 or b is 1) and not (c is 1)"
    assert condition_phrase(AtLeastOf(2, (a, All((b,)), ModelTest("fit", grade="Hot"))), UNTYPED, NOW) == (
        "at least 2 of: a is 1; (b is 1); fit at grade Hot or higher"
    )
    assert condition_phrase(All((AnyOf((a, b)),)), UNTYPED, NOW) == "a is 1 or b is 1"
    assert condition_phrase(ModelTest("fit", at_least=1200), UNTYPED, NOW) == "fit at least 1,200"


def test_interactions_have_words() -> None:
    """How many, of what, with which properties and in which window an interaction test asks is said."""
    many = InteractionTest(
        "form_submission",
        at_least=3,
        within=timedelta(days=7),
        where=(FactTest("pages", Operator.AT_LEAST, (Decimal(2),)), FactTest("form", Operator.EQUALS, ("demo",))),
    )
    assert interaction_requirement(many, UNTYPED, NOW) == (
        "at least 3 demo form submissions (pages is at least 2) in the last 7 days"
    )
    numbered = InteractionTest("form_submission", where=(FactTest("form", Operator.EQUALS, (Decimal(7),)),))
    assert interaction_requirement(numbered, UNTYPED, NOW) == "a form submission (form is 7)"


def test_a_model_without_a_dimension_goes_by_its_name() -> None:
    """A model that names no dimension is called by its own name."""
    model = Model("reach", (Group("x", 5, InteractionTest("y")),))
    score = Score("reach", Standing.SCORED, 5, None, 1.0, 5, (GroupScore("x", 5, Outcome.TRUE),), (), None)
    assert summarise([explain(model, score, {"lead": {}}, NOW)]) == "Strong reach"
