"""Deliveries are handed to whoever knows their kind of destination."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from connector.delivery.courier import Dispatcher
from connector.pipeline.values import Delivered, Delivery, DeliveryOutcome, Undeliverable


@dataclass
class Courier:
    """Remembers what it was given."""

    sent: list[str] = field(default_factory=list)
    closed: int = 0

    def send(self, delivery: Delivery) -> DeliveryOutcome:
        """Take it."""
        self.sent.append(delivery.destination)
        return Delivered(202)

    def knows(self, destination: str) -> bool:
        """Know one name."""
        return destination.endswith(":known")

    def close(self) -> None:
        """Count it."""
        self.closed += 1


def delivery(destination: str) -> Delivery:
    """A delivery."""
    return Delivery("d", "e", destination, "score_crossed", {}, 1, datetime(2026, 11, 21, tzinfo=UTC))


def test_each_kind_has_its_courier() -> None:
    """The prefix decides; the name behind it is the courier's own business, whatever stands in it."""
    teams, flows = Courier(), Courier()
    both = Dispatcher({"teams:": teams, "flow:": flows, "subscription:": flows})
    for name in ("teams:a", "flow:b", "subscription:c:d"):
        assert both.send(delivery(name)) == Delivered(202)
    assert (teams.sent, flows.sent) == (["teams:a"], ["flow:b", "subscription:c:d"])
    assert [both.knows(name) for name in ("teams:known", "teams:x", "mail:known", "known")] == [
        True,
        False,
        False,
        False,
    ]


def test_a_kind_that_nobody_knows_is_undeliverable() -> None:
    """It pauses, so that a person sees it, and nobody is asked."""
    teams = Courier()
    for name in ("mail:a", "teams", ""):
        outcome = Dispatcher({"teams:": teams}).send(delivery(name))
        assert isinstance(outcome, Undeliverable)
        assert outcome.pauses
    assert teams.sent == []


def test_each_courier_is_closed_once() -> None:
    """One that serves two kinds, too."""
    flows = Courier()
    Dispatcher({"flow:": flows, "subscription:": flows}).close()
    assert flows.closed == 1
