"""Laws of the limiter, for several processes that share a ledger: no window holds too much, nothing goes too early."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.dataverse.limits.concurrency import Concurrency
from connector.dataverse.limits.gate import LOOK_S, Ask, Gate, Ticket
from connector.dataverse.limits.ledger import MemoryLedger
from connector.pipeline.budgets import Bounds, Grant

WINDOW_S = 30.0
BY_REQUESTS = Bounds(requests=6, execution_s=90.0, window_s=WINDOW_S)
BY_EXECUTION = Bounds(requests=90, execution_s=4.0, window_s=WINDOW_S)
GRACE_S = 8.0


@dataclass
class Process:
    """A gate that asks the ledger as the limiter does, but never waits."""

    gate: Gate
    ledger: MemoryLedger
    running: list[Ticket] = field(default_factory=list)

    def ask(self, now: float) -> Ticket | None:
        """A ticket, or None where it would have to wait."""
        decision = self.gate.ask("reading", 1, now)
        while isinstance(decision, Ask):
            if decision.wish is None and not decision.spent:
                grant = Grant(hold_s=self.ledger.held_s())
            else:
                grant = self.ledger.reserve(decision.wish, decision.spent)
            self.gate.hear(grant, now)
            decision = self.gate.ask("reading", 1, now)
        if not isinstance(decision, Ticket):
            return None
        self.running.append(decision)
        return decision


@dataclass
class World:
    """Some processes with one ledger and one clock, and what they did: (process, begun, ended)."""

    now: float = 0.0
    processes: list[Process] = field(default_factory=list)
    done: list[tuple[int, float, float]] = field(default_factory=list)
    begun: list[tuple[int, float]] = field(default_factory=list)
    holds: list[tuple[int, float, float]] = field(default_factory=list)
    most: int = 0

    @classmethod
    def of(cls, count: int, ceiling: int, bounds: Bounds) -> World:
        """A world of so many processes."""
        world = cls()
        ledger = MemoryLedger(bounds, monotonic=lambda: world.now)
        world.processes = [
            Process(Gate(str(number), ceiling, bounds, grace_s=GRACE_S), ledger) for number in range(count)
        ]
        return world

    def move(self, seconds: float) -> None:
        """Let time pass; whatever runs ends in time, as the bounds of a request see to."""
        until = self.now + seconds
        for number, process in enumerate(self.processes):
            for ticket in list(process.running):
                if ticket.begun_at + GRACE_S <= until:
                    self.now = max(self.now, ticket.begun_at + GRACE_S)
                    self.end(number, ticket)
        self.now = until

    def end(self, number: int, ticket: Ticket) -> None:
        """A request gets its answer."""
        process = self.processes[number]
        process.running.remove(ticket)
        process.gate.end(ticket, self.now, lasted_s=0.5, is_typical=True)
        self.done.append((number, ticket.begun_at, self.now))

    def begin(self, number: int) -> None:
        """A process sends a request, if it may."""
        process = self.processes[number]
        before = process.gate.concurrency.limit
        if process.ask(self.now) is not None:
            self.begun.append((number, self.now))
            assert process.gate.in_flight == len(process.running) <= before
        self.most = max(self.most, sum(len(one.running) for one in self.processes))

    def refuse(self, number: int, seconds: float) -> None:
        """The oldest request of a process is answered with 429 and a wish to wait."""
        process = self.processes[number]
        if not process.running:
            return
        ticket = process.running[0]
        concurrency, before = process.gate.concurrency, process.gate.concurrency.limit
        concurrency.refuse(ticket.begun_at, self.now, in_flight=ticket.in_flight, too_many_at_once=False)
        assert 1 <= concurrency.limit <= before
        process.gate.hold(seconds, self.now)
        process.ledger.hold(seconds)
        self.holds.append((number, self.now, self.now + seconds))
        self.end(number, ticket)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("begin"), st.integers(0, 2), st.integers(1, 9)),
        st.tuples(st.just("end"), st.integers(0, 2), st.integers(0, 3)),
        st.tuples(st.just("move"), st.integers(0, 2), st.sampled_from([0.01, 0.2, 0.8, 3.7, 29.0, 31.0])),
        st.tuples(st.just("refuse"), st.integers(0, 2), st.sampled_from([0.05, 1.0, 4.0])),
    ),
    min_size=5,
    max_size=80,
)


def play(steps: list[tuple[str, int, float]], count: int, ceiling: int, bounds: Bounds = BY_REQUESTS) -> World:
    """Let a story happen and everything end."""
    world = World.of(count, ceiling, bounds)
    for what, which, amount in steps:
        number = which % count
        if what == "begin":
            for _ in range(int(amount)):
                world.begin(number)
        elif what == "end" and world.processes[number].running:
            world.end(number, world.processes[number].running[int(amount) % len(world.processes[number].running)])
        elif what == "move":
            world.move(amount)
        elif what == "refuse":
            world.refuse(number, amount)
    world.move(GRACE_S + 1)
    return world


@settings(max_examples=400)
@given(
    steps=STEPS,
    count=st.integers(1, 3),
    ceiling=st.integers(1, 12),
    bounds=st.sampled_from([BY_REQUESTS, BY_EXECUTION]),
)
def test_no_window_holds_more_than_the_bounds(
    steps: list[tuple[str, int, float]], count: int, ceiling: int, bounds: Bounds
) -> None:
    """Whenever the server counts a request between its begin and its end: no window has more than the budgets."""
    world = play(steps, count, ceiling, bounds)
    for moment in {at for _, begun, ended in world.done for at in (begun, ended)}:
        within = [1 for _, begun, ended in world.done if begun < moment + WINDOW_S and ended >= moment]
        assert len(within) <= bounds.requests
        assert len(within) * 0.5 <= bounds.execution_s


@settings(max_examples=400)
@given(steps=STEPS, count=st.integers(1, 3), ceiling=st.integers(1, 12))
def test_nothing_is_sent_before_the_moment_that_was_told(
    steps: list[tuple[str, int, float]], count: int, ceiling: int
) -> None:
    """The process that was told begins nothing before; the others nothing once they had time to hear of it."""
    world = play(steps, count, ceiling)
    for told, since, until in world.holds:
        for number, at in world.begun:
            hears = since if number == told else since + LOOK_S
            assert not hears < at < until - 1e-9


@given(steps=STEPS, ceiling=st.integers(1, 12))
def test_there_are_never_more_in_flight_than_the_ceiling(steps: list[tuple[str, int, float]], ceiling: int) -> None:
    """Whatever is hinted and answered, a process stays within its ceiling."""
    assert play(steps, 1, ceiling).most <= ceiling


@given(
    ceiling=st.integers(1, 51),
    events=st.lists(
        st.one_of(
            st.tuples(st.just("hint"), st.integers(-5, 200)),
            st.tuples(st.just("ok"), st.integers(1, 5000)),
            st.tuples(st.just("refuse"), st.integers(0, 60)),
            st.tuples(st.just("crowd"), st.integers(0, 60)),
            st.tuples(st.just("share"), st.integers(0, 9)),
            st.tuples(st.just("move"), st.integers(0, 400)),
        ),
        max_size=120,
    ),
)
def test_concurrency_stays_within_its_bounds(ceiling: int, events: list[tuple[str, int]]) -> None:
    """From 1 to the ceiling, whatever happens; a refusal never raises it, and halves it at least."""
    one, now = Concurrency(ceiling), 0.0
    for what, amount in events:
        before = one.limit
        if what == "hint":
            one.hint(amount)
        elif what == "ok":
            one.succeed("reading", amount / 1000, now, was_full=True)
            assert one.limit <= before + 1
        elif what in {"refuse", "crowd"}:
            now += 0.001
            one.refuse(now, now, in_flight=amount, too_many_at_once=what == "crowd")
            assert one.limit <= max(1, before / 2)
        elif what == "share":
            one.share(amount)
        else:
            now += amount
        assert 1 <= one.limit <= ceiling
