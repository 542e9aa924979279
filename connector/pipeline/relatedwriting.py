"""Rows beside leads are written: what jobs ask for is sent in parallel, and each job is told what came of its row.

Which rows there are is made in `related`; how they reach the other side is the port `RelatedWriter`'s business.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

from connector.errors import OutsideError
from connector.pipeline.jobs import Failed, Lease
from connector.pipeline.ports import RelatedWriter
from connector.pipeline.related import row_of_payload
from connector.pipeline.report import Warned
from connector.pipeline.values import RelatedRow, RowLeft, RowRefused, RowResult, RowWritten
from connector.telemetry.context import carried

SHARE, LEAST = 50, 10  # rows of one call, which a batch may take
STOPPED = "It was stopped before it was sent."

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class RowTally:
    """What became of rows, counted over calls and threads. `said` are the reasons of those that failed, each once."""

    written: int = 0
    taken: int = 0
    gone: int = 0
    refused: int = 0
    failed: int = 0
    said: Counter[str] = field(default_factory=Counter)

    def warnings(self, waiting: int = 0) -> list[Warned]:
        """What somebody should look at; `waiting` rows were not written yet."""
        reasons = "; ".join(reason for reason, _ in self.said.most_common(3))
        return [
            Warned(
                "foreign-scores",
                "leads have a predictive score that another scorer gave them: it was left as it is. Turn off one of "
                "the two.",
                self.taken,
            ),
            Warned("rows-refused", f"rows beside leads were refused and are not tried again: {reasons}", self.refused),
            Warned(
                "rows-waiting",
                "rows beside leads (score history, predictive score) wait to be written"
                + (f": {reasons}" if reasons and self.failed else "."),
                waiting,
            ),
        ]


def write_related(
    leases: Sequence[Lease],
    writer: RelatedWriter,
    tally: RowTally,
    *,
    parallel: int,
    stop: Callable[[], bool] = lambda: False,
) -> Mapping[str, Failed]:
    """Write the rows of some jobs; return those that failed, by id, and whether they are tried again."""
    failed: dict[str, Failed] = {}
    taken = tally.taken
    rows: list[tuple[Lease, RelatedRow]] = []
    for lease in leases:
        try:
            rows.append((lease, row_of_payload(lease.payload)))
        except (KeyError, ValueError):
            failed[lease.job_id] = Failed("What is stored of this row cannot be read.", again=False)
            tally.refused += 1
    shares = list(_shares(rows, parallel))
    lock = Lock()

    def attempt(share: Sequence[tuple[Lease, RelatedRow]]) -> None:
        for place, result in _results(writer, [row for _, row in share], stop):
            with lock:
                found = _count(result, tally)
                if found is not None:
                    failed[share[place][0].job_id] = found

    if shares:
        with ThreadPoolExecutor(max_workers=min(parallel, len(shares)), thread_name_prefix="rows") as pool:
            for done in [pool.submit(carried(attempt), share) for share in shares]:
                done.result()
    if tally.taken > taken:
        _log.warning("%d leads have a predictive score that is not ours: it was left as it is", tally.taken - taken)
    return failed


def _shares(rows: Sequence[tuple[Lease, RelatedRow]], parallel: int) -> Iterator[list[tuple[Lease, RelatedRow]]]:
    """Cut rows into what one thread takes at once, each of one table."""
    size = min(SHARE, max(LEAST, -(-len(rows) // parallel)))
    by_table: dict[tuple[str, str], list[tuple[Lease, RelatedRow]]] = {}
    for one in rows:
        by_table.setdefault((one[1].kind, one[1].table), []).append(one)
    for some in by_table.values():
        for start in range(0, len(some), size):
            yield some[start : start + size]


def _results(
    writer: RelatedWriter, rows: Sequence[RelatedRow], stop: Callable[[], bool]
) -> Iterator[tuple[int, RowResult | OutsideError]]:
    """What became of each row; one of which nothing was told is to be tried again."""
    told: set[int] = set()
    try:
        for place, result in writer.write_rows(rows, stop=stop):
            told.add(place)
            yield place, result
    except OutsideError as error:  # before any of the rest was sent
        yield from ((place, error) for place in range(len(rows)) if place not in told)
        return
    missed = OutsideError(STOPPED, retryable=True)
    yield from ((place, missed) for place in range(len(rows)) if place not in told)


def _count(result: RowResult | OutsideError, tally: RowTally) -> Failed | None:
    match result:
        case RowWritten():
            tally.written += 1
            return None
        case RowLeft(reason):
            tally.taken += reason == "taken"
            tally.gone += reason != "taken"
            return None
        case RowRefused(message):
            tally.refused += 1
            tally.said[message] += 1
            return Failed(message, again=False)
    tally.failed += 1
    tally.said[str(result)] += 1
    return Failed(str(result), asked_s=result.retry_after_s)
