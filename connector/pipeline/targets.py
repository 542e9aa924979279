"""The lead columns that documents write: what each is for, and whether a column takes what is written to it.

Judged by types alone, for whoever knows them. Which columns exist is looked at elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from connector.scoring.facttypes import FactType, Kind
from connector.scoring.operators import fold
from connector.scoring.rules import Model

# What to do about a column that is not there, and about one that does not take what is written.
MISSING = "Run: connector provision columns, or name another column."
UNFIT = "Name another column and run: connector provision columns."


class Use(StrEnum):
    """What a document writes to a column."""

    SCORE = "score"
    GRADE = "grade"
    SCORED_ON = "scored_on"
    EXPLANATION = "explanation"
    SALES_READY = "sales_ready"


# The kinds that a column of each use may have (the first is what is created), and how people call them. A grade may be
# a choice whose options bear the grades' names, such as the lead's rating.
KINDS: Mapping[Use, tuple[Kind, ...]] = {
    Use.SCORE: (Kind.NUMBER,),
    Use.GRADE: (Kind.TEXT, Kind.CHOICE),
    Use.SCORED_ON: (Kind.DATETIME,),
    Use.EXPLANATION: (Kind.TEXT,),
    Use.SALES_READY: (Kind.BOOLEAN,),
}
_WORDS: Mapping[Kind, str] = {
    Kind.TEXT: "text",
    Kind.NUMBER: "a number",
    Kind.BOOLEAN: "yes/no",
    Kind.CHOICE: "a choice",
    Kind.MULTI_CHOICE: "a choice of several",
    Kind.DATETIME: "date and time",
    Kind.DATE: "a date without time",
    Kind.ID: "a lookup",
}


def written(model: Model) -> list[tuple[Use, str]]:
    """The lead columns that a model is written to, with what each is for."""
    write = model.write
    uses = (
        (Use.SCORE, write.score),
        (Use.GRADE, write.grade),
        (Use.SCORED_ON, write.scored_on),
        (Use.EXPLANATION, write.explanation),
    )
    return [(use, column) for use, column in uses if column]


def longest_grade(model: Model) -> int:
    """The length of a model's longest grade name, in UTF-16 units as text columns count; 0 without grades."""
    return max((len(grade.name.encode("utf-16-le", "surrogatepass")) // 2 for grade in model.grades), default=0)


def grade_names(model: Model) -> tuple[str, ...]:
    """The names of a model's grades."""
    return tuple(grade.name for grade in model.grades)


def option_of(grade: str, known: FactType) -> int | None:
    """The value of the option that bears a grade's name in any language; None where none does, or several do."""
    found = [value for value, labels in known.options.items() if fold(grade) in map(fold, labels)]
    return found[0] if len(found) == 1 else None


def misfit(use: Use, known: FactType | None, *, length: int = 0, grades: Collection[str] = ()) -> str:
    """Say why a column does not take what is written to it ("exists as ..."); empty when it does, or nobody knows.

    `length` is that of the longest text, `grades` are the names that a choice needs as options.
    """
    if known is None:
        return ""
    if known.kind not in KINDS[use]:
        return f"exists as {_WORDS[known.kind]}, and `{use}` needs {' or '.join(_WORDS[kind] for kind in KINDS[use])}"
    if known.kind is Kind.CHOICE:
        missing = [grade for grade in grades if option_of(grade, known) is None]
        return f"has no option named {', '.join(map(repr, missing))}" if missing else ""
    if use is Use.GRADE and known.max_length is not None and known.max_length < length:
        return f"holds {known.max_length} characters, and a grade has up to {length}"
    return ""
