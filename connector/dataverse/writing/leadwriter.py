"""How leads are written: one request each, or many in a `$batch` where the environment honours etags in its parts.

Which way was measured (tests/benchmarks/bench_writes.py); what an environment turned out to do is kept for the life
of the process. A write without the guard of an etag is never made, whatever the way.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum

from connector.dataverse.http.batch import MOST_PARTS
from connector.dataverse.writing.batchprobe import column_to_probe, probe
from connector.dataverse.writing.batchwriting import LeadTable, Outcome, Sent, send_batch
from connector.pipeline.ports import Change
from connector.pipeline.values import Applied, Stale

logger = logging.getLogger(__name__)

BATCH_SIZE = 50
"""Twice as many save no time, and a batch of slow updates must end within the time that an answer may take."""
_MOST_PROBES = 3


class WriteWay(StrEnum):
    """How leads are written."""

    AUTO = "auto"
    SINGLE = "single"
    BATCH = "batch"


class LeadWriter:
    """Writes changes to leads by the way that is set, falling back to single updates. May be used by several threads.

    AUTO spreads changes over the threads and sends those of each in batches of at most `batch_size`; BATCH fills each
    batch. Both ask the environment first, once, whether etags guard the parts of a batch.
    """

    def __init__(self, way: WriteWay = WriteWay.AUTO, *, batch_size: int = BATCH_SIZE) -> None:
        if not 1 <= batch_size <= MOST_PARTS:
            raise ValueError(f"batch_size must be from 1 to {MOST_PARTS}.")
        self._way = way
        self._size = batch_size
        self._lock = threading.Lock()
        self._batches: bool | None = False if way is WriteWay.SINGLE or batch_size == 1 else None
        self._probes = 0
        self._proven = False

    @property
    def batches(self) -> bool | None:
        """Whether batches are used; None: not known yet."""
        return self._batches

    def share(self, changes: int, *, parallel: int) -> int:
        """How many changes one call of `write_many` should take."""
        if self._batches is False:
            return 1
        if self._way is WriteWay.BATCH:
            return self._size
        return min(self._size, max(1, -(-changes // parallel)))

    def write_many(
        self, table: LeadTable, changes: Sequence[Change], *, stop: Callable[[], bool]
    ) -> Iterator[tuple[int, Outcome]]:
        """Write changes as the port `Writer` says. ValueError, before anything is sent, for what may not be written."""
        for change in changes:
            table.update(change)
        if len(changes) == 1 or not self._may_batch(table, changes):
            yield from _one_by_one(table, changes, dict.fromkeys(range(len(changes)), False), stop)
            return
        for start in range(0, len(changes), self._size):
            if stop():
                return
            part = changes[start : start + self._size]
            for place, outcome in self._write_batch(table, part, stop):
                yield start + place, outcome

    def _write_batch(
        self, table: LeadTable, changes: Sequence[Change], stop: Callable[[], bool]
    ) -> Iterator[tuple[int, Outcome]]:
        """Send one batch, then alone what it left open."""
        sent = send_batch(table, changes)
        if sent.refusal:
            self._give_up(sent.refusal)
        if not stop():
            self._doubt(table, changes, sent)
        yield from sent.outcomes.items()
        yield from _one_by_one(table, changes, sent.alone, stop)

    def _doubt(self, table: LeadTable, changes: Sequence[Change], sent: Sent) -> None:
        """Where the first batches meet nothing but 412, see alone whether that is true of one of them."""
        if self._proven:
            return
        if any(isinstance(outcome, Applied) for outcome in sent.outcomes.values()):
            self._proven = True
            return
        stale = [place for place, outcome in sent.outcomes.items() if outcome == Stale()]
        if len(stale) < len(changes) or len(stale) == 1:
            return
        first = stale[0]
        alone = table.write_alone(changes[first])
        sent.outcomes[first] = alone
        if isinstance(alone, Applied):
            self._give_up("it answers 412 to parts whose etag matches")
            for place in stale[1:]:
                sent.alone[place] = True
                del sent.outcomes[place]

    def _may_batch(self, table: LeadTable, changes: Sequence[Change]) -> bool:
        """Tell whether to send a batch now, asking the environment at the first need; other threads wait for that."""
        with self._lock:
            change = next((change for change in changes if change.values), None)
            if self._batches is None and change is not None:
                verdict = probe(table, change.lead_id, column_to_probe(change.values))
                self._probes += 1
                if verdict.works:
                    self._batches = True
                elif verdict.works is False or self._probes >= _MOST_PROBES:
                    self._set_off(verdict.reason)
            return self._batches is True

    def _give_up(self, reason: str) -> None:
        with self._lock:
            if self._batches is not False:
                self._set_off(reason)

    def _set_off(self, reason: str) -> None:
        self._batches = False
        logger.warning("Leads are updated one by one: the environment's $batch cannot be relied on (%s).", reason)


def _one_by_one(
    table: LeadTable, changes: Sequence[Change], places: dict[int, bool], stop: Callable[[], bool]
) -> Iterator[tuple[int, Outcome]]:
    """Write changes at these places in requests of their own; each says whether it may have been written before."""
    for place, answer_lost in places.items():
        if stop():
            return
        yield place, table.write_alone(changes[place], answer_lost=answer_lost)
