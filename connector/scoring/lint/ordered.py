"""The family of a number, and the line that numbers and dates share.

The constants of the tests cut the line into points and open stretches; one value of each stands for all.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from connector.scoring.lint.families import FactFamily, Judge, Surroundings
from connector.scoring.lint.kleene import ANYTHING, truth
from connector.scoring.rules import FactTest, Operand, Operator


def stretches(points: Iterable[Fraction], low: Fraction | None = None, high: Fraction | None = None) -> list[Fraction]:
    """One value of each piece that the points cut the line from `low` to `high` (both included) into."""
    cuts = sorted({*points, *(bound for bound in (low, high) if bound is not None)} or {Fraction(0)})
    between = [(left + right) / 2 for left, right in pairwise(cuts)]
    return [
        value
        for value in sorted([cuts[0] - 1, *cuts, *between, cuts[-1] + 1])
        if (low is None or value >= low) and (high is None or value <= high)
    ]


def comparing(operator: Operator, operands: Sequence[Fraction]) -> Judge:
    """A function that compares values on the line with constants; nothing is decided where the operator is none."""
    match operator:
        case Operator.IS_ANY_OF:
            return lambda value: truth(value in operands)
        case Operator.BETWEEN:
            low, high = operands
            return lambda value: truth(low <= value <= high)
        case Operator.GREATER_THAN | Operator.AFTER:
            return lambda value: truth(value > operands[0])
        case Operator.AT_LEAST:
            return lambda value: truth(value >= operands[0])
        case Operator.BEFORE:
            return lambda value: truth(value < operands[0])
        case _:
            return undecided


def undecided(_: object) -> int:
    """The judge of a test that its family cannot read."""
    return ANYTHING


def number(operand: Operand) -> Fraction | None:
    """A constant as a number, None where it is none."""
    return Fraction(operand) if isinstance(operand, Decimal) else None


def numbers_of(atom: FactTest) -> list[Fraction] | None:
    """A test's constants as numbers, None where one of them is none."""
    found = [number(operand) for operand in atom.operands]
    return None if None in found else [value for value in found if value is not None]


class NumberFamily(FactFamily):
    """Tests on a number between two bounds, or on whole numbers only."""

    def __init__(
        self, around: Surroundings, *, low: Fraction | None = None, high: Fraction | None = None, whole: bool = False
    ) -> None:
        super().__init__(around)
        self.low, self.high, self.whole = low, high, whole

    def values(self) -> Iterable[Hashable]:
        """One value of each piece that the tests tell apart."""
        points = {point for atom in self.atoms for point in numbers_of(atom) or ()}
        if self.whole:
            points = {Fraction(point.__floor__() + step) for point in points for step in (-1, 0, 1, 2)}
        values = stretches(points, self.low, self.high)
        return [value for value in values if not self.whole or value.denominator == 1]

    def judge(self, atom: FactTest) -> Judge:
        """The truth of a test on such a value."""
        operands = numbers_of(atom)
        return undecided if operands is None else comparing(atom.operator, operands)
