"""Writing to one lead under the guard of its etag, and what each answer to that means.

Never without If-Match and never with the wildcard: both would write to a row that somebody has changed or closed
since it was read. The state is never written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connector.dataverse import columns
from connector.dataverse.http.etags import checked_etag
from connector.dataverse.http.refusals import (
    BAD_COLUMN,
    CLOSED,
    DUPLICATES,
    NO_CONCURRENCY,
    NO_PRIVILEGE,
    NO_RESOURCE,
    PLUGIN_REFUSED,
    AnswerError,
    ConditionFailedError,
)
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.query import guid
from connector.errors import OutsideError, SignInError
from connector.pipeline.values import Applied, Columns, Refused, Stale, Unchanged, WriteResult

_NAME = re.compile(r"[a-z][a-z0-9_]{0,127}")
DOING = "updating a lead"
NOT_PERMITTED = "The application user may not write this lead."
"""What every refusal for want of a privilege begins with."""

# Not the row's fault: every other write would meet the same.
_OURS = NO_CONCURRENCY | BAD_COLUMN | {NO_RESOURCE}
_ROW_STATUSES = frozenset({400, 403, 405})
_NOT_FOUND = 404


def write_lead(
    session: DataverseSession, entity_set: str, key: str, lead_id: str, etag: str, values: Columns
) -> WriteResult:
    """Update one lead if it is still as it was read.

    ValueError for an empty or wildcard etag, for the state column, and for names that are not plain columns.
    OutsideError for what is not this row's fault: unreachable, a missing column. A missing privilege may be this row's
    alone (another business unit's lead), and its code does not tell, so that it is Refused.
    """
    checked_etag(etag)
    check_values(values)
    if not values:
        return Unchanged()
    path = lead_path(entity_set, key, lead_id)
    try:
        reply = session.patch(path, values, etag=etag, doing=DOING, prefer=["return=representation"])
    except OutsideError as error:
        return outcome(error, values)
    return Applied(new_etag(reply.data, reply.headers))


def check_values(values: Columns) -> None:
    """Raise ValueError for the state column, and for names that are not plain columns."""
    plain = [name for name in values if name != columns.OWNER_BINDING]
    wrong = [name for name in plain if name == columns.STATE or not _NAME.fullmatch(name)]
    if wrong:
        raise ValueError(f"these are not columns to write: {', '.join(sorted(wrong))[:200]}")


def lead_path(entity_set: str, key: str, lead_id: str) -> str:
    """Give the address of an update, which asks for no more than the row's key back."""
    return f"{entity_set}({guid(lead_id)})?$select={key}"


def new_etag(row: Mapping[str, Any], headers: Mapping[str, str]) -> str | None:
    """Give the row's new etag where the server sent the row back."""
    etag = row.get("@odata.etag") or headers.get("ETag")
    return etag if isinstance(etag, str) and etag else None


def outcome(error: OutsideError, values: Columns) -> WriteResult:
    """Tell what a refused write means for this row; raise what is not about the row."""
    if isinstance(error, SignInError) or error.code in _OURS or error.status is None:
        raise error
    if isinstance(error, ConditionFailedError):
        # 412 is a changed row whatever the code says (it may be empty), but for duplicates found.
        return _refused("rejected", error, values) if error.code in DUPLICATES else Stale(answer_lost=error.answer_lost)
    if error.code in NO_PRIVILEGE:
        return _refused("forbidden", error, values, NOT_PERMITTED)
    if error.code in DUPLICATES | {PLUGIN_REFUSED}:
        return _refused("rejected", error, values)
    if not (isinstance(error, AnswerError) and error.in_shape):
        raise error
    if error.status == _NOT_FOUND:
        return Refused("deleted")
    if error.status in _ROW_STATUSES:
        return _refused("closed" if error.code in CLOSED else "rejected", error, values)
    raise error


def _refused(reason: str, error: OutsideError, values: Columns, lead_in: str = "") -> Refused:
    """Refuse with what the server said as far as it may be passed on, and the names of what was to be written."""
    return Refused(reason, f"{lead_in} {error} Columns: {', '.join(sorted(values))}.".lstrip(), error.code)
