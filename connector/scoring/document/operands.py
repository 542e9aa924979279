"""The values beside an operator, typed by the fact that they are compared with. Nothing of conditions' structure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import re2

from connector.scoring.derived import DERIVED_VALUES
from connector.scoring.document.durations import parse_duration, parse_moment
from connector.scoring.document.faults import Faults, suggest
from connector.scoring.document.reader import Path, Plain, Source
from connector.scoring.facttypes import FactType, Kind
from connector.scoring.operators import AGES, compile_pattern, fold
from connector.scoring.rules import Operand, Operator

EMPTINESS = frozenset({Operator.IS_EMPTY, Operator.IS_NOT_EMPTY})
SAMENESS = frozenset({Operator.EQUALS, Operator.NOT_EQUALS, Operator.IS_ANY_OF, Operator.IS_NONE_OF})
LISTS = frozenset({Operator.IS_ANY_OF, Operator.IS_NONE_OF})
TEXT_PARTS = frozenset({Operator.CONTAINS, Operator.BEGINS_WITH, Operator.ENDS_WITH, Operator.MATCHES})
ORDER = frozenset({Operator.GREATER_THAN, Operator.AT_LEAST, Operator.LESS_THAN, Operator.AT_MOST, Operator.BETWEEN})
DATES = frozenset({Operator.BEFORE, Operator.AFTER})

_OF_DATES = EMPTINESS | DATES | AGES | {Operator.EQUALS, Operator.NOT_EQUALS, Operator.BETWEEN}
ALLOWED: dict[Kind | None, frozenset[Operator]] = {
    Kind.TEXT: EMPTINESS | SAMENESS | TEXT_PARTS,
    Kind.NUMBER: EMPTINESS | SAMENESS | ORDER,
    Kind.BOOLEAN: EMPTINESS | SAMENESS,
    Kind.CHOICE: EMPTINESS | SAMENESS,
    Kind.MULTI_CHOICE: EMPTINESS | SAMENESS | {Operator.CONTAINS},
    Kind.DATETIME: _OF_DATES,
    Kind.DATE: _OF_DATES,
    Kind.ID: EMPTINESS | SAMENESS,
    None: frozenset(Operator),
}
# What to write instead, for the slips that people make most.
_INSTEAD = {
    Operator.GREATER_THAN: Operator.AFTER,
    Operator.AT_LEAST: Operator.AFTER,
    Operator.LESS_THAN: Operator.BEFORE,
    Operator.AT_MOST: Operator.BEFORE,
    Operator.AFTER: Operator.GREATER_THAN,
    Operator.BEFORE: Operator.LESS_THAN,
}
KIND_WORDS = {
    Kind.TEXT: "text",
    Kind.NUMBER: "a number",
    Kind.BOOLEAN: "true or false",
    Kind.CHOICE: "a choice",
    Kind.MULTI_CHOICE: "a multiple choice",
    Kind.DATETIME: "a date and time",
    Kind.DATE: "a date",
    Kind.ID: "an id",
}


class Operands:
    """Reads the operands of one fact test; every fault is noted and makes the answer None."""

    def __init__(self, source: Source, faults: Faults) -> None:
        self._source = source
        self._faults = faults

    def read(
        self, fact: str, fact_type: FactType | None, operator: Operator, value: Plain, path: Path
    ) -> tuple[Operand, ...] | None:
        """The typed operands of `operator` for this fact, None after a fault."""
        kind = fact_type.kind if fact_type else None
        if operator not in ALLOWED[kind]:
            self._faults.add(
                path, f"`{operator}` cannot test {fact}, which is {_kind_word(kind)}.", _instead(operator, kind)
            )
            return None
        if operator in EMPTINESS:
            return self._emptiness(operator, value, path)
        if operator in LISTS:
            return self._several(fact, fact_type, operator, value, path)
        if operator is Operator.BETWEEN:
            return self._between(fact, fact_type, value, path)
        return self._tuple([self._one(fact, fact_type, operator, value, path)])

    def _emptiness(self, operator: Operator, value: Plain, path: Path) -> tuple[Operand, ...] | None:
        if value is True:
            return ()
        other = Operator.IS_NOT_EMPTY if operator is Operator.IS_EMPTY else Operator.IS_EMPTY
        self._faults.add(path, f"`{operator}` takes only `true`.", f"For the opposite write `{other}: true`.")
        return None

    def _several(
        self, fact: str, fact_type: FactType | None, operator: Operator, value: Plain, path: Path
    ) -> tuple[Operand, ...] | None:
        if not isinstance(value, list) or not value:
            self._faults.add(path, f"`{operator}` takes a list of at least one value.", "Write it as `[a, b]`.")
            return None
        return self._tuple([self._one(fact, fact_type, operator, item, (*path, i)) for i, item in enumerate(value)])

    def _between(self, fact: str, fact_type: FactType | None, value: Plain, path: Path) -> tuple[Operand, ...] | None:
        if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - two ends
            self._faults.add(path, "`between` takes two values, both included.", "Write it as `[10, 20]`.")
            return None
        if fact_type is None and any(isinstance(item, str) for item in value):
            fact_type = FactType(Kind.DATETIME)
        return self._tuple(
            [self._one(fact, fact_type, Operator.BETWEEN, item, (*path, i)) for i, item in enumerate(value)]
        )

    def _one(
        self, fact: str, fact_type: FactType | None, operator: Operator, value: Plain, path: Path
    ) -> Operand | None:
        if isinstance(value, list | dict) or value is None:
            self._faults.add(
                path, f"`{operator}` takes one value here, not {_shape_word(value)}.", _emptiness_hint(value)
            )
            return None
        if operator in AGES:
            return self.duration(value, path)
        if operator in TEXT_PARTS and not (fact_type and fact_type.kind is Kind.MULTI_CHOICE):
            text = self._text(value, path)
            return self._pattern(text, path) if operator is Operator.MATCHES else text
        if fact_type is None:
            return self._untyped(operator, value, path)
        return self._typed(fact, fact_type, value, path)

    def _untyped(self, operator: Operator, value: str | int | Decimal | bool, path: Path) -> Operand | None:
        if operator in DATES:
            return self._moment(value, path)
        if operator in ORDER:
            return self._number(value, path)
        return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def _typed(self, fact: str, fact_type: FactType, value: str | int | Decimal | bool, path: Path) -> Operand | None:
        match fact_type.kind:
            case Kind.TEXT | Kind.ID:
                return self._known_text(fact, self._text(value, path), path)
            case Kind.NUMBER:
                return self._number(value, path)
            case Kind.BOOLEAN:
                return self._boolean(fact, fact_type, value, path)
            case Kind.CHOICE | Kind.MULTI_CHOICE:
                return self._option(fact, fact_type, value, path)
            case _:  # dates and times
                return self._moment(value, path)

    def duration(self, value: Plain, path: Path, *, is_positive: bool = False) -> Operand | None:
        """A duration such as `7d`; with `is_positive` it must be longer than nothing."""
        length = parse_duration(value) if isinstance(value, str) else None
        if length is None or (is_positive and not length):
            more = " longer than nothing" if length is not None else ""
            self._faults.add(
                path,
                f"this must be a duration{more}, not `{self._written(value, path)}`.",
                "Write `7d`, `12h` or `2w`.",
            )
            return None
        return length

    def _text(self, value: str | int | Decimal | bool, path: Path) -> str:
        return value if isinstance(value, str) else self._source.texts[path]

    def _known_text(self, fact: str, text: str, path: Path) -> str | None:
        known = DERIVED_VALUES.get(fact)
        if known is not None and fold(text) not in known:
            self._faults.unknown_name(path, f"a value of {fact}", text, known)
            return None
        return text

    def _pattern(self, text: str, path: Path) -> str | None:
        try:
            compile_pattern(text, case_sensitive=True)
        except re2.error as error:
            reason = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
            self._faults.add(path, f"this is not a regular expression of RE2: {reason}.", "RE2 has no look-around.")
            return None
        return text

    def _number(self, value: str | int | Decimal | bool, path: Path) -> Decimal | None:
        if isinstance(value, bool | str):
            remedy = "For a date use `before`, `after` or `between`." if parse_moment(str(value)) else ""
            self._faults.add(path, f"this must be a number, not `{self._written(value, path)}`.", remedy)
            return None
        return Decimal(value)

    def _boolean(self, fact: str, fact_type: FactType, value: str | int | Decimal | bool, path: Path) -> bool | None:
        if isinstance(value, bool):
            return value
        found = {option for option, labels in fact_type.options.items() if _names(str(value), labels)}
        if isinstance(value, str) and len(found) == 1:
            return bool(found.pop())
        self._faults.add(
            path, f"{fact} is true or false, not `{self._written(value, path)}`.", "Write `true` or `false`."
        )
        return None

    def _option(self, fact: str, fact_type: FactType, value: str | int | Decimal | bool, path: Path) -> Decimal | None:
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        text = self._text(value, path)
        found = [option for option, labels in fact_type.options.items() if _names(text, labels)]
        if len(found) == 1:
            return Decimal(found[0])
        if found:
            values = ", ".join(str(option) for option in found)
            self._faults.add(path, f"`{text}` names several options of {fact}.", f"Write one of the values: {values}.")
        elif fact_type.options:
            labels = [label for labels in fact_type.options.values() for label in labels]
            self._faults.unknown_name(path, f"an option of {fact}", text, labels)
        else:
            self._faults.add(path, f"the options of {fact} are not known here.", "Write the option's number.")
        return None

    def _moment(self, value: str | int | Decimal | bool, path: Path) -> datetime | date | None:
        moment = parse_moment(value) if isinstance(value, str) else None
        if moment is None:
            self._faults.add(
                path,
                f"this must be a date, not `{self._written(value, path)}`.",
                "Write `2026-01-31` or a time in UTC.",
            )
        return moment

    def _written(self, value: Plain, path: Path) -> str:
        return value if isinstance(value, str) else self._source.texts.get(path, _shape_word(value))

    @staticmethod
    def _tuple(operands: Iterable[Operand | None]) -> tuple[Operand, ...] | None:
        whole = tuple(operands)
        known = tuple(operand for operand in whole if operand is not None)
        return known if len(known) == len(whole) else None


def _names(text: str, labels: Iterable[str]) -> bool:
    return fold(text) in {fold(label) for label in labels}


def _kind_word(kind: Kind | None) -> str:
    return KIND_WORDS[kind] if kind else "untyped"


def _instead(operator: Operator, kind: Kind | None) -> str:
    other = _INSTEAD.get(operator)
    if other and other in ALLOWED[kind]:
        return f"Use `{other}`."
    return suggest("", ALLOWED[kind])


def _shape_word(value: Plain) -> str:
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    return "nothing" if value is None else str(value)


def _emptiness_hint(value: Plain) -> str:
    if value is None:
        return "For an empty column write `is_empty: true`."
    return "For one of several values write `is_any_of: [a, b]`." if isinstance(value, list) else ""
