"""What every job store does: each job once, leases that end, order by key, and nothing done by who lost his lease."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from connector.errors import MissingFactError
from connector.pipeline.jobs import JobStatus, JobStore, Lease, NewJob
from connector.store import SqlStore
from connector.store.jobqueue import put_jobs
from connector.store.tables import job
from tests.contract.store.conftest import Opener

EARLIER = timedelta(hours=1)


def new(job_id: str, kind: str = "inbox", *, key: str = "", in_s: float | None = None, priority: int = 0) -> NewJob:
    """A job."""
    not_before = None if in_s is None else datetime.now(UTC) + timedelta(seconds=in_s)
    return NewJob(job_id, kind, {"id": job_id}, key, not_before, priority)


def claim(queue: JobStore, limit: int = 10, kinds: Sequence[str] = ("inbox",), worker: str = "w1") -> list[Lease]:
    """Lease jobs."""
    return list(queue.claim(kinds, limit, worker=worker))


def ids(leases: Sequence[Lease]) -> list[str]:
    """Which jobs were leased."""
    return [lease.job_id for lease in leases]


def pass_time(store: SqlStore, *job_ids: str) -> None:
    """An hour passes for these jobs: their leases and pauses are over."""
    with store._database.write() as connection:
        for row in connection.execute(sa.select(job).where(job.c.job_id.in_(job_ids))).all():
            values = {
                name: getattr(row, name) - EARLIER
                for name in ("leased_until", "not_before")
                if getattr(row, name) is not None
            }
            connection.execute(sa.update(job).where(job.c.seq == row.seq).values(values))


@pytest.fixture
def queue(store: SqlStore) -> JobStore:
    """An empty queue."""
    return store.queue


def test_a_job_from_put_to_finish(queue: JobStore, reopen: Opener) -> None:
    """A job is put, leased with its attempt and fence, finished; each step is there for another process."""
    assert queue.put([new("a", key="lead-1")]) == 1
    other = reopen().queue
    (lease,) = claim(other)
    assert (lease.job_id, lease.kind, lease.key, lease.payload) == ("a", "inbox", "lead-1", {"id": "a"})
    assert (lease.attempt, lease.fence) == (1, 1)
    assert timedelta(seconds=20) < lease.until - datetime.now(UTC) <= timedelta(seconds=31)
    assert claim(queue) == []
    under_way = queue.job("a")
    assert (under_way.status, under_way.finished_at) == (JobStatus.LEASED, None)
    assert [(one.number, one.worker, one.outcome) for one in under_way.attempts] == [(1, "w1", None)]
    assert other.finish([lease]) == 1
    done = queue.job("a")
    assert (done.status, done.attempts[0].outcome, done.reason) == (JobStatus.FINISHED, "finished", "")
    assert done.finished_at == done.attempts[0].ended_at is not None
    assert claim(queue) == []


def test_a_job_is_put_once_whatever_became_of_it(queue: JobStore) -> None:
    """The id is the idempotency id: within a call, while it waits, while it runs, when it is over."""
    assert queue.put([new("a"), new("b"), new("a")]) == 2
    assert queue.put([new("a")]) == 0
    (first, second) = claim(queue)
    assert queue.put([new("a"), new("c")]) == 1
    queue.finish([first])
    queue.fail(second, "No.", retry_in_s=None)
    assert queue.put([new("a"), new("b")]) == queue.coalesce([new("a"), new("b")]) == 0
    assert ids(claim(queue)) == ["c"]


def test_many_jobs_are_put_at_once(queue: JobStore) -> None:
    """As many as asked for, more than fit one statement, and all are claimed, none twice."""
    assert (
        queue.put([new(f"job-{number}", key=str(number % 40) if number % 2 else "") for number in range(1_500)])
        == 1_500
    )
    seen: list[str] = []
    while leases := claim(queue, 400):
        seen += ids(leases)
        assert queue.finish(leases) == len(leases)
    assert sorted(seen) == sorted(f"job-{number}" for number in range(1_500))


def test_what_is_urgent_comes_first_then_what_waits_longest(queue: JobStore) -> None:
    """The highest priority over all kinds asked for, within it the order of arrival."""
    queue.put([new("a"), new("b", "sync", priority=5), new("c", "sync"), new("d", priority=5), new("e", "other")])
    assert ids(claim(queue, 3, ["inbox", "sync"])) == ["b", "d", "a"]
    assert ids(claim(queue, 3, ["inbox", "sync"])) == ["c"]
    assert claim(queue, 3, []) == claim(queue, 0) == []
    assert ids(claim(queue, 3, ["other"])) == ["e"]


def test_what_is_not_to_be_tried_yet_waits(queue: JobStore, store: SqlStore) -> None:
    """A job is leased when its time has come and no sooner; until then it bars no other."""
    queue.put([new("later", in_s=600, priority=9), new("now", in_s=-5)])
    assert ids(claim(queue)) == ["now"]
    due = queue.next_job_at(["inbox", "sync"])
    assert due is not None
    assert due <= datetime.now(UTC) + timedelta(seconds=31)  # when the lease ends
    pass_time(store, "later")
    assert ids(claim(queue)) == ["later"]


def test_when_the_next_may_be_claimed(queue: JobStore) -> None:
    """Now where one is ready, else when the earliest wakes; nothing where none waits."""
    assert queue.next_job_at(["inbox"]) is None
    queue.put([new("later", in_s=600)])
    due = queue.next_job_at(["inbox"])
    assert due is not None
    assert timedelta(seconds=590) < due - datetime.now(UTC) <= timedelta(seconds=601)
    queue.put([new("now")])
    due = queue.next_job_at(["inbox"])
    assert due is not None
    assert due <= datetime.now(UTC) + timedelta(seconds=1)
    assert queue.next_job_at(["sync"]) is None
    assert queue.next_job_at([]) is None


# --- order ----------------------------------------------------------------------------------------------------------


def test_of_one_key_one_is_leased_at_a_time_in_the_order_of_arrival(queue: JobStore) -> None:
    """The next of a lead waits for the one before, whatever its priority; other leads, and kinds, do not."""
    queue.put([new("a1", key="a"), new("a2", key="a", priority=9), new("b1", key="b"), new("s", "sync", key="a")])
    first = claim(queue, kinds=["inbox", "sync"])
    assert ids(first) == ["a1", "b1", "s"]
    assert claim(queue) == []
    queue.put([new("a3", key="a")])
    queue.finish(first)
    (second,) = claim(queue)
    assert second.job_id == "a2"
    queue.fail(second, "Later.", retry_in_s=60)
    assert claim(queue) == []  # a later one does not overtake one that is tried again
    queue.cancel(["a2"])
    (third,) = claim(queue)
    assert third.job_id == "a3"


def test_a_dead_or_cancelled_job_makes_way_for_the_next_of_its_key(queue: JobStore) -> None:
    """What will not be tried again bars nobody; what waited for its time then still does."""
    queue.put([new("a1", key="a"), new("a2", key="a"), new("a3", key="a", in_s=600)])
    queue.fail(claim(queue)[0], "No.", retry_in_s=None)
    assert queue.cancel(["a2", "a2"]) == 1
    assert claim(queue) == []
    due = queue.next_job_at(["inbox"])
    assert due is not None
    assert due - datetime.now(UTC) > timedelta(seconds=590)


def test_a_replayed_job_waits_for_the_one_of_its_key_that_is_under_way(queue: JobStore) -> None:
    """Order is kept for what is replayed too: never two of a key at once, the older first."""
    queue.put([new("a1", key="a"), new("a2", key="a"), new("a3", key="a")])
    queue.fail(claim(queue)[0], "No.", retry_in_s=None)
    (second,) = claim(queue)
    assert queue.replay(["a1", "a2", "x"]) == 1
    assert claim(queue) == []
    queue.cancel(["a3"])
    assert claim(queue) == []
    queue.finish([second])
    assert ids(claim(queue)) == ["a1"]


# --- coalescing -----------------------------------------------------------------------------------------------------


def test_a_queued_job_of_the_key_stands_for_a_new_one(queue: JobStore) -> None:
    """Of ten hints about a lead one job comes; hints without a key are jobs each."""
    assert queue.coalesce([new("h1", key="lead"), new("h2", key="lead"), new("x"), new("y")]) == 3
    assert queue.coalesce([new("h3", key="lead")]) == 0
    assert queue.coalesce([new("h4", key="other"), new("h5", "sync", key="lead")]) == 2
    assert ids(claim(queue, kinds=["inbox", "sync"])) == ["h1", "x", "y", "h4", "h5"]


def test_a_job_that_has_begun_does_not_stand_for_a_new_one(queue: JobStore) -> None:
    """What happened after it began must be looked at again: leased, failed, lost; given back untried it stands."""
    queue.put([new("h1", key="lead")])
    (lease,) = claim(queue)
    assert queue.coalesce([new("h2", key="lead"), new("h3", key="lead")]) == 1
    queue.release([lease])
    assert queue.coalesce([new("h4", key="lead")]) == 0
    (lease,) = claim(queue)
    assert lease.job_id == "h1"
    queue.cancel(["h2"])
    queue.fail(lease, "Later.", retry_in_s=60)
    assert queue.coalesce([new("h5", key="lead")]) == 1


def test_what_stands_for_a_new_job_is_as_early_and_as_urgent(queue: JobStore) -> None:
    """The earlier time and the greater priority of the two hold."""
    queue.put([new("h1", key="lead", in_s=600), new("other", priority=3)])
    assert queue.coalesce([new("h2", key="lead", in_s=900)]) == 0
    assert ids(claim(queue)) == ["other"]
    assert queue.coalesce([new("h3", key="lead", priority=7)]) == 0
    queue.put([new("more", priority=5)])
    assert ids(claim(queue)) == ["h1", "more"]


def test_of_hints_that_come_together_one_is_as_early_and_as_urgent_as_any(queue: JobStore) -> None:
    """Whichever comes first; and what stands for several at once is hurried by all of them."""
    assert (
        queue.coalesce([new("h1", key="lead", in_s=600), new("h2", key="lead", priority=2), new("x", priority=1)]) == 2
    )
    assert ids(claim(queue)) == ["h1", "x"]
    queue.put([new("s1", key="other", in_s=600), new("y", priority=4)])
    assert queue.coalesce([new("s2", key="other", priority=5), new("s3", key="other", priority=3)]) == 0
    assert ids(claim(queue)) == ["s1", "y"]


def test_a_hint_that_is_known_hurries_nobody(queue: JobStore) -> None:
    """It was looked at when it came first; what came for the key since stays as it is."""
    queue.put([new("h1", key="lead")])
    queue.finish(claim(queue))
    queue.put([new("h2", key="lead", in_s=600), new("other", priority=1)])
    assert queue.coalesce([new("h1", key="lead", priority=9)]) == 0
    assert ids(claim(queue)) == ["other"]


def test_a_hint_of_another_kind_with_the_same_id_and_key_stands_for_nothing(queue: JobStore) -> None:
    """Keys are a kind's own, also where a row is met by its id."""
    queue.put([new("same", "other", key="lead")])
    assert queue.coalesce([new("same", key="lead"), new("h1", key="lead")]) == 1
    assert ids(claim(queue)) == ["h1"]


