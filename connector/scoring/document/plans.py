"""Qualification documents to `rules.Criteria`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from connector.scoring.document.conditions import Conditions
from connector.scoring.document.faults import Faults
from connector.scoring.document.operands import Operands
from connector.scoring.document.reader import Path, Source
from connector.scoring.document.shapes import (
    ActionsShape,
    MatrixShape,
    OwnerShape,
    QualificationShape,
    StatusShape,
    validate,
)
from connector.scoring.facttypes import FactTypes
from connector.scoring.rules import (
    Actions,
    CardAction,
    Criteria,
    FollowUpTask,
    Matrix,
    OwnerAction,
    StatusReason,
)
from connector.scoring.templates import OF_MODELS, OF_QUALIFICATION, faulty_places, names_in


def build_criteria(
    source: Source, types: FactTypes, faults: Faults, models: Collection[str] | None = None
) -> Criteria | None:
    """The criteria of a qualification document; None after faults, which are all noted."""
    shape = validate(QualificationShape, source, faults)
    conditions = Conditions(source, faults, types, reads_models=True, models=models)
    data = source.data
    when = conditions.build(data["when"], ("when",)) if "when" in data else None
    audience = conditions.build(data["audience"], ("audience",)) if data.get("audience") is not None else None
    if shape is None:
        return None
    matrix = _matrix(shape.matrix, faults, models) if shape.matrix else None
    actions = _actions(shape.actions, source, faults, conditions)
    if when is None:
        return None
    return Criteria(
        name=shape.qualification,
        when=when,
        actions=actions,
        audience=audience,
        description=shape.description,
        matrix=matrix,
        place=faults.place(("qualification",)),
    )


def _matrix(shape: MatrixShape, faults: Faults, models: Collection[str] | None) -> Matrix:
    fit: Path = ("matrix", "fit")
    engagement: Path = ("matrix", "engagement")
    _check_model(shape.fit, fit, faults, models)
    _check_model(shape.engagement, engagement, faults, models)
    return Matrix(shape.fit, shape.engagement, faults.place(fit), faults.place(engagement))


def _actions(shape: ActionsShape, source: Source, faults: Faults, conditions: Conditions) -> Actions:
    task, wanted = None, shape.follow_up_task
    if wanted:
        path: Path = ("actions", "follow_up_task")
        for key, text in (("subject", wanted.subject), ("description", wanted.description)):
            _check_template(text, (*path, key), faults, conditions)
        due_in = _duration(wanted.due_in, (*path, "due_in"), source, faults)
        task = FollowUpTask(wanted.subject, due_in, wanted.description)
    flows = [shape.flow] if isinstance(shape.flow, str) else shape.flow or []
    return Actions(
        status_reason=_status_reason(shape.status_reason),
        sales_ready=shape.sales_ready,
        card=CardAction(tuple(shape.card.channels)) if shape.card else None,
        owner=_owner(shape.owner, faults),
        follow_up_task=task,
        flow=tuple(dict.fromkeys(flows)),
    )


def _owner(shape: OwnerShape | None, faults: Faults) -> OwnerAction | None:
    if shape is None:
        return None
    if (shape.user is None) == (shape.team is None):
        faults.add(("actions", "owner"), "an owner is either a `user` or a `team`.", "Write `{team: Inside sales}`.")
        return None
    return OwnerAction(shape.user, shape.team)


def _check_template(text: str, path: Path, faults: Faults, conditions: Conditions) -> None:
    """Note every place of a template that cannot be filled."""
    for wrong in faulty_places(text):
        faults.add(
            path, f"`{wrong}` is no place for a value.", "Write `{{ lead.fullname }}`: one dotted name, no more."
        )
    for name in names_in(text):
        head = name.partition(".")[0]
        if head in ("lead", "account"):
            conditions.check_fact(name, path)
        elif name not in OF_QUALIFICATION and head not in OF_MODELS:
            faults.unknown_name(path, "a value that a task can name", name, OF_QUALIFICATION)


def _status_reason(shape: list[str] | str | StatusShape | None) -> StatusReason | None:
    if isinstance(shape, StatusShape):
        return StatusReason(value=shape.value)
    if isinstance(shape, str):
        return StatusReason(labels=(shape,))
    return StatusReason(labels=tuple(shape)) if shape else None


def _check_model(name: str, path: Path, faults: Faults, models: Collection[str] | None) -> None:
    if models is not None and name not in models:
        faults.unknown_name(path, "a known model", name, models)


def _duration(value: Any, path: Path, source: Source, faults: Faults) -> timedelta | None:
    if value is None:
        return None
    length = Operands(source, faults).duration(value, path)
    return length if isinstance(length, timedelta) else None
