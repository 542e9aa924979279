"""Slots of timers are begun once by whoever looks; what is over is dropped after a while, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from connector.pipeline.jobs import NewJob
from connector.pipeline.ports import RunStatus
from connector.pipeline.values import Delivered
from connector.store import SqlStore
from connector.store.notes import write_note
from connector.store.tables import crossing, decision, delivery, event, job, run
from tests.begun import begin
from tests.contract.store.conftest import Opener
from tests.contract.store.material import CHANNEL, NOW, absorb, announce, at, decide, lead
from tests.contract.store.material import event as an_event

DAYS = timedelta(days=1)


def slot(store: SqlStore, hours: int, schedule: str = "0 * * * *") -> bool:
    """A slot of the hourly timer, as a process meets it."""
    return store.queue.put_slot("sync", schedule, at(hours=hours), NewJob(f"t:{hours}", "timer", {}, "sync"))


def test_a_slot_is_begun_once_over_any_number_of_processes(store: SqlStore, reopen: Opener) -> None:
    """The first look notes where the clock stands; each later slot makes one job, whoever is first."""
    other = reopen()
    assert [slot(store, 0), slot(other, 0)] == [False, False]
    assert [slot(other, 1), slot(store, 1), slot(store, 0)] == [True, False, False]
    assert [one.job_id for one in store.queue.jobs()] == ["t:1"]


def test_missed_slots_are_one(store: SqlStore) -> None:
    """After a night without a worker the last slot stands for all, and those before it never come."""
    slot(store, 0)
    assert slot(store, 9)
    assert not slot(store, 5)


def test_a_new_schedule_begins_with_its_next_slot(store: SqlStore) -> None:
    """What another schedule would have done before it was written is not made up for."""
    slot(store, 0)
    assert not slot(store, 3, "0 */3 * * *")
    assert slot(store, 6, "0 */3 * * *")


def test_processes_with_an_old_and_a_new_schedule_do_the_slots_of_both(store: SqlStore, reopen: Opener) -> None:
    """While a setting changes: each knows its own last slot, and a slot of both is one job."""
    old, new, thirds = store, reopen(), "0 */3 * * *"
    assert [slot(old, 0), slot(new, 0, thirds)] == [False, False]
    done = [(slot(old, hours), slot(new, hours, thirds)) for hours in (1, 2)]
    done += [(slot(old, 3), slot(new, 3, thirds)), (slot(old, 4), slot(new, 6, thirds))]
    assert [is_begun for is_begun, _ in done] == [True] * 4
    assert sorted(one.job_id for one in store.queue.jobs()) == ["t:1", "t:2", "t:3", "t:4", "t:6"]


def test_the_slot_that_an_earlier_version_noted_counts(store: SqlStore) -> None:
    """It kept one schedule for each timer; and of many schedules the latest are remembered."""
    with store._database.write() as connection:
        noted = {"schedule": "0 * * * *", "slot": at(hours=1).isoformat()}
        write_note(connection, "timer:sync", noted)
    assert not slot(store, 1)
    assert slot(store, 2)
    for minute in range(1, 5):
        slot(store, 3, f"{minute} * * * *")
    assert not slot(store, 3)  # forgotten: it begins with its next slot


def test_a_slot_that_was_done_and_pruned_is_not_done_again(store: SqlStore) -> None:
    """The memory of the last slot is none of its job's."""
    slot(store, 0)
    slot(store, 1)
    store.queue.finish(store.queue.claim(["timer"], 1, worker="w"))
    assert store.prune(now=at(days=3650), keep=DAYS, keep_jobs=DAYS)["jobs"] == 1
    assert not slot(store, 1)


def fill(store: SqlStore) -> None:
    """Of everything one that is over and one that is not."""
    announce(store, an_event("event-1"), an_event("event-2", "lead-2"))
    (first, _) = store.claim([CHANNEL], 2, now=NOW, rates={})
    store.conclude(first, Delivered(200), now=NOW, retry_at=None)
    absorb(store, lead("lead-3"))
    store.plan([decide(store.dossier("lead-3", now=NOW))])
    ended, lease = begin(store, now=NOW)
    store.finish_run(ended, RunStatus.SUCCEEDED, now=NOW, summary={})
    store.queue.finish([lease])
    store.enqueue_run("sync", by="flow", now=NOW, idempotency_key="k1")
    keyed, lease = begin(store, now=NOW)
    store.finish_run(keyed, RunStatus.SUCCEEDED, now=NOW, summary={})
    store.queue.finish([lease])
    resumed, lease = begin(store, now=NOW)
    store.finish_run(resumed, RunStatus.INTERRUPTED, now=NOW, summary={})
    store.queue.release([lease])
    store.queue.put([NewJob(name, "inbox", {}) for name in ("done", "dead", "waits")])
    (done, dead) = store.queue.claim(["inbox"], 2, worker="w")
    store.queue.finish([done])
    store.queue.fail(dead, "No.", retry_in_s=None)


