"""The family of a text fact: finitely many named texts decided exactly, all others by what their patterns demand.

A class of texts that compare equal when case does not matter stands as one value, and each exact spelling that a
case-sensitive test names as another. "Any other text" is one more: there, begins, ends, contains and simple regexes
are weighed against each other; whatever this cannot settle counts as possible.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from connector.scoring.lint import spelling
from connector.scoring.lint.demands import Demands, affix_holds
from connector.scoring.lint.families import FactFamily, Judge, Surroundings
from connector.scoring.lint.kleene import ANYTHING, FALSE, TRUE, truth
from connector.scoring.lint.ordered import undecided
from connector.scoring.operators import fold, is_blank, normalise
from connector.scoring.rules import FactTest, Operator

PATTERNS: Final = frozenset({Operator.CONTAINS, Operator.BEGINS_WITH, Operator.ENDS_WITH, Operator.MATCHES})


@dataclass(frozen=True, slots=True)
class Spelled:
    """Texts that fold alike: one exact spelling, or (None) every spelling that no test names."""

    fold: str
    exact: str | None


OTHER: Final = "any other text"


def texts_of(atom: FactTest) -> list[str] | None:
    """A test's constants as texts, None where one of them is none."""
    found = [operand for operand in atom.operands if isinstance(operand, str)]
    return found if len(found) == len(atom.operands) else None


class TextFamily(FactFamily):
    """Tests on one text fact; `only` lists all the values it can have, where they are known."""

    def __init__(
        self,
        around: Surroundings,
        *,
        max_length: int | None = None,
        only: Iterable[str] | None = None,
    ) -> None:
        super().__init__(around)
        self.max_length = max_length
        self.only = None if only is None else tuple(only)

    def values(self) -> Iterable[Hashable]:
        """One value of each piece that the tests tell apart."""
        named: dict[str, set[str]] = {}
        for atom in self.atoms:
            for text in (texts_of(atom) or ()) if atom.operator is Operator.IS_ANY_OF else ():
                exact = named.setdefault(fold(text), set())
                if atom.case_sensitive:
                    exact.add(normalise(text))
        if self.only is not None:
            return [Spelled(fold(text), text) for text in self.only]
        classes = [
            Spelled(folded, exact)
            for folded, spellings in named.items()
            if not is_blank(folded) and self._fits(folded)
            for exact in (None, *sorted(spellings))
        ]
        return [*classes, OTHER]

    def judge(self, atom: FactTest) -> Judge:
        """The truth of a test on such a value."""
        texts = texts_of(atom)
        if texts is None:
            return undecided
        if atom.operator is Operator.IS_ANY_OF:
            return _judging_equality(texts, case_sensitive=atom.case_sensitive)
        if atom.operator is Operator.MATCHES:
            judge: Judge = partial(_judge_regex, atom, texts[0])
        elif atom.operator in PATTERNS:
            judge = partial(_judge_affix, atom, texts[0])
        else:
            return undecided
        return lambda value: TRUE | FALSE if value == OTHER else judge(value)

    def decide(self, wants: Mapping[int, int]) -> int:
        """Weigh the wants against each other."""
        states = self.states(wants)
        others = states & self.states_of(OTHER)
        worlds = self.worlds_of(states & ~others)
        if self.worlds_of(others) & ~worlds and not self._clash(wants):
            worlds |= self.worlds_of(others)
        return worlds

    def _clash(self, wants: Mapping[int, int]) -> bool:
        demands = Demands(self.max_length)
        for atom, mask in wants.items():
            test = self.atoms[atom]
            texts = texts_of(test)
            if test.operator in PATTERNS and texts is not None and not (mask & TRUE and mask & FALSE):
                demands.add(test.operator, texts[0], exactly=test.case_sensitive, wanted=bool(mask & TRUE))
        return demands.clash()

    def _fits(self, folded: str) -> bool:
        return self.max_length is None or spelling.shortest_length(folded) <= self.max_length


def _judging_equality(texts: list[str], *, case_sensitive: bool) -> Judge:
    if case_sensitive:
        exact = {normalise(text) for text in texts}
        return lambda value: truth(value != OTHER and value.exact in exact)
    folds = {fold(text) for text in texts}
    return lambda value: truth(value != OTHER and value.fold in folds)


def _judge_affix(atom: FactTest, needle: str, value: Spelled) -> int:
    if atom.case_sensitive and value.exact is not None:
        return truth(affix_holds(atom.operator, normalise(needle), value.exact))
    holds = affix_holds(atom.operator, fold(needle), value.fold)
    if atom.case_sensitive and (holds or not spelling.survives_folding(needle)):
        return TRUE | FALSE
    return truth(holds)


def _judge_regex(atom: FactTest, pattern: str, value: Spelled) -> int:
    if atom.case_sensitive:
        found = None if value.exact is None else spelling.regex_finds(pattern, value.exact, case_sensitive=True)
    elif spelling.may_tell_spellings_apart(pattern, value.fold):
        found = None
    else:
        found = spelling.regex_finds(pattern, value.fold, case_sensitive=False)
    return ANYTHING if found is None else truth(found)
