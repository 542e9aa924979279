"""Options that an organisation added itself: outside a closed table nobody can say that they do not exist.

Dataverse gives an added option a value that begins with its publisher's prefix, 10,000 or more; a small number that
a standard column does not have is a slip.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from connector.scoring.facttypes import FactTypes, Kind
from connector.scoring.rules import Condition, FactTest
from connector.scoring.usage import leaves

SMALLEST_ADDED = 10_000
_CHOICES = frozenset({Kind.CHOICE, Kind.MULTI_CHOICE})


def with_added_options(types: FactTypes, conditions: Iterable[Condition]) -> FactTypes:
    """The types with the added options that conditions name, as far as a column's table is not closed."""
    added: dict[str, dict[int, tuple[str, ...]]] = {}
    for condition in conditions:
        for test in leaves(condition):
            if isinstance(test, FactTest) and test.fact.partition(".")[0] not in types.closed:
                values = [
                    int(value) for value in test.operands if isinstance(value, Decimal) and value >= SMALLEST_ADDED
                ]
                added.setdefault(test.fact, {}).update(dict.fromkeys(values, ()))
    extended = dict(types.types)
    for fact, options in added.items():
        known = types.types.get(fact)
        if known is not None and known.kind in _CHOICES and known.options:
            extended[fact] = replace(known, options={**options, **known.options})
    return replace(types, types=extended)
