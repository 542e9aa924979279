"""Conditions with their negations pushed to the tests: what the prover works on.

A formula says which truth values are wanted: of one test (`Wanted`), or of at least n formulas (`Choose`). All, any,
not and at_least_of become these two, for each of the four targets true, false, not true and not false.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import assert_never

from connector.scoring.lint.kleene import NOT_FALSE, TRUE, mirrored
from connector.scoring.rules import All, AnyOf, AtLeastOf, Condition, FactTest, InteractionTest, ModelTest, Not

Test = FactTest | InteractionTest | ModelTest


@dataclass(frozen=True, slots=True)
class Wanted:
    """A test of which one of the truth values in `mask` is wanted.

    `family` and `atom` say which test it is after normalisation; `asked` is the mask for `test` as it was written.
    """

    family: str
    atom: int
    mask: int
    test: Test = field(compare=False)
    asked: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Choose:
    """At least `n` of the terms hold."""

    n: int
    terms: tuple[Formula, ...]


Formula = Wanted | Choose
ALWAYS = Choose(0, ())
NEVER = Choose(1, ())

Intern = Callable[[Test, int], Wanted]


def formula_of(condition: Condition, target: int, intern: Intern) -> Formula:
    """The formula that holds exactly when the condition's truth value is in `target` (one of the four targets)."""
    match condition:
        case All(terms=terms):
            return _choose(len(terms), terms, target, intern)
        case AnyOf(terms=terms):
            return _choose(1, terms, target, intern)
        case AtLeastOf(n=n, terms=terms):
            return _choose(n, terms, target, intern)
        case Not(term=term):
            return formula_of(term, mirrored(target), intern)
        case FactTest() | InteractionTest() | ModelTest():
            return intern(condition, target)
    assert_never(condition)


def _choose(n: int, terms: tuple[Condition, ...], target: int, intern: Intern) -> Formula:
    # Fewer than n true means: more than len - n that are not true; likewise for false and not false.
    needed = n if target in {TRUE, NOT_FALSE} else len(terms) - n + 1
    return choose(needed, tuple(formula_of(term, target, intern) for term in terms))


def choose(n: int, terms: tuple[Formula, ...]) -> Formula:
    """At least n of the terms, in its simplest form: trivial terms settled, conjunctions flat."""
    n -= sum(term == ALWAYS for term in terms)
    open_terms = tuple(term for term in terms if term not in {ALWAYS, NEVER})
    if n <= 0:
        return ALWAYS
    if n > len(open_terms):
        return NEVER
    if len(open_terms) == 1:
        return open_terms[0]
    if n == len(open_terms):
        flat = tuple(part for term in open_terms for part in conjuncts(term))
        return Choose(len(flat), flat)
    return Choose(n, open_terms)


def conjuncts(formula: Formula) -> tuple[Formula, ...]:
    """The formulas that must all hold for this one."""
    if isinstance(formula, Choose) and formula.n == len(formula.terms):
        return formula.terms
    return (formula,)


def wanted_in(formula: Formula) -> Iterator[Wanted]:
    """Every test of a formula, from left to right."""
    if isinstance(formula, Wanted):
        yield formula
    else:
        for term in formula.terms:
            yield from wanted_in(term)


def without(formula: Formula, position: int) -> Formula:
    """The formula with its test at this position (counted from left to right) taken for granted."""
    if isinstance(formula, Wanted):
        return ALWAYS
    terms: list[Formula] = []
    for term in formula.terms:
        size = sum(1 for _ in wanted_in(term))
        terms.append(without(term, position) if 0 <= position < size else term)
        position -= size
    return choose(formula.n, tuple(terms))
