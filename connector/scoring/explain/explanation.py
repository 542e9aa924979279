"""A score in seller's words: what gave points and why, what bounds took off, what is unknown and what it could add.

An explanation costs next to nothing until it is read: lines are worded on access, each group by an explainer that is
prepared once for its model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from connector.scoring.compiler.titles import TitleReader, remembering
from connector.scoring.explain.evidence import Evidence, Seen
from connector.scoring.explain.sightings import Tables
from connector.scoring.explain.total import AdjustmentKind, adjustments, bound_name
from connector.scoring.explain.unknowns import Unknowns, tests_of, unknown_name
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.rules import FactTest, Model
from connector.scoring.score import Facts, Outcome, Score, Standing
from connector.scoring.wording import capitalise, fact_name, interaction_noun, list_text, plural, points_text


class LineKind(StrEnum):
    """What a line is about."""

    GROUP = "group"
    CATEGORY_CAP = "category_cap"
    CAP = "cap"
    FLOOR = "floor"
    UNKNOWN = "unknown"
    STANDING = "standing"


_BOUNDS = {
    AdjustmentKind.CATEGORY_CAP: LineKind.CATEGORY_CAP,
    AdjustmentKind.CAP: LineKind.CAP,
    AdjustmentKind.FLOOR: LineKind.FLOOR,
}

_STANDINGS = {
    Standing.SCORED: "the score is missing",
    Standing.OUTSIDE_AUDIENCE: "the lead is outside the model's audience",
    Standing.AUDIENCE_UNKNOWN: "whether the lead belongs to the model's audience is unknown",
    Standing.EXCLUDED: "the model excludes the lead",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explanation; the points of all lines sum to the score.

    `group` names the group (the category for its cap), empty elsewhere. `could_add` and `could_take` are what an
    unknown might change (0 or more, and 0 or less). `text` is the line without its points.
    """

    kind: LineKind
    group: str
    points: int
    text: str
    facts: tuple[Seen, ...] = ()
    could_add: int = 0
    could_take: int = 0

    @property
    def sentence(self) -> str:
        """The line for people: `+10 Clicked lately: 2 e-mail clicks in the last 7 days, last on 18 Nov`."""
        if self.kind is LineKind.GROUP:
            return f"{points_text(self.points)} {self.text}"
        if self.kind in {LineKind.UNKNOWN, LineKind.STANDING}:
            return capitalise(self.text)
        return f"{capitalise(self.text)}: {points_text(self.points)}"


# What is prepared of a group: its name, its evidence, the cap of its occurrences, what is said of its fading.
Teller = tuple[str, Evidence, int | None, str]


@dataclass(frozen=True)
class Explanation:
    """What a score rests on. The facts are read when lines are: leave them as they were scored until then."""

    model: Model
    score: Score
    facts: Facts = field(repr=False, hash=False)
    now: datetime
    _explainer: Explainer = field(repr=False, compare=False)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every line: groups by the size of their points, then bounds, then unknowns by what they could change."""
        return tuple(self._explainer.lines(self.score, self.facts, self.now))

    @cached_property
    def sentences(self) -> list[str]:
        """The lines as sentences, strongest first; without personal contact details."""
        return [line.sentence for line in self.lines] or [self._nothing()]

    def _nothing(self) -> str:
        """Why there are no points, where there is nothing else to say."""
        pairs = zip(self.model.groups, self.score.groups, strict=True)
        met = [group for group, earned in pairs if earned.outcome is Outcome.TRUE]
        faded = list_text(group.name for group in met if group.decay is not None)
        if faded:
            return f"No points: what counted has faded by now ({faded})."
        return f"No points: no group {'that gives any' if met else 'of the model'} is met."

    def reasons(self, most: int) -> list[str]:
        """The strongest groups that added points, at most so many, as short sentences for a card."""
        groups = self.score.groups
        best = sorted([(-group.points, position) for position, group in enumerate(groups) if group.points > 0])
        tell, facts, now = self._explainer.group_text, self.facts, self.now
        return [f"+{-points:,} {tell(position, -points, facts, now)}" for points, position in best[:most]]


class Explainer:
    """Explains the scores of one model: compile once, explain many."""

    def __init__(self, model: Model, types: FactTypes = UNTYPED, titles: TitleReader | None = None) -> None:
        self.model = model
        self._tables = Tables(types, remembering(titles))
        self._tellers: list[Teller | None] = [None] * len(model.groups)
        self._unknowns: Unknowns | None = None

    def explain(self, score: Score, facts: Facts, now: datetime) -> Explanation:
        """The explanation of a score that this model gave these facts at this moment."""
        return Explanation(self.model, score, facts, now, self)

    def group_text(self, position: int, points: int, facts: Facts, now: datetime) -> str:
        """A group that gave points, in words."""
        name, evidence, cap, fading = self._tellers[position] or self._teller(position)
        parts = ", ".join([sight.text(facts, now) for sight in evidence.sights(facts, now)])
        if points == cap:
            parts += ", the most that this group gives"
        return f"{name}: {parts}{fading}" if parts else name

    def _teller(self, position: int) -> Teller:
        group = self.model.groups[position]
        teller = (
            group.name,
            Evidence(group.when, self._tables),
            group.cap if group.each else None,
            ", fading with time" if group.decay is not None else "",
        )
        self._tellers[position] = teller
        return teller

    def lines(self, score: Score, facts: Facts, now: datetime) -> Iterator[Line]:
        """The lines of an explanation."""
        if score.score is None:
            yield self._standing_line(score)
            return
        groups = enumerate(score.groups)
        for _, position in sorted((-abs(group.points), position) for position, group in groups if group.points):
            points = score.groups[position].points
            text = self.group_text(position, points, facts, now)
            name, evidence, _, _ = self._tellers[position] or self._teller(position)
            yield Line(LineKind.GROUP, name, points, text, evidence.seen(facts, now))
        for adjustment in adjustments(self.model, score):
            yield Line(_BOUNDS[adjustment.kind], adjustment.name, adjustment.points, bound_name(adjustment))
        if self._unknowns is None:
            self._unknowns = Unknowns(self.model, self._tables)
        for part in self._unknowns.parts(score, facts, now):
            names = tuple(Seen(fact, unknown_name(fact, self._tables.types)) for fact in part.facts)
            yield Line(LineKind.UNKNOWN, "", 0, part.text, names, part.could_add, part.could_take)

    def _standing_line(self, score: Score) -> Line:
        condition = self.model.exclude if score.standing is Standing.EXCLUDED else self.model.audience
        tests = tests_of(condition) if condition is not None else ()
        names = dict.fromkeys(
            Seen(test.fact, fact_name(test.fact, self._tables.types))
            if isinstance(test, FactTest)
            else Seen(test.type, plural(interaction_noun(test.type)))
            for test in tests
        )
        asked = f" (it asks for {list_text(seen.text for seen in names)})" if names else ""
        text = f"not scored by {self.model.name}: {_STANDINGS[score.standing]}{asked}"
        return Line(LineKind.STANDING, "", 0, text, tuple(names))


def explain(
    model: Model,
    score: Score,
    facts: Facts,
    now: datetime,
    *,
    types: FactTypes = UNTYPED,
    titles: TitleReader | None = None,
) -> Explanation:
    """Explain one score; whoever explains many of one model keeps an Explainer."""
    return Explainer(model, types, titles).explain(score, facts, now)
