"""Emptying the outbox: everything that may go goes, waits are bounded, every outcome is recorded."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast
from unittest import mock

import pytest

from connector.errors import StoreError
from connector.pipeline.deliver import Outbox, deliver_due, recover
from connector.pipeline.ports import Store
from connector.pipeline.values import Delivered, Delivery, DeliveryOutcome, RetryLater

START = datetime(2026, 11, 21, 9, tzinfo=UTC)
RATES = {"teams:uk": ((1, 1.0),)}


class FakeTime:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


class FakeStore:
    """An outbox that gives one delivery each second."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.waiting = [(START + timedelta(seconds=index), one) for index, one in enumerate(ids)]
        self.concluded: list[tuple[str, DeliveryOutcome, datetime | None]] = []
        self.held: Sequence[str] = ()
        self.kept: list[timedelta] = []
        self.known: Sequence[str] = ()

    def claim(
        self, destinations: Sequence[str], limit: int, *, now: datetime, rates: Mapping[str, object]
    ) -> list[Delivery]:
        """Give what is due."""
        assert list(destinations) == list(rates)
        due = [one for at, one in self.waiting if at <= now][:limit]
        self.waiting = [(at, one) for at, one in self.waiting if one not in due]
        return [Delivery(one, f"evt-{one}", "teams:uk", "score_crossed", {}, 1, START) for one in due]

    def conclude(
        self,
        delivery: Delivery,
        outcome: DeliveryOutcome,
        *,
        now: datetime,
        retry_at: datetime | None,
        pause_after: timedelta | None = None,
    ) -> None:
        """Record an outcome."""
        assert now >= START
        assert pause_after is None
        self.concluded.append((delivery.delivery_id, outcome, retry_at))

    def keep_attempts(self, *, now: datetime) -> None:
        """Record that it was said."""
        self.kept.append(now - START)

    def next_attempt_at(self, *, now: datetime, rates: Mapping[str, object]) -> datetime | None:
        """When the next is due."""
        assert now >= START
        assert rates
        return min((at for at, _ in self.waiting), default=None)

    def hold_unknown(self, destinations: Sequence[str], *, now: datetime) -> int:
        """Record which destinations are known."""
        assert now >= START
        self.known = destinations
        return 0

    def recover(self, *, now: datetime, hold: Sequence[str]) -> int:
        """Record what is held."""
        assert now >= START
        self.held = hold
        return 3


class FakeCourier:
    """A courier whose every answer is chosen."""

    def __init__(self, outcome: DeliveryOutcome) -> None:
        self.outcome = outcome

    def send(self, delivery: Delivery) -> DeliveryOutcome:
        """Answer."""
        assert delivery.attempt == 1
        return self.outcome

    def knows(self, destination: str) -> bool:
        """Every destination is known."""
        return bool(destination)


def outbox(store: FakeStore, time: FakeTime, outcome: DeliveryOutcome) -> Outbox:
    """An outbox over fakes that tries again after a minute."""

    def next_attempt(attempt: int, outcome: DeliveryOutcome, now: datetime) -> datetime | None:
        return None if isinstance(outcome, Delivered) else now + timedelta(minutes=attempt)

    return Outbox(cast("Store", store), FakeCourier(outcome), RATES, ("teams:uk",), next_attempt, time, time.wait)


def test_it_waits_for_slots_within_its_time() -> None:
    """Within five seconds six deliveries go, one a second; the rest stays queued."""
    store, time = FakeStore([f"d{n}" for n in range(9)]), FakeTime()
    assert deliver_due(outbox(store, time, Delivered(202)), within_s=5) == 6
    assert [one for one, _, _ in store.concluded] == [f"d{n}" for n in range(6)]
    assert len(store.waiting) == 3


def test_without_time_only_what_is_due_goes() -> None:
    """With no time to wait only the delivery that is due now goes, and no time passes."""
    store, time = FakeStore(["a", "b"]), FakeTime()
    assert deliver_due(outbox(store, time, Delivered(202))) == 1
    assert time.now == START


def test_of_a_slow_attempt_it_is_said_that_it_is_ours() -> None:
    """Every ten seconds while it is under way: whoever says nothing is dead to the others."""
    store, time, answers = FakeStore(["a"]), FakeTime(), threading.Event()

    class SlowCourier(FakeCourier):
        def send(self, delivery: Delivery) -> DeliveryOutcome:
            assert answers.wait(30)
            return super().send(delivery)

    def clock() -> datetime:  # four seconds pass between two looks
        time.wait(4)
        if len(store.kept) == 2:
            answers.set()
        return time.now

    slow = replace(outbox(store, time, Delivered(202)), courier=SlowCourier(Delivered(202)), clock=clock)
    with mock.patch("connector.pipeline.deliver.KEEP_S", 0.01):
        assert deliver_due(slow) == 1
    assert len(store.kept) >= 2
    assert store.concluded[0][:2] == ("a", Delivered(202))


def test_what_recording_raised_is_heard_of() -> None:
    """A database that is away while an outcome is recorded ends the delivering, not a thread without a word."""
    store, time = FakeStore(["a"]), FakeTime()
    with (
        mock.patch.object(store, "conclude", side_effect=StoreError("It is away.")),
        pytest.raises(StoreError, match="It is away"),
    ):
        deliver_due(outbox(store, time, Delivered(202)))


def test_a_failed_attempt_is_recorded_with_its_next_try() -> None:
    """An attempt that failed is concluded with when to try again."""
    store, time = FakeStore(["a"]), FakeTime()
    deliver_due(outbox(store, time, RetryLater("busy", 503)))
    assert store.concluded == [("a", RetryLater("busy", 503), START + timedelta(minutes=1))]


def test_a_quiet_destination_is_sent_nothing() -> None:
    """Only those that are not quiet now are asked for; when the quiet is over they are again."""
    store, time = FakeStore(["a"]), FakeTime()
    until = START + timedelta(hours=1)
    quiet = replace(
        outbox(store, time, Delivered(202)), quiet=lambda name, at: name == next(iter(RATES)) and at < until
    )
    assert set(quiet.open_rates(START)) == set(RATES) - {next(iter(RATES))}
    assert quiet.open_rates(until) == RATES


def test_it_stops_when_told() -> None:
    """A stop before the first claim sends nothing."""
    store, time = FakeStore(["a"]), FakeTime()
    assert deliver_due(outbox(store, time, Delivered(202)), within_s=9, stop=lambda: True) == 0
    assert store.concluded == []


def test_recovery_names_the_destinations_to_hold() -> None:
    """What a crash left open is settled with the destinations that a person decides about."""
    store, time = FakeStore([]), FakeTime()
    assert recover(outbox(store, time, Delivered(202))) == 3
    assert store.held == ("teams:uk",)
    assert store.known == ("teams:uk",)
