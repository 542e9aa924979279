"""The crew over a queue in memory: what it leases, keeps, records and gives up."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import cast

import pytest

from connector.errors import OutsideError, RefusedError
from connector.pipeline.jobs import Failed, JobStore, Lease
from connector.pipeline.retries import SCHEDULE_S
from connector.worker import crew as crew_module
from connector.worker.crew import Crew
from connector.worker.handlers import Handler, handler
from tests.unit.worker.queue import FakeQueue, lease


class Clock:
    """Monotonic seconds, moved by the test."""

    now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of a millisecond."""
    monkeypatch.setattr(crew_module, "POLL_S", 0.001)
    monkeypatch.setattr(crew_module, "LONGEST_PAUSE_S", 0.004)


@pytest.fixture
def stop() -> threading.Event:
    """What ends the crew."""
    return threading.Event()


@pytest.fixture
def clock() -> Clock:
    """The crew's time."""
    return Clock()


def make(queue: FakeQueue, handlers: Sequence[Handler], threads: int = 2, clock: Callable[[], float] = Clock()) -> Crew:  # noqa: B008 - its time stands still
    """A crew."""
    made = Crew(cast("JobStore", queue), threads, name="w", rng=Random(1), clock=clock)
    made.take(handlers)
    return made


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What a handler may wait for; opened in the end, so that no thread is left behind."""
    event = threading.Event()
    yield event
    event.set()


def stop_after(queue: FakeQueue, stop: threading.Event, count: int) -> None:
    """End the crew when so many things were recorded."""

    def on_done() -> None:
        if len(queue.words()) >= count:
            stop.set()

    queue.on_done = on_done


def test_jobs_are_done_and_recorded(stop: threading.Event) -> None:
    """Each is handed to the handler of its kind, and finished; other kinds are left alone."""
    queue = FakeQueue([lease("a"), lease("b", "sync"), lease("c"), lease("x", "other")])
    seen: list[str] = []
    stop_after(queue, stop, 3)
    make(queue, [handler("inbox", lambda one: seen.append(one.job_id)), handler("sync", lambda one: None)], 1).work(
        stop
    )
    assert seen == ["a", "c"]
    assert queue.words() == ["finish a", "finish b", "finish c"]
    assert [one.job_id for one in queue.ready] == ["x"]


def test_no_more_are_leased_than_there_are_threads(stop: threading.Event, gate: threading.Event) -> None:
    """What waits for a thread is left to others."""
    queue = FakeQueue([lease(str(number)) for number in range(9)])
    begun = threading.Semaphore(0)

    def wait(_: Lease) -> None:
        begun.release()
        gate.wait(30)

    crew = make(queue, [handler("inbox", wait)], 3)
    thread = threading.Thread(target=crew.work, args=(stop,), kwargs={"grace_s": 30.0})
    thread.start()
    assert all(begun.acquire(timeout=30) for _ in range(3))
    assert len(queue.ready) == 6
    stop.set()
    gate.set()
    thread.join()
    assert sorted(" ".join(queue.words()).replace("finish", "").split()) == ["0", "1", "2"]


def test_of_what_is_done_alone_one_is_taken_and_the_rest_given_back(stop: threading.Event) -> None:
    """Other processes may do them: here they would wait for each other. Nothing is taken while it is not free."""
    queue = FakeQueue([lease("a", "part"), lease("b", "part"), lease("c", "part")])
    at_once: list[int] = []
    under_way: list[str] = []
    free = [False, True]

    def do(one: Lease) -> None:
        under_way.append(one.job_id)
        at_once.append(len(under_way))
        under_way.remove(one.job_id)

    stop_after(queue, stop, 3)
    part = handler("part", do, alone=True, is_free=lambda: free.pop(0) if len(free) > 1 else free[0])
    make(queue, [part], 3).work(stop)
    assert set(at_once) == {1}
    assert queue.words() == ["release b", "release c", "finish a"]


def test_a_batch_takes_what_there_is_in_one_call(stop: threading.Event) -> None:
    """Up to its size, one call at a time; what it returns has failed, the rest is finished."""
    queue = FakeQueue([lease("a"), lease("b", "inbox2"), lease("c"), lease("d")])
    calls: list[list[str]] = []

    def look(leases: Sequence[Lease]) -> dict[str, str]:
        calls.append([one.job_id for one in leases])
        return {"b": "It changed at every try."}

    stop_after(queue, stop, 3)
    make(queue, [Handler(("inbox", "inbox2"), look, batch=3)]).work(stop)
    assert calls == [["a", "b", "c"], ["d"]]
    assert queue.words() == ["finish a c", "fail b It changed at every try.", "finish d"]


def test_one_of_a_batch_may_be_dead_or_wait_as_long_as_it_was_asked(stop: threading.Event) -> None:
    """What cannot be helped is not tried again; a wish to wait is no shorter than the schedule."""
    queue = FakeQueue([lease("a"), lease("b")])
    again = {"a": Failed("It is refused.", again=False), "b": Failed("Busy.", asked_s=600)}
    stop_after(queue, stop, 2)
    make(queue, [Handler(("inbox",), lambda _: again, batch=2)]).work(stop)
    assert queue.words() == ["dead a It is refused.", "fail b Busy."]
    assert 600 <= (queue.pauses["b"] or 0) <= 720


def test_a_failed_job_is_tried_again_or_dead_as_its_error_says(
    stop: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    """The reason quotes no data of foreign errors; other jobs go on."""
    errors = {"a": OutsideError("Away.", retryable=True, retry_after_s=600), "b": RefusedError("No."),
              "c": KeyError("jane@marker.example")}  # fmt: skip
    queue = FakeQueue([lease("a"), lease("b"), lease("c", attempt=99 - 99 + len(SCHEDULE_S) + 1)])

    def fail(one: Lease) -> None:
        raise errors[one.job_id]

    stop_after(queue, stop, 3)
    with caplog.at_level(logging.WARNING):
        make(queue, [handler("inbox", fail)], 1).work(stop)
    assert queue.words() == ["fail a Away.", "dead b No.", "dead c unexpected KeyError"]
    pause = queue.pauses["a"]
    assert pause is not None
    assert 600 <= pause <= 720
    assert "marker.example" not in caplog.text
    assert caplog.text.count("The worker goes on after an error in a inbox job") == 3


def test_a_job_whose_worker_always_died_is_buried_unseen(stop: threading.Event) -> None:
    """What kills whoever tries it does not kill for ever."""
    queue = FakeQueue([lease("a", attempt=len(SCHEDULE_S) + 2)])
    stop_after(queue, stop, 1)
    make(queue, [handler("inbox", lambda one: pytest.fail("it was tried"))]).work(stop)
    assert queue.words() == ["dead a Its worker ended at every try, before it said why."]


def test_it_goes_on_when_the_queue_is_away(stop: threading.Event, caplog: pytest.LogCaptureFixture) -> None:
    """Claims and results are tried again until they get through; nothing is done twice for it."""
    queue = FakeQueue([lease("a")], broken=3)
    done: list[str] = []

    def do(one: Lease) -> None:
        done.append(one.job_id)
        queue.broken = 3

    stop_after(queue, stop, 1)
    with caplog.at_level(logging.WARNING):
        make(queue, [handler("inbox", do)]).work(stop)
    assert done == ["a"]
    assert queue.words() == ["finish a"]
    assert caplog.text.count("The database is away.") == 6


def test_a_batch_that_cannot_be_filled_is_done_as_it_is(stop: threading.Event) -> None:
    """The database may go away between two claims."""
    queue = FakeQueue([lease("a"), lease("b")])
    claim = queue.claim

    def once(kinds: Sequence[str], limit: int, *, worker: str, lease_s: float = 30.0) -> list[Lease]:
        queue.broken = 1 if queue.claims == 1 else 0
        return claim(kinds, limit, worker=worker)

    queue.claim = once  # type: ignore[method-assign]  # the queue breaks in the middle
    stop_after(queue, stop, 1)
    make(queue, [Handler(("inbox",), lambda leases: None, batch=5)], 1).work(stop)
    assert queue.words()[0] == "finish a"


def test_leases_are_kept_and_a_lost_one_is_said(stop: threading.Event, gate: threading.Event, clock: Clock) -> None:
    """A third of its time after it was taken a lease is renewed; what somebody else has now is no longer held."""
    mine, theirs = lease("mine"), lease("theirs")
    queue = FakeQueue([mine, theirs])
    begun, kept = threading.Event(), threading.Event()
    queue.on_done = kept.set

    def wait(_: Sequence[Lease]) -> None:
        gate.wait(30)

    crew = make(queue, [Handler(("inbox",), wait, batch=2)], clock=clock)
    thread = threading.Thread(target=crew.work, args=(stop,), kwargs={"grace_s": 30.0, "tick": begun.set})
    assert not crew.holds(mine)
    thread.start()
    while not crew.holds(theirs):
        begun.wait(0.001)
    assert not kept.is_set()
    queue.lost.add("theirs")
    clock.now = 10.0
    assert kept.wait(30)
    while crew.holds(theirs):
        begun.wait(0.001)
    assert crew.holds(mine)
    stop.set()
    gate.set()
    thread.join()


def test_a_lease_that_was_not_renewed_in_time_is_not_held(
    stop: threading.Event, gate: threading.Event, clock: Clock
) -> None:
    """A process that was stopped past its lease knows without asking that somebody else may be at it."""
    one = lease("a")
    queue = FakeQueue([one])
    crew = make(queue, [handler("inbox", lambda _: gate.wait(30))], clock=clock)
    crew._take_on(stop)
    assert crew.holds(one)
    clock.now = 30.0
    assert not crew.holds(one)
    gate.set()
    crew._drain(stop, 60.0)
    assert queue.words() == ["finish a"]


def test_a_hung_handler_is_given_up_and_bars_nobody(
    stop: threading.Event, gate: threading.Event, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Past its age its job is tried again, its thread counts no more, and what it says later is void."""
    queue = FakeQueue([lease("hangs")])
    ended = threading.Event()

    def do(one: Lease) -> None:
        if one.job_id == "hangs":
            gate.wait(30)
            ended.set()

    crew = make(queue, [handler("inbox", do, max_age_s=60)], threads=1, clock=clock)
    crew._take_on(stop)
    clock.now = 60.0
    crew._settle(stop)
    assert queue.words() == ["fail hangs It took longer than 60 seconds and was given up."]
    queue.ready = [lease("next")]
    assert crew._take_on(stop)
    gate.set()
    assert ended.wait(30)
    crew._drain(stop, 120.0)
    assert queue.words()[1:] == ["finish next"]


