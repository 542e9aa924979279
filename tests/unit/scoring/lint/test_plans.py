"""Qualifications and alerts against the models that they listen to."""

from __future__ import annotations

from datetime import timedelta

from connector.scoring.document import parse_alert, parse_criteria
from connector.scoring.facttypes import UNTYPED
from connector.scoring.lint import Finding, lint_alert, lint_criteria
from connector.scoring.rules import (
    ANY_MODEL,
    AccountWakes,
    Alert,
    All,
    AnyOf,
    Condition,
    Criteria,
    Crosses,
    EntersGrade,
    GoesCold,
    IsQualified,
    Matrix,
    Model,
    Not,
    Trigger,
)
from tests.unit.scoring.lint.builders import TYPES, at, codes, fact, grades, group, model, only, scores

GB = fact("lead.country", "equals", "GB")
FIT = model(group("gb", 40, GB), grades=grades(("Hot", 30), ("Warm", 10), ("Cold", None)))
MODELS: dict[str, Model] = {"fit": FIT, "plain": model(group("gb", 40, GB))}


def criteria(*conditions: Condition, matrix: Matrix | None = None) -> list[Finding]:
    """The findings on a qualification."""
    when = conditions[0] if len(conditions) == 1 else All(conditions)
    return lint_criteria(Criteria("ready", when, matrix=matrix, place=at(1)), MODELS, TYPES)


def alert(on: Trigger, **more: object) -> list[Finding]:
    """The findings on an alert."""
    return lint_alert(Alert("hot", on, ("sales",), place=at(1), **more), MODELS, TYPES)  # type: ignore[arg-type]  # keys of Alert


def test_threshold_above_the_most() -> None:
    """A threshold and a grade that the model cannot reach are named with the most it can give."""
    found = only(criteria(scores("fit", 41, line=5)), "threshold-unreachable")
    assert (found.line, found.severity) == (5, "error")
    assert "40" in found.message
    high = {"fit": model(group("gb", 40, GB), grades=grades(("Hot", 50), ("Cold", None)))}
    findings = lint_criteria(Criteria("ready", scores("fit", grade="Hot")), high, TYPES)
    assert "grade 'Hot'" in only(findings, "threshold-unreachable").message
    assert "impossible-criteria" not in codes(findings)


def test_a_threshold_beside_another_way_is_advice() -> None:
    """Where the criteria can be met without the threshold it stops nobody, and publication neither."""
    found = only(criteria(AnyOf((scores("fit", 41, line=5), scores("fit", 30)))), "threshold-unreachable")
    assert (found.line, found.severity) == (5, "warning")
    doubled = only(criteria(Not(All((Not(scores("fit", 41)), Not(scores("plain", 10)))))), "threshold-unreachable")
    assert doubled.severity == "warning"
    both = AnyOf((scores("fit", 41), scores("plain", 41)))
    assert {one.severity for one in criteria(both)} == {"error"}


def test_a_threshold_that_must_not_be_reached_is_no_fault() -> None:
    """Only what is waited for can be out of reach."""
    assert criteria(scores("fit", 10), Not(scores("fit", 99))) == []


def test_thresholds_that_contradict_each_other() -> None:
    """A score cannot be both below one mark and above another."""
    found = only(criteria(scores("fit", 30, line=4), Not(scores("fit", 20, line=5))), "impossible-criteria")
    assert found.lines == (4, 5)
    assert criteria(scores("fit", 20), Not(scores("fit", 30))) == []
    hot, warm = scores("fit", grade="Hot"), scores("fit", grade="warm")
    assert "impossible-criteria" in codes(criteria(hot, Not(warm)))
    assert criteria(warm, Not(hot)) == []


def test_a_score_that_can_never_be_so() -> None:
    """A contradiction of one test alone is told in its own words."""
    found = only(criteria(AnyOf(())), "impossible-criteria")
    assert found.line == 1
    never = Not(scores("fit", 10, line=4))
    assert "threshold-unreachable" not in codes(criteria(never))


def test_lowest_grade_is_no_condition() -> None:
    """Every scored lead has the lowest grade or a higher one."""
    assert "threshold-always-met" in codes(criteria(scores("fit", grade="Cold")))
    assert "threshold-always-met" in codes(criteria(scores("fit", 0)))


def test_unknown_names_suggest_known_ones() -> None:
    """A wrong model or grade is answered with the nearest name, with all names, or with what to do first."""
    assert only(criteria(scores("fti", 10)), "unknown-model").fix == "Did you mean fit?"
    assert only(criteria(scores("xyz", 10)), "unknown-model").fix == "There are: fit, plain."
    assert only(criteria(scores("fit", grade="Hott")), "unknown-grade").fix == "Did you mean Hot?"
    assert only(criteria(scores("plain", grade="Hot")), "unknown-grade").fix == "Write the grades of the model first."
    unknown = Not(scores("plain", grade="Hot"))
    assert codes(criteria(unknown)) == {"unknown-grade"}


def test_matrix_names_models() -> None:
    """Both models of a matrix must exist."""
    assert criteria(scores("fit", 10), matrix=Matrix("fit", "plain")) == []
    assert "unknown-model" in codes(criteria(scores("fit", 10), matrix=Matrix("fit", "intent")))


def test_facts_of_a_qualification_are_checked() -> None:
    """A qualification may test facts, which are checked like a model's."""
    assert "unknown-fact" in codes(criteria(fact("lead.contry", "equals", "GB")))
    wrong = lint_criteria(Criteria("ready", scores("fit", 5)), {"fit": FIT}, UNTYPED)
    assert wrong == []


