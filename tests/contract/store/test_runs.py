"""What every run store does: one run at a time, queued ones in order, and what a crash left is called by its name."""

from __future__ import annotations

import pytest

from connector.errors import MissingFactError, RefusedError
from connector.pipeline.jobs import RUN_JOB, Lease
from connector.pipeline.ports import Run, RunStatus
from connector.store import SqlStore
from tests.contract.store.conftest import Opener
from tests.contract.store.material import NOW, at


def lease_run(store: SqlStore) -> Lease:
    """Lease the job of the next run and begin it."""
    (lease,) = store.queue.claim([RUN_JOB], 5, worker="w")
    assert store.begin_run(str(lease.payload["run_id"]), now=NOW) is not None
    return lease


def test_a_run_from_queue_to_end(store: SqlStore, reopen: Opener) -> None:
    """A run is queued, taken, reports, and ends; each step is there for another process."""
    queued = store.enqueue_run("sync", by="api:ana", now=NOW)
    assert queued == Run(queued.run_id, "sync", RunStatus.QUEUED, NOW, None, None, "api:ana", None, {}, "")
    taken = store.begin_run(queued.run_id, now=at(seconds=1))
    assert taken is not None
    assert (taken.run_id, taken.status, taken.started_at) == (queued.run_id, RunStatus.RUNNING, at(seconds=1))
    store.report_progress(taken.run_id, 250, 1_000)
    assert reopen().run(taken.run_id).progress == (250, 1_000)
    summary = {"pulled": 300, "grades": {"engagement": {"Hot": 12}}}
    ended = store.finish_run(taken.run_id, RunStatus.SUCCEEDED, now=at(seconds=9), summary=summary)
    assert (ended.status, ended.finished_at, ended.summary, ended.error) == (
        RunStatus.SUCCEEDED,
        at(seconds=9),
        summary,
        "",
    )
    assert store.run(taken.run_id) == ended


def test_a_failed_run_keeps_its_error(store: SqlStore) -> None:
    """What stopped a run is there to be read."""
    run = store.start_run("sync", by="cli", now=NOW)
    failed = store.finish_run(run.run_id, RunStatus.FAILED, now=at(seconds=1), summary={}, error="The network is gone.")
    assert (failed.status, failed.error) == (RunStatus.FAILED, "The network is gone.")


def test_a_queued_run_of_the_kind_is_enough(store: SqlStore) -> None:
    """Asking twice before it began gives the same run; another kind, or after it began, gives a new one."""
    first = store.enqueue_run("sync", by="ana", now=NOW)
    assert store.enqueue_run("sync", by="ben", now=at(seconds=1)) == first
    assert store.enqueue_run("full_sync", by="ben", now=at(seconds=2)).run_id != first.run_id
    lease_run(store)
    assert store.enqueue_run("sync", by="ben", now=at(seconds=4)).run_id != first.run_id


def test_the_same_key_gives_the_same_run_for_good(store: SqlStore) -> None:
    """A request that is repeated, even after the run ended, starts nothing new."""
    first = store.enqueue_run("sync", by="flow", now=NOW, idempotency_key="k1")
    store.queue.finish([lease_run(store)])
    store.finish_run(first.run_id, RunStatus.SUCCEEDED, now=NOW, summary={})
    again = store.enqueue_run("sync", by="flow", now=at(days=1), idempotency_key="k1")
    assert (again.run_id, again.status) == (first.run_id, RunStatus.SUCCEEDED)
    assert store.enqueue_run("sync", by="flow", now=NOW, idempotency_key="k2").run_id != first.run_id


def test_queued_runs_are_leased_oldest_first_and_one_at_a_time(store: SqlStore, reopen: Opener) -> None:
    """Of whatever kind they are: while the job of one is leased, nobody gets that of another."""
    first = store.enqueue_run("sync", by="ana", now=NOW)
    second = store.enqueue_run("full_sync", by="ana", now=NOW)
    lease = lease_run(store)
    assert lease.payload == {"run_id": first.run_id}
    assert reopen().queue.claim([RUN_JOB], 5, worker="w") == []
    store.queue.finish([lease])
    assert lease_run(store).payload == {"run_id": second.run_id}