def test_what_ends_in_time_is_finished_and_the_rest_given_back(
    stop: threading.Event, gate: threading.Event, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """After the grace time the crew ends all the same; the jobs are there for the next worker."""
    queue = FakeQueue([lease("quick"), lease("slow")])
    crew = make(queue, [handler("inbox", lambda one: one.job_id == "slow" and gate.wait(30))], clock=clock)
    crew._take_on(stop)
    stop.set()
    queue.on_done = lambda: setattr(clock, "now", 30.0)
    crew._drain(stop, 30.0)
    assert queue.words() == ["finish quick", "release slow"]
    assert "1 jobs were given back" in caplog.text


def test_what_a_stop_cut_short_was_not_tried(stop: threading.Event) -> None:
    """A handler that hears the stop and raises loses no attempt."""
    queue = FakeQueue([lease("a")])

    def cut_short(_: Lease) -> None:
        stop.set()
        raise OutsideError("It was stopped.")

    make(queue, [handler("inbox", cut_short)]).work(stop, grace_s=30.0)
    assert queue.words() == ["release a"]


def test_a_queue_that_is_away_does_not_keep_it_from_ending(
    stop: threading.Event, gate: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be recorded is left to its lease."""
    queue = FakeQueue([lease("a")])
    crew = make(queue, [handler("inbox", lambda _: None)])
    crew._take_on(stop)
    while not crew._ended:
        gate.wait(0.001)
    queue.broken = 1_000_000
    stop.set()
    crew.work(stop, grace_s=0.0)
    assert queue.words() == []
    assert "The worker ends with an error" in caplog.text


def test_waking_ends_the_rest(stop: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes while it rests is begun at once."""
    monkeypatch.setattr(crew_module, "POLL_S", 3600.0)
    queue = FakeQueue()
    stop_after(queue, stop, 1)
    rested = threading.Event()
    crew = make(queue, [handler("inbox", lambda _: None)])

    def on_done() -> None:
        stop.set()
        crew.wake()

    queue.on_done = on_done
    thread = threading.Thread(target=crew.work, args=(stop,), kwargs={"tick": rested.set})
    thread.start()
    assert rested.wait(30)
    queue.ready = [lease("a")]
    crew.wake()
    thread.join(60)
    assert queue.words() == ["finish a"]


def test_what_only_a_busy_handler_would_find_is_not_looked_for(
    stop: threading.Event, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look is a transaction. A batch that is over looks for itself; other kinds are found at once."""
    monkeypatch.setattr(crew_module, "POLL_S", 3600.0)
    began, queue = threading.Event(), FakeQueue([lease("a")])

    def do(_: object) -> None:
        began.set()
        assert gate.wait(30)

    crew = make(queue, [Handler(("inbox",), do, batch=10), handler("sync", lambda _: None)])
    rests: list[list[str]] = []  # what was done before each
    rest = crew._rest

    def noted(seconds: float, stop: threading.Event | None = None) -> None:
        rests.append(queue.words())
        rest(seconds, stop)

    crew._rest = noted  # type: ignore[method-assign]
    thread = threading.Thread(target=crew.work, args=(stop,), daemon=True)  # a test that fails must not hang
    thread.start()
    assert began.wait(30)
    wait_until(lambda: bool(rests))
    queue.ready = [lease("b"), lease("c", "sync")]
    crew.wake({"inbox"})
    assert not crew._woken
    crew.wake({"inbox", "sync"})
    wait_until(lambda: rests[-1] == ["finish c"])  # after that it has looked once more
    rested = queue.claims
    crew.wake({"inbox"})
    assert not crew._woken
    assert queue.claims == rested
    gate.set()
    wait_until(lambda: queue.words() == ["finish c", "finish a", "finish b"])
    stop.set()
    crew.wake()
    thread.join(60)


def test_after_a_batch_that_was_not_full_a_handler_rests(stop: threading.Event, clock: Clock) -> None:
    """What comes meanwhile is done together when it has rested; a full batch is followed by the next one."""
    sizes: list[int] = []
    queue = FakeQueue([lease("a"), lease("b"), lease("c")])
    crew = make(
        queue, [Handler(("inbox",), lambda leases: sizes.append(len(leases)), batch=2, rest_s=5.0)], clock=clock
    )
    thread = threading.Thread(target=crew.work, args=(stop,), daemon=True)  # a test that fails must not hang
    thread.start()
    wait_until(lambda: queue.words() == ["finish a b", "finish c"])
    queue.ready = [lease("d")]
    crew.wake({"inbox"})
    assert crew._until_free(60.0) == 5.0
    clock.now = 4.9
    crew.wake()
    queue.ready.append(lease("e"))
    assert sizes == [2, 1]
    clock.now = 5.0
    crew.wake({"inbox"})
    wait_until(lambda: sizes == [2, 1, 2])
    stop.set()
    crew.wake()
    thread.join(60)


def test_a_handler_that_rested_while_others_were_looked_for_is_looked_for_next(clock: Clock) -> None:
    """What came for it meanwhile was not told, as it rested."""
    crew = make(FakeQueue(), [Handler(("inbox",), lambda _: None, batch=2, rest_s=5.0)], clock=clock)
    crew._begin(crew._handlers["inbox"], [lease("a")])
    clock.now = 4.0
    assert not crew._take_on(threading.Event())
    clock.now = 5.5  # so long the look took
    assert crew._until_free(60.0) == 0.0
    assert not crew._take_on(threading.Event())
    assert crew._until_free(60.0) == 60.0


def test_while_it_drains_it_waits_for_what_is_in_hand(stop: threading.Event, gate: threading.Event) -> None:
    """It does not ask again and again, however it was woken; jobs need the processor meanwhile."""
    queue, began = FakeQueue([lease("a")]), threading.Event()

    def do(_: object) -> None:
        began.set()
        assert gate.wait(30)

    crew = make(queue, [handler("inbox", do)])
    settled = waited = 0
    settle, wait = crew._settle, crew._changed.wait

    def counted(stop: threading.Event) -> None:
        nonlocal settled
        settled += 1
        if settled == 4:
            gate.set()
        settle(stop)

    def waits(timeout: float | None = None) -> bool:
        nonlocal waited
        waited += 1
        return wait(timeout)

    crew._settle = counted  # type: ignore[method-assign]
    crew._changed.wait = waits  # type: ignore[method-assign]
    crew._take_on(stop)
    assert began.wait(30)
    crew.wake()
    crew._drain(stop, 3600.0)
    assert settled >= 4
    assert settled - waited <= 2  # the first, and one that finds the end without having waited
    assert queue.words() == ["finish a"]


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for a thread; half a minute is long enough."""
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.001)
