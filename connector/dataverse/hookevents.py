"""The body that Dataverse posts to a webhook (RemoteExecutionContext), read down to a hint: message, table, ids.

Names of columns are looked at, to know our own writes; no value of a row leaves this module. Bodies of more than
256 KB come without parameters and images: then only the ids of the first level are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connector.dataverse import columns
from connector.dataverse.reading.query import find_guid
from connector.errors import ConnectorError
from connector.pipeline.hints import Hint

# The headers of a post, lower case.
ORGANIZATION_HEADER = "x-ms-dynamics-organization"
ENTITY_HEADER = "x-ms-dynamics-entity-name"
MESSAGE_HEADER = "x-ms-dynamics-request-name"
CORRELATION_HEADER = "x-ms-correlation-request-id"

UPDATES = frozenset({"update", "updatemultiple"})
# Parameters that name rows: the target, many targets, the row of SetState, the loser of a merge, a qualified lead.
_INPUTS = ("Target", "Targets", "EntityMoniker", "SubordinateId", "LeadId")
_OUTPUTS = ("id", "Ids")
# Set by the platform with every write.
_BOOKKEEPING = frozenset({columns.LEAD_KEY, columns.MODIFIED_ON, "modifiedby", "modifiedonbehalfby", "versionnumber"})

_NOBODY = "00000000-0000-0000-0000-000000000000"
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,127}")
_MESSAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,127}")
_GUID = re.compile(r"\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?", re.IGNORECASE)
# The offset only says how to show it: the milliseconds are UTC.
_DATE = re.compile(r"/Date\((-?[0-9]{1,16})(?:[+-][0-9]{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class HookBodyError(ConnectorError):
    """The body is not what Dataverse posts to a webhook."""


def read_event(body: object, headers: Mapping[str, str]) -> Hint:
    """Read a parsed body; `headers` (lower case) fill in what it lacks. Raises HookBodyError, and nothing else.

    A hint without ids says that rows of the table changed and not which.
    """
    if not isinstance(body, dict):
        raise HookBodyError("The body is no RemoteExecutionContext: it is not a JSON object.")
    table = _name(_TABLE, body.get("PrimaryEntityName"), headers.get(ENTITY_HEADER))
    message = _name(_MESSAGE, body.get("MessageName"), headers.get(MESSAGE_HEADER))
    if not table or not message:
        missing = " and ".join(
            name for name, value in (("PrimaryEntityName", table), ("MessageName", message)) if not value
        )
        raise HookBodyError(f"The body is no RemoteExecutionContext: it has no {missing}.")
    inputs = _pairs(body.get("InputParameters"))
    outputs = _pairs(body.get("OutputParameters"))
    rows = [row for name in _INPUTS for row in _rows(inputs.get(name), table)]
    ids = [_id(body.get("PrimaryEntityId")), *(_id(row.get("Id")) for row in rows)]
    ids += [_id(value) for name in _OUTPUTS for value in _listed(outputs.get(name))]
    return Hint(
        message=message,
        table=table,
        row_ids=tuple(dict.fromkeys(one for one in ids if one)),
        columns=_touched(rows) if message.lower() in UPDATES else None,
        tag=_text(_pairs(body.get("SharedVariables")).get("tag")),
        operation_id=_id(body.get("OperationId")),
        correlation_id=find_guid(headers.get(CORRELATION_HEADER, "")) or _id(body.get("CorrelationId")),
        happened_at=read_date(body.get("OperationCreatedOn")),
    )


def read_date(value: object) -> datetime | None:
    """Read `/Date(ms)/` or `/Date(ms+hhmm)/` as aware UTC; None for anything else."""
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=int(found[1]))
    except OverflowError:
        return None


def _rows(value: object, table: str) -> Iterator[Mapping[str, Any]]:
    """The rows of this table in a parameter: an entity, a reference, a collection, a list, or a bare id."""
    if isinstance(value, str):
        yield {"Id": value}
    elif isinstance(value, list):
        for one in value:
            if not isinstance(one, list):
                yield from _rows(one, table)
    elif isinstance(value, dict):
        if isinstance(value.get("Entities"), list):
            yield from _rows(value["Entities"], table)
        elif value.get("LogicalName") in (None, "", table):
            yield value


def _touched(rows: list[Mapping[str, Any]]) -> frozenset[str] | None:
    """The columns that an update sent, of all its rows; None where one does not tell."""
    sent = [_pairs(row.get("Attributes")) for row in rows]
    if not sent or not all(sent):
        return None
    return frozenset().union(*sent) - _BOOKKEEPING


def _pairs(value: object) -> dict[str, Any]:
    """A collection of `{"key": ..., "value": ...}` as a mapping; some serializers write it as one already."""
    if isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict) and isinstance(one.get("key"), str):
            found[one["key"]] = one.get("value")
    return found


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _id(value: object) -> str:
    """A GUID in plain form; empty for none, for anything else and for the one of nothing but zeros."""
    found = _GUID.fullmatch(value.strip()) if isinstance(value, str) else None
    plain = found[1].lower() if found else _NOBODY
    return "" if plain == _NOBODY else plain


def _name(form: re.Pattern[str], *values: object) -> str:
    """The first of these that is a name."""
    return next((value for value in values if isinstance(value, str) and form.fullmatch(value)), "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
