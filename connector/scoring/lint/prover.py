"""The satisfiability prover: whether some facts make several conditions come out as wanted, all at once.

A search over the choices that `any` and `at_least_of` leave, with each step checked by the families. It answers
"impossible" only with proof; where the choices are too many it says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.lint.families import Wants
from connector.scoring.lint.formula import Choose, Formula, Wanted, formula_of
from connector.scoring.lint.happenings import Filter
from connector.scoring.lint.kleene import EVERY_WORLD, NOT_TRUE, TRUE
from connector.scoring.lint.thresholds import Range
from connector.scoring.lint.vocabulary import Vocabulary
from connector.scoring.rules import All, Condition

MOST_STEPS = 600  # choices tried before the prover gives up
DEEPEST = 150  # choices inside choices


class _TooManyChoices(Exception):  # noqa: N818 - not an error: the prover's way to say nothing
    """The search has used up its steps."""


@dataclass(slots=True)
class Held:
    """Wants taken for granted, by family, and the worlds that are left for them."""

    wants: dict[str, Wants] = field(default_factory=dict)
    worlds: int = EVERY_WORLD

    def copy(self) -> Held:
        """The same wants, to add to without changing these."""
        return Held(dict(self.wants), self.worlds)


class Prover:
    """Decides over one vocabulary of facts; conditions are read with `formula` first."""

    def __init__(self, types: FactTypes = UNTYPED, ranges: Mapping[str, Range] | None = None) -> None:
        self.vocabulary = Vocabulary(types, ranges or {}, narrows)
        self._steps = 0

    def formula(self, condition: Condition, target: int = TRUE) -> Formula:
        """The formula of a condition's being true (or whichever target is given)."""
        return formula_of(condition, target, self.vocabulary.intern)

    def refutes(self, *formulas: Formula) -> bool:
        """Whether it is proved that no facts make all the formulas hold; False also where that stays open."""
        self._steps = MOST_STEPS
        try:
            return not self._search(formulas, Held(), DEEPEST)
        except _TooManyChoices:
            return False

    def held(self, formula: Formula) -> Held | None:
        """The wants of a formula that can hold and leaves no choice; None for any other."""
        held = Held()
        return held if self._settle([formula], held) == [] else None

    def clash(self, one: Held, other: Held) -> bool:
        """Whether two sets of wants cannot hold together."""
        worlds = one.worlds & other.worlds
        for family in one.wants.keys() & other.wants.keys():
            worlds &= self.vocabulary.worlds(family, one.wants[family] | other.wants[family])
        return worlds == 0

    def rules_out(self, held: Held, wanted: Wanted) -> bool:
        """Whether one more want cannot hold together with those that are held."""
        return not self._could_hold(wanted, held)

    def _search(self, pending: Iterable[Formula], held: Held, depth: int) -> bool:
        """Whether the pending formulas can hold with what is held; `held` is used up."""
        choices = self._settle(list(pending), held)
        if choices is None:
            return False
        if not choices:
            return True
        if depth == 0:
            raise _TooManyChoices
        first = min(choices, key=lambda choice: len(choice.terms) - choice.n)
        rest = [choice for choice in choices if choice is not first]
        for index in range(len(first.terms) - first.n + 1):
            if self._steps == 0:
                raise _TooManyChoices
            self._steps -= 1
            chosen: list[Formula] = [first.terms[index]]
            if first.n > 1:
                chosen.append(Choose(first.n - 1, first.terms[index + 1 :]))
            if self._search([*chosen, *rest], held.copy(), depth - 1):
                return True
        return False

    def _settle(self, pending: list[Formula], held: Held) -> list[Choose] | None:
        """Hold all that is certain; the choices that remain open, or None at a contradiction."""
        choices: list[Choose] = []
        while True:
            grown = False
            while pending:
                formula = pending.pop()
                if isinstance(formula, Choose) and formula.n != len(formula.terms):
                    choices.append(formula)
                elif isinstance(formula, Choose):
                    pending.extend(formula.terms)
                elif self._hold(formula, held):
                    grown = True
                else:
                    return None
            if not grown:
                return choices
            # What is held may have ruled out some terms of the choices, and so settled them.
            narrowed = [self._narrow(choice, held) for choice in choices]
            if None in narrowed:
                return None
            choices = []
            pending = [choice for choice in narrowed if choice is not None]

    def _narrow(self, choice: Choose, held: Held) -> Choose | None:
        terms = tuple(term for term in choice.terms if not isinstance(term, Wanted) or self._could_hold(term, held))
        return Choose(choice.n, terms) if len(terms) >= choice.n else None

    def _could_hold(self, wanted: Wanted, held: Held) -> bool:
        wants = held.wants.get(wanted.family, frozenset()) | {(wanted.atom, wanted.mask)}
        return bool(held.worlds & self.vocabulary.worlds(wanted.family, wants))

    def _hold(self, wanted: Wanted, held: Held) -> bool:
        wants = held.wants.get(wanted.family, frozenset()) | {(wanted.atom, wanted.mask)}
        held.wants[wanted.family] = wants
        held.worlds &= self.vocabulary.worlds(wanted.family, wants)
        return held.worlds != 0


def narrows(first: Filter, second: Filter | None) -> bool:
    """Whether it is proved that whatever passes the first filter passes the second; None: that nothing passes it."""
    prover = Prover()
    formulas = [prover.formula(All(first))]
    if second is not None:
        formulas.append(prover.formula(All(second), NOT_TRUE))
    return prover.refutes(*formulas)
