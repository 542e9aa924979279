"""The limiter: who may send when, what a waiting request says, and what happens when something fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from connector.dataverse.limits.ledger import MemoryLedger
from connector.dataverse.limits.limiter import CEILING, LARGEST_CEILING, PATIENCE_S, Limiter
from connector.dataverse.limits.protection import Signals
from connector.errors import OutsideError, StoreError
from connector.pipeline.budgets import LONGEST_HOLD_S, Bounds, Grant, Lesson, Spent, Wish
from tests.unit.dataverse.support import FakeTime

OK = Signals(is_success=True)
REFUSED = Signals(is_refusal=True)


@dataclass
class Ledger(MemoryLedger):
    """A ledger that counts what it is asked, and fails when told."""

    bounds: Bounds = field(default_factory=Bounds)
    time: FakeTime = field(default_factory=FakeTime)
    fails: bool = False
    reserved: int = 0
    looked: int = 0
    told: list[Spent] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.bounds, monotonic=self.time.monotonic, clock=self.time.clock)

    def reserve(self, wish: Wish | None, spent: Sequence[Spent]) -> Grant:
        """Count, or fail."""
        if self.fails:
            raise StoreError("The database is gone.")
        self.reserved += 1
        self.told += spent
        self.wishes += [wish] if wish else []
        return super().reserve(wish, spent)

    def held_s(self) -> float:
        """Count."""
        self.looked += 1
        return super().held_s()


def limiter(ledger: Ledger, **settings: object) -> Limiter:
    """A limiter on the ledger's time."""
    return Limiter(
        bounds=ledger.bounds,
        ledger=ledger,
        monotonic=ledger.time.monotonic,
        sleep=ledger.time.sleep,
        **settings,  # type: ignore[arg-type]  # whatever the limiter takes
    )


def send(
    one: Limiter, signals: Signals = OK, *, kind: str = "reading", operations: int = 1, takes_s: float = 0.0
) -> None:
    """One request and its answer."""
    with one.admit(kind, operations=operations) as admission:
        one.hear(admission, signals, takes_s)


@pytest.mark.parametrize("ceiling", [0, LARGEST_CEILING + 1])
def test_a_ceiling_that_the_server_refuses_is_a_mistake(ceiling: int) -> None:
    """Dataverse promises 52 at once at least: the ceiling stays below."""
    with pytest.raises(ValueError, match="from 1 to 51"):
        Limiter(ceiling=ceiling)
    assert Limiter().ceiling == CEILING == 40


def test_what_may_be_in_flight_is_told() -> None:
    """A pool of the ceiling's size is never too small; what is allowed follows the answers."""
    one = Limiter(ceiling=20)
    assert (one.ceiling, one.allowed, one.in_flight) == (20, 8, 0)
    with one.admit("reading") as admission:
        assert one.in_flight == 1
        one.hear(admission, Signals(is_success=True, hint=16), 0.1)
    assert (one.allowed, one.in_flight) == (16, 0)
    send(one, REFUSED)
    assert one.allowed == 8


def test_nothing_is_sent_before_the_moment_that_the_server_named() -> None:
    """A wish to wait holds back the next request, whoever sends it."""
    ledger = Ledger()
    one = limiter(ledger)
    send(one, Signals(is_refusal=True, hold_s=9.0))
    send(one)
    assert ledger.time.slept == [9.0]


def test_another_process_waits_too() -> None:
    """The wish is passed on through the ledger."""
    ledger = Ledger()
    one, other = limiter(ledger), limiter(ledger)
    one.hold(9.0)
    send(other)
    assert ledger.time.slept == [9.0]


def test_a_wish_without_end_is_waited_for_an_hour() -> None:
    """More is taken for a mistake."""
    ledger = Ledger()
    one = limiter(ledger)
    send(one, Signals(is_refusal=True, hold_s=1e12))
    send(one)
    assert ledger.time.slept == [LONGEST_HOLD_S]


def test_a_request_does_not_wait_beyond_its_time() -> None:
    """It fails at once, says for how long nothing is to be sent, and was not sent."""
    ledger = Ledger()
    one = limiter(ledger)
    one.hold(100.0)
    with pytest.raises(OutsideError, match="wants nothing to be sent for the next 100 s") as caught:
        one.admit("reading", until=ledger.time.monotonic() + 50).__enter__()
    assert ledger.time.slept == []
    assert (caught.value.retry_after_s, one.in_flight) == (100.0, 0)


def test_who_is_to_stop_sends_nothing_early() -> None:
    """A wait that is cut short ends in an error, not in a request before its time."""
    ledger, stop = Ledger(), threading.Event()
    one = limiter(ledger, stopped=stop.is_set)
    one.hold(100.0)
    stop.set()
    with pytest.raises(OutsideError, match="stopped while a request waited"):
        one.admit("reading").__enter__()


def test_requests_wait_for_the_budget_and_say_so_once(caplog: pytest.LogCaptureFixture) -> None:
    """When the window is full they wait until it is not; the log has one line for all of them."""
    caplog.set_level(logging.WARNING, "connector")
    ledger = Ledger(Bounds(requests=5, execution_s=1000.0, window_s=300.0))
    one = limiter(ledger)
    for _ in range(10):
        send(one)
    assert sum(ledger.time.slept) == pytest.approx(300.0, abs=1.0)
    (line,) = [record.getMessage() for record in caplog.records]
    assert "5 requests" in line
    assert "used up" in line


