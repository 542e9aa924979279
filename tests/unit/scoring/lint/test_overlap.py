"""Groups that are met together: what is told, of which of them, and what is left alone."""

from __future__ import annotations

from datetime import timedelta

from connector.scoring.lint import overlap
from connector.scoring.lint.study import study
from connector.scoring.rules import All, AnyOf, AtLeastOf, HalfLife, Not
from tests.unit.scoring.lint.builders import TYPES, codes, done, fact, group, lint, model, only

GB = fact("lead.country", "equals", "GB")
IE = fact("lead.country", "equals", "IE")
BIG = fact("account.numberofemployees", "at_least", 500)


def test_narrower_group_tells_what_comes_together() -> None:
    """The finding stands at the narrower group, names the wider with its line, and adds the points up."""
    bigger = fact("account.numberofemployees", "at_least", 1000)
    found = only(lint(group("Large", 5, BIG, line=3), group("Huge", 7, bigger, line=6)), "subsumed-group")
    assert (found.group, found.lines) == ("Huge", (6, 3))
    assert "'Large' (line 3)" in found.message
    assert "+12 together" in found.message
    assert "limit on its other side" in found.fix


def test_many_wider_groups_make_one_finding() -> None:
    """A stack of five steps gives one finding for each step but the widest, and names three of the wider ones."""
    steps = [group(f"s{days}", 1, done("email_click", 1, days)) for days in (7, 14, 30, 60, 90)]
    findings = [found for found in lint(*steps) if found.code == "subsumed-group"]
    assert [found.group for found in findings] == ["s7", "s14", "s30", "s60"]
    assert "and 1 more" in findings[0].message
    assert "decay: {steps: ...}" in findings[0].fix


def test_more_conditions_are_narrower() -> None:
    """A group with a condition more is contained in the group without it, however the conditions are nested."""
    assert only(lint(group("a", 5, GB), group("b", 5, All((BIG, GB)))), "subsumed-group").group == "b"
    assert only(lint(group("a", 5, AnyOf((GB, IE))), group("b", 5, GB)), "subsumed-group").group == "b"
    two = AtLeastOf(2, (GB, BIG, done("form")))
    some = group("b", 5, AnyOf((GB, BIG, done("form"))))
    assert only(lint(group("a", 5, two), some), "subsumed-group").group == "a"
    assert "not` with the conditions" in only(lint(group("a", 5, two), some), "subsumed-group").fix


def test_derived_facts_imply_what_they_come_from() -> None:
    """A fact of the account implies that there is one, and a known title that the title is filled in."""
    linked = group("linked", 5, fact("lead.has_account", "equals", True))
    assert only(lint(linked, group("big", 5, BIG)), "subsumed-group").group == "big"
    titled = group("titled", 5, fact("lead.jobtitle", "is_not_empty"))
    vp = group("vp", 5, fact("title.seniority", "equals", "vp"))
    assert only(lint(titled, vp), "subsumed-group").group == "vp"


def test_same_conditions_with_other_points() -> None:
    """The same conditions twice are no duplicate where the points differ or decay, but they are told."""
    findings = lint(group("a", 5, GB), group("b", 6, GB))
    assert "duplicate-group" not in codes(findings)
    assert only(findings, "subsumed-group").group == "b"
    click = done("email_click")
    fading = group("b", 5, click, decay=HalfLife(timedelta(days=7)))
    assert only(lint(group("a", 5, click), fading), "subsumed-group").group == "b"


def test_what_is_left_alone() -> None:
    """Impossible groups, groups outside the audience, groups for everybody and unrelated groups overlap with none."""
    never = group("never", 5, GB, IE)
    assert "subsumed-group" not in codes(lint(group("a", 5, GB), never))
    assert "subsumed-group" not in codes(lint(group("a", 5, GB), group("b", 5, GB, BIG), audience=Not(GB)))
    everybody = group("all", 5, AnyOf((fact("lead.country", "is_empty"), Not(fact("lead.country", "is_empty")))))
    assert "subsumed-group" not in codes(lint(everybody, group("a", 5, GB)))
    assert "subsumed-group" not in codes(lint(group("a", 5, GB), group("b", 5, done("form"), BIG)))
    assert "subsumed-group" not in codes(lint(group("a", 5, AnyOf((IE, BIG))), group("b", 5, done("form"))))


def test_proofs_are_limited() -> None:
    """Where too many conditions have choices the rest is not compared, and nothing is claimed."""
    stacked = study(model(group("a", 5, AnyOf((GB, IE))), group("b", 5, AnyOf((GB, GB)))), TYPES)
    assert overlap._Comparer(stacked).implies(1, 0)
    assert not overlap._Comparer(stacked, _proofs_left=0).implies(1, 0)