def test_alerts_wait_for_what_can_be() -> None:
    """An alert's threshold or grade must exist, be within reach, and not be met by everybody."""
    assert alert(Crosses("fit", 40)) == []
    assert alert(EntersGrade("fit", "Hot")) == []
    assert codes(alert(Crosses("fit", 41))) == {"threshold-unreachable"}
    assert codes(alert(Crosses("fit", 0))) == {"threshold-always-met"}
    assert codes(alert(EntersGrade("fit", "Cold"))) == {"threshold-always-met"}
    assert codes(alert(EntersGrade("fit", "Hut"), rearm_below=5)) == {"unknown-grade"}
    assert codes(alert(Crosses("intent", 41), rearm_after=timedelta(days=3))) == {"unknown-model"}
    assert codes(alert(EntersGrade("intent", "Hot"))) == {"unknown-model"}


def test_any_model_is_one_that_can() -> None:
    """An alert on any model is at fault only where no model can do what it waits for."""
    assert alert(Crosses(ANY_MODEL, 40)) == []
    assert codes(alert(Crosses(ANY_MODEL, 41))) == {"threshold-unreachable"}
    assert alert(EntersGrade(ANY_MODEL, "Hot")) == []  # one model has no grades
    assert codes(alert(EntersGrade(ANY_MODEL, "Hut"))) == {"unknown-grade"}
    assert lint_alert(Alert("hot", Crosses(ANY_MODEL, 40), ("sales",)), {}, TYPES) == []


def test_going_cold_needs_warm_and_cold() -> None:
    """A model without two grades that can be had, or a bound that no lead falls under, makes nobody go cold."""
    assert alert(GoesCold("fit")) == []
    assert codes(alert(GoesCold("plain"))) == {"never-cold"}
    assert alert(GoesCold("plain", 40)) == []
    assert codes(alert(GoesCold("plain", 41))) == {"never-cold"}
    assert codes(alert(GoesCold("plain", 0))) == {"never-cold"}
    assert alert(GoesCold(ANY_MODEL)) == []
    assert codes(alert(GoesCold(ANY_MODEL, 41))) == {"never-cold"}
    assert codes(alert(GoesCold("intent"))) == {"unknown-model"}


def test_an_account_that_wakes_has_its_filter_checked() -> None:
    """It names no model, and its filter may still be one that lets nobody through."""
    assert alert(AccountWakes()) == []
    where = All((fact("lead.country", "equals", "GB"), fact("lead.country", "equals", "IE")))
    assert codes(alert(AccountWakes(), where=where)) == {"impossible-filter"}


def test_rearming_is_below_the_mark() -> None:
    """An alert re-arms below the score, or the grade's score, that fires it."""
    assert codes(alert(EntersGrade("fit", "Hot"), rearm_below=31)) == {"rearm-above-threshold"}
    assert alert(EntersGrade("fit", "Hot"), rearm_below=25) == []


def test_qualifications_may_be_unknown_to_the_linter() -> None:
    """Without a list of qualifications nothing is said of their names."""
    assert alert(IsQualified("ready")) == []
    found = lint_alert(Alert("hot", IsQualified("redy"), ()), MODELS, qualifications=["ready"])
    assert only(found, "unknown-qualification").fix == "Did you mean ready?"


def test_filter_of_an_alert() -> None:
    """A filter that lets nobody through is an error that names its lines."""
    where = All((fact("lead.country", "equals", "GB", line=7), fact("lead.country", "equals", "IE", line=8)))
    assert only(alert(Crosses("fit", 40), where=where), "impossible-filter").lines == (7, 8)
    assert alert(Crosses("fit", 40), where=GB) == []


def test_findings_stand_where_the_document_says_it() -> None:
    """What an alert listens to, its re-arm and the models of a matrix are told at their own lines, not the first."""
    crosses = parse_alert("alert: a1\non: {model: fit, crosses: 700}\nchannels: [sales]\n")
    found = only(lint_alert(crosses, MODELS, TYPES), "threshold-unreachable")
    assert found.line == 2
    assert "(line 2)" in found.message
    below = parse_alert("alert: a1\non:\n  model: fit\n  grade: Warm\nleave: 20\nchannels: [sales]\n")
    assert only(lint_alert(below, MODELS, TYPES), "rearm-above-threshold").line == 5
    rearm = parse_alert("alert: a1\non:\n  model: fit\n  grade: Luke\nrearm_below: 20\nchannels: [sales]\n")
    assert only(lint_alert(rearm, MODELS, TYPES), "unknown-grade").line == 4
    head = "qualification: q\nwhen: {model: fit, at_least: 10}\n"
    matrix = parse_criteria(head + "matrix: {fit: nope, engagement: fit}\nactions: {sales_ready: true}\n")
    assert only(lint_criteria(matrix, MODELS, TYPES), "unknown-model").line == 3
    other = parse_criteria(head + "matrix:\n  fit: fit\n  engagement: nope\nactions: {sales_ready: true}\n")
    assert only(lint_criteria(other, MODELS, TYPES), "unknown-model").line == 5


def test_filter_of_an_alert_by_a_score_that_no_model_gives() -> None:
    """More points than the model has let nobody through, unless another way is open; of no model nothing is known."""
    assert codes(alert(Crosses("fit", 40), where=scores("fit", 41, line=7))) == {"impossible-filter"}
    assert alert(Crosses("fit", 40), where=scores("fit", 40)) == []
    assert alert(Crosses("fit", 40), where=AnyOf((scores("fit", 41), GB))) == []
    assert alert(Crosses("fit", 40), where=scores("gone", 41)) == []
