"""A score with its explanation as the JSON that `connector score --json` and the API answer. Keys are a contract."""

from __future__ import annotations

from datetime import UTC

from connector.scoring.explain.explanation import Explanation
from connector.scoring.rules import Model
from connector.scoring.score import Score


def score_answer(model: Model, score: Score, explanation: Explanation) -> dict[str, object]:
    """The answer as plain JSON values; an unscored lead has a null score and the key `standing` besides."""
    answer: dict[str, object] = {
        "model": model.name,
        "score": score.score,
        "grade": score.grade,
        "coverage": score.coverage,
        "reachable": score.reachable,
        "next_change_at": (
            score.next_change_at.astimezone(UTC).isoformat().replace("+00:00", "Z") if score.next_change_at else None
        ),
        "groups": [
            {"name": group.name, "points": group.points, "outcome": str(group.outcome)} for group in score.groups
        ],
        "unknown": [{"fact": unknown.fact, "cause": str(unknown.cause)} for unknown in score.unknown],
        "explanation": list(explanation.sentences),
    }
    if score.score is None:
        answer["standing"] = str(score.standing)
    return answer
