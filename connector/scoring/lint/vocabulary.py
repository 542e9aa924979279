"""Which family decides a test: by the type of its fact, and by what derived facts are derived from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from connector.scoring.derived import DERIVED_VALUES, is_rollup, source_column, type_of
from connector.scoring.facttypes import FactType, FactTypes, Kind
from connector.scoring.lint.dates import DateFamily
from connector.scoring.lint.employees import BAND, EmployeesFamily
from connector.scoring.lint.families import Family, Surroundings
from connector.scoring.lint.formula import Test, Wanted
from connector.scoring.lint.happenings import HappeningFamily, Narrows
from connector.scoring.lint.kleene import Shared, mirrored
from connector.scoring.lint.options import BooleanFamily, ChoiceFamily, MultiChoiceFamily
from connector.scoring.lint.ordered import NumberFamily
from connector.scoring.lint.textual import TextFamily
from connector.scoring.lint.thresholds import Range, ScoreFamily
from connector.scoring.lint.untyped import HasAccountFamily, UntypedFamily
from connector.scoring.operators import fold
from connector.scoring.rules import FactTest, InteractionTest, Operator

DAYS_SINCE_CREATED = "lead.days_since_created"

# Operators that are another one's negation: unknown stays unknown under both.
_NEGATED = {
    Operator.NOT_EQUALS: Operator.EQUALS,
    Operator.IS_NONE_OF: Operator.IS_ANY_OF,
    Operator.IS_NOT_EMPTY: Operator.IS_EMPTY,
    Operator.LESS_THAN: Operator.AT_LEAST,
    Operator.AT_MOST: Operator.GREATER_THAN,
    Operator.NOT_IN_LAST: Operator.IN_LAST,
}


class Vocabulary:
    """The families of all tests seen so far, each test counted once however it is written."""

    def __init__(self, types: FactTypes, ranges: Mapping[str, Range], narrows: Narrows) -> None:
        self.types = types
        self._ranges = ranges
        self._narrows = narrows
        self._facts: dict[str, Family[FactTest]] = {}
        self._happenings: dict[str, HappeningFamily] = {}
        self._scores: dict[str, ScoreFamily] = {}
        self._families: dict[str, Family[FactTest] | HappeningFamily | ScoreFamily] = {}

    def intern(self, test: Test, mask: int) -> Wanted:
        """The wanted truth values of a test, with the family and the number of its normalised form."""
        if isinstance(test, FactTest):
            atom, flipped = self._normalised(test)
            key = self._key(test.fact)
            if key not in self._facts:
                self._families[key] = self._facts[key] = self._fact_family(key)
            return Wanted(key, self._facts[key].number(atom), mirrored(mask) if flipped else mask, test, mask)
        if isinstance(test, InteractionTest):
            key = f"interaction {fold(test.type)}"
            if key not in self._happenings:
                self._families[key] = self._happenings[key] = HappeningFamily(self._narrows)
            return Wanted(key, self._happenings[key].number(test), mask, test, mask)
        key = f"model {test.model}"
        if key not in self._scores:
            self._families[key] = self._scores[key] = ScoreFamily(self._ranges.get(test.model, Range()))
        return Wanted(key, self._scores[key].number(test), mask, test, mask)

    def worlds(self, family: str, wants: frozenset[tuple[int, int]]) -> int:
        """The worlds in which all wants of one family can come true."""
        return self._families[family].worlds(wants)

    def _normalised(self, test: FactTest) -> tuple[FactTest, bool]:
        operator = _NEGATED.get(test.operator, test.operator)
        flipped = operator is not test.operator
        known = type_of(test.fact, self.types)
        if operator is Operator.EQUALS and (known is None or known.kind is not Kind.MULTI_CHOICE):
            operator = Operator.IS_ANY_OF
        return replace(test, operator=operator), flipped

    def _key(self, fact: str) -> str:
        # A fact that a column decides alone is decided together with that column.
        if fact in {DAYS_SINCE_CREATED, BAND}:
            return source_column(fact, self.types) or fact
        return fact

    def _fact_family(self, fact: str) -> Family[FactTest]:
        known = type_of(fact, self.types)
        around = self._surroundings(fact)
        low, high = _bounds(known)
        if fact == "lead.has_account":
            return HasAccountFamily()
        if fact == source_column(DAYS_SINCE_CREATED, self.types):
            return DateFamily(around, days_fact=DAYS_SINCE_CREATED)
        if fact == source_column(BAND, self.types):
            return EmployeesFamily(around, low=low, high=high)
        if fact in DERIVED_VALUES:
            return TextFamily(around, only=DERIVED_VALUES[fact])
        if is_rollup(fact):
            return NumberFamily(around, low=Fraction(0), whole=True)
        return _typed_family(known, around)

    def _surroundings(self, fact: str) -> Surroundings:
        source = source_column(fact, self.types)
        for shared, derived in ((Shared.TITLE, "title.seniority"), (Shared.EMAIL, "lead.email_is_freemail")):
            column = source_column(derived, self.types)
            if fact == column:
                return Surroundings.of(fact, feeds=shared)
            if source == column:
                return Surroundings.of(fact, needs=shared)
        return Surroundings.of(fact)


def _typed_family(known: FactType | None, around: Surroundings) -> Family[FactTest]:
    """The family of a column; one whose type or options nobody knows may be anything."""
    if known is None or (known.kind is Kind.CHOICE and not known.options):
        return UntypedFamily(around)
    low, high = _bounds(known)
    families: dict[Kind, Callable[[], Family[FactTest]]] = {
        Kind.TEXT: lambda: TextFamily(around, max_length=known.max_length),
        Kind.ID: lambda: TextFamily(around),
        Kind.NUMBER: lambda: NumberFamily(around, low=low, high=high),
        Kind.BOOLEAN: lambda: BooleanFamily(around),
        Kind.DATE: lambda: DateFamily(around),
        Kind.DATETIME: lambda: DateFamily(around),
        Kind.CHOICE: lambda: ChoiceFamily(around, known.options),
        Kind.MULTI_CHOICE: lambda: MultiChoiceFamily(around, known.options),
    }
    return families[known.kind]()


def _bounds(known: FactType | None) -> tuple[Fraction | None, Fraction | None]:
    """A number's bounds in metadata, as the shortest decimals that they print as."""
    if known is None:
        return None, None
    return tuple(None if bound is None else Fraction(str(bound)) for bound in (known.minimum, known.maximum))  # type: ignore[return-value]  # two in, two out
