"""The family of a fact of which nobody said the type, and that of `lead.has_account`.

The engine judges such a fact by the constants of the test: text by text, numbers by numbers, and unknown where value
and constants differ in kind. A text may also be a date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from connector.scoring.lint.dates import DateFamily
from connector.scoring.lint.families import Family, Surroundings
from connector.scoring.lint.kleene import ANYTHING, EVERY_WORLD, FALSE, UNKNOWN, Shared, truth, worlds_where
from connector.scoring.lint.options import BooleanFamily
from connector.scoring.lint.ordered import NumberFamily
from connector.scoring.lint.textual import TextFamily
from connector.scoring.rules import FactTest, Operand, Operator

Reading = type[TextFamily | DateFamily | NumberFamily | BooleanFamily]

_CONSTANTS: dict[Reading, tuple[type[Operand], ...]] = {
    TextFamily: (str,),
    DateFamily: (date, timedelta),  # a datetime is a date
    NumberFamily: (Decimal,),
    BooleanFamily: (bool,),
}
# What a value can be: a text (perhaps a date), a number, or yes or no.
_KINDS: tuple[tuple[Reading, ...], ...] = ((TextFamily, DateFamily), (NumberFamily,), (BooleanFamily,))


class UntypedFamily(Family[FactTest]):
    """Tests on a fact that may be anything: one family for each thing that constants take it for."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._families: dict[Reading, Family[FactTest]] = {reading: reading(around) for reading in _CONSTANTS}
        self._readings: list[dict[Reading, int]] = []  # of each atom: its number in each family that can judge it

        self._used: set[Reading] = set()
        self._kinds: list[tuple[Reading, ...]] = []

    def forget(self) -> None:
        """Read the newest test."""
        atom = self.atoms[-1]
        if atom.operator is not Operator.IS_EMPTY:
            self._used |= {reading for reading in _CONSTANTS if _seen_as(atom, reading) is not None}
        # A value of a kind that no test judges is the same to all of them: text that is no text stands for it.
        judged = [tuple(reading for reading in kind if reading in self._used) for kind in _KINDS]
        self._kinds = [kind for kind in judged if kind] or [(TextFamily,)]
        self._readings.append(
            {
                reading: family.number(seen)
                for reading, family in self._families.items()
                if (seen := _seen_as(atom, reading)) is not None
            }
        )

    def decide(self, wants: Mapping[int, int]) -> int:
        """Weigh the wants against each other."""
        worlds = 0
        for kind in self._kinds:
            worlds |= self._decide_as(kind, wants)
        return worlds

    def _decide_as(self, kind: tuple[Reading, ...], wants: Mapping[int, int]) -> int:
        """The worlds where the fact is of one kind, or empty: what other kinds' tests ask must then be unknown."""
        worlds = EVERY_WORLD
        for reading in kind:
            seen = frozenset(
                (self._readings[atom][reading], mask) for atom, mask in wants.items() if reading in self._readings[atom]
            )
            worlds &= self._families[reading].worlds(seen)
        judged = all(mask & UNKNOWN or self._readings[atom].keys() & set(kind) for atom, mask in wants.items())
        return worlds if judged else 0


def _seen_as(atom: FactTest, reading: Reading) -> FactTest | None:
    """The test with those constants alone that can judge one reading of the fact; None where none can."""
    if atom.operator is Operator.IS_EMPTY:
        return atom
    seen = tuple(operand for operand in atom.operands if isinstance(operand, _CONSTANTS[reading]))
    if reading in {TextFamily, DateFamily} and {str, date} <= {_sort(operand) for operand in atom.operands}:
        # Texts and dates in one list: left open, by a test on text that no family can read.
        return atom if reading is TextFamily else None
    if atom.operator is Operator.IS_ANY_OF:
        return replace(atom, operands=seen) if seen else None
    return atom if seen and len(seen) == len(atom.operands) else None


def _sort(operand: Operand) -> type[object]:
    return date if isinstance(operand, date) else type(operand)


class HasAccountFamily(Family[FactTest]):
    """Tests on whether an account is linked: always known, and shared with every test on account facts."""

    def forget(self) -> None:
        """Nothing is worked out beforehand."""

    def decide(self, wants: Mapping[int, int]) -> int:
        """Weigh the wants against each other."""
        worlds = 0
        for linked in (True, False):
            if all(mask & _judge(self.atoms[atom], linked) for atom, mask in wants.items()):
                worlds |= worlds_where(Shared.ACCOUNT, holds=linked)
        return worlds


def _judge(atom: FactTest, linked: bool) -> int:
    if atom.operator is Operator.IS_EMPTY:
        return FALSE
    if atom.operator is Operator.IS_ANY_OF and all(isinstance(operand, bool) for operand in atom.operands):
        return truth(linked in atom.operands)
    return ANYTHING
