"""The scores that a model can give at all: bounds that are certain, never too tight.

The most counts groups that rule each other out only once, impossible groups not at all, and every cap; the least
likewise. Both may be wider than what real leads get.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from connector.scoring.lint.study import Study
from connector.scoring.lint.thresholds import Range
from connector.scoring.lint.worth import least_points, most_points
from connector.scoring.rules import Model

MOST_PROOFS = 8_000  # of pairs with choices in them that might rule each other out


def reach_of(study: Study) -> Range:
    """The range of a studied model's scores, with its grades."""
    model = study.model
    if study.nobody_is_scored:
        return Range(grades=model.grades)
    by_category: dict[str | None, list[int]] = defaultdict(list)
    for index, studied in enumerate(study.groups):
        if not studied.is_impossible and index not in study.outside:
            by_category[studied.group.category].append(index)
    rivals = _Rivals(study)
    most: int | None = 0
    least: int | None = 0
    for category, indexes in by_category.items():
        cap = None if category is None else model.category_caps.get(category)
        most = _plus(most, _capped(_side(rivals, indexes, highest=True), cap, highest=True))
        least = _plus(least, _capped(_side(rivals, indexes, highest=False), cap, highest=False))
    # Where nothing else bounds the score, the model's own floor and cap do.
    most = model.cap if most is None else _whole(most, model)
    least = model.floor if least is None else _whole(least, model)
    return Range(least, most, model.grades)


def _side(rivals: _Rivals, indexes: list[int], *, highest: bool) -> int | None:
    """The most, or the least, that these groups come to together; None where nothing bounds it."""
    study = rivals.study
    total: int | None = 0
    open_groups: list[tuple[int, int]] = []
    for index in indexes:
        group = study.groups[index].group
        points = most_points(group) if highest else least_points(group)
        if index in study.certain:
            total = _plus(total, group.points)
        elif points is None:
            total = None
        elif points:
            open_groups.append((abs(points), index))
    together = sum(_best_of_each(rivals, open_groups))
    return _plus(total, together if highest else -together)


def _best_of_each(rivals: _Rivals, groups: list[tuple[int, int]]) -> list[int]:
    """The size of the best group of each set of groups that rule each other out."""
    sets: list[tuple[int, list[int]]] = []
    for size, index in sorted(groups, key=lambda pair: (-pair[0], pair[1])):
        for _, members in sets:
            if all(rivals.exclude(index, member) for member in members):
                members.append(index)
                break
        else:
            sets.append((size, [index]))
    return [size for size, _ in sets]


@dataclass
class _Rivals:
    """Which groups cannot both give their points, with proof."""

    study: Study
    _proofs_left: int = MOST_PROOFS

    def exclude(self, index: int, member: int) -> bool:
        """Whether it is proved that no lead meets both groups."""
        one, other = self.study.groups[index], self.study.groups[member]
        prover = self.study.prover
        if one.held is not None and other.held is not None:
            return prover.clash(one.held, other.held)
        if not one.families & other.families or self._proofs_left == 0:
            return False
        self._proofs_left -= 1
        return prover.refutes(one.formula, other.formula)


def _plus(left: int | None, right: int | None) -> int | None:
    return None if left is None or right is None else left + right


def _capped(points: int | None, cap: int | None, *, highest: bool) -> int | None:
    """A category's bound after its cap, which bounds from above, or from below where it is negative."""
    if cap is None:
        return points
    if points is None:
        return cap if (cap >= 0) is highest else None
    return min(points, cap) if cap >= 0 else max(points, cap)


def _whole(points: int, model: Model) -> int:
    """A bound after the model's own floor and cap."""
    if model.floor is not None:
        points = max(points, model.floor)
    return points if model.cap is None else min(points, model.cap)
