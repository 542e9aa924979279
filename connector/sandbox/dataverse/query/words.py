"""Splitting a filter into words: literals with their types, names, signs. No grammar in here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from connector.sandbox.dataverse.errors import bad_query


class Type(StrEnum):
    """The type of a literal or a column, as OData names it."""

    STRING = "Edm.String"
    NUMBER = "Edm.Decimal"
    BOOLEAN = "Edm.Boolean"
    GUID = "Edm.Guid"
    DATETIME = "Edm.DateTimeOffset"
    DATE = "Edm.Date"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value with its type. Dates are kept as Dataverse writes them; `fraction` is what whole seconds leave out."""

    value: Any
    type: Type
    fraction: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a filter: `sign` is the word itself for signs and names, empty for a literal."""

    sign: str
    literal: Literal | None
    at: int


_WORDS = re.compile(
    r"""\s*(?:
    (?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})
    |(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))
    |(?P<date>\d{4}-\d\d-\d\d)(?![\dT])
    |(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])
    |(?:[A-Za-z_][\w.]*)?(?P<string>'(?:[^']|'')*')
    |(?P<alias>@[A-Za-z_]\w*)
    |(?P<name>[A-Za-z_][\w.]*)
    |(?P<sign>[()=,/\[\]:])
    )""",
    re.VERBOSE,
)
_CONSTANTS = {
    "null": Literal(None, Type.NULL),
    "true": Literal(value=True, type=Type.BOOLEAN),
    "false": Literal(value=False, type=Type.BOOLEAN),
}


def split(text: str, aliases: dict[str, str]) -> list[Word]:
    """The words of a filter; parameter aliases (@p1) stand for the words of their values. Raises ODataError."""
    words: list[Word] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _WORDS.match(text, at)
        if match is None:
            raise bad_query(f"Syntax error: character '{text[at:].strip()[:1]}' is not valid at position {at}.")
        if match.lastgroup == "alias":
            words += _alias(match["alias"], aliases)
        else:
            words.append(_word(match))
        at = match.end()
    return words


def _alias(name: str, aliases: dict[str, str]) -> list[Word]:
    if name not in aliases:
        raise bad_query(f"The parameter alias '{name}' has no value.")
    return split(aliases[name], {})


def _word(match: re.Match[str]) -> Word:
    kind, at = match.lastgroup or "", match.start()
    text = match[kind]
    if kind == "name" and text in _CONSTANTS:
        return Word("", _CONSTANTS[text], at)
    if kind in {"name", "sign"}:
        return Word(text, None, at)
    return Word("", _literal(kind, text), at)


def _literal(kind: str, text: str) -> Literal:
    if kind == "guid":
        return Literal(text.lower(), Type.GUID)
    if kind == "string":
        return Literal(text[1:-1].replace("''", "'"), Type.STRING)
    if kind == "date":
        return Literal(text, Type.DATE)
    if kind == "moment":
        return moment_literal(text)
    is_whole = text.lstrip("-").isdigit()
    return Literal(int(text) if is_whole else float(text), Type.NUMBER)


def moment_literal(text: str) -> Literal:
    """A point in time as a literal, in UTC and whole seconds. Raises ODataError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_query(f"'{text}' is not a valid date and time.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    wired = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Literal(wired, Type.DATETIME, fraction=moment.microsecond > 0)
