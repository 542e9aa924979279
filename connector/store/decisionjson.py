"""Decisions as JSON and back, without loss: a planned decision survives a crash whole.

Driven by the fields of the dataclasses, so that a field that is added travels along; one that an older version did not
write takes its default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from connector.pipeline.values import Decision


def dump_decision(decision: Decision) -> dict[str, Any]:
    """The decision as JSON-shaped data; times as ISO 8601."""
    return cast("dict[str, Any]", _dump(decision))


def load_decision(data: Mapping[str, Any]) -> Decision:
    """The decision that was dumped. Raises KeyError when a field that has no default is missing."""
    return cast("Decision", _load(Decision, data))


def _dump(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_dump(item) for item in value]
    if is_dataclass(value):
        return {name: _dump(getattr(value, name)) for name in _names(cast("type", type(value)))}
    if isinstance(value, Mapping):
        return {key: _dump(item) for key, item in value.items()}
    return value


def _load(kind: Any, data: Any) -> Any:
    if data is None:
        return None
    if get_origin(kind) in {Union, UnionType}:
        possible = [one for one in get_args(kind) if one is not NoneType]
        kind = possible[0] if len(possible) == 1 else None  # JSON values have no form of their own
    if kind is datetime:
        return datetime.fromisoformat(data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if is_dataclass(kind):
        return _load_fields(cast("type", kind), data)
    return _load_tuple(get_args(kind), data) if get_origin(kind) is tuple else data


def _load_fields(kind: type, data: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    return kind(**{name: _load(hints[name], data[name]) for name in _names(kind, frozenset(data))})


def _load_tuple(inner: tuple[Any, ...], data: list[Any]) -> tuple[Any, ...]:
    if inner[-1] is Ellipsis:
        return tuple(_load(inner[0], item) for item in data)
    return tuple(_load(one, item) for one, item in zip(inner, data, strict=True))


@cache
def _names(kind: type, present: frozenset[str] | None = None) -> tuple[str, ...]:
    """The fields of a dataclass; with `present` those that are there or have no default."""
    return tuple(
        field.name
        for field in fields(kind)
        if present is None or field.name in present or (field.default is MISSING and field.default_factory is MISSING)
    )


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
