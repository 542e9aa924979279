"""The courier that calls flows: those that settings name (`flow:`) and those that subscribed (`subscription:`).

One signed POST a call, no waiting, every expected outcome a value. A callback URL is a secret: neither it nor what the
notification says is ever logged or kept.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from connector.delivery.addresses import AddressRule
from connector.delivery.answers import Place
from connector.delivery.guard import DestinationError, check_destination
from connector.delivery.notifications import build_notification, encode
from connector.delivery.posting import CONNECT_TIMEOUT_S, READ_TIMEOUT_S, Posting, check_named
from connector.delivery.records import RecordLinks
from connector.delivery.signing import signed_headers
from connector.pipeline.subscriptions import PREFIX as SUBSCRIPTION
from connector.pipeline.subscriptions import Callback
from connector.pipeline.values import Delivery, DeliveryOutcome, Json, Undeliverable

FLOW = "flow:"
_NAMED = Place(
    "flow",
    {
        401: "The signature of the URL is no longer valid: copy the URL again from the flow.",
        403: "The flow refuses callers without a sign-in: let anyone trigger it, or copy its URL again.",
        404: "The flow is gone or switched off: switch it on, or give it another URL in CONNECTOR_FLOWS.",
    },
)
_SUBSCRIBED = Place(
    "flow",
    {
        401: "The callback's signature is no longer valid: switch the flow off and on, which subscribes it anew.",
        403: "The callback refuses us: switch the flow off and on, which subscribes it anew.",
        404: "The flow is gone or switched off; switched on, it subscribes anew.",
    },
)

_log = logging.getLogger(__name__)


class FlowCourier:
    """Posts events as notifications to flows (`Courier` of the pipeline); safe to use from several threads."""

    def __init__(
        self,
        flows: Mapping[str, str],
        callback_of: Callable[[str], Callback | None],
        *,
        links: RecordLinks,
        clock: Callable[[], datetime],
        allowed_hosts: Collection[str] = (),
        addresses: AddressRule | None = None,
        ca_bundle: str | None = None,
        timeout_s: tuple[float, float] = (CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
    ) -> None:
        """Take flows as name → URL, and where to look up a subscription's callback by its id.

        SettingsError names every flow with a URL that is not allowed. `addresses` as in `Posting`, by default those
        that `allowed_hosts` names and public ones.
        """
        self._allowed = tuple(allowed_hosts)
        check_named(flows, self._allowed, word="flow", setting="CONNECTOR_FLOWS")
        self._flows = dict(flows)
        self._callback_of = callback_of
        self._links = links
        self._clock = clock
        rule = addresses or AddressRule(self._allowed)
        self._named = Posting(_NAMED, addresses=rule, ca_bundle=ca_bundle, timeout_s=timeout_s)
        self._subscribed = Posting(_SUBSCRIBED, addresses=rule, ca_bundle=ca_bundle, timeout_s=timeout_s)

    def knows(self, destination: str) -> bool:
        """Tell whether the destination is a flow of the settings, or a subscription that has not ended."""
        if destination.startswith(SUBSCRIPTION):
            return self._callback_of(destination.removeprefix(SUBSCRIPTION)) is not None
        return destination.startswith(FLOW) and destination.removeprefix(FLOW) in self._flows

    def send(self, delivery: Delivery) -> DeliveryOutcome:
        """Call the flow of one delivery, once."""
        if delivery.destination.startswith(SUBSCRIPTION):
            outcome = self._call_subscribed(delivery)
        else:
            outcome = self._call_named(delivery)
        _log.info(
            "event %s to %s, attempt %d: %s",
            delivery.event_id,
            delivery.destination,
            delivery.attempt,
            type(outcome).__name__,
        )
        return outcome

    def close(self) -> None:
        """Give back the connections."""
        self._named.close()
        self._subscribed.close()

    def _call_named(self, delivery: Delivery) -> DeliveryOutcome:
        url = self._flows.get(delivery.destination.removeprefix(FLOW))
        if url is None:
            return Undeliverable(
                f"{delivery.destination} is not a configured flow: name it in CONNECTOR_FLOWS.", pauses=True
            )
        return self._call(self._named, delivery, Callback(url))

    def _call_subscribed(self, delivery: Delivery) -> DeliveryOutcome:
        callback = self._callback_of(delivery.destination.removeprefix(SUBSCRIPTION))
        if callback is None:
            return Undeliverable("The subscription has ended.", pauses=True)
        try:
            check_destination(callback.url, self._allowed)  # the allow-list may have become shorter since
        except DestinationError as error:
            return Undeliverable(f"{error.message} {error.remedy}", pauses=True)
        return self._call(self._subscribed, delivery, callback)

    def _call(self, posting: Posting, delivery: Delivery, callback: Callback) -> DeliveryOutcome:
        body = encode(build_notification(delivery.payload, self._record_url(delivery.payload)))
        headers = signed_headers(delivery.event_id, self._clock(), body, callback.secret)
        return posting.post(callback.url, body, headers)

    def _record_url(self, payload: Mapping[str, Json]) -> str | None:
        lead = payload.get("lead")
        lead_id = lead.get("id") if isinstance(lead, Mapping) else None
        return self._links.lead(str(lead_id)) if lead_id else None
