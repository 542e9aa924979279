"""The family of the number of employees together with the band that is derived from it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from fractions import Fraction
from typing import Any

from connector.scoring.derived import BANDS
from connector.scoring.lint.families import Judge, Surroundings
from connector.scoring.lint.kleene import UNKNOWN, truth
from connector.scoring.lint.ordered import NumberFamily, numbers_of, stretches
from connector.scoring.lint.textual import Spelled, TextFamily
from connector.scoring.operators import fold
from connector.scoring.rules import FactTest

BAND = "account.employee_band"


# The last number of each band but the open one; what lies between two bands (10.5) belongs to the upper one.
ENDS = tuple(Fraction(band.partition("-")[2]) for band in BANDS[:-1])


class EmployeesFamily(NumberFamily):
    """Tests on the number of employees and on its band."""

    def __init__(self, around: Surroundings, *, low: Fraction | None = None, high: Fraction | None = None) -> None:
        super().__init__(around, low=low, high=high)
        self._bands = TextFamily(around, only=BANDS)

    def values(self) -> Iterable[Hashable]:
        """One value of each piece that the tests tell apart."""
        tested = {point for atom in self.atoms if atom.fact != BAND for point in numbers_of(atom) or ()}
        return stretches({*tested, *ENDS, Fraction(1)}, self.low, self.high)

    def judge(self, atom: FactTest) -> Judge:
        """The truth of a test on such a value."""
        if atom.fact != BAND:
            return super().judge(atom)
        judge = self._bands.judge(atom)
        truths = [judge(Spelled(fold(band), band)) for band in BANDS]
        return lambda value: truths[sum(value > end for end in ENDS)] if value >= 1 else UNKNOWN

    def emptiness(self, atom: FactTest, value: Any) -> int:
        """Fewer employees than one are in no band."""
        return truth(atom.fact == BAND and value < 1)
