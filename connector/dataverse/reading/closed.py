"""Leads that were closed, and what was done about open ones: read when somebody asks, kept nowhere.

Only reads. The time of closing is not a column; the last change stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.query import Row, address, any_of, bare_id, chunks, guid, moment, pages
from connector.pipeline.workload import Deed, Standing

QUALIFIED, DISQUALIFIED = 1, 2
_LEADS = "leads"
_FEW = 50  # conditions of a filter over a lookup, of the 500 that may be


def read_outcomes(session: DataverseSession, since: datetime) -> Mapping[str, bool]:
    """Whether leads that were closed since were qualified, by id. Raises OutsideError."""
    where = f"({columns.STATE} eq {QUALIFIED} or {columns.STATE} eq {DISQUALIFIED})"
    where += f" and {columns.MODIFIED_ON} ge {moment(since)}"
    query = address(_LEADS, select=[columns.LEAD_KEY, columns.STATE], filter_=where)
    return {
        bare_id(str(row.get(columns.LEAD_KEY))): row.get(columns.STATE) == QUALIFIED
        for row in _rows(session, query, "reading how leads ended")
    }


def read_disqualified(session: DataverseSession, since: datetime) -> list[str]:
    """The ids of leads that were disqualified and changed since. Raises OutsideError."""
    where = f"{columns.STATE} eq {DISQUALIFIED} and {columns.MODIFIED_ON} ge {moment(since)}"
    query = address(_LEADS, select=[columns.LEAD_KEY], filter_=where)
    found = _rows(session, query, "reading disqualified leads")
    return [bare_id(str(row.get(columns.LEAD_KEY))) for row in found]


def read_standing(session: DataverseSession, lead_ids: Sequence[str]) -> Mapping[str, Standing]:
    """How leads stand now: state, Status Reason, who changed them last. Raises OutsideError."""
    select = [columns.LEAD_KEY, columns.STATE, columns.STATUS_REASON, columns.MODIFIED_ON, columns.MODIFIED_BY]
    found: dict[str, Standing] = {}
    for part in chunks(sorted({guid(one) for one in lead_ids})):
        query = address(_LEADS, select=select, filter_=any_of(columns.LEAD_KEY, part))
        for row in _rows(session, query, "reading marked leads"):
            found[bare_id(str(row.get(columns.LEAD_KEY)))] = Standing(
                row.get(columns.STATE) == columns.STATE_OPEN,
                row.get(columns.STATUS_REASON),
                _time(row.get(columns.MODIFIED_ON)),
                _id(row.get(columns.MODIFIED_BY)),
            )
    return found


def read_deeds(session: DataverseSession, lead_ids: Sequence[str], since: datetime) -> list[Deed]:
    """The activities about leads that changed since, with who changed them last. Raises OutsideError."""
    select = [columns.ACTIVITY_KEY, columns.REGARDING, columns.MODIFIED_ON, columns.MODIFIED_BY]
    found: list[Deed] = []
    for part in chunks(sorted({guid(one) for one in lead_ids}), _FEW):
        about = " or ".join(f"{columns.REGARDING} eq {one}" for one in part)
        where = f"{columns.MODIFIED_ON} ge {moment(since)} and ({about})"
        query = address(columns.ACTIVITIES, select=select, filter_=where)
        for row in _rows(session, query, "reading what was done about leads"):
            lead_id, at = _id(row.get(columns.REGARDING)), _time(row.get(columns.MODIFIED_ON))
            if lead_id is not None and at is not None:
                found.append(Deed(lead_id, at, _id(row.get(columns.MODIFIED_BY))))
    return found


def _rows(session: DataverseSession, query: str, doing: str) -> Iterator[Row]:
    found: Iterable[Any] = pages(session, query, prefer=(), doing=doing)
    for page in found:
        yield from page.rows


def _id(value: object) -> str | None:
    return bare_id(value) if isinstance(value, str) and value else None


def _time(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
