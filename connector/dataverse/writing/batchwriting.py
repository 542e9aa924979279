"""Several guarded updates in one `$batch`: what became of each, and which of them have to be sent again, alone.

When to write in batches is chosen in `leadwriter`; the format stands in `batch`, what an answer means in `writer`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from connector.dataverse.http.answers import Reply, parse_json
from connector.dataverse.http.batch import PartAnswer, Update
from connector.dataverse.http.refusals import DUPLICATES, PLUGIN_REFUSED, ConditionFailedError
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.query import find_guid, guid
from connector.dataverse.writing.writer import check_values, lead_path, new_etag, outcome, write_lead
from connector.errors import OutsideError, SignInError
from connector.pipeline.ports import Change
from connector.pipeline.values import Applied, Stale, Unchanged, WriteResult

_DOING = "updating leads in a batch"
_OK, _REDIRECT, _ERROR = 200, 300, 400
_UNAUTHORIZED, _TOO_MANY, _FAILED = 401, 429, 500
# What older servers tell of a row with status 500.
_OF_A_ROW = DUPLICATES | {PLUGIN_REFUSED}

Outcome = WriteResult | OutsideError


@dataclass(frozen=True, slots=True)
class LeadTable:
    """Where leads are written: the session, the entity set and the name of its key."""

    session: DataverseSession
    entity_set: str
    key: str

    def update(self, change: Change) -> Update:
        """Make a part of a change. ValueError as for a single write."""
        check_values(change.values)
        path = lead_path(self.entity_set, self.key, change.lead_id)
        return Update(f"{self.session.root}{path}", change.etag, change.values)

    def write_alone(self, change: Change, *, answer_lost: bool = False) -> Outcome:
        """Write one change in a request of its own; `answer_lost` says that it may have been written before."""
        try:
            result = write_lead(self.session, self.entity_set, self.key, change.lead_id, change.etag, change.values)
        except OutsideError as error:
            return error
        return Stale(answer_lost=True) if answer_lost and isinstance(result, Stale) else result


@dataclass(slots=True)
class Sent:
    """What became of a batch: outcomes by place, and the places to send again, alone, with whether it may be written.

    `refusal` says why batches cannot be relied on, where this one showed it.
    """

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    alone: dict[int, bool] = field(default_factory=dict)
    refusal: str = ""


def send_batch(table: LeadTable, changes: Sequence[Change]) -> Sent:
    """Send changes in one batch. ValueError, before anything is sent, for one that may not be written."""
    sent = Sent({place: Unchanged() for place, change in enumerate(changes) if not change.values})
    places = [place for place, change in enumerate(changes) if change.values]
    if not places:
        return sent
    try:
        reply = table.session.batch([table.update(changes[place]) for place in places], doing=_DOING)
    except OutsideError as error:
        _take_refusal(sent, error, places)
        return sent
    for place, part in zip(places, reply.parts, strict=True):
        _take(sent, place, _read(table, changes[place], part, reply))
    if any(part is None for part in reply.parts):
        sent.refusal = "it stops at the first part that fails"
    return sent


def _take_refusal(sent: Sent, error: OutsideError, places: Sequence[int]) -> None:
    """A batch that got no answer: nobody is let in, everybody is to wait, or its parts are to be tried alone."""
    if isinstance(error, SignInError) or error.status == _TOO_MANY:
        sent.outcomes |= dict.fromkeys(places, error)
        return
    sent.alone |= dict.fromkeys(places, True)
    # A server that failed once may have failed on one of the parts.
    if error.status is not None and not error.retryable and error.status != _FAILED:
        sent.refusal = f"it answers HTTP {error.status}"


def _take(sent: Sent, place: int, read: Outcome | bool) -> None:
    if isinstance(read, bool):
        sent.alone[place] = read
    else:
        sent.outcomes[place] = read


def _read(table: LeadTable, change: Change, part: PartAnswer | None, reply: Reply) -> Outcome | bool:
    """Tell what one part's answer means; a truth value where it has to be sent again: whether it may be written."""
    if part is None or not (_OK <= part.status < _REDIRECT or part.status >= _ERROR):
        return True
    if part.status < _ERROR:
        return _read_success(table, change, part)
    error = table.session.part_error(part, reply, doing=_DOING)
    if part.status == _UNAUTHORIZED or table.session.would_retry(error):
        # These have done nothing; of another passing fault nobody knows.
        return reply.answer_lost or part.status not in {_UNAUTHORIZED, _TOO_MANY}
    if part.status >= _FAILED and error.code not in _OF_A_ROW:
        return True  # it may be the batch that the server failed on
    if isinstance(error, ConditionFailedError):
        error.answer_lost = reply.answer_lost
    try:
        return outcome(error, change.values)
    except OutsideError as raised:
        return raised


def _read_success(table: LeadTable, change: Change, part: PartAnswer) -> Outcome | bool:
    """Take a success for this change's only if it names no other row; one that cannot be read is no proof."""
    try:
        row = parse_json(part.body) if part.body.strip() else {}
    except ValueError:
        return True
    if not isinstance(row, dict):
        return True
    named = str(row.get(table.key) or find_guid(part.headers.get("OData-EntityId", "")) or change.lead_id)
    return Applied(new_etag(row, part.headers)) if named.lower() == guid(change.lead_id) else True
