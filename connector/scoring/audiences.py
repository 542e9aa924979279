"""Whether two audiences are the same people by what their documents say, whatever the order in which they say it.

Two that merely have members in common are two.
"""

from __future__ import annotations

from collections.abc import Hashable

from connector.scoring.compiler.identity import identity
from connector.scoring.operators import fold
from connector.scoring.rules import All, AnyOf, AtLeastOf, Condition, FactTest, Not, Operator

_UNORDERED = frozenset({Operator.IS_ANY_OF, Operator.IS_NONE_OF})


def same_audience(one: Condition | None, other: Condition | None) -> bool:
    """Whether two audiences are the same; None is everybody."""
    return _key(one) == _key(other)


def _key(condition: Condition | None) -> Hashable:  # noqa: PLR0911 - one return for each form
    match condition:
        case None:
            return None
        case All(terms=(term,)) | AnyOf(terms=(term,)):
            return _key(term)
        case All(terms=terms):
            return ("all", frozenset(_key(term) for term in terms))
        case AnyOf(terms=terms):
            return ("any", frozenset(_key(term) for term in terms))
        case AtLeastOf(n=n, terms=terms):
            return ("at_least_of", n, tuple(sorted(repr(_key(term)) for term in terms)))
        case Not(term=term):
            return ("not", _key(term))
        case FactTest() if condition.operator in _UNORDERED or condition.operator is Operator.EQUALS:
            operator = Operator.IS_ANY_OF if condition.operator is Operator.EQUALS else condition.operator
            folded = (
                (type(each).__name__, fold(each) if isinstance(each, str) and not condition.case_sensitive else each)
                for each in condition.operands
            )
            return ("fact", condition.fact, operator, condition.case_sensitive, frozenset(folded))
    return identity(condition)
