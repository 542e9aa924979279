"""A large run is divided: every lead once, the counts of one run, and what stops, fails or changes meanwhile."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.errors import OutdatedError, OutsideError
from connector.pipeline.jobs import Lease
from connector.pipeline.needs import Job
from connector.pipeline.partitions import PARTITION_JOB, PartitionStatus
from connector.pipeline.passes import do_partition
from connector.pipeline.report import Report
from connector.pipeline.runs import Run, RunStatus, progress_of
from connector.pipeline.sync import StoppedError
from tests.unit.pipeline.world import START, World, heat_model, lead_id

LEADS = 25
SIZE = 5


@dataclass
class FakeHands:
    """Does partitions when asked. `before` is called with each lease first, `lost` says which calls die half way."""

    world: World
    job: Callable[[], Job]
    before: Callable[[Lease], object] = lambda lease: None
    done: list[PartitionStatus] = field(default_factory=list)
    most: int = 100
    waited: int = 0
    on_wait: Callable[[], object] = lambda: None

    def lend(self) -> bool:
        """Do one."""
        if len(self.done) >= self.most:
            return False
        for lease in self.world.store.queue.claim([PARTITION_JOB], 1, worker="own"):
            self.before(lease)
            self.do(lease)
            return True
        return False

    def do(self, lease: Lease) -> None:
        """Do this one."""
        part = self.world.store.partition(lease)
        assert part is not None
        self.done.append(do_partition(self.job(), lease, part))
        self.world.store.queue.finish([lease])

    def wait(self) -> None:
        """Let others act."""
        self.waited += 1
        assert self.waited < 10, "nobody goes on"
        self.on_wait()


def hands_of(world: World, **changes: Any) -> FakeHands:
    """Hands whose jobs are the world's."""
    return FakeHands(world, lambda: world.job(**changes))


@pytest.fixture
def crowd(live: World) -> World:
    """Many leads that are due, hot enough for a card."""
    for number in range(1, LEADS + 1):
        live.dataverse.put(lead_id(number), heat=75)
    return live


def divided(world: World, hands: FakeHands, **changes: Any) -> Report:
    """A run that is divided."""
    return world.sync(hands=hands, partition_leads=SIZE, **changes)


def test_a_divided_run_is_one_run(crowd: World) -> None:
    """Every lead is written once and announced once, and the report counts all of them."""
    hands = hands_of(crowd)
    report = divided(crowd, hands)
    assert hands.done == [PartitionStatus.DONE] * 5
    assert (report.scored, report.writes.applied, report.without_account) == (LEADS, LEADS, LEADS)
    assert report.summary()["grades"] == {"engagement": {"Hot": LEADS}}
    assert sorted(one for one, _ in crowd.dataverse.written) == [lead_id(number) for number in range(1, LEADS + 1)]
    assert set(Counter(crowd.cards()).values()) == {1}
    assert len(crowd.cards()) == LEADS
    run = crowd.store.runs(1)[0]
    assert run.progress == (LEADS, LEADS)
    assert crowd.store.partitions(run.run_id) == []


def test_a_divided_run_says_what_an_undivided_one_says(crowd: World, tmp_path: Path) -> None:
    """Same leads, same summary, but for the run's own id."""
    crowd.close()
    twin = crowd.copy_to(tmp_path / "twin")
    shutil.copytree(crowd.folder, twin.folder)
    alone = twin.sync().summary()
    twin.close()
    together = divided(crowd, hands_of(crowd)).summary()
    assert {**alone, "run": ""} == {**together, "run": ""}


def test_few_leads_are_not_divided(live: World) -> None:
    """Twice the size of a partition is too few to be worth it."""
    for number in range(1, 2 * SIZE + 1):
        live.dataverse.put(lead_id(number), heat=75)
    hands = hands_of(live)
    assert divided(live, hands).scored == 2 * SIZE
    assert hands.done == []


def test_what_the_run_cannot_do_itself_others_do(crowd: World) -> None:
    """It waits for them, and adds what they counted."""
    hands = hands_of(crowd)
    hands.most = 2
    other = hands_of(crowd)
    hands.on_wait = other.lend
    report = divided(crowd, hands)
    assert (len(hands.done), len(other.done)) == (2, 3)
    assert (report.scored, len(crowd.cards())) == (LEADS, LEADS)


