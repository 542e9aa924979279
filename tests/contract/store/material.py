"""What the store's tests are made of: rows, pages, decisions, events. Invented names only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from connector.pipeline.ports import Settlement
from connector.pipeline.values import (
    AccountRow,
    Applied,
    ColumnNeeds,
    Columns,
    Crossing,
    Decision,
    Dossier,
    Event,
    Interaction,
    Json,
    LeadRow,
    Mark,
    NewScore,
    Page,
    Table,
    WriteResult,
)
from connector.store import SqlStore

NOW = datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC)
NEEDS = ColumnNeeds(
    lead=frozenset({"jobtitle", "fullname", "lc_score", "statuscode"}),
    account=frozenset({"name", "numberofemployees"}),
    own=frozenset({"lc_score"}),
)
CHANNEL = "teams:sales"


def at(**later: float) -> datetime:
    """A moment after NOW: `at(minutes=5)`."""
    return NOW + timedelta(**later)


def lead(
    lead_id: str = "lead-1",
    *,
    etag: str = 'W/"1"',
    account_id: str | None = None,
    is_open: bool = True,
    status_reason: int | None = 1,
    marked_ready: bool | None = None,
    opted_out: bool = False,
    tracking: bool = True,
    **columns: Json,
) -> LeadRow:
    """An open lead with the needed columns."""
    facts: dict[str, Json] = {
        "jobtitle": "Finance Director",
        "fullname": "Zoë Übung",
        "lc_score": None,
        "statuscode": status_reason,
    }
    return LeadRow(
        lead_id=lead_id,
        etag=etag,
        columns={**facts, **columns},
        account_id=account_id,
        is_open=is_open,
        status_reason=status_reason,
        marked_ready=marked_ready,
        opted_out=opted_out,
        tracking=tracking,
        modified_at=NOW,
    )


def account(account_id: str = "account-1", **columns: Json) -> AccountRow:
    """An account with the needed columns."""
    return AccountRow(account_id, {"name": "Beispiel GmbH", "numberofemployees": 120, **columns})


def lead_page(*rows: LeadRow, deleted: Sequence[str] = (), token: str | None = None, full: bool = False) -> Page:
    """A page of leads."""
    return Page(Table.LEAD, leads=rows, deleted=tuple(deleted), token=token, full=full, rows_read=len(rows))


def account_page(*rows: AccountRow, deleted: Sequence[str] = (), token: str | None = None, full: bool = False) -> Page:
    """A page of accounts."""
    return Page(Table.ACCOUNT, accounts=rows, deleted=tuple(deleted), token=token, full=full, rows_read=len(rows))


def absorb(store: SqlStore, *rows: LeadRow, needs: ColumnNeeds = NEEDS, now: datetime = NOW) -> int:
    """Absorb leads as one page of a delta."""
    return store.absorb(lead_page(*rows), needs, now=now)


def click(
    number: int = 1,
    lead_id: str = "lead-1",
    *,
    when: datetime = NOW,
    machine: bool = False,
    properties: Mapping[str, Json] | None = None,
) -> Interaction:
    """An e-mail click."""
    return Interaction(f"{lead_id}/click-{number}", lead_id, "email_click", when, properties or {}, machine)


def new_score(
    score: int | None = 50, grade: str | None = "Warm", *, model: str = "engagement", version: int = 1
) -> NewScore:
    """A model's score with one group and one unknown."""
    return NewScore(
        model=model,
        version=version,
        score=score,
        grade=grade,
        coverage=0.75,
        reachable=80,
        changed=True,
        unknown=(("account.revenue", "no_account"),),
        groups=(("Clicked lately", 10, "true"), ("Large account", 0, "unknown")),
        reasons=("Clicked lately: +10.",),
    )


def event(event_id: str = "event-1", lead_id: str = "lead-1", *destinations: str, kind: str = "score_crossed") -> Event:
    """An event for the channel, or for these destinations."""
    payload: Columns = {"event_id": event_id, "name": "Zoë Übung", "reasons": ["Clicked lately"]}
    return Event(event_id, kind, lead_id, payload, destinations or (CHANNEL,), NOW)


def decide(
    dossier: Dossier,
    *,
    decision_id: str = "",
    values: Columns | None = None,
    scores: Sequence[NewScore] = (),
    crossings: Sequence[Crossing] = (),
    marks: Sequence[Mark] = (),
    events: Sequence[Event] = (),
    next_change_at: datetime | None = None,
    status_reason: int | None = None,
    marked_ready: bool | None = None,
    decided_at: datetime = NOW,
) -> Decision:
    """A decision made on a dossier."""
    return Decision(
        decision_id=decision_id or f"decision/{dossier.lead.lead_id}/{dossier.due_rev}",
        lead_id=dossier.lead.lead_id,
        etag=dossier.lead.etag,
        values=values if values is not None else {"lc_score": 50},
        scores=tuple(scores or (new_score(),)),
        crossings=tuple(crossings),
        marks=tuple(marks),
        events=tuple(events),
        next_change_at=next_change_at,
        due_rev=dossier.due_rev,
        run_id="run-1",
        decided_at=decided_at,
        status_reason=status_reason,
        marked_ready=marked_ready,
    )


APPLIED = Applied('W/"2"')


def settle(
    store: SqlStore, decision: Decision, result: WriteResult | None = APPLIED, *, when: datetime = NOW
) -> Decision:
    """Settle one decision, planning it first where there is something to write."""
    if decision.values:
        store.plan([decision])
    store.settle([Settlement(decision, result, when)])
    return decision


def announce(store: SqlStore, *events: Event, when: datetime = NOW) -> None:
    """Bring events into the outbox, each through a settled decision about its lead."""
    for one in events:
        absorb(store, lead(one.lead_id))
        dossier = store.dossier(one.lead_id, now=when)
        settle(store, decide(dossier, decision_id=f"about/{one.event_id}", events=[one]), when=when)


def due_ids(store: SqlStore) -> list[str]:
    """The ids of the due leads, in order."""
    return [dossier.lead.lead_id for dossier in store.due(10_000, now=NOW)]


def clear_due(store: SqlStore, *, next_change_at: datetime | None = None) -> None:
    """Settle every due lead with nothing to write."""
    store.settle(
        [
            Settlement(decide(dossier, values={}, next_change_at=next_change_at), None, NOW)
            for dossier in store.due(10_000, now=NOW)
        ]
    )
