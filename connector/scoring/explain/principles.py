"""How a model comes to a score, for the person who is scored: purpose, data used, rules as they are applied, grades.

What an explanation of an automated assessment has to say (CJEU C-203/22): the procedure and principles actually
applied, in words that the person can follow. How other data would have changed the result says `counterfactual`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from connector.scoring.derived import source_column
from connector.scoring.explain.phrases import condition_phrase
from connector.scoring.explain.unknowns import tests_of
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.rules import Condition, Decay, FactTest, Group, HalfLife, Linear, Model
from connector.scoring.wording import (
    capitalise,
    duration_text,
    fact_name,
    interaction_noun,
    list_text,
    number_text,
    plural,
    points_text,
)


def principles(model: Model, now: datetime, types: FactTypes = UNTYPED) -> list[str]:
    """The model in sentences: what for, on which data, how points come about, what the grades mean."""
    lines = [f"The model {model.name} gives points for what is known of a lead and adds them up."]
    if model.purpose:
        lines.append(f"Purpose: {model.purpose}.")
    if model.lawful_basis:
        lines.append(f"Lawful basis: {model.lawful_basis.replace('_', ' ')}.")
    lines.append(f"Data used: {list_text(data_used(model, types)) or 'none'}.")
    if model.audience is not None:
        lines.append(f"Only leads are scored for which this holds: {condition_phrase(model.audience, types, now)}.")
    if model.exclude is not None:
        lines.append(f"Leads are left out for which this holds: {condition_phrase(model.exclude, types, now)}.")
    lines += [_group_sentence(group, types, now) for group in model.groups]
    lines += [
        f"All groups of {name} together: {number_text(cap)} at most." for name, cap in model.category_caps.items()
    ]
    if model.floor is not None or model.cap is not None:
        ends = [
            f"{word} {number_text(end)}"
            for word, end in (("at least", model.floor), ("at most", model.cap))
            if end is not None
        ]
        lines.append(f"The total is {list_text(ends)}.")
    lines += list(_grades(model))
    lines.append("What is not known gives no points and takes none.")
    return lines


def data_used(model: Model, types: FactTypes = UNTYPED) -> list[str]:
    """The names of the data that a model reads, in the order of its document, each once."""
    conditions = [model.audience, model.exclude, *(group.when for group in model.groups)]
    return list(dict.fromkeys(_names((condition for condition in conditions if condition is not None), types)))


def _names(conditions: Iterable[Condition], types: FactTypes) -> Iterator[str]:
    for condition in conditions:
        for test in tests_of(condition):
            if isinstance(test, FactTest):
                yield fact_name(source_column(test.fact, types) or test.fact, types)
            else:
                yield plural(interaction_noun(test.type))


def _group_sentence(group: Group, types: FactTypes, now: datetime) -> str:
    phrase = condition_phrase(group.when, types, now)
    given = points_text(group.points) if group.points is not None else "points"
    each = " for each" if group.each else ""
    cap = (
        f", {number_text(group.cap)} {'at most' if group.cap >= 0 else 'at least'} for all"
        if group.cap is not None
        else ""
    )
    fading = f", {_fading(group.decay)}" if group.decay is not None else ""
    return f"{capitalise(group.name)}: {given}{each} if {phrase}{cap}{fading}."


def _fading(decay: Decay) -> str:
    match decay:
        case HalfLife(period=period):
            return f"halved every {duration_text(period)}"
        case Linear(period=period):
            return f"falling to 0 over {duration_text(period)}"
        case _:
            steps = [f"{points_text(points)} within {duration_text(bound)}" for bound, points in decay.steps]
            return list_text(steps)


def _grades(model: Model) -> Iterator[str]:
    named = [
        f"{grade.name} from {number_text(grade.from_score)}" if grade.from_score is not None else f"{grade.name} below"
        for grade in model.grades
    ]
    if named:
        yield f"Grades: {list_text(named)}."
