"""Which interaction test carries the points of a group with `each` or decay: the one whose occurrences are counted."""

from __future__ import annotations

from collections.abc import Iterator

from connector.scoring.rules import All, AnyOf, AtLeastOf, Condition, InteractionTest, Not


def walk(condition: Condition) -> Iterator[Condition]:
    """The condition and everything inside it, outermost first; the tests of an interaction's properties left out."""
    yield condition
    match condition:
        case All(terms=terms) | AnyOf(terms=terms) | AtLeastOf(terms=terms):
            for term in terms:
                yield from walk(term)
        case Not(term=term):
            yield from walk(term)


def carrier_of(condition: Condition) -> InteractionTest | None:
    """The only interaction test of a condition, when the condition cannot be true without it; else None."""
    if sum(isinstance(part, InteractionTest) for part in walk(condition)) != 1:
        return None
    return _needed(condition)


def _needed(condition: Condition) -> InteractionTest | None:
    if isinstance(condition, InteractionTest):
        return condition
    if isinstance(condition, All):
        return next((found for term in condition.terms if (found := _needed(term))), None)
    return None
