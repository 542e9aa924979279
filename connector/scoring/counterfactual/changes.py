"""Changes to what is known of a lead, as values: a column's value, interactions that happen, an account, consent.

A set of changes knows whether it contradicts itself, what it costs a seller, and the facts that it makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import assert_never

from connector.scoring.explain.sightings import column_value
from connector.scoring.operators import is_blank
from connector.scoring.rules import FactTest, InteractionTest
from connector.scoring.score import Facts, InteractionFacts


class ChangeKind(IntEnum):
    """What a change asks of whom, what a seller can bring about first."""

    INTERACTION = 0  # something that the person does
    LINK_ACCOUNT = 1
    FILL = 2  # an empty column is filled in
    ALLOW_TRACKING = 3
    CHANGE_ACCOUNT = 4  # a known fact of the account is another one
    CHANGE_LEAD = 5  # a known fact of the person is another one


@dataclass(frozen=True, slots=True)
class SetColumn:
    """A column gets a value; `tests` are the tests that it is to meet, `wanted` what each is to be."""

    fact: str
    value: object
    tests: tuple[tuple[FactTest, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Happen:
    """So many interactions that meet a test, with these properties, happen at the moment of scoring."""

    test: InteractionTest
    properties: tuple[tuple[str, object], ...]
    times: int = 1


@dataclass(frozen=True, slots=True)
class LinkAccount:
    """An account is linked; nothing of it is known but what SetColumn says."""


@dataclass(frozen=True, slots=True)
class AllowTracking:
    """The person consents to tracking."""


Change = SetColumn | Happen | LinkAccount | AllowTracking
Changes = tuple[Change, ...]  # in the order in which they were found; at most one for each key
Cost = tuple[int, int, int, int]


def _key(change: Change) -> tuple[object, ...]:
    match change:
        case SetColumn(fact=fact):
            return ("column", fact)
        case Happen(test=test, properties=properties):
            return ("happen", test.type, repr(properties))
        case _:
            return (type(change).__name__,)


def merge(first: Changes, second: Iterable[Change]) -> Changes | None:
    """Both sets of changes as one; None where they contradict each other. An interaction may serve both."""
    merged = {_key(change): change for change in first}
    for change in second:
        known = merged.get(_key(change))
        if isinstance(known, SetColumn) and isinstance(change, SetColumn):
            if known.value != change.value or type(known.value) is not type(change.value):
                return None
            merged[_key(change)] = replace(known, tests=tuple(dict.fromkeys(known.tests + change.tests)))
        elif isinstance(known, Happen) and isinstance(change, Happen):
            merged[_key(change)] = max(known, change, key=lambda happen: happen.times)
        else:
            merged[_key(change)] = change
    return tuple(merged.values())


def kind_of(change: Change, facts: Facts) -> ChangeKind:
    """What a change asks, given the facts as they are."""
    match change:
        case Happen():
            return ChangeKind.INTERACTION
        case LinkAccount():
            return ChangeKind.LINK_ACCOUNT
        case AllowTracking():
            return ChangeKind.ALLOW_TRACKING
        case SetColumn(fact=fact):
            of_account = fact.startswith("account.")
            if of_account and facts.get("account") is None:
                return ChangeKind.LINK_ACCOUNT
            if is_blank(column_value(facts, fact)):
                return ChangeKind.FILL
            return ChangeKind.CHANGE_ACCOUNT if of_account else ChangeKind.CHANGE_LEAD
    assert_never(change)


def cost_of(changes: Changes, facts: Facts) -> Cost:
    """How much changes: facts first, then those that a seller cannot bring about, then kinds, then interactions.

    Linking an account counts once when nothing else is asked of it, else by what is asked of it.
    """
    kinds = [kind_of(change, facts) for change in changes]
    linked = sum(kind is ChangeKind.LINK_ACCOUNT for kind in kinds)
    count = len(kinds) - (linked > 1 and LinkAccount() in changes)
    return (
        count,
        sum(kind >= ChangeKind.ALLOW_TRACKING for kind in kinds),
        sum(kinds),
        sum(change.times for change in changes if isinstance(change, Happen)),
    )


def apply(changes: Changes, facts: Facts, at: datetime) -> Facts:
    """The facts with the changes made, interactions happening at `at`; the given facts stay as they are."""
    lead: dict[str, object] = dict(facts["lead"])
    linked = facts.get("account")
    account: dict[str, object] | None = dict(linked) if linked is not None else None
    interactions: list[InteractionFacts] = list(facts.get("interactions") or ())
    tracking = facts.get("tracking", True)
    for change in changes:
        match change:
            case SetColumn(fact=fact, value=value):
                table, _, column = fact.partition(".")
                if table == "account":
                    account = {**(account or {}), column: value}
                else:
                    lead[column] = value
            case Happen(test=test, properties=properties, times=times):
                interactions += [_interaction(test, dict(properties), at)] * times
            case LinkAccount():
                account = account if account is not None else {}
            case AllowTracking():
                tracking = True
            case _:
                assert_never(change)
    changed: Facts = {"lead": lead, "account": account, "interactions": interactions}
    if not tracking:
        changed["tracking"] = False
    return changed


def _interaction(test: InteractionTest, properties: Mapping[str, object], at: datetime) -> InteractionFacts:
    return {"type": test.type, "at": at, "properties": properties}
