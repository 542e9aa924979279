"""Families: tests that speak of the same thing and so can contradict each other, decided together.

A family answers one question: in which worlds can its wanted tests all come out as wanted? Families are independent
of each other within a world. `FactFamily` lists every state that its fact can be in; its answers are bit sets.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Generic, NamedTuple, TypeVar

from connector.scoring.derived import is_derived, is_rollup
from connector.scoring.lint.kleene import ANYTHING, EVERY_WORLD, FALSE, TRUE, UNKNOWN, Shared, truth, worlds_where
from connector.scoring.rules import FactTest, InteractionTest, ModelTest, Operator

MOST_ANSWERS = 50_000  # kept at a time
_VALUES = (TRUE, UNKNOWN, FALSE)
Judge = Callable[[Any], int]  # of a value that the family lists itself
Wants = frozenset[tuple[int, int]]  # (atom, mask)
AnyTest = TypeVar("AnyTest", FactTest, InteractionTest, ModelTest)


class Family(ABC, Generic[AnyTest]):
    """Tests that are decided together; `atoms` are its distinct normalised tests."""

    def __init__(self) -> None:
        self.atoms: list[AnyTest] = []
        self._numbers: dict[AnyTest, int] = {}
        self._answers: dict[Wants, int] = {}

    def number(self, atom: AnyTest) -> int:
        """The number of a test, the same for equal tests. A new test makes the family think again."""
        if atom not in self._numbers:
            self._numbers[atom] = len(self.atoms)
            self.atoms.append(atom)
            self._answers.clear()
            self.forget()
        return self._numbers[atom]

    def worlds(self, wants: Wants) -> int:
        """The worlds in which all wants can come true together; never too few of them."""
        answer = self._answers.get(wants)
        if answer is None:
            merged: dict[int, int] = {}
            for atom, mask in wants:
                merged[atom] = merged.get(atom, ANYTHING) & mask
            answer = self.decide(merged) if all(merged.values()) else 0
            if len(self._answers) == MOST_ANSWERS:
                self._answers.clear()
            self._answers[wants] = answer
        return answer

    @abstractmethod
    def forget(self) -> None:
        """Drop what was worked out from the tests known so far."""

    @abstractmethod
    def decide(self, wants: Mapping[int, int]) -> int:
        """The worlds for wants with one mask for each test, none of them empty."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """In which worlds a fact has a value, is empty, or cannot be asked for (an absent account)."""

    value: int = EVERY_WORLD
    empty: int = EVERY_WORLD
    absent: int = 0

    @staticmethod
    def of(fact: str, *, feeds: Shared | None = None, needs: Shared | None = None) -> Surroundings:
        """Those of a fact; its being filled settles `feeds`, and it has a value only where `needs` holds."""
        value = empty = EVERY_WORLD
        absent = 0
        if feeds is not None:
            value, empty = worlds_where(feeds, holds=True), worlds_where(feeds, holds=False)
        if needs is not None:
            value &= worlds_where(needs, holds=True)
        if fact.startswith("account."):
            present = worlds_where(Shared.ACCOUNT, holds=True)
            value, empty, absent = value & present, empty & present, EVERY_WORLD & ~present
        return Surroundings(value, empty, absent)


@dataclass(frozen=True, slots=True)
class _Bits:
    """The states in which a test can be true, unknown and false."""

    true: int
    unknown: int
    false: int

    @staticmethod
    def of(truths: Sequence[int]) -> _Bits:
        """From the possible truth values in each state."""
        return _Bits(*(int("".join("1" if mask & value else "0" for mask in reversed(truths)), 2) for value in _VALUES))

    def allowed(self, mask: int) -> int:
        """The states in which a truth value of the mask is possible."""
        return (
            (self.true if mask & TRUE else 0)
            | (self.unknown if mask & UNKNOWN else 0)
            | (self.false if mask & FALSE else 0)
        )


class Split(NamedTuple):
    """The states of a fact in two parts: some value, and the bits of those beyond (empty, wrong type, absent)."""

    has_value: bool
    beyond: int


class FactFamily(Family[FactTest]):
    """The tests on one fact (or on facts that one column decides), by listing representative values.

    A value stands for all those that no test of the family tells apart. Beside the values there are: the fact is
    empty, of a wrong type (every test but emptiness unknown), or not there at all.
    """

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self.around = around
        self._bits: list[_Bits] | None = None
        self._worlds: dict[int, int] = {}  # worlds -> the states that they have
        self._states_of: dict[Hashable, int] = {}  # a value -> its states
        self._count = 0  # of the states with a value, which come first

    @abstractmethod
    def values(self) -> Iterable[Hashable]:
        """Values such that every value of the fact is told apart from one of them by no test."""

    @abstractmethod
    def judge(self, atom: FactTest) -> Judge:
        """A function from such a value to the possible truth values of a test (not of emptiness)."""

    def emptiness(self, atom: FactTest, value: Any) -> int:  # noqa: ARG002 - a family may look at them
        """The truth of a test of emptiness on a value: false, but what is derived from it may yet be empty."""
        return FALSE

    def forget(self) -> None:
        """Work everything out anew."""
        self._bits = None

    def decide(self, wants: Mapping[int, int]) -> int:
        """Weigh the wants against each other."""
        return self.worlds_of(self.states(wants))

    def states(self, wants: Mapping[int, int]) -> int:
        """The states, as bits, in which all wants come true."""
        bits = self._bits if self._bits is not None else self._list_states()
        states = -1
        for atom, mask in wants.items():
            states &= bits[atom].allowed(mask)
        return states

    def worlds_of(self, states: int) -> int:
        """The worlds that have one of these states."""
        worlds = 0
        for here, theirs in self._worlds.items():
            if states & theirs:
                worlds |= here
        return worlds

    def split(self, wants: Mapping[int, int]) -> Split:
        """Whether some value meets all wants, and which states beyond the values do."""
        states = self.states(wants)
        return Split(states & ((1 << self._count) - 1) != 0, states >> self._count)

    def worlds_beyond(self, beyond: int) -> int:
        """The worlds that have one of these states beyond the values."""
        return self.worlds_of(beyond << self._count)

    def states_of(self, value: Hashable) -> int:
        """The states, as bits, in which the fact has this value (after `states` was asked)."""
        return self._states_of.get(value, 0)

    def _list_states(self) -> list[_Bits]:
        around = self.around
        seen = list(product(self.values(), self._confidences()))
        self._count = len(seen)
        self._states_of = {}
        for state, (value, _) in enumerate(seen):
            self._states_of[value] = self._states_of.get(value, 0) | 1 << state
        # After the values: empty, a value of the wrong type, no account.
        worlds = [*[around.value] * len(seen), around.empty, around.value | around.empty, around.absent]
        self._worlds = {}
        for state, here in enumerate(worlds):
            self._worlds[here] = self._worlds.get(here, 0) | 1 << state
        self._bits = [_Bits.of([*self._truths(atom, seen), *_beyond(atom)]) for atom in self.atoms]
        return self._bits

    def _confidences(self) -> list[float]:
        """How sure the reading of a title may be, as far as the tests tell it apart."""
        return sorted({1.0} | {wanted for atom in self.atoms for wanted in (0.0, atom.min_confidence or 0.0)})

    def _truths(self, atom: FactTest, seen: Sequence[tuple[Any, float]]) -> list[int]:
        """The possible truth values of a test on each value, read with each confidence."""
        wanted = atom.min_confidence or 0.0
        if atom.operator is Operator.IS_EMPTY:
            return [self.emptiness(atom, value) if sure >= wanted else TRUE for value, sure in seen]
        # An empty list of constants judges nothing.
        judge = self.judge(atom) if atom.operands else (lambda _: UNKNOWN)
        return [judge(value) if sure >= wanted else UNKNOWN for value, sure in seen]


def _beyond(atom: FactTest) -> tuple[int, int, int]:
    """A test's possible truth values on an empty fact, on a value of the wrong type, and without an account."""
    if atom.operator is not Operator.IS_EMPTY:
        return UNKNOWN, UNKNOWN, UNKNOWN
    # Of a value of the wrong type nothing can be derived.
    return TRUE, truth(is_derived(atom.fact) and not is_rollup(atom.fact)), UNKNOWN
