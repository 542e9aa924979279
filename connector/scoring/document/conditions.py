"""Conditions of a document to rules: facts, interactions, models and their combinations, each with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import timedelta
from decimal import Decimal

from connector.scoring.derived import DERIVED_TYPES, is_derived, type_of
from connector.scoring.document.accounts import people_test
from connector.scoring.document.faults import Faults
from connector.scoring.document.keys import HEADS, KEYS, MOST_OCCURRENCES, OF_PLANS, OPERATORS, TABLES
from connector.scoring.document.operands import ALLOWED, Operands
from connector.scoring.document.reader import Path, Plain, Source
from connector.scoring.facttypes import FactTypes
from connector.scoring.operators import AGES
from connector.scoring.rules import (
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    FactTest,
    InteractionTest,
    ModelTest,
    Not,
    Operator,
)

_COLUMN = re.compile(r"(lead|account)\.[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class Conditions:
    """Builds the conditions of one document; `models` are the known model names, None where nobody knows them."""

    def __init__(
        self,
        source: Source,
        faults: Faults,
        types: FactTypes,
        *,
        reads_models: bool,
        models: Collection[str] | None = None,
    ) -> None:
        self._source = source
        self._faults = faults
        self._types = types
        self._models = models
        self._heads = HEADS if reads_models else tuple(head for head in HEADS if head not in OF_PLANS)
        self._operands = Operands(source, faults)
        self._builders: dict[str, Callable[[dict[str, Plain], Path], Condition | None]] = {
            "fact": self._fact,
            "interaction": self._interaction,
            "model": self._model,
            "account": self._account,
            "all": self._all,
            "any": self._any,
            "not": self._not,
            "at_least_of": self._at_least_of,
        }

    def build(self, data: Plain, path: Path) -> Condition | None:
        """The condition at `path`; a plain list means all of it. None after a fault."""
        if isinstance(data, list):
            terms = self._terms(data, path)
            return All(terms, self._faults.place(path)) if terms is not None else None
        if not isinstance(data, dict):
            self._faults.add(
                path, "a condition must be a mapping or a list.", "For example `{fact: lead.jobtitle, equals: CEO}`."
            )
            return None
        heads = [head for head in HEADS if head in data]
        if len(heads) != 1:
            self._tell_headless(data, heads, path)
            return None
        (head,) = heads
        if head not in self._heads:
            what = "another model" if head == "model" else "an account's other leads"
            self._faults.add((*path, head), f"a scoring model cannot test {what}.", "Do that in a qualification.")
            return None
        keys_are_known = self._check_keys(data, KEYS[head], path, f"a key of a condition with `{head}`")
        built = self._builders[head](data, path)
        return built if keys_are_known else None

    def _tell_headless(self, data: dict[str, Plain], heads: list[str], path: Path) -> None:
        if heads:
            named = " and ".join(f"`{head}`" for head in heads)
            self._faults.add(
                path, f"a condition says one thing, and this has {named}.", "Join them with `all` or `any`."
            )
            return
        known = False
        for key in data:
            if key not in OPERATORS:
                known = True
                self._faults.unknown_name((*path, key), "a condition", key, self._heads)
        if not known:
            self._faults.add(path, "this condition has no `fact`.", "Name the column: `fact: lead.jobtitle`.")

    def _check_keys(self, data: dict[str, Plain], known: Collection[str], path: Path, what: str) -> bool:
        unknown = [key for key in data if key not in known]
        for key in unknown:
            self._faults.unknown_name((*path, key), what, key, known)
        return not unknown

    # --- leaves

    def _fact(self, data: dict[str, Plain], path: Path) -> FactTest | None:
        fact = data["fact"]
        if not isinstance(fact, str):
            self._faults.add((*path, "fact"), "`fact` must name a column.", "For example `lead.jobtitle`.")
            return None
        fact = self._column_of(fact)
        is_known = self._is_known_fact(fact, (*path, "fact"))
        test = self._test(fact, data, path, allowed=frozenset(Operator))
        return test if is_known else None

    def check_fact(self, fact: str, path: Path) -> bool:
        """Whether there is such a fact; a fault is noted where there is none."""
        return self._is_known_fact(self._column_of(fact), path)

    def _column_of(self, fact: str) -> str:
        """The fact as rows hold it: a lookup may be written by its plain name, `lead.ownerid`."""
        table, _, column = fact.partition(".")
        lookup = f"{table}._{column}_value"
        return lookup if fact not in self._types.types and lookup in self._types.types else fact

    def _is_known_fact(self, fact: str, path: Path) -> bool:
        if is_derived(fact) or fact in self._types.types:
            return True
        table, _, column = fact.partition(".")
        if _COLUMN.fullmatch(fact) and table not in self._types.closed:
            return True
        known = {*self._types.types, *DERIVED_TYPES}
        if table not in TABLES:  # the column may well exist in a table of a similar name
            meant = (f"{name}.{column}" for name in TABLES if name not in self._types.closed)
            known |= {name for name in meant if _COLUMN.fullmatch(name)}
        else:
            known = {name for name in known if name.startswith(f"{table}.")}
        self._faults.unknown_name(path, "a known fact", fact, known, code="unknown-fact")
        return False

    def _test(self, fact: str, data: dict[str, Plain], path: Path, *, allowed: frozenset[Operator]) -> FactTest | None:
        operators = [Operator(key) for key in data if key in OPERATORS]
        case_sensitive = self._flag(data, "case_sensitive", path)
        min_confidence = self._confidence(fact, data, path)
        if len(operators) != 1:
            self._tell_operators(fact, operators, data, path)
            return None
        (operator,) = operators
        if operator not in allowed:
            self._faults.add(
                (*path, operator), f"`{operator}` cannot test a property of an interaction.", "Use `within`."
            )
            return None
        fact_type = None if allowed is _OF_PROPERTIES else type_of(fact, self._types)
        operands = self._operands.read(fact, fact_type, operator, data[operator], (*path, operator))
        if operands is None:
            return None
        return FactTest(fact, operator, operands, case_sensitive, min_confidence, self._faults.place(path))

    def _tell_operators(self, fact: str, operators: list[Operator], data: dict[str, Plain], path: Path) -> None:
        if operators:
            found = " and ".join(f"`{operator}`" for operator in operators)
            self._faults.add(
                path, f"a test of {fact} has one operator, and this has {found}.", "Join tests with `all`."
            )
        elif all(key in KEYS["fact"] for key in data):  # else the unknown key is told, and is the operator
            self._faults.add(path, f"this test of {fact} has no operator.", "For example `equals: CEO`.")

    def _confidence(self, fact: str, data: dict[str, Plain], path: Path) -> float | None:
        value = data.get("min_confidence")
        if value is None:
            return None
        path = (*path, "min_confidence")
        if not fact.startswith("title."):
            self._faults.add(path, "`min_confidence` is for title facts only.")
        elif isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 <= value <= 1:
            self._faults.add(path, "`min_confidence` must be a number from 0 to 1.")
        else:
            return float(value)
        return None

    def _interaction(self, data: dict[str, Plain], path: Path) -> InteractionTest | None:
        kind = data["interaction"]
        if not isinstance(kind, str) or not kind.strip():
            self._faults.add((*path, "interaction"), "`interaction` must name a type.", "For example `email_click`.")
            return None
        at_least = self._count(data, path)
        within = self._operands.duration(data["within"], (*path, "within")) if "within" in data else None
        where = self._where(data.get("where", {}), (*path, "where"))
        include_machine = self._flag(data, "include_machine", path)
        if where is None:
            return None
        window = within if isinstance(within, timedelta) else None
        return InteractionTest(kind, at_least, window, where, include_machine, self._faults.place(path))

    def _count(self, data: dict[str, Plain], path: Path) -> int:
        count = data.get("at_least", 1)
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_OCCURRENCES:
            self._faults.add((*path, "at_least"), "`at_least` counts interactions: a whole number from 1.")
            return 1
        return count

    def _where(self, data: Plain, path: Path) -> tuple[FactTest, ...] | None:
        if not isinstance(data, dict):
            self._faults.add(path, "`where` maps properties to values.", "For example `where: {form: demo}`.")
            return None
        tests = [self._property(name, value, (*path, name)) for name, value in data.items()]
        known = tuple(test for test in tests if test is not None)
        return known if len(known) == len(tests) else None

    def _property(self, name: str, value: Plain, path: Path) -> FactTest | None:
        if not isinstance(value, dict):
            operands = self._operands.read(name, None, Operator.EQUALS, value, path)
            return FactTest(name, Operator.EQUALS, operands, place=self._faults.place(path)) if operands else None
        if not self._check_keys(value, (*OPERATORS, "case_sensitive"), path, "an operator"):
            return None
        return self._test(name, value, path, allowed=_OF_PROPERTIES)

    def _model(self, data: dict[str, Plain], path: Path) -> ModelTest | None:
        model, at_least, grade = data["model"], data.get("at_least"), data.get("grade")
        if not isinstance(model, str):
            self._faults.add((*path, "model"), "`model` must be the name of a scoring model.")
            return None
        if self._models is not None and model not in self._models:
            self._faults.unknown_name((*path, "model"), "a known model", model, self._models)
            return None
        if ("at_least" in data) == ("grade" in data):
            self._faults.add(path, "a test of a model needs either `at_least` or `grade`.")
        elif "grade" in data and not isinstance(grade, str):
            self._faults.add((*path, "grade"), "`grade` must be the name of a grade.", "Put a number in quotes.")
        elif "at_least" in data and (isinstance(at_least, bool) or not isinstance(at_least, int)):
            self._faults.add((*path, "at_least"), "`at_least` must be a whole number of points.")
        else:
            score = at_least if isinstance(at_least, int) else None
            return ModelTest(model, score, grade if isinstance(grade, str) else None, self._faults.place(path))
        return None

    def _account(self, data: dict[str, Plain], path: Path) -> FactTest | None:
        return people_test(data, path, self._faults, self._operands)

    # --- combinations

    def _all(self, data: dict[str, Plain], path: Path) -> All | None:
        terms = self._terms(data["all"], (*path, "all"))
        return All(terms, self._faults.place(path)) if terms is not None else None

    def _any(self, data: dict[str, Plain], path: Path) -> AnyOf | None:
        terms = self._terms(data["any"], (*path, "any"))
        return AnyOf(terms, self._faults.place(path)) if terms is not None else None

    def _not(self, data: dict[str, Plain], path: Path) -> Not | None:
        term = self.build(data["not"], (*path, "not"))
        return Not(term, self._faults.place(path)) if term is not None else None

    def _at_least_of(self, data: dict[str, Plain], path: Path) -> AtLeastOf | None:
        inner, path_in = data["at_least_of"], (*path, "at_least_of")
        if not isinstance(inner, dict) or not {"n", "of"} <= inner.keys():
            self._faults.add(path_in, "`at_least_of` needs `n` and `of`.", "Write `{n: 2, of: [...]}`.")
            return None
        keys_are_known = self._check_keys(inner, ("n", "of"), path_in, "a key of `at_least_of`")
        terms = self._terms(inner["of"], (*path_in, "of"))
        n = inner["n"]
        if isinstance(n, bool) or not isinstance(n, int) or n < 1 or (terms is not None and n > len(terms)):
            self._faults.add((*path_in, "n"), "`n` must be a whole number from 1 to the number of conditions.")
            return None
        if terms is None or not keys_are_known:
            return None
        return AtLeastOf(n, terms, self._faults.place(path))

    def _terms(self, data: Plain, path: Path) -> tuple[Condition, ...] | None:
        if not isinstance(data, list) or not data:
            self._faults.add(path, "this must be a list of at least one condition.")
            return None
        built = [self.build(item, (*path, index)) for index, item in enumerate(data)]
        terms = tuple(term for term in built if term is not None)
        return terms if len(terms) == len(built) else None

    def _flag(self, data: dict[str, Plain], key: str, path: Path) -> bool:
        value = data.get(key, False)
        if not isinstance(value, bool):
            self._faults.add((*path, key), f"`{key}` must be true or false.")
            return False
        return value


_OF_PROPERTIES = ALLOWED[None] - AGES
