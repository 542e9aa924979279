"""What every ledger of requests does, in memory and in the store: never more than the bounds in any window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from connector.dataverse.limits.ledger import MemoryLedger
from connector.pipeline.budgets import LONGEST_HOLD_S, Bounds, Grant, Ledger, Lesson, Spent, Wish
from connector.store import SqlStore, open_store
from connector.store.budgets import SqlLedger
from tests.contract.store.material import NOW

BOUNDS = Bounds(requests=100, execution_s=50.0, window_s=300.0)
USE_FOR_S, GRACE_S = 10.0, 130.0


@dataclass
class Time:
    """A clock that the test moves."""

    now: datetime = field(default=NOW)

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def monotonic(self) -> float:
        """Seconds."""
        return self.now.timestamp()


Opens = Callable[[], Ledger]


@pytest.fixture
def time() -> Time:
    """The time of the ledger."""
    return Time()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def another(request: pytest.FixtureRequest, tmp_path: Path, time: Time) -> Opens:
    """Opens the same ledger, as another process would."""
    if request.param == "memory":
        only = MemoryLedger(BOUNDS, monotonic=time.monotonic, clock=lambda: time.now)
        return lambda: only
    url = None if request.param == "sqlite" else request.getfixturevalue("postgresql_url")

    def opens() -> Ledger:
        store = open_store(url, tmp_path / "data")
        request.addfinalizer(store.close)
        return SqlLedger(store._database, "org user", BOUNDS, now=lambda _: time.now)

    return opens


@pytest.fixture
def ledger(another: Opens) -> Ledger:
    """A ledger that nobody has used."""
    return another()


def wish(requests: int = 10, execution_s: float = 5.0, *, owner: str = "a", least_s: float = 0.1) -> Wish:
    """A wish for a lease."""
    return Wish(owner, requests, execution_s, least_s, USE_FOR_S, GRACE_S)


def take(ledger: Ledger, requests: int, *, owner: str = "a") -> Grant:
    """A lease of so many requests and a hundredth of the execution time."""
    return ledger.reserve(wish(requests, 0.5, owner=owner), [])


def test_leases_are_given_until_the_bound_and_no_further(ledger: Ledger) -> None:
    """The last lease is what is left; then none is given, and it is said for how long."""
    given = [take(ledger, 40).requests for _ in range(4)]
    assert given == [40, 40, 20, 0]
    none = take(ledger, 40)
    assert (none.lease, none.requests) == ("", 0)
    assert none.wait_s > 0


def test_execution_time_is_a_bound_of_its_own(ledger: Ledger) -> None:
    """Requests are left, and none is given when the execution time is not."""
    assert ledger.reserve(wish(1, 49.0), []).execution_s == 49.0
    assert ledger.reserve(wish(1, 5.0, least_s=2.0), []).requests == 0
    assert ledger.reserve(wish(1, 5.0, least_s=1.0), []).execution_s == 1.0


def test_a_request_longer_than_all_that_there_is_begins_alone(ledger: Ledger) -> None:
    """What no window can hold is given the whole window, once nothing else counts."""
    small = take(ledger, 1)
    assert ledger.reserve(wish(1, 80.0, least_s=80.0), []).requests == 0
    whole = ledger.reserve(wish(1, 80.0, least_s=80.0), [Spent(small.lease, 0, 0.0, 0, 0.0)])
    assert (whole.requests, whole.execution_s) == (1, 50.0)


def test_what_was_not_used_is_given_again(ledger: Ledger) -> None:
    """A settled lease counts what was done with it."""
    lease = take(ledger, 100)
    assert take(ledger, 1).requests == 0
    again = ledger.reserve(wish(100, 1.0), [Spent(lease.lease, 30, 0.2, 30, 0.0)])
    assert again.requests == 70


def test_more_execution_than_was_taken_counts_too(ledger: Ledger) -> None:
    """A lease is settled with what it really took."""
    lease = ledger.reserve(wish(10, 5.0), [])
    assert ledger.reserve(wish(10, 5.0), [Spent(lease.lease, 10, 48.0, 10, 0.0)]).execution_s == 2.0


def test_what_was_done_counts_for_a_window_after_its_end(ledger: Ledger, time: Time) -> None:
    """The window slides: a settled lease counts until a window after its last request, and no longer."""
    lease = take(ledger, 100)
    ledger.reserve(None, [Spent(lease.lease, 100, 1.0, 100, 4.0)])
    time.move(295.0)
    waits = take(ledger, 1)
    assert waits.requests == 0
    assert waits.wait_s == pytest.approx(1.0)
    time.move(1.1)
    assert take(ledger, 100).requests == 100


def test_a_dead_process_gives_its_lease_back(another: Opens, time: Time) -> None:
    """A lease that nobody settles counts until its last request must have ended and left the window."""
    take(another(), 100)
    survivor = another()
    time.move(USE_FOR_S + GRACE_S + BOUNDS.window_s - 1)
    assert take(survivor, 1, owner="b").requests == 0
    time.move(2)
    assert take(survivor, 100, owner="b").requests == 100


def test_who_waits_for_open_leases_looks_again_soon(ledger: Ledger) -> None:
    """What another process may give back at any moment is not waited for until it expires."""
    take(ledger, 100)
    assert 0 < take(ledger, 1, owner="b").wait_s <= 2.0


def test_processes_that_send_are_counted(another: Opens, time: Time) -> None:
    """A grant says how many processes have leases; those that idle no longer count."""
    first, second = another(), another()
    assert take(first, 1, owner="a").holders == 1
    assert take(first, 1, owner="a").holders == 1
    assert take(second, 1, owner="b").holders == 2
    time.move(USE_FOR_S + 1)
    assert take(second, 1, owner="b").holders == 1


def test_a_hold_is_for_everybody(another: Opens, time: Time) -> None:
    """What one process was told, all hear, until the time is over."""
    first, second = another(), another()
    assert second.held_s() == 0
    first.hold(20.0)
    assert second.held_s() == pytest.approx(20.0)
    assert take(second, 1, owner="b").hold_s == pytest.approx(20.0)
    time.move(20.5)
    assert second.held_s() == 0
    assert take(second, 1, owner="b").hold_s == 0


def test_a_hold_is_never_shortened(ledger: Ledger, time: Time) -> None:
    """A later and shorter wish leaves the longer one in force."""
    ledger.hold(60.0)
    time.move(10)
    ledger.hold(5.0)
    assert ledger.held_s() == pytest.approx(50.0)
    ledger.hold(55.0)
    assert ledger.held_s() == pytest.approx(55.0)


def test_a_hold_is_bounded(ledger: Ledger) -> None:
    """A wish for days counts as an hour: a mistake of something in between must not stop the service for good."""
    ledger.hold(1e9)
    assert ledger.held_s() == pytest.approx(LONGEST_HOLD_S)


def test_a_named_limit_narrows_the_bounds_for_a_day(another: Opens, time: Time) -> None:
    """All processes keep within what one was told; after a day it is tried again."""
    first, second = another(), another()
    first.learn(Lesson(requests=30))
    first.learn(Lesson(execution_s=3.0))
    first.learn(Lesson(requests=5000, execution_s=9999.0))
    given = second.reserve(wish(100, 50.0), [])
    assert (given.requests, given.execution_s) == (30, 3.0)
    time.move(86_400 + 1)
    again = second.reserve(wish(100, 50.0), [Spent(given.lease, 30, 3.0, 30, 86_400)])
    assert (again.requests, again.execution_s) == (100, 50.0)


def test_a_named_window_is_taken_over(ledger: Ledger, time: Time) -> None:
    """A server that counts over another time is counted over that."""
    ledger.learn(Lesson(requests=50, window_s=10.0))
    lease = take(ledger, 100)
    assert lease.requests == 50
    ledger.reserve(None, [Spent(lease.lease, 50, 0.1, 50, 0.0)])
    time.move(9)
    assert take(ledger, 1).requests == 0
    time.move(1.5)
    assert take(ledger, 100).requests == 50


def test_operations_are_counted_by_day(another: Opens, time: Time) -> None:
    """Every process adds to the day of its settling; a batch counts as many as it has parts."""
    first, second = another(), another()
    today = first.today()
    assert today == time.now.astimezone(UTC).date()
    one, other = take(first, 2), take(second, 5, owner="b")
    first.reserve(None, [Spent(one.lease, 2, 0.1, 200, 0.0)])
    second.reserve(None, [Spent(other.lease, 5, 0.1, 5, 0.0)])
    assert first.operations(today) == second.operations(today) == 205
    time.move(86_400)
    assert first.today() == today + timedelta(days=1)
    assert first.operations(first.today()) == 0


def test_settling_late_counts_what_is_still_in_the_window(ledger: Ledger, time: Time) -> None:
    """A lease that was forgotten before it was settled counts for as long as its requests do."""
    lease = take(ledger, 100)
    time.move(USE_FOR_S + GRACE_S + BOUNDS.window_s + 1)
    assert take(ledger, 1, owner="b").requests == 1
    ledger.reserve(None, [Spent(lease.lease, 60, 1.0, 60, 5.0)])
    assert take(ledger, 100, owner="b").requests == 39


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_at_once_never_get_more_than_there_is(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Eight processes ask at the same moment: together they get the bound, each request once."""
    url = None if kind == "sqlite" else request.getfixturevalue("postgresql_url")
    stores = [open_store(url, tmp_path / "data") for _ in range(8)]
    given: list[int] = []
    together = Barrier(len(stores))

    def work(number: int, store: SqlStore) -> None:
        shared = store.ledger("org user", BOUNDS)
        together.wait()
        given.extend(take(shared, 7, owner=str(number)).requests for _ in range(4))

    threads = [Thread(target=work, args=(number, store)) for number, store in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert len(given) == 32
    assert sum(given) == BOUNDS.requests


def test_environments_and_users_count_apart(store: SqlStore) -> None:
    """The limits are those of one user in one environment."""
    assert take(store.ledger("org user", BOUNDS), 100).requests == 100
    assert take(store.ledger("org user 2", BOUNDS), 100).requests == 100
    store.ledger("org user", BOUNDS).hold(9.0)
    assert store.ledger("org user 2", BOUNDS).held_s() == 0


def test_a_clock_that_was_set_back_stops_nobody(store: SqlStore) -> None:
    """Leases and holds that lie further ahead than any may are of a time that never was: they do not count."""
    now = NOW + timedelta(hours=3)

    def clocked(moment: datetime) -> SqlLedger:
        return SqlLedger(store._database, "org user", BOUNDS, now=lambda _: moment)

    ahead = clocked(now)
    take(ahead, 100)
    ahead.hold(LONGEST_HOLD_S)
    behind = clocked(NOW)
    assert behind.held_s() == 0
    assert take(behind, 100).requests == 100


def test_old_days_are_forgotten(store: SqlStore) -> None:
    """What a day cost is kept for three months."""
    day = NOW.date()

    def clocked(moment: datetime) -> SqlLedger:
        return SqlLedger(store._database, "org user", BOUNDS, now=lambda _: moment)

    for moment in (NOW, NOW + timedelta(days=91)):
        lease = take(clocked(moment), 1)
        clocked(moment).reserve(None, [Spent(lease.lease, 1, 0.1, 1, 0.0)])
    assert clocked(NOW).operations(day) == 0
    assert clocked(NOW).operations(day + timedelta(days=91)) == 1
