"""When a threshold counts as crossed: once for each crossing, quiet afterwards until re-armed, silent at a first look.

Pure: the memory before and after. A crossing's identity is lead, rule, rule version and ordinal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connector.pipeline.rulebook import LiveAlert, LiveModel, Rulebook
from connector.pipeline.values import Crossing, Dossier, NewScore
from connector.scoring.rules import Crosses, EntersGrade, IsQualified


@dataclass(frozen=True, slots=True)
class Watch:
    """One rule's view of one lead: above its mark before and now, the score now, and what is remembered.

    `first_look` says that this run sets a baseline for the rule: it remembers and does not announce.
    """

    was_above: bool
    is_above: bool
    score: int | None
    memory: Crossing
    first_look: bool
    rearm_below: int | None = None
    rearm_after: timedelta | None = None


def advance(watch: Watch, now: datetime, *, announce_baseline: bool = False) -> tuple[Crossing, bool]:
    """The memory after this scoring, and whether a crossing is to be announced.

    Only a rise counts: below before (or never scored), above now. After a crossing the rule is quiet for the lead
    until it is re-armed, by a score below `rearm_below` or by `rearm_after` having passed; then the next rise counts.
    """
    memory = watch.memory
    if watch.first_look and not announce_baseline:
        return (replace(memory, armed=False) if watch.is_above else memory), False
    if not memory.armed and (_fell(watch) or _rested(watch, now)):
        memory = replace(memory, armed=True)
    rises = watch.is_above and (not watch.was_above or watch.first_look)
    if rises and memory.armed:
        return replace(memory, ordinal=memory.ordinal + 1, armed=False, fired_at=now), True
    return memory, False


def _fell(watch: Watch) -> bool:
    return watch.rearm_below is not None and (watch.score is None or watch.score < watch.rearm_below)


def _rested(watch: Watch, now: datetime) -> bool:
    fired_at = watch.memory.fired_at
    return watch.rearm_after is not None and fired_at is not None and now - fired_at >= watch.rearm_after


def watch_alert(live: LiveAlert, rulebook: Rulebook, scores: Mapping[str, NewScore], dossier: Dossier) -> Watch | None:
    """How an alert on a model sees a lead; None for one on a qualification, or when its model is not live."""
    on = live.alert.on
    if isinstance(on, IsQualified) or on.model not in rulebook.models:
        return None
    model = rulebook.models[on.model]
    new, previous = scores[on.model], dossier.scores.get(on.model)
    version = f"{live.document.version}.{model.document.version}"
    if isinstance(on, Crosses):
        was_above = previous is not None and previous.score is not None and previous.score >= on.threshold
        is_above = new.score is not None and new.score >= on.threshold
    else:
        was_above = previous is not None and _reaches(model, previous.grade, on)
        is_above = _reaches(model, new.grade, on)
    return Watch(
        was_above,
        is_above,
        new.score,
        dossier.crossings.get((live.alert.name, version)) or Crossing(live.alert.name, version, 0, True, None),
        model.document.baseline_pending,
        live.alert.rearm_below,
        live.alert.rearm_after,
    )


def _reaches(model: LiveModel, grade: str | None, on: EntersGrade) -> bool:
    """Tell whether a grade is the alert's or a higher one; a grade that the model does not know is neither."""
    order = [known.name for known in model.model.grades]
    return grade in order and on.grade in order and order.index(grade) <= order.index(on.grade)
