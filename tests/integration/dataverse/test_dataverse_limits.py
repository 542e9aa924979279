"""The limiter against the sandbox's service protection over real HTTPS: what is refused, what is sent too early.

Where no thread is wanted, the sandbox's protection, the limiter and the ledger share a clock that only waiting moves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from connector.dataverse.http.exchange import Answer, Call, Exchange
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.identity.auth import ClientSecret, SignIn
from connector.dataverse.limits.gate import Ask, Full, NotYet, Ticket
from connector.dataverse.limits.limiter import Limiter
from connector.errors import OutsideError
from connector.pipeline.budgets import Bounds, Ledger
from connector.sandbox import Sandbox, start_sandbox
from connector.store import open_store
from connector.store.budgets import SqlLedger

Connect = Callable[..., DataverseSession]


@dataclass
class StillTime:
    """A clock that only waiting moves."""

    seconds: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        """Seconds."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self.slept.append(seconds)
        self.seconds += seconds

    def now(self, _: object = None) -> datetime:
        """The same as a date."""
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """An environment whose protection can be switched on."""
    with start_sandbox(leads=3, closed=0, accounts=1) as running:
        yield running
        assert running.calls.crashes == []


@pytest.fixture
def connect(sandbox: Sandbox) -> Iterator[Connect]:
    """Opens sessions, by default with real time."""
    settings = sandbox.settings
    bundle = Path(settings["CONNECTOR_CA_BUNDLE"])
    with ExitStack() as stack:

        def opened(time: StillTime | None = None, **limits: Any) -> DataverseSession:
            credentials = ClientSecret(settings["CONNECTOR_CLIENT_ID"], settings["CONNECTOR_CLIENT_SECRET"])
            sign_in = SignIn(
                credentials, authority=settings["CONNECTOR_AUTHORITY"], resource=sandbox.url, ca_bundle=bundle
            )
            clocks: dict[str, Any] = {"monotonic": time.monotonic, "sleep": time.sleep} if time else {}
            limiter = Limiter(**limits, **clocks)
            return stack.enter_context(
                DataverseSession(sandbox.url, sign_in, ca_bundle=bundle, limiter=limiter, jitter=lambda: 0.0, **clocks)
            )

        yield opened


def ask(session: DataverseSession) -> None:
    """The smallest request."""
    session.get("WhoAmI", doing="asking who we are")


def ask_in_threads(session: DataverseSession, threads: int, count: int) -> int:
    """So many requests of so many threads; how many were answered."""
    with ThreadPoolExecutor(threads) as pool:
        return len(list(pool.map(lambda _: ask(session), range(count))))


@dataclass
class Watch:
    """The answers to what a session sends, and what its gate decides, one after the other as it does.

    `early` are the leaves that it gave before the end of a wait that it knew of. What counts is the moment of the
    leave: a thread may be slow to begin.
    """

    answers: list[Answer] = field(default_factory=list)
    leaves: int = 0
    early: int = 0
    holds: list[float] = field(default_factory=list)
    until: float = 0.0

    def wishes(self) -> Counter[float]:
        """The waits that were asked for, and how often."""
        return Counter(float(one.headers["Retry-After"]) for one in self.answers if one.status == 429)


def watched(session: DataverseSession) -> Watch:
    """Watch a session from now on."""
    exchange, gate, seen = session._exchange, session.limiter._gate, Watch()
    ask, hold = gate.ask, gate.hold

    class Watched(Exchange):
        def __init__(self) -> None:
            pass

        def send(self, call: Call, token: str) -> Answer:
            answer = exchange.send(call, token)
            seen.answers.append(answer)
            return answer

        def close(self) -> None:
            exchange.close()

    def asked(kind: str, operations: int, now: float) -> Ticket | Full | NotYet | Ask:
        found = ask(kind, operations, now)
        if isinstance(found, Ticket):
            seen.leaves += 1
            seen.early += monotonic() < seen.until
        return found

    def held(seconds: float, now: float) -> None:
        seen.holds.append(seconds)
        seen.until = max(seen.until, now + seconds)
        hold(seconds, now)

    session._exchange = Watched()
    gate.ask, gate.hold = asked, held  # type: ignore[method-assign]
    return seen


def test_a_steady_run_meets_no_refusal(sandbox: Sandbox, connect: Connect) -> None:
    """With limits as the server has them, three windows' worth of requests go through without a single 429."""
    time, protection = StillTime(), sandbox.dataverse.protection
    protection.clock = time.monotonic
    protection.enforce(requests=200, window_s=300)
    session = connect(time, bounds=Bounds(requests=200))
    for _ in range(600):
        ask(session)
    assert not protection.refusals
    assert protection.early == 0
    assert 600 <= time.seconds - 1000 < 3 * 330


