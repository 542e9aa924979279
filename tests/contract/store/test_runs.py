"""What every run store does: one run at a time, queued ones in order, and each ends once, as it was last begun."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connector.errors import MissingFactError, RefusedError
from connector.pipeline.jobs import RUN_JOB, JobStatus, Lease
from connector.pipeline.runs import Run, RunStatus
from connector.pipeline.subscriptions import About, Filters, TriggerName, Wish
from connector.store import SqlStore
from tests.begun import begin
from tests.contract.store.conftest import Opener
from tests.contract.store.material import NOW, at


def lease_run(store: SqlStore) -> Lease:
    """Lease the job of the next run and begin it."""
    (lease,) = store.queue.claim([RUN_JOB], 5, worker="w")
    assert store.begin_run(str(lease.payload["run_id"]), now=NOW) is not None
    return lease


def end(store: SqlStore, run: Run, status: RunStatus = RunStatus.SUCCEEDED, **more: Any) -> Run:
    """Record the end of a run that is under way."""
    ended = store.finish_run(store.run(run.run_id), status, **{"now": NOW, "summary": {}, **more})
    assert ended is not None
    return ended


def test_a_run_from_queue_to_end(store: SqlStore, reopen: Opener) -> None:
    """A run is queued, taken, reports, and ends; each step is there for another process."""
    queued = store.enqueue_run("sync", by="api:ana", now=NOW)
    assert queued == Run(queued.run_id, "sync", RunStatus.QUEUED, NOW, None, None, "api:ana", None, {}, "")
    taken = store.begin_run(queued.run_id, now=at(seconds=1))
    assert taken is not None
    assert (taken.run_id, taken.status, taken.started_at) == (queued.run_id, RunStatus.RUNNING, at(seconds=1))
    store.report_progress(taken, 250, 1_000, now=at(seconds=2))
    assert reopen().run(taken.run_id).progress == (250, 1_000)
    summary = {"pulled": 300, "grades": {"engagement": {"Hot": 12}}}
    ended = end(store, taken, now=at(seconds=9), summary=summary)
    assert (ended.status, ended.finished_at, ended.summary, ended.error) == (
        RunStatus.SUCCEEDED,
        at(seconds=9),
        summary,
        "",
    )
    assert store.run(taken.run_id) == ended


def test_a_failed_run_keeps_its_error(store: SqlStore) -> None:
    """What stopped a run is there to be read."""
    run, _ = begin(store, now=NOW)
    failed = end(store, run, RunStatus.FAILED, error="The network is gone.")
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
    end(store, first)
    again = store.enqueue_run("sync", by="flow", now=at(days=1), idempotency_key="k1")
    assert (again.run_id, again.status) == (first.run_id, RunStatus.SUCCEEDED)
    assert store.enqueue_run("sync", by="flow", now=NOW, idempotency_key="k2").run_id != first.run_id


def test_every_key_that_met_a_run_that_waits_gives_that_run_for_good(store: SqlStore) -> None:
    """Also after it ended, and however many there are."""
    first = store.enqueue_run("sync", by="ana", now=NOW)
    assert store.enqueue_run("sync", by="flow", now=NOW, idempotency_key="k1").run_id == first.run_id
    assert store.enqueue_run("sync", by="flow", now=NOW, idempotency_key="k2").run_id == first.run_id
    store.queue.finish([lease_run(store)])
    end(store, first)
    for key in ("k1", "k2", "k1"):
        assert store.enqueue_run("sync", by="flow", now=NOW, idempotency_key=key).run_id == first.run_id
    assert store.enqueue_run("sync", by="flow", now=NOW, idempotency_key="k3").run_id != first.run_id


def test_a_run_that_only_waits_to_be_cancelled_is_nobody_s(store: SqlStore) -> None:
    """Its worker died before it heard; who asks gets a run that will be done."""
    first, lease = begin(store, now=NOW)
    store.cancel_run(first.run_id, now=NOW)
    store.queue.release([lease])
    wanted = store.enqueue_run("sync", by="ben", now=NOW)
    assert wanted.run_id != first.run_id
    assert store.begin_run(first.run_id, now=NOW) is None
    assert store.begin_run(wanted.run_id, now=NOW) is not None


def test_a_run_that_lacks_but_the_end_of_its_job_is_nobody_s(store: SqlStore) -> None:
    """It has succeeded: whoever asks now wants another."""
    first, lease = begin(store, now=NOW)
    end(store, first)
    store.queue.release([lease])
    assert store.enqueue_run("sync", by="ben", now=NOW).run_id != first.run_id


def test_who_is_alone_goes_on_with_what_a_dead_one_holds(store: SqlStore) -> None:
    """Its lease has not ended yet; others may be at work, so that they ask for another run."""
    first, _ = begin(store, now=NOW)
    assert store.enqueue_run("sync", by="ana", now=NOW, announce_baseline=True, alone=True).run_id == first.run_id
    assert store.queue.job(f"run:{first.run_id}").payload["announce_baseline"] is True
    assert store.enqueue_run("sync", by="ana", now=NOW).run_id != first.run_id


def test_a_run_that_sleeps_until_its_next_try_is_tried_when_somebody_asks(store: SqlStore) -> None:
    """Who asks has perhaps mended what it failed of; what comes before it is tried as well."""
    first, lease = begin(store, now=NOW)
    store.queue.fail(lease, "The disk was full.", retry_in_s=3_600)
    assert store.queue.claim([RUN_JOB], 1, worker="w") == []
    assert store.enqueue_run("full_sync", by="ana", now=NOW).run_id != first.run_id
    (lease,) = store.queue.claim([RUN_JOB], 1, worker="w")
    assert lease.payload["run_id"] == first.run_id


def test_a_run_whose_job_is_dead_has_failed(store: SqlStore) -> None:
    """Whether it had begun or not; what it had recorded of its own end stays, and a replay lets it wait again."""
    for begins in (False, True):
        asked = store.enqueue_run("sync", by="ana", now=NOW)
        (lease,) = store.queue.claim([RUN_JOB], 1, worker="w")
        if begins:
            assert store.begin_run(asked.run_id, now=NOW) is not None
        store.queue.fail(lease, "Its worker ended at every try.", retry_in_s=None)
        failed = store.run(asked.run_id)
        assert (failed.status, failed.error) == (RunStatus.FAILED, "Its worker ended at every try.")
        assert failed.finished_at is not None
    store.queue.replay([f"run:{asked.run_id}"])
    assert store.run(asked.run_id).status is RunStatus.QUEUED
    (lease,) = store.queue.claim([RUN_JOB], 1, worker="w")
    again = store.begin_run(asked.run_id, now=NOW)
    assert again is not None
    store.finish_run(again, RunStatus.FAILED, now=NOW, summary={}, error="No model.")
    store.queue.fail(lease, "Something else.", retry_in_s=None)
    assert store.run(asked.run_id).error == "No model."


def test_a_run_whose_job_is_dead_is_told_to_who_listens(store: SqlStore) -> None:
    """As every failure: the event is stored with the run's end; one whose end was recorded before is not told again."""
    wish = Wish(TriggerName.ATTENTION, Filters(about=About.RUN_FAILED), "https://localhost/1", "h")
    listening = store.subscribe(wish, "s" * 40, by="test", now=NOW).subscription
    run_id = store.enqueue_run("full_sync", by="ana", now=NOW).run_id
    (lease,) = store.queue.claim([RUN_JOB], 1, worker="w")
    store.queue.fail(lease, "Its worker ended at every try.", retry_in_s=None)
    (told,) = store.deliveries()
    assert (told["destination"], told["status"]) == (listening.destination, "queued")
    store.queue.replay([f"run:{run_id}"])
    (lease,) = store.queue.claim([RUN_JOB], 1, worker="w")
    begun = store.begin_run(run_id, now=NOW)
    assert begun is not None
    store.finish_run(begun, RunStatus.FAILED, now=NOW, summary={}, error="No model.")
    store.queue.fail(lease, "Something else.", retry_in_s=None)
    assert len(store.deliveries()) == 1


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
    end(store, first, RunStatus.INTERRUPTED, error="It was stopped.")
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
    end(store, first, summary={"pulled": 1})
    assert store.begin_run(first.run_id, now=at(days=1)) is None
    assert store.run(first.run_id).summary == {"pulled": 1}


