"""The family of another model's score, as qualification and alerts ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from connector.scoring.lint.families import Family
from connector.scoring.lint.kleene import ANYTHING, EVERY_WORLD, FALSE, UNKNOWN, truth
from connector.scoring.lint.ordered import stretches
from connector.scoring.operators import fold
from connector.scoring.rules import Grade, ModelTest


@dataclass(frozen=True, slots=True)
class Range:
    """The scores that a model can give at all: bounds that are certain, None where there is none; and its grades."""

    low: int | None = None
    high: int | None = None
    grades: tuple[Grade, ...] = ()

    def grade(self, name: str) -> Grade | None:
        """The grade of this name, None where there is none."""
        return next((grade for grade in self.grades if fold(grade.name) == fold(name)), None)


class ScoreFamily(Family[ModelTest]):
    """Tests on one model's score and grade."""

    def __init__(self, reach: Range) -> None:
        super().__init__()
        self._reach = reach
        self._scores: list[Fraction] = []

    def forget(self) -> None:
        """Work everything out anew."""
        marks = {Fraction(mark) for mark in map(self._mark, self.atoms) if mark is not None}
        low, high = (None if bound is None else Fraction(bound) for bound in (self._reach.low, self._reach.high))
        whole = {mark + step for mark in marks for step in (-1, 0, 1)}
        self._scores = [score for score in stretches(whole, low, high) if score.denominator == 1]

    def decide(self, wants: Mapping[int, int]) -> int:
        """Weigh the wants against each other."""
        # A lead that the model does not score does not meet the criterion, be that false or unknown.
        if all(mask & (FALSE | UNKNOWN) for mask in wants.values()):
            return EVERY_WORLD
        scored = any(
            all(mask & self._truth(self.atoms[atom], score) for atom, mask in wants.items()) for score in self._scores
        )
        return EVERY_WORLD if scored else 0

    def _mark(self, atom: ModelTest) -> int | None:
        """The score that a test asks for; None where every score, or nobody knows which, will do."""
        if atom.grade is None:
            return atom.at_least
        grade = self._reach.grade(atom.grade)
        return None if grade is None else grade.from_score

    def _truth(self, atom: ModelTest, score: Fraction) -> int:
        mark = self._mark(atom)
        if mark is not None:
            return truth(score >= mark)
        return ANYTHING
