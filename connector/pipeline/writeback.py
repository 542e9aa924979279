"""Decisions are carried out: planned, written under the guard of the etag, settled. Also what a crash left planned.

The order is the design's: commit the plan, PATCH with the etag that was read, settle with the deliveries in one
transaction. A lead that changed meanwhile is read and decided again, at most twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from connector.errors import MissingFactError
from connector.pipeline.ports import Clock, Settlement, Source, Store, Writer
from connector.pipeline.values import (
    Applied,
    ColumnNeeds,
    Decision,
    Dossier,
    LeadRow,
    Refused,
    Stale,
    Unchanged,
    WriteResult,
)

MOST_TRIES = 3  # the first, and at most twice more after a 412


@dataclass(slots=True)
class WriteTally:
    """What became of the writes of a run; `stale` counts leads that met a 412, however they ended.

    `left` are the leads that changed at every try: they stay due for the next run.
    """

    applied: int = 0
    unchanged: int = 0
    refused: int = 0
    stale: int = 0
    rejected: list[str] = field(default_factory=list)
    left: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Desk:
    """What carrying out decisions needs. `decide` makes a fresh decision of a fresh dossier.

    `stamps` are the columns that hold a time of ours: another writer of the same score has another time there.
    """

    store: Store
    source: Source
    writer: Writer
    needs: ColumnNeeds
    decide: Callable[[Sequence[Dossier]], Sequence[Decision]]
    clock: Clock
    parallel: int = 8
    stamps: frozenset[str] = frozenset()


def carry_out(desk: Desk, decisions: Sequence[Decision], tally: WriteTally) -> list[Decision]:
    """Plan, write and settle decisions; return those that took effect by us. Raises OutsideError when out of reach.

    What was planned and not settled when that happens is settled by the next run.
    """
    done: list[Decision] = []
    todo, attempt = list(decisions), 1
    while todo:
        quiet = [decision for decision in todo if not decision.values]
        loud = [decision for decision in todo if decision.values]
        desk.store.settle([Settlement(decision, None, desk.clock()) for decision in quiet])
        done += quiet
        if not loud:
            break
        desk.store.plan(loud)
        results = _write(desk, loud)
        stale = [(decision, result) for decision, result in results if isinstance(result, Stale)]
        fresh = [(decision, result) for decision, result in results if not isinstance(result, Stale)]
        _settle(desk, fresh, tally)
        done += [decision for decision, result in fresh if isinstance(result, Applied)]
        tally.stale += len(stale) if attempt == 1 else 0
        again = _look_again(desk, stale, tally)
        if attempt == MOST_TRIES:
            tally.left |= {decision.lead_id for decision in again}
            break
        todo = list(desk.decide(_dossiers(desk, again)))
        attempt += 1
    return done


def settle_planned(desk: Desk, tally: WriteTally) -> int:
    """Settle every decision that an earlier run planned and did not settle; return how many.

    Planned values present: applied, its deliveries are inserted. Otherwise it is superseded and the lead stays
    due, to be decided anew.
    """
    planned = list(desk.store.planned())
    rows = desk.source.read_leads([decision.lead_id for decision in planned], desk.needs) if planned else {}
    outcomes: list[tuple[Decision, WriteResult]] = []
    for decision in planned:
        row = rows.get(decision.lead_id)
        if row is None:
            outcomes.append((decision, Refused("deleted")))
        elif _holds(row, decision):
            outcomes.append((decision, Applied(row.etag)))
        elif not row.is_open:
            outcomes.append((decision, Refused("closed")))
        else:
            outcomes.append((decision, Stale()))
    _settle(desk, outcomes, tally)
    for decision, result in outcomes:
        row = rows.get(decision.lead_id)
        if row is not None and isinstance(result, Applied | Stale):
            desk.store.refresh(row, desk.needs, now=desk.clock())
    return len(planned)


def _write(desk: Desk, decisions: Sequence[Decision]) -> list[tuple[Decision, WriteResult]]:
    """Write decisions in parallel, each guarded by its own etag. What got an answer is settled even if one fails."""
    with ThreadPoolExecutor(max_workers=desk.parallel, thread_name_prefix="writer") as pool:
        futures = [
            (decision, pool.submit(desk.writer.write, decision.lead_id, decision.etag, decision.values))
            for decision in decisions
        ]
        failure: Exception | None = None
        results: list[tuple[Decision, WriteResult]] = []
        for decision, future in futures:
            try:
                results.append((decision, future.result()))
            except Exception as error:  # noqa: BLE001 - it is raised again below, after what succeeded is settled
                failure = failure or error
                for _, other in futures:
                    other.cancel()
    if failure is not None:
        _settle(desk, [pair for pair in results if not isinstance(pair[1], Stale)], WriteTally())
        raise failure
    return results


def _look_again(desk: Desk, stale: Sequence[tuple[Decision, Stale]], tally: WriteTally) -> list[Decision]:
    """Read leads that changed meanwhile and settle what ended there; return those to decide anew."""
    if not stale:
        return []
    rows = desk.source.read_leads([decision.lead_id for decision, _ in stale], desk.needs)
    outcomes = [(decision, _ending(rows.get(decision.lead_id), decision, result, desk)) for decision, result in stale]
    _settle(desk, outcomes, tally)
    for decision, result in outcomes:
        if not isinstance(result, Refused):
            # After the settlement: what stands there as we meant it is then no news.
            desk.store.refresh(rows[decision.lead_id], desk.needs, now=desk.clock())
    return [decision for decision, result in outcomes if isinstance(result, Stale)]


def _ending(row: LeadRow | None, decision: Decision, result: Stale, desk: Desk) -> WriteResult:
    """What a 412 turns out to be, once the lead is read again."""
    if row is None:
        return Refused("deleted")
    if result.answer_lost and _holds(row, decision):
        return Applied(row.etag)
    if _holds(row, decision, besides=desk.stamps):
        return Unchanged()
    return result if row.is_open else Refused("closed")


def _dossiers(desk: Desk, decisions: Iterable[Decision]) -> list[Dossier]:
    """Fresh dossiers; a lead that left the mirror meanwhile (it opted out) has none."""
    dossiers = []
    for decision in decisions:
        try:
            dossiers.append(desk.store.dossier(decision.lead_id, now=desk.clock()))
        except MissingFactError:
            continue
    return dossiers


def _holds(row: LeadRow, decision: Decision, *, besides: frozenset[str] = frozenset()) -> bool:
    """Tell whether a row holds every value that a decision planned, but for some columns."""
    return all(
        _same(row.columns.get(column), value) for column, value in decision.values.items() if column not in besides
    )


def _same(seen: object, wanted: object) -> bool:
    return seen == wanted and isinstance(seen, bool) == isinstance(wanted, bool)


def _settle(desk: Desk, outcomes: Iterable[tuple[Decision, WriteResult]], tally: WriteTally) -> None:
    """Record outcomes in one transaction and count them."""
    settlements = [Settlement(decision, result, desk.clock()) for decision, result in outcomes]
    desk.store.settle(settlements)
    for settlement in settlements:
        match settlement.result:
            case Applied():
                tally.applied += 1
            case Unchanged():
                tally.unchanged += 1
            case Refused(reason, message):
                tally.refused += 1
                if reason == "rejected":
                    tally.rejected.append(message)
            case _:
                pass