def test_what_a_late_finisher_says_is_void(store: SqlStore) -> None:
    """Once a run was begun anew, or has ended, nobody but its last beginning reports, or records an end."""
    late, _ = begin(store, now=NOW)
    anew = store.begin_run(late.run_id, now=at(minutes=1))
    assert anew is not None
    assert anew.fence == late.fence + 1
    assert (store.run_goes_on(late.run_id, late.fence), store.run_goes_on(late.run_id, anew.fence)) == (False, True)
    store.report_progress(late, 9, 9, now=at(minutes=2))
    assert store.finish_run(late, RunStatus.FAILED, now=at(minutes=2), summary={"late": 1}) is None
    assert store.run(late.run_id) == anew
    ended = end(store, anew, now=at(minutes=3))
    assert store.finish_run(anew, RunStatus.FAILED, now=at(minutes=4), summary={}) is None
    assert store.run(late.run_id) == ended


def test_a_run_that_waits_is_cancelled_at_once(store: SqlStore) -> None:
    """Its job too; cancelling it again changes nothing, and another may be asked for."""
    queued = store.enqueue_run("sync", by="ana", now=NOW)
    cancelled = store.cancel_run(queued.run_id, now=at(seconds=1))
    assert (cancelled.status, cancelled.finished_at, cancelled.error) == (
        RunStatus.CANCELLED, at(seconds=1), "A person cancelled it.",
    )  # fmt: skip
    assert store.queue.job(f"run:{queued.run_id}").status is JobStatus.CANCELLED
    assert store.cancel_run(queued.run_id, now=at(seconds=2)) == cancelled
    assert store.begin_run(queued.run_id, now=at(seconds=2)) is None
    assert store.enqueue_run("sync", by="ana", now=NOW).run_id != queued.run_id


