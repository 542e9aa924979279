"""The courier that posts cards to Teams channels: one POST a call, no waiting, every expected outcome a value.

A channel is a workflow's URL, which is a secret: neither it nor what the card says is ever logged or kept.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping

from connector.delivery.addresses import AddressRule
from connector.delivery.answers import CHANNEL
from connector.delivery.cards import build_message, encode
from connector.delivery.posting import CONNECT_TIMEOUT_S, READ_TIMEOUT_S, Posting, check_named
from connector.delivery.records import RecordLinks
from connector.pipeline.values import Delivery, DeliveryOutcome, Undeliverable

PREFIX = "teams:"

_log = logging.getLogger(__name__)


class TeamsCourier:
    """Posts events as cards to the named channels (`Courier` of the pipeline); safe to use from several threads."""

    def __init__(
        self,
        channels: Mapping[str, str],
        *,
        links: RecordLinks,
        allowed_hosts: Collection[str] = (),
        ca_bundle: str | None = None,
        timeout_s: tuple[float, float] = (CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
    ) -> None:
        """Take channels as name → workflow URL; SettingsError names every channel with a URL that is not allowed."""
        check_named(channels, tuple(allowed_hosts), word="channel", setting="CONNECTOR_TEAMS_CHANNELS")
        self._channels = dict(channels)
        self._links = links
        self._posting = Posting(
            CHANNEL,
            addresses=AddressRule(tuple(allowed_hosts)),
            ca_bundle=ca_bundle,
            timeout_s=timeout_s,
            seen=tuple(self._channels.values()),
        )

    def knows(self, destination: str) -> bool:
        """Tell whether the destination is `teams:` and a configured channel."""
        return destination.startswith(PREFIX) and destination.removeprefix(PREFIX) in self._channels

    def send(self, delivery: Delivery) -> DeliveryOutcome:
        """Post the card of one delivery, once."""
        if not self.knows(delivery.destination):
            return Undeliverable(
                f"{delivery.destination} is not a configured channel: name it in CONNECTOR_TEAMS_CHANNELS.", pauses=True
            )
        url = self._channels[delivery.destination.removeprefix(PREFIX)]
        message = build_message(delivery.payload, self._links)
        outcome = self._posting.post(url, encode(message))
        _log.info(
            "card %s to %s, attempt %d: %s",
            delivery.event_id,
            delivery.destination,
            delivery.attempt,
            type(outcome).__name__,
        )
        return outcome

    def close(self) -> None:
        """Give back the connections."""
        self._posting.close()
