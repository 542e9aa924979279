"""What a filter means: the tree becomes a function of a row. Wrong names and wrong types are refused.

Text ignores case. A null satisfies `eq null`, and `ne` anything else; no other comparison.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from connector.sandbox.clock import wire
from connector.sandbox.dataverse.errors import bad_query, not_implemented
from connector.sandbox.dataverse.query import syntax
from connector.sandbox.dataverse.query.words import Literal, Type, moment_literal
from connector.sandbox.dataverse.schema import Row, Table

Test = Callable[[Mapping[str, Any]], bool]
Value = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Operand:
    """Something that a row has: how to get it, its type, and its name for messages."""

    get: Value
    type: Type
    name: str


class Resolver(Protocol):
    """Knows what the names in a filter stand for."""

    def operand(self, path: tuple[str, ...]) -> Operand:
        """The operand that a path leads to; raises ODataError for one that leads nowhere."""
        ...

    def rows_of(self, name: str) -> tuple[Callable[[Mapping[str, Any]], list[Row]], Table]:
        """The rows of a collection of a row, and their table; raises ODataError for a name that is no collection."""
        ...

    def inside(self, table: Table, variable: str) -> Resolver:
        """The resolver for the condition of a lambda over the rows of a table."""
        ...


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_TEXTS: dict[str, Callable[[str, str], bool]] = {
    "contains": operator.contains,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
_TIMES = frozenset({Type.DATETIME, Type.DATE})


def compile_filter(condition: syntax.Condition, resolver: Resolver, now: datetime) -> Test:
    """The function of a row that a filter stands for. Raises ODataError."""
    if isinstance(condition, syntax.All | syntax.Any):
        tests = [compile_filter(part, resolver, now) for part in condition.parts]
        if isinstance(condition, syntax.All):
            return lambda row: all(test(row) for test in tests)
        return lambda row: any(test(row) for test in tests)
    if isinstance(condition, syntax.Not):
        inner = compile_filter(condition.part, resolver, now)
        return lambda row: not inner(row)
    if isinstance(condition, syntax.Lambda):
        return _lambda(condition, resolver, now)
    return _single(condition, resolver, now)


def _single(
    condition: syntax.Comparison | syntax.TextTest | syntax.CrmFunction, resolver: Resolver, now: datetime
) -> Test:
    if isinstance(condition, syntax.Comparison):
        return _comparison(condition, resolver)
    if isinstance(condition, syntax.TextTest):
        return _text_test(condition, resolver)
    return _crm_function(condition, resolver, now)


def _lambda(condition: syntax.Lambda, resolver: Resolver, now: datetime) -> Test:
    rows_of, table = resolver.rows_of(condition.collection)
    if condition.condition is None:
        return lambda row: bool(rows_of(row))
    test = compile_filter(condition.condition, resolver.inside(table, condition.variable), now)
    if condition.every:
        return lambda row: all(test(each) for each in rows_of(row))
    return lambda row: any(test(each) for each in rows_of(row))


def _comparison(condition: syntax.Comparison, resolver: Resolver) -> Test:
    left = resolver.operand(condition.left.names)
    if isinstance(condition.right, syntax.Path):
        right = resolver.operand(condition.right.names)
        if left.type is not right.type:
            raise _mismatch(left, right.type, condition.operator)
        return _compare_columns(condition.operator, left, right)
    return _compare(condition.operator, left, _fit(left, condition.right, condition.operator))


def _compare_columns(sign: str, left: Operand, right: Operand) -> Test:
    def test(row: Mapping[str, Any]) -> bool:
        first, second = _folded(left.get(row)), _folded(right.get(row))
        if sign in {"eq", "ne"}:
            return (first == second) is (sign == "eq")
        return first is not None and second is not None and _ORDERS[sign](first, second)

    return test


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _compare(sign: str, left: Operand, literal: Literal) -> Test:
    get, wanted = left.get, _folded(literal.value) if literal.type is Type.STRING else literal.value
    if sign in {"eq", "ne"}:
        same = _equality(get, wanted, literal)
        return same if sign == "eq" else lambda row: not same(row)
    if wanted is None:
        return lambda _row: False
    order = _ORDERS[sign]
    if literal.fraction:  # rows keep whole seconds: "at or after 00.5" is "after 00"
        order = operator.gt if sign in {"gt", "ge"} else operator.le
    if literal.type is Type.STRING:
        return lambda row: (value := get(row)) is not None and order(value.lower(), wanted)
    return lambda row: (value := get(row)) is not None and order(value, wanted)


def _equality(get: Value, wanted: Any, literal: Literal) -> Test:
    if literal.fraction:
        return lambda _row: False
    if literal.type is Type.STRING:
        return lambda row: (value := get(row)) is not None and value.lower() == wanted
    if isinstance(wanted, bool):
        return lambda row: get(row) is wanted
    if wanted is None:
        return lambda row: get(row) is None
    return lambda row: get(row) == wanted


def _fit(left: Operand, literal: Literal, sign: str = "eq") -> Literal:
    """The literal as the column's type has it; raises ODataError where the two do not go together."""
    if literal.type in {left.type, Type.NULL}:
        return literal
    if left.type is Type.GUID and literal.type is Type.STRING:
        return Literal(literal.value.lower().strip("{}"), Type.GUID)
    if left.type is Type.DATETIME and literal.type is Type.DATE:
        return moment_literal(literal.value)
    if left.type is Type.DATE and literal.type is Type.DATETIME:
        return Literal(literal.value[:10], Type.DATE)
    raise _mismatch(left, literal.type, sign)


