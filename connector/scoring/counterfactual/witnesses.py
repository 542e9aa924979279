"""Values that a column might take instead: one or more for every way in which the model's tests can tell values apart.

Only candidates: whether one meets a test is asked of the engine. Values outside a column's type are never proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from connector.scoring.compiler.titles import TitleReader
from connector.scoring.derived import FUNCTIONS, SENIORITIES
from connector.scoring.facttypes import FactType, Kind
from connector.scoring.rules import FactTest, Operator

COMPANY_ADDRESS = "name@company.example"  # stands for any address at a company's own domain (reserved by RFC 2606)
FREE_MAIL_ADDRESS = "name@gmail.com"
ANOTHER_TEXT = "something else"  # stands for any text that no test names
_A_DAY = timedelta(days=1)
_A_SECOND = timedelta(seconds=1)
_BAND = re.compile(r"\d+")
_MOST_TEXTS = 6  # text constants that are joined to one another: `begins with A` and `ends with B`

_FUNCTION_WORDS = {
    "finance": "Finance",
    "it": "IT",
    "marketing": "Marketing",
    "sales": "Sales",
    "operations": "Operations",
    "hr": "Human Resources",
    "engineering": "Engineering",
    "legal": "Legal Affairs",
    "purchasing": "Purchasing",
    "production": "Production",
}
_CHIEFS = {
    "finance": "Chief Financial Officer",
    "it": "Chief Information Officer",
    "operations": "Chief Operating Officer",
    "engineering": "Chief Technology Officer",
    "legal": "Chief Legal Officer",
    "general_management": "Chief Executive Officer",
}
_MANAGERS = {"director": "Managing Director", "manager": "General Manager"}
_RANKS = {
    "c_level": "Chief {} Officer",
    "vp": "Vice President {}",
    "director": "Director of {}",
    "manager": "{} Manager",
}


def column_values(tests: Sequence[FactTest], known: FactType | None, now: datetime) -> list[object]:
    """Candidate values of a column that these tests are about, in a fixed order and without repetition."""
    operands = [operand for test in tests for operand in test.operands]
    numbers = sorted({operand for operand in operands if isinstance(operand, Decimal)})
    found: list[object] = []
    found += _options(numbers, known) if known is not None and known.options else _numbers(numbers)
    found += _texts(tests)
    found += [value for operand in operands if isinstance(operand, bool) for value in (operand, not operand)]
    found += _times(tests, known, now)
    if any(test.operator in {Operator.IS_EMPTY, Operator.IS_NOT_EMPTY} for test in tests):
        found.append(_anything(known, now))
    return _distinct(value for value in found if _is_possible(value, known))


def _distinct(values: Iterable[object]) -> list[object]:
    return list({(type(value).__name__, value): value for value in values}.values())


def _numbers(constants: Sequence[Decimal]) -> Iterator[object]:
    """Each constant, the whole numbers beside it, and one value between each two.

    Fractions only where the tests have fractions: half an employee is no proposal.
    """
    has_fractions = any(constant != constant.to_integral_value() for constant in constants)
    for constant in constants:
        yield _plain(constant)
        yield _plain(constant.to_integral_value() + 1)
        yield _plain(constant.to_integral_value() - 1)
    for low, high in pairwise(constants):
        yield _plain((low + high) / 2 if has_fractions else (low + high) // 2)


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _options(numbers: Iterable[Decimal], known: FactType) -> Iterator[object]:
    """The options of a choice, those that the tests name first."""
    several = known.kind is Kind.MULTI_CHOICE
    for value in dict.fromkeys([*(int(number) for number in numbers), *known.options]):
        yield str(value) if several else value


def _texts(tests: Sequence[FactTest]) -> Iterator[object]:
    """Each text constant, a text of a simple pattern, one that is none of them, and each joined with each other."""
    texts: list[str] = []
    for test in tests:
        words = [operand for operand in test.operands if isinstance(operand, str)]
        texts += _matching(words[0]) if test.operator is Operator.MATCHES and words else words
    yield from texts
    if texts:
        yield ANOTHER_TEXT
        yield from (f"{first} {second}" for first in texts[:_MOST_TEXTS] for second in texts[:_MOST_TEXTS])


def _matching(pattern: str) -> list[str]:
    """Texts that a simple pattern may match: its alternatives without anchors, groups taken apart, the literal ones."""
    bare = re.sub(r"\(\?[a-z]+\)|\(\?:|\\b|[\^$()]", "", pattern)
    alternatives = (re.sub(r"\\([^\w\s])", r"\1", part).strip() for part in bare.split("|"))
    return [part for part in alternatives if part and not re.search(r"[\\\[\]{}*+?]", part)]


def _times(tests: Iterable[FactTest], known: FactType | None, now: datetime) -> Iterator[object]:
    as_date = known is not None and known.kind is Kind.DATE
    for test in tests:
        for operand in test.operands:
            if isinstance(operand, timedelta):
                moments = _around(now, -operand - _A_DAY)
            elif isinstance(operand, datetime):
                moments = _around(operand, _A_SECOND, -_A_SECOND)
            elif isinstance(operand, date):
                moments = _around(operand, _A_DAY, -_A_DAY)
            else:
                continue
            yield from (_written(moment, as_date=as_date) for moment in moments)


def _around(moment: date, *distances: timedelta) -> Iterator[date]:
    """The moment and those at these distances from it, as far as the calendar goes."""
    yield moment
    for distance in distances:
        with suppress(OverflowError):
            yield moment + distance


def _written(moment: date, *, as_date: bool) -> str:
    return (moment.date() if as_date and isinstance(moment, datetime) else moment).isoformat()


def _anything(known: FactType | None, now: datetime) -> object:
    """Any value of a type, for a column that need only be filled in."""
    kind = known.kind if known is not None else Kind.TEXT
    if known is not None and known.options:
        return next(_options((), known))
    number = 1 if known is None or known.minimum is None else max(1, int(known.minimum))
    return {
        Kind.NUMBER: number,
        Kind.CHOICE: number,
        Kind.BOOLEAN: True,
        Kind.DATETIME: now.isoformat(),
        Kind.DATE: now.date().isoformat(),
        Kind.ID: "00000000-0000-0000-0000-000000000001",
    }.get(kind, ANOTHER_TEXT)


def _is_possible(value: object, known: FactType | None) -> bool:
    """Whether a column of this type can hold the value."""
    if known is None:
        return True
    if isinstance(value, bool):
        return known.kind is Kind.BOOLEAN
    if isinstance(value, int | float):
        if known.options:
            return value in known.options
        low = known.minimum is None or value >= known.minimum
        return low and (known.maximum is None or value <= known.maximum) and known.kind in {Kind.NUMBER, Kind.CHOICE}
    text = str(value)
    if known.kind is Kind.MULTI_CHOICE:
        return all(part.isdecimal() and (not known.options or int(part) in known.options) for part in text.split(","))
    fits = known.max_length is None or len(text) <= known.max_length
    return fits and known.kind in {Kind.TEXT, Kind.DATETIME, Kind.DATE, Kind.ID}


def titles(read_title: TitleReader) -> list[str]:
    """One job title for each pair of seniority and function that the reader recognises, most senior first."""
    found: dict[tuple[str | None, str | None], str] = {}
    for seniority in SENIORITIES:
        for function in FUNCTIONS:
            text = _title(seniority, function)
            read = read_title(text)
            if text and (read.seniority, read.function) == (seniority, function):
                found.setdefault((seniority, function), text)
    return list(found.values())


def _title(seniority: str, function: str) -> str:
    if seniority == "c_level" and function in _CHIEFS:
        return _CHIEFS[function]
    if function == "general_management":
        return _MANAGERS.get(seniority, "")
    words = _FUNCTION_WORDS.get(function, "")
    return _RANKS.get(seniority, "{} Specialist").format(words) if words else ""


def band_values(bands: Iterable[str]) -> list[object]:
    """The lowest number of employees of each band (`501-1000`, `5001+`)."""
    return [int(found[0]) for band in bands if (found := _BAND.match(band))]
