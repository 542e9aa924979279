"""All findings on a qualification or an alert, against the models that they listen to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.lint import spelling
from connector.scoring.lint.clashes import explain_clash
from connector.scoring.lint.columns import Part, column_findings, ready_findings
from connector.scoring.lint.custom import with_added_options
from connector.scoring.lint.findings import Finding, finding
from connector.scoring.lint.formula import choose, wanted_in
from connector.scoring.lint.kleene import TRUE
from connector.scoring.lint.model import in_order, reachable
from connector.scoring.lint.phrases import at_line, tests_in
from connector.scoring.lint.prover import Prover
from connector.scoring.lint.thresholds import Range
from connector.scoring.rules import (
    ANY_MODEL,
    Alert,
    Condition,
    Criteria,
    Crosses,
    EntersGrade,
    GoesCold,
    IsQualified,
    Model,
    ModelTest,
    Place,
)
from connector.scoring.usage import conditions_of


def lint_criteria(criteria: Criteria, models: Mapping[str, Model], types: FactTypes = UNTYPED) -> list[Finding]:
    """Everything worth saying of a qualification; `models` are all that exist, by name."""
    conditions = [
        (criteria.when, f"Qualification '{criteria.name}'"),
        (criteria.audience, f"The audience of qualification '{criteria.name}'"),
    ]
    parts = [Part(condition, None, name) for condition, name in conditions if condition is not None]
    types = with_added_options(types, [*conditions_of(criteria), *_conditions(models)])
    ranges = _Ranges(models, types)
    tests = [test for part in parts for test in tests_in(part.condition) if isinstance(test, ModelTest)]
    prover = Prover(types, ranges.known(test.model for test in tests))
    formulas = [prover.formula(part.condition) for part in parts]
    found = [*column_findings(parts, types), *ready_findings(criteria, types)]
    wishes = [wanted for formula in formulas for wanted in wanted_in(formula) if wanted.asked & TRUE]
    asked_for = {id(wanted.test) for wanted in wishes}
    whole = choose(len(formulas), tuple(formulas))
    refuted = prover.refutes(whole)
    for test in tests:
        marks = ranges.mark_findings(test, test.place, is_wanted=id(test) in asked_for)
        # Where another branch can still be met, a threshold out of reach stops nobody: advice, and no error.
        found += marks if refuted else map(_as_advice, marks)
    if criteria.matrix is not None:
        found += ranges.model_findings(criteria.matrix.fit, criteria.matrix.fit_place)
        found += ranges.model_findings(criteria.matrix.engagement, criteria.matrix.engagement_place)
    if refuted and not any(one.code == "threshold-unreachable" for one in found):
        clash = explain_clash(prover, whole)
        message = f"Qualification '{criteria.name}' can never be met: {clash.message}."
        found.append(finding("impossible-criteria", None, clash.places or (criteria.place,), message, clash.fix))
    return in_order(found)


def _as_advice(found: Finding) -> Finding:
    return replace(found, severity="warning") if found.code == "threshold-unreachable" else found


def _conditions(models: Mapping[str, Model]) -> list[Condition]:
    return [condition for model in models.values() for condition in conditions_of(model)]


def lint_alert(
    alert: Alert,
    models: Mapping[str, Model],
    types: FactTypes = UNTYPED,
    *,
    qualifications: Collection[str] | None = None,
) -> list[Finding]:
    """Everything worth saying of an alert; `qualifications` are the names of all that exist, None: nobody knows."""
    found: list[Finding] = []
    types = with_added_options(types, [*conditions_of(alert), *_conditions(models)])
    ranges = _Ranges(models, types)
    match alert.on:
        case IsQualified(qualification):
            found += _unknown_qualification(alert, qualification, qualifications)
        case Crosses() | EntersGrade() if alert.on.model == ANY_MODEL:
            found += _any_model(alert, [_test_of(replace(alert.on, model=name)) for name in sorted(models)], ranges)
        case Crosses() | EntersGrade():
            test = _test_of(alert.on)
            found += ranges.mark_findings(test, alert.on_place, is_wanted=True)
            found += _rearm(alert, ranges.mark(test))
        case GoesCold(model, below):
            found += _going_cold(alert, model, below, ranges, models)
        case _:
            pass
    if alert.where is not None:
        found += _filter_findings(alert, alert.where, types, ranges)
    return in_order(found)


def _test_of(trigger: Crosses | EntersGrade) -> ModelTest:
    """The test of a model that becomes true when the trigger fires."""
    if isinstance(trigger, Crosses):
        return ModelTest(trigger.model, at_least=trigger.threshold)
    return ModelTest(trigger.model, grade=trigger.grade)


def _any_model(alert: Alert, tests: Sequence[ModelTest], ranges: _Ranges) -> list[Finding]:
    """What is wrong where any model will do: it is wrong for every one of them."""
    by_model = [list(ranges.mark_findings(test, alert.on_place, is_wanted=True)) for test in tests]
    errors = [[one for one in found if one.severity == "error"] for found in by_model]
    return [one for found in errors for one in found] if errors and all(errors) else []


def _going_cold(
    alert: Alert, model: str, below: int | None, ranges: _Ranges, models: Mapping[str, Model]
) -> Iterator[Finding]:
    """Findings where a model cannot tell warm from cold."""
    if model != ANY_MODEL:
        yield from ranges.model_findings(model, alert.on_place)
    asked = [name for name in sorted(models) if model in {name, ANY_MODEL}]
    if asked and not any(ranges.can_cool(name, below) for name in asked):
        what = "no model" if model == ANY_MODEL else f"model '{model}' never"
        yield finding(
            "never-cold",
            None,
            (alert.on_place,),
            f"Alert '{alert.name}' waits for leads that go cold, and {what} lets a lead be warm and then cold"
            f"{'' if below is None else f' with {below} points between the two'}.",
            "Give the model two grades or more, or name with `below` a score that leads get above and fall under.",
        )


def _unknown_qualification(alert: Alert, name: str, known: Collection[str] | None) -> Iterator[Finding]:
    if known is not None and name not in known:
        yield finding(
            "unknown-qualification",
            None,
            (alert.on_place,),
            f"Alert '{alert.name}' listens to the qualification '{name}', which does not exist.",
            _suggestion(name, known, "qualification"),
        )


def _rearm(alert: Alert, mark: int | None) -> Iterator[Finding]:
    if mark is not None and alert.rearm_below is not None and alert.rearm_below > mark:
        yield finding(
            "rearm-above-threshold",
            None,
            (alert.rearm_place,),
            f"Alert '{alert.name}' fires at {mark} and re-arms below {alert.rearm_below}, which is higher: it is ready"
            " again while the lead is still above the threshold.",
            f"Let it re-arm below {mark} or less.",
        )


def _filter_findings(alert: Alert, where: Condition, types: FactTypes, ranges: _Ranges) -> Iterator[Finding]:
    name = f"The filter of alert '{alert.name}'"
    yield from column_findings([Part(where, None, name)], types)
    prover = Prover(types, ranges.known(test.model for test in tests_in(where) if isinstance(test, ModelTest)))
    formula = prover.formula(where)
    if prover.refutes(formula):
        clash = explain_clash(prover, formula)
        message = f"{name} lets nobody through: {clash.message}."
        yield finding("impossible-filter", None, clash.places or (alert.place,), message, clash.fix)


def _suggestion(name: str, known: Collection[str], what: str) -> str:
    near = spelling.nearest(name, known)
    if near is not None:
        return f"Did you mean {near}?"
    return f"There are: {', '.join(sorted(known))}." if known else f"Write the {what} first."


class _Ranges:
    """The ranges of the models that a document listens to, each worked out once."""

    def __init__(self, models: Mapping[str, Model], types: FactTypes) -> None:
        self._models = models
        self._types = types
        self._ranges: dict[str, Range] = {}

    def of(self, name: str) -> Range:
        """The range of a model that exists."""
        if name not in self._ranges:
            self._ranges[name] = reachable(self._models[name], self._types)
        return self._ranges[name]

    def known(self, names: Iterable[str]) -> dict[str, Range]:
        """The ranges of those of these models that exist."""
        return {name: self.of(name) for name in names if name in self._models}

    def mark(self, test: ModelTest) -> int | None:
        """The score that a test waits for; None where any will do, or nobody knows."""
        if test.grade is None or test.model not in self._models:
            return test.at_least
        grade = self.of(test.model).grade(test.grade)
        return None if grade is None else grade.from_score

    def can_cool(self, name: str, below: int | None) -> bool:
        """Whether a lead can be warm by a model, and cold: above its lowest grade, or at a score, and under it."""
        reach = self.of(name)
        if below is None:
            grades = reach.grades
            below = grades[-2].from_score if len(grades) > 1 else None
            if below is None:
                return False
        return (reach.high is None or reach.high >= below) and (reach.low is None or reach.low < below)

    def model_findings(self, name: str, place: Place) -> Iterator[Finding]:
        """A finding where there is no model of this name."""
        if name not in self._models:
            yield finding(
                "unknown-model",
                None,
                (place,),
                f"There is no model '{name}'{at_line(place)}.",
                _suggestion(name, self._models, "model"),
            )

    def mark_findings(self, test: ModelTest, place: Place, *, is_wanted: bool) -> Iterator[Finding]:
        """Findings on a model, grade or score that is waited for."""
        yield from self.model_findings(test.model, place)
        if test.model not in self._models:
            return
        reach = self.of(test.model)
        if test.grade is not None and reach.grade(test.grade) is None:
            yield finding(
                "unknown-grade",
                None,
                (place,),
                f"Model '{test.model}' has no grade '{test.grade}'{at_line(place)}.",
                _suggestion(test.grade, [grade.name for grade in reach.grades], "grades of the model"),
            )
        elif is_wanted:
            yield from self._threshold_findings(test, reach, place)

    def _threshold_findings(self, test: ModelTest, reach: Range, place: Place) -> Iterator[Finding]:
        mark = self.mark(test)
        what = f"{mark} points" if test.grade is None else f"grade '{test.grade}'"
        if mark is not None and reach.high is not None and reach.high < mark:
            yield finding(
                "threshold-unreachable",
                None,
                (place,),
                f"{what} of model '{test.model}'{at_line(place)} can never be reached: the most that a lead can get is"
                f" {reach.high}.",
                f"Lower the threshold to {reach.high} or less, or give more points in the model.",
            )
        elif mark is None or (reach.low is not None and reach.low >= mark):
            yield finding(
                "threshold-always-met",
                None,
                (place,),
                f"Every lead that model '{test.model}' scores has {what}{at_line(place)}, so this tells nobody apart.",
                "Raise the threshold.",
            )
