"""$apply becomes a plan: filter, groupby and aggregate over one table. Dataverse's words for the methods."""

from __future__ import annotations

import re
from datetime import datetime

from connector.sandbox.dataverse.errors import bad_query, not_implemented
from connector.sandbox.dataverse.query import filters, syntax
from connector.sandbox.dataverse.query.operands import TableResolver, column_of
from connector.sandbox.dataverse.query.options import split_outside
from connector.sandbox.dataverse.query.plans import Output, Plan, Source, Test
from connector.sandbox.dataverse.schema import Table
from connector.sandbox.dataverse.store import Store

METHODS = {
    "sum": ("sum", False), "average": ("avg", False), "min": ("min", False), "max": ("max", False),
    "count": ("countcolumn", False), "countdistinct": ("countcolumn", True),
}  # fmt: skip
_STEP = re.compile(r"(filter|groupby|aggregate)\((.*)\)", re.DOTALL)
_GROUPS = re.compile(r"\(([^()]*)\)\s*(?:,\s*aggregate\((.*)\))?", re.DOTALL)
_PART = re.compile(r"([\w/]+)\s+with\s+(\w+)\s+as\s+(\w+)|\$count\s+as\s+(\w+)")


def read_apply(store: Store, table: Table, text: str, now: datetime) -> Plan:
    """The plan of an $apply. Raises ODataError."""
    plan = Plan(table, grouped=True)
    for step in split_outside(text, "/"):
        match = _STEP.fullmatch(step.strip())
        if match is None or plan.outputs:
            raise bad_query(f"'{step.strip()}' is not a transformation that $apply takes there.")
        if match[1] == "filter":
            plan.tests.append(_filter(store, table, match[2], now))
        elif match[1] == "aggregate":
            plan.outputs += _aggregates(table, match[2])
        else:
            plan.outputs += _groups(table, match[2])
    if not plan.outputs:
        raise not_implemented("an $apply that neither groups nor aggregates")
    return plan


def _filter(store: Store, table: Table, text: str, now: datetime) -> Test:
    test = filters.compile_filter(syntax.parse(text, {}), TableResolver(table, store), now)
    return lambda rows: (row := rows[""]) is not None and test(row)


def _groups(table: Table, text: str) -> list[Output]:
    match = _GROUPS.fullmatch(text.strip())
    if match is None:
        raise bad_query(f"'{text}' is not a grouping.")
    names = [name.strip() for name in match[1].split(",") if name.strip()]
    if any("/" in name for name in names):
        raise not_implemented("groups by columns of linked rows")
    outputs = [Output(name, Source("", column_of(table, name))) for name in names]
    return outputs + (_aggregates(table, match[2]) if match[2] else [])


def _aggregates(table: Table, text: str) -> list[Output]:
    found = []
    for part in split_outside(text, ","):
        match = _PART.fullmatch(part.strip())
        if match is None or (match[2] and match[2] not in METHODS):
            raise bad_query(f"'{part.strip()}' is not an aggregate.")
        if match[4]:
            found.append(Output(match[4], None, "count"))
            continue
        if "/" in match[1]:
            raise not_implemented("aggregates of columns of linked rows")
        method, distinct = METHODS[match[2]]
        found.append(Output(match[3], Source("", column_of(table, match[1])), method, distinct))
    return found