def test_a_cancelled_run_whose_job_is_replayed_waits_again(store: SqlStore) -> None:
    """Whoever queues its job anew wants the run."""
    queued = store.enqueue_run("sync", by="ana", now=NOW)
    store.cancel_run(queued.run_id, now=at(seconds=1))
    assert store.queue.replay([f"run:{queued.run_id}"]) == 1
    assert store.run(queued.run_id) == queued
    lease_run(store)


def test_a_run_under_way_is_asked_to_end(store: SqlStore) -> None:
    """Whoever does it hears of it; interrupted then, it is cancelled, with what it had done."""
    run, _ = begin(store, now=NOW)
    asked = store.cancel_run(run.run_id, now=at(seconds=1))
    assert (asked.status, asked.cancel_asked) == (RunStatus.RUNNING, True)
    assert not store.run_goes_on(run.run_id, run.fence)
    ended = end(store, run, RunStatus.INTERRUPTED, summary={"scored": 7}, error="It was stopped.")
    assert (ended.status, ended.summary, ended.error) == (
        RunStatus.CANCELLED, {"scored": 7}, "A person cancelled it.",
    )  # fmt: skip


def test_a_run_that_got_through_before_it_heard_has_succeeded(store: SqlStore) -> None:
    """There is nothing left to cancel; and one that has ended cannot be cancelled any more."""
    run, lease = begin(store, now=NOW)
    store.cancel_run(run.run_id, now=NOW)
    assert end(store, run).status is RunStatus.SUCCEEDED
    store.queue.finish([lease])
    with pytest.raises(RefusedError, match="has ended already: succeeded"):
        store.cancel_run(run.run_id, now=NOW)


def test_a_run_whose_worker_died_after_it_was_asked_to_end_is_cancelled_by_the_next(store: SqlStore) -> None:
    """It is not resumed."""
    run, _ = begin(store, now=NOW)
    store.cancel_run(run.run_id, now=at(seconds=1))
    assert store.begin_run(run.run_id, now=at(seconds=40)) is None
    assert store.run(run.run_id).status is RunStatus.CANCELLED


def test_a_run_that_waits_to_be_resumed_can_be_cancelled(store: SqlStore) -> None:
    """Its job was given back: nobody does it."""
    run, lease = begin(store, now=NOW)
    end(store, run, RunStatus.INTERRUPTED)
    store.queue.release([lease])
    assert store.cancel_run(run.run_id, now=NOW).status is RunStatus.CANCELLED


def test_whether_baselines_are_announced_goes_with_the_job(store: SqlStore) -> None:
    """Also where runs wait already that were asked for without, of whatever kind: they come before."""
    before = store.enqueue_run("refresh", by="ana", now=NOW)
    plain = store.enqueue_run("sync", by="ana", now=NOW)
    assert store.queue.job(f"run:{plain.run_id}").payload == {"run_id": plain.run_id}
    assert store.enqueue_run("sync", by="ben", now=NOW, announce_baseline=True).run_id == plain.run_id
    loud = store.enqueue_run("full_sync", by="ben", now=NOW, announce_baseline=True)
    for run in (before, plain, loud):
        wanted = {"run_id": run.run_id, "announce_baseline": True}
        assert store.queue.job(f"run:{run.run_id}").payload == wanted


def test_runs_are_listed_newest_first(store: SqlStore) -> None:
    """As many as asked for, and page by page; a run that is not there has none before it."""
    kinds = ["sync", "full_sync", "refresh"]
    ids = [store.enqueue_run(kind, by="cli", now=NOW).run_id for kind in kinds]
    assert [run.run_id for run in store.runs()] == ids[::-1]
    assert [run.run_id for run in store.runs(1)] == ids[2:]
    assert [run.run_id for run in store.runs(1, before=ids[2])] == ids[1:2]
    assert [run.run_id for run in store.runs(before=ids[2])] == ids[1::-1]
    assert list(store.runs(before="none")) == []


@pytest.mark.parametrize("step", ["run", "begin_run", "finish_run", "cancel_run"])
def test_an_unknown_run_is_named(store: SqlStore, step: str) -> None:
    """Every step about a run that is not there says so."""
    unknown = Run("r-9", "sync", RunStatus.RUNNING, NOW, NOW, None, "ana", None, {}, "")
    steps: dict[str, Callable[[], object]] = {
        "run": lambda: store.run("r-9"),
        "begin_run": lambda: store.begin_run("r-9", now=NOW),
        "finish_run": lambda: store.finish_run(unknown, RunStatus.FAILED, now=NOW, summary={}),
        "cancel_run": lambda: store.cancel_run("r-9", now=NOW),
    }
    with pytest.raises(MissingFactError, match=r"no run r-9.*connector runs list"):
        steps[step]()
