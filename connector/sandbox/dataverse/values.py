"""What a column accepts: each value of a body is checked and brought into the form that rows keep."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from connector.sandbox.clock import wire
from connector.sandbox.dataverse.errors import (
    OPTION_OUT_OF_RANGE,
    OUT_OF_RANGE,
    STRING_TOO_LONG,
    ODataError,
    bad_payload,
)
from connector.sandbox.dataverse.schema import Column, Kind, Table

GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
EDM = {
    Kind.STRING: "Edm.String", Kind.MEMO: "Edm.String", Kind.INTEGER: "Edm.Int32", Kind.BIGINT: "Edm.Int64",
    Kind.DECIMAL: "Edm.Decimal", Kind.DOUBLE: "Edm.Double", Kind.MONEY: "Edm.Decimal", Kind.BOOLEAN: "Edm.Boolean",
    Kind.CHOICE: "Edm.Int32", Kind.STATE: "Edm.Int32", Kind.STATUS: "Edm.Int32", Kind.DATETIME: "Edm.DateTimeOffset",
    Kind.DATE: "Edm.Date", Kind.ID: "Edm.Guid",
}  # fmt: skip


def accept(table: Table, column: Column, value: Any) -> Any:
    """The value as rows keep it. Raises ODataError where the column does not take it."""
    return None if value is None else _CHECKS[column.kind](table, column, value)


def _wrong_type(column: Column, value: Any) -> ODataError:
    shown = f"{value}"[:60]
    return bad_payload(
        f"Error identified in Payload provided by the user: Cannot convert the literal '{shown}' of the property"
        f" '{column.name}' to the expected type '{EDM[column.kind]}'."
    )


def _text(table: Table, column: Column, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_type(column, value)
    if len(value) > column.max_length:
        raise bad_payload(
            f"A validation error occurred. The length of the '{column.name}' attribute of the '{table.name}' entity"
            f" exceeded the maximum allowed length of '{column.max_length}'.",
            STRING_TOO_LONG,
        )
    return value


def _whole(table: Table, column: Column, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong_type(column, value)
    _check_range(table, column, value)
    return value


def _number(table: Table, column: Column, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _wrong_type(column, value)
    _check_range(table, column, value)
    return value if column.kind is Kind.DOUBLE else round(value, 4)


def _check_range(table: Table, column: Column, value: float) -> None:
    if not column.minimum <= value <= column.maximum:
        raise bad_payload(
            f"A validation error occurred. The value of '{column.name}' on record of type '{table.name}' is outside"
            f" the valid range. Accepted Values: {column.minimum:.0f} - {column.maximum:.0f}",
            OUT_OF_RANGE,
        )


def _flag(_table: Table, column: Column, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong_type(column, value)
    return value


def _option(table: Table, column: Column, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong_type(column, value)
    if column.option(value) is None:
        raise bad_payload(
            f"A validation error occurred. The value {value} of '{column.name}' on record of type '{table.name}' is"
            " outside the valid range. Accepted Values: " + ",".join(str(each.value) for each in column.options),
            OPTION_OUT_OF_RANGE,
        )
    return value


def _moment(_table: Table, column: Column, value: Any) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise _wrong_type(column, value) from None
    if "T" not in value:
        raise _wrong_type(column, value)
    return wire(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _day(_table: Table, column: Column, value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise _wrong_type(column, value)
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise _wrong_type(column, value) from None
    return value


def _id(_table: Table, column: Column, value: Any) -> str:
    if not isinstance(value, str) or not GUID.fullmatch(value):
        raise _wrong_type(column, value)
    return value.lower()


_CHECKS: dict[Kind, Callable[[Table, Column, Any], Any]] = {
    Kind.STRING: _text, Kind.MEMO: _text, Kind.INTEGER: _whole, Kind.BIGINT: _whole, Kind.DECIMAL: _number,
    Kind.DOUBLE: _number, Kind.MONEY: _number, Kind.BOOLEAN: _flag, Kind.CHOICE: _option, Kind.STATE: _option,
    Kind.STATUS: _option, Kind.DATETIME: _moment, Kind.DATE: _day, Kind.ID: _id,
}  # fmt: skip
