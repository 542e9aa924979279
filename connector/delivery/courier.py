"""The courier that posts cards to Teams channels: one POST a call, no waiting, every expected outcome a value.

A channel is a workflow's URL, which is a secret: neither it nor what the card says is ever logged or kept.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from connector.delivery.cards import build_message, encode
from connector.delivery.guard import DestinationError, check_destination, mask_text
from connector.delivery.records import RecordLinks
from connector.delivery.transport import HideTargets, open_session, post_verbatim, read_bounded
from connector.errors import Fault, SettingsError
from connector.pipeline.values import (
    Delivered,
    Delivery,
    DeliveryOutcome,
    Json,
    RetryLater,
    Undeliverable,
)

PREFIX = "teams:"
CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0  # flows answer within seconds; the platform itself gives up after 120
ANSWER_BYTES = 8_192
ANSWER_SHOWN = 500
LONGEST_RETRY_AFTER_S = 86_400.0

_RETRIED = frozenset({408, 425, 429})
_PAUSING = frozenset({401, 403, 404, 410})
# Codes in the body of a refusal that say that the workflow is off or gone, whatever the HTTP status is.
_PAUSING_CODES = frozenset(
    {"workflowtriggerisnotenabled", "workflownotfound", "workflowdisabled", "workflowtriggernotfound"},
)
_HINTS = {
    401: "The signature of the URL is no longer valid: copy the URL again from the workflow.",
    403: "The workflow refuses callers without a sign-in: let anyone trigger it, or copy its URL again.",
    404: "The workflow is gone or switched off: switch it on, or give the channel another URL.",
    410: "The workflow is gone: give the channel another URL.",
}

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
        self._allowed = tuple(allowed_hosts)
        _check_channels(channels, self._allowed)
        self._channels = dict(channels)
        self._links = links
        self._verify: bool | str = ca_bundle or True
        self._timeout_s = timeout_s
        self._session = open_session()
        self._hidden = HideTargets(self._channels.values())
        self._hidden.install()

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
        message = build_message(delivery.payload, self._record_url(delivery.payload))
        outcome = self._post(url, encode(message))
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
        self._session.close()
        self._hidden.uninstall()

    def _record_url(self, payload: Mapping[str, Json]) -> str | None:
        lead = payload.get("lead")
        lead_id = lead.get("id") if isinstance(lead, Mapping) else None
        return self._links.lead(str(lead_id)) if lead_id else None

    def _post(self, url: str, body: bytes) -> DeliveryOutcome:
        try:
            with self._answer(url, body) as answer:
                return judge(answer.status_code, answer.headers, read_bounded(answer, ANSWER_BYTES, self._timeout_s[1]))
        except requests.exceptions.SSLError:
            return RetryLater(
                "The channel's certificate is not trusted: set CONNECTOR_CA_BUNDLE where a proxy has its own."
            )
        except requests.exceptions.ConnectTimeout:
            return RetryLater("The channel could not be reached in time.")
        except requests.exceptions.Timeout:
            return RetryLater("The channel did not answer in time.")
        except OSError as error:  # RequestException is one; a CA bundle that has gone is another
            # The text of these errors repeats the URL with its signature: only their kind is kept.
            return RetryLater(f"The channel could not be reached ({type(error).__name__}).")

    @contextmanager
    def _answer(self, url: str, body: bytes) -> Iterator[requests.Response]:
        answer = post_verbatim(self._session, url, body, verify=self._verify, timeout_s=self._timeout_s)
        try:
            yield answer
        finally:
            answer.close()


def judge(status: int, headers: Mapping[str, str], answer: bytes, now: datetime | None = None) -> DeliveryOutcome:
    """Say what an HTTP answer means for the delivery; `now` is for a Retry-After that is a date.

    2xx is taken; 408, 425, 429 and 5xx ask for another try; 401, 403, 404, 410, or a body that says that the workflow
    is off, make the channel unusable; everything else, redirects included, is final.
    """
    if 200 <= status < 300:  # noqa: PLR2004 - the 2xx class: workflows answer 202, with a response action 200
        return Delivered(status)
    if status in _RETRIED or status >= 500:  # noqa: PLR2004 - the 5xx class
        return RetryLater(f"The channel answered {status}.", status, retry_after_s(headers.get("Retry-After"), now))
    shown = _shown(answer)
    if status in _PAUSING or _code(answer) in _PAUSING_CODES:
        hint = _HINTS.get(status, _HINTS[404])
        return Undeliverable(f"The channel answered {status}. {hint}", status, shown, pauses=True)
    if 300 <= status < 400:  # noqa: PLR2004 - the 3xx class
        return Undeliverable(f"The channel answered {status}, a redirect, which is never followed.", status, shown)
    return Undeliverable(f"The channel refused the card with {status}.", status, shown)


def retry_after_s(value: str | None, now: datetime | None = None) -> float | None:
    """Read a Retry-After header, seconds or a date, as seconds from now, 0 to 24 hours; None when unreadable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_RETRY_AFTER_S)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - (now or datetime.now(UTC))).total_seconds(), 0.0), LONGEST_RETRY_AFTER_S)


def _check_channels(channels: Mapping[str, str], allowed: Collection[str]) -> None:
    faults = []
    for name, url in channels.items():
        try:
            check_destination(url, allowed)
        except DestinationError as error:
            faults.append(Fault(f"channel {name}", None, error.message, error.remedy))
    if faults:
        raise SettingsError("CONNECTOR_TEAMS_CHANNELS cannot be used.", faults=faults)


def _shown(answer: bytes) -> str:
    """Return the beginning of an answer for people, without URLs and signatures."""
    text = mask_text(answer.decode("utf-8", "replace"))
    text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return text[:ANSWER_SHOWN]


def _code(answer: bytes) -> str:
    """Return the error code of a Logic Apps answer, `{"error": {"code": ...}}`, in small letters."""
    try:
        body = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code.lower() if isinstance(code, str) else ""
