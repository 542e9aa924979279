"""Conditions in words, as their author wrote them: names of columns and keys of the document, not labels."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from connector.scoring.document.durations import format_duration
from connector.scoring.lint.formula import Test
from connector.scoring.rules import (
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    FactTest,
    InteractionTest,
    Not,
    Operand,
    Operator,
    Place,
)

_WORDS = {
    Operator.EQUALS: "equals",
    Operator.NOT_EQUALS: "does not equal",
    Operator.IS_ANY_OF: "is any of",
    Operator.IS_NONE_OF: "is none of",
    Operator.CONTAINS: "contains",
    Operator.BEGINS_WITH: "begins with",
    Operator.ENDS_WITH: "ends with",
    Operator.MATCHES: "matches",
    Operator.IS_EMPTY: "is empty",
    Operator.IS_NOT_EMPTY: "is not empty",
    Operator.GREATER_THAN: "is greater than",
    Operator.AT_LEAST: "is at least",
    Operator.LESS_THAN: "is less than",
    Operator.AT_MOST: "is at most",
    Operator.BETWEEN: "is between",
    Operator.BEFORE: "is before",
    Operator.AFTER: "is after",
    Operator.IN_LAST: "is in the last",
    Operator.NOT_IN_LAST: "is not in the last",
}
_PLAIN_SCALAR = re.compile(r"[A-Za-z][A-Za-z0-9_ .+-]*")
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off"})
_FEW = 4


def value_text(value: Operand) -> str:
    """A constant as a document writes it in a list: bare where YAML reads it back, else quoted."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    plain = _PLAIN_SCALAR.fullmatch(value) and value.lower() not in _RESERVED and not value.endswith(" ")
    return value if plain else json.dumps(value, ensure_ascii=False)


def values_text(values: Iterable[Operand]) -> str:
    """Constants as a list of a document; a long one is cut short."""
    texts = [value_text(value) for value in values]
    shown = ", ".join(texts[:_FEW])
    return f"[{shown}, … {len(texts) - _FEW} more]" if len(texts) > _FEW else f"[{shown}]"


def words_of(test: Test) -> str:
    """One test in words."""
    if isinstance(test, FactTest):
        return _fact_text(test)
    if isinstance(test, InteractionTest):
        return _interaction_text(test)
    return f"{test.model} has {f'grade {test.grade}' if test.grade is not None else f'at least {test.at_least} points'}"


def _fact_text(test: FactTest) -> str:
    words = f"{test.fact} {_WORDS[test.operator]}"
    if test.operator is Operator.BETWEEN:
        return f"{words} {value_text(test.operands[0])} and {value_text(test.operands[1])}"
    if test.operator in {Operator.IS_ANY_OF, Operator.IS_NONE_OF}:
        return f"{words} {values_text(test.operands)}"
    return " ".join([words, *(value_text(operand) for operand in test.operands)])


def _interaction_text(test: InteractionTest) -> str:
    within = f" within {format_duration(test.within)}" if test.within is not None else ""
    where = f" where {' and '.join(_fact_text(one) for one in test.where)}" if test.where else ""
    return f"at least {test.at_least} {test.type}{within}{where}"


def at_line(place: Place) -> str:
    """` (line 4)`, or nothing where nobody knows."""
    return f" (line {place.line})" if place.line else ""


def tests_in(condition: Condition) -> Iterable[Test]:
    """Every test of a condition, from left to right; those on properties of interactions left out."""
    if isinstance(condition, All | AnyOf | AtLeastOf):
        for term in condition.terms:
            yield from tests_in(term)
    elif isinstance(condition, Not):
        yield from tests_in(condition.term)
    else:
        yield condition
