"""The grades of a model: scores without a grade, scores with two, and grades that no lead can ever get."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from connector.scoring.lint.findings import Finding, finding
from connector.scoring.lint.phrases import at_line
from connector.scoring.lint.thresholds import Range
from connector.scoring.operators import fold
from connector.scoring.rules import Grade


def grade_findings(reach: Range) -> Iterator[Finding]:
    """Findings on a model's grades, highest first as documents write them, over the scores that it can give."""
    faults = [*_same_names(reach.grades), *_wrong_order(reach.grades)]
    yield from faults
    yield from _gap(reach)
    if not faults:
        yield from _unreachable(reach)


def _same_names(grades: tuple[Grade, ...]) -> Iterator[Finding]:
    seen: dict[str, Grade] = {}
    for grade in grades:
        first = seen.setdefault(fold(grade.name), grade)
        if first is not grade:
            yield finding(
                "grade-overlap",
                None,
                (first.place, grade.place),
                f"Two grades are called '{grade.name}'{at_line(first.place)}, so nobody can tell them apart.",
                "Give each grade its own name.",
            )


def _wrong_order(grades: tuple[Grade, ...]) -> Iterator[Finding]:
    for upper, lower in pairwise(grades):
        where = (upper.place, lower.place)
        if upper.from_score is None:
            yield finding(
                "grade-overlap",
                None,
                where,
                f"Grade '{upper.name}' has no `from` and so takes every score that is left: none is left for"
                f" '{lower.name}' after it.",
                f"Give '{upper.name}' a `from`; only the last grade has none.",
            )
        elif lower.from_score is not None and lower.from_score == upper.from_score:
            yield finding(
                "grade-overlap",
                None,
                where,
                f"Grades '{upper.name}' and '{lower.name}' both start at {lower.from_score}.",
                "Let each grade start at a score of its own.",
            )
        elif lower.from_score is not None and lower.from_score > upper.from_score:
            yield finding(
                "grade-overlap",
                None,
                where,
                f"Grade '{lower.name}' (from {lower.from_score}) stands below '{upper.name}' (from {upper.from_score}),"
                " but starts higher, so the two claim the same scores.",
                "List the grades from the highest `from` to the lowest.",
            )


def _gap(reach: Range) -> Iterator[Finding]:
    if not reach.grades:
        return
    starts = [grade.from_score for grade in reach.grades]
    known = [start for start in starts if start is not None]
    if len(known) < len(starts) or (reach.low is not None and reach.low >= min(known)):
        return
    last = reach.grades[-1]
    yield finding(
        "grade-gap",
        None,
        (last.place,),
        f"Scores below {min(known)} have no grade: the last grade, '{last.name}', starts there.",
        f"Leave out the `from` of '{last.name}', or add a grade without `from` after it.",
    )


def _unreachable(reach: Range) -> Iterator[Finding]:
    above: Grade | None = None
    for grade in reach.grades:
        if grade.from_score is not None and reach.high is not None and reach.high < grade.from_score:
            yield finding(
                "grade-unreachable",
                None,
                (grade.place,),
                f"Nobody can get the grade '{grade.name}': it starts at {grade.from_score}, and the most that the"
                f" groups can come to is {reach.high}.",
                f"Let it start at {reach.high} or lower, or give more points.",
            )
        elif above is not None and reach.low is not None and reach.low >= (above.from_score or 0):
            yield finding(
                "grade-unreachable",
                None,
                (grade.place,),
                f"Nobody can get the grade '{grade.name}': every score is {reach.low} or more, which is"
                f" '{above.name}' already.",
                f"Let '{above.name}' start higher, or delete '{grade.name}'.",
            )
        above = grade
