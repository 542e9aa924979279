"""Batches of Arrow as rows of plain values."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from connector.lakehouse.libraries import arrow

BATCH = 5_000


def rows_of(batch: Any) -> Sequence[Mapping[str, Any]]:
    """The rows of a record batch: times to the microsecond, ids as text."""
    names = batch.schema.names
    columns = [_values(column) for column in batch.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _values(column: Any) -> list[Any]:
    types = arrow().types
    kind = column.type
    if types.is_dictionary(kind):
        column = column.dictionary_decode()
    elif types.is_timestamp(kind) and kind.unit == "ns":  # finer than a datetime holds
        column = column.cast(arrow().timestamp("us", tz=kind.tz), safe=False)
    values: list[Any] = column.to_pylist()
    if values and any(isinstance(value, uuid.UUID) for value in values[:1]):
        return [str(value) if value is not None else None for value in values]
    return values