# --- leases ---------------------------------------------------------------------------------------------------------


def test_the_work_of_a_dead_holder_is_taken_over_when_its_lease_ends(queue: JobStore, store: SqlStore) -> None:
    """The lost attempt is recorded and counts; whatever the late holder then says is void."""
    queue.put([new("a", key="lead"), new("b", key="lead")])
    (late,) = claim(queue)
    assert claim(queue, worker="w2") == []
    pass_time(store, "a")
    (lease,) = claim(queue, worker="w2")
    assert (lease.job_id, lease.attempt, lease.fence) == ("a", 2, 2)
    assert queue.finish([late]) == 0
    assert queue.release([late]) == 0
    assert queue.renew(late) is None
    assert queue.fail(late, "Too late.", retry_in_s=None) is False
    assert queue.job("a").status is JobStatus.LEASED
    assert queue.finish([late, lease]) == 1
    tries = [(one.number, one.worker, one.outcome) for one in queue.job("a").attempts]
    assert tries == [(1, "w1", "lost"), (2, "w2", "finished")]
    assert ids(claim(queue)) == ["b"]


def test_a_lease_is_prolonged(queue: JobStore, store: SqlStore) -> None:
    """Who renews keeps it; a lease is never longer than half a minute, so that the dead are noticed."""
    queue.put([new("a")])
    (lease,) = queue.claim(["inbox"], 1, worker="w1", lease_s=3600)
    assert lease.until - datetime.now(UTC) <= timedelta(seconds=31)
    pass_time(store, "a")
    renewed = queue.renew(lease, lease_s=20)
    assert renewed is not None
    assert renewed.until > datetime.now(UTC) + timedelta(seconds=10)
    assert claim(queue) == []
    assert queue.finish([lease]) == 1


