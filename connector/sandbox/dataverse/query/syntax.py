"""The grammar of $filter: words become a tree. Names are not looked up here.

`or` binds weakest, then `and`, then `not`, then comparisons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connector.sandbox.dataverse.errors import TOO_MANY_CONDITIONS, bad_query
from connector.sandbox.dataverse.query.words import Literal, Type, Word, split

MAX_CONDITIONS = 500
COMPARISONS = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})
TEXT_FUNCTIONS = frozenset({"contains", "startswith", "endswith"})
CRM = "Microsoft.Dynamics.CRM."


@dataclass(frozen=True, slots=True)
class Path:
    """A column, or a column of a linked row."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column compared with a value or another column."""

    operator: str
    left: Path
    right: Path | Literal


@dataclass(frozen=True, slots=True)
class TextTest:
    """contains, startswith or endswith."""

    function: str
    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class CrmFunction:
    """One of Dataverse's own functions with its named arguments."""

    name: str
    arguments: Mapping[str, Literal | tuple[Literal, ...]]


@dataclass(frozen=True, slots=True)
class Lambda:
    """any or all over the rows of a collection; without a condition: there is a row."""

    collection: str
    every: bool
    variable: str
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """A part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = Comparison | TextTest | CrmFunction | Lambda | All | Any | Not


def parse(text: str, aliases: dict[str, str]) -> Condition:
    """The tree of a filter. Raises ODataError for what is no filter, or has more than 500 conditions."""
    return _Parser(split(text, aliases)).whole()


class _Parser:
    def __init__(self, words: list[Word]) -> None:
        self._words = words
        self._next = 0
        self._conditions = 0

    def whole(self) -> Condition:
        condition = self._any()
        if self._next < len(self._words):
            raise self._error()
        return condition

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._take("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _all(self) -> Condition:
        parts = [self._not()]
        while self._take("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _not(self) -> Condition:
        if self._take("not"):
            return Not(self._not())
        if self._take("("):
            condition = self._any()
            self._expect(")")
            return condition
        self._conditions += 1
        if self._conditions > MAX_CONDITIONS:
            raise bad_query(
                f"Number of conditions in query exceeded maximum limit of {MAX_CONDITIONS}.", TOO_MANY_CONDITIONS
            )
        return self._condition()

    def _condition(self) -> Condition:
        name = self._name()
        if name in TEXT_FUNCTIONS:
            return self._text_test(name)
        if name.startswith(CRM):
            return self._crm_function(name.removeprefix(CRM))
        left = self._path(name)
        if len(left.names) > 1 and left.names[-1] in {"any", "all"} and self._take("("):
            return self._lambda(left)
        operator = self._name()
        if operator not in COMPARISONS:
            raise bad_query(f"'{operator}' is not an operator that $filter knows.")
        return Comparison(operator, left, self._operand())

    def _lambda(self, path: Path) -> Lambda:
        *before, word = path.names
        if len(before) > 1:
            raise bad_query(
                f"A lambda over '{'/'.join(before)}' is not supported: name a collection of the table itself."
            )
        if word == "any" and self._take(")"):
            return Lambda(before[0], every=False, variable="", condition=None)
        variable = self._name()
        self._expect(":")
        condition = self._any()
        self._expect(")")
        return Lambda(before[0], word == "all", variable, condition)

    def _operand(self) -> Path | Literal:
        word = self._peek()
        if word is not None and word.literal is not None:
            self._next += 1
            return word.literal
        return self._path(self._name())

    def _path(self, first: str) -> Path:
        names = [first]
        while self._take("/"):
            names.append(self._name())
        return Path(tuple(names))

    def _text_test(self, function: str) -> TextTest:
        self._expect("(")
        path = self._path(self._name())
        self._expect(",")
        literal = self._literal()
        self._expect(")")
        if literal.type is not Type.STRING:
            raise bad_query(f"The function '{function}' takes a string, not {literal.type}.")
        return TextTest(function, path, literal.value)

    def _crm_function(self, name: str) -> CrmFunction:
        self._expect("(")
        arguments: dict[str, Literal | tuple[Literal, ...]] = {}
        while not self._take(")"):
            argument = self._name()
            self._expect("=")
            arguments[argument] = self._list() if self._take("[") else self._literal()
            if not self._take(","):
                self._expect(")")
                break
        return CrmFunction(name, arguments)

    def _list(self) -> tuple[Literal, ...]:
        values: list[Literal] = []
        while not self._take("]"):
            values.append(self._literal())
            if not self._take(","):
                self._expect("]")
                break
        return tuple(values)

    def _literal(self) -> Literal:
        word = self._peek()
        if word is None or word.literal is None:
            raise self._error()
        self._next += 1
        return word.literal

    def _name(self) -> str:
        word = self._peek()
        if word is None or word.literal is not None or not word.sign[:1].isidentifier():
            raise self._error()
        self._next += 1
        return word.sign

    def _peek(self) -> Word | None:
        return self._words[self._next] if self._next < len(self._words) else None

    def _take(self, sign: str) -> bool:
        word = self._peek()
        if word is not None and word.literal is None and word.sign == sign:
            self._next += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise self._error()

    def _error(self) -> Exception:
        word = self._peek()
        place = "the end" if word is None else f"position {word.at}"
        return bad_query(f"Syntax error at {place} of the filter.")
