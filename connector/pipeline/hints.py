"""Hints: what the outside tells of a change, and the jobs that look at it.

A hint is believed in one thing only, which rows to read again. It may be lost, repeated, late or about a change that
was taken back. Who sends hints, and how they are written, is the adapters' business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.pipeline.jobs import NewJob
from connector.pipeline.values import Table

REFRESH_LEAD, REFRESH_ACCOUNT = "refresh-lead", "refresh-account"
REFRESH_KINDS = (REFRESH_LEAD, REFRESH_ACCOUNT)
PRIORITY = 10  # somebody has just done something: before what can wait


class Taken(StrEnum):
    """What becomes of a hint."""

    QUEUED = "queued"
    OWN_WRITE = "own_write"
    OTHER_TABLE = "other_table"


_KINDS: Mapping[str, str] = {Table.LEAD.value: REFRESH_LEAD, Table.ACCOUNT.value: REFRESH_ACCOUNT}


@dataclass(frozen=True, slots=True)
class Hint:
    """Some rows of a table changed. Nothing of what they hold is in here.

    `columns` are the logical names that an update touched, None where that is not told or it was no update. `tag` is
    what the writer called its request. `operation_id` is the same in every repetition, empty where there is none.
    """

    message: str
    table: str
    row_ids: tuple[str, ...]
    columns: frozenset[str] | None = None
    tag: str = ""
    operation_id: str = ""
    correlation_id: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnWrites:
    """How our own writes are told: `scores` nobody else writes, `marks` others write too, `tag` is on ours alone.

    Both are logical names of lead columns. An empty tag is none.
    """

    scores: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    tag: str = ""


def is_followed(hint: Hint) -> bool:
    """Tell whether rows of this table are mirrored."""
    return hint.table in _KINDS


def is_own(hint: Hint, own: OwnWrites) -> bool:
    """Tell whether a hint speaks of a write of ours, which is no news.

    A tagged write that touched other columns is news: something of theirs has changed it on its way.
    """
    tagged = bool(own.tag) and hint.tag == own.tag
    if hint.table != Table.LEAD.value:
        return False
    if hint.columns is None:
        return tagged
    return hint.columns <= (own.scores | own.marks if tagged else own.scores)


def jobs_of(hint: Hint, new_id: Callable[[], str]) -> list[NewJob]:
    """The jobs that read these rows again, each once for an operation; `new_id` names what has no id of its own."""
    kind = _KINDS[hint.table]
    operation = hint.operation_id or new_id()
    payload = {
        "message": hint.message,
        "correlation_id": hint.correlation_id,
        "happened_at": hint.happened_at.isoformat() if hint.happened_at else None,
    }
    return [
        NewJob(f"hint:{operation}:{row_id}", kind, payload, key=row_id, priority=PRIORITY)
        for row_id in dict.fromkeys(hint.row_ids)
    ]
