"""Several models' scores of one lead in one sentence: `Strong fit, no recent intent`.

How strong a dimension is follows from the place of the grade among the model's grades, else from the share of the
points that the model can give.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from connector.scoring.explain.explanation import Explanation
from connector.scoring.explain.total import total
from connector.scoring.explain.unknowns import most_points, tests_of
from connector.scoring.rules import InteractionTest, Model
from connector.scoring.score import Score
from connector.scoring.wording import capitalise

MOSTLY_UNKNOWN = 0.5  # a coverage below this says more of our data than of the lead
_STRONG_SHARE = 2 / 3
_MODERATE_SHARE = 1 / 3


class Strength(IntEnum):
    """How much a dimension speaks for a lead, weakest first."""

    NOT_SCORED = 0
    UNKNOWN = 1
    NO = 2
    WEAK = 3
    MODERATE = 4
    STRONG = 5


_WORDS = {
    Strength.NOT_SCORED: "{} not scored",
    Strength.UNKNOWN: "{} mostly unknown",
    Strength.NO: "no {}",
    Strength.WEAK: "weak {}",
    Strength.MODERATE: "moderate {}",
    Strength.STRONG: "strong {}",
}


def summarise(explanations: Iterable[Explanation]) -> str:
    """One sentence on all dimensions: `fit` first, the others as given; of two models of a dimension the stronger.

    A dimension other than fit whose models look at a recent time is called recent. Empty when no model was given.
    """
    best: dict[str, tuple[Strength, bool]] = {}
    for explanation in explanations:
        model = explanation.model
        name = model.dimension or model.name
        strength, recent = best.get(name, (Strength.NOT_SCORED, False))
        best[name] = (max(strength, strength_of(model, explanation.score)), recent or _is_recent(model))
    parts = [
        _WORDS[strength].format(f"recent {name}" if recent and name != "fit" else name)
        for name, (strength, recent) in sorted(best.items(), key=lambda item: item[0] != "fit")
    ]
    return capitalise(", ".join(parts))


def strength_of(model: Model, score: Score) -> Strength:
    """How much one score speaks for the lead."""
    if score.score is None:
        return Strength.NOT_SCORED
    if score.score <= 0 or not any(group.points for group in score.groups):
        return Strength.UNKNOWN if score.coverage < MOSTLY_UNKNOWN else Strength.NO
    share = _share(model, score)
    if share >= _STRONG_SHARE:
        return Strength.STRONG
    if share >= _MODERATE_SHARE:
        return Strength.MODERATE
    return Strength.UNKNOWN if score.coverage < MOSTLY_UNKNOWN else Strength.WEAK


def _share(model: Model, score: Score) -> float:
    """Where a score above 0 stands between nothing (0) and the best (1): by its grade, else by its points."""
    names: list[str | None] = [grade.name for grade in model.grades]
    if names and model.grades[-1].from_score is not None:
        names.append(None)  # below every grade
    if len(names) > 1:
        return 1 - names.index(score.grade) / (len(names) - 1)
    best = total(model, [max(0, most_points(group)) for group in model.groups])
    return (score.score or 0) / best if best > 0 else 1.0


def _is_recent(model: Model) -> bool:
    return any(
        group.decay is not None
        or any(isinstance(test, InteractionTest) and test.within is not None for test in tests_of(group.when))
        for group in model.groups
    )