def counts(store: SqlStore) -> dict[str, int]:
    """How many rows there are."""
    with store._database.read() as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in (job, run, decision, delivery, event, crossing)
        }


def test_what_is_over_is_dropped_and_what_is_not_stays(store: SqlStore) -> None:
    """Jobs that wait, runs that a key asks for or that are resumed, planned decisions, undelivered cards: all stay."""
    fill(store)
    before = counts(store)
    later = store.queue.job("done").finished_at
    assert later is not None
    now = max(later, NOW) + 200 * DAYS
    dropped = store.prune(now=now, keep=90 * DAYS, keep_jobs=7 * DAYS)
    assert dropped == {
        "jobs": 3,
        "dead jobs": 1,
        "runs": 1,
        "decisions": 2,
        "deliveries": 1,
        "events": 1,
        "subscriptions": 0,
    }
    after = counts(store)
    assert {name: before[name] - after[name] for name in before} == {
        "job": 4, "run": 1, "decision": 2, "delivery": 1, "event": 1, "crossing": 0,
    }  # fmt: skip
    assert len(store.planned()) == 1
    assert store.enqueue_run("sync", by="flow", now=now, idempotency_key="k1").status is RunStatus.SUCCEEDED
    assert [one.job_id for one in store.queue.jobs(kind="inbox")] == ["waits"]


def get_through(store: SqlStore, run_id: str) -> None:
    """Do a run to its good end."""
    under_way = store.begin_run(run_id, now=NOW)
    assert under_way is not None
    assert store.finish_run(under_way, RunStatus.SUCCEEDED, now=NOW, summary={}, error="")
    store.queue.finish(store.queue.claim(["sync"], 1, worker="w"))


def test_a_run_that_a_caller_s_key_met_stays(store: SqlStore) -> None:
    """Also where a timer asked for it first: the caller may come back; another slot's key keeps nothing."""
    for number, key in enumerate(("k1", "timer:sync:2026-11-21T09:30Z")):
        slot_key = f"timer:sync:2026-11-21T09:0{number}Z"
        asked = store.enqueue_run("sync", by="schedule", now=NOW, idempotency_key=slot_key)
        assert store.enqueue_run("sync", by="flow", now=NOW, idempotency_key=key).run_id == asked.run_id
        get_through(store, asked.run_id)
    later = store.queue.jobs()[0].finished_at
    assert later is not None
    assert store.prune(now=max(later, NOW) + 200 * DAYS, keep=90 * DAYS, keep_jobs=7 * DAYS)["runs"] == 1
    assert store.enqueue_run("sync", by="flow", now=NOW, idempotency_key="k1").status is RunStatus.SUCCEEDED


def test_the_runs_of_old_slots_are_dropped(store: SqlStore) -> None:
    """What a timer asked for has a key as well, but nobody comes back to its slot."""
    asked = store.enqueue_run("sync", by="schedule", now=NOW, idempotency_key="timer:sync:2026-11-21T09:00Z")
    get_through(store, asked.run_id)
    later = store.queue.jobs()[0].finished_at
    assert later is not None
    assert store.prune(now=max(later, NOW) + 200 * DAYS, keep=90 * DAYS, keep_jobs=7 * DAYS)["runs"] == 1


def test_nothing_young_is_dropped(store: SqlStore) -> None:
    """Not even where somebody asks for it: rates count the attempts of the last day."""
    fill(store)
    before = counts(store)
    assert set(store.prune(now=at(days=1), keep=timedelta(0), keep_jobs=timedelta(0)).values()) == {0}
    assert counts(store) == before


def test_many_are_dropped_in_small_steps(store: SqlStore) -> None:
    """More than one step's worth goes too."""
    store.queue.put([NewJob(str(number), "inbox", {}) for number in range(1_200)])
    while leases := store.queue.claim(["inbox"], 500, worker="w"):
        store.queue.finish(leases)
    assert store.prune(now=at(days=3650), keep=90 * DAYS, keep_jobs=7 * DAYS)["jobs"] == 1_200
