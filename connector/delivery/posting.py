"""One POST to a callback URL, its outcome a value: what cards and callbacks share.

A callback URL is a secret: it stands in no outcome, no error and no log.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import requests

from connector.delivery.addresses import AddressRule
from connector.delivery.answers import Place, judge
from connector.delivery.guard import DestinationError, check_destination
from connector.delivery.transport import HideTargets, open_session, post_verbatim, read_bounded
from connector.errors import Fault, SettingsError
from connector.pipeline.values import DeliveryOutcome, RetryLater
from connector.telemetry import tracing

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0  # flows answer within seconds; the platform itself gives up after 120
ANSWER_BYTES = 8_192


class Posting:
    """Posts JSON to callback URLs; safe to use from several threads.

    `place` is what stands at the other end. `addresses` says which resolved addresses
    may be connected to; `seen` are URLs whose targets urllib3's log must not show even outside of a post of ours.
    """

    def __init__(
        self,
        place: Place,
        *,
        addresses: AddressRule,
        ca_bundle: str | None = None,
        timeout_s: tuple[float, float] = (CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
        seen: Collection[str] = (),
    ) -> None:
        """Open nothing yet."""
        self._place = place
        self._addresses = addresses
        self._verify: bool | str = ca_bundle or True
        self._timeout_s = timeout_s
        self._session = open_session()
        self._hidden = HideTargets(seen)
        self._hidden.install()

    def post(self, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> DeliveryOutcome:
        """Post once, without waiting for another try."""
        place = self._place.name
        try:
            with tracing.span(f"POST {place}", kind="client"), self._answer(url, body, headers or {}) as answer:
                tracing.annotate({"http.response.status_code": answer.status_code})
                read = read_bounded(answer, ANSWER_BYTES, self._timeout_s[1])
                return judge(answer.status_code, answer.headers, read, place=self._place)
        except DestinationError as error:
            return RetryLater(error.message)  # what a name resolves to may be mended by tomorrow
        except requests.exceptions.SSLError:
            return RetryLater(
                f"The {place}'s certificate is not trusted: set CONNECTOR_CA_BUNDLE where a proxy has its own."
            )
        except requests.exceptions.ConnectTimeout:
            return RetryLater(f"The {place} could not be reached in time.")
        except requests.exceptions.Timeout:
            return RetryLater(f"The {place} did not answer in time.")
        except OSError as error:  # RequestException is one; a CA bundle that has gone is another
            # The text of these errors repeats the URL with its signature: only their kind is kept.
            return RetryLater(f"The {place} could not be reached ({type(error).__name__}).")

    def close(self) -> None:
        """Give back the connections."""
        self._session.close()
        self._hidden.uninstall()

    @contextmanager
    def _answer(self, url: str, body: bytes, headers: Mapping[str, str]) -> Iterator[requests.Response]:
        answer = post_verbatim(
            self._session,
            url,
            body,
            verify=self._verify,
            timeout_s=self._timeout_s,
            addresses=self._addresses,
            headers=headers,
        )
        try:
            yield answer
        finally:
            answer.close()


def check_named(urls: Mapping[str, str], allowed: Collection[str], *, word: str, setting: str) -> None:
    """Raise SettingsError that names every one of these whose URL is not allowed; `word` is what they are."""
    faults = []
    for name, url in urls.items():
        try:
            check_destination(url, allowed)
        except DestinationError as error:
            faults.append(Fault(f"{word} {name}", None, error.message, error.remedy))
    if faults:
        raise SettingsError(f"{setting} cannot be used.", faults=faults)
