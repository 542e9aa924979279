"""Every code of the linter: a document that produces it, and a near miss that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from connector.scoring.facttypes import UNTYPED
from connector.scoring.lint import CODES, Finding, lint_alert, lint_criteria, lint_model
from connector.scoring.rules import (
    Alert,
    AnyOf,
    Condition,
    Criteria,
    Crosses,
    EntersGrade,
    Example,
    GoesCold,
    HalfLife,
    IsQualified,
    Linear,
    Model,
    Steps,
    Trigger,
    WriteColumns,
)
from tests.unit.scoring.lint.builders import TYPES, codes, done, fact, grades, group, lint, model, scores

GB = fact("lead.country", "equals", "GB")
IE = fact("lead.country", "equals", "IE")
BIG = fact("account.numberofemployees", "at_least", 500)
BIGGER = fact("account.numberofemployees", "at_least", 1000)
CLICK = done("email_click", 1, 7)
DAY = timedelta(days=1)
FIT = model(
    group("gb", 40, GB), group("form", 20, done("form")), grades=grades(("Hot", 50), ("Warm", 20), ("Cold", None))
)
MODELS: dict[str, Model] = {"fit": FIT, "floored": model(group("gb", 40, GB), floor=10)}


def given(column: str) -> tuple[Example, ...]:
    """An example that gives a column."""
    return (Example({}, {"lead": {column: "GB"}, "account": None}),)


Produce = Callable[[], list[Finding]]


@dataclass(frozen=True)
class Case:
    """What produces a code, and what only nearly does."""

    code: str
    hit: Produce
    miss: Produce


def criteria(when: Condition, audience: Condition | None = None) -> list[Finding]:
    """The findings on a qualification."""
    return lint_criteria(Criteria("ready", when, audience=audience), MODELS, TYPES)


def alert(on: Trigger, where: Condition | None = None, rearm_below: int | None = None) -> list[Finding]:
    """The findings on an alert."""
    rule = Alert("hot", on, ("sales",), where, rearm_below)
    return lint_alert(rule, MODELS, TYPES, qualifications=["ready"])


def seen(value: str) -> list[Finding]:
    """The findings on a model when the data has two countries."""
    tested = model(group("g", 5, fact("lead.country", "equals", value)))
    return lint_model(tested, TYPES, observed={"lead.country": ["GB", "IE", None]})


CASES = [
    Case("impossible-group", lambda: lint(group("g", 5, GB, IE)), lambda: lint(group("g", 5, AnyOf((GB, IE))))),
    Case(
        "impossible-audience",
        lambda: lint(group("g", 5, CLICK), audience=GB, exclude=fact("lead.country", "begins_with", "G")),
        lambda: lint(group("g", 5, CLICK), audience=GB, exclude=fact("lead.country", "begins_with", "I")),
    ),
    Case("impossible-criteria", lambda: criteria(GB, IE), lambda: criteria(GB, fact("lead.country", "contains", "B"))),
    Case(
        "impossible-filter",
        lambda: alert(Crosses("fit", 50), fact("lead.source", "equals", 9)),
        lambda: alert(Crosses("fit", 50), fact("lead.source", "equals", 2)),
    ),
    Case(
        "unknown-fact",
        lambda: lint(group("g", 5, fact("lead.contry", "equals", "GB"))),
        lambda: lint(group("g", 5, GB)),
    ),
    Case(
        "unlisted-fact",
        lambda: lint(group("g", 5, fact("lead.jobtitel", "is_not_empty")), types=replace(TYPES, closed=frozenset())),
        lambda: lint(
            group("g", 5, fact("lead.new_jobtitle", "is_not_empty")), types=replace(TYPES, closed=frozenset())
        ),
    ),
    Case("unknown-model", lambda: criteria(scores("fti", 10)), lambda: criteria(scores("fit", 10))),
    Case("unknown-grade", lambda: criteria(scores("fit", grade="Hto")), lambda: criteria(scores("fit", grade="hot"))),
    Case(
        "never-cold",
        lambda: alert(GoesCold("fit", 900)),
        lambda: alert(GoesCold("fit", 40)),
    ),
    Case("unknown-qualification", lambda: alert(IsQualified("reddy")), lambda: alert(IsQualified("ready"))),
    Case(
        "grade-overlap",
        lambda: lint(group("g", 50, GB), grades=grades(("Hot", 40), ("Warm", 40), ("Cold", None))),
        lambda: lint(group("g", 50, GB), grades=grades(("Hot", 40), ("Warm", 39), ("Cold", None))),
    ),
    Case("threshold-unreachable", lambda: criteria(scores("fit", 61)), lambda: criteria(scores("fit", 60))),
    Case(
        "grade-gap",
        lambda: lint(group("g", 50, GB), grades=grades(("Hot", 40), ("Cold", 1))),
        lambda: lint(group("g", 50, GB), grades=grades(("Hot", 40), ("Cold", 0))),
    ),
    Case(
        "grade-unreachable",
        lambda: lint(group("g", 39, GB), grades=grades(("Hot", 40), ("Cold", None))),
        lambda: lint(group("g", 40, GB), grades=grades(("Hot", 40), ("Cold", None))),
    ),
    Case(
        "outside-audience", lambda: lint(group("g", 5, GB), audience=IE), lambda: lint(group("g", 5, GB), audience=BIG)
    ),
    Case(
        "always-true",
        lambda: lint(group("g", 5, fact("lead.budget", "at_least", 0))),
        lambda: lint(group("g", 5, fact("lead.budget", "greater_than", 0))),
    ),
    Case(
        "duplicate-group",
        lambda: lint(group("a", 5, GB, BIG), group("b", 5, BIG, fact("lead.country", "is_any_of", "gb"))),
        lambda: lint(group("a", 5, GB, BIG), group("b", 5, BIG, IE)),
    ),
    Case(
        "opposite-groups",
        lambda: lint(group("a", 5, GB), group("b", -5, GB)),
        lambda: lint(group("a", 5, GB), group("b", -5, IE)),
    ),
    Case(
        "subsumed-group",
        lambda: lint(group("a", 5, BIG), group("b", 5, BIGGER)),
        lambda: lint(group("a", 5, BIG), group("b", -5, BIGGER)),
    ),
    Case(
        "duplicate-name",
        lambda: lint(group("Same", 5, GB), group("same", 5, IE)),
        lambda: lint(group("Same", 5, GB), group("same 2", 5, IE)),
    ),
    Case("threshold-always-met", lambda: criteria(scores("floored", 10)), lambda: criteria(scores("floored", 11))),
    Case(
        "rearm-above-threshold",
        lambda: alert(Crosses("fit", 50), rearm_below=51),
        lambda: alert(Crosses("fit", 50), rearm_below=50),
    ),
    Case(
        "example-column",
        lambda: lint(group("g", 5, GB), examples=given("contry")),
        lambda: lint(group("g", 5, GB), examples=given("budget")),
    ),
    Case(
        "free-text-equals",
        lambda: lint(group("g", 5, fact("lead.jobtitle", "equals", "CFO"))),
        lambda: lint(group("g", 5, fact("lead.jobtitle", "contains", "CFO"))),
    ),
    Case(
        "empty-pattern",
        lambda: lint(group("g", 5, fact("lead.companyname", "contains", ""))),
        lambda: lint(group("g", 5, fact("lead.companyname", "contains", "  "))),
    ),
    Case("unseen-value", lambda: seen("Ireland"), lambda: seen("ie")),
    Case(
        "opens-above-clicks",
        lambda: lint(group("o", 5, done("email_open")), group("c", 5, done("email_click"))),
        lambda: lint(group("o", 4, done("email_open")), group("c", 5, done("email_click"))),
    ),
    Case(
        "account-exposure",
        lambda: lint(group("a", 40, BIG), group("b", 60, GB)),
        lambda: lint(group("a", 39, BIG), group("b", 61, GB)),
    ),
    Case(
        "sensitive-column",
        lambda: lint(group("g", 5, fact("lead.gendercode", "is_not_empty")), types=UNTYPED),
        lambda: lint(group("g", 5, fact("lead.language", "is_not_empty")), types=UNTYPED),
    ),
    Case(
        "write-loop",
        lambda: lint(group("g", 5, fact("lead.lc_fit", "at_least", 5)), write=WriteColumns(score="lc_fit")),
        lambda: lint(group("g", 5, fact("lead.lc_fit", "at_least", 5)), write=WriteColumns(score="lc_intent")),
    ),
    Case(
        "foreign-column",
        lambda: lint(group("g", 5, GB), write=WriteColumns(score="numberofemployees")),
        lambda: lint(group("g", 5, GB), write=WriteColumns(score="lc_numberofemployees")),
    ),
    Case("no-points", lambda: lint(group("g", 0, GB)), lambda: lint(group("g", -1, GB))),
    Case(
        "cap-without-effect",
        lambda: lint(group("g", 5, CLICK, cap=15)),
        lambda: lint(group("g", 5, CLICK, cap=15, each=True)),
    ),
    Case(
        "cap-below-points",
        lambda: lint(group("g", 5, CLICK, cap=4, each=True)),
        lambda: lint(group("g", 5, CLICK, cap=5, each=True)),
    ),
    Case(
        "category-without-cap",
        lambda: lint(group("g", 5, CLICK, category="web")),
        lambda: lint(group("g", 5, CLICK, category="web"), category_caps={"web": 5}),
    ),
    Case(
        "cap-without-category",
        lambda: lint(group("g", 5, CLICK, category="web"), category_caps={"web": 5, "mail": 5}),
        lambda: lint(group("g", 5, CLICK, category="web"), category_caps={"web": 5}),
    ),
    Case(
        "each-without-interaction",
        lambda: lint(group("g", 5, GB, each=True)),
        lambda: lint(group("g", 5, GB, CLICK, each=True)),
    ),
    Case(
        "decay-without-interaction",
        lambda: lint(group("g", 5, GB, decay=HalfLife(DAY))),
        lambda: lint(group("g", 5, GB, CLICK, decay=HalfLife(DAY))),
    ),
    Case(
        "decay-without-effect",
        lambda: lint(group("g", 5, CLICK, decay=HalfLife(60 * DAY))),
        lambda: lint(group("g", 5, CLICK, decay=HalfLife(6 * DAY))),
    ),
    Case(
        "decay-past-window",
        lambda: lint(group("g", 5, CLICK, decay=Linear(14 * DAY))),
        lambda: lint(group("g", 5, CLICK, decay=Linear(7 * DAY))),
    ),
    Case(
        "decay-rising",
        lambda: lint(group("g", None, CLICK, decay=Steps(((DAY, 5), (2 * DAY, 10))))),
        lambda: lint(group("g", None, CLICK, decay=Steps(((DAY, 10), (2 * DAY, 5))))),
    ),
]


def test_every_code_has_a_case() -> None:
    """Each code of the table but the reader's own has a case here, and no other has."""
    assert {case.code for case in CASES} == CODES.keys() - {"invalid-document"}
    assert len({case.code for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_code_is_found(case: Case) -> None:
    """The document has the fault; the finding has the table's severity, words and a fix, and names the group."""
    findings = [found for found in case.hit() if found.code == case.code]
    assert len(findings) == 1
    (found,) = findings
    assert found.severity == CODES[case.code][0]
    assert found.message.endswith(".")
    assert found.fix.endswith((".", "?"))
    if found.group is not None:
        assert f"'{found.group}'" in found.message


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_near_miss_is_not_found(case: Case) -> None:
    """The document that nearly has the fault has it not."""
    assert case.code not in codes(case.miss())


def test_a_sound_model_has_no_findings() -> None:
    """A model with nothing wrong gets no finding at all."""
    sound = model(
        group("Senior", 30, fact("title.seniority", "is_any_of", "c_level", "vp")),
        group("Large", 20, BIG),
        group("Clicks", 5, done("email_click", 1, 30), each=True, cap=15),
        group("Forms", 20, done("form_submission"), decay=HalfLife(14 * DAY), category="web"),
        category_caps={"web": 15},
        audience=fact("lead.country", "is_any_of", "GB", "IE"),
        exclude=fact("lead.decides", "equals", False),
        floor=0,
        cap=100,
        grades=grades(("Hot", 70), ("Warm", 30), ("Cold", None)),
    )
    assert lint_model(sound, TYPES) == []
    assert lint_criteria(Criteria("ready", scores("sound", 40)), {"sound": sound}, TYPES) == []
    assert lint_alert(Alert("hot", EntersGrade("sound", "Hot"), ("sales",)), {"sound": sound}, TYPES) == []
