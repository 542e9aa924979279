"""A stint on a real queue: the jobs up to a certain one, done in the caller's own thread."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from connector.errors import OutsideError, StoreError
from connector.pipeline.jobs import Lease, NewJob
from connector.store import SqlStore
from connector.worker import Stint
from connector.worker import stint as stint_module


@pytest.fixture
def stop() -> threading.Event:
    """What ends a stint."""
    return threading.Event()


def put(store: SqlStore, *job_ids: str) -> None:
    """Jobs of one key, in this order."""
    store.queue.put([NewJob(job_id, "sync", {}, "sync") for job_id in job_ids])


def status(store: SqlStore, job_id: str) -> str:
    """What became of a job."""
    return store.queue.job(job_id).status.value


def test_the_jobs_before_are_done_too(store: SqlStore, stop: threading.Event) -> None:
    """In their order; what comes after is left to others, and the outcome is that of the one asked for."""
    put(store, "a", "b", "c")
    done: list[str] = []

    def do(lease: Lease, holds: Callable[[], bool]) -> str:
        assert holds()
        done.append(lease.job_id)
        return f"outcome of {lease.job_id}"

    assert Stint(store.queue, stop).work_off("b", do) == "outcome of b"
    assert done == ["a", "b"]
    assert [status(store, one) for one in "abc"] == ["finished", "finished", "queued"]


def test_only_the_failure_of_the_job_asked_for_is_raised(store: SqlStore, stop: threading.Event) -> None:
    """One before it is recorded as dead, and bars it not."""
    put(store, "a", "b")

    def do(lease: Lease, _: Callable[[], bool]) -> None:
        raise OutsideError(f"No {lease.job_id}.")

    with pytest.raises(OutsideError, match="No b"):
        Stint(store.queue, stop).work_off("b", do)
    assert [store.queue.job(one).reason for one in "ab"] == ["No a.", "No b."]
    assert status(store, "b") == "dead"


@pytest.mark.parametrize("error", [StoreError("It is locked."), OutsideError("Away.", retryable=True), ValueError()])
@pytest.mark.parametrize("asked_for", ["a", "b"])
def test_what_may_be_tried_again_is_given_back(
    store: SqlStore, stop: threading.Event, error: Exception, asked_for: str
) -> None:
    """No trouble of the database buries a job; whoever asked hears of it at once, and the next goes on."""
    put(store, "a", "b")

    def do(_: Lease, __: Callable[[], bool]) -> None:
        raise error

    with pytest.raises(type(error)):
        Stint(store.queue, stop).work_off(asked_for, do)
    assert [status(store, one) for one in "ab"] == ["queued", "queued"]


@pytest.mark.parametrize("error", [OutsideError("It was stopped."), KeyboardInterrupt()])
@pytest.mark.parametrize("asked_for", ["a", "b"])
def test_what_a_person_stops_is_given_back(
    store: SqlStore, stop: threading.Event, error: BaseException, asked_for: str
) -> None:
    """Ctrl-C is heard at once, and whoever works next goes on with the job; that attempt does not count."""
    put(store, "a", "b")

    def do(_: Lease, __: Callable[[], bool]) -> None:
        stop.set()
        raise error

    with pytest.raises(type(error)):
        Stint(store.queue, stop).work_off(asked_for, do)
    assert [status(store, one) for one in "ab"] == ["queued", "queued"]
    (lease,) = store.queue.claim(["sync"], 1, worker="next")
    assert (lease.job_id, lease.attempt) == ("a", 1)


def test_what_another_holds_is_waited_for(store: SqlStore, stop: threading.Event) -> None:
    """Until it is done by him, or one is told to stop."""
    put(store, "a")
    (lease,) = store.queue.claim(["sync"], 1, worker="other")
    ender = threading.Timer(0.05, lambda: store.queue.finish([lease]))
    ender.start()
    assert Stint(store.queue, stop).work_off("a", lambda *_: pytest.fail("it was done twice")) is None
    ender.join()
    put(store, "b")
    store.queue.claim(["sync"], 1, worker="other")
    stop.set()
    assert Stint(store.queue, stop).work_off("b", lambda *_: None) is None


def test_what_hangs_is_kept_no_more(store: SqlStore, stop: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its longest time the lease is left to end, and the doer is told: whoever works next takes it over."""
    monkeypatch.setattr(stint_module, "LEASE_S", 0.03)
    put(store, "a")
    (lease,) = store.queue.claim(["sync"], 1, worker="w")
    never = threading.Event()
    with stint_module.kept(store.queue, lease, max_age_s=0.05) as holds:
        for _ in range(3_000):
            if not holds():
                break
            never.wait(0.01)
        assert not holds()
    assert stop.is_set() is False


def test_a_lease_is_kept_and_its_loss_is_known(
    store: SqlStore, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Renewed in time; once somebody else has it the doer can tell, and what he says is void."""
    monkeypatch.setattr(stint_module, "LEASE_S", 0.03)
    put(store, "a")
    never = threading.Event()

    def do(lease: Lease, holds: Callable[[], bool]) -> None:
        for _ in range(10):
            never.wait(0.01)
            assert holds()
        store.queue.release([lease])
        for _ in range(1_000):
            if not holds():
                return
            never.wait(0.01)
        raise AssertionError("it never learned")

    Stint(store.queue, stop).work_off("a", do)
    assert status(store, "a") == "queued"
