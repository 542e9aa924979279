"""Rows beside leads are written in shares, and each job is told what came of its row."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

import pytest

from connector.errors import OutsideError
from connector.pipeline.jobs import Failed, Lease
from connector.pipeline.related import job_of_row
from connector.pipeline.relatedwriting import LEAST, SHARE, STOPPED, RowTally, write_related
from connector.pipeline.values import RelatedRow, RowKind, RowLeft, RowRefused, RowResult, RowWritten

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@dataclass
class Answers:
    """A writer that says what it is told to of each row, by its id; `silent` rows get no answer."""

    results: Mapping[str, RowResult | OutsideError] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    fails: OutsideError | None = None
    calls: list[int] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def write_rows(
        self, rows: Sequence[RelatedRow], *, stop: Callable[[], bool]
    ) -> Iterator[tuple[int, RowResult | OutsideError]]:
        """Answer, the last row first."""
        with self.lock:
            self.calls.append(len(rows))
        if stop():
            return
        for place, row in reversed(list(enumerate(rows))):
            if row.row_id not in self.silent:
                yield place, self.results.get(row.row_id, RowWritten())
        if self.fails is not None:
            raise self.fails


def lease(number: int, kind: RowKind = RowKind.HISTORY) -> Lease:
    """A job for a row."""
    row = RelatedRow(kind, f"row-{number}", f"lead-{number}", {"score": number}, table="lc_scorehistory")
    job = job_of_row(row)
    return Lease(f"job-{number}", job.kind, job.key, job.payload, 1, 1, NOW)


def leases(count: int) -> list[Lease]:
    """Jobs for so many rows."""
    return [lease(number) for number in range(count)]


def test_all_rows_are_written_in_parallel_shares() -> None:
    """As many calls as threads, none smaller than pays nor larger than a batch; nothing has failed."""
    writer, tally = Answers(), RowTally()
    assert write_related(leases(10 * LEAST), writer, tally, parallel=4) == {}
    assert (tally.written, writer.calls) == (10 * LEAST, [25] * 4)
    for count, parallel, calls in ((LEAST + 1, 4, [1, LEAST]), (3 * SHARE, 2, [SHARE] * 3), (0, 2, [])):
        writer.calls.clear()
        write_related(leases(count), writer, tally, parallel=parallel)
        assert sorted(writer.calls) == calls


def test_a_share_is_of_one_table() -> None:
    """Each table's rows go together, so that a batch holds one kind of row."""
    writer = Answers()
    mixed = [lease(number, RowKind.PREDICTIVE if number % 2 else RowKind.HISTORY) for number in range(2 * LEAST)]
    assert write_related(mixed, writer, RowTally(), parallel=4) == {}
    assert writer.calls == [LEAST, LEAST]


def test_each_job_is_told_what_came_of_its_row(caplog: pytest.LogCaptureFixture) -> None:
    """What is another's or gone is done; what is refused is dead; what failed is tried again when it was asked to."""
    writer = Answers(
        {
            "row-1": RowLeft("taken"),
            "row-2": RowLeft("gone"),
            "row-3": RowRefused("A column is too short."),
            "row-4": OutsideError("Too many requests.", remedy="Wait.", retry_after_s=17, retryable=True),
        }
    )
    tally = RowTally()
    with caplog.at_level(logging.WARNING):
        failed = write_related(leases(6), writer, tally, parallel=1)
    assert failed == {
        "job-3": Failed("A column is too short.", again=False),
        "job-4": Failed("Too many requests. Wait.", asked_s=17),
    }
    assert (tally.written, tally.taken, tally.gone, tally.refused, tally.failed) == (2, 1, 1, 1, 1)
    assert [record.message for record in caplog.records] == [
        "1 leads have a predictive score that is not ours: it was left as it is"
    ]
    caplog.clear()
    write_related(leases(1), writer, tally, parallel=1)
    assert caplog.records == []


def test_what_was_not_sent_is_tried_again() -> None:
    """Rows of which nothing was told, whether it stopped or broke off; those told before keep what was told."""
    tally = RowTally()
    stopped = write_related(leases(2), Answers(), tally, parallel=1, stop=lambda: True)
    assert {one.reason for one in stopped.values()} == {STOPPED}
    away = Answers(silent=frozenset({"row-0"}), fails=OutsideError("It is away."))
    assert write_related(leases(2), away, tally, parallel=1) == {"job-0": Failed("It is away.")}
    assert tally.written == 1


def test_a_payload_that_cannot_be_read_is_dead() -> None:
    """And keeps no other row waiting."""
    broken = Lease("job-9", "related-row", "", {}, 1, 1, NOW)
    tally = RowTally()
    failed = write_related([broken, lease(1)], Answers(), tally, parallel=3)
    assert failed == {"job-9": Failed("What is stored of this row cannot be read.", again=False)}
    assert tally.written == 1


def test_a_run_says_what_somebody_should_look_at() -> None:
    """What is another's, what was refused and why, what waits and why; nothing where all is well."""
    assert [warned for warned in RowTally().warnings() if warned.count] == []
    tally = RowTally(taken=2, refused=1, failed=3)
    tally.said["There is no table lc_scorehistory."] += 3
    told = {warned.code: (warned.count, warned.message) for warned in tally.warnings(waiting=5)}
    assert {code: count for code, (count, _) in told.items()} == {
        "foreign-scores": 2,
        "rows-refused": 1,
        "rows-waiting": 5,
    }
    assert told["rows-waiting"][1].endswith("There is no table lc_scorehistory.")
    assert RowTally().warnings(waiting=1)[2].message.endswith("wait to be written.")
