"""Ways to win a group's points, or to be rid of a negative group's: sets of changes that make its condition so.

A condition is split into branches (conjunctions of tests that are to hold or not); each column gets candidate values
that meet all its tests of the branch, by the engine's own judgment. Everything is bounded and in a fixed order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations, islice, product
from typing import assert_never

from connector.scoring.carriers import carrier_of
from connector.scoring.compiler import Scorer, compile_model
from connector.scoring.compiler.streams import properties_filter
from connector.scoring.counterfactual.changes import (
    AllowTracking,
    Change,
    Changes,
    Happen,
    LinkAccount,
    SetColumn,
    apply,
    merge,
)
from connector.scoring.counterfactual.witnesses import (
    COMPANY_ADDRESS,
    FREE_MAIL_ADDRESS,
    band_values,
    column_values,
    titles,
)
from connector.scoring.derived import BANDS, source_column, type_of
from connector.scoring.explain.sightings import Tables
from connector.scoring.explain.unknowns import tests_of
from connector.scoring.rules import (
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    FactTest,
    Group,
    InteractionTest,
    Model,
    ModelTest,
    Not,
)
from connector.scoring.score import Facts, GroupScore, Outcome

MOST_BRANCHES = 16  # of a condition
MOST_VALUES = 4  # of a column in a branch
MOST_WAYS = 8  # of a branch
MOST_TIMES = 10  # of an interaction

Literal = tuple[FactTest | InteractionTest, bool]  # a test, and whether it is to hold
Branch = tuple[Literal, ...]


def branches(condition: Condition, *, wanted: bool) -> list[Branch]:
    """The conjunctions of tests any of which makes the condition true (false when not `wanted`), the first ones."""
    return list(islice(_branches(condition, wanted=wanted), MOST_BRANCHES))


def _branches(condition: Condition, *, wanted: bool) -> Iterator[Branch]:
    match condition:
        case FactTest() | InteractionTest():
            yield ((condition, wanted),)
        case ModelTest():
            return
        case Not(term=term):
            yield from _branches(term, wanted=not wanted)
        case All(terms=terms):
            yield from _at_least(len(terms) if wanted else 1, terms, wanted=wanted)
        case AnyOf(terms=terms):
            yield from _at_least(1 if wanted else len(terms), terms, wanted=wanted)
        case AtLeastOf(n=n, terms=terms):
            yield from _at_least(n if wanted else len(terms) - n + 1, terms, wanted=wanted)
        case _:
            assert_never(condition)


def _at_least(n: int, terms: Sequence[Condition], *, wanted: bool) -> Iterator[Branch]:
    for chosen in combinations(terms, n):
        for parts in product(*(branches(term, wanted=wanted) for term in chosen)):
            yield tuple(literal for part in parts for literal in part)


class Planner:
    """Finds the moves of one model; what it compiles is kept for the next lead."""

    def __init__(self, model: Model, tables: Tables, fixed: frozenset[str]) -> None:
        self._model = model
        self._tables = tables
        self._fixed = fixed | {str(source_column("lead.days_since_created", tables.types))}
        self._scorers: dict[tuple[tuple[int, bool], ...], Scorer] = {}
        self._tests: dict[str, list[FactTest]] = {}
        for group in model.groups:
            for test in tests_of(group.when):
                if isinstance(test, FactTest):
                    self._tests.setdefault(self._column(test), []).append(test)

    def moves(self, group: Group, earned: GroupScore, facts: Facts, now: datetime) -> Iterator[Changes]:
        """Sets of changes that may raise what this group gives."""
        carrier = carrier_of(group.when) if group.each or group.decay is not None else None
        gives = group.points is None or group.points > 0
        if gives and earned.outcome is not Outcome.TRUE:
            yield from self._ways(group.when, facts, now, wanted=True)
        if not gives and earned.outcome is Outcome.TRUE:
            yield from self._ways(group.when, facts, now, wanted=False)
        if gives and carrier is not None:
            yield from self._more(carrier, facts, now, times=MOST_TIMES if group.each else 1)

    def _ways(self, condition: Condition, facts: Facts, now: datetime, *, wanted: bool) -> Iterator[Changes]:
        for branch in branches(condition, wanted=wanted):
            yield from islice(self._of_branch(branch, facts, now), MOST_WAYS)

    def _of_branch(self, branch: Branch, facts: Facts, now: datetime) -> Iterator[Changes]:
        """Changes after which every literal of the branch is as wanted; nothing where that is out of reach."""
        by_column: dict[str, list[Literal]] = {}
        choices: list[list[Changes]] = []
        for literal in branch:
            test, wanted = literal
            if isinstance(test, FactTest):
                by_column.setdefault(self._column(test), []).append(literal)
            elif not self._holds((literal,), facts, now):
                choices.append(list(self._interactions(test, facts, now)) if wanted else self._forgotten(facts))
        for column, literals in by_column.items():
            if not self._holds(tuple(literals), facts, now):
                choices.append(list(islice(self._of_column(column, tuple(literals), facts, now), MOST_VALUES)))
        for parts in product(*choices):
            merged: Changes | None = ()
            for part in parts:
                merged = merge(merged, part) if merged is not None else None
            if merged and self._holds(branch, apply(merged, facts, now), now):
                yield merged

    def _of_column(self, column: str, literals: Branch, facts: Facts, now: datetime) -> Iterator[Changes]:
        """One change of a column for each candidate value that makes all its literals as wanted."""
        if column in self._fixed:
            return
        if column == "lead.has_account":
            if facts.get("account") is None and self._holds(literals, apply((LinkAccount(),), facts, now), now):
                yield (LinkAccount(),)
            return
        tests = tuple((test, wanted) for test, wanted in literals if isinstance(test, FactTest))
        for value in self._values(column, now):
            change = SetColumn(column, value, tests)
            if self._holds(literals, apply((change,), facts, now), now):
                yield (change,)

    def _values(self, column: str, now: datetime) -> list[object]:
        tests = self._tests[column]
        own = [test for test in tests if test.fact == column]
        found = column_values(own, type_of(column, self._tables.types), now)
        derived = {test.fact for test in tests} - {column}
        if derived & {"title.seniority", "title.function"}:
            found += titles(self._tables.read_title)
        if "lead.email_is_freemail" in derived:
            found += [COMPANY_ADDRESS, FREE_MAIL_ADDRESS]
        if "account.employee_band" in derived:
            found += band_values(BANDS)
        return found

    def _interactions(self, test: InteractionTest, facts: Facts, now: datetime) -> Iterator[Changes]:
        """The least number of new interactions that makes an interaction test hold, consent first where it lacks."""
        for way in self._more(test, facts, now, times=min(test.at_least, MOST_TIMES)):
            if self._holds(((test, True),), apply(way, facts, now), now):
                yield way
                return

    def _more(self, test: InteractionTest, facts: Facts, now: datetime, *, times: int) -> Iterator[Changes]:
        """One, two and more interactions that meet the tests on their properties."""
        properties = self._properties(test, now)
        if properties is None:
            return
        consent: tuple[Change, ...] = () if facts.get("tracking", True) else (AllowTracking(),)
        for count in range(1, times + 1):
            yield (*consent, Happen(test, properties, count))

    def _properties(self, test: InteractionTest, now: datetime) -> tuple[tuple[str, object], ...] | None:
        """Properties that meet all tests of `where`; None where no candidate does."""
        by_name: dict[str, list[FactTest]] = {}
        for part in test.where:
            by_name.setdefault(part.fact, []).append(part)
        found: list[tuple[str, object]] = []
        for name, parts in by_name.items():
            meets = properties_filter(tuple(parts))
            if meets is None or meets({}):
                continue  # the property is to be empty
            values = (value for value in column_values(parts, None, now) if meets({name: value}))
            value = next(values, None)
            if value is None:
                return None
            found.append((name, value))
        return tuple(found)

    def _forgotten(self, facts: Facts) -> list[Changes]:
        """What makes an interaction test false: nothing undoes what happened, but consent may show that nothing did."""
        return [] if facts.get("tracking", True) else [(AllowTracking(),)]

    def _column(self, test: FactTest) -> str:
        return source_column(test.fact, self._tables.types) or test.fact

    def _holds(self, literals: Branch, facts: Facts, now: datetime) -> bool:
        """Whether all literals are as wanted, by the engine."""
        key = tuple((id(test), wanted) for test, wanted in literals)
        scorer = self._scorers.get(key)
        if scorer is None:
            term = All(tuple(test if wanted else Not(test) for test, wanted in literals))
            model = Model(name="branch", groups=(Group(name="branch", points=1, when=term),))
            scorer = self._scorers[key] = compile_model(model, self._tables.types, self._tables.read_title)
        return scorer.score(facts, now).groups[0].outcome is Outcome.TRUE
