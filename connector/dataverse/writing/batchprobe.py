"""Finding out whether guarded updates in a `$batch` can be relied on, without changing anything.

A part with an etag that the row had before and has no more must meet 412. What it would write is the value that stands
there already, so that a server which overlooks the guard changes nothing that anybody can see.
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.dataverse import columns
from connector.dataverse.http.etags import outdated
from connector.dataverse.reading.query import guid
from connector.dataverse.writing.batchwriting import LeadTable
from connector.errors import OutsideError, SignInError
from connector.pipeline.ports import Change
from connector.pipeline.values import Columns

_DOING = "asking whether etags guard the parts of a batch"
_CONFLICT = 412
_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether batches are guarded, with the reason if not; None: it could not be found out now."""

    works: bool | None
    reason: str = ""


def probe(table: LeadTable, lead_id: str, column: str) -> Verdict:
    """Ask with one lead and one column of ours. Raises nothing that the environment causes."""
    try:
        row = table.session.get(f"{table.entity_set}({guid(lead_id)})?$select={column}", doing=_DOING).data
    except OutsideError as error:
        return Verdict(None, str(error))
    etag = row.get("@odata.etag")
    if not isinstance(etag, str) or column not in row:
        return Verdict(None, "the row came without its etag or without the column")
    return _try(table, Change(lead_id, outdated(etag), {column: row[column]}))


def _try(table: LeadTable, change: Change) -> Verdict:
    """Send a batch of one part, whose etag is not the row's."""
    try:
        reply = table.session.batch([table.update(change)], doing=_DOING)
    except OutsideError as error:
        passing = isinstance(error, SignInError) or error.retryable or error.status is None
        return Verdict(None if passing else False, str(error))
    part = reply.parts[0]
    if part is None:
        return Verdict(works=False, reason="its answer leaves the part out")
    if part.status in _SUCCESS:
        return Verdict(works=False, reason="it overlooks the etags of parts")
    if part.status == _CONFLICT:
        return Verdict(works=True)
    # Gone, closed or not ours to write: that lead's own affair, and nothing is known.
    return Verdict(None, str(table.session.part_error(part, reply, doing=_DOING)))


def column_to_probe(values: Columns) -> str:
    """Choose the column of a change to ask with: a score's rather than one that flows and people watch."""
    plain = [name for name in values if name != columns.OWNER_BINDING]  # no column of that name is read
    watched = {columns.STATUS_REASON, columns.SALES_READY}
    return min(plain, key=lambda name: (name in watched, name), default=columns.STATUS_REASON)