def test_a_limit_lower_than_ours_is_learned_from_one_refusal(sandbox: Sandbox, connect: Connect) -> None:
    """The refusal names it: from then on the session stays below, and it comes back no earlier than told."""
    time, protection = StillTime(), sandbox.dataverse.protection
    protection.clock = time.monotonic
    protection.enforce(requests=60, window_s=300)
    session = connect(time)
    for _ in range(200):
        ask(session)
    assert sum(protection.refusals.values()) == 1
    assert protection.early == 0


def test_execution_time_is_kept_within_its_budget(sandbox: Sandbox, connect: Connect) -> None:
    """Requests that take long use up the other budget: they wait for it, and none is refused."""
    time, protection = StillTime(), sandbox.dataverse.protection
    protection.clock = time.monotonic
    protection.enforce(requests=None, execution_s=100.0, window_s=300, work_s={"": 2.0})
    session = connect(time, bounds=Bounds(execution_s=100.0))
    exchange = session._exchange

    class Slow(Exchange):
        def __init__(self) -> None:
            pass

        def send(self, call: Call, token: str) -> Answer:
            time.seconds += 2.0
            found = exchange.send(call, token)
            return Answer(found.status, found.headers, found.body, 2.0)

        def close(self) -> None:
            exchange.close()

    session._exchange = Slow()
    for _ in range(120):
        ask(session)
    assert not protection.refusals
    assert time.seconds - 1000 > 2 * 250


@pytest.mark.parametrize("count", [2, 3])
def test_processes_share_the_budget_through_the_store(
    sandbox: Sandbox, connect: Connect, tmp_path: Path, count: int
) -> None:
    """Sessions with a store in common are one user to the server: together they stay within the limits."""
    time, protection = StillTime(), sandbox.dataverse.protection
    protection.clock = time.monotonic
    protection.enforce(requests=120, window_s=300)
    bounds = Bounds(requests=120)
    with ExitStack() as stack:

        def ledger() -> Ledger:
            store = stack.enter_context(closing(open_store(None, tmp_path / "data")))
            return SqlLedger(store._database, "org user", bounds, now=time.now)

        sessions = [connect(time, bounds=bounds, ledger=ledger()) for _ in range(count)]
        for _ in range(300 // count):
            for session in sessions:
                ask(session)
        assert not protection.refusals
        for session in sessions:
            session.limiter.settle()
        shared = sessions[0].limiter.ledger
        assert shared.operations(shared.today()) == count * (300 // count)


def test_another_process_waits_for_what_one_was_told(sandbox: Sandbox, connect: Connect, tmp_path: Path) -> None:
    """A refusal that one process got holds back the other one too, though its own lease is good."""
    time = StillTime()
    with ExitStack() as stack:
        stores = [stack.enter_context(closing(open_store(None, tmp_path / "data"))) for _ in range(2)]
        first, second = (
            connect(time, ledger=SqlLedger(store._database, "org user", Bounds(), now=time.now)) for store in stores
        )
        ask(first)
        ask(second)
        time.seconds += 1
        sandbox.faults.status(429, retry_after=44, method="POST")
        with pytest.raises(OutsideError, match="429"):
            first.post("leads", {}, doing="creating", headers={})
        told = time.seconds
        ask(second)
        assert time.seconds >= told + 44


def test_threads_find_a_concurrency_that_is_taken(sandbox: Sandbox, connect: Connect) -> None:
    """A server that takes three at once and advises forty-eight: all requests are answered, none comes back early."""
    protection = sandbox.dataverse.protection
    protection.enforce(requests=None, execution_s=None, parallel=3)
    protection.takes_s = {"": 0.01}
    protection.penalty_s = 0.0
    session = connect()
    seen = watched(session)
    assert ask_in_threads(session, 12, 60) == 60
    assert (seen.early, seen.leaves) == (0, len(seen.answers))
    assert seen.wishes() <= Counter(seen.holds)
    assert sum(one.status == 200 for one in seen.answers) == 60
    assert protection.most_parallel <= 3


def test_a_storm_of_refusals_loses_nothing_and_is_waited_out(sandbox: Sandbox, connect: Connect) -> None:
    """Refusal upon refusal: each request is answered in the end, and no thread moves before the named moment."""
    sandbox.faults.status(429, code="0x80072322", retry_after=0.4, times=6)
    session = connect()
    seen = watched(session)
    assert ask_in_threads(session, 16, 80) == 80
    assert seen.wishes() == {0.4: 6}
    assert seen.wishes() <= Counter(seen.holds)
    assert (seen.early, seen.leaves) == (0, len(seen.answers))
    assert session.limiter.in_flight == 0


def test_never_more_in_flight_than_the_ceiling(sandbox: Sandbox, connect: Connect) -> None:
    """However many threads and whatever the advice: the ceiling holds, and the limits are not met."""
    protection = sandbox.dataverse.protection
    protection.enforce()
    protection.takes_s = {"": 0.005}
    session = connect(ceiling=6)
    assert ask_in_threads(session, 20, 100) == 100
    assert not protection.refusals
    assert protection.most_parallel <= 6
