"""The worker as a whole over a store in memory: the role, recovery, deliveries, and how it ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

import pytest

from connector import worker
from connector.errors import OutsideError, RefusedError
from connector.pipeline.jobs import DELIVERIES
from connector.pipeline.ports import Store
from connector.worker import Work, handler, said, working
from connector.worker import crew as crew_module
from tests.unit.worker.queue import FakeQueue, lease


@dataclass
class FakeStore:
    """A role and a queue."""

    queue: FakeQueue = field(default_factory=FakeQueue)
    free: bool = True
    shown: list[datetime] = field(default_factory=list)

    @contextmanager
    def worker_lock(self, *, wait_s: float = 0.0, alone: bool = False) -> Iterator[bool]:
        """Give the role if it is free."""
        yield self.free

    def keep_role(self) -> None:
        """Nothing breaks off here."""

    def show_worker(self, *, now: datetime) -> None:
        """Note that a worker lives."""
        self.shown.append(now)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of a millisecond."""
    for module in (worker, crew_module):
        monkeypatch.setattr(module, "POLL_S", 0.001)
        monkeypatch.setattr(module, "LONGEST_PAUSE_S", 0.004)


def until(store: FakeStore, work: Work, stop: threading.Event) -> None:
    """Work until `stop` is set by the work itself."""
    with working(cast("Store", store), work, stop=stop):
        assert stop.wait(30)


def left_of(before: Sequence[threading.Thread]) -> list[str]:
    """The threads that were begun since and do not end. One that is about to is waited for: what it did is over."""
    begun = [thread for thread in threading.enumerate() if thread not in before]
    for thread in begun:
        thread.join(30)
    return [thread.name for thread in begun if thread.is_alive()]


def test_it_takes_over_then_works_and_delivers_beside() -> None:
    """What the dead held comes first; jobs are done while deliveries go out; every thread ends."""
    stop, done = threading.Event(), list[str]()
    store = FakeStore(FakeQueue([lease("a")]))
    delivered, ticked = threading.Event(), threading.Event()

    def deliver() -> int:
        done.append("deliver")
        delivered.set()
        return 0

    def do(_: object) -> None:
        assert delivered.wait(30)
        assert ticked.wait(30)
        stop.set()

    work = Work(
        "w",
        lambda crew: [handler("inbox", do)],
        recover=lambda: done.append("recover"),
        deliver=deliver,
        tick=ticked.set,
    )
    before = threading.enumerate()
    until(store, work, stop)
    assert store.queue.words() == ["take over", "finish a"]
    assert done[:2] == ["recover", "deliver"]
    assert done.count("recover") == 1
    assert left_of(before) == []


def test_what_is_read_ahead_keeps_nothing_waiting(caplog: pytest.LogCaptureFixture) -> None:
    """It is done once, beside the jobs; where it fails that is said, and the work goes on."""
    stop, done, prepared = threading.Event(), threading.Event(), list[int]()

    def prepare() -> None:
        prepared.append(1)
        assert done.wait(30)  # a job is done meanwhile
        raise OutsideError("It is away.")

    def do(_: object) -> None:
        done.set()
        stop.set()

    with caplog.at_level(logging.WARNING):
        until(FakeStore(FakeQueue([lease("a")])), Work("w", lambda crew: [handler("inbox", do)], prepare=prepare), stop)
    assert prepared == [1]
    assert [record.getMessage() for record in caplog.records] == [
        "What the worker reads ahead could not be read: It is away."
    ]


def test_it_is_ready_once_all_is_read(caplog: pytest.LogCaptureFixture) -> None:
    """Also where reading failed: what is there then is what it begins with."""
    stop, order = threading.Event(), list[str]()

    def prepare() -> None:
        order.append("read")
        raise OutsideError("It is away.")

    def ready() -> None:
        order.append("ready")
        stop.set()

    with caplog.at_level(logging.WARNING):
        until(FakeStore(), Work("w", lambda crew: [], prepare=prepare, ready=ready), stop)
    assert order == ["read", "ready"]


def test_what_is_read_ahead_keeps_nobody_from_ending() -> None:
    """A request that hangs is waited for as long as what is in hand may take, and then left alone."""
    stop, hangs, began = threading.Event(), threading.Event(), threading.Event()

    def prepare() -> None:
        began.set()
        hangs.wait(30)

    with working(cast("Store", FakeStore()), Work("w", lambda crew: [], prepare=prepare, grace_s=0.01), stop=stop):
        assert began.wait(30)
    (left,) = [one for one in threading.enumerate() if one.name == "worker-ahead"]
    assert left.daemon
    hangs.set()
    left.join(30)


