"""What could not be judged, by cause, and what it could change.

The possible change is computed as if the groups concerned came true, through the model's own caps and floor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connector.scoring.carriers import walk
from connector.scoring.compiler.carried import CarriedPoints, bounded
from connector.scoring.derived import source_column
from connector.scoring.explain.total import total
from connector.scoring.facttypes import FactTypes
from connector.scoring.rules import Condition, FactTest, Group, InteractionTest, Model
from connector.scoring.score import Cause, Outcome, Score
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

    def __init__(self, model: Model, types: FactTypes) -> None:
        self._model = model
        self._types = types
        self._tests = [tuple(tests_of(group.when)) for group in model.groups]

    def parts(self, score: Score) -> list[UnknownPart]:
        """One part for each cause, the one that could add most first."""
        facts: dict[Cause, list[str]] = {}
        for unknown in score.unknown:
            facts.setdefault(unknown.cause, []).append(unknown.fact)
        parts = [self._part(score, cause, tuple(dict.fromkeys(names))) for cause, names in facts.items()]
        return sorted(parts, key=lambda part: (-part.could_add, part.could_take))

    def _part(self, score: Score, cause: Cause, facts: tuple[str, ...]) -> UnknownPart:
        open_groups = [
            position
            for position, group in enumerate(score.groups)
            if group.outcome is Outcome.UNKNOWN and self._asks(position, facts)
        ]
        raised = self._change(score, [p for p in open_groups if most_points(self._model.groups[p]) > 0])
        # A group whose interactions are known may give less than its most: the scorer's own reach is the limit.
        could_add = max(0, min(raised, (score.reachable or 0) - (score.score or 0)))
        could_take = min(0, self._change(score, [p for p in open_groups if most_points(self._model.groups[p]) < 0]))
        clause = cause_text(cause, dict.fromkeys(unknown_name(fact, self._types) for fact in facts))
        limits = " or ".join(points_text(points) for points in (could_add, could_take) if points)
        text = f"{clause}, up to {limits} points" if limits else clause
        return UnknownPart(cause, facts, text, could_add, could_take)

    def _asks(self, position: int, facts: Sequence[str]) -> bool:
        """Whether the group asks for one of these facts."""
        return any(_name(test) in facts for test in self._tests[position])

    def _change(self, score: Score, positions: Sequence[int]) -> int:
        points = [group.points for group in score.groups]
        for position in positions:
            points[position] = most_points(self._model.groups[position])
        return total(self._model, points) - (score.score or 0)


def _name(test: FactTest | InteractionTest) -> str:
    """What a score's unknowns call the fact of a test."""
    return test.fact if isinstance(test, FactTest) else f"{_INTERACTION}{test.type}"


def unknown_name(fact: str, types: FactTypes) -> str:
    """What people call an unknown fact; a derived one by the column that it reads."""
    if fact.startswith(_INTERACTION):
        return plural(interaction_noun(fact.removeprefix(_INTERACTION)))
    return fact_name(source_column(fact, types) or fact, types)


def tests_of(condition: Condition) -> Iterator[FactTest | InteractionTest]:
    """Every fact test and interaction test of a condition, in its order."""
    return (part for part in walk(condition) if isinstance(part, FactTest | InteractionTest))


def most_points(group: Group) -> int:
    """The most (least, where negative) that a group can give, as coverage and the reachable score count it."""
    points = group.points or 0
    if not group.each and group.decay is None:
        return bounded(points, group.cap, is_negative=points < 0)
    carried = CarriedPoints(group)
    return carried.most or -carried.weight
