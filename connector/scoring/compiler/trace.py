"""What a scorer saw on its way, kept beside the score for whoever explains it: no fact is then read a second time.

A trace is a tuple of variables of the generated function; its first item is the layout that says which stands where.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from connector.scoring.compiler.identity import identity, stream_identity
from connector.scoring.rules import All, AnyOf, AtLeastOf, Condition, InteractionTest, Model, Not

if TYPE_CHECKING:
    from connector.scoring.compiler.build import Build

Trace = tuple[object, ...]


class Layout:
    """Which item of a trace holds what; each scorer has its own, told apart by being itself."""

    def __init__(self, places: Mapping[Hashable, int]) -> None:
        self._places = places

    def times(self, test: InteractionTest) -> int:
        """The times up to now, in rising order, of the interactions that a test looks at."""
        return self._places["times", stream_identity(test)]

    def low(self, within: timedelta) -> int:
        """The moment at which a window of this length begins."""
        return self._places["low", within]

    def outcome(self, term: Condition) -> int:
        """Whether an alternative holds: True, False, or None where that is unknown."""
        return self._places["outcome", identity(term)]

    def value(self, fact: str) -> int | None:
        """The value of a column as it was read; None where no scorer tests the column itself."""
        return self._places.get(("value", fact))


def trace_source(build: Build, model: Model) -> str:
    """The source of the trace tuple; every condition of the model has been evaluated before it."""
    kept: dict[Hashable, str] = {("times", key): plan.past for key, plan in build.streams.items()}
    kept |= {("low", length): variable for length, variable in build.lows.items()}
    kept |= {("value", slot.fact): slot.value for slot in build.slots if slot.is_column}
    for group in model.groups:
        for term in (*alternatives(group.when, wanted=True),):
            kept["outcome", identity(term)] = build.variable(term)
    layout = Layout({key: place for place, key in enumerate(kept, start=1)})
    return f"({', '.join([build.constants.name(layout, 'LAYOUT'), *kept.values()])},)"


def alternatives(condition: Condition, *, wanted: bool) -> Iterator[Condition]:
    """Every term whose truth must be known to find the tests that make a condition what it is (`wanted`)."""
    match condition:
        case Not(term=term):
            yield from alternatives(term, wanted=not wanted)
        case All(terms=terms) | AnyOf(terms=terms) | AtLeastOf(terms=terms):
            if is_choice(condition, wanted=wanted):
                yield from terms
            for term in terms:
                yield from alternatives(term, wanted=wanted)
        case _:
            return


def is_choice(condition: All | AnyOf | AtLeastOf, *, wanted: bool) -> bool:
    """Whether, of a condition that is what is wanted, some terms may be so and others not."""
    if isinstance(condition, AtLeastOf) and condition.n != (len(condition.terms) if wanted else 1):
        return True
    return len(condition.terms) > 1 and isinstance(condition, AnyOf if wanted else All)
