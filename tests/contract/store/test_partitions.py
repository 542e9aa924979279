"""What every store does with the partitions of a run: ranges without gaps, each counted by whoever has leased it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.errors import StoreError
from connector.pipeline.jobs import JobStatus, Lease
from connector.pipeline.partitions import PARTITION_JOB, KeyRange, PartitionStatus
from connector.pipeline.ports import Settlement
from connector.pipeline.runs import Run, RunStatus, progress_of
from connector.store import SqlStore
from tests.begun import begin
from tests.contract.store.conftest import Opener
from tests.contract.store.material import NOW, absorb, at, decide, due_ids, lead


def divided(store: SqlStore, leads: int = 7, size: int = 3) -> Run:
    """A run under way that is divided."""
    absorb(store, *(lead(f"lead-{number:03}") for number in range(leads)))
    run, _ = begin(store, now=NOW)
    store.divide_run(run, {"purpose": "p"}, size=size, now=at(seconds=1))
    return run


def lease(store: SqlStore, count: int = 10) -> list[Lease]:
    """Partitions, leased."""
    return list(store.queue.claim([PARTITION_JOB], count, worker="w"))


@pytest.mark.parametrize(
    ("leads", "size", "counts"), [(7, 3, [3, 3, 1]), (6, 3, [3, 3]), (2, 3, [2]), (0, 3, []), (3, 1, [1, 1, 1])]
)
def test_every_due_lead_is_in_one_range(store: SqlStore, leads: int, size: int, counts: list[int]) -> None:
    """The ranges are cut at the ids of due leads, have about the size asked for, and leave nobody out."""
    run = divided(store, leads, size)
    parts = store.partitions(run.run_id)
    assert [part.keys.due for part in parts] == counts
    found = [
        [dossier.lead.lead_id for dossier in store.due(100, now=NOW, after=part.keys.after, upto=part.keys.upto)]
        for part in parts
    ]
    assert [len(ids) for ids in found] == counts
    assert sorted(one for ids in found for one in ids) == sorted(due_ids(store))
    assert store.run(run.run_id).progress == (0, leads)


def test_a_partition_is_what_its_job_says(store: SqlStore) -> None:
    """Whoever leases a job finds the range, and what the run began with."""
    run = divided(store)
    leases = lease(store)
    found = [store.partition(one) for one in leases]
    assert sorted(part.number for part in found if part) == [1, 2, 3]
    assert [part.status for part in found if part] == [PartitionStatus.OPEN] * 3
    assert {one.payload["run_id"] for one in leases} == {run.run_id}
    assert {one.payload["purpose"] for one in leases} == {"p"}
    assert store.partitions(run.run_id)[0].keys == KeyRange("", "lead-002", 3)


def test_progress_is_the_run_s(store: SqlStore, reopen: Opener) -> None:
    """What partitions have done is added up; the rate and the end are reckoned from it."""
    run = divided(store)
    first, second, _ = lease(store)
    store.report_partition(first, 3, {"scored": 3}, now=at(seconds=3))
    store.report_partition(second, 1, {"scored": 1}, now=at(seconds=5))
    found = reopen().run(run.run_id)
    assert found.progress == (4, 7)
    progress = progress_of(found)
    assert progress is not None
    assert (progress.rate_per_s, progress.eta) == (1.0, at(seconds=8))
    assert {part.done for part in store.partitions(run.run_id)} == {3, 1, 0}
    assert store.partition(first).tally == {"scored": 3}  # type: ignore[union-attr]  # it is there


def test_who_lost_a_partition_says_nothing_of_it(store: SqlStore) -> None:
    """Neither how far it is nor that it is done."""
    run = divided(store, 3)
    (kept,) = lease(store)
    late = replace(kept, fence=kept.fence - 1)
    store.report_partition(late, 3, {"scored": 3}, now=NOW)
    store.end_partition(late, PartitionStatus.DONE)
    assert store.run(run.run_id).progress == (0, 3)
    (part,) = store.partitions(run.run_id)
    assert (part.status, part.done, part.tally) == (PartitionStatus.OPEN, 0, {})
    store.end_partition(kept, PartitionStatus.FAILED, error="It broke.")
    (part,) = store.partitions(run.run_id)
    assert (part.status, part.error) == (PartitionStatus.FAILED, "It broke.")


@pytest.mark.parametrize("how", ["divided anew", "finished", "cancelled"])
def test_partitions_go_with_what_they_were_part_of(store: SqlStore, how: str) -> None:
    """Their jobs are void, those too that somebody has: what he decides and says counts no more."""
    run = divided(store)
    (mine, *_) = lease(store, 1)
    (dossier,) = store.due(1, now=NOW)
    with store.turn(lambda: None, shared=True, lease=mine):
        store.plan([decide(dossier)])
        match how:
            case "divided anew":
                assert store.divide_run(run, {}, size=100, now=NOW) == 1
            case "finished":
                assert store.finish_run(run, RunStatus.FAILED, now=NOW, summary={}) is not None
            case _:
                store.cancel_run(run.run_id, now=NOW)
                assert store.begin_run(run.run_id, now=NOW) is None
        with pytest.raises(StoreError, match="no longer ours"):
            store.settle([Settlement(decide(dossier), None, NOW)])
    assert store.partition(mine) is None
    assert store.queue.finish([mine]) == 0
    assert store.queue.job(mine.job_id).status is JobStatus.CANCELLED
    assert len(store.planned()) == 1
    waiting = store.queue.count_jobs()[PARTITION_JOB].get("queued", 0)
    assert waiting == (1 if how == "divided anew" else 0)


def test_a_late_beginning_divides_nothing(store: SqlStore) -> None:
    """A run that was begun anew belongs to that beginning."""
    run = divided(store)
    anew = store.begin_run(run.run_id, now=at(minutes=1))
    assert anew is not None
    assert store.divide_run(run, {}, size=2, now=at(minutes=2)) == 0
    assert store.divide_run(anew, {}, size=2, now=at(minutes=2)) == 4


def test_what_is_decided_under_a_lease_counts_while_it_holds(store: SqlStore) -> None:
    """Planned and settled as ever; a lease that somebody else has by now voids both."""
    divided(store)
    (mine, *_) = lease(store, 1)
    (dossier, *_) = store.due(1, now=NOW)
    with store.turn(lambda: None, shared=True, lease=mine):
        store.plan([decide(dossier)])
        store.settle([Settlement(decide(dossier), None, NOW)])
    assert store.planned() == []
    late = replace(mine, fence=mine.fence - 1)
    with (
        store.turn(lambda: None, lease=late),
        pytest.raises(StoreError, match="no longer ours"),
    ):
        store.plan([decide(dossier)])
    store.plan([decide(dossier)])  # whoever has no turn is not asked


@pytest.mark.parametrize("ends", ["dead", "cancelled"])
def test_a_partition_whose_job_ends_without_it_has_failed(store: SqlStore, ends: str) -> None:
    """Its run would wait for it for ever; what is done stays done."""
    run = divided(store)
    first, second, third = lease(store)
    store.end_partition(first, PartitionStatus.DONE)
    store.queue.fail(first, "Too late.", retry_in_s=None)
    if ends == "dead":
        store.queue.fail(second, "The disk is full.", retry_in_s=None)
    else:
        store.queue.release([second])
        assert store.queue.cancel([second.job_id]) == 1
    parts = {one.job_id: store.partition(one) for one in (first, second, third)}
    found = [part.status for part in parts.values() if part is not None]
    assert found == [PartitionStatus.DONE, PartitionStatus.FAILED, PartitionStatus.OPEN]
    part = parts[second.job_id]
    assert part is not None
    assert part.error == ("The disk is full." if ends == "dead" else "Cancelled by a person.")
    assert store.run(run.run_id).status is RunStatus.RUNNING
