"""What a score becomes with no new data: change by change, in 7, 14 and 30 days, and the day it goes cold.

Follows the chain of `next_change_at`, so that every moment is scored by the real scorer and none between is missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from connector.scoring.compiler import Scorer
from connector.scoring.compiler.moments import later
from connector.scoring.score import Facts, Score
from connector.scoring.wording import count_text, day_text, number_text

AHEAD = (timedelta(days=7), timedelta(days=14), timedelta(days=30))
HORIZON = timedelta(days=90)
MOST_STEPS = 500  # a smooth decay of many interactions can change every few minutes


@dataclass(frozen=True, slots=True)
class Moment:
    """Score and grade from a moment on; both None while the model does not apply to the lead."""

    at: datetime
    score: int | None
    grade: str | None


@dataclass(frozen=True, slots=True)
class GradeDrop:
    """The moment at which a grade falls, from which to which (None: below every grade)."""

    at: datetime
    before: str
    after: str | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """A lead's score over time with no new data.

    `ahead` holds now + 7, 14 and 30 days; `changes` every change of score or grade after now up to `until`, which is
    the horizon, or less when there were too many changes to follow. `goes_cold_at` is when the lead first falls
    into the model's last grade (below every grade where the model has no last one); None when it is there already,
    does not fall before `until`, or has no grades.
    """

    model: str
    now: Moment
    ahead: tuple[Moment, ...]
    changes: tuple[Moment, ...]
    drops: tuple[GradeDrop, ...]
    goes_cold_at: datetime | None
    until: datetime

    @property
    def sentences(self) -> list[str]:
        """The forecast for people: the scores ahead where they differ from now, then each fall of the grade."""
        if self.now.score is None or not self.ahead:
            return []
        now = self.now.at
        later = [moment for moment in self.ahead if (moment.score, moment.grade) != (self.now.score, self.now.grade)]
        if not later:
            days = max(_days(moment, now) for moment in self.ahead)
            return [f"Without new activity the score stays {_score_text(self.now)} for {count_text(days, 'day')}."]
        parts = [f"{_score_text(moment)} in {count_text(_days(moment, now), 'day')}" for moment in later]
        falls = [
            f"Falls from {drop.before} to {drop.after or 'no grade'} on {day_text(drop.at, now)}."
            for drop in self.drops
        ]
        return [f"Without new activity: {', '.join(parts)} (now {_score_text(self.now)}).", *falls]


def _days(moment: Moment, now: datetime) -> int:
    return (moment.at - now).days


def _score_text(moment: Moment) -> str:
    score = "not scored" if moment.score is None else number_text(moment.score)
    return f"{score} {moment.grade}" if moment.grade is not None else score


def forecast(
    scorer: Scorer,
    facts: Facts,
    now: datetime,
    *,
    ahead: Sequence[timedelta] = AHEAD,
    horizon: timedelta = HORIZON,
    most_steps: int = MOST_STEPS,
) -> Forecast:
    """Score the lead now, at each distance of `ahead`, and at every change up to the horizon (aware UTC times).

    Follows at most `most_steps` changes, those that leave the total as it is included.
    """
    start = _moment(now, scorer.score(facts, now))
    steps, until = _follow(scorer, facts, now, later(now, horizon), most_steps)
    changes = [
        after
        for before, after in pairwise([start, *steps])
        if (before.score, before.grade) != (after.score, after.grade)
    ]
    grades: list[str | None] = [grade.name for grade in scorer.model.grades]
    if grades and scorer.model.grades[-1].from_score is not None:
        grades.append(None)  # below every grade
    drops = tuple(_drops(grades, [start, *changes]))
    return Forecast(
        model=scorer.model.name,
        now=start,
        ahead=tuple(_moment(moment, scorer.score(facts, moment)) for moment in (later(now, some) for some in ahead)),
        changes=tuple(changes),
        drops=drops,
        goes_cold_at=next((drop.at for drop in drops if drop.after == grades[-1]), None),
        until=until,
    )


def _moment(at: datetime, score: Score) -> Moment:
    return Moment(at, score.score, score.grade)


def _follow(
    scorer: Scorer, facts: Facts, now: datetime, until: datetime, most_steps: int
) -> tuple[list[Moment], datetime]:
    """The scores at each step of the chain of `next_change_at`, and how far they reach."""
    steps: list[Moment] = []
    at = scorer.score(facts, now).next_change_at
    while at is not None and at <= until:
        if len(steps) == most_steps:
            return steps, steps[-1].at if steps else now
        score = scorer.score(facts, at)
        steps.append(_moment(at, score))
        at = score.next_change_at
    return steps, until


def _drops(grades: Sequence[str | None], moments: Sequence[Moment]) -> Iterator[GradeDrop]:
    """Each fall of the grade; a time without a score (outside the audience) in between does not hide one."""
    graded = [(moment.at, moment.grade) for moment in moments if moment.score is not None]
    for (_, before), (at, after) in pairwise(graded):
        if before is not None and grades.index(after) > grades.index(before):
            yield GradeDrop(at, before, after)
