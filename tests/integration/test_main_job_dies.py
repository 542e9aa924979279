"""The process dies at every place where it can: between any two statements that reach the store or the outside.

A run is killed after each of its calls of the store, of the environment and of the channels (which is before the
next one, since nothing else has an effect); the run after it has to reach what an undisturbed one reaches: the same
columns, the same memory, every event delivered once.
"""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from connector.pipeline.deliver import IN_FLIGHT
from connector.pipeline.values import Json, Table
from tests.unit.pipeline.world import (
    ALERT,
    CONTACTED,
    QUALIFICATION,
    QUALIFIED_ALERT,
    A,
    B,
    C,
    World,
    heat_model,
    lead_id,
)

D, E, F, G = (lead_id(number) for number in range(4, 8))


class KilledError(BaseException):
    """The process is gone: nothing that it had in mind happens any more."""


@dataclass(slots=True)
class Death:
    """Kills after the n-th call took effect. Once dead, every call fails."""

    at: int | None = None
    calls: list[str] = field(default_factory=list)
    dead: bool = False
    lock: Lock = field(default_factory=Lock)

    def watch(self, what: Any, *names: str) -> Any:
        """The same thing, its calls watched (all of them, or these)."""
        return Watched(what, self, names)


class Watched:
    """Passes calls on."""

    def __init__(self, what: Any, death: Death, names: tuple[str, ...]) -> None:
        self._what, self._death, self._names = what, death, names

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._what, name)
        if self._names and name not in self._names:
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            death = self._death
            with death.lock:
                if death.dead:
                    raise KilledError
                death.calls.append(name)
                is_last = len(death.calls) == death.at
            result = found(*arguments, **named)
            if is_last:
                death.dead = True
                raise KilledError
            return result

        return call


def run_until(world: World, death: Death) -> None:
    """A run whose every step is watched."""
    world.sync(
        death.watch(world.store),
        source=death.watch(world.dataverse, "read_leads", "read_accounts", "environment"),
        writer=death.watch(world.dataverse, "write", "write_many"),
        courier=death.watch(world.courier, "send"),
    )


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> World:
    """An installation after its baseline, with every kind of thing about to happen. Copy it."""
    world = World(tmp_path_factory.mktemp("before") / "data")
    world.publish(heat_model(), ALERT, QUALIFICATION, QUALIFIED_ALERT)
    for one in (A, B, C, D, E):
        world.dataverse.put(one, heat=20, account="acc-1")
    world.dataverse.put_account("acc-1")
    world.sync()
    world.sync()  # our own writes have come back
    world.clock.wait(3600)
    world.dataverse.put(A, heat=75)  # crosses
    world.dataverse.put(B, heat=95)  # crosses and is marked
    world.dataverse.put(C, heat=35)  # is written only
    world.dataverse.put(D, heat=85)  # closed under our hands
    world.dataverse.put(E, heat=85)  # edited under our hands
    world.dataverse.put(F, heat=75, account="acc-2")  # new, of an account that nobody sent
    world.dataverse.put_account("acc-2")
    world.dataverse.changed.pop((Table.ACCOUNT, "acc-2"))
    world.store.mark_due([C])
    world.close()
    return world


def copy_of(before: World, folder: Path) -> World:
    """The installation again, where somebody closes D and edits E while they are written."""
    shutil.copytree(before.folder, folder)
    world = before.copy_to(folder)
    dataverse = world.dataverse
    dataverse.before_write[D] = [lambda: dataverse.set(D, is_open=False)]
    dataverse.before_write[E] = [lambda: dataverse.put(E, jobtitle="Director", heat=95)]
    return world


def end_state(world: World) -> tuple[dict[str, dict[str, Json]], list[Any]]:
    """What stands in the environment, and what the store remembers."""
    columns = {one: dict(row.columns) for one, row in world.dataverse.rows.items()}
    memory = [
        (one.lead.lead_id, one.lead.etag, one.scores, one.crossings, one.marks, one.lead.columns)
        for one in world.store.dossiers(100, now=world.clock())
    ]
    return columns, memory


