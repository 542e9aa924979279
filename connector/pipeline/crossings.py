"""When a threshold counts as crossed: once for each crossing, quiet afterwards until re-armed, silent at a first look.

Pure: the memory before and after. A crossing's identity is lead, rule, rule version and ordinal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connector.pipeline.rulebook import LiveAlert, LiveModel, Rulebook
from connector.pipeline.values import Crossing, Dossier, NewScore, StoredScore
from connector.scoring.qualification import reaches
from connector.scoring.rules import Crosses, EntersGrade


@dataclass(frozen=True, slots=True)
class Watch:
    """One rule's view of one lead: above its mark before and now, the score now, and what is remembered.

    `was_above` speaks of the last score by this very version of the model. `first_look` says that this run sets a
    baseline for the rule: it remembers and does not announce.
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
    A baseline takes no arms away: who is found above its mark is announced by the next rise.
    """
    memory = watch.memory
    if not memory.armed and (_fell(watch) or _rested(watch, now)):
        memory = replace(memory, armed=True)
    rises = watch.is_above and not watch.was_above
    if rises and memory.armed and (announce_baseline or not watch.first_look):
        return replace(memory, ordinal=memory.ordinal + 1, armed=False, fired_at=now), True
    return memory, False


def _fell(watch: Watch) -> bool:
    return watch.rearm_below is not None and (watch.score is None or watch.score < watch.rearm_below)


def _rested(watch: Watch, now: datetime) -> bool:
    fired_at = watch.memory.fired_at
    return watch.rearm_after is not None and fired_at is not None and now - fired_at >= watch.rearm_after


def watch_alert(
    live: LiveAlert, on: Crosses | EntersGrade, rulebook: Rulebook, new: NewScore, dossier: Dossier
) -> Watch:
    """How an alert on a model's score or grade sees a lead."""
    model = rulebook.models[on.model]
    stored = dossier.scores.get(on.model)
    previous = stored if stored is not None and stored.version == new.version else None
    version = f"{live.document.version}.{new.version}"
    return Watch(
        previous is not None and _is_above(model, previous, on),
        _is_above(model, new, on),
        new.score,
        dossier.crossings.get((live.alert.name, version)) or Crossing(live.alert.name, version, 0, True, None),
        is_first_look(model, dossier),
        live.alert.rearm_below,
        live.alert.rearm_after,
    )


def is_first_look(live: LiveModel, dossier: Dossier) -> bool:
    """Tell whether this run sets a baseline for a model and a lead.

    It does until a run has completed with the model's version, and later for a lead which that run missed: its last
    score is by another version (the two do not compare), or it was there before and has no score (it changed at
    every try, or was refused).
    """
    document, previous = live.document, dossier.scores.get(live.model.name)
    if document.baseline_pending:
        return True
    if previous is not None:
        return previous.version != document.version
    seen, completed = dossier.first_seen_at, document.baseline_at
    return seen is not None and completed is not None and seen < completed


def _is_above(model: LiveModel, seen: NewScore | StoredScore, on: Crosses | EntersGrade) -> bool:
    """Tell whether a score is at or above a threshold, or its grade is the alert's or a higher one.

    A grade that the model does not know is neither.
    """
    if isinstance(on, Crosses):
        return seen.score is not None and seen.score >= on.threshold
    return reaches(seen.grade, on.grade, model.model.grades)
