"""The courier that hands each delivery to the one that knows its kind of destination, by the destination's prefix.

Cards are made and sent in `teams`, callbacks of flows in `callbacks`; neither knows of the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from connector.pipeline.ports import Courier
from connector.pipeline.values import Delivery, DeliveryOutcome, Undeliverable


class ClosingCourier(Courier, Protocol):
    """A courier that gives back what it opened."""

    def close(self) -> None:
        """Give back the connections."""
        ...


class Dispatcher:
    """Knows which courier takes what (`Courier` of the pipeline), by prefixes such as `teams:`."""

    def __init__(self, couriers: Mapping[str, ClosingCourier]) -> None:
        """Take couriers by prefix; one may stand there several times."""
        self._couriers = dict(couriers)

    def knows(self, destination: str) -> bool:
        """Tell whether a courier knows the destination."""
        courier = self._courier(destination)
        return courier is not None and courier.knows(destination)

    def send(self, delivery: Delivery) -> DeliveryOutcome:
        """Try once, by the courier of the destination's kind."""
        courier = self._courier(delivery.destination)
        if courier is None:
            return Undeliverable(f"{delivery.destination} is of a kind that nothing is sent to.", pauses=True)
        return courier.send(delivery)

    def close(self) -> None:
        """Close every courier, each once."""
        for courier in {id(courier): courier for courier in self._couriers.values()}.values():
            courier.close()

    def _courier(self, destination: str) -> ClosingCourier | None:
        prefix, colon, _ = destination.partition(":")
        return self._couriers.get(prefix + colon)
