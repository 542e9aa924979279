"""The table of jobs against a model of it in a few lines, through random steps, on both databases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from connector.pipeline.jobs import JobStatus, Lease, NewJob
from connector.store import SqlStore
from connector.store.tables import job

HOUR = timedelta(hours=1)
KEYS = st.sampled_from(["", "a", "a", "b"])
PRIORITIES = st.sampled_from([0, 0, 5])


@dataclass(eq=False)
class Known:
    """What the model knows of a job. `since` is when it may be tried, in steps; `asleep` that this is in an hour."""

    job_id: str
    key: str
    priority: int
    since: int
    arrived: int
    status: JobStatus = JobStatus.QUEUED
    asleep: bool = False
    attempts: int = 0
    lease: Lease | None = None
    outcomes: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.status in {JobStatus.QUEUED, JobStatus.LEASED}


class Table(RuleBasedStateMachine):
    """Does each step on the table and in the model."""

    def __init__(self, store: SqlStore) -> None:
        super().__init__()
        self.store, self.queue = store, store.queue
        with store._database.write() as connection:
            connection.execute(sa.delete(job))
        self.steps = count()
        self.jobs: dict[str, Known] = {}
        self.turns: dict[str, Known] = {}  # of each key: whose turn it is
        self.void: list[Lease] = []

    # --- the model ---

    def add(self, job_id: str, key: str, priority: int) -> None:
        """A job arrives."""
        now = next(self.steps)
        one = self.jobs[job_id] = Known(job_id, key, priority, now, now)
        if key:
            self.turns.setdefault(key, one)

    def end(self, one: Known, status: JobStatus) -> None:
        """A job ends; the next of its key has its turn."""
        one.status, one.lease, one.asleep = status, None, False
        if one.key and self.turns.get(one.key) is one:
            del self.turns[one.key]
            waiting = [other for other in self.jobs.values() if other.key == one.key and other.is_open]
            if waiting:
                self.turns[one.key] = min(waiting, key=lambda other: other.arrived)

    def claimable(self) -> list[Known]:
        """What may be leased, in the order in which it is."""
        may = [
            one
            for one in self.jobs.values()
            if one.status is JobStatus.QUEUED and not one.asleep and (not one.key or self.turns[one.key] is one)
        ]
        return sorted(may, key=lambda one: (-one.priority, one.since, one.arrived))

    def leased(self) -> list[Known]:
        """What is in somebody's hand."""
        return [one for one in self.jobs.values() if one.lease is not None]

    def some(self, number: int, known: list[Known]) -> Known:
        """One of them."""
        return known[number % len(known)]

    # --- the steps ---

    @rule(number=st.integers(0, 12), key=KEYS, priority=PRIORITIES)
    def put(self, number: int, key: str, priority: int) -> None:
        """An id is one job for good."""
        job_id = f"job-{number}"
        new = self.queue.put([NewJob(job_id, "k", {}, key, priority=priority)])
        assert new == (job_id not in self.jobs)
        if new:
            self.add(job_id, key, priority)

    @rule(number=st.integers(100, 112), key=st.sampled_from(["a", "b"]), priority=PRIORITIES)
    def coalesce(self, number: int, key: str, priority: int) -> None:
        """One that waits and has not begun stands for it."""
        job_id = f"job-{number}"
        new = self.queue.coalesce([NewJob(job_id, "k", {}, key, priority=priority)])
        waits = [
            one for one in self.jobs.values() if one.key == key and one.status is JobStatus.QUEUED and one.attempts == 0
        ]
        assert new == (job_id not in self.jobs and not waits)
        if new:
            self.add(job_id, key, priority)
        elif job_id not in self.jobs:
            # Which of several stands for it is the table's choice.
            with self.store._database.read() as connection:
                ranks = {row.job_id: -row.rank for row in connection.execute(sa.select(job.c.job_id, job.c.rank))}
            assert max(ranks[one.job_id] for one in waits) >= priority
            for one in waits:
                one.priority = ranks[one.job_id]

    @rule(limit=st.integers(1, 4))
    def claim(self, limit: int) -> None:
        """What the model says, in its order."""
        expected = self.claimable()[:limit]
        leases = self.queue.claim(["k"], limit, worker="w")
        assert [lease.job_id for lease in leases] == [one.job_id for one in expected]
        for one, lease in zip(expected, leases, strict=True):
            one.status, one.lease, one.attempts = JobStatus.LEASED, lease, one.attempts + 1
            assert lease.attempt == one.attempts

    @precondition(lambda self: self.leased())
    @rule(number=st.integers(0, 9))
    def finish(self, number: int) -> None:
        """Done."""
        one = self.some(number, self.leased())
        assert one.lease is not None
        self.void.append(one.lease)
        assert self.queue.finish([one.lease]) == 1
        one.outcomes.append("finished")
        self.end(one, JobStatus.FINISHED)

    @precondition(lambda self: self.leased())
    @rule(number=st.integers(0, 9), retry=st.sampled_from([None, 0.0, 3600.0]))
    def fail(self, number: int, retry: float | None) -> None:
        """Dead, again at once, or again in an hour."""
        one = self.some(number, self.leased())
        assert one.lease is not None
        self.void.append(one.lease)
        assert self.queue.fail(one.lease, "No.", retry_in_s=retry)
        one.outcomes.append("failed")
        if retry is None:
            self.end(one, JobStatus.DEAD)
        else:
            one.status, one.lease, one.asleep, one.since = JobStatus.QUEUED, None, retry > 0, next(self.steps)

    @precondition(lambda self: self.leased())
    @rule(number=st.integers(0, 9))
    def release(self, number: int) -> None:
        """Given back untried."""
        one = self.some(number, self.leased())
        assert one.lease is not None
        self.void.append(one.lease)
        assert self.queue.release([one.lease]) == 1
        one.status, one.lease, one.attempts = JobStatus.QUEUED, None, one.attempts - 1

    @precondition(lambda self: self.leased())
    @rule(number=st.integers(0, 9))
    def keep(self, number: int) -> None:
        """A held lease is prolonged."""
        one = self.some(number, self.leased())
        assert one.lease is not None
        assert self.queue.keep([one.lease]) == {one.job_id}

    @rule()
    def holders_die(self) -> None:
        """Every lease ends; the jobs may be tried again at once."""
        with self.store._database.write() as connection:
            for one in self.leased():
                assert one.lease is not None
                past = {"leased_until": one.lease.until - HOUR}
                connection.execute(sa.update(job).where(job.c.job_id == one.job_id).values(past))
        for one in self.leased():
            assert one.lease is not None
            self.void.append(one.lease)
            one.outcomes.append("lost")
            one.status, one.lease = JobStatus.QUEUED, None
        self.claim(1)

    @rule()
    def an_hour_passes(self) -> None:
        """What sleeps may be tried."""
        asleep = [one for one in self.jobs.values() if one.asleep]
        with self.store._database.write() as connection:
            for row in connection.execute(
                sa.select(job.c.seq, job.c.not_before).where(job.c.job_id.in_([one.job_id for one in asleep]))
            ).all():
                connection.execute(sa.update(job).where(job.c.seq == row.seq).values(not_before=row.not_before - HOUR))
        for one in asleep:
            one.asleep = False

    @precondition(lambda self: self.jobs)
    @rule(number=st.integers(0, 30))
    def cancel(self, number: int) -> None:
        """Only what waits."""
        self.cancel_one(self.some(number, list(self.jobs.values())))

    @precondition(lambda self: any(one.status is JobStatus.QUEUED and one.key for one in self.jobs.values()))
    @rule(number=st.integers(0, 9))
    def cancel_in_line(self, number: int) -> None:
        """One that waits in the order of a key."""
        waiting = [one for one in self.jobs.values() if one.status is JobStatus.QUEUED and one.key]
        self.cancel_one(self.some(number, waiting))

    def cancel_one(self, one: Known) -> None:
        """Cancel it, if it waits."""
        waits = one.status is JobStatus.QUEUED
        assert self.queue.cancel([one.job_id]) == waits
        if waits:
            self.end(one, JobStatus.CANCELLED)

    @rule(number=st.integers(0, 30))
    def replay(self, number: int) -> None:
        """Only what is dead or cancelled; it waits for its turn."""
        if self.jobs:
            one = self.some(number, list(self.jobs.values()))
            again = one.status in {JobStatus.DEAD, JobStatus.CANCELLED}
            assert self.queue.replay([one.job_id]) == again
            if again:
                one.status, one.attempts, one.since = JobStatus.QUEUED, 0, next(self.steps)
                if one.key:
                    self.turns.setdefault(one.key, one)

    @precondition(lambda self: self.void)
    @rule(number=st.integers(0, 99))
    def a_late_holder_speaks(self, number: int) -> None:
        """Whatever he says is void."""
        late = self.void[number % len(self.void)]
        assert self.queue.finish([late]) == 0
        assert self.queue.release([late]) == 0
        assert not self.queue.fail(late, "Late.", retry_in_s=None)
        assert self.queue.renew(late) is None

    # --- what always holds ---

    @invariant()
    def the_table_is_the_model(self) -> None:
        """Every status, and of each job how its attempts ended."""
        assert {one.job_id: one.status for one in self.queue.jobs()} == {
            job_id: one.status for job_id, one in self.jobs.items()
        }
        counted: dict[str, int] = {}
        for one in self.jobs.values():
            counted[one.status.value] = counted.get(one.status.value, 0) + 1
        assert self.queue.count_jobs().get("k", {}) == counted

    def teardown(self) -> None:
        """In the end every attempt is on record, in its order."""
        for job_id, one in self.jobs.items():
            ended = [attempt.outcome for attempt in self.queue.job(job_id).attempts if attempt.outcome is not None]
            assert ended == one.outcomes


@pytest.mark.long
def test_the_table_does_what_its_model_does(store: SqlStore) -> None:
    """Whatever happens in whatever order: the same jobs are leased, ended, dead and waiting."""

    class TableOfThis(Table):
        """The table under test."""

        def __init__(self) -> None:
            super().__init__(store)

    run_state_machine_as_test(
        TableOfThis,
        settings=settings(
            max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
