"""Habits that mislead: points for everybody, opens above clicks, scores that hang on an account."""

from __future__ import annotations

from connector.scoring.rules import AnyOf, Not
from tests.unit.scoring.lint.builders import codes, done, fact, group, lint, only

GB = fact("lead.country", "equals", "GB")
BIG = fact("account.numberofemployees", "at_least", 500)


def test_points_for_everybody() -> None:
    """True of every lead, of every lead in the audience, or of every lead of which the fact is known."""
    linked = AnyOf((fact("lead.has_account", "equals", True), fact("lead.has_account", "equals", False)))
    assert "Every lead that is scored" in only(lint(group("g", 5, linked)), "always-true").message
    assert "Every lead that is scored" in only(lint(group("g", 5, GB), audience=GB), "always-true").message
    judged = AnyOf((fact("lead.decides", "equals", True), fact("lead.decides", "equals", False)))
    assert "known at all" in only(lint(group("g", 5, judged)), "always-true").message
    assert "always-true" not in codes(lint(group("g", 5, GB), audience=Not(GB)))
    assert "always-true" not in codes(lint(group("g", 5, GB), audience=GB, exclude=GB))
    assert "always-true" not in codes(lint(group("g", 5, fact("lead.country", "is_not_empty"))))


def test_opens_are_weak_evidence() -> None:
    """Opens are compared with clicks of the same channel, at their best; opens alone are told too."""
    opened, clicked = done("email_opened", 1, 7), done("email_link_clicked", 1, 7)
    found = only(lint(group("o", 6, opened, line=3), group("c", 5, clicked, line=5)), "opens-above-clicks")
    assert found.lines == (3, 5)
    assert "clicks give none" in only(lint(group("o", 1, opened)), "opens-above-clicks").message
    more = [group("o", 3, opened), group("c", 2, clicked), group("c2", 9, done("email_link_clicked"))]
    assert "opens-above-clicks" not in codes(lint(*more))
    other = [group("o", 3, opened), group("c", 9, done("sms_link_clicked"))]
    assert "opens-above-clicks" in codes(lint(*other))


def test_what_is_no_open() -> None:
    """Groups that also want a click, take points away, want no open, or can never be true are not told."""
    opened, clicked = done("email_open"), done("email_click")
    assert "opens-above-clicks" not in codes(lint(group("both", 5, opened, clicked)))
    assert "opens-above-clicks" not in codes(lint(group("minus", -5, opened)))
    assert "opens-above-clicks" not in codes(lint(group("none", 5, Not(opened))))
    assert "opens-above-clicks" not in codes(lint(group("never", 5, opened, Not(opened))))
    assert "opens-above-clicks" not in codes(lint(group("door", 5, done("open"))))


def test_scores_that_hang_on_an_account() -> None:
    """Points of groups that cannot be met without an account are weighed against all points to be had."""
    found = only(lint(group("a", 5, BIG), group("b", 5, GB)), "account-exposure")
    assert "5 of 10 points" in found.message
    either = group("a", 50, AnyOf((BIG, GB)))
    assert "account-exposure" not in codes(lint(either))
    counted = [group("a", 5, BIG), group("b", 5, done("form"), each=True), group("c", 9, GB)]
    assert "account-exposure" not in codes(lint(*counted))
    assert "account-exposure" not in codes(lint(group("a", -5, BIG)))
    assert "account-exposure" not in codes(lint(group("a", 5, BIG), audience=fact("lead.has_account", "equals", True)))
    assert "account-exposure" not in codes(lint(group("a", 5, BIG), audience=GB, exclude=GB))
