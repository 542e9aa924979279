"""Short hands for rules in the linter's tests; every test says on which line it stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from connector.scoring.facttypes import DerivedColumns, FactType, FactTypes, Kind
from connector.scoring.lint import Finding, lint_model
from connector.scoring.rules import (
    All,
    Condition,
    FactTest,
    Grade,
    Group,
    InteractionTest,
    Model,
    ModelTest,
    Operator,
    Place,
)

TYPES = FactTypes(
    types={
        "lead.jobtitle": FactType(Kind.TEXT, max_length=100, free_text=True),
        "lead.companyname": FactType(Kind.TEXT, max_length=100, free_text=True),
        "lead.country": FactType(Kind.TEXT, max_length=20),
        "lead.source": FactType(Kind.CHOICE, options={1: ("Web", "Netz"), 2: ("Partner",), 3: ()}),
        "lead.topics": FactType(Kind.MULTI_CHOICE, options={1: ("Tools",), 2: ("Parts",), 3: ("Repair",)}),
        "lead.rating": FactType(Kind.CHOICE),
        "lead.decides": FactType(Kind.BOOLEAN),
        "lead.createdon": FactType(Kind.DATETIME),
        "lead.bornon": FactType(Kind.DATE),
        "lead.budget": FactType(Kind.NUMBER, minimum=0),
        "lead.emailaddress1": FactType(Kind.TEXT),
        "lead.campaignid": FactType(Kind.ID),
        "account.numberofemployees": FactType(Kind.NUMBER, minimum=0, maximum=1_000_000),
        "account.name": FactType(Kind.TEXT),
    },
    derived=DerivedColumns(
        title="lead.jobtitle",
        email="lead.emailaddress1",
        created="lead.createdon",
        employees="account.numberofemployees",
    ),
    closed=frozenset({"lead", "account"}),
)


def at(line: int) -> Place:
    """A place on a line."""
    return Place("", line)


def fact(name: str, operator: str, *operands: Any, line: int = 0, **more: Any) -> FactTest:
    """A test of a fact; whole numbers become decimals as the reader makes them."""
    values = tuple(Decimal(value) if type(value) is int else value for value in operands)
    return FactTest(name, Operator(operator), values, place=at(line), **more)


def done(kind: str, at_least: int = 1, days: float | None = None, *, line: int = 0, **more: Any) -> InteractionTest:
    """A test of interactions in the last days."""
    within = None if days is None else timedelta(days=days)
    return InteractionTest(kind, at_least, within, place=at(line), **more)


def scores(model: str, at_least: int | None = None, grade: str | None = None, line: int = 0) -> ModelTest:
    """A test of another model."""
    return ModelTest(model, at_least, grade, at(line))


def group(name: str, points: int | None, *conditions: Condition, line: int = 0, **more: Any) -> Group:
    """A group that wants all its conditions."""
    when = conditions[0] if len(conditions) == 1 else All(conditions)
    return Group(name, points, when, place=at(line), **more)


def model(*groups: Group, **more: Any) -> Model:
    """A model of some groups."""
    return Model("m", groups, place=at(1), **more)


def grades(*marks: tuple[str, int | None]) -> tuple[Grade, ...]:
    """Grades on the lines 101, 102 and so on."""
    return tuple(Grade(name, start, at(101 + index)) for index, (name, start) in enumerate(marks))


def codes(findings: Iterable[Finding]) -> set[str]:
    """The codes of some findings."""
    return {found.code for found in findings}


def lint(*groups: Group, types: FactTypes = TYPES, **more: Any) -> list[Finding]:
    """The findings on a model of some groups."""
    return lint_model(model(*groups, **more), types)


def only(findings: Iterable[Finding], code: str) -> Finding:
    """The one finding of a code."""
    (found,) = [found for found in findings if found.code == code]
    return found
