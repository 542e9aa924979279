"""The facts that made a condition true: which tests were decisive, and what they saw.

What is true is asked of the engine: the alternatives of a condition are compiled as a small model of their own, so that
this package has no opinion on what a test means. That is done on first use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.scoring.compiler import Scorer, compile_model
from connector.scoring.explain.sightings import Decisive, Sight, Tables, sights
from connector.scoring.rules import All, AnyOf, AtLeastOf, Condition, Group, Model, Not
from connector.scoring.score import Facts, Outcome

MOST_KEPT = 1024  # combinations of outcomes of one condition


@dataclass(frozen=True, slots=True)
class Seen:
    """A fact that was decisive: its name (for interactions their type), and what was seen, in words."""

    fact: str
    text: str


class Evidence:
    """What a condition rests on when it is true, for any lead."""

    def __init__(self, condition: Condition, tables: Tables) -> None:
        self._condition = condition
        self._tables = tables
        self._alternatives = tuple(alternatives(condition, wanted=True))
        self._fixed = None if self._alternatives else sights(decisive(condition, {}, wanted=True), tables)
        self._scorer: Scorer | None = None
        self._chosen: dict[tuple[Outcome, ...], tuple[Sight, ...]] = {}

    def seen(self, facts: Facts, now: datetime) -> tuple[Seen, ...]:
        """The decisive facts of the condition, which is true for these facts, in the document's order."""
        return tuple(Seen(sight.fact, sight.text(facts, now)) for sight in self.sights(facts, now))

    def sights(self, facts: Facts, now: datetime) -> tuple[Sight, ...]:
        """What there is to see for these facts."""
        if self._fixed is not None:
            return self._fixed
        if self._scorer is None:
            self._scorer = _compile(self._alternatives, self._tables)
        outcomes = tuple([group.outcome for group in self._scorer.score(facts, now).groups])
        found = self._chosen.get(outcomes)
        if found is None:
            by_term = {id(term): outcome for term, outcome in zip(self._alternatives, outcomes, strict=True)}
            found = sights(decisive(self._condition, by_term, wanted=True), self._tables)
            if len(self._chosen) < MOST_KEPT:
                self._chosen[outcomes] = found
        return found


def decisive(condition: Condition, outcomes: Mapping[int, Outcome], *, wanted: bool) -> Iterator[Decisive]:
    """The tests that make a condition what it is (`wanted`: true or false), each with whether it holds.

    All terms of an all-of that is true, the true ones of an any-of; the other way round for what is false.
    `outcomes` are those of the condition's alternatives by their id().
    """
    match condition:
        case Not(term=term):
            yield from decisive(term, outcomes, wanted=not wanted)
        case All(terms=terms) | AnyOf(terms=terms) | AtLeastOf(terms=terms):
            choosing = _is_choice(condition, wanted=wanted)
            for term in terms:
                if not choosing or outcomes[id(term)] is (Outcome.TRUE if wanted else Outcome.FALSE):
                    yield from decisive(term, outcomes, wanted=wanted)
        case _:
            yield condition, wanted


def _is_choice(condition: All | AnyOf | AtLeastOf, *, wanted: bool) -> bool:
    """Whether some terms may be what is wanted and others not."""
    if isinstance(condition, AtLeastOf) and condition.n != (len(condition.terms) if wanted else 1):
        return True
    return len(condition.terms) > 1 and isinstance(condition, AnyOf if wanted else All)


def alternatives(condition: Condition, *, wanted: bool) -> Iterator[Condition]:
    """Every term whose truth must be asked to find the decisive tests."""
    match condition:
        case Not(term=term):
            yield from alternatives(term, wanted=not wanted)
        case All(terms=terms) | AnyOf(terms=terms) | AtLeastOf(terms=terms):
            if _is_choice(condition, wanted=wanted):
                yield from terms
            for term in terms:
                yield from alternatives(term, wanted=wanted)
        case _:
            return


def _compile(conditions: Sequence[Condition], tables: Tables) -> Scorer:
    groups = tuple(Group(name=str(position), points=1, when=term) for position, term in enumerate(conditions))
    return compile_model(Model(name="evidence", groups=groups), tables.types, tables.read_title)
