"""Crossings over any sequence of scores, times, versions, re-arm settings and crashes: none twice, none lost.

One machine drives whole runs over a real store, and holds them against a ledger that is kept by the rules as people
write them: a rise while armed and outside a baseline is one event, and nothing else is.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from connector.pipeline.crossings import Watch, advance
from connector.pipeline.ports import Settlement
from connector.pipeline.values import Crossing
from connector.store import SqlStore
from tests.unit.pipeline.world import START, A, World, heat_model

THRESHOLD = 70
HEATS = st.sampled_from([15, 35, 55, 69, 70, 85])
SELDOM = st.integers(0, 4).map(lambda number: number == 4)
HOURS = st.sampled_from([0, 1, 30])


# --- the rule alone -------------------------------------------------------------------------------------------------

SCORES = st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 100)), st.integers(0, 50), st.booleans()), max_size=30)
REARM_BELOW = st.one_of(st.none(), st.integers(0, THRESHOLD))
REARM_AFTER = st.one_of(st.none(), st.integers(0, 60).map(lambda hours: timedelta(hours=hours)))


@given(SCORES, REARM_BELOW, REARM_AFTER)
def test_events_are_the_rises_while_armed(
    seen: list[tuple[int | None, int, bool]], rearm_below: int | None, rearm_after: timedelta | None
) -> None:
    """Ordinals count up without a gap; without a re-arm there is one at most; a baseline has none."""
    memory = Crossing("hot", "1.1", 0, armed=True, fired_at=None)
    now, above = START, False
    fired: list[datetime] = []
    low_since_fired = True
    for score, hours, first_look in seen:
        now += timedelta(hours=hours)
        is_above = score is not None and score >= THRESHOLD
        if rearm_below is not None and (score is None or score < rearm_below):
            low_since_fired = True
        rested = rearm_after is not None and bool(fired) and now - fired[-1] >= rearm_after
        armed = not fired or (rearm_below is not None and low_since_fired) or rested or memory.armed
        watch = Watch(above, is_above, score, memory, first_look, rearm_below, rearm_after)
        memory, announced = advance(watch, now)
        assert announced == (is_above and not above and armed and not first_look)
        if announced:
            fired.append(now)
            low_since_fired = False
        assert memory.ordinal == len(fired)
        above = is_above
    if rearm_below is None and rearm_after is None:
        assert len(fired) <= 1


# --- whole runs -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Watched:
    """An alert as it is written."""

    name: str
    version: int = 1
    rearm_below: int | None = None
    rearm_after: int | None = None  # hours

    def text(self) -> str:
        """Its document."""
        below = f"rearm_below: {self.rearm_below}\n" if self.rearm_below is not None else ""
        after = f"rearm_after: {self.rearm_after}h\n" if self.rearm_after is not None else ""
        return (
            f"alert: {self.name}\non: {{model: engagement, crosses: {THRESHOLD}}}\nchannels: [sales]\n{below}{after}"
            f"description: Version {self.version}\n"
        )


@dataclass(frozen=True, slots=True)
class Memory:
    """What the ledger remembers of a rule and the lead."""

    armed: bool = True
    crossings: int = 0
    at: datetime = START


@dataclass(frozen=True, slots=True)
class Ledger:
    """What should be so: the last score with its model's version, memories by rule and versions, events by rule."""

    score: int | None = None
    scored_by: int = 0
    memories: dict[tuple[str, int, int], Memory] = field(default_factory=dict)
    events: Counter[str] = field(default_factory=Counter)

    def look(
        self, score: int, rules: list[Watched], model: int, now: datetime, *, baseline: bool, announced: bool = True
    ) -> Ledger:
        """The ledger after a decision on a score took effect; not `announced`: somebody else had written it."""
        memories, events = dict(self.memories), Counter(self.events)
        is_first = baseline or self.scored_by not in {0, model}
        before = self.score if self.scored_by == model else None
        for one in rules:
            key = (one.name, one.version, model)
            memory = memories.get(key, Memory())
            if one.rearm_below is not None and score < one.rearm_below:
                memory = replace(memory, armed=True)
            if one.rearm_after is not None and memory.crossings and now - memory.at >= timedelta(hours=one.rearm_after):
                memory = replace(memory, armed=True)
            rises = score >= THRESHOLD and (before is None or before < THRESHOLD)
            if rises and memory.armed and not is_first:
                memory = Memory(armed=False, crossings=memory.crossings + 1, at=now)
                events[one.name] += announced
            memories[key] = memory
        return Ledger(score, model, memories, events)


