"""What could not be judged, by cause, and what it could change.

The possible change is computed as if the groups concerned came true, through the model's own caps and floor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from connector.scoring.carriers import carrier_of, walk
from connector.scoring.compiler import Scorer, compile_model
from connector.scoring.compiler.carried import BOUNDLESS, CarriedPoints, bounded
from connector.scoring.derived import source_column
from connector.scoring.explain.sightings import Tables
from connector.scoring.explain.total import total
from connector.scoring.facttypes import FactTypes
from connector.scoring.rules import (
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    FactTest,
    Group,
    InteractionTest,
    Model,
    Not,
)
from connector.scoring.score import Cause, Facts, Outcome, Score
from connector.scoring.wording import cause_text, fact_name, interaction_noun, plural, points_text

_INTERACTION = "interaction."


@dataclass(frozen=True, slots=True)
class UnknownPart:
    """One cause: the facts that it hides, and by how much the score could rise (0 or more) or fall (0 or less)."""

    cause: Cause
    facts: tuple[str, ...]
    text: str
    could_add: int
    could_take: int


class Unknowns:
    """The unknowns of one model's scores."""

    def __init__(self, model: Model, tables: Tables) -> None:
        self._model = model
        self._tables = tables
        self._tests = [tuple(tests_of(group.when)) for group in model.groups]
        self._most = [most_points(group, model) for group in model.groups]
        self._judges: dict[int, Scorer] = {}
        self._carried: dict[int, Scorer] = {}

    def parts(self, score: Score, facts: Facts, now: datetime) -> list[UnknownPart]:
        """One part for each cause, the one that could add most first; the facts are those that were scored."""
        names: dict[Cause, list[str]] = {}
        for unknown in score.unknown:
            names.setdefault(unknown.cause, []).append(unknown.fact)
        parts = []
        for cause, listed in names.items():
            hidden = tuple(dict.fromkeys(listed))
            concerned = [position for position in range(len(self._tests)) if self._asks(score, position, hidden)]
            alone = [position for position in concerned if self._decides(position, hidden, score, facts, now)]
            own, together = (self._limits(score, some, facts, now) for some in (alone, concerned))
            parts.append(self._part(cause, hidden, own, together))
        return sorted(parts, key=lambda part: (-part.could_add, part.could_take))

    def _part(self, cause: Cause, hidden: tuple[str, ...], own: _Limits, together: _Limits) -> UnknownPart:
        clause = cause_text(cause, dict.fromkeys(unknown_name(fact, self._tables.types) for fact in hidden))
        said = [own.text] if own.text else []
        if together != own:
            said.append(f"{together.text} together with what else is unknown")
        return UnknownPart(cause, hidden, ", ".join([clause, *said]), together.add, together.take)

    def _asks(self, score: Score, position: int, hidden: Sequence[str]) -> bool:
        """Whether the group is unknown and asks for one of these facts."""
        if score.groups[position].outcome is not Outcome.UNKNOWN:
            return False
        return any(_name(test) in hidden for test in self._tests[position])

    def _decides(self, position: int, hidden: Sequence[str], score: Score, facts: Facts, now: datetime) -> bool:
        """Whether the group could come true by these facts alone, with the other unknowns as they are."""
        others = {unknown.fact for unknown in score.unknown} - set(hidden)
        tests = self._tests[position]
        if not any(_name(test) in others for test in tests):
            return True
        if position not in self._judges:
            groups = tuple(Group(str(index), 1, test) for index, test in enumerate(tests))
            self._judges[position] = compile_model(
                Model("unknowns", groups), self._tables.types, self._tables.read_title
            )
        outcomes = [group.outcome for group in self._judges[position].score(facts, now).groups]
        open_to = {
            id(test): _BOTH if outcome is Outcome.UNKNOWN and _name(test) in hidden else _CERTAIN[outcome]
            for test, outcome in zip(tests, outcomes, strict=True)
        }
        return _can_be(self._model.groups[position].when, open_to)[0]

    def _limits(self, score: Score, positions: Sequence[int], facts: Facts, now: datetime) -> _Limits:
        """By how much the score could change if these groups came true."""
        worth = {position: self._worth(position, score, facts, now) for position in positions}
        raised = self._change(score, {position: points for position, points in worth.items() if points > 0})
        lowered = self._change(score, {position: points for position, points in worth.items() if points < 0})
        return _Limits(max(0, raised), min(0, lowered), any(self._is_endless(score, p) for p in positions))

    def _worth(self, position: int, score: Score, facts: Facts, now: datetime) -> int:
        """What a group would give: by the interactions that are known, else the most that it can."""
        group = self._model.groups[position]
        carrier = carrier_of(group.when) if group.each or group.decay is not None else None
        if carrier is None or _is_unknown(carrier, score):
            return self._most[position]
        if position not in self._carried:
            known = Model("carried", (replace(group, when=carrier),))
            self._carried[position] = compile_model(known, self._tables.types)
        return self._carried[position].score(facts, now).groups[0].points

    def _is_endless(self, score: Score, position: int) -> bool:
        """Whether nobody knows the occurrences and nothing bounds what they give."""
        group = self._model.groups[position]
        if not group.each or self._most[position] >= BOUNDLESS:
            return False
        carried = CarriedPoints(group)
        return carried.is_open and _is_unknown(carried.carrier, score)

    def _change(self, score: Score, worth: Mapping[int, int]) -> int:
        points = [worth.get(position, group.points) for position, group in enumerate(score.groups)]
        return total(self._model, points) - (score.score or 0)


