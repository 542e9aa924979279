"""SELECT statements become a plan: columns, joins, conditions, groups, order, offset. No more than that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connector.sandbox.dataverse.errors import bad_query
from connector.sandbox.dataverse.query.plans import Join, Output, Plan, Source, Test, both, condition, either, negated
from connector.sandbox.dataverse.query.sqlwords import Words
from connector.sandbox.dataverse.schema import Column, Table

MAX_TOP = 5000
_SIGNS = {"=": "eq", ">": "gt", ">=": "ge", "<": "lt", "<=": "le"}
_FUNCTIONS = {"COUNT": "countcolumn", "SUM": "sum", "AVG": "avg", "MIN": "min", "MAX": "max"}
_RESERVED = frozenset(
    {"FROM", "WHERE", "GROUP", "ORDER", "INNER", "LEFT", "JOIN", "ON", "AND", "OR", "AS", "BY", "OFFSET", "FETCH",
     "OUTER", "HAVING", "UNION", "RIGHT", "FULL", "CROSS", "NOT", "IN", "LIKE", "IS", "BETWEEN", "ASC", "DESC"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT: its plan, and which of its rows are wanted."""

    plan: Plan
    top: int | None
    offset: int


@dataclass(frozen=True, slots=True)
class _Item:
    """One entry of the select list, before its tables are known."""

    path: tuple[str, ...]
    function: str
    distinct: bool
    name: str | None


def read_sql(tables: Mapping[str, Table], text: str, expected: Table) -> Statement:
    """The statement in a text, whose first table must be the expected one. Raises ODataError."""
    statement = _Parser(tables, text).statement()
    if statement.plan.table is not expected:
        raise bad_query(f"The table of the SQL statement is not '{expected.name}'.")
    return statement


