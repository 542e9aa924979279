"""The cheapest combination of moves that brings a lead's score to a target, by best-first search with the real scorer.

Combinations come in the order of their cost, so that the first which reaches the target is the smallest of all that
are looked at. How many are looked at is bounded.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from connector.scoring.compiler import Scorer
from connector.scoring.counterfactual.changes import Changes, Cost, Happen, apply, cost_of, merge
from connector.scoring.explain.total import total
from connector.scoring.score import Facts, Score

MOST_MOVES = 3  # combined
MOST_SCORINGS = 2_000
MOST_WAITING = 20_000  # combinations

_Entry = tuple[Cost, tuple[int, ...], Changes]


class Search:
    """One search for one lead: how far each move goes, and the smallest combination that goes far enough."""

    def __init__(self, scorer: Scorer, facts: Facts, now: datetime, target: int) -> None:
        self._scorer = scorer
        self._unbounded = replace(scorer.model, floor=None, cap=None)
        self._facts = facts
        self._now = now
        self._target = target
        self._scorings = 0

    def run(self, moves: Sequence[Changes]) -> Changes | None:
        """The smallest set of changes that reaches the target; None when none was found within the bounds."""
        start = self._raw(self._scorer.score(self._facts, self._now))
        gains: list[tuple[Changes, int]] = []
        for move in dict.fromkeys(moves):
            score = self._score(move)
            if score.score is not None and (gain := self._raw(score) - start) > 0:
                gains.append((move, gain))
        best = max((gain for _, gain in gains), default=0)
        waiting: list[_Entry] = [(cost_of(move, self._facts), (at,), move) for at, (move, _) in enumerate(gains)]
        heapq.heapify(waiting)
        while waiting and self._scorings < MOST_SCORINGS:
            _, combination, changes = heapq.heappop(waiting)
            if self.reaches(changes):
                return self._shrunk(changes)
            so_far = sum(gains[at][1] for at in combination)
            for at in range(combination[-1] + 1, len(gains)):
                move, gain = gains[at]
                left = MOST_MOVES - len(combination) - 1
                if left < 0 or start + so_far + gain + left * best < self._target or len(waiting) >= MOST_WAITING:
                    continue
                merged = merge(changes, move)
                if merged is not None and merged != changes:
                    heapq.heappush(waiting, (cost_of(merged, self._facts), (*combination, at), merged))
        return None

    def reaches(self, changes: Changes) -> bool:
        """Whether the real scorer gives the changed facts the target or more."""
        score = self._score(changes).score
        return score is not None and score >= self._target

    def _score(self, changes: Changes) -> Score:
        self._scorings += 1
        return self._scorer.score(apply(changes, self._facts, self._now), self._now)

    def _raw(self, score: Score) -> int:
        """The total before the model's floor and cap, where gains add up."""
        return total(self._unbounded, [group.points for group in score.groups])

    def _shrunk(self, changes: Changes) -> Changes:
        """The changes without any that are not needed, and no interaction more often than needed."""
        for change in changes:
            rest = tuple(other for other in changes if other is not change)
            if rest and self.reaches(rest):
                return self._shrunk(rest)
            if isinstance(change, Happen) and change.times > 1:
                fewer = tuple(replace(change, times=change.times - 1) if c is change else c for c in changes)
                if self.reaches(fewer):
                    return self._shrunk(fewer)
        return changes
