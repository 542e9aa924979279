"""Rows beside leads in Dataverse: created only where there are none, ours updated by etag, those of others left alone.

Every request carries a guard: `If-None-Match: *` creates, `If-Match` with the etag that was read updates. Fulfils the
port `RelatedWriter`. What a row looks like in its table stands in `relatedtables`.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connector.dataverse import columns
from connector.dataverse.http.batch import Creation
from connector.dataverse.http.refusals import (
    DUPLICATES,
    NO_PRIVILEGE,
    NO_RESOURCE,
    NO_ROW,
    OUTDATED,
    AnswerError,
    ConditionFailedError,
)
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.related import (
    NoTableError,
    RelatedTable,
    RelatedTables,
    body_of,
    table_of,
)
from connector.dataverse.reading.query import Row, address, any_of, guid, pages
from connector.dataverse.writing.ownership import OwnerSets
from connector.dataverse.writing.tasks import TASK, TASK_TABLE, read_leads_of, task_body
from connector.errors import OutsideError, SignInError
from connector.pipeline.values import Json, RelatedRow, RowKind, RowLeft, RowRefused, RowResult, RowWritten

Told = tuple[int, RowResult | OutsideError]

_MOST_PARTS = 50
_OK, _REDIRECT, _BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 200, 300, 400, 401, 403, 404
_TOO_MANY = 429
_ROW_STATUSES = frozenset({400, 405, 413})
# A duplicate of a key, or of what a rule compares: not a row of our id. The first of the three may be that, too.
_OTHER_ROW = DUPLICATES - {"0x80040237"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Todo:
    """One row to write, with its place among those that were handed in, and its body."""

    place: int
    row: RelatedRow
    body: Mapping[str, Json]


class RelatedRows:
    """Writes rows beside leads over one session. May be used by several threads."""

    def __init__(self, session: DataverseSession) -> None:
        self._session = session
        self._tables = RelatedTables(session)
        self._owners = OwnerSets(session)
        self._lock = threading.Lock()
        self._batches = True

    def write_rows(self, rows: Sequence[RelatedRow], *, stop: Callable[[], bool]) -> Iterator[Told]:
        """Write rows as the port `RelatedWriter` says."""
        by_table: defaultdict[str, list[tuple[int, RelatedRow]]] = defaultdict(list)
        for place, row in enumerate(rows):
            by_table[table_of(row)].append((place, row))
        for name, some in by_table.items():
            for start in range(0, len(some), _MOST_PARTS):
                if stop():
                    return
                yield from self._write_part(name, some[start : start + _MOST_PARTS], stop)

    def _write_part(
        self, name: str, rows: Sequence[tuple[int, RelatedRow]], stop: Callable[[], bool]
    ) -> Iterator[Told]:
        """Write some rows of one table; what stands in the way of all of them is told of each."""
        if name == TASK:
            yield from self._write_tasks(rows, stop)
            return
        try:
            table, is_fresh = self._tables.take(name)
            todo = [_Todo(place, row, body_of(row, table, self._tables)) for place, row in rows]
            there = self._read(table, [one.row for one in todo if one.row.updates])
        except OutsideError as error:
            self._tables.forget(name)
            yield from ((place, _worded(error, name)) for place, _ in rows)
            return
        writing = _Writing(self._session, table, is_fresh=is_fresh)
        told: list[Told] = []
        new = [one for one in todo if one.row.row_id not in there]
        left = self._create_many(writing, new, told)
        yield from self._watched(name, told)
        for one in [*left, *(one for one in todo if one.row.row_id in there)]:
            if stop():
                return
            known = there.get(one.row.row_id)
            result = writing.create(one) if known is None else writing.update(one, known)
            yield from self._watched(name, [(one.place, result)])

    def _write_tasks(self, rows: Sequence[tuple[int, RelatedRow]], stop: Callable[[], bool]) -> Iterator[Told]:
        """Create tasks for the owners of their leads; for a lead that is closed or gone there is nothing to do."""
        todo: list[_Todo] = []
        try:
            leads = read_leads_of(self._session, [row for _, row in rows])
            for place, row in rows:
                body = task_body(row, leads.get(guid(row.lead_id)), self._owners)
                if body is None:
                    yield place, RowLeft("gone")
                else:
                    todo.append(_Todo(place, row, body))
        except OutsideError as error:
            yield from ((place, error) for place, _ in rows)
            return
        writing = _Writing(self._session, TASK_TABLE, is_fresh=True)
        told: list[Told] = []
        left = self._create_many(writing, todo, told)
        yield from told
        for one in left:
            if stop():
                return
            yield one.place, writing.create(one)

    def _watched(self, name: str, told: Sequence[Told]) -> Sequence[Told]:
        """Forget what is kept of a table where an answer says that it may no longer hold."""
        if any(isinstance(result, OutsideError) and not result.retryable for _, result in told):
            self._tables.forget(name)
        return told

    def _read(self, table: RelatedTable, rows: Sequence[RelatedRow]) -> dict[str, Row]:
        """Read those of our rows that are there already, with their etags."""
        if not rows:
            return {}
        key = table.info.key
        query = address(
            table.info.entity_set,
            select=_selected(table),
            filter_=any_of(key, [guid(row.row_id) for row in rows]),
        )
        doing = f"reading {table.info.entity_set}"
        found = [row for page in pages(self._session, query, prefer=(), doing=doing) for row in page.rows]
        return {str(row.get(key)).lower(): row for row in found}

    def _create_many(self, writing: _Writing, todo: Sequence[_Todo], told: list[Told]) -> list[_Todo]:
        """Create rows in one batch; return those that have to be sent alone."""
        if len(todo) < 2 or not self._batches:  # noqa: PLR2004 - a batch of one saves nothing
            return list(todo)
        doing = writing.doing
        parts = [Creation(f"{self._session.root}{writing.path(one.row)}", one.body) for one in todo]
        try:
            reply = self._session.batch(parts, doing=doing)
        except OutsideError as error:
            if isinstance(error, SignInError) or error.status in {None, _TOO_MANY} or error.retryable:
                told += [(one.place, error) for one in todo]
                return []
            self._give_up(f"it answers HTTP {error.status}")
            return list(todo)
        alone: list[_Todo] = []
        for one, part in zip(todo, reply.parts, strict=True):
            if part is None or _REDIRECT <= part.status < _BAD_REQUEST or part.status == _UNAUTHORIZED:
                alone.append(one)
            elif part.status < _REDIRECT:
                told.append((one.place, RowWritten()))
            else:
                told.append((one.place, writing.refused(one, self._session.part_error(part, reply, doing=doing))))
        if any(part is None for part in reply.parts):
            self._give_up("it stops at the first part that fails")
        return alone

    def _give_up(self, reason: str) -> None:
        with self._lock:
            if self._batches:
                logger.warning("Rows beside leads are created one by one: $batch cannot be relied on (%s).", reason)
            self._batches = False


@dataclass(frozen=True, slots=True)
class _Writing:
    """Writes to one table. `is_fresh` says that its definition was read just now."""

    session: DataverseSession
    table: RelatedTable
    is_fresh: bool

    @property
    def doing(self) -> str:
        return f"writing {self.table.info.entity_set}"

    def path(self, row: RelatedRow) -> str:
        return f"{self.table.info.entity_set}({guid(row.row_id)})"

    def create(self, one: _Todo) -> RowResult | OutsideError:
        """Create one row."""
        try:
            self.session.create(self.path(one.row), one.body, doing=self.doing)
        except OutsideError as error:
            return self.refused(one, error)
        return RowWritten()

    def refused(self, one: _Todo, error: OutsideError) -> RowResult | OutsideError:
        """Tell what a creation that was not made means."""
        if not isinstance(error, ConditionFailedError):
            return self._judge(one, error)
        if not one.row.updates:
            # Ours from an earlier try, unless another row has what a key of theirs must have once.
            return RowLeft("taken") if error.code in _OTHER_ROW else RowWritten()
        try:
            known = self.session.get(
                f"{self.path(one.row)}?$select={','.join(_selected(self.table))}", doing=self.doing
            )
        except OutsideError as gone:
            # None of our id: what stands there belongs to somebody else.
            return RowLeft("taken") if gone.status == _NOT_FOUND else self._judge(one, gone)
        return self.update(one, known.data)

    def update(self, one: _Todo, known: Row) -> RowResult | OutsideError:
        """Bring a row of ours up to its values, if it is still as it was read."""
        if one.row.kind is RowKind.PREDICTIVE and known.get(columns.CONTRIBUTING_PREDICTIONS):
            return RowLeft("taken")  # the native model has written over it: it is its row now
        etag = known.get("@odata.etag")
        if not isinstance(etag, str):
            return RowRefused(f"A row of {self.table.info.entity_set} came without an etag: it is not updated.")
        changes = {name: value for name, value in one.body.items() if "@" not in name}
        try:
            self.session.patch(self.path(one.row), changes, etag=etag, doing=self.doing)
        except ConditionFailedError as error:
            return OutsideError(error.message, status=error.status, code=error.code, retryable=True)
        except OutsideError as error:
            return self._judge(one, error)
        return RowWritten()

    def _judge(self, one: _Todo, error: OutsideError) -> RowResult | OutsideError:
        """Tell a refusal of this row from what passes, or can be mended elsewhere."""
        name = table_of(one.row)
        if isinstance(error, SignInError) or not (isinstance(error, AnswerError) and error.in_shape):
            return error
        if error.code == NO_ROW and one.row.links:
            return RowLeft("gone")  # the lead was deleted
        if error.code in NO_PRIVILEGE or error.status in {_FORBIDDEN, _NOT_FOUND} or error.code == NO_RESOURCE:
            return _worded(error, name)
        if error.code in OUTDATED and not self.is_fresh:
            return error  # by a definition that may no longer hold
        if error.status in _ROW_STATUSES and not error.retryable:
            return RowRefused(f"{error} Columns: {', '.join(sorted(one.body))}.")
        return error


def _selected(table: RelatedTable) -> list[str]:
    """The columns that are read of a row: its key, and what tells whose it is."""
    return [table.info.key, *({columns.CONTRIBUTING_PREDICTIONS} & table.info.columns.keys())]


def _worded(error: OutsideError, table: str) -> OutsideError:
    """Say what to do about a table that is not there, or not ours to write."""
    if table == TASK and (error.code in NO_PRIVILEGE or error.status == _FORBIDDEN):
        return OutsideError(
            f"The application user may not create tasks for the owners of leads. {error.message}",
            remedy="Give its security role organization-level Create, Append and Assign on Activity, and Append To on "
            "Lead; the owner needs Read on Activity.",
            status=error.status,
            code=error.code,
            request_id=error.request_id,
        )
    if error.code in NO_PRIVILEGE or error.status == _FORBIDDEN:
        return OutsideError(
            f"The application user may not write rows of {table}. {error.message}",
            remedy=f"Give its security role organization-level Create, Read, Write, Append on {table}, and Append To "
            "on lead.",
            status=error.status,
            code=error.code,
            request_id=error.request_id,
        )
    if not isinstance(error, NoTableError) and (error.code == NO_RESOURCE or error.status == _NOT_FOUND):
        return NoTableError(table, error)
    return error
