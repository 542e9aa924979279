"""A score in seller's words: what gave points and why, what bounds took off, what is unknown and what it could add.

An explanation costs next to nothing until it is read: lines are worded on access, from what the scorer saw, each group
by an explainer that is prepared once for its model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property

from connector.scoring.compiler import Scorer, compile_model
from connector.scoring.compiler.carried import bounded
from connector.scoring.compiler.titles import TitleReader, remembering
from connector.scoring.compiler.trace import Layout, Trace
from connector.scoring.explain.evidence import Evidence, Reason, Seen
from connector.scoring.explain.sightings import Tables
from connector.scoring.explain.total import AdjustmentKind, adjustments, bound_name
from connector.scoring.explain.unknowns import Unknowns, tests_of, unknown_name
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.rules import FactTest, Group, Model
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


def is_steady(group: Group) -> bool:
    """Whether a group always gives the same points."""
    return not group.each and group.decay is None


def steady_points(group: Group) -> int:
    """The points of such a group."""
    points = group.points or 0
    return bounded(points, group.cap, is_negative=points < 0)


class Teller:
    """What is prepared of one group: `text` says in words why it gave so many points, `reason` begins with them."""

    def __init__(self, group: Group, tables: Tables, layout: Layout) -> None:
        self.name = group.name
        self.evidence = Evidence(group.when, tables, layout, f"{points_text(steady_points(group))} {group.name}")
        self._cap = group.cap if group.each else None
        self._fading = ", fading with time" if group.decay is not None else ""
        self.reason: Reason = self.evidence.reason() if is_steady(group) else self._reason

    def text(self, points: int, trace: Trace, facts: Facts, year: int) -> str:
        """Why the group gave so many points."""
        parts = ", ".join([sight.tell(trace, facts, year) for sight in self.evidence.view(trace).sights])
        if points == self._cap:
            parts += ", the most that this group gives"
        return f"{self.name}: {parts}{self._fading}" if parts else self.name

    def _reason(self, points: int, trace: Trace, facts: Facts, year: int) -> str:
        return f"+{points:,} {self.text(points, trace, facts, year)}"


class Explanation:
    """What a score rests on. The facts are read when lines are: leave them as they were scored until then.

    A plain class, since one is made for every lead that is scored; nobody changes it.
    """

    def __init__(self, score: Score, facts: Facts, now: datetime, explainer: Explainer) -> None:
        self.score = score
        self.facts = facts
        self.now = now
        self._explainer = explainer

    @property
    def model(self) -> Model:
        """The model that gave the score."""
        return self._explainer.model

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
        return self._explainer.reasons(self.score, self.facts, self.now, most)


class Tellers:
    """What is prepared of every group, for the scores of one scorer."""

    def __init__(self, model: Model, tables: Tables, layout: object) -> None:
        assert isinstance(layout, Layout), "a trace begins with its layout"
        self.layout = layout
        self.groups = [Teller(group, tables, layout) for group in model.groups]
        self.reasons = [teller.reason for teller in self.groups]


class Explainer:
    """Explains the scores of one model: prepared once, for many leads."""

    def __init__(self, model: Model, types: FactTypes = UNTYPED, titles: TitleReader | None = None) -> None:
        self.model = model
        self._tables = Tables(types, remembering(titles))
        self._titles = titles
        self._scorer: Scorer | None = None
        self._tellers: Tellers | None = None  # for the scorer that was explained last: a model seldom has two
        self._unknowns: Unknowns | None = None
        steady = {place: steady_points(group) for place, group in enumerate(model.groups) if is_steady(group)}
        self._loose = [place for place in range(len(model.groups)) if place not in steady]
        self._steady = sorted((place for place in steady if steady[place] > 0), key=lambda place: -steady[place])

    def explain(self, score: Score, facts: Facts, now: datetime) -> Explanation:
        """The explanation of a score that this model gave these facts at this moment."""
        return Explanation(score, facts, now, self)

    def reasons(self, score: Score, facts: Facts, now: datetime, most: int) -> list[str]:
        """The strongest groups that added points, at most so many, in words."""
        groups = score.groups
        if not groups or most < 1:
            return []
        best = []
        for place in self._steady:  # the strongest first: the rest cannot be among the best
            if groups[place].points > 0:
                best.append(place)
                if len(best) == most:
                    break
        least = groups[best[-1]].points if len(best) == most else 1
        strongest = len(best)
        for place in self._loose:
            if groups[place].points >= least:
                best.append(place)  # noqa: PERF401 - a comprehension is a call of its own, for each lead
        if len(best) > strongest:
            best = sorted(best, key=lambda place: (-groups[place].points, place))[:most]
        trace = score.trace or self._trace(facts, now)
        tellers = self._tellers
        if tellers is None or tellers.layout is not trace[0]:
            tellers = self._prepare(trace)
        reasons = tellers.reasons
        year = now.year if now.tzinfo is UTC else now.astimezone(UTC).year
        told = []
        for place in best:  # plain loops: a comprehension is a call of its own, for each lead
            told.append(reasons[place](groups[place].points, trace, facts, year))  # noqa: PERF401 - likewise
        return told

    def _trace(self, facts: Facts, now: datetime) -> Trace:
        """The trace of a score that carries none: the lead is scored anew."""
        if self._scorer is None:
            self._scorer = compile_model(self.model, self._tables.types, self._titles)
        return self._scorer.score(facts, now).trace

    def _prepare(self, trace: Trace) -> Tellers:
        tellers = self._tellers = Tellers(self.model, self._tables, trace[0])
        return tellers

    def lines(self, score: Score, facts: Facts, now: datetime) -> Iterator[Line]:
        """The lines of an explanation."""
        if score.score is None:
            yield self._standing_line(score)
            return
        trace = score.trace or self._trace(facts, now)
        tellers = self._tellers
        if tellers is None or tellers.layout is not trace[0]:
            tellers = self._prepare(trace)
        groups, year = enumerate(score.groups), now.astimezone(UTC).year
        for _, place in sorted((-abs(group.points), place) for place, group in groups if group.points):
            points = score.groups[place].points
            teller = tellers.groups[place]
            text = teller.text(points, trace, facts, year)
            yield Line(LineKind.GROUP, teller.name, points, text, teller.evidence.seen(trace, facts, year))
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
