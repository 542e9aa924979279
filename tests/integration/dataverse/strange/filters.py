"""Just enough of `$filter` for what the facts name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

Reader = Callable[[str], Any]
Predicate = Callable[[Reader], bool]
CRM = "Microsoft.Dynamics.CRM."


class Filter:
    """And, or, parentheses, eq ne ge gt le lt, and the In function."""

    _TOKEN = re.compile(r"\s*(Microsoft\.Dynamics\.CRM\.In\([^)]*\)|[()]|[^\s()]+)")

    def __init__(self, text: str) -> None:
        self.rest = self._TOKEN.findall(text)

    def read(self) -> Predicate:
        """The whole filter as a predicate of a reader of columns."""
        terms = [self._all()]
        while self.rest and self.rest[0] == "or":
            self.rest.pop(0)
            terms.append(self._all())
        return lambda get: any(term(get) for term in terms)

    def _all(self) -> Predicate:
        terms = [self._one()]
        while self.rest and self.rest[0] == "and":
            self.rest.pop(0)
            terms.append(self._one())
        return lambda get: all(term(get) for term in terms)

    def _one(self) -> Predicate:
        token = self.rest.pop(0)
        if token == "(":
            inner = self.read()
            assert self.rest.pop(0) == ")"
            return inner
        if token.startswith(CRM):
            name, values = re.findall(r"PropertyName='(\w+)',PropertyValues=\[(.*)\]", token)[0]
            wanted = {value.strip("'").lower() for value in values.split(",")}
            return lambda get: str(get(name)).lower() in wanted
        operator, literal = self.rest.pop(0), self.rest.pop(0)
        wish: Any = None if literal == "null" else int(literal) if literal.isdecimal() else literal
        if isinstance(wish, str):
            wish = dt.datetime.fromisoformat(wish)
        tests: dict[str, Callable[[Any], bool]] = {
            "eq": lambda v: v == wish,
            "ne": lambda v: v != wish,
            "ge": lambda v: v is not None and v >= wish,
            "gt": lambda v: v is not None and v > wish,
            "le": lambda v: v is not None and v <= wish,
            "lt": lambda v: v is not None and v < wish,
        }
        return lambda get: tests[operator](get(token))
