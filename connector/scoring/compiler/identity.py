"""When two conditions are the same, and which depend on the moment. Used to evaluate each distinct condition once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import assert_never

from connector.scoring.carriers import walk
from connector.scoring.operators import AGES, fold
from connector.scoring.rules import (
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    FactTest,
    InteractionTest,
    ModelTest,
    Not,
    Operator,
)

_EMPTINESS = frozenset({Operator.IS_EMPTY, Operator.IS_NOT_EMPTY})


def identity(condition: Condition) -> Hashable:  # noqa: PLR0911 - one return for each form
    """A key that is equal for two conditions exactly when they mean the same by form; True and 1 are told apart."""
    match condition:
        case FactTest():
            operands = tuple((type(operand), operand) for operand in condition.operands)
            how = (condition.operator, operands, condition.case_sensitive)
            return ("fact", condition.fact, condition.min_confidence, how)
        case InteractionTest():
            return ("interaction", stream_identity(condition), condition.at_least, condition.within)
        case ModelTest():
            return ("model", condition.model, condition.at_least, condition.grade)
        case All():
            return ("all", tuple(identity(term) for term in condition.terms))
        case AnyOf():
            return ("any", tuple(identity(term) for term in condition.terms))
        case Not():
            return ("not", identity(condition.term))
        case AtLeastOf():
            return ("at_least_of", condition.n, tuple(identity(term) for term in condition.terms))
    assert_never(condition)


def stream_identity(test: InteractionTest) -> Hashable:
    """A key of the interactions that a test looks at, whatever its window and count."""
    return (fold(test.type), test.include_machine, tuple(identity(part) for part in test.where))


def is_timed(condition: Condition) -> bool:
    """Whether the condition can change by the passing of time alone."""
    return any(
        isinstance(part, InteractionTest) or (isinstance(part, FactTest) and is_timed_test(part))
        for part in walk(condition)
    )


def is_timed_test(test: FactTest) -> bool:
    """Whether a fact test depends on the moment: a test of age, or of the days since creation."""
    if test.operator in AGES:
        return True
    return test.fact == "lead.days_since_created" and test.operator not in _EMPTINESS