def test_what_is_given_back_was_not_tried(queue: JobStore) -> None:
    """A worker that stops gives jobs back: they are leased again at once, with the same number of attempt."""
    queue.put([new("a"), new("b")])
    assert queue.release(claim(queue)) == 2
    again = claim(queue)
    assert [(one.job_id, one.attempt, one.fence) for one in again] == [("a", 1, 2), ("b", 1, 2)]


def test_a_finished_job_stays_finished(queue: JobStore) -> None:
    """Finishing, failing or cancelling what is over changes nothing."""
    queue.put([new("a")])
    (lease,) = claim(queue)
    assert queue.finish([lease]) == 1
    assert queue.finish([lease]) == queue.finish([]) == 0
    assert queue.fail(lease, "No.", retry_in_s=1.0) is False
    assert queue.cancel(["a"]) == queue.replay(["a"]) == 0
    assert queue.job("a").status is JobStatus.FINISHED


# --- failures -------------------------------------------------------------------------------------------------------


def test_a_failed_job_is_tried_again_after_its_pause(queue: JobStore, store: SqlStore) -> None:
    """Each try is recorded with its reason, and the next has the next number."""
    queue.put([new("a")])
    assert queue.fail(claim(queue)[0], "Busy.", retry_in_s=60)
    assert claim(queue) == []
    assert (queue.job("a").status, queue.job("a").reason) == (JobStatus.QUEUED, "Busy.")
    pass_time(store, "a")
    (lease,) = claim(queue)
    assert lease.attempt == 2
    assert queue.fail(lease, "Busy again.", retry_in_s=0)
    (lease,) = claim(queue)
    queue.finish([lease])
    tries = [(one.number, one.outcome, one.reason) for one in queue.job("a").attempts]
    assert tries == [(1, "failed", "Busy."), (2, "failed", "Busy again."), (3, "finished", "")]


