"""Grades: gaps, overlaps, order and grades out of reach."""

from __future__ import annotations

from connector.scoring.lint import Finding, Range
from connector.scoring.lint.grades import grade_findings
from tests.unit.scoring.lint.builders import codes, grades, only


def findings(low: int | None, high: int | None, *marks: tuple[str, int | None]) -> list[Finding]:
    """The findings on some grades over a range of scores."""
    return list(grade_findings(Range(low, high, grades(*marks))))


def test_no_grades_no_findings() -> None:
    """Grades are optional."""
    assert findings(0, 50) == []


def test_gap_below_the_last_grade() -> None:
    """A last grade with a `from` leaves the scores below it without a grade, if a lead can have one."""
    found = only(findings(0, 50, ("Hot", 40), ("Warm", 10)), "grade-gap")
    assert found.line == 102
    assert "below 10" in found.message
    assert "grade-gap" in codes(findings(None, 50, ("Hot", 40), ("Warm", 10)))
    assert findings(10, 50, ("Hot", 40), ("Warm", 10)) == []


def test_two_grades_of_one_name() -> None:
    """Names are compared without regard to case."""
    found = only(findings(0, 90, ("Hot", 40), ("HOT", 10), ("Cold", None)), "grade-overlap")
    assert found.lines == (101, 102)


def test_wrong_order() -> None:
    """A grade that starts higher than the one above it claims the same scores."""
    found = only(findings(0, 90, ("Warm", 40), ("Hot", 70), ("Cold", None)), "grade-overlap")
    assert "highest `from` to the lowest" in found.fix


def test_grade_without_a_start_in_the_middle() -> None:
    """A grade without `from` takes all that is left, so none may follow."""
    found = only(findings(0, 90, ("Hot", 40), ("Rest", None), ("Cold", None)), "grade-overlap")
    assert found.lines == (102, 103)


def test_grade_out_of_reach() -> None:
    """A grade above the most, and a grade under one that everybody has, are never given."""
    found = only(findings(0, 50, ("Hot", 51), ("Cold", None)), "grade-unreachable")
    assert "'Hot'" in found.message
    assert "50" in found.fix
    below = only(findings(20, 90, ("Hot", 40), ("Warm", 20), ("Cold", None)), "grade-unreachable")
    assert "'Cold'" in below.message
    assert findings(19, 90, ("Hot", 40), ("Warm", 20), ("Cold", None)) == []
    assert findings(None, None, ("Hot", 40), ("Cold", None)) == []


def test_overlap_hides_what_follows_from_it() -> None:
    """While grades overlap, nothing is said of their reach."""
    assert codes(findings(0, 5, ("Hot", 40), ("Warm", 40), ("Cold", None))) == {"grade-overlap"}
