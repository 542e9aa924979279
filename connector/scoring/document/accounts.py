"""Conditions on an account's leads, `{account: engaged_people, at_least: 2, within: 30d}`, to tests of a count."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal

from connector.scoring.derived import DERIVED_VALUES
from connector.scoring.document.faults import Faults
from connector.scoring.document.operands import Operands
from connector.scoring.document.reader import Path, Plain
from connector.scoring.people import DISTINCT, PeopleCount
from connector.scoring.rules import FactTest, Operator

COUNTED = ("engaged_people", "open_leads")
ACCOUNT_KEYS = ("account", "at_least", "within", "seniority", "function", "distinct", "others")
MOST_PEOPLE = 10_000


def people_test(data: dict[str, Plain], path: Path, faults: Faults, operands: Operands) -> FactTest | None:
    """The test that one such condition means; None after faults."""
    before = len(faults)
    what, at_least = data["account"], data.get("at_least", 1)
    if what not in COUNTED:
        faults.unknown_name((*path, "account"), "what is counted of an account", str(what), COUNTED)
    if isinstance(at_least, bool) or not isinstance(at_least, int) or not 1 <= at_least <= MOST_PEOPLE:
        faults.add((*path, "at_least"), "`at_least` counts people: a whole number from 1.")
    within = operands.duration(data["within"], (*path, "within")) if "within" in data else None
    if within is not None and what == "open_leads":
        faults.add((*path, "within"), "open leads have no window.", "Write `account: engaged_people`.")
    distinct, others = data.get("distinct", "people"), data.get("others", False)
    if distinct not in DISTINCT:
        faults.unknown_name((*path, "distinct"), "what may be counted once", str(distinct), DISTINCT)
    if not isinstance(others, bool):
        faults.add((*path, "others"), "`others` must be true or false.")
    seniority, function = (
        _names(data.get(key), DERIVED_VALUES[f"title.{key}"], (*path, key), faults) for key in DISTINCT[1:]
    )
    if len(faults) > before:
        return None
    window = within if isinstance(within, timedelta) else None
    count = PeopleCount(what == "engaged_people", window, seniority, function, str(distinct), others is True)
    return FactTest(count.fact, Operator.AT_LEAST, (Decimal(int(str(at_least))),), place=faults.place(path))


def _names(data: Plain, known: Collection[str], path: Path, faults: Faults) -> tuple[str, ...]:
    """One name or several, each once and sorted, so that the same count has the same name."""
    listed = [] if data is None else data if isinstance(data, list) else [data]
    for name in listed:
        if not isinstance(name, str) or name not in known:
            faults.unknown_name(path, "a value of the title", str(name), known)
    return tuple(sorted({str(name) for name in listed}))