def test_a_dead_job_is_kept_until_it_is_replayed(queue: JobStore) -> None:
    """Dead letters are listed and shown with every attempt; replayed, their retries begin anew."""
    queue.put([new("a"), new("b"), new("c")])
    for lease in claim(queue, 2):
        queue.fail(lease, "Refused.", retry_in_s=None)
    dead = queue.jobs(status=JobStatus.DEAD)
    assert [(one.job_id, one.reason) for one in dead] == [("b", "Refused."), ("a", "Refused.")]
    assert dead[0].finished_at is not None
    assert queue.replay(["a", "c"]) == 1
    lease = next(one for one in claim(queue) if one.job_id == "a")
    assert (lease.attempt, lease.fence) == (1, 2)
    assert [one.outcome for one in queue.job("a").attempts] == ["failed", None]


def test_a_cancelled_job_is_not_done(queue: JobStore) -> None:
    """Only queued ones are cancelled, and they may be queued again."""
    queue.put([new("a"), new("b")])
    claim(queue, 1)
    assert queue.cancel(["a", "b", "x"]) == 1
    assert queue.job("b").status is JobStatus.CANCELLED
    assert claim(queue) == []
    assert queue.replay(["b"]) == 1
    assert ids(claim(queue)) == ["b"]


# --- looking --------------------------------------------------------------------------------------------------------


def test_jobs_are_listed_newest_first_and_counted(queue: JobStore) -> None:
    """By kind and status, as many as asked for; queued is queued for whatever reason."""
    queue.put([new("a"), new("b", key="k"), new("c", key="k"), new("d", in_s=60), new("s", "sync")])
    leased = claim(queue, 1)
    assert [one.job_id for one in queue.jobs(limit=3)] == ["s", "d", "c"]
    assert [one.job_id for one in queue.jobs(kind="inbox", status=JobStatus.QUEUED)] == ["d", "c", "b"]
    assert queue.count_jobs() == {"inbox": {"leased": 1, "queued": 3}, "sync": {"queued": 1}}
    queue.finish(leased)
    assert queue.count_jobs()["inbox"] == {"finished": 1, "queued": 3}
    assert queue.jobs(limit=1)[0].attempts == ()


def test_an_unknown_job_is_named(queue: JobStore) -> None:
    """Asking for what is not there says so."""
    with pytest.raises(MissingFactError, match=r"no job j-9.*connector jobs list"):
        queue.job("j-9")


# --- with other changes ---------------------------------------------------------------------------------------------


def test_a_change_and_its_jobs_are_stored_together_or_not_at_all(queue: JobStore, store: SqlStore) -> None:
    """Put in the transaction of a change, a job is there when the change is, and gone when that is undone."""
    with pytest.raises(LookupError), store._database.write() as connection:
        put_jobs(connection, [new("undone")])
        raise LookupError
    assert queue.jobs() == []
    with store._database.write() as connection:
        assert put_jobs(connection, [new("done")]) == 1
        assert put_jobs(connection, [new("done")]) == 0
    assert ids(claim(queue)) == ["done"]
