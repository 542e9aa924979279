"""How many leads come to meet something in a week, told from the history of scores; and the threshold for a number.

Pure. A first scoring is no arrival: what counts begins after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from connector.pipeline.qualifications import ScoreStep
from connector.scoring.score import Score, Standing

WEEK = timedelta(weeks=1)
LONGEST = timedelta(weeks=8)  # of the past that a rate is taken from
LEAST = timedelta(days=2)  # less of it tells nothing


@dataclass(frozen=True, slots=True)
class Period:
    """The part of the past that is looked at."""

    begins: datetime
    ends: datetime

    @property
    def weeks(self) -> float:
        """Its length."""
        return (self.ends - self.begins) / WEEK

    @property
    def says_something(self) -> bool:
        """Whether it is long enough for a rate."""
        return self.ends - self.begins >= LEAST


def period(baselines: Iterable[datetime | None], now: datetime) -> Period:
    """From the latest of some baselines on, at most `LONGEST`; nothing where one is still to come."""
    listed = list(baselines)
    known = [one for one in listed if one is not None]
    return Period(max([*known, now - LONGEST]) if len(known) == len(listed) else now, now)


def by_lead(steps: Iterable[ScoreStep]) -> Iterator[tuple[str, list[ScoreStep]]]:
    """The steps of each lead; they come by lead."""
    for lead_id, some in groupby(steps, key=lambda step: step.lead_id):
        yield lead_id, list(some)


def arrives(
    steps: Sequence[ScoreStep], meets: Callable[[Mapping[str, Score], datetime], bool], during: Period
) -> datetime | None:
    """When a lead first met something within a period; None where it had met it before, or never did."""
    scores: dict[str, Score] = {}
    for step in steps:
        scores[step.model] = known_score(step.model, step.score, step.grade)
        if meets(scores, step.at):
            return step.at if during.begins < step.at <= during.ends else None
    return None


def known_score(model: str, score: int | None, grade: str | None) -> Score:
    """A score of which only the number and the grade are remembered."""
    standing = Standing.SCORED if score is not None else Standing.OUTSIDE_AUDIENCE
    return Score(model, standing, score, grade, 1.0, None, (), (), None)


@dataclass(frozen=True, slots=True)
class Rise:
    """The highest score of a lead before a period, and within it; None: it had none."""

    before: int | None
    within: int | None


def rise(steps: Iterable[ScoreStep], during: Period) -> Rise:
    """How high a lead's score had been, and came."""
    before = within = None
    for step in steps:
        if step.score is None or step.at > during.ends:
            continue
        if step.at <= during.begins:
            before = step.score if before is None else max(before, step.score)
        else:
            within = step.score if within is None else max(within, step.score)
    return Rise(before, within)


def arrivals_at(rises: Iterable[Rise]) -> dict[int, int]:
    """For each threshold that a lead reached within the period and never before: how many did."""
    edges: dict[int, int] = {}
    listed = list(rises)
    marks = sorted({one.within for one in listed if one.within is not None})
    for mark in marks:
        edges[mark] = sum(
            one.within is not None and one.within >= mark and (one.before is None or one.before < mark)
            for one in listed
        )
    return edges


def threshold_for(per_week: float, arrivals: Mapping[int, int], weeks: float) -> int | None:
    """The lowest threshold at which, and above which, no more leads a week arrive than can be worked; None: none."""
    found = None
    for mark in sorted(arrivals, reverse=True):
        if arrivals[mark] / weeks > per_week:
            break
        found = mark
    return found


@dataclass(frozen=True, slots=True)
class Precision:
    """How leads ended that had reached a threshold when they were closed."""

    qualified: int
    disqualified: int

    @property
    def share(self) -> float | None:
        """The share that was qualified; None where nothing is known."""
        total = self.qualified + self.disqualified
        return self.qualified / total if total else None


def precision_at(mark: int, scores: Mapping[str, int | None], outcomes: Mapping[str, bool]) -> Precision:
    """How those leads ended that left with at least this score, as far as their end is known."""
    ends = [
        outcomes[lead] for lead, score in scores.items() if score is not None and score >= mark and lead in outcomes
    ]
    return Precision(sum(ends), len(ends) - sum(ends))