class Recording:
    """A store that keeps what is settled."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.settlements: list[Settlement] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def settle(self, settlements: Sequence[Settlement]) -> None:
        """Settle, and keep."""
        self.settlements += settlements
        self._store.settle(settlements)


def machine(template: Path, folders: Iterator[Path]) -> type[RuleBasedStateMachine]:
    """A machine whose worlds begin as copies of a folder."""

    class Runs(RuleBasedStateMachine):
        """A lead whose heat changes, an alert without a re-arm, one with a bound, one with a time."""

        def __init__(self) -> None:
            super().__init__()
            folder = next(folders)
            shutil.copytree(template, folder)
            self.world = World(folder)
            self.alerts = [Watched("once"), Watched("bound", rearm_below=40), Watched("rest", rearm_after=24)]
            self.model = 1
            self.baseline = True
            self.heat = 0
            self.due = True
            self.ledger = Ledger()
            self.left: Ledger | None = None  # what a run that died had planned and written
            self.settled: list[Settlement] = []
            self.completed = False

        def teardown(self) -> None:
            self.world.close()
            shutil.rmtree(self.world.folder)

        @initialize()
        def begin(self) -> None:
            """A baseline below the threshold: half of what is interesting comes after one."""
            self.changes(15, 0)
            self.a_run(15, 0)

        def changes(self, heat: int, hours: int) -> None:
            """Time passes, and the lead's heat is another."""
            self.world.clock.wait(hours * 3600 + 1)
            self.due = self.due or heat != self.heat
            self.world.dataverse.put(A, heat=heat)
            self.heat = heat

        def decided(self, *, announced: bool = True) -> Ledger:
            """The ledger after the lead was looked at as it is now."""
            return self.ledger.look(
                self.heat // 10 * 10,
                self.alerts,
                self.model,
                self.world.clock(),
                baseline=self.baseline,
                announced=announced,
            )

        def complete(self, *, announced: bool = True) -> None:
            """A run that completes; what it settles is kept."""
            if self.left is not None:  # a run begins by settling what an earlier one wrote
                self.ledger = self.left
            self.left = None
            if self.due:
                self.ledger = self.decided(announced=announced)
            recording = Recording(self.world.store)
            self.world.sync(recording)
            self.settled = recording.settlements or self.settled
            self.due = self.baseline = False
            self.completed = True

        def will_write(self) -> bool:
            """Whether a run has a value to write: the score's column differs from what the lead's heat gives."""
            return self.due and self.world.columns(A)["lc_score"] != self.heat // 10 * 10

        # runs

        @rule(heat=HEATS, hours=HOURS)
        def a_run(self, heat: int, hours: int) -> None:
            self.changes(heat, hours)
            self.complete()

        @rule(before=HEATS, heat=HEATS, hours=HOURS)
        def a_run_whose_lead_is_edited_before_the_write(self, before: int, heat: int, hours: int) -> None:
            self.changes(before, hours)
            if self.will_write():
                self.world.dataverse.before_write[A] = [lambda: self.world.dataverse.put(A, heat=heat)]
                self.heat = heat
            self.complete()

        @rule(heat=HEATS, hours=HOURS)
        def a_run_whose_values_somebody_else_writes_first(self, heat: int, hours: int) -> None:
            self.changes(heat, hours)
            writes = self.will_write()
            if writes:
                self.world.dataverse.before_write[A] = [self.write_the_same]
            self.complete(announced=not writes)

        def write_the_same(self) -> None:
            (decision,) = self.world.store.planned()
            values = {name: value for name, value in decision.values.items() if name != "lc_scoredon"}
            self.world.dataverse.edit(A, values)

        @rule(heat=HEATS, hours=HOURS, written=st.booleans())
        def a_run_that_dies_while_it_writes(self, heat: int, hours: int, *, written: bool) -> None:
            self.changes(heat, hours)
            if not self.will_write():
                return
            if self.left is not None:
                self.ledger = self.left
            self.left = self.decided() if written else None
            self.world.dataverse.before_write[A] = [lambda: self.die(written=written)]
            with pytest.raises(SystemExit):
                self.world.sync()
            self.world.close()
            self.due = True
            self.completed = False

        def die(self, *, written: bool) -> None:
            if written:
                (decision,) = self.world.store.planned()
                self.world.dataverse.edit(A, decision.values)
            raise SystemExit

        @rule(heat=HEATS, happens=SELDOM)
        def a_new_version_of_the_model(self, heat: int, *, happens: bool) -> None:
            if happens:
                self.model += 1
                self.world.publish(heat_model(extra=f"description: Version {self.model}"))
                self.baseline = self.due = True
            self.a_run(heat, 0)

        @rule(
            position=st.integers(0, 2),
            below=st.sampled_from([None, 20, 60]),
            after=st.sampled_from([None, 1, 48]),
            happens=SELDOM,
        )
        def an_alert_is_changed(self, position: int, below: int | None, after: int | None, *, happens: bool) -> None:
            if happens:
                before = self.alerts[position]
                self.alerts[position] = Watched(before.name, before.version + 1, below, after)
                self.world.publish(self.alerts[position].text())
                self.due = True

        @rule()
        def everything_is_scored_again(self) -> None:
            self.world.store.mark_due()
            self.due = True
            self.complete()

        @rule()
        def what_was_settled_is_settled_again(self) -> None:
            store = self.world.store
            before = store.dossiers(1, now=self.world.clock())
            store.settle([one for one in self.settled if one.result is not None])
            assert store.dossiers(1, now=self.world.clock()) == before

        # what holds

        @invariant()
        def every_event_was_sent_once(self) -> None:
            sent = Counter((one.event_id, one.destination) for one in self.world.courier.sent)
            assert not sent or max(sent.values()) == 1

        @invariant()
        def the_events_are_those_of_the_ledger(self) -> None:
            if self.completed:  # a run that dies may leave cards queued
                assert Counter(str(one.payload["alert"]) for one in self.world.courier.sent) == +self.ledger.events

        @invariant()
        def a_settled_lead_holds_its_score(self) -> None:
            if not self.due and self.left is None:
                assert self.world.columns(A)["lc_score"] == self.ledger.score == self.heat // 10 * 10

    return Runs


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the model and the alerts live and no lead."""
    folder = tmp_path_factory.mktemp("template") / "data"
    world = World(folder)
    rules = [Watched("once"), Watched("bound", rearm_below=40), Watched("rest", rearm_after=24)]
    world.publish(heat_model(), *(one.text() for one in rules))
    world.close()
    return folder


@pytest.mark.long
def test_no_crossing_is_announced_twice_and_none_is_lost(template: Path, tmp_path: Path) -> None:
    """Over any sequence of changes, versions, times, settings, edits and crashes, sent is what the ledger says."""
    folders = (tmp_path / str(number) for number in range(1_000_000))
    run_state_machine_as_test(
        machine(template, folders),
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
