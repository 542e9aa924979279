"""What each operator means, in plain functions: one test on one value, three-valued. Nothing of groups or points.

The generated scorers inline the common cases and call these for the rest; both are proved equal to one interpreter.
Tests of age (`in_last`, `not_in_last`) also need a moment: they are not judged here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

import re2

from connector.scoring.facttypes import Kind
from connector.scoring.rules import FactTest, Operator

Verdict = bool | None
Predicate = Callable[[object], Verdict]

MIDNIGHT = datetime.min.time()
AGES = frozenset({Operator.IN_LAST, Operator.NOT_IN_LAST})
_HALVES = re.compile("[\ud800-\udfff]")


class Pattern(Protocol):
    """A compiled regular expression of RE2."""

    def search(self, text: str) -> object | None:
        """The first match anywhere in the text, None without one."""
        ...


def normalise(text: str) -> str:
    """Text in NFC, case kept."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Text as it is compared when case does not count: Unicode's canonical caseless form, in NFC."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def searchable(text: str) -> str:
    """Text in NFC as RE2 takes it: half a character (a lone surrogate, which UTF-8 cannot carry) becomes U+FFFD."""
    return text if text.isascii() else _HALVES.sub("\N{REPLACEMENT CHARACTER}", normalise(text))


def is_blank(value: object) -> bool:
    """Whether a column counts as empty: null, missing, or text of nothing but white space."""
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


@lru_cache(maxsize=4096)
def compile_pattern(text: str, *, case_sensitive: bool) -> Pattern:
    """Compile a regular expression; it is searched for anywhere in a `searchable` text. Raises re2.error."""
    options = re2.Options()
    options.case_sensitive = case_sensitive
    options.log_errors = False
    compiled: Pattern = re2.compile(searchable(text), options)
    return compiled


def as_number(value: object) -> int | Decimal | None:
    """A number as it is compared: int, or Decimal of the shortest decimal form; None when it is no finite number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return Decimal(repr(value)) if value - value == 0.0 else None
    return value if isinstance(value, Decimal) and value.is_finite() else None


def as_moment(value: object) -> datetime | None:
    """A date or time as aware UTC; a date is its midnight, a time without offset is UTC. None when it is neither."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        try:
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        except OverflowError:
            return None
    return datetime.combine(value, MIDNIGHT, UTC) if isinstance(value, date) else None


def as_options(value: object) -> frozenset[int] | None:
    """The chosen options of a multiple choice: comma-separated numbers, a list of numbers or one number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return frozenset({value})
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        return None
    try:
        return frozenset(int(part) for part in parts)
    except (TypeError, ValueError):
        return None


def predicate(test: FactTest, kind: Kind | None = None) -> Predicate:
    """The meaning of a test (not of age) as a function of the fact's value.

    It answers None (unknown) for an empty value and for one whose type the test cannot judge. `kind` matters for
    multiple choices only: what else is compared follows from the operands.
    """
    if test.operator is Operator.IS_EMPTY:
        return is_blank
    if test.operator is Operator.IS_NOT_EMPTY:
        return lambda value: not is_blank(value)
    judge = _options_judge(test) if kind is Kind.MULTI_CHOICE else _judge(test)
    return lambda value: None if is_blank(value) else judge(value)


def _judge(test: FactTest) -> Predicate:
    """The judge of a value that is not empty."""
    match test.operator:
        case Operator.EQUALS | Operator.IS_ANY_OF:
            return _membership(test)
        case Operator.NOT_EQUALS | Operator.IS_NONE_OF:
            return _negated(_membership(test))
        case Operator.CONTAINS | Operator.BEGINS_WITH | Operator.ENDS_WITH | Operator.MATCHES:
            return _text_part(test)
        case _:
            return _order(test)


def _negated(judge: Predicate) -> Predicate:
    def negation(value: object) -> Verdict:
        verdict = judge(value)
        return None if verdict is None else not verdict

    return negation


def _membership(test: FactTest) -> Predicate:
    """Equal to one of the operands; unknown where no operand is of the value's type."""
    key = normalise if test.case_sensitive else fold
    texts = frozenset(key(operand) for operand in test.operands if isinstance(operand, str))
    booleans = frozenset(operand for operand in test.operands if isinstance(operand, bool))
    numbers = frozenset(operand for operand in test.operands if isinstance(operand, Decimal))
    moments = frozenset(operand for operand in test.operands if isinstance(operand, datetime))
    dates = frozenset(o for o in test.operands if isinstance(o, date) and not isinstance(o, datetime))

    def judge(value: object) -> Verdict:
        is_text = isinstance(value, str) and bool(texts)
        if isinstance(value, str) and key(value) in texts:
            return True
        if isinstance(value, bool):
            return value in booleans if booleans else None
        if numbers and (number := as_number(value)) is not None:
            return number in numbers
        if (moments or dates) and (moment := as_moment(value)) is not None:
            return moment in moments or moment.date() in dates
        return False if is_text else None

    return judge


