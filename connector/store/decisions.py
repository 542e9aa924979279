"""Decisions: committed as planned before anything is written, settled with all that they bring in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.errors import StoreError
from connector.pipeline.jobs import Lease
from connector.pipeline.ports import Settlement
from connector.pipeline.related import jobs_of_rows
from connector.pipeline.values import Applied, Decision, Refused, RelatedRow, RowKind, Stale, Unchanged
from connector.store.awakenings import remember_accounts
from connector.store.database import Repository, chunked
from connector.store.decisionjson import dump_decision, load_decision
from connector.store.events import add_events
from connector.store.faults import was_undone
from connector.store.jobqueue import put_jobs
from connector.store.leaving import erase, forget
from connector.store.qualifications import remember_qualified
from connector.store.rejections import REJECTED, next_tries
from connector.store.settling import remember, touch_leads
from connector.store.tables import decision, former_lead, lead

SETTLE_TRIES = 5


class DecisionStatus(StrEnum):
    """A decision's life."""

    PLANNED = "planned"
    APPLIED = "applied"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    REFUSED = "refused"


class Decisions(Repository):
    """Fulfils `DecisionStore`."""

    def turn(
        self, check_stop: Callable[[], None], *, shared: bool = False, lease: Lease | None = None
    ) -> AbstractContextManager[None]:
        """Wait until it is this process's turn to decide, the others' that share the database waiting meanwhile.

        For one thread at a time. `shared`: those do not wait that ask for it so too. Raises StoreError, and what
        `check_stop`, asked now and then, raises.
        """
        return self._database.turn.hold(check_stop, shared=shared, lease=lease)

    def plan(self, decisions: Sequence[Decision]) -> None:
        """Commit decisions as planned, whole, before anything is written."""
        rows = [
            {
                "decision_id": one.decision_id,
                "lead_id": one.lead_id,
                "run_id": one.run_id,
                "status": DecisionStatus.PLANNED.value,
                "body": dump_decision(one),
                "written": {},
                "reason": "",
                "planned_at": one.decided_at,
                "settled_at": None,
            }
            for one in decisions
        ]
        with self._database.write() as connection:
            self._database.turn.fence(connection)
            # A decision that is made again after it was superseded is the same one.
            for ids in chunked([one.decision_id for one in decisions]):
                connection.execute(sa.delete(decision).where(decision.c.decision_id.in_(ids)))
            if rows:
                connection.execute(sa.insert(decision), rows)

    def planned(self) -> Sequence[Decision]:
        """Decisions that were planned and never settled, oldest first."""
        query = (
            sa.select(decision.c.body).where(decision.c.status == DecisionStatus.PLANNED.value).order_by(decision.c.seq)
        )
        with self._database.read() as connection:
            return [load_decision(body) for body in connection.scalars(query)]

    def settle(self, settlements: Sequence[Settlement]) -> None:
        """Record outcomes, in one transaction. A decision that is settled already is left as it is.

        Others may settle at the same time, and mark each other's leads due: where two steps are in each other's way,
        the one that the server undid is done again.
        """
        for left in reversed(range(SETTLE_TRIES if settlements else 0)):
            try:
                return self._settle(settlements)
            except StoreError as error:
                if not (left and was_undone(error)):
                    raise
        return None

    def _settle(self, settlements: Sequence[Settlement]) -> None:
        with self._database.write() as connection:
            self._database.turn.fence(connection)
            todo = _open(connection, settlements)
            _close(connection, todo)
            kept = [one for one in todo if _status(one) in {DecisionStatus.APPLIED, DecisionStatus.UNCHANGED}]
            refused = [one for one in todo if isinstance(one.result, Refused)]
            told = [*kept, *(one for one in refused if _reason(one) in {REJECTED, "forbidden"})]
            known = _known(connection, told)
            kept = [one for one in kept if one.decision.lead_id in known]
            remember(connection, kept)
            # What became of an account does not hang on whether one of its leads could be written.
            told = [one for one in told if one.decision.lead_id in known]
            remember_accounts(connection, [memory for one in told for memory in one.decision.accounts])
            events = [(event, one.at) for one in told for event in one.decision.account_events]
            events += [
                (event, one.at)
                for one in kept
                if not isinstance(one.result, Unchanged)
                for event in one.decision.events
            ]
            add_events(connection, events)
            rows = [row for one in kept for row in one.decision.related if _is_ours(row, one)]
            if rows:
                put_jobs(connection, jobs_of_rows(rows))
            rejected = [one for one in refused if _reason(one) == REJECTED]
            touch_leads(connection, [*kept, *rejected], again_at=next_tries(connection, rejected))
            forget(connection, [one.decision.lead_id for one in refused if _reason(one) == "closed"])
            erase(connection, [one.decision.lead_id for one in refused if _reason(one) == "deleted"])
            remember_qualified(connection, [one for one in kept if not isinstance(one.result, Unchanged)])


def _is_ours(row: RelatedRow, settlement: Settlement) -> bool:
    """Whether a row is to be written: somebody else's mark brings no task of ours."""
    return row.kind is not RowKind.TASK or not isinstance(settlement.result, Unchanged)


def _status(settlement: Settlement) -> DecisionStatus:
    match settlement.result:
        case None | Applied():
            return DecisionStatus.APPLIED
        case Unchanged():
            return DecisionStatus.UNCHANGED
        case Stale():
            return DecisionStatus.SUPERSEDED
        case Refused():
            return DecisionStatus.REFUSED


def _reason(settlement: Settlement) -> str:
    return settlement.result.reason if isinstance(settlement.result, Refused) else ""


def _open(connection: Connection, settlements: Sequence[Settlement]) -> list[Settlement]:
    """The settlements of decisions that are planned, or were never planned because there was nothing to write."""
    settled: set[str] = set()
    for ids in chunked([one.decision.decision_id for one in settlements]):
        query = (
            sa.select(decision.c.decision_id)
            .where(decision.c.decision_id.in_(ids), decision.c.status != DecisionStatus.PLANNED.value)
            .with_for_update()
        )
        settled.update(connection.scalars(query))
    return [one for one in settlements if one.decision.decision_id not in settled]


_CLOSE = (
    sa.update(decision)
    .where(decision.c.decision_id == sa.bindparam("key"))
    .values(
        status=sa.bindparam("new_status"),
        body=None,  # it is over: who it was about need not be kept
        written=sa.bindparam("new_written"),
        reason=sa.bindparam("new_reason"),
        settled_at=sa.bindparam("new_settled_at"),
    )
)


def _close(connection: Connection, settlements: Sequence[Settlement]) -> None:
    """Decisions that were never planned leave no row: they wrote nothing."""
    rows = [
        {
            "key": one.decision.decision_id,
            "new_status": _status(one).value,
            "new_written": dict(one.decision.values) if isinstance(one.result, Applied) else {},
            "new_reason": _reason(one),
            "new_settled_at": one.at,
        }
        for one in settlements
        if one.result is not None or one.decision.values
    ]
    if rows:
        connection.execute(_CLOSE, rows)


def _known(connection: Connection, settlements: Sequence[Settlement]) -> set[str]:
    """The leads that were not erased while they were being written; of those that were, nothing more is kept."""
    known: set[str] = set()
    for ids in chunked(sorted({one.decision.lead_id for one in settlements})):
        for table in (lead, former_lead):
            known.update(connection.scalars(sa.select(table.c.lead_id).where(table.c.lead_id.in_(ids))))
    return known
