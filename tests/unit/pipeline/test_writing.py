"""Many writes at once: shares and threads, what ends them, and that nothing that was answered is forgotten."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import pytest

from connector.errors import OutsideError
from connector.pipeline.ports import Change
from connector.pipeline.report import WriteTally
from connector.pipeline.values import Applied, Columns, Decision, Stale, WriteResult
from connector.pipeline.writing import MOST_FAILED, Written, write_all

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def decision(number: int) -> Decision:
    """A decision to write one column of a lead."""
    return Decision(
        decision_id=f"decision-{number}", lead_id=f"lead-{number}", etag=f'W/"{number}"', values={"lc_score": number},
        scores=(), crossings=(), marks=(), events=(), next_change_at=None, due_rev=1, run_id="run", decided_at=NOW,
    )  # fmt: skip


DECISIONS = [decision(number) for number in range(10)]


class ScriptedWriter:
    """A writer whose answers are told by lead; everything else is applied. `shares` records what came together."""

    def __init__(self, size: int, **answers: WriteResult | BaseException) -> None:
        self.size = size
        self.answers = {name.replace("_", "-"): answer for name, answer in answers.items()}
        self.shares: list[list[str]] = []
        self.asked: list[tuple[int, int]] = []
        self.threads: set[str] = set()
        self.reversed = False

    def share(self, changes: int, *, parallel: int) -> int:
        """As it was made."""
        self.asked.append((changes, parallel))
        return self.size

    def write(self, lead_id: str, etag: str, values: Columns) -> WriteResult:
        """One lead."""
        assert values
        self.shares.append([lead_id])
        return self._answer(lead_id, etag)

    def write_many(
        self, changes: Sequence[Change], *, stop: Callable[[], bool]
    ) -> Iterator[tuple[int, WriteResult | OutsideError]]:
        """Several leads."""
        self.shares.append([change.lead_id for change in changes])
        self.threads.add(threading.current_thread().name)
        places = range(len(changes))
        for place in reversed(places) if self.reversed else places:
            if stop():
                return
            try:
                yield place, self._answer(changes[place].lead_id, changes[place].etag)
            except OutsideError as error:
                yield place, error

    def _answer(self, lead_id: str, etag: str) -> WriteResult:
        answer = self.answers.get(lead_id, Applied(etag))
        if isinstance(answer, BaseException):
            raise answer
        return answer


def failing(status: int | None = 503) -> OutsideError:
    """What the outside world says of one lead, or of all."""
    return OutsideError(f"answered {status}", status=status)


def leads(written: Written) -> list[str]:
    """Who got an answer."""
    return [one.lead_id for one, _ in written.results]


def test_decisions_go_in_shares_as_the_writer_says() -> None:
    """Asked with how many there are and how many threads; each answer is its own decision's, in any order."""
    writer = ScriptedWriter(4, lead_3=Stale())
    writer.reversed = True
    written = write_all(writer, DECISIONS, WriteTally(), parallel=2)
    assert writer.asked == [(10, 2)]
    assert sorted(map(len, writer.shares)) == [2, 4, 4]
    assert dict(zip(leads(written), [result for _, result in written.results], strict=True)) == {
        one.lead_id: Stale() if one.lead_id == "lead-3" else Applied(one.etag) for one in DECISIONS
    }
    assert (written.failure, written.is_cut_short) == (None, False)
    assert all(name.startswith("writer") for name in writer.threads)


def test_a_share_of_one_is_a_single_write() -> None:
    """No batch of one."""
    writer = ScriptedWriter(3)
    write_all(writer, DECISIONS[:4], WriteTally(), parallel=1)
    assert writer.shares == [["lead-0", "lead-1", "lead-2"], ["lead-3"]]


def test_nothing_to_write_is_nothing() -> None:
    """And no thread is begun."""
    written = write_all(ScriptedWriter(1), [], WriteTally(), parallel=4)
    assert (written.results, written.failure) == ([], None)


def test_a_lead_that_the_server_fails_on_is_left_and_the_others_are_written() -> None:
    """In the middle of a share: counted, left for the next run, no end of the writing."""
    tally = WriteTally()
    written = write_all(ScriptedWriter(5, lead_2=failing(), lead_7=failing(500)), DECISIONS, tally, parallel=1)
    assert leads(written) == [one.lead_id for one in DECISIONS if one.lead_id not in {"lead-2", "lead-7"}]
    assert (tally.left, len(tally.failed), written.failure) == ({"lead-2", "lead-7"}, 2, None)
    assert not written.is_cut_short


@pytest.mark.parametrize("status", [None, 429, 401])
def test_what_is_no_rows_affair_ends_the_writing(status: int | None) -> None:
    """Out of reach, too busy, not let in: what was answered is kept, nothing more is begun."""
    writer, tally = ScriptedWriter(3, lead_4=failing(status)), WriteTally()
    written = write_all(writer, DECISIONS, tally, parallel=1)
    assert leads(written) == ["lead-0", "lead-1", "lead-2", "lead-3"]
    assert str(written.failure) == f"answered {status}"
    assert len(writer.shares) == 2
    assert (tally.left, tally.failed) == ({"lead-4"}, [])


def test_too_many_failing_rows_end_the_writing() -> None:
    """A server that fails on everything is an outage, in the middle of a share too."""
    many = [decision(number) for number in range(3 * MOST_FAILED)]
    writer = ScriptedWriter(len(many), **{one.lead_id.replace("-", "_"): failing() for one in many})
    tally = WriteTally()
    written = write_all(writer, many, tally, parallel=1)
    assert written.results == []
    assert len(tally.failed) == MOST_FAILED + 1
    assert "503" in str(written.failure)


def test_a_mistake_of_ours_is_raised_after_the_rest() -> None:
    """It is the failure; what other shares were answered is kept."""
    written = write_all(ScriptedWriter(2, lead_3=ValueError("a mistake")), DECISIONS, WriteTally(), parallel=1)
    assert leads(written) == ["lead-0", "lead-1"]
    assert isinstance(written.failure, ValueError)


def test_an_interruption_ends_everything() -> None:
    """Raised at once, nothing more is begun."""
    writer = ScriptedWriter(2, lead_3=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        write_all(writer, DECISIONS, WriteTally(), parallel=1)
    assert len(writer.shares) == 2


def test_a_stop_leaves_the_rest_planned_and_is_no_failure() -> None:
    """Asked to stop after three leads: their results are there, the run itself says that it was stopped."""
    asked = iter(range(100))
    writer = ScriptedWriter(5)
    written = write_all(writer, DECISIONS, WriteTally(), parallel=1, stop=lambda: next(asked) >= 4)
    assert leads(written) == ["lead-0", "lead-1", "lead-2"]
    assert (written.failure, written.is_cut_short) == (None, True)
    assert len(writer.shares) == 1