def _text_part(test: FactTest) -> Predicate:
    (operand,) = test.operands
    if not isinstance(operand, str):
        return lambda _: None
    key = normalise if test.case_sensitive else fold
    if test.operator is Operator.MATCHES:
        pattern = compile_pattern(operand, case_sensitive=test.case_sensitive)
        return lambda value: pattern.search(searchable(value)) is not None if isinstance(value, str) else None
    part = key(operand)
    if test.operator is Operator.CONTAINS:
        return lambda value: part in key(value) if isinstance(value, str) else None
    if test.operator is Operator.BEGINS_WITH:
        return lambda value: key(value).startswith(part) if isinstance(value, str) else None
    return lambda value: key(value).endswith(part) if isinstance(value, str) else None


def _options_judge(test: FactTest) -> Predicate:
    """A multiple choice: `equals` means this option alone, `contains` and `is_any_of` that it is among the chosen."""
    wanted = frozenset(int(operand) for operand in test.operands if isinstance(operand, Decimal))

    def judge(value: object) -> Verdict:
        chosen = as_options(value)
        if chosen is None:
            return None
        if test.operator in {Operator.EQUALS, Operator.NOT_EQUALS}:
            return (chosen == wanted) is (test.operator is Operator.EQUALS)
        return bool(chosen & wanted) is not (test.operator is Operator.IS_NONE_OF)

    return judge


def _order(test: FactTest) -> Predicate:
    """Greater, less and between, over numbers or over dates; a date operand compares whole UTC days."""
    ends = test.operands
    numbers = tuple(end for end in ends if isinstance(end, Decimal))
    moments = tuple(end for end in ends if isinstance(end, date))

    def judge(value: object) -> Verdict:
        if len(numbers) == len(ends) and (number := as_number(value)) is not None:
            return _in_order(test.operator, [_compared(number, end) for end in numbers])
        if len(moments) == len(ends) and (moment := as_moment(value)) is not None:
            return _in_order(test.operator, [_compared_moments(moment, end) for end in moments])
        return None

    return judge


def _compared(number: int | Decimal, end: Decimal) -> int:
    return (number > end) - (number < end)


def _compared_moments(moment: datetime, end: date) -> int:
    if isinstance(end, datetime):
        return (moment > end) - (moment < end)
    return (moment.date() > end) - (moment.date() < end)


def _in_order(operator: Operator, signs: list[int]) -> bool:
    """What the signs of (value - end) say under an operator of order."""
    match operator:
        case Operator.GREATER_THAN | Operator.AFTER:
            return signs[0] > 0
        case Operator.AT_LEAST:
            return signs[0] >= 0
        case Operator.LESS_THAN | Operator.BEFORE:
            return signs[0] < 0
        case Operator.AT_MOST:
            return signs[0] <= 0
        case _:  # between, both ends included
            return signs[0] >= 0 >= signs[1]
