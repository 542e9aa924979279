"""What a group's points can come to, and points, caps and decays that do not do what they seem to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from connector.scoring.carriers import carrier_of
from connector.scoring.decay import decay_table
from connector.scoring.document.durations import format_duration
from connector.scoring.lint.findings import Finding, finding
from connector.scoring.rules import Decay, Group, HalfLife, Model, Steps

_ZERO = timedelta(0)


def occurrence_points(group: Group) -> tuple[int, ...]:
    """The points that one occurrence can be worth, by age from the youngest."""
    if isinstance(group.decay, Steps):
        return tuple(points for _, points in group.decay.steps)
    return (group.points or 0,)


def best_points(group: Group) -> int:
    """The points of one occurrence at its best: those of greatest size, with their sign."""
    return max(occurrence_points(group), key=lambda points: (abs(points), points), default=0)


def most_points(group: Group) -> int | None:
    """Points that the group never exceeds; None where nothing bounds it. Never less than it can really give."""
    highest = max(0, *occurrence_points(group), 0)
    if group.each and highest:
        return None if group.cap is None or best_points(group) < 0 else max(0, group.cap)
    return max(0, _bounded(highest, group))


def least_points(group: Group) -> int | None:
    """Points that the group never falls below; None where nothing bounds it."""
    lowest = min(0, *occurrence_points(group), 0)
    if group.each and lowest:
        return None if group.cap is None or best_points(group) >= 0 else min(0, group.cap)
    return min(0, _bounded(lowest, group))


def _bounded(points: int, group: Group) -> int:
    """Points after the group's cap: from above, or from below where its points are negative."""
    if group.cap is None:
        return points
    return max(points, group.cap) if best_points(group) < 0 else min(points, group.cap)


def worth_findings(model: Model) -> Iterator[Finding]:
    """Findings on the points, caps, categories and decays of a model."""
    for group in model.groups:
        yield from _point_findings(group)
        if group.decay is not None:
            yield from _decay_findings(group, group.decay)
    yield from _category_findings(model)


def _point_findings(group: Group) -> Iterator[Finding]:
    where = (group.place,)
    name = group.name
    best = best_points(group)
    if best == 0:
        yield finding(
            "no-points", name, where, f"Group '{name}' gives 0 points.", "Give it points, or delete the group."
        )
    elif group.cap is not None:
        yield from _cap_findings(group, best, group.cap)
    if group.each and carrier_of(group.when) is None:
        yield finding(
            "each-without-interaction",
            name,
            where,
            f"Group '{name}' counts every occurrence (`each`), but has not exactly one interaction to count.",
            "Leave `each` out, or split the group so that it has one interaction.",
        )


def _cap_findings(group: Group, best: int, cap: int) -> Iterator[Finding]:
    where = (group.place,)
    name = group.name
    if cap == 0:
        message = f"Group '{name}' has a cap of 0, so it never gives anything."
        yield finding("cap-without-effect", name, where, message, "Raise the cap, or delete the group.")
    elif (cap > 0) != (best > 0):
        message = f"Group '{name}' has points of {best} and a cap of {cap}, which never bounds them."
        yield finding("cap-without-effect", name, where, message, f"Write cap: {-cap}, or leave it out.")
    elif abs(cap) < abs(best):
        message = f"Group '{name}' gives {best} points at once, but its cap lets only {cap} through."
        yield finding("cap-below-points", name, where, message, f"Raise the cap to {best}, or lower the points.")
    elif not group.each:
        message = f"Group '{name}' gives {best} points once, so a cap of {cap} never bounds them."
        yield finding("cap-without-effect", name, where, message, "Leave the cap out, or add `each: true`.")


def _decay_findings(group: Group, decay: Decay) -> Iterator[Finding]:
    where = (group.place,)
    name = group.name
    carrier = carrier_of(group.when)
    if carrier is None:
        yield finding(
            "decay-without-interaction",
            name,
            where,
            f"The points of group '{name}' decay, but it has not exactly one interaction whose age could be taken.",
            "Leave `decay` out, or split the group so that it has one interaction.",
        )
    if isinstance(decay, Steps):
        sizes = [abs(points) for _, points in decay.steps]
        if any(younger < older for younger, older in pairwise(sizes)):
            message = f"In group '{name}' an older interaction is worth more than a newer one."
            yield finding("decay-rising", name, where, message, "Let the points of `steps` fall with age.")
        longest = decay.steps[-1][0] if decay.steps else _ZERO
    else:
        longest = decay.period
    if longest <= _ZERO:
        message = f"The points of group '{name}' decay at once, so it never gives anything."
        yield finding("decay-without-effect", name, where, message, "Give the decay a length, such as 14d.")
    elif carrier is not None and carrier.within is not None and best_points(group):
        yield from _window_findings(group, decay, carrier.within)


def _window_findings(group: Group, decay: Decay, within: timedelta) -> Iterator[Finding]:
    where = (group.place,)
    name = group.name
    window = format_duration(within)
    falls = decay_table(group.points, decay).bounds
    if not falls or falls[0] >= within:
        message = f"The points of group '{name}' do not fall within its window of {window}."
        yield finding("decay-without-effect", name, where, message, "Leave `decay` out, or widen `within`.")
    elif not isinstance(decay, HalfLife) and falls[-1] > within:
        message = (
            f"The decay of group '{name}' lasts {format_duration(falls[-1])}, but its window ends after {window}: the"
            " rest of the points goes at once."
        )
        yield finding("decay-past-window", name, where, message, "Leave `within` out, or make both equally long.")


def _category_findings(model: Model) -> Iterator[Finding]:
    used = {group.category for group in model.groups}
    told: set[str] = set()
    for group in model.groups:
        if group.category is not None and group.category not in model.category_caps and group.category not in told:
            told.add(group.category)
            yield finding(
                "category-without-cap",
                group.name,
                (group.place,),
                f"Group '{group.name}' is in the category '{group.category}', which the model does not cap.",
                f"Add `categories: {{{group.category}: {{cap: 40}}}}` to the model, or take the category out.",
            )
    for category, cap in model.category_caps.items():
        if category not in used:
            message = f"The model caps the category '{category}', but no group is in it."
            yield finding(
                "cap-without-category", None, (model.place,), message, "Put groups in the category, or delete it."
            )
        elif cap == 0:
            message = f"The category '{category}' has a cap of 0, so its groups never give anything."
            yield finding("cap-without-effect", None, (model.place,), message, "Raise the cap.")