def events(world: World) -> Counter[str]:
    """How often each event was delivered to each destination, as the store has it."""
    return Counter(
        f"{row['event_id']}/{row['destination']}" for row in world.store.deliveries(status="delivered", limit=1000)
    )


def finish(world: World) -> None:
    """The next process: it completes what was left."""
    world.close()
    world.sync()


SURE_PLACES = 66
PLACES = 88  # a few more than there are: how often the outbox is looked at depends on how fast cards land


@pytest.fixture(scope="module")
def undisturbed(before: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Counter[str]]:
    """What is reached when nobody kills anything: a run, and one after it."""
    world = copy_of(before, tmp_path_factory.mktemp("undisturbed") / "data")
    death = Death()
    run_until(world, death)
    assert SURE_PLACES <= len(death.calls) <= PLACES, death.calls
    assert {"plan", "settle", "refresh", "write", "send", "conclude", "absorb"} <= set(death.calls)
    world.sync()
    end, expected = end_state(world), events(world)
    world.close()
    assert set(expected.values()) == {1}
    assert len(expected) == 6  # A, B, E, F cross; B and E are marked
    assert (end[0][D]["lc_score"], end[0][E]["lc_score"]) == (20, 90)
    return end, expected


@pytest.mark.parametrize("place", range(1, PLACES + 1))
def test_nothing_is_lost_wherever_the_process_dies(
    before: World, undisturbed: tuple[Any, Counter[str]], tmp_path: Path, place: int
) -> None:
    """Killed at this place, the next run reaches the same columns and memory, and every event is delivered once."""
    wanted, wanted_events = undisturbed
    world = copy_of(before, tmp_path / "killed")
    death = Death(at=place)
    with pytest.raises(KilledError) if place <= SURE_PLACES else suppress(KilledError):
        run_until(world, death)
    finish(world)
    finish(world)
    end, delivered = end_state(world), events(world)
    sent = Counter(f"{one.event_id}/{one.destination}" for one in world.courier.sent)
    runs = [str(run.status) for run in world.store.runs()]
    world.close()
    assert without_versions(end) == without_versions(wanted), death.calls[-3:]
    assert delivered == wanted_events
    assert set(sent) == set(wanted_events)
    assert sum(sent.values()) <= len(wanted_events) + IN_FLIGHT
    assert runs[:2] == ["succeeded", "succeeded"]


def without_versions(state: Any) -> Any:
    """A state without the numbers of versions, which tell how often was written and read."""
    columns, memory = state
    return columns, [(lead, *rest) for lead, _, *rest in memory]


def killed_after_writing_b(before: World, folder: Path) -> World:
    """An installation whose run was killed right after B was written, before anything was settled."""
    probe, whole = copy_of(before, folder / "probe"), Death()
    run_until(probe, whole)
    probe.close()
    assert [one for one, _ in probe.dataverse.written][5:7] == [A, B]
    world, death = copy_of(before, folder / "data"), Death(at=whole.calls.index("write") + 2)
    with pytest.raises(KilledError):
        run_until(world, death)
    world.close()
    assert world.dataverse.written[-1][0] == B
    return world


AROUND_A_BATCH = range(-1, 12)  # calls from its planning to the settlement of what it met


@pytest.mark.parametrize("size", [2, 6])
@pytest.mark.parametrize("offset", AROUND_A_BATCH)
def test_nothing_is_lost_where_the_process_dies_around_a_batch(
    before: World, undisturbed: tuple[Any, Counter[str]], tmp_path: Path, size: int, offset: int
) -> None:
    """Killed before a batch, between its answer and its settlement, or later: the same end, every event once."""
    probe, whole = copy_of(before, tmp_path / "probe"), Death()
    probe.dataverse.batch = size
    run_until(probe, whole)
    probe.close()
    assert "write_many" in whole.calls
    world, death = copy_of(before, tmp_path / "killed"), Death(at=whole.calls.index("write_many") + 1 + offset)
    world.dataverse.batch = size
    with pytest.raises(KilledError):
        run_until(world, death)
    if offset == 0:  # all of it was written, nothing is settled
        assert len(world.dataverse.written) >= size - 2
    finish(world)
    finish(world)
    end, delivered = end_state(world), events(world)
    world.close()
    wanted, wanted_events = undisturbed
    assert without_versions(end) == without_versions(wanted), death.calls[-3:]
    assert delivered == wanted_events


