"""The lead columns that documents write: what each is for, and whether a column takes what is written to it.

Judged by types alone, for whoever knows them. Which columns exist is looked at elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from connector.scoring.facttypes import FactType, Kind
from connector.scoring.rules import Model

# What to do about a column that is not there, and about one that does not take what is written.
MISSING = "Run: connector provision columns, or name another column."
UNFIT = "Name another column and run: connector provision columns."


class Use(StrEnum):
    """What a document writes to a column."""

    SCORE = "score"
    GRADE = "grade"
    SCORED_ON = "scored_on"
    SALES_READY = "sales_ready"


# The kind that a column of each use must have, and how people call it.
KINDS: Mapping[Use, Kind] = {
    Use.SCORE: Kind.NUMBER,
    Use.GRADE: Kind.TEXT,
    Use.SCORED_ON: Kind.DATETIME,
    Use.SALES_READY: Kind.BOOLEAN,
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
    uses = ((Use.SCORE, model.write.score), (Use.GRADE, model.write.grade), (Use.SCORED_ON, model.write.scored_on))
    return [(use, column) for use, column in uses if column]


def longest_grade(model: Model) -> int:
    """The length of a model's longest grade name, in UTF-16 units as text columns count; 0 without grades."""
    return max((len(grade.name.encode("utf-16-le", "surrogatepass")) // 2 for grade in model.grades), default=0)


def misfit(use: Use, known: FactType | None, *, length: int = 0) -> str:
    """Say why a column does not take what is written to it ("exists as ..."); empty when it does, or nobody knows.

    `length` is that of the longest text.
    """
    if known is None:
        return ""
    if known.kind is not KINDS[use]:
        return f"exists as {_WORDS[known.kind]}, and `{use}` needs {_WORDS[KINDS[use]]}"
    if use is Use.GRADE and known.max_length is not None and known.max_length < length:
        return f"holds {known.max_length} characters, and a grade has up to {length}"
    return ""