def _mismatch(left: Operand, found: Type, sign: str) -> Exception:
    return bad_query(
        "A binary operator with incompatible types was detected. Found operand types"
        f" '{left.type}' (column '{left.name}') and '{found}' for operator kind '{sign}'."
    )


def _text_test(condition: syntax.TextTest, resolver: Resolver) -> Test:
    operand = resolver.operand(condition.path.names)
    if operand.type is not Type.STRING:
        raise bad_query(
            f"The function '{condition.function}' needs a text column, and '{operand.name}' is {operand.type}."
        )
    holds, wanted, get = _TEXTS[condition.function], condition.text.lower(), operand.get
    return lambda row: (value := get(row)) is not None and holds(value.lower(), wanted)


# --- Dataverse's own functions --------------------------------------------------------------------------------------


def _crm_function(call: syntax.CrmFunction, resolver: Resolver, now: datetime) -> Test:
    build = _FUNCTIONS.get(call.name)
    name = call.arguments.get("PropertyName")
    if call.name in ELSEWHERE:
        raise not_implemented(f"the function '{syntax.CRM}{call.name}' in $filter")
    if build is None:
        raise bad_query(f"'{syntax.CRM}{call.name}' is not a function that $filter knows.")
    if not isinstance(name, Literal) or name.type is not Type.STRING:
        raise bad_query(f"The function '{call.name}' needs PropertyName.")
    return build(resolver.operand(tuple(name.value.split("/"))), call, now)


def _values(operand: Operand, call: syntax.CrmFunction) -> list[Literal]:
    given = call.arguments.get("PropertyValues", call.arguments.get("PropertyValue"))
    if given is None:
        raise bad_query(f"The function '{call.name}' needs PropertyValue or PropertyValues.")
    return [_convert(operand, literal) for literal in (given if isinstance(given, tuple) else (given,))]


def _convert(operand: Operand, literal: Literal) -> Literal:
    """Functions take every value as a string: read it as the column's type."""
    if literal.type is not Type.STRING or operand.type is Type.STRING:
        return _fit(operand, literal)
    if operand.type is Type.NUMBER:
        try:
            return Literal(float(literal.value), Type.NUMBER)
        except ValueError:
            raise bad_query(f"'{literal.value}' is not a number.") from None
    if operand.type in _TIMES:
        return _fit(operand, moment_literal(literal.value))
    if operand.type is Type.BOOLEAN:
        return Literal(literal.value.lower() in {"true", "1"}, Type.BOOLEAN)
    return _fit(operand, literal)


def _in(operand: Operand, call: syntax.CrmFunction, _now: datetime) -> Test:
    wanted = {_folded(literal.value) for literal in _values(operand, call)}
    get = operand.get
    return lambda row: _folded(get(row)) in wanted


def _not_in(operand: Operand, call: syntax.CrmFunction, now: datetime) -> Test:
    inside = _in(operand, call, now)
    return lambda row: not inside(row)


