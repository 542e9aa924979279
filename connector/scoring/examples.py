"""A model's own examples ("this lead must be Hot"), run by its scorer.

Which of them do not hold, and what came instead; what an example is allowed to say stands in `document`.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from connector.errors import Fault
from connector.scoring.compiler import Scorer
from connector.scoring.rules import Model
from connector.scoring.score import Facts, Score, Standing
from connector.scoring.wording import list_text

EXPECTED = ("score", "grade", "standing", "at_least", "at_most")
_NOT_SCORED = {
    Standing.OUTSIDE_AUDIENCE: "it is outside the audience",
    Standing.AUDIENCE_UNKNOWN: "whether it is in the audience is unknown",
    Standing.EXCLUDED: "it is excluded",
}


def failing_examples(scorer: Scorer, now: datetime) -> list[Fault]:
    """Run every example of a model; an example without a time of its own is scored at `now` (aware UTC).

    Returns one fault for each expectation that does not hold, with the example's line.
    """
    faults: list[Fault] = []
    for example in scorer.model.examples:
        score = scorer.score(cast("Facts", example.facts), example.now or now)
        faults += [
            Fault(example.place.path, example.place.line, message, "Change the example, or the rules.")
            for key, wanted in example.expect.items()
            if (message := _difference(key, wanted, score, scorer.model))
        ]
    return faults


def _difference(key: str, wanted: object, score: Score, model: Model) -> str:
    """What is wrong with one expectation; empty when it holds."""
    if key not in EXPECTED:
        return f"the example expects {key!r}, which is none of {', '.join(EXPECTED)}."
    if key in {"at_least", "at_most"}:
        holds = (
            isinstance(wanted, int)
            and score.score is not None
            and (score.score >= wanted if key == "at_least" else score.score <= wanted)
        )
        seen: object = score.score
    else:
        seen = str(score.standing) if key == "standing" else getattr(score, key)
        holds = seen == wanted
    if holds:
        return ""
    expected = f"the example expects {key.replace('_', ' ')} {wanted!r}"
    if key == "grade" and wanted is not None and wanted not in (names := [grade.name for grade in model.grades]):
        return f"{expected}, and the model has {f'the grades {list_text(names)}' if names else 'no grades'}."
    if score.standing is not Standing.SCORED:
        return f"{expected}, and the model does not score that lead: {_NOT_SCORED[score.standing]}."
    return f"{expected}, the model says {seen!r}."
