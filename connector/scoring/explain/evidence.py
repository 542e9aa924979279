"""The facts that made a condition true: which tests were decisive, and what they saw.

What is true is asked of the scorer, whose trace says which alternatives held, so that this package has no opinion on
what a test means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from connector.scoring.compiler.trace import Layout, Trace, alternatives, is_choice
from connector.scoring.explain.sightings import Decisive, Kept, Sight, Tables, sights
from connector.scoring.rules import All, AnyOf, AtLeastOf, Condition, Not
from connector.scoring.score import Facts

MOST_KEPT = 1024  # combinations of outcomes of one condition


@dataclass(frozen=True, slots=True)
class Seen:
    """A fact that was decisive: its name (for interactions their type), and what was seen, in words."""

    fact: str
    text: str


# Why a group gave its points: given these, the trace and the facts of a score, and the year in which it is told.
Reason = Callable[[int, Trace, Facts, int], str]


class View:
    """The decisive tests of one way in which a condition is true; `reason` joins what they saw, after a lead-in."""

    __slots__ = ("reason", "sights")

    def __init__(self, lead_in: str, sights: tuple[Sight, ...]) -> None:
        self.sights = sights
        self.reason = _joined(lead_in, sights)


def _joined(lead_in: str, sights: Sequence[Sight]) -> Reason:
    """One for all; columns are written out for one and two, since the reasons of every lead go through it."""

    def reason(_: int, trace: Trace, facts: Facts, year: int) -> str:
        parts = ", ".join([sight.tell(trace, facts, year) for sight in sights])
        return f"{lead_in}: {parts}" if parts else lead_in

    match [sight.column for sight in sights]:
        case [(place, kept)]:
            return _one_column(f"{lead_in}: ", place, kept, reason)
        case [(place, kept), (other_place, other_kept)]:
            return _two_columns(f"{lead_in}: ", (place, kept), (other_place, other_kept), reason)
        case [None]:
            start, only = f"{lead_in}: ", sights[0].tell
            return lambda _, trace, facts, year: start + only(trace, facts, year)
    return reason


def _one_column(start: str, place: int, kept: Kept, otherwise: Reason) -> Reason:
    def reason(points: int, trace: Trace, facts: Facts, year: int) -> str:
        try:
            return start + kept[(value := trace[place]).__class__][value]
        except (KeyError, TypeError):  # not told before
            return otherwise(points, trace, facts, year)

    return reason


def _two_columns(start: str, one: tuple[int, Kept], two: tuple[int, Kept], otherwise: Reason) -> Reason:
    (place, kept), (other_place, other_kept) = one, two

    def reason(points: int, trace: Trace, facts: Facts, year: int) -> str:
        try:
            first = kept[(value := trace[place]).__class__][value]
            return f"{start}{first}, {other_kept[(value := trace[other_place]).__class__][value]}"
        except (KeyError, TypeError):
            return otherwise(points, trace, facts, year)

    return reason


class Evidence:
    """What a condition rests on when it is true, for any lead that the scorer of this layout scored."""

    def __init__(self, condition: Condition, tables: Tables, layout: Layout, lead_in: str) -> None:
        self._lead_in = lead_in
        self._condition = condition
        self._tables = tables
        self._layout = layout
        self._alternatives = tuple(alternatives(condition, wanted=True))
        places = [layout.outcome(term) for term in self._alternatives]
        self._read: Callable[[Trace], object] = itemgetter(*places) if places else len  # its one item, or a tuple
        self.fixed = None if places else self._view(())
        self._views: dict[object, View] = {}

    def seen(self, trace: Trace, facts: Facts, year: int) -> tuple[Seen, ...]:
        """The decisive facts of the condition, which is true for these facts, in the document's order."""
        return tuple(Seen(sight.fact, sight.tell(trace, facts, year)) for sight in self.view(trace).sights)

    def reason(self) -> Reason:
        """Why the group gave its points, whatever the score; one call, since every lead goes through it."""
        if self.fixed is not None:
            return self.fixed.reason
        read, views, view = self._read, self._views, self.view

        def reason(points: int, trace: Trace, facts: Facts, year: int) -> str:
            chosen = views.get(read(trace)) or view(trace)
            return chosen.reason(points, trace, facts, year)

        return reason

    def view(self, trace: Trace) -> View:
        """What there is to see in a score of this trace; `fixed` where that is the same for all."""
        if self.fixed is not None:
            return self.fixed
        outcomes = self._read(trace)
        view = self._views.get(outcomes)
        if view is None:
            view = self._view(outcomes if isinstance(outcomes, tuple) else (outcomes,))
            if len(self._views) < MOST_KEPT:
                self._views[outcomes] = view
        return view

    def _view(self, outcomes: Sequence[object]) -> View:
        held = {id(term): outcome for term, outcome in zip(self._alternatives, outcomes, strict=True)}
        return View(self._lead_in, sights(decisive(self._condition, held, wanted=True), self._tables, self._layout))


def decisive(condition: Condition, outcomes: Mapping[int, object], *, wanted: bool) -> Iterator[Decisive]:
    """The tests that make a condition what it is (`wanted`: true or false), each with whether it holds.

    All terms of an all-of that is true, the true ones of an any-of; the other way round for what is false.
    `outcomes` are those of the condition's alternatives by their id(): True, False or None.
    """
    match condition:
        case Not(term=term):
            yield from decisive(term, outcomes, wanted=not wanted)
        case All(terms=terms) | AnyOf(terms=terms) | AtLeastOf(terms=terms):
            choosing = is_choice(condition, wanted=wanted)
            for term in terms:
                if not choosing or outcomes[id(term)] is wanted:
                    yield from decisive(term, outcomes, wanted=wanted)
        case _:
            yield condition, wanted