def _between(operand: Operand, call: syntax.CrmFunction, _now: datetime) -> Test:
    bounds = _values(operand, call)
    if len(bounds) != 2:  # noqa: PLR2004  # a range has two ends
        raise bad_query(f"The function '{call.name}' needs two values.")
    tests = [_compare("ge", operand, bounds[0]), _compare("le", operand, bounds[1])]
    return lambda row: all(test(row) for test in tests)


def _on(sign: str) -> Callable[[Operand, syntax.CrmFunction, datetime], Test]:
    def build(operand: Operand, call: syntax.CrmFunction, _now: datetime) -> Test:
        if operand.type not in _TIMES:
            raise bad_query(f"The function '{call.name}' needs a date column.")
        wanted, get = _values(operand, call)[0].value[:10], operand.get
        order: Callable[[Any, Any], bool] = _ORDERS.get(sign, operator.eq)
        return lambda row: (value := get(row)) is not None and order(value[:10], wanted)

    return build


def _last(unit: str) -> Callable[[Operand, syntax.CrmFunction, datetime], Test]:
    def build(operand: Operand, call: syntax.CrmFunction, now: datetime) -> Test:
        given = call.arguments.get("PropertyValue")
        if operand.type not in _TIMES or not isinstance(given, Literal):
            raise bad_query(f"The function '{call.name}' needs a date column and PropertyValue.")
        earliest, latest = wire(now - timedelta(**{unit: int(given.value)})), wire(now)
        get = operand.get
        return lambda row: (value := get(row)) is not None and earliest <= value <= latest

    return build


_FUNCTIONS: dict[str, Callable[[Operand, syntax.CrmFunction, datetime], Test]] = {
    "In": _in,
    "NotIn": _not_in,
    "Between": _between,
    "On": _on("eq"),
    "OnOrAfter": _on("ge"),
    "OnOrBefore": _on("le"),
    "LastXHours": _last("hours"),
    "LastXDays": _last("days"),
}


ELSEWHERE = frozenset(  # Dataverse has them, we do not
    {
        "Above", "AboveOrEqual", "ContainValues", "DoesNotContainValues", "EqualBusinessId", "EqualRoleBusinessId",
        "EqualUserId", "EqualUserLanguage", "EqualUserOrUserHierarchy", "EqualUserOrUserHierarchyAndTeams",
        "EqualUserOrUserTeams", "EqualUserTeams", "InFiscalPeriod", "InFiscalPeriodAndYear", "InFiscalYear",
        "InOrAfterFiscalPeriodAndYear", "InOrBeforeFiscalPeriodAndYear", "Last7Days", "LastFiscalPeriod",
        "LastFiscalYear", "LastMonth", "LastWeek", "LastXFiscalPeriods", "LastXFiscalYears", "LastXMonths",
        "LastXWeeks", "LastXYears", "LastYear", "Next7Days", "NextFiscalPeriod", "NextFiscalYear", "NextMonth",
        "NextWeek", "NextXDays", "NextXFiscalPeriods", "NextXFiscalYears", "NextXHours", "NextXMonths", "NextXWeeks",
        "NextXYears", "NextYear", "NotBetween", "NotEqualBusinessId", "NotEqualUserId", "NotUnder",
        "OlderThanXDays", "OlderThanXHours", "OlderThanXMinutes", "OlderThanXMonths", "OlderThanXWeeks",
        "OlderThanXYears", "ThisFiscalPeriod", "ThisFiscalYear", "ThisMonth", "ThisWeek", "ThisYear", "Today",
        "Tomorrow", "Under", "UnderOrEqual", "Yesterday",
    }
)  # fmt: skip


def wanted_keys(condition: syntax.Condition, key: str) -> list[str] | None:
    """The ids that a filter asks for by key (`eq`, `In`), in their order, or None where it asks for others too."""
    if isinstance(condition, syntax.All):
        found = [keys for part in condition.parts if (keys := wanted_keys(part, key)) is not None]
        return min(found, key=len) if found else None
    if isinstance(condition, syntax.Comparison) and condition.operator == "eq" and condition.left.names == (key,):
        return [str(condition.right.value).lower()] if isinstance(condition.right, Literal) else None
    if isinstance(condition, syntax.CrmFunction) and condition.name == "In":
        name, values = condition.arguments.get("PropertyName"), condition.arguments.get("PropertyValues")
        if isinstance(name, Literal) and name.value == key and isinstance(values, tuple):
            return sorted({str(value.value).lower().strip("{}") for value in values})
    return None