def test_a_part_that_failed_elsewhere_fails_the_run(crowd: World) -> None:
    """With what was said there; the next run does what is left, each lead once."""
    hands = hands_of(crowd)
    hands.most = 1
    other = hands_of(crowd)

    def fail() -> None:
        crowd.dataverse.answers[lead_id(SIZE + 2)] = [OutsideError("Dataverse is away.")]
        with pytest.raises(OutsideError):
            other.lend()

    hands.on_wait = fail
    with pytest.raises(OutsideError, match=r"failed in another worker: Dataverse is away"):
        divided(crowd, hands)
    run = crowd.store.runs(1)[0]
    assert (run.status, run.summary["scored"]) == (RunStatus.FAILED, SIZE)
    crowd.sync()
    assert Counter(crowd.cards()) == {
        ("score_crossed", lead_id(number), "teams:sales"): 1 for number in range(1, LEADS + 1)
    }


def test_what_fails_here_is_raised_as_it_is(crowd: World) -> None:
    """Whoever asked for the run hears the error itself; the store keeps what became of the part."""
    crowd.dataverse.answers[lead_id(2)] = [OutsideError("Dataverse is away.", status=None)]
    hands = hands_of(crowd)
    with pytest.raises(OutsideError, match=r"^Dataverse is away"):
        divided(crowd, hands)
    assert crowd.store.runs(1)[0].error == "Dataverse is away."


def test_documents_that_change_meanwhile_begin_it_anew(crowd: World) -> None:
    """What was scored by the old ones is scored by the new ones too, by the same run."""
    hands = hands_of(crowd)
    publish = [lambda: crowd.publish(heat_model(extra="description: Another"))]

    def before(lease: Lease) -> None:
        assert lease.kind == PARTITION_JOB
        if len(hands.done) == 2 and publish:
            publish.pop()()

    hands.before = before
    report = divided(crowd, hands)
    assert hands.done == [PartitionStatus.DONE] * 2 + [PartitionStatus.OUTDATED] + [PartitionStatus.DONE] * 5
    assert report.scored == LEADS + 2 * SIZE
    assert crowd.store.count_due() == 0


def test_metadata_that_do_not_hold_are_read_afresh(crowd: World) -> None:
    """By whoever met it; then the run begins anew."""
    crowd.dataverse.kept = ("other", crowd.dataverse.described)
    crowd.dataverse.answers[lead_id(2)] = [OutdatedError("That column is gone.")]
    hands = hands_of(crowd)
    assert divided(crowd, hands).writes.applied == LEADS
    assert hands.done == [PartitionStatus.OUTDATED] + [PartitionStatus.DONE] * 5


def test_what_is_wrong_with_documents_fails_the_run(crowd: World) -> None:
    """Where nothing was kept that could be to blame."""
    crowd.dataverse.answers[lead_id(2)] = [OutdatedError("That column is gone.")]
    with pytest.raises(OutdatedError):
        divided(crowd, hands_of(crowd))
    assert crowd.store.runs(1)[0].status is RunStatus.FAILED


def test_a_run_that_is_stopped_goes_on_with_the_next(crowd: World) -> None:
    """What a part had done stays done, and its lead gets no second card."""
    hands = hands_of(crowd)
    stopping: list[int] = []
    hands.before = lambda lease: stopping.append(1) if len(hands.done) == 2 else None
    hands.job = lambda: crowd.job(stop=lambda: bool(stopping))
    with pytest.raises(StoppedError):
        divided(crowd, hands, stop=lambda: bool(stopping))
    assert crowd.store.runs(1)[0].status is RunStatus.INTERRUPTED
    assert divided(crowd, hands_of(crowd)).scored == LEADS - 2 * SIZE
    assert set(Counter(crowd.cards()).values()) == {1}


