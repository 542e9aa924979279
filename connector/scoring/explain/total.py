"""From group points to the total: what category caps, the model's cap and its floor took off or added.

The caps themselves are applied by the scorer; this only accounts for them, so that a list of lines sums to the score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from connector.scoring.rules import Model
from connector.scoring.score import Score
from connector.scoring.wording import number_text


class AdjustmentKind(StrEnum):
    """What moved the total away from the sum of the groups."""

    CATEGORY_CAP = "category_cap"
    CAP = "cap"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points that a bound took off (below 0) or added; `name` is the category of a category's cap, else empty."""

    kind: AdjustmentKind
    points: int
    bound: int
    name: str = ""


def bound_name(adjustment: Adjustment) -> str:
    """What a bound is called: `capped at 100`, `category web capped at 40`."""
    where = f"category {adjustment.name} " if adjustment.name else ""
    verb = "raised to" if adjustment.kind is AdjustmentKind.FLOOR else "capped at"
    return f"{where}{verb} {number_text(adjustment.bound)}"


def adjustments(model: Model, score: Score) -> tuple[Adjustment, ...]:
    """What lies between the sum of a score's groups and its total; nothing for an unscored lead.

    Categories in the model's order, then the model's cap or floor. Their points and the groups' sum to the total.
    """
    found: list[Adjustment] = []
    rest = (score.score or 0) - sum(group.points for group in score.groups)
    for category, bound in model.category_caps.items():
        pairs = zip(model.groups, score.groups, strict=bool(score.groups))
        raw = sum(earned.points for group, earned in pairs if group.category == category)
        points = capped(raw, bound) - raw
        if points:
            found.append(Adjustment(AdjustmentKind.CATEGORY_CAP, points, bound, category))
            rest -= points
    if rest:
        kind = AdjustmentKind.FLOOR if rest > 0 else AdjustmentKind.CAP
        found.append(Adjustment(kind, rest, score.score or 0))
    return tuple(found)


def total(model: Model, points: Sequence[int]) -> int:
    """The score that group points (in the model's order) make: category caps, the model's floor, then its cap."""
    by_category: dict[str, int] = {}
    score = 0
    for group, earned in zip(model.groups, points, strict=True):
        if group.category is not None and group.category in model.category_caps:
            by_category[group.category] = by_category.get(group.category, 0) + earned
        else:
            score += earned
    score += sum(capped(raw, model.category_caps[category]) for category, raw in by_category.items())
    if model.floor is not None:
        score = max(score, model.floor)
    return min(score, model.cap) if model.cap is not None else score


def capped(points: int, bound: int) -> int:
    """Points within a cap: from above, or from below where the cap is negative."""
    return min(points, bound) if bound >= 0 else max(points, bound)