@pytest.mark.parametrize("last", [A, B, C, D, E, F])
def test_nothing_is_lost_where_a_batch_is_cut_in_the_middle(
    before: World, undisturbed: tuple[Any, Counter[str]], tmp_path: Path, last: str
) -> None:
    """The server came so far, then both ends went: what was written counts once, what was not is written."""
    world = copy_of(before, tmp_path / "cut")
    world.dataverse.batch = 6

    def die() -> None:
        raise KilledError

    world.dataverse.before_write[last] = [*world.dataverse.before_write.get(last, []), die]
    with pytest.raises(KilledError):
        run_until(world, Death())
    finish(world)
    finish(world)
    end, delivered = end_state(world), events(world)
    world.close()
    wanted, wanted_events = undisturbed
    assert without_versions(end) == without_versions(wanted)
    assert delivered == wanted_events


def test_a_mark_that_somebody_worked_on_after_a_crash_is_not_set_again(before: World, tmp_path: Path) -> None:
    """Killed after the write, the lead then contacted by a person: the mark is announced once and not set again."""
    world = killed_after_writing_b(before, tmp_path)
    world.dataverse.put(B, statuscode=CONTACTED, msdyncrm_salesready=False)
    finish(world)
    finish(world)
    row, cards = world.columns(B), world.cards()
    marks = world.store.dossier(B, now=world.clock()).marks
    world.close()
    assert (row["statuscode"], row["msdyncrm_salesready"]) == (CONTACTED, False)
    assert [one.qualification for one in marks] == ["sales-ready"]
    assert cards.count(("lead_qualified", B, "teams:desk")) == 1
    assert cards.count(("score_crossed", B, "teams:sales")) == 1


def test_what_somebody_changed_of_our_write_after_a_crash_is_written_again(before: World, tmp_path: Path) -> None:
    """Killed after the write, the score then overwritten by a person: it is ours still, and what it should be."""
    world = killed_after_writing_b(before, tmp_path)
    world.dataverse.put(B, lc_score=3)
    report = world.sync()
    row, cards = world.columns(B), world.cards()
    world.close()
    assert report.resumed > 0
    assert row["lc_score"] == 90
    assert cards.count(("score_crossed", B, "teams:sales")) == 1


def test_who_opts_out_after_a_crash_is_not_announced(before: World, tmp_path: Path) -> None:
    """Killed after the write, the person then opts out: no card is made, not even where the next run dies too."""
    world = killed_after_writing_b(before, tmp_path)
    world.dataverse.set(B, opted_out=True)
    shutil.copytree(world.folder, tmp_path / "copy")
    copied, death = world.copy_to(tmp_path / "copy"), Death()
    run_until(copied, death)
    copied.close()
    with pytest.raises(KilledError):
        run_until(world, Death(at=death.calls.index("settle") + 1))
    queued = [row for row in world.store.deliveries(limit=100) if row["lead_id"] == B]
    finish(world)
    cards = [card for card in world.cards() if card[1] == B]
    world.close()
    assert queued == []
    assert cards == []


def test_what_was_planned_by_documents_that_are_gone_is_settled(before: World, tmp_path: Path) -> None:
    """Killed after the write, the model then given another column: the mark that was written is known and announced."""
    world = killed_after_writing_b(before, tmp_path)
    world.publish(heat_model(write="{score: lc_other}"))
    finish(world)
    cards, row = world.cards(), world.columns(B)
    world.close()
    assert cards.count(("lead_qualified", B, "teams:desk")) == 1
    assert (row["lc_score"], row["lc_other"]) == (90, 90)
