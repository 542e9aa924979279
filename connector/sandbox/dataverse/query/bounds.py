"""Between which moments a filter lets rows lie: what an index would be asked. The filter itself still judges them."""

from __future__ import annotations

from connector.sandbox.dataverse.query import syntax
from connector.sandbox.dataverse.query.words import Literal, Type

Bounds = tuple[str, str]  # both included; as Dataverse writes moments, so that text order is time order
EVERYTHING: Bounds = ("", "~")


def time_bounds(condition: syntax.Condition | None, name: str) -> Bounds:
    """The earliest and latest moment that a column of a kept row can have; too wide at worst."""
    low, high = EVERYTHING
    for part in condition.parts if isinstance(condition, syntax.All) else (condition,):
        if isinstance(part, syntax.All):
            inner = time_bounds(part, name)
            low, high = max(low, inner[0]), min(high, inner[1])
        elif isinstance(part, syntax.Comparison) and part.left.names == (name,) and _is_moment(part.right):
            value = part.right.value if isinstance(part.right, Literal) else ""
            if part.operator in {"ge", "gt", "eq"}:
                low = max(low, value)
            if part.operator in {"le", "lt", "eq"}:
                high = min(high, value)
    return low, high


def _is_moment(value: object) -> bool:
    return isinstance(value, Literal) and value.type is Type.DATETIME
