"""Findings on columns: which test they stand at, how often they are told, and what they suggest."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import connector
from connector.dataverse.columns import STANDARD_TYPES
from connector.scoring.document import parse_alert, parse_model
from connector.scoring.facttypes import UNTYPED, FactType, FactTypes, Kind
from connector.scoring.lint import lint_alert, lint_criteria, lint_model
from connector.scoring.rules import Actions, AnyOf, Condition, Criteria, Not, WriteColumns
from tests.unit.scoring.lint.builders import TYPES, at, codes, done, fact, group, lint, model, only

CODE = "free-text-equals"


@pytest.mark.parametrize(
    ("name", "is_known"),
    [
        ("lead.country", True),
        ("lead.contry", False),
        ("account.numberofemployee", False),
        ("title.seniority", True),
        ("title.rank", False),
        ("account.engaged_people_7d", True),
        ("contact.name", False),
        ("country", False),
    ],
)
def test_facts_that_exist(name: str, is_known: bool) -> None:
    """A column of a closed table, a derived fact, or nothing."""
    assert ("unknown-fact" not in codes(lint(group("g", 5, fact(name, "is_not_empty"))))) is is_known


def test_open_tables_may_have_any_column() -> None:
    """Where nobody lists the columns of a table any name will do, but no other table exists."""
    assert lint(group("g", 5, fact("lead.anything", "is_not_empty")), types=UNTYPED) == []
    found = only(lint(group("g", 5, fact("zzz", "is_not_empty", line=4)), types=UNTYPED), "unknown-fact")
    assert found.fix == "Check the column's logical name."
    assert found.line == 4
    near = only(lint(group("g", 5, fact("title.senority", "is_not_empty")), types=UNTYPED), "unknown-fact")
    assert near.fix == "Did you mean title.seniority?"


def test_free_text_has_its_own_advice() -> None:
    """Titles lead to the title facts, also where they are listed, other free text to `contains`; once a group each."""
    titles = AnyOf((fact("lead.jobtitle", "equals", "CFO", line=3), fact("lead.jobtitle", "equals", "FD", line=4)))
    found = only(lint(group("g", 5, titles)), "free-text-equals")
    assert "title.seniority" in found.fix
    assert found.line == 3
    assert "title.seniority" in only(lint(group("g", 5, fact("lead.jobtitle", "is_any_of", "CFO"))), CODE).fix
    company = only(lint(group("g", 5, fact("lead.companyname", "not_equals", "Alpha Ltd"))), CODE)
    assert "contains: Alpha Ltd" in company.fix


@pytest.mark.parametrize(("operator", "listed"), [("equals", "is_any_of"), ("not_equals", "is_none_of")])
def test_short_values_are_to_be_listed(operator: str, listed: str) -> None:
    """DE is in Sweden: of up to three letters no part of a text is advised, but a list, which draws no warning."""
    found = only(lint(group("g", 5, fact("lead.companyname", operator, "DE"))), CODE)
    assert f"{listed}: [DE, its other spellings]" in found.fix
    assert "contains: DE" not in found.fix
    assert CODE not in codes(lint(group("g", 5, fact("lead.companyname", listed, "DE", "Germany"))))


def test_audience_and_exclusion_are_read_too() -> None:
    """Findings on the audience and the exclusion name no group."""
    findings = lint(
        group("g", 5, done("form")),
        audience=fact("lead.jobtitle", "equals", "CFO"),
        exclude=fact("lead.lc_fit", "at_least", 5),
        write=WriteColumns("lc_fit", "lc_grade", "lc_on"),
    )
    assert only(findings, "free-text-equals").group is None
    assert only(findings, "write-loop").message.startswith("The exclusion reads lead.lc_fit")


def test_every_target_of_a_model_is_looked_at() -> None:
    """Each column and the table of the history, at the line of `write`."""
    written = WriteColumns("score", "lastname", "createdon", "description", "msdyn_predictivescore", place=at(7))
    found = [one for one in lint(group("g", 5, done("form")), write=written) if one.code == "foreign-column"]
    assert [one.message.partition(" is no")[0] for one in found] == [
        "`score`: `score`", "`grade`: `lastname`", "`scored_on`: `createdon`", "`explanation`: `description`",
        "`history`: `msdyn_predictivescore`",
    ]  # fmt: skip
    assert {one.line for one in found} == {7}


@pytest.mark.parametrize(
    ("ready", "is_foreign"),
    [(True, False), (False, False), ("lc_ready", False), ("msdyncrm_salesready", False), ("donotemail", True)],
)
def test_a_qualification_marks_the_standard_column_or_its_own(*, ready: bool | str, is_foreign: bool) -> None:
    """Consent is nobody's mark."""
    types = FactTypes(writable={"msdyncrm_salesready": frozenset({"sales_ready"})})
    criteria = Criteria("q", fact("lead.x", "is_not_empty"), Actions(sales_ready=ready), place=at(1))
    assert ("foreign-column" in codes(lint_criteria(criteria, {}, types))) is is_foreign


