"""Alert documents to `rules.Alert`: what they listen to, and when they keep still."""

from __future__ import annotations

from collections.abc import Collection
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connector.scoring.document.conditions import Conditions
from connector.scoring.document.faults import Faults
from connector.scoring.document.operands import Operands
from connector.scoring.document.reader import Path, Source
from connector.scoring.document.shapes import AlertShape, QuietShape, TriggerShape, validate
from connector.scoring.facttypes import FactTypes
from connector.scoring.rules import (
    ANY_MODEL,
    AccountWakes,
    Alert,
    Budget,
    Crosses,
    EntersGrade,
    GoesCold,
    IsQualified,
    QuietHours,
    Trigger,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHORTEST_WITHIN, LONGEST_WITHIN = timedelta(days=1), timedelta(days=3650)
FORMS = (
    "Write `{model: m, crosses: 70}`, `{model: m, grade: Hot}`, `{model: m, goes_cold: true}`, `{qualified: q}` or "
    "`{account: wakes_up}`; `model: any` listens to every model."
)
# By which keys a form is told, and what may stand beside them.
_FORMS: dict[str, frozenset[str]] = {
    "crosses": frozenset({"model"}),
    "grade": frozenset({"model"}),
    "goes_cold": frozenset({"model", "below"}),
    "qualified": frozenset(),
    "account": frozenset({"people", "within"}),
}


def build_alert(
    source: Source,
    types: FactTypes,
    faults: Faults,
    models: Collection[str] | None = None,
    qualifications: Collection[str] | None = None,
) -> Alert | None:
    """The alert of a document; None after faults, which are all noted."""
    shape = validate(AlertShape, source, faults)
    conditions = Conditions(source, faults, types, reads_models=True, models=models)
    where = conditions.build(source.data["where"], ("where",)) if source.data.get("where") is not None else None
    if shape is None:
        return None
    rearm_after = _duration(shape.rearm_after, ("rearm_after",), source, faults)
    quiet = _quiet(shape.quiet, faults)
    trigger = _trigger(shape.on, source, faults, models, qualifications)
    if trigger is None:
        return None
    rearm_below = _rearm_below(shape, trigger, faults)
    _check_memory(shape, trigger, faults)
    return Alert(
        name=shape.alert,
        on=trigger,
        channels=tuple(shape.channels),
        where=where,
        rearm_below=rearm_below,
        rearm_after=rearm_after,
        description=shape.description,
        announce_baseline=shape.announce_baseline,
        mention_owner=shape.mention_owner,
        budget=Budget(**shape.budget.model_dump()) if shape.budget else None,
        quiet=quiet,
        place=faults.place(("alert",)),
        on_place=faults.place(("on", _head(shape.on))),
        rearm_place=faults.place(("rearm_below" if shape.leave is None else "leave",)),
    )


def _trigger(
    on: TriggerShape,
    source: Source,
    faults: Faults,
    models: Collection[str] | None,
    qualifications: Collection[str] | None,
) -> Trigger | None:
    """What the alert listens to; None after a fault."""
    given = _given(on)
    heads = [head for head in _FORMS if head in given]
    is_one = len(heads) == 1 and given - {heads[0]} <= _FORMS[heads[0]]
    if not is_one or (("model" in _FORMS[heads[0]]) != ("model" in given)):
        faults.add(("on",), "an alert listens to one thing.", FORMS)
        return None
    if on.model is not None and on.model != ANY_MODEL and models is not None and on.model not in models:
        faults.unknown_name(("on", "model"), "a known model", on.model, models)
    if on.qualified is not None and qualifications is not None and on.qualified not in qualifications:
        faults.unknown_name(("on", "qualified"), "a known qualification", on.qualified, qualifications)
    return _form(heads[0], on, source, faults)


def _given(on: TriggerShape) -> set[str]:
    return {key for key, value in on.model_dump().items() if value is not None}


def _head(on: TriggerShape) -> str:
    """The key that tells the form of a trigger that has one."""
    return next(head for head in _FORMS if head in _given(on))


def _form(head: str, on: TriggerShape, source: Source, faults: Faults) -> Trigger:
    model = on.model or ""
    match head:
        case "crosses":
            return Crosses(model, on.crosses or 0)
        case "grade":
            return EntersGrade(model, on.grade or "")
        case "goes_cold":
            return GoesCold(model, on.below)
        case "qualified":
            return IsQualified(on.qualified or "")
        case _:
            within = _duration(on.within, ("on", "within"), source, faults) or AccountWakes().within
            if not SHORTEST_WITHIN <= within <= LONGEST_WITHIN:
                faults.add(("on", "within"), "must be from 1d to 3650d.")
            return AccountWakes(on.people or 1, within)


def _rearm_below(shape: AlertShape, trigger: Trigger, faults: Faults) -> int | None:
    """Where the alert is ready again: `leave` and `rearm_below` are two words for it."""
    keys = [key for key in ("rearm_below", "leave") if getattr(shape, key) is not None]
    if not keys:
        return None
    bound: int = getattr(shape, keys[-1])
    if len(keys) > 1 and shape.rearm_below != shape.leave:
        faults.add(("leave",), "`leave` and `rearm_below` mean the same, and differ here.", "Keep one of them.")
    elif isinstance(trigger, Crosses) and bound > trigger.threshold:
        faults.add((keys[0],), f"{bound} is above the threshold {trigger.threshold}.")
    return bound


def _check_memory(shape: AlertShape, trigger: Trigger, faults: Faults) -> None:
    """Refuse a bound or a time where nothing is re-armed by it; beside a mark they always were allowed."""
    if isinstance(trigger, Crosses | EntersGrade | IsQualified):
        return
    for key in ("rearm_below", "leave"):
        if getattr(shape, key) is not None:
            faults.add((key,), "only a score that crosses, or a grade that is entered, is re-armed by a score.")
    if shape.rearm_after is not None and not isinstance(trigger, GoesCold):
        faults.add(("rearm_after",), "an account wakes again after it was asleep.", "Drop it.")


def _quiet(shape: QuietShape | None, faults: Faults) -> QuietHours | None:
    if shape is None:
        return None
    if (shape.begins is None) != (shape.ends is None) or (shape.begins is None and not shape.days):
        faults.add(("quiet",), "says no time.", "Write `{from: 18:00, to: 08:00}`, `{days: [sat, sun]}` or both.")
        return None
    begins, ends = _time(shape.begins), _time(shape.ends)
    if begins is not None and begins == ends:
        faults.add(("quiet",), "begins and ends at the same time.", "Name whole days in `days`.")
    if shape.zone is not None and not is_zone(shape.zone):
        faults.add(("quiet", "zone"), f"`{shape.zone}` is no time zone that is known here.", "Write Europe/Berlin.")
    return QuietHours(begins, ends, frozenset(WEEKDAYS.index(day) for day in shape.days), shape.zone or "")


def is_zone(name: str) -> bool:
    """Tell whether a time zone has this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _time(text: str | None) -> time | None:
    if text is None:
        return None
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute))


def _duration(value: Any, path: Path, source: Source, faults: Faults) -> timedelta | None:
    if value is None:
        return None
    length = Operands(source, faults).duration(value, path)
    return length if isinstance(length, timedelta) else None