@dataclass(frozen=True, slots=True)
class _Limits:
    """What unknown groups could add (0 or more) and take (0 or less); `is_endless`: the former with no end."""

    add: int
    take: int
    is_endless: bool

    @property
    def text(self) -> str:
        """Both in words, empty where nothing changes."""
        if self.add and self.is_endless:
            beside = f", or up to {points_text(self.take)} points" if self.take else ""
            return f"{points_text(self.add)} points or more{beside}"
        limits = " or ".join(points_text(points) for points in (self.add, self.take) if points)
        return f"up to {limits} points" if limits else ""


# Whether a condition can be true, and whether it can be false.
_CanBe = tuple[bool, bool]
_BOTH: _CanBe = (True, True)
_CERTAIN: dict[Outcome, _CanBe] = {
    Outcome.TRUE: (True, False),
    Outcome.FALSE: (False, True),
    Outcome.UNKNOWN: (False, False),
}


def _can_be(condition: Condition, open_to: Mapping[int, _CanBe]) -> _CanBe:
    """What a condition can become, from what its tests (by their id()) can; taken one by one, so rather too much."""
    match condition:
        case Not(term=term):
            true, false = _can_be(term, open_to)
            return false, true
        case All(terms=terms) | AnyOf(terms=terms) | AtLeastOf(terms=terms):
            needed = {All: len(terms), AnyOf: 1}.get(type(condition), getattr(condition, "n", 1))
            sides = [_can_be(term, open_to) for term in terms]
            return sum(true for true, _ in sides) >= needed, sum(false for _, false in sides) > len(terms) - needed
        case _:
            return open_to[id(condition)]


def _name(test: FactTest | InteractionTest) -> str:
    """What a score's unknowns call the fact of a test."""
    return test.fact if isinstance(test, FactTest) else f"{_INTERACTION}{test.type}"


def _is_unknown(test: InteractionTest, score: Score) -> bool:
    return any(unknown.fact == _name(test) for unknown in score.unknown)


def unknown_name(fact: str, types: FactTypes) -> str:
    """What people call an unknown fact; a derived one by the column that it reads."""
    if fact.startswith(_INTERACTION):
        return plural(interaction_noun(fact.removeprefix(_INTERACTION)))
    return fact_name(source_column(fact, types) or fact, types)


def tests_of(condition: Condition) -> Iterator[FactTest | InteractionTest]:
    """Every fact test and interaction test of a condition, in its order."""
    return (part for part in walk(condition) if isinstance(part, FactTest | InteractionTest))


def most_points(group: Group, model: Model | None = None) -> int:
    """The most (least, where negative) that a group can give, as coverage counts it; in a model as its reach does."""
    points = group.points or 0
    if not group.each and group.decay is None:
        return bounded(points, group.cap, is_negative=points < 0)
    carried = CarriedPoints(group)
    most = carried.most if model is None else carried.most_in(model, group.category)
    return most or -carried.weight