class _Parser(Words):
    def __init__(self, tables: Mapping[str, Table], text: str) -> None:
        super().__init__(text)
        self._tables = tables
        self._aliases: dict[str, str] = {}  # what the statement calls a table -> the plan's alias
        self._plan: Plan | None = None

    def statement(self) -> Statement:
        self.expect("SELECT")
        distinct = self.take("DISTINCT")
        top = self.number() if self.take("TOP") else None
        if top is not None and top > MAX_TOP:
            raise bad_query(f"TOP takes at most {MAX_TOP}.")
        items = [self._item()]
        while self.take(","):
            items.append(self._item())
        self.expect("FROM")
        plan = self._from()
        plan.distinct = distinct
        if self.take("WHERE"):
            plan.tests.append(self._any())
        groups = self._paths() if self.take("GROUP", "BY") else []
        plan.grouped = bool(groups) or any(item.function for item in items)
        plan.outputs = [self._output(item) for item in items]
        self._check_groups(plan, groups)
        if self.take("ORDER", "BY"):
            self._order(plan)
        offset = 0
        if self.take("OFFSET"):
            offset = self.number()
            self.expect("ROWS")
            self.expect("FETCH")
            if not self.take("NEXT"):
                self.expect("FIRST")
            top = self.number()
            self.expect("ROWS")
            self.expect("ONLY")
        if self.peek():
            raise self.error()
        return Statement(plan, top, offset)

    # --- parts -----------------------------------------------------------------------------------------------------

    def _item(self) -> _Item:
        if self.peek() == "*":
            raise bad_query("SELECT * is not supported.")
        function = ""
        distinct = False
        path: tuple[str, ...] = ()
        if self.peek().upper() in _FUNCTIONS and self.peek(1) == "(":
            function = self.next().upper()
            self.expect("(")
            distinct = self.take("DISTINCT")
            if not self.take("*"):
                path = self._path()
            self.expect(")")
        else:
            path = self._path()
        name = self.next() if self.take("AS") else None
        if name is None and self.peek()[:1].isidentifier() and self.peek().upper() not in _RESERVED:
            name = self.next()
        return _Item(path, function, distinct, name)

    def _from(self) -> Plan:
        table, called = self._table()
        self._plan = plan = Plan(table)
        self._aliases |= {table.name: "", called: ""}
        while True:
            outer = self.take("LEFT")
            if outer:
                self.take("OUTER")
            elif not self.take("INNER") and self.peek().upper() != "JOIN":
                return plan
            self.expect("JOIN")
            self._join(plan, outer=outer)

    def _join(self, plan: Plan, *, outer: bool) -> None:
        table, called = self._table()
        if called in self._aliases:
            raise bad_query(f"The name '{called}' is used twice.")
        self.expect("ON")
        first = self._path()
        self.expect("=")
        second = self._path()
        own, other = (first, second) if first[0].lower() == called else (second, first)
        if own[0].lower() != called or len(own) == 1:
            raise bad_query(f"The condition of the join with '{called}' does not name it.")
        join = Join(called, table, _column(table, own[1]), self._source(other), outer)
        plan.joins.append(join)
        self._aliases[called] = called

    def _table(self) -> tuple[Table, str]:
        name = self.next()
        table = self._tables.get(name.lower())
        if table is None:
            raise bad_query(f"Invalid table name '{name}'.")
        self.take("AS")
        called = name
        if self.peek()[:1].isidentifier() and self.peek().upper() not in _RESERVED:
            called = self.next()
        return table, called.lower()

    def _paths(self) -> list[tuple[str, ...]]:
        found = [self._path()]
        while self.take(","):
            found.append(self._path())
        return found

    def _path(self) -> tuple[str, ...]:
        name = self.next()
        if not name[:1].isidentifier() or name.upper() in _RESERVED:
            raise bad_query(f"Incorrect syntax near '{name}' in the SQL statement.")
        return (name, self.next()) if self.take(".") else (name,)

    def _source(self, path: tuple[str, ...]) -> Source:
        plan = self._plan
        if plan is None:
            raise self.error()
        tables = plan.tables()
        if len(path) == 1:
            fitting = [alias for alias, table in tables.items() if path[0].lower() in table.columns]
            if len(fitting) != 1:
                raise bad_query(f"{'Ambiguous' if fitting else 'Invalid'} column name '{path[0]}'.")
            return Source(fitting[0], tables[fitting[0]].columns[path[0].lower()])
        alias = self._aliases.get(path[0].lower())
        if alias is None:
            raise bad_query(f"There is no table '{path[0]}' in the SQL statement.")
        return Source(alias, _column(tables[alias], path[1]))

    def _output(self, item: _Item) -> Output:
        if not item.path:
            return Output(item.name or "count", None, "count")
        source = self._source(item.path)
        plain = f"{source.alias}.{source.column.name}" if source.alias else source.column.field
        name = item.name or (f"{item.function.lower()}_{source.column.name}" if item.function else plain)
        return Output(name, source, _FUNCTIONS.get(item.function, ""), item.distinct)

    def _check_groups(self, plan: Plan, groups: list[tuple[str, ...]]) -> None:
        named = [self._source(path) for path in groups]
        for output in plan.outputs:
            if plan.grouped and not output.aggregate and output.source not in named:
                raise bad_query(f"The column '{output.name}' is neither in an aggregate nor in GROUP BY.")

    def _order(self, plan: Plan) -> None:
        while True:
            path = self._path()
            descending = self.take("DESC")
            if not descending:
                self.take("ASC")
            names = {output.name.lower(): output.name for output in plan.outputs}
            if plan.grouped:
                plan.order.append((names.get(path[-1].lower()) or self._grouped(plan, path), descending))
            else:
                plan.order.append((self._source(path), descending))
            if not self.take(","):
                return

    def _grouped(self, plan: Plan, path: tuple[str, ...]) -> str:
        """The name of the output that shows a column of a group."""
        source = self._source(path)
        for output in plan.outputs:
            if output.source == source and not output.aggregate:
                return output.name
        raise bad_query(f"The column '{path[-1]}' in ORDER BY is not one of the groups.")

    # --- conditions ------------------------------------------------------------------------------------------------

    def _any(self) -> Test:
        tests = [self._all()]
        while self.take("OR"):
            tests.append(self._all())
        return either(tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self.take("AND"):
            tests.append(self._one())
        return both(tests)

    def _one(self) -> Test:
        if self.take("NOT"):
            return negated(self._one())
        if self.take("("):
            if self.peek().upper() == "SELECT":
                raise bad_query("Subqueries are not supported.")
            test = self._any()
            self.expect(")")
            return test
        source = self._source(self._path())
        if self.take("IS"):
            turned = self.take("NOT")
            self.expect("NULL")
            test = condition(source, "null", [])
            return negated(test) if turned else test
        turned = self.take("NOT")
        test = self._relation(source)
        return (lambda rows: source.get(rows) is not None and not test(rows)) if turned else test

    def _relation(self, source: Source) -> Test:
        if self.take("LIKE"):
            return condition(source, "like", [self._value()])
        if self.take("BETWEEN"):
            low = self._value()
            self.expect("AND")
            return condition(source, "between", [low, self._value()])
        if self.take("IN"):
            self.expect("(")
            if self.peek().upper() == "SELECT":
                raise bad_query("Subqueries are not supported.")
            values = [self._value()]
            while self.take(","):
                values.append(self._value())
            self.expect(")")
            return condition(source, "in", values)
        sign = self.next()
        if sign in {"<>", "!="}:
            same = condition(source, "eq", [self._value()])
            return lambda rows: source.get(rows) is not None and not same(rows)
        if sign not in _SIGNS:
            raise bad_query(f"Incorrect syntax near '{sign}' in the SQL statement.")
        return condition(source, _SIGNS[sign], [self._value()])

    def _value(self) -> str:
        token = self.next()
        if token.endswith("'"):
            return token.partition("'")[2][:-1].replace("''", "'")
        if token[:1].isdigit() or token[:1] == "-":
            return token
        raise bad_query(f"Incorrect syntax near '{token}' in the SQL statement.")


def _column(table: Table, name: str) -> Column:
    found = table.columns.get(name.lower())
    if found is None:
        raise bad_query(f"Invalid column name '{name}'.")
    return found