@pytest.mark.parametrize("name", ["birthdate", "new_religion", "familystatuscode", "lc_race", "age"])
def test_sensitive_names(name: str) -> None:
    """Names that speak of what privacy law protects."""
    assert "sensitive-column" in codes(lint(group("g", 5, fact(f"lead.{name}", "is_not_empty")), types=UNTYPED))


@pytest.mark.parametrize("name", ["stage", "tracename", "pageviews", "essex", "numberofemployees"])
def test_names_that_only_look_sensitive(name: str) -> None:
    """Names that contain such a word by chance."""
    assert "sensitive-column" not in codes(lint(group("g", 5, fact(f"lead.{name}", "is_not_empty")), types=UNTYPED))


def unseen(condition: Condition, *values: object, types: FactTypes = TYPES) -> bool:
    """Whether a value is told to be unseen in the data."""
    observed = {"lead.country": values, "lead.source": values, "lead.budget": values}
    return "unseen-value" in codes(lint_model(model(group("g", 5, condition)), types, observed=observed))


def test_values_never_seen() -> None:
    """Each text and option that is looked for must occur in the data, compared as the engine compares."""
    assert unseen(fact("lead.country", "equals", "Ireland"), "GB", "IE")
    assert not unseen(fact("lead.country", "equals", "ie"), "GB", "IE")
    assert unseen(fact("lead.country", "is_any_of", "GB", "FR"), "GB", "IE")
    assert unseen(fact("lead.country", "contains", "x"), "GB", "IE")
    assert not unseen(fact("lead.country", "matches", "^g"), "GB", "IE")
    assert unseen(fact("lead.source", "equals", 2), 1, 1)
    assert not unseen(fact("lead.source", "equals", 1), 1, 1)


def test_what_the_data_does_not_speak_of() -> None:
    """Nothing is said without data, of numbers, of negations and of columns that are not in the data."""
    assert not unseen(fact("lead.country", "equals", "FR"))
    assert not unseen(fact("lead.country", "equals", "FR"), None, " ")
    assert not unseen(fact("lead.country", "not_equals", "FR"), "GB")
    assert not unseen(fact("lead.budget", "equals", 500), 100)
    assert not unseen(fact("lead.decides", "equals", True), "GB")


def test_unseen_value_suggests_a_seen_one() -> None:
    """The nearest value in the data is offered, where there is one."""
    observed = {"lead.country": ["Germany", "Irland"]}
    near = model(group("g", 5, fact("lead.country", "equals", "Ireland")))
    assert only(lint_model(near, TYPES, observed=observed), "unseen-value").fix == "Did you mean Irland?"
    far = model(group("g", 5, fact("lead.custom", "equals", "Zz")))
    findings = lint_model(far, UNTYPED, observed={"lead.custom": ["Germany"]})
    assert only(findings, "unseen-value").fix == "Check the spelling against the data."


def test_tests_inside_a_negation_count() -> None:
    """A column is used wherever a test of it stands."""
    types = FactTypes({"lead.n": FactType(Kind.TEXT, free_text=True)})
    assert "free-text-equals" in codes(lint(group("g", 5, Not(fact("lead.n", "equals", "x"))), types=types))
    assert isinstance(fact("lead.n", "equals", 5).operands[0], Decimal)


def test_added_options_of_an_open_table_may_exist() -> None:
    """An option value from 10,000 up may be the organisation's own; a small one that is not listed is a slip."""
    open_types = replace(TYPES, closed=frozenset())
    assert "impossible-group" not in codes(
        lint(group("g", 5, fact("lead.source", "equals", 823_270_000)), types=open_types)
    )
    assert "impossible-group" in codes(lint(group("g", 5, fact("lead.source", "equals", 99)), types=open_types))
    assert "impossible-group" in codes(lint(group("g", 5, fact("lead.source", "equals", 823_270_000))))
    both = lint(
        group("g", 5, fact("lead.source", "equals", 823_270_000), fact("lead.source", "equals", 1)), types=open_types
    )
    assert "impossible-group" in codes(both)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("lead.jobtitel", "lead.jobtitle"),
        ("lead.JobTitle", "lead.jobtitle"),
        ("lead.new_jobtitle", None),
        ("lead.zzz", None),
    ],
)
def test_names_almost_like_a_standard_column(name: str, near: str | None) -> None:
    """In an open table a name near a listed column is asked about; one with a prefix, or far from all, is not."""
    findings = lint(group("g", 5, fact(name, "is_not_empty")), types=replace(TYPES, closed=frozenset()))
    told = [found.fix for found in findings if found.code == "unlisted-fact"]
    assert [str(near) in fix for fix in told] == ([True] if near else [])


def test_the_sample_documents_compare_no_free_text_with_one_text() -> None:
    """What is shipped to start from does not draw the warning at every `apply`."""
    samples = Path(connector.__file__).parent / "sandbox" / "documents"
    for file in sorted((samples / "alerts").glob("*.yaml")):
        alert = parse_alert(file.read_text(encoding="utf-8"), STANDARD_TYPES)
        assert CODE not in codes(lint_alert(alert, {}, STANDARD_TYPES))
    for file in sorted((samples / "models").glob("*.yaml")):
        assert CODE not in codes(
            lint_model(parse_model(file.read_text(encoding="utf-8"), STANDARD_TYPES), STANDARD_TYPES)
        )
