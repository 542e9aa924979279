"""Comparisons as source: what a test says of a value whose type is known. Reading the value stands elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from connector.scoring.compiler.source import Constants
from connector.scoring.operators import compile_pattern, fold, normalise
from connector.scoring.rules import FactTest, Operator

_LARGEST_EXACT = 2**53  # whole numbers up to here are the same as int and as float
_SIGNS = {
    Operator.GREATER_THAN: ">",
    Operator.AT_LEAST: ">=",
    Operator.LESS_THAN: "<",
    Operator.AT_MOST: "<=",
}


def type_guard(value: str, tests: Sequence[FactTest]) -> str | None:
    """The condition on the variable `value` under which the comparisons hold; None where there are none.

    All operands must be of one type. Floats pass only where comparing them as they are equals comparing their
    shortest decimal forms, which is so with small whole operands.
    """
    operands = [operand for test in tests for operand in test.operands]
    kinds = {type(operand) for operand in operands}
    if kinds == {str}:
        return f"type({value}) is str and {value} and not {value}.isspace()"
    if kinds == {bool}:
        return f"{value} is True or {value} is False"
    if kinds == {Decimal}:
        if all(_is_small_whole(operand) for operand in operands):
            return f"type({value}) is int or (type({value}) is float and {value} - {value} == 0.0)"
        return f"type({value}) is int"
    return None


def comparison_lines(value: str, tests: Sequence[tuple[str, FactTest]], constants: Constants) -> list[str]:
    """The assignments of the tests' variables, under their guard."""
    if not isinstance(tests[0][1].operands[0], str):
        return [f"{name} = {_number(value, test, constants)}" for name, test in tests]
    lines = []
    if any(not _is_cased(test) and test.operator is not Operator.MATCHES for _, test in tests):
        lines.append(f"n = {value}.lower() if {value}.isascii() else FOLD({value})")
    if any(_is_cased(test) for _, test in tests):
        lines.append(f"q = {value} if {value}.isascii() else NORMALISE({value})")
    if any(test.operator is Operator.MATCHES for _, test in tests):
        lines.append(f"z = {value} if {value}.isascii() else SEARCHABLE({value})")
    return lines + [f"{name} = {_text(test, constants)}" for name, test in tests]


def _is_cased(test: FactTest) -> bool:
    """Whether a text test compares the text with its case kept; patterns have a text of their own."""
    return test.case_sensitive and test.operator is not Operator.MATCHES


def _text(test: FactTest, constants: Constants) -> str:  # noqa: PLR0911 - one return for each operator
    texts = [operand for operand in test.operands if isinstance(operand, str)]
    if test.operator is Operator.MATCHES:
        pattern = compile_pattern(texts[0], case_sensitive=test.case_sensitive)
        return f"{constants.name(pattern.search, 'S')}(z) is not None"
    key, variable = (normalise, "q") if test.case_sensitive else (fold, "n")
    one = constants.shared(key(texts[0]))
    match test.operator:
        case Operator.EQUALS:
            return f"{variable} == {one}"
        case Operator.NOT_EQUALS:
            return f"{variable} != {one}"
        case Operator.CONTAINS:
            return f"{one} in {variable}"
        case Operator.BEGINS_WITH:
            return f"{variable}.startswith({one})"
        case Operator.ENDS_WITH:
            return f"{variable}.endswith({one})"
        case _:
            several = constants.shared(frozenset(key(text) for text in texts))
            return f"{variable} {'in' if test.operator is Operator.IS_ANY_OF else 'not in'} {several}"


def _number(value: str, test: FactTest, constants: Constants) -> str:
    """Booleans and numbers: compared as they are, since the guard has let nothing else through."""
    if test.operator in {Operator.IS_ANY_OF, Operator.IS_NONE_OF}:
        several = constants.name(frozenset(_simplest(operand) for operand in test.operands))
        return f"{value} {'in' if test.operator is Operator.IS_ANY_OF else 'not in'} {several}"
    names = [constants.name(_simplest(operand)) for operand in test.operands]
    match test.operator:
        case Operator.EQUALS:
            return f"{value} == {names[0]}"
        case Operator.NOT_EQUALS:
            return f"{value} != {names[0]}"
        case Operator.BETWEEN:
            return f"{names[0]} <= {value} <= {names[1]}"
        case _:
            return f"{value} {_SIGNS[test.operator]} {names[0]}"


def _is_small_whole(operand: object) -> bool:
    return isinstance(operand, Decimal) and operand == operand.to_integral_value() and abs(operand) <= _LARGEST_EXACT


def _simplest(operand: object) -> object:
    return int(operand) if isinstance(operand, Decimal) and _is_small_whole(operand) else operand
