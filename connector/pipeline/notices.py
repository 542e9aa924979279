"""Cards about no lead: whether a channel still takes cards, asked by sending one through the outbox.

A workflow answers nothing but posts, so that there is no asking without a card.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from connector.pipeline.identity import identity
from connector.pipeline.values import Event, Json

TEST = "test"


class NoticeStore(Protocol):
    """The outbox, for what no decision announces."""

    def announce(self, events: Sequence[Event], *, now: datetime) -> None:
        """Store events with their deliveries, each once by its id. Raises StoreError."""
        ...


def card_payload(event_id: str, channel: str, at: datetime, environment: str | None, message: str) -> dict[str, Json]:
    """What a test card says: which channel, from which environment, why."""
    return {
        "event_id": event_id,
        "kind": TEST,
        "at": at.isoformat(),
        "channel": channel,
        "environment": environment,
        "message": message,
    }


def channel_tests(destinations: Iterable[str], slot: datetime, environment: str | None) -> list[Event]:
    """One test card for each channel and slot: whoever asks for a slot again asks for the same ones."""
    message = "The regular test of this channel: cards still arrive. Nothing is to be done."
    made = []
    for name in destinations:
        event_id = identity(TEST, name, slot.isoformat())
        payload = card_payload(event_id, name.partition(":")[2], slot, environment, message)
        made.append(Event(event_id, TEST, "", payload, (name,), slot))
    return made
