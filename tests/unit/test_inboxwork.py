"""The inbox's thread: what is claimed, what is recorded, and that it goes on whatever fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from connector.errors import OutsideError
from connector.inboxwork import FIRST_RETRY_S, LONGEST_RETRY_S, MOST_ATTEMPTS, retry_in_s, work_off, working_off
from connector.pipeline.hints import REFRESH_LEAD
from connector.pipeline.inbox import Handled
from connector.pipeline.jobs import JobStore, Lease
from connector.pipeline.sync import StoppedError


class Queue:
    """Jobs in hand, and what was recorded of them."""

    def __init__(self, *keys: str, attempt: int = 1, due_in: timedelta = timedelta(0)) -> None:
        until = datetime.now(UTC)
        self.waiting = [Lease(key, REFRESH_LEAD, key, {}, attempt, 1, until) for key in keys]
        self.due_in = due_in
        self.finished: list[str] = []
        self.failed: list[tuple[str, str, float | None]] = []
        self.released: list[str] = []
        self.claims = 0

    def next_job_at(self, _kinds: Sequence[str]) -> datetime | None:
        """When the next may be claimed."""
        return datetime.now(UTC) + self.due_in if self.waiting else None

    def claim(self, _kinds: Sequence[str], limit: int, *, worker: str) -> list[Lease]:
        """All that wait."""
        assert worker
        self.claims += 1
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return taken

    def finish(self, leases: Sequence[Lease]) -> int:
        """Record as done."""
        self.finished += [lease.job_id for lease in leases]
        return len(leases)

    def fail(self, lease: Lease, reason: str, *, retry_in_s: float | None) -> bool:
        """Record as failed."""
        self.failed.append((lease.job_id, reason, retry_in_s))
        return True

    def release(self, leases: Sequence[Lease]) -> int:
        """Give back."""
        self.released += [lease.job_id for lease in leases]
        return len(leases)


class Hand:
    """A handler that does what the test says."""

    def __init__(self, act: Callable[[Sequence[Lease]], Handled] = lambda _leases: Handled()) -> None:
        self.act = act
        self.seen: list[list[str]] = []

    def handle(self, leases: Sequence[Lease]) -> Handled:
        """Note and act."""
        self.seen.append([lease.job_id for lease in leases])
        return self.act(leases)


def off(queue: Queue, hand: Hand) -> int:
    """Work off once."""
    return work_off(cast("JobStore", queue), hand)


def raising(error: Exception) -> Hand:
    """A handler that fails."""

    def act(_leases: Sequence[Lease]) -> Handled:
        raise error

    return Hand(act)


def test_what_is_done_is_finished_and_the_rest_tried_again() -> None:
    """Each with its own reason; a batch is at most one read's worth."""
    queue, hand = Queue(*map(str, range(201))), Hand(lambda _leases: Handled(again={"7": "it changes"}))
    assert off(queue, hand) == 200
    assert len(hand.seen[0]) == 200
    assert len(queue.finished) == 199
    assert queue.failed == [("7", "it changes", FIRST_RETRY_S)]
    assert off(queue, Hand()) == 1


def test_nothing_waiting_claims_nothing() -> None:
    """A claim writes; where all that waits is far off, nothing is asked for either."""
    for queue in (Queue(), Queue("a", due_in=timedelta(hours=1))):
        assert off(queue, Hand()) == 0
        assert queue.claims == 0


def test_what_somebody_else_took_is_no_work() -> None:
    """Between the look and the claim."""
    queue = Queue("a", due_in=timedelta(seconds=30))
    queue.claim = lambda *_arguments, **_named: []  # type: ignore[method-assign]  # taken by another
    assert off(queue, Hand()) == 0


@pytest.mark.parametrize("error", [OutsideError("Out of reach.", remedy="Wait."), ValueError("a name")])
def test_a_failure_is_recorded_with_every_job(error: Exception) -> None:
    """In our own words where they are ours: the text of others may quote a row."""
    queue = Queue("a", "b", attempt=2)
    assert off(queue, raising(error)) == 2
    assert queue.finished == []
    assert [(job, wait) for job, _, wait in queue.failed] == [("a", 10.0), ("b", 10.0)]
    assert {reason for _, reason, _ in queue.failed} <= {"Out of reach. Wait.", "unexpected ValueError"}


def test_jobs_of_a_service_that_stops_are_given_back() -> None:
    """Their attempt does not count."""
    queue = Queue("a")
    with pytest.raises(StoppedError):
        off(queue, raising(StoppedError("stop")))
    assert (queue.released, queue.failed) == (["a"], [])


def test_pauses_double_up_to_an_hour_and_end() -> None:
    """After some hours the next run is left to bring it."""
    pauses = [retry_in_s(attempt) for attempt in range(1, MOST_ATTEMPTS + 1)]
    assert pauses[:3] == [5.0, 10.0, 20.0]
    assert pauses[-2:] == [LONGEST_RETRY_S, None]


@contextmanager
def at_work(queue: Queue, hand: Hand, *, ready: bool = False) -> Iterator[threading.Event]:
    """The thread over these."""
    stop = threading.Event()
    with working_off(cast("JobStore", queue), lambda: hand, stop=stop, ready=ready):
        yield stop


def test_the_thread_reads_ahead_works_and_ends_with_its_context() -> None:
    """Once ready it has asked for nothing, which reads the metadata; then what waits is done."""
    done, queue = threading.Event(), Queue("a")

    def act(leases: Sequence[Lease]) -> Handled:
        if leases:
            done.set()
        return Handled()

    hand = Hand(act)
    with at_work(queue, hand, ready=True):
        assert done.wait(30)
    assert hand.seen == [[], ["a"]]
    assert queue.finished == ["a"]
    assert not [thread for thread in threading.enumerate() if thread.name == "inbox"]


def test_the_thread_goes_on_after_an_error_and_ends_when_stopped(caplog: pytest.LogCaptureFixture) -> None:
    """Of an inbox that cannot be opened, of a store that is gone for a moment; a stopped service ends it by itself."""
    over, queue = threading.Event(), Queue("a")
    tries = iter([OutsideError("no metadata"), StoppedError("stop")])

    def act(_leases: Sequence[Lease]) -> Handled:
        error = next(tries)
        if isinstance(error, StoppedError):
            over.set()
        raise error

    with at_work(queue, Hand(act), ready=True):
        assert over.wait(30)
    assert queue.released == ["a"]
    assert "goes on after an error: no metadata" in caplog.text
