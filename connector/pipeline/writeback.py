"""Decisions are carried out: planned, written under the guard of the etag, settled. Also what a crash left planned.

The order is the design's: commit the plan, PATCH with the etag that was read, settle with the deliveries in one
transaction. A lead that changed meanwhile is read and decided again, at most twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from connector.errors import MissingFactError
from connector.pipeline.ports import Clock, Settlement, Source, Store, Writer
from connector.pipeline.pulling import bring_accounts
from connector.pipeline.report import WriteTally
from connector.pipeline.values import (
    Applied,
    ColumnNeeds,
    Columns,
    Decision,
    Dossier,
    LeadRow,
    Refused,
    Stale,
    Unchanged,
    WriteResult,
)
from connector.pipeline.writing import write_all
from connector.telemetry import meters, tracing

MOST_TRIES = 3  # the first, and at most twice more after a 412

Settled = tuple[Decision, WriteResult | None]


@dataclass(frozen=True, slots=True)
class Desk:
    """What carrying out decisions needs. `decide` makes a fresh decision of a fresh dossier.

    `stamps` are the columns that hold a time of ours: another writer of the same score has another time there.
    `readable` are the lead columns that exist. `stop` says that nothing more is to be sent, `check_stop` raises what
    the run then ends with.
    """

    store: Store
    source: Source
    writer: Writer
    needs: ColumnNeeds
    decide: Callable[[Sequence[Dossier]], Sequence[Decision]]
    clock: Clock
    parallel: int = 8
    stamps: frozenset[str] = frozenset()
    readable: frozenset[str] = frozenset()
    stop: Callable[[], bool] = lambda: False
    check_stop: Callable[[], None] = lambda: None


def carry_out(desk: Desk, decisions: Sequence[Decision], tally: WriteTally) -> list[Decision]:
    """Plan, write and settle decisions; return the last one of each lead. Raises OutsideError when out of reach.

    What was planned and not settled when that happens is settled by the next run.
    """
    last = {decision.lead_id: decision for decision in decisions}
    todo, attempt = list(decisions), 1
    while todo:
        _settle(desk, [(decision, None) for decision in todo if not decision.values], tally)
        loud = [decision for decision in todo if decision.values]
        if not loud:
            break
        desk.store.plan(loud)
        with tracing.span("write", leads=len(loud)):
            written = write_all(desk.writer, loud, tally, parallel=desk.parallel, stop=desk.stop)
        stale = [(decision, result) for decision, result in written.results if isinstance(result, Stale)]
        _settle(desk, [pair for pair in written.results if not isinstance(pair[1], Stale)], tally)
        if written.failure is not None:
            raise written.failure
        if written.is_cut_short:
            desk.check_stop()
        tally.stale += len(stale) if attempt == 1 else 0
        again = _look_again(desk, stale, tally)
        if attempt == MOST_TRIES:
            tally.left |= set(again)
            break
        todo = list(desk.decide(_dossiers(desk, again)))
        last |= {decision.lead_id: decision for decision in todo}
        attempt += 1
    return list(last.values())


def settle_planned(desk: Desk, tally: WriteTally) -> int:
    """Settle every decision that an earlier run planned and did not settle; return how many.

    Planned values present: applied, its deliveries are inserted. Otherwise it is superseded and the lead stays
    due, to be decided anew.
    """
    planned = list(desk.store.planned())
    if not planned:
        return 0
    # The models may be others by now: what was planned is looked for in the columns that it was planned for.
    columns = {column for decision in planned for column in decision.values} & desk.readable
    needs = replace(desk.needs, lead=desk.needs.lead | columns)
    rows = desk.source.read_leads([decision.lead_id for decision in planned], needs)
    outcomes = [(decision, _fate(rows.get(decision.lead_id), decision, desk.stamps)) for decision in planned]
    _settle(desk, outcomes, tally)
    _take_in(desk, outcomes, rows)
    return len(planned)


def _fate(row: LeadRow | None, decision: Decision, stamps: frozenset[str]) -> WriteResult:
    """What became of a write of which nobody knows the answer."""
    if row is None:
        return Refused("deleted")
    if row.opted_out:
        return Stale()  # whatever was written: nothing is announced of this person
    if _is_ours(row, decision, stamps):
        return Applied(row.etag)
    return Stale() if row.is_open else Refused("closed")


def _look_again(desk: Desk, stale: Sequence[tuple[Decision, Stale]], tally: WriteTally) -> list[str]:
    """Read leads that changed meanwhile and settle what ended there; return the leads to decide anew."""
    if not stale:
        return []
    rows = desk.source.read_leads([decision.lead_id for decision, _ in stale], desk.needs)
    outcomes = [(decision, _ending(rows.get(decision.lead_id), decision, result, desk)) for decision, result in stale]
    _settle(desk, outcomes, tally)
    # After the settlement: what stands there as we meant it is then no news.
    _take_in(desk, outcomes, rows)
    # A lead that was linked to another account is not to be scored as if it had none.
    links = {row.account_id for row in rows.values() if row.account_id is not None}
    bring_accounts(desk.store, desk.source, desk.needs, clock=desk.clock, among=links)
    return [decision.lead_id for decision, result in outcomes if isinstance(result, Stale)]


def _ending(row: LeadRow | None, decision: Decision, result: Stale, desk: Desk) -> WriteResult:
    """What a 412 turns out to be, once the lead is read again."""
    if row is None or row.opted_out or (result.answer_lost and _is_ours(row, decision, desk.stamps)):
        return _fate(row, decision, desk.stamps)
    if _holds(row, _without(decision.values, desk.stamps)):
        return Unchanged()
    return result if row.is_open else Refused("closed")


def _take_in(desk: Desk, outcomes: Iterable[tuple[Decision, WriteResult]], rows: Mapping[str, LeadRow]) -> None:
    """Mirror leads as they were just read; what somebody changed of our own write is looked at again."""
    for decision, result in outcomes:
        if isinstance(result, Refused):
            continue
        row = rows[decision.lead_id]
        desk.store.refresh(row, desk.needs, now=desk.clock())
        if isinstance(result, Applied) and not _holds(row, decision.values):
            desk.store.mark_due([decision.lead_id])


def _dossiers(desk: Desk, lead_ids: Iterable[str]) -> list[Dossier]:
    """Fresh dossiers; a lead that left the mirror meanwhile (it opted out) has none."""
    dossiers = []
    for lead_id in lead_ids:
        try:
            dossiers.append(desk.store.dossier(lead_id, now=desk.clock()))
        except MissingFactError:
            continue
    return dossiers


def _is_ours(row: LeadRow, decision: Decision, stamps: frozenset[str]) -> bool:
    """Tell whether a write of ours stands in a row, perhaps with later changes: by its values, else by its time."""
    stamped = {column: value for column, value in decision.values.items() if column in stamps}
    return _holds(row, decision.values) or (bool(stamped) and _holds(row, stamped))


def _without(values: Columns, stamps: frozenset[str]) -> Columns:
    return {column: value for column, value in values.items() if column not in stamps}


def _holds(row: LeadRow, values: Columns) -> bool:
    """Tell whether a row holds every one of some values."""
    return all(row.columns.get(column) == value for column, value in values.items())


def _named(result: WriteResult | None) -> str:
    """What came of a write in a word; `none` where there was nothing to write."""
    return "none" if result is None else type(result).__name__.lower()


def _settle(desk: Desk, outcomes: Sequence[Settled], tally: WriteTally) -> None:
    """Record outcomes in one transaction and count them; no result: there was nothing to write."""
    if not outcomes:
        return
    desk.store.settle([Settlement(decision, result, desk.clock()) for decision, result in outcomes])
    for decision, result in outcomes:
        meters.WRITES.labels(_named(result)).inc()
        match result:
            case Applied():
                tally.applied += 1
            case Unchanged():
                tally.unchanged += 1
            case Refused(reason, message):
                tally.refused += 1
                if reason in {"rejected", "forbidden"}:
                    tally.rejected.append(message)
                if reason == "forbidden":
                    tally.forbidden.add(decision.lead_id)
                    tally.left.add(decision.lead_id)
            case _:
                pass
        if decision.marks and (result is None or isinstance(result, Applied)):
            tally.marked.append(decision)
