"""The smallest change that would bring a lead to the next grade: searched with the real scorer, verified by it.

An explanation may say how other data would have changed the result (CJEU C-203/22); a seller reads what to do next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.scoring.compiler import Scorer
from connector.scoring.compiler.moments import later
from connector.scoring.compiler.titles import TitleReader, remembering
from connector.scoring.counterfactual.changes import (
    AllowTracking,
    Change,
    ChangeKind,
    Changes,
    Happen,
    LinkAccount,
    SetColumn,
    apply,
)
from connector.scoring.counterfactual.moves import Planner
from connector.scoring.counterfactual.search import Search
from connector.scoring.counterfactual.words import changes_text
from connector.scoring.explain.sightings import Tables
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.score import Facts, Score
from connector.scoring.wording import capitalise, number_text, points_text

__all__ = [
    "AllowTracking",
    "Change",
    "ChangeKind",
    "Counterfactual",
    "CounterfactualFinder",
    "Happen",
    "LinkAccount",
    "SetColumn",
    "counterfactual",
]

NEXT_DAYS = tuple(timedelta(days=day) for day in (1, 2, 3))


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What would bring a lead to a target; `changes` is empty when nothing within the search's bounds does.

    `facts` are the facts with the changes made, which the model's scorer gives `reached_score` and `reached_grade`
    (None when nothing was found). `target_grade` is None where the target is no grade's threshold.
    """

    model: str
    score: int
    grade: str | None
    target_score: int
    target_grade: str | None
    changes: Changes
    reached_score: int | None
    reached_grade: str | None
    sentence: str
    facts: Facts | None = field(repr=False)

    @property
    def found(self) -> bool:
        """Whether there is a change that reaches the target."""
        return bool(self.changes)


class CounterfactualFinder:
    """Finds counterfactuals of one model; `fixed` names columns (`lead.donotemail`) that are never to be changed."""

    def __init__(
        self,
        scorer: Scorer,
        types: FactTypes = UNTYPED,
        titles: TitleReader | None = None,
        *,
        fixed: frozenset[str] = frozenset(),
    ) -> None:
        self._scorer = scorer
        self._tables = Tables(types, remembering(titles))
        self._planner = Planner(scorer.model, self._tables, fixed)

    def find(self, facts: Facts, now: datetime, target: int | str | None = None) -> Counterfactual | None:
        """The smallest change to the target: a score, a grade's name, or (None) the next grade.

        None when there is nothing to reach: the lead is not scored, is there already, or no such grade exists.
        """
        score = self._scorer.score(facts, now)
        goal = self._goal(score, target)
        if score.score is None or goal is None or score.score >= goal[0]:
            return None
        changes = Search(self._scorer, self._planner, facts, now, goal[0]).run()
        return self._answer(score, goal, changes, facts, now)

    def _goal(self, score: Score, target: int | str | None) -> tuple[int, str | None] | None:
        """The score to reach and the grade that begins there."""
        grades = self._scorer.model.grades
        if isinstance(target, int):
            return target, next((grade.name for grade in grades if grade.from_score == target), None)
        above: str | None = target
        if target is None:
            names = [grade.name for grade in grades]
            place = names.index(score.grade) if score.grade in names else len(names)
            above = names[place - 1] if place else None
        return next(
            (
                (grade.from_score, grade.name)
                for grade in grades
                if grade.name == above and grade.from_score is not None
            ),
            None,
        )

    def _answer(
        self, score: Score, goal: tuple[int, str | None], changes: Changes | None, facts: Facts, now: datetime
    ) -> Counterfactual:
        target, grade = goal
        before = score.score or 0
        if not changes:
            name = grade or f"{number_text(target)} points"
            sentence = f"No change of known facts reaches {name} {_distance(before, goal)}."
            return Counterfactual(score.model, before, score.grade, target, grade, (), None, None, sentence, None)
        changed = apply(changes, facts, now)
        reached = self._scorer.score(changed, now)
        text = changes_text(changes, facts, self._tables, now, soon=self._holds_on(changes, facts, now, target))
        after = reached.score or 0  # scored, and at the target: the search has verified it
        effect = f"make this lead {grade}" if grade else f"bring it to {number_text(after)}"
        gain = points_text(after - before)
        sentence = f"{capitalise(text)} ({gain}) would {effect} {_distance(before, goal)}."
        return Counterfactual(
            score.model, before, score.grade, target, grade, changes, after, reached.grade, sentence, changed
        )

    def _holds_on(self, changes: Changes, facts: Facts, now: datetime, target: int) -> bool:
        """Whether the changes reach the target also when they come about in the next days."""
        moments = (later(now, wait) for wait in NEXT_DAYS)
        scores = (self._scorer.score(apply(changes, facts, moment), moment).score for moment in moments)
        return all(score is not None and score >= target for score in scores)


def _distance(before: int, goal: tuple[int, str | None]) -> str:
    target, grade = goal
    threshold = f", {grade} from {number_text(target)}" if grade else ""
    return f"(now {number_text(before)}{threshold})"


def counterfactual(
    scorer: Scorer,
    facts: Facts,
    now: datetime,
    target: int | str | None = None,
    *,
    types: FactTypes = UNTYPED,
    titles: TitleReader | None = None,
    fixed: frozenset[str] = frozenset(),
) -> Counterfactual | None:
    """Find one counterfactual; whoever finds many of one model keeps a CounterfactualFinder."""
    return CounterfactualFinder(scorer, types, titles, fixed=fixed).find(facts, now, target)
