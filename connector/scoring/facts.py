"""Facts from outside, checked before anything is scored: their shape, their times, their numbers.

A column whose value merely has an unexpected type passes: it is unknown to the tests that want another.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from connector.errors import DocumentError, Fault

KEYS = ("lead", "account", "interactions", "tracking")
INTERACTION_KEYS = ("type", "at", "properties", "machine", "id")


def check_facts(facts: object) -> None:
    """Raise DocumentError with every fault of JSON-shaped facts (design.md's form); return when there is none.

    Unknown keys, a wrong shape, an interaction without a type or without a time with offset, NaN and infinity.
    """
    faults = list(_faults(facts))
    if faults:
        raise DocumentError("The facts cannot be used:", faults=faults)


def _faults(facts: object) -> Iterator[Fault]:
    if not isinstance(facts, Mapping):
        yield Fault(
            "", None, "the facts are not an object.", 'Write {"lead": {...}, "account": null, "interactions": []}.'
        )
        return
    for key in facts:
        if key not in KEYS:
            yield Fault(str(key), None, "is not a key of facts.", f"Use {', '.join(KEYS)}.")
    if not isinstance(facts.get("lead"), Mapping):
        yield Fault("lead", None, "is missing or not an object.", 'Write "lead": {...}.')
    if not isinstance(facts.get("account"), Mapping | None):
        yield Fault("account", None, "is neither an object nor null.")
    if not isinstance(facts.get("tracking", True), bool):
        yield Fault("tracking", None, "is neither true nor false.")
    for table in ("lead", "account"):
        yield from _numbers(facts.get(table), table)
    interactions = facts.get("interactions", [])
    if not isinstance(interactions, list | tuple):
        yield Fault("interactions", None, "is not a list.")
        return
    for number, one in enumerate(interactions):
        yield from _interaction(one, f"interactions[{number}]")


def _interaction(one: object, path: str) -> Iterator[Fault]:
    if not isinstance(one, Mapping):
        yield Fault(path, None, "is not an object.")
        return
    for key in one:
        if key not in INTERACTION_KEYS:
            yield Fault(f"{path}.{key}", None, "is not a key of an interaction.", f"Use {', '.join(INTERACTION_KEYS)}.")
    if not isinstance(one.get("type"), str) or not one["type"]:
        yield Fault(f"{path}.type", None, "is missing or not text.")
    if not _is_time(one.get("at")):
        yield Fault(f"{path}.at", None, "is not a time with offset.", "Write 2026-11-20T09:00:00Z.")
    if not isinstance(one.get("machine", False), bool):
        yield Fault(f"{path}.machine", None, "is neither true nor false.")
    properties = one.get("properties")
    if not isinstance(properties, Mapping | None):
        yield Fault(f"{path}.properties", None, "is not an object.")
    yield from _numbers(properties, f"{path}.properties")


def _is_time(value: object) -> bool:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return False
    return isinstance(value, datetime) and value.utcoffset() is not None


def _numbers(columns: object, path: str) -> Iterator[Fault]:
    """Name every number that is none: NaN and infinity have no place on a scale."""
    if not isinstance(columns, Mapping):
        return
    for name, value in columns.items():
        endless = isinstance(value, float) and not math.isfinite(value)
        if endless or (isinstance(value, Decimal) and not value.is_finite()):
            yield Fault(f"{path}.{name}", None, f"is {value}, which is no number.", "Leave it out, or write null.")
