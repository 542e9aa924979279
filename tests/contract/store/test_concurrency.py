"""Several threads on one store: nothing is lost, nothing is done twice, nobody waits for a reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from connector.pipeline.jobs import RUN_JOB, NewJob
from connector.pipeline.ports import Settlement
from connector.pipeline.values import Delivered
from connector.store import SqlStore
from tests.contract.store.conftest import Opener
from tests.contract.store.material import APPLIED, CHANNEL, NOW, absorb, announce, at, click, decide, event, lead

Result = TypeVar("Result")
THREADS = 8


def at_once(work: Callable[[int], Result]) -> Sequence[Result]:
    """Run work(0..7) in threads that begin together; whatever one raises is raised."""
    barrier = Barrier(THREADS)

    def begin(number: int) -> Result:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begin, range(THREADS)))


def test_threads_settle_at_once(store: SqlStore) -> None:
    """Every decision is settled, each with its own result, none is lost."""
    absorb(store, *(lead(f"lead-{number:03}") for number in range(80)))
    decisions = [decide(dossier, events=[event(f"e/{dossier.lead.lead_id}")]) for dossier in store.due(80, now=NOW)]

    def settle_some(number: int) -> None:
        mine = decisions[number::THREADS]
        store.plan(mine)
        for one in mine:
            store.settle([Settlement(one, APPLIED, NOW)])

    at_once(settle_some)
    assert (store.count_due(), store.planned(), store.counts()) == (0, [], {"queued": 80})


def test_the_same_decision_settled_at_once_announces_once(store: SqlStore) -> None:
    """Eight threads with one decision: one event, one delivery."""
    absorb(store, lead())
    decision = decide(store.dossier("lead-1", now=NOW), events=[event()])
    store.plan([decision])
    at_once(lambda _: store.settle([Settlement(decision, APPLIED, NOW)]))
    assert store.counts() == {"queued": 1}


def test_a_delivery_is_claimed_by_one(store: SqlStore, reopen: Opener) -> None:
    """Threads and processes that claim at once share the deliveries, within the places in flight."""
    announce(store, *(event(f"event-{number}", f"lead-{number}") for number in range(10)))
    others = [store, *(reopen() for _ in range(THREADS - 1))]
    claimed = at_once(lambda number: others[number].claim([CHANNEL], 1, now=NOW, rates={}))
    ids = [one.event_id for some in claimed for one in some]
    assert len(ids) == len(set(ids)) == 4


def test_a_rate_holds_for_all_at_once(store: SqlStore) -> None:
    """One slot is taken once, however many reach for it."""
    announce(store, *(event(f"event-{number}", f"lead-{number}") for number in range(10)))
    claimed = at_once(lambda _: store.claim([CHANNEL], 1, now=NOW, rates={CHANNEL: [(1, 1.0)]}))
    assert sum(len(some) for some in claimed) == 1


def test_deliveries_are_emptied_by_many(store: SqlStore) -> None:
    """Claim, conclude, claim: together the threads deliver everything, each once."""
    announce(store, *(event(f"event-{number}", f"lead-{number}") for number in range(40)))

    def empty(_: int) -> list[str]:
        seen = []
        while waiting := store.next_attempt_at(now=at(minutes=1), rates={CHANNEL: []}):
            for one in store.claim([CHANNEL], 1, now=waiting, rates={}):
                seen.append(one.event_id)
                store.conclude(one, Delivered(200), now=waiting, retry_at=None)
        return seen

    seen = [one for some in at_once(empty) for one in some]
    assert sorted(seen) == sorted(f"event-{number}" for number in range(40))


def test_claims_of_several_destinations_do_not_wait_for_each_other_for_ever(store: SqlStore, reopen: Opener) -> None:
    """Whatever order they are named in, and whose turn it is: nobody is undone, nothing is claimed twice."""
    names = [f"teams:{number}" for number in range(4)]
    announce(store, *(event(f"e/{name}/{number}", f"l/{number}", name) for name in names for number in range(8)))
    others = [store, *(reopen() for _ in range(THREADS - 1))]

    def claim(number: int) -> list[str]:
        turned = names[number % 4 :] + names[: number % 4]
        return [one.delivery_id for _ in range(3) for one in others[number].claim(turned, 2, now=NOW, rates={})]

    seen = [one for some in at_once(claim) for one in some]
    assert len(seen) == len(set(seen)) == 4 * 4


def test_a_run_is_taken_by_one(store: SqlStore, reopen: Opener) -> None:
    """Asked for at once it is one run, and one of those who claim at once gets it."""
    others = [store, *(reopen() for _ in range(THREADS - 1))]
    queued = at_once(lambda number: others[number].enqueue_run("sync", by="ana", now=NOW))
    assert len({run.run_id for run in queued}) == 1
    taken = at_once(lambda number: others[number].queue.claim([RUN_JOB], 1, worker=str(number)))
    assert sum(len(leases) for leases in taken) == 1


def test_jobs_that_are_put_and_claimed_at_once_are_done_once_each(store: SqlStore, reopen: Opener) -> None:
    """Whoever puts the same jobs, and whoever claims beside whom: each job is one, and has one holder."""
    others = [store, *(reopen() for _ in range(THREADS - 1))]
    jobs = [NewJob(f"job-{number}", "inbox", {}, key=str(number % 7) if number % 2 else "") for number in range(60)]
    assert sum(at_once(lambda number: others[number].queue.put(jobs))) == 60

    def work(number: int) -> list[str]:
        done: list[str] = []
        while leases := others[number].queue.claim(["inbox"], 3, worker=str(number)):
            keys = [lease.key for lease in leases if lease.key]
            assert len(keys) == len(set(keys))
            done += [lease.job_id for lease in leases]
            assert others[number].queue.finish(leases) == len(leases)
        return done

    done = [job_id for some in at_once(work) for job_id in some]
    # Whoever found nothing for a moment went away; what is left is nobody's, and is there.
    while leases := store.queue.claim(["inbox"], 60, worker="last"):
        done += [lease.job_id for lease in leases]
        store.queue.finish(leases)
    assert sorted(done) == sorted(job.job_id for job in jobs)


def test_hints_that_come_while_their_job_is_claimed_are_looked_at(store: SqlStore, reopen: Opener) -> None:
    """However claim and coalesce meet: after the last hint a job begins."""
    other = reopen()
    for turn in range(20):
        store.queue.coalesce([NewJob(f"a-{turn}", "inbox", {}, key="lead")])
        with ThreadPoolExecutor(2) as pool:
            hint = pool.submit(store.queue.coalesce, [NewJob(f"b-{turn}", "inbox", {}, key="lead")])
            claimed = pool.submit(other.queue.claim, ["inbox"], 1, worker="w")
        other.queue.finish(claimed.result())
        rest = store.queue.claim(["inbox"], 5, worker="w")
        assert (len(claimed.result()), hint.result(), len(rest)) in {(1, 1, 1), (1, 0, 0), (0, 0, 1)}
        store.queue.finish(rest)


def test_interactions_arrive_while_leads_are_settled(store: SqlStore) -> None:
    """A lead is due after the last interaction, whichever came first."""
    absorb(store, lead())

    def work(number: int) -> None:
        if number % 2:
            store.add_interactions([click(number)], now=NOW)
        else:
            dossier = store.dossier("lead-1", now=NOW)
            seen = len(dossier.interactions)
            decision = decide(dossier, decision_id=f"d{number}", values={}, next_change_at=at(days=seen))
            store.settle([Settlement(decision, None, NOW)])

    at_once(work)
    assert len(store.dossier("lead-1", now=NOW).interactions) == 4
    store.settle([Settlement(decide(dossier, values={}), None, NOW) for dossier in store.due(1, now=NOW)])
    assert store.count_due() == 0
