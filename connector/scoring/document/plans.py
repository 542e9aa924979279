"""Qualification documents to `rules.Criteria`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from connector.scoring.document.conditions import Conditions
from connector.scoring.document.faults import Faults
from connector.scoring.document.operands import Operands
from connector.scoring.document.reader import Path, Source
from connector.scoring.document.shapes import ActionsShape, QualificationShape, StatusShape, validate
from connector.scoring.facttypes import FactTypes
from connector.scoring.rules import (
    Actions,
    CardAction,
    Criteria,
    FollowUpTask,
    Matrix,
    StatusReason,
)


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
    matrix = Matrix(shape.matrix.fit, shape.matrix.engagement) if shape.matrix else None
    if matrix:
        _check_model(matrix.fit, ("matrix", "fit"), faults, models)
        _check_model(matrix.engagement, ("matrix", "engagement"), faults, models)
    actions = _actions(shape.actions, source, faults)
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


def _actions(shape: ActionsShape, source: Source, faults: Faults) -> Actions:
    task = None
    if shape.follow_up_task:
        path: Path = ("actions", "follow_up_task", "due_in")
        task = FollowUpTask(shape.follow_up_task.subject, _duration(shape.follow_up_task.due_in, path, source, faults))
    return Actions(
        status_reason=_status_reason(shape.status_reason),
        sales_ready=shape.sales_ready,
        card=CardAction(tuple(shape.card.channels)) if shape.card else None,
        follow_up_task=task,
    )


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
