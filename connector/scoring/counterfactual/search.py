"""The cheapest combination of moves that brings a lead's score to a target, by best-first search with the real scorer.

Combinations come in the order of their cost, so that the first which reaches the target is the smallest of all that
are looked at. How many are looked at is bounded.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from connector.scoring.compiler import Scorer
from connector.scoring.counterfactual.changes import Changes, Cost, Happen, apply, cost_of, merge
from connector.scoring.counterfactual.moves import Planner
from connector.scoring.explain.total import total
from connector.scoring.score import Facts, Score

MOST_MOVES = 3  # combined
MOST_CANDIDATES = 3_000  # moves
REPAIRS = 2  # how often a move is completed by what wins back points that it cost
MOST_TRIED = 2_000  # combinations
MOST_WAITING = 20_000

_Entry = tuple[Cost, tuple[int, ...], Changes]


class Search:
    """One search for one lead: how far each move goes, and the smallest combination that goes far enough."""

    def __init__(self, scorer: Scorer, planner: Planner, facts: Facts, now: datetime, target: int) -> None:
        self._scorer = scorer
        self._planner = planner
        self._unbounded = replace(scorer.model, floor=None, cap=None)
        self._facts = facts
        self._now = now
        self._target = target
        self._start = scorer.score(facts, now)

    def run(self) -> Changes | None:
        """The smallest set of changes that reaches the target; None when none was found within the bounds."""
        return self.smallest(list(self._moves()))

    def smallest(self, moves: Sequence[tuple[Changes, int]]) -> Changes | None:
        """The smallest combination of these moves, each with what it gains, that reaches the target."""
        missing = self._target - self._raw(self._start)
        best = max((gain for _, gain in moves), default=0)
        waiting: list[_Entry] = [(cost_of(move, self._facts), (at,), move) for at, (move, _) in enumerate(moves)]
        heapq.heapify(waiting)
        for _ in range(MOST_TRIED):
            if not waiting:
                break
            _, combination, changes = heapq.heappop(waiting)
            if self.reaches(changes):
                return self._shrunk(changes)
            so_far = sum(moves[at][1] for at in combination)
            left = MOST_MOVES - len(combination) - 1
            for at in range(combination[-1] + 1, len(moves) if left >= 0 else 0):
                move, gain = moves[at]
                if so_far + gain + left * best < missing or len(waiting) >= MOST_WAITING:
                    continue
                merged = merge(changes, move)
                if merged is not None:
                    heapq.heappush(waiting, (cost_of(merged, self._facts), (*combination, at), merged))
        return None

    def _moves(self) -> Iterator[tuple[Changes, int]]:
        """Every move that gains something, with its gain.

        A move that costs another group its points is also tried together with what wins those back.
        """
        seen: set[Changes] = set()
        pending = [move for at in range(len(self._start.groups)) for move in self._ways(at, self._start, self._facts)]
        for _ in range(REPAIRS + 1):
            repaired: list[Changes] = []
            for move in pending:
                if move in seen or len(seen) >= MOST_CANDIDATES:
                    continue
                seen.add(move)
                score = self._score(move)
                if score.score is None:
                    continue
                gain = self._raw(score) - self._raw(self._start)
                if gain > 0:
                    yield move, gain
                repaired += self._repaired(move, score)
            pending = repaired

    def _repaired(self, move: Changes, score: Score) -> Iterator[Changes]:
        changed = apply(move, self._facts, self._now)
        for at, (before, after) in enumerate(zip(self._start.groups, score.groups, strict=True)):
            if after.points < before.points:
                for way in self._ways(at, score, changed):
                    merged = merge(move, way)
                    if merged is not None:
                        yield merged

    def _ways(self, at: int, score: Score, facts: Facts) -> Iterator[Changes]:
        return self._planner.moves(self._scorer.model.groups[at], score.groups[at], facts, self._now)

    def reaches(self, changes: Changes) -> bool:
        """Whether the real scorer gives the changed facts the target or more."""
        score = self._score(changes).score
        return score is not None and score >= self._target

    def _score(self, changes: Changes) -> Score:
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
