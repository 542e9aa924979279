"""The courier that posts cards to Teams channels: one POST a call, no waiting, every expected outcome a value.

A channel is a workflow's URL, which is a secret: neither it nor what the card says is ever logged or kept.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping

from connector.delivery.addresses import AddressRule
from connector.delivery.answers import CHANNEL
from connector.delivery.cards import build_message, encode, rendered
from connector.delivery.posting import CONNECT_TIMEOUT_S, READ_TIMEOUT_S, Posting, check_named
from connector.delivery.records import RecordLinks
from connector.pipeline.cardtemplates import CardTemplate
from connector.pipeline.values import Delivery, DeliveryOutcome, Json, Undeliverable

PREFIX = "teams:"

_log = logging.getLogger(__name__)


class TeamsCourier:
    """Posts events as cards to the named channels (`Courier` of the pipeline); safe to use from several threads."""

    def __init__(
        self,
        channels: Mapping[str, str],
        *,
        links: RecordLinks,
        own_cards: Callable[[str], CardTemplate | None] = lambda _: None,
        answers: Callable[[str], tuple[str, str] | None] = lambda _: None,
        allowed_hosts: Collection[str] = (),
        ca_bundle: str | None = None,
        timeout_s: tuple[float, float] = (CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
    ) -> None:
        """Take channels as name → workflow URL; SettingsError names every channel with a URL that is not allowed.

        `own_cards` gives a company's own card for a kind of event, `answers` the two addresses by which people judge
        the lead of a delivery; both None where there are none.
        """
        check_named(channels, tuple(allowed_hosts), word="channel", setting="CONNECTOR_TEAMS_CHANNELS")
        self._channels = dict(channels)
        self._links = links
        self._own_cards = own_cards
        self._answers = answers
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
        outcome = self._posting.post(url, encode(self._message(delivery)))
        _log.info(
            "card %s to %s, attempt %d: %s",
            delivery.event_id,
            delivery.destination,
            delivery.attempt,
            type(outcome).__name__,
        )
        return outcome

    def _message(self, delivery: Delivery) -> dict[str, Json]:
        """The company's own card where it has one that can be used, else the built-in one, which then says so."""
        answers, note = self._answers(delivery.delivery_id), ""
        template = self._own_cards(delivery.kind)
        if template is not None:
            if message := rendered(template, delivery.payload, self._links, answers):
                return message
            note = "your own card could not be used, so this is the built-in one"
            _log.warning("the card document %r makes no card of the event %s", template.name, delivery.event_id)
        return build_message(delivery.payload, self._links, answers=answers, note=note)

    def close(self) -> None:
        """Give back the connections."""
        self._posting.close()
