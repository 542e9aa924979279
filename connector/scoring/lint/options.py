"""Families of facts with listed values: yes or no, choices, and multi-selects.

A document names an option by its value or by a label in any language; one label may stand on several options.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal

from connector.scoring.lint.families import FactFamily, Judge, Surroundings
from connector.scoring.lint.kleene import FALSE, TRUE, truth
from connector.scoring.lint.ordered import comparing, numbers_of, undecided
from connector.scoring.operators import fold
from connector.scoring.rules import FactTest, Operand, Operator

Options = Mapping[int, tuple[str, ...]]


def options_named(operand: Operand, options: Options) -> frozenset[int] | None:
    """The values of the options that a constant names (none of them: an empty set); None where it cannot name any."""
    if isinstance(operand, Decimal):
        return frozenset(value for value in options if value == operand)
    if not isinstance(operand, str):
        return None
    name = fold(operand.strip())
    return frozenset(
        value
        for value, labels in options.items()
        if name == str(value) or any(name == fold(label.strip()) for label in labels)
    )


def all_named(atom: FactTest, options: Options) -> frozenset[int] | None:
    """The values of all options that a test names; None where one of its constants cannot name any."""
    named: frozenset[int] = frozenset()
    for operand in atom.operands:
        values = options_named(operand, options)
        if values is None:
            return None
        named |= values
    return named


class BooleanFamily(FactFamily):
    """Tests on a fact that is yes or no."""

    def values(self) -> Iterable[Hashable]:
        """One value of each piece that the tests tell apart."""
        return (True, False)

    def judge(self, atom: FactTest) -> Judge:
        """The truth of a test on such a value."""
        if atom.operator is Operator.IS_ANY_OF and all(isinstance(operand, bool) for operand in atom.operands):
            return lambda value: truth(value in atom.operands)
        return undecided


class ChoiceFamily(FactFamily):
    """Tests on a choice whose options are known."""

    def __init__(self, around: Surroundings, options: Options) -> None:
        super().__init__(around)
        self.options = options

    def values(self) -> Iterable[Hashable]:
        """One value of each piece that the tests tell apart."""
        return self.options

    def judge(self, atom: FactTest) -> Judge:
        """The truth of a test on such a value."""
        if atom.operator is Operator.IS_ANY_OF:
            named = all_named(atom, self.options)
            return undecided if named is None else lambda value: truth(value in named)
        operands = numbers_of(atom)
        return undecided if operands is None else comparing(atom.operator, operands)


SELECTION = "some selection"
_SELECTING = frozenset({Operator.EQUALS, Operator.IS_ANY_OF, Operator.CONTAINS})


class MultiChoiceFamily(FactFamily):
    """Tests on a multi-select.

    `equals` asks for one option alone, `contains` and `is_any_of` that one of those named is among the selected.
    Where nobody knows the options, those that the tests name and one more stand for all.
    """

    def __init__(self, around: Surroundings, options: Options) -> None:
        super().__init__(around)
        self._known = options

    @property
    def options(self) -> Options:
        """The options that there are, or that the tests name."""
        if self._known:
            return self._known
        named = {int(operand) for atom in self.atoms for operand in atom.operands if isinstance(operand, Decimal)}
        return dict.fromkeys({*named, max(named, default=0) + 1}, ())

    def values(self) -> Iterable[Hashable]:
        """One value of each piece that the tests tell apart."""
        return (SELECTION,)  # which one is settled in `decide`

    def judge(self, atom: FactTest) -> Judge:
        """The truth of a test on some selection: open until it is settled which."""
        return undecided if self._named(atom) is None else lambda _: TRUE | FALSE

    def decide(self, wants: Mapping[int, int]) -> int:
        """Weigh the wants against each other."""
        states = self.states(wants)
        selections = states & self.states_of(SELECTION)
        worlds = self.worlds_of(states & ~selections)
        return worlds | (self.worlds_of(selections) if self._has_selection(wants) else 0)

    def _named(self, atom: FactTest) -> frozenset[int] | None:
        return all_named(atom, self.options) if atom.operator in _SELECTING else None

    def _has_selection(self, wants: Mapping[int, int]) -> bool:
        """Whether nothing, one option alone, or all but those that must not be selected meets the wants.

        Where none of these does, none does: more options than one can only help a test that wants one of several.
        """
        tests = [
            (self.atoms[atom].operator is Operator.EQUALS, named, mask)
            for atom, mask in wants.items()
            if (named := self._named(self.atoms[atom])) is not None
        ]
        forbidden = {option for alone, named, mask in tests if not alone and not mask & TRUE for option in named}
        largest = frozenset(self.options) - forbidden
        return any(
            all(mask & _selects(selected, named, alone=alone) for alone, named, mask in tests)
            for selected in (frozenset[int](), largest, *(frozenset({option}) for option in largest))
        )


def _selects(selected: frozenset[int], named: frozenset[int], *, alone: bool) -> int:
    return truth(bool(named) and selected == named) if alone else truth(bool(selected & named))