def test_a_budget_that_is_used_up_for_too_long_is_an_error() -> None:
    """A request that would wait beyond its time says that it is the budget, and what to do."""
    ledger = Ledger(Bounds(requests=1, execution_s=1000.0, window_s=300.0))
    one = limiter(ledger)
    send(one)
    with pytest.raises(OutsideError, match=r"budget of requests.*CONNECTOR_RETRY_S"):
        one.admit("reading", until=ledger.time.monotonic() + 60).__enter__()


def test_a_few_leases_serve_many_requests() -> None:
    """The ledger is asked a few times for hundreds of requests, and looked at ten times a second at most."""
    ledger = Ledger()
    one = limiter(ledger)
    for _ in range(300):
        send(one, takes_s=0.01)
        ledger.time.mono += 0.01
    assert ledger.reserved <= 6
    assert ledger.looked <= 31


def test_settling_gives_back_the_rest() -> None:
    """What was done is told, with every part of a batch, and what was not used is free for others; twice tells once."""
    ledger = Ledger(Bounds(requests=120, execution_s=1000.0))
    one = limiter(ledger)
    send(one, operations=100, takes_s=2.0)
    send(one, takes_s=1.0)
    one.settle()
    one.settle()
    assert [(spent.requests, spent.execution_s, spent.operations) for spent in ledger.told] == [(2, 3.0, 101)]
    assert ledger.operations(ledger.today()) == 101


def test_a_request_without_an_answer_counts_for_as_long_as_it_took() -> None:
    """The server may have worked all that time."""
    ledger = Ledger()
    one = limiter(ledger)
    with pytest.raises(RuntimeError), one.admit("reading"):
        ledger.time.mono += 7.0
        raise RuntimeError
    one.settle()
    assert (one.in_flight, ledger.told[0].execution_s) == (0, 7.0)


def test_a_refused_request_is_no_measure_of_its_kind() -> None:
    """What is turned away at once says nothing about how long its like takes: as much is reserved for the next."""
    ledger = Ledger()
    one = limiter(ledger)
    send(one, takes_s=5.0)
    for _ in range(20):
        send(one, REFUSED, takes_s=0.001)
    one.settle()
    send(one)
    assert ledger.wishes[-1].least_s == 5.0


def test_a_named_limit_holds_at_once() -> None:
    """The lease in hand was made by bounds that do not hold: the next one is made by those that the server named."""
    ledger = Ledger()
    one = limiter(ledger)
    send(one, Signals(is_refusal=True, lesson=Lesson(requests=3, window_s=60.0)))
    for _ in range(3):
        send(one)
    assert sum(ledger.time.slept) == pytest.approx(60.0, abs=1.0)


def test_a_ledger_that_fails_is_an_error_and_forgets_nothing() -> None:
    """The request is not sent; when the ledger is back, it hears of all that was done before."""
    ledger = Ledger(Bounds(requests=60, execution_s=1000.0))
    one = limiter(ledger)
    send(one)
    ledger.fails = True
    with pytest.raises(StoreError):
        send(one)
    with pytest.raises(StoreError):
        one.settle()
    assert one.in_flight == 0
    ledger.fails = False
    send(one)
    one.settle()
    assert sum(spent.requests for spent in ledger.told) == 2


def test_threads_never_exceed_what_is_allowed() -> None:
    """Two dozen threads send three hundred requests through a limiter of five: all are sent, never six at once."""
    one, lock = Limiter(ceiling=5), threading.Lock()
    now = most = sent = 0
    gate = threading.Barrier(24)

    def work() -> None:
        nonlocal now, most, sent
        gate.wait()
        for _ in range(13):
            with one.admit("reading") as admission:
                with lock:
                    now += 1
                    most = max(most, now)
                one.hear(admission, OK, 0.001)
                with lock:
                    now -= 1
                    sent += 1

    threads = [threading.Thread(target=work) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sent, one.in_flight) == (24 * 13, 0)
    assert 1 <= most <= 5


def test_threads_share_one_wait() -> None:
    """A refusal of one thread's request holds back the others that already wait for their turn."""
    time = FakeTime()
    ledger = Ledger(time=time)
    one = limiter(ledger, ceiling=1)
    begun: list[float] = []
    inside, go = threading.Event(), threading.Event()

    def first() -> None:
        with one.admit("reading") as admission:
            inside.set()
            go.wait()
            one.hear(admission, Signals(is_refusal=True, hold_s=30.0), 0.1)

    def second() -> None:
        inside.wait()
        with one.admit("reading"):
            begun.append(time.monotonic())

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    inside.wait()
    started = time.monotonic()
    go.set()
    for thread in threads:
        thread.join()
    assert begun == [started + 30.0]


def test_a_request_behind_others_does_not_wait_for_ever() -> None:
    """Where all slots stay taken, the wait ends after the patience that is longer than any request lasts."""
    told: list[float] = []

    def monotonic() -> float:
        told.append(len(told) * 500.0)
        return told[-1]

    one = Limiter(ceiling=1, monotonic=monotonic, sleep=lambda _: None)
    with one.admit("reading"), pytest.raises(OutsideError, match="behind others"):
        one.admit("reading", until=25.0).__enter__()
    assert told[-1] > PATIENCE_S


def test_a_request_waits_for_its_turn_though_it_may_not_be_tried_again() -> None:
    """A bound that is over at once (no retries) bounds what the server asks for, not the turn behind others."""
    one = Limiter(ceiling=1)
    entered = threading.Event()

    def second() -> None:
        with one.admit("reading", until=0.0):
            entered.set()

    with one.admit("reading"):
        thread = threading.Thread(target=second)
        thread.start()
        assert not entered.wait(0.05)
    thread.join()
    assert entered.is_set()