def test_a_destination_that_hangs_keeps_nobody_from_ending(caplog: pytest.LogCaptureFixture) -> None:
    """A card that nobody answers is waited for as long as jobs may take, then left to whoever works next."""
    stop, hangs, began = threading.Event(), threading.Event(), threading.Event()

    def deliver() -> int:
        began.set()
        hangs.wait(30)
        return 0

    with (
        caplog.at_level(logging.WARNING),
        working(cast("Store", FakeStore()), Work("w", lambda crew: [], deliver=deliver, grace_s=0.01), stop=stop),
    ):
        assert began.wait(30)
    (left,) = [one for one in threading.enumerate() if one.name == "worker-deliveries"]
    assert left.daemon
    assert "had no answer in time" in caplog.text
    hangs.set()
    left.join(30)


def test_what_a_dead_worker_had_on_its_way_is_taken_over_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only when a worker begins: nobody may begin for days."""
    monkeypatch.setattr(worker, "TAKE_OVER_S", 0.0)
    stop, took, recovered = threading.Event(), list[int](), list[int]()

    def take_over() -> None:
        took.append(1)
        if len(took) == 3:
            stop.set()

    work = Work(
        "w", lambda crew: [], recover=lambda: recovered.append(1), take_over=take_over, deliver=lambda: 0, grace_s=30
    )
    until(FakeStore(), work, stop)
    assert (len(recovered), len(took)) == (1, 3)


def test_while_it_sends_it_does_not_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as deliveries go out the next ones are asked for at once."""
    monkeypatch.setattr(worker, "POLL_S", 3600.0)
    stop, left = threading.Event(), [1, 1, 1]

    def deliver() -> int:
        if not left:
            stop.set()
            return 0
        return left.pop()

    until(FakeStore(), Work("w", lambda crew: [], deliver=deliver), stop)
    assert left == []


def test_what_was_stored_for_delivery_is_sent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the outbox's own kind, and where anything may have come; other kinds of work are no reason to look."""
    monkeypatch.setattr(worker, "POLL_S", 3600.0)
    stop, looked, store = threading.Event(), threading.Semaphore(0), FakeStore()

    def deliver() -> int:
        looked.release()
        return 0

    with working(cast("Store", store), Work("w", lambda crew: [], deliver=deliver), stop=stop):
        assert looked.acquire(timeout=30)
        (wake,) = store.queue.wakers
        for told in ({DELIVERIES, "inbox"}, ()):
            wake(told)
            assert looked.acquire(timeout=30)
        wake({"inbox"})
        assert not looked.acquire(timeout=0.05)


def test_deliveries_go_on_after_errors(caplog: pytest.LogCaptureFixture) -> None:
    """What fails is said once each, without data, and recovery is tried until it succeeds."""
    stop, fails = threading.Event(), [OutsideError("It is away."), ValueError("jane@marker.example")]
    recovered: list[int] = []

    def recover() -> None:
        recovered.append(1)
        if len(recovered) == 1:
            raise fails[0]

    def deliver() -> int:
        if fails[-1] is not fails[0]:
            raise fails.pop()
        stop.set()
        return 0

    with caplog.at_level(logging.WARNING):
        until(FakeStore(), Work("w", lambda crew: [], recover=recover, deliver=deliver), stop)
    assert len(recovered) == 2
    assert [record.getMessage().rpartition(": ")[2] for record in caplog.records] == [
        "It is away.", "unexpected ValueError",
    ]  # fmt: skip


def test_without_the_role_nothing_is_begun() -> None:
    """A folder that another worker has is refused with the remedy; no thread starts."""
    before = threading.enumerate()
    with (
        pytest.raises(RefusedError, match="CONNECTOR_DATA_DIR"),
        working(cast("Store", FakeStore(free=False)), Work("w", lambda crew: []), stop=threading.Event()),
    ):
        pass
    assert left_of(before) == []


def test_what_is_recorded_of_foreign_errors_quotes_no_data() -> None:
    """Our errors are for people; of others only the kind is kept."""
    assert said(OutsideError("Nobody is there.", remedy="Look.")) == "Nobody is there. Look."
    assert said(KeyError("jane@marker.example")) == "unexpected KeyError"