def test_a_run_that_waits_to_be_resumed_is_one_that_waits(store: SqlStore) -> None:
    """Given back by a worker that stopped, or taken from a dead one, it is what the next one to ask gets."""
    first = store.enqueue_run("sync", by="ana", now=NOW)
    lease = lease_run(store)
    store.finish_run(first.run_id, RunStatus.INTERRUPTED, now=at(seconds=5), summary={}, error="It was stopped.")
    store.queue.release([lease])
    assert store.enqueue_run("sync", by="ben", now=at(seconds=6)).run_id == first.run_id
    assert store.enqueue_run("full_sync", by="ben", now=at(seconds=6)).run_id != first.run_id
    resumed = store.begin_run(first.run_id, now=at(seconds=7))
    assert resumed is not None
    assert (resumed.status, resumed.started_at, resumed.finished_at, resumed.error) == (
        RunStatus.RUNNING, NOW, None, "",
    )  # fmt: skip


def test_a_run_that_succeeded_is_not_begun_again(store: SqlStore) -> None:
    """Whoever died between the end of a run and that of its job leaves nothing to be done."""
    first = store.enqueue_run("sync", by="ana", now=NOW)
    lease_run(store)
    store.finish_run(first.run_id, RunStatus.SUCCEEDED, now=NOW, summary={"pulled": 1})
    assert store.begin_run(first.run_id, now=at(days=1)) is None
    assert store.run(first.run_id).summary == {"pulled": 1}


def test_starting_interrupts_what_a_crash_left(store: SqlStore) -> None:
    """A run that is still running when the next one starts had no end: it was interrupted."""
    left = store.start_run("sync", by="cli", now=NOW)
    started = store.start_run("full_sync", by="cli", now=at(minutes=5))
    assert (started.status, started.started_at, started.kind) == (RunStatus.RUNNING, at(minutes=5), "full_sync")
    interrupted = store.run(left.run_id)
    assert (interrupted.status, interrupted.finished_at) == (RunStatus.INTERRUPTED, at(minutes=5))
    assert interrupted.error


def test_nobody_starts_a_run_beside_a_worker(store: SqlStore, reopen: Opener) -> None:
    """While another process has the worker role its run is alive, and starting is refused."""
    with store.worker_lock() as held:
        assert held
        alive = store.start_run("sync", by="worker", now=NOW)
        with pytest.raises(RefusedError, match="has a worker: another process"):
            reopen().start_run("sync", by="cli", now=NOW)
        assert store.run(alive.run_id).status is RunStatus.RUNNING


def test_runs_are_listed_newest_first(store: SqlStore) -> None:
    """As many as asked for, and page by page; a run that is not there has none before it."""
    ids = [store.start_run("sync", by="cli", now=at(minutes=number)).run_id for number in range(3)]
    assert [run.run_id for run in store.runs()] == ids[::-1]
    assert [run.run_id for run in store.runs(1)] == ids[2:]
    assert [run.run_id for run in store.runs(1, before=ids[2])] == ids[1:2]
    assert [run.run_id for run in store.runs(before=ids[2])] == ids[1::-1]
    assert list(store.runs(before="none")) == []


@pytest.mark.parametrize("step", ["run", "begin_run", "report_progress", "finish_run"])
def test_an_unknown_run_is_named(store: SqlStore, step: str) -> None:
    """Every step about a run that is not there says so."""
    with pytest.raises(MissingFactError, match=r"no run r-9.*connector runs list"):
        match step:
            case "run":
                store.run("r-9")
            case "begin_run":
                store.begin_run("r-9", now=NOW)
            case "report_progress":
                store.report_progress("r-9", 1, 2)
            case _:
                store.finish_run("r-9", RunStatus.FAILED, now=NOW, summary={})