def test_a_run_that_is_cancelled_ends_so(crowd: World) -> None:
    """What waits is void, and nothing is planned any more."""
    hands = hands_of(crowd)

    def cancel(lease: Lease) -> None:
        if len(hands.done) == 3:
            crowd.store.cancel_run(str(lease.payload["run_id"]), now=START)

    def goes_on() -> bool:
        run = crowd.store.runs(1)[0]
        return crowd.store.run_goes_on(run.run_id, run.fence)

    hands.before = cancel
    hands.job = lambda: crowd.job(stop=lambda: not goes_on())
    with pytest.raises(StoppedError):
        divided(crowd, hands, stop=lambda: not goes_on())
    run = crowd.store.runs(1)[0]
    assert (run.status, run.progress) == (RunStatus.CANCELLED, (3 * SIZE, LEADS))
    assert crowd.store.queue.next_job_at([PARTITION_JOB]) is None
    assert crowd.store.count_due() == LEADS - 3 * SIZE


def test_what_a_dead_worker_had_planned_is_settled_by_whoever_takes_over(crowd: World) -> None:
    """It wrote and never said so: the lead is announced once, and the part goes on where it was."""
    hands = hands_of(crowd)

    def die(lease: Lease) -> None:
        if hands.done:
            return
        store = crowd.store
        crowd.store.queue.release([lease])
        (taken,) = store.queue.claim([PARTITION_JOB], 1, worker="dying")
        settle = type(store).settle
        type(store).settle = lambda *_: (_ for _ in ()).throw(SystemExit)  # type: ignore[method-assign]  # put back below
        try:
            with pytest.raises(SystemExit):
                do_partition(crowd.job(), taken, store.partition(taken))  # type: ignore[arg-type]  # it is there
        finally:
            type(store).settle = settle  # type: ignore[method-assign]  # as it was
        assert len(store.planned()) == SIZE
        store.queue.release([taken])
        hands.before = lambda lease: None
        (again,) = store.queue.claim([PARTITION_JOB], 1, worker="own")
        hands.do(again)
        raise LookupError

    hands.before = die
    hands_lend = hands.lend

    def lend() -> bool:
        try:
            return hands_lend()
        except LookupError:
            return True

    hands.lend = lend  # type: ignore[method-assign]  # as above
    report = divided(crowd, hands)
    assert (report.resumed, report.scored, report.writes.applied) == (SIZE, LEADS - SIZE, LEADS)
    assert set(Counter(crowd.cards()).values()) == {1}
    assert len(crowd.cards()) == LEADS


def test_a_tally_adds_up() -> None:
    """What a part counted is what is added, all of it; nothing adds nothing."""
    part = Report("run", scored=3, without_account=2, unknown_titles=1, resumed=1)
    part.grades["fit"] = Counter({"Hot": 2, "": 1})
    part.writes.applied, part.writes.stale = 2, 1
    part.writes.failed.append("500")
    part.writes.rejected.append("no")
    part.writes.left |= {"b", "a"}
    part.writes.forbidden.add("a")
    total = Report("run")
    for _ in range(2):
        total.add(part.tally())
    total.add({})
    assert total.scored == 6
    assert total.grades == {"fit": Counter({"Hot": 4, "": 2})}
    assert (total.writes.applied, total.writes.stale) == (4, 2)
    assert (total.writes.failed, total.writes.rejected) == (["500"] * 2, ["no"] * 2)
    assert (total.writes.left, total.writes.forbidden) == ({"a", "b"}, {"a"})


@pytest.mark.parametrize(
    ("seconds", "done", "status", "rate", "eta_s"),
    [
        (10, 50, RunStatus.RUNNING, 5.0, 20),
        (10, 50, RunStatus.FAILED, 5.0, None),
        (0, 50, RunStatus.RUNNING, None, None),
        (10, 0, RunStatus.RUNNING, None, None),
    ],
)
def test_rate_and_end_are_reckoned_from_what_was_done(
    seconds: int, done: int, status: RunStatus, rate: float | None, eta_s: int | None
) -> None:
    """Only where something was done in some time; an end only while it goes on."""
    later = START + timedelta(seconds=seconds)
    run = Run("r", "sync", status, START, START, None, "ana", (done, 100), {}, "", 1, START, later)
    progress = progress_of(run)
    assert progress is not None
    eta = None if eta_s is None else START + timedelta(seconds=eta_s)
    assert (progress.done, progress.total, progress.rate_per_s, progress.eta) == (done, 100, rate, eta)
    assert progress_of(Run("r", "sync", status, START, None, None, "ana", None, {}, "")) is None
