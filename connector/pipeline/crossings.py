"""When a threshold counts as crossed: once for each crossing, quiet afterwards until re-armed, silent at a first look.

Pure: the memory before and after. A crossing's identity is lead, rule, rule version and ordinal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connector.pipeline.rulebook import LiveAlert, LiveModel, Rulebook
from connector.pipeline.values import Crossing, Dossier, NewScore, StoredScore
from connector.scoring.operators import fold
from connector.scoring.qualification import reaches
from connector.scoring.rules import ANY_MODEL, Crosses, EntersGrade, GoesCold, GradeChanges, NeedsData, ScoreTrigger


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
    rearms_at_once: bool = False


def advance(watch: Watch, now: datetime, *, announce_baseline: bool = False) -> tuple[Crossing, bool]:
    """The memory after this scoring, and whether a crossing is to be announced.

    Only a rise counts: below before (or never scored), above now. After a crossing the rule is quiet for the lead
    until it is re-armed, by a score below `rearm_below` or by `rearm_after` having passed; then the next rise counts.
    What `rearms_at_once` is quiet for nobody: each change of a grade counts, each cooling does.
    A baseline takes no arms away: who is found above its mark is announced by the next rise.
    """
    memory = watch.memory
    if not memory.armed and (watch.rearms_at_once or _fell(watch) or _rested(watch, now)):
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


def watches(
    live: LiveAlert, on: ScoreTrigger, rulebook: Rulebook, scores: Mapping[str, NewScore], dossier: Dossier
) -> Iterator[tuple[str, Watch]]:
    """How an alert on scores or grades sees a lead: once for each model that it listens to, by its name."""
    names = sorted(rulebook.models) if on.model == ANY_MODEL else [on.model]
    for name in names:
        model = rulebook.models[name]
        if on.model != ANY_MODEL or _speaks_of(on, model):
            yield name, _watch(live, on, model, scores[name], dossier)


def _speaks_of(on: ScoreTrigger, model: LiveModel) -> bool:
    """Tell whether a trigger on any model makes sense of this one: it has grades where grades are meant."""
    grades = [grade.name for grade in model.model.grades]
    match on:
        case EntersGrade(grade=wanted):
            return reaches(wanted, wanted, model.model.grades)
        case GradeChanges():
            return bool(grades)
        case GoesCold(below=None):
            return len(grades) > 1
        case _:
            return True


def _watch(live: LiveAlert, on: ScoreTrigger, model: LiveModel, new: NewScore, dossier: Dossier) -> Watch:
    stored = dossier.scores.get(new.model)
    previous = stored if stored is not None and stored.version == new.version else None
    of_model = f"{new.model}." if on.model == ANY_MODEL else ""  # each model has crossings of its own
    version = f"{live.version}.{of_model}{new.version}"
    return Watch(
        _was_above(model, previous, new, on),
        _is_above(model, new, on),
        new.score,
        dossier.crossings.get((live.alert.name, version)) or Crossing(live.alert.name, version, 0, True, None),
        is_first_look(model, dossier),
        live.alert.rearm_below,
        live.alert.rearm_after,
        rearms_at_once=isinstance(on, GoesCold | GradeChanges) and live.alert.rearm_after is None,
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


def _was_above(model: LiveModel, previous: StoredScore | None, new: NewScore, on: ScoreTrigger) -> bool:
    """Tell whether the mark was passed before; a lead that was not scored was not warm, and had the lowest grade."""
    if isinstance(on, GradeChanges):
        return _grade(model, previous) == _grade(model, new) or not _is_above(model, new, on)
    if previous is None:
        return isinstance(on, GoesCold)
    return _is_above(model, previous, on)


def _is_above(model: LiveModel, seen: NewScore | StoredScore, on: ScoreTrigger) -> bool:
    """Tell whether a score is past a trigger's mark: at a threshold, in a grade or a higher one, cold.

    A grade that the model does not know is in none. A lead that is not scored is neither warm nor cold.
    """
    match on:
        case Crosses(threshold=threshold):
            return seen.score is not None and seen.score >= threshold
        case EntersGrade(grade=grade):
            return reaches(seen.grade, grade, model.model.grades)
        case GoesCold(below=None):
            return seen.score is not None and _grade(model, seen) == _lowest(model)
        case GoesCold(below=below):
            return seen.score is not None and below is not None and seen.score < below
        case GradeChanges(grade=became):
            return became is None or fold(_grade(model, seen) or "") == fold(became)
        case NeedsData(marks=marks):
            return any(_is_short_of(mark, seen) for mark in marks.get(model.model.name, ()))


def _is_short_of(mark: int, seen: NewScore | StoredScore) -> bool:
    """Tell whether a score is below a mark that it could reach if every unknown came true."""
    return seen.score is not None and seen.reachable is not None and seen.score < mark <= seen.reachable


def has_cooled(model: LiveModel, on: GoesCold, then: StoredScore) -> bool:
    """Tell whether a lead went cold by itself, and not because somebody edited what is known of it.

    `then` is what the facts of today say of the moment when the lead was last scored warm.
    """
    return not _is_above(model, then, on)


def _grade(model: LiveModel, seen: NewScore | StoredScore | None) -> str | None:
    return _lowest(model) if seen is None or seen.grade is None else seen.grade


def _lowest(model: LiveModel) -> str | None:
    return model.model.grades[-1].name if model.model.grades else None
