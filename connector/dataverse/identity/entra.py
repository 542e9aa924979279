"""The HTTP client that MSAL is given: timeouts, CA bundle, retries within bounds, no redirects, no .netrc.

MSAL sees answers that say yes or no; everything else leaves here as `Unreachable`, which MSAL takes for a network
fault, so that a token that is still good is kept while the sign-in service is down.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import tenacity

from connector.dataverse.http.answers import parse_json, server_date
from connector.dataverse.http.retry import RetryPolicy, parse_retry_after, should_retry, wait_s
from connector.dataverse.http.transport import NoAuth, network_fault, outfit
from connector.errors import OutsideError

_TIMEOUT_S = (10.0, 30.0)
_REDIRECT = 300
_ERROR = 400
_SERVER_ERROR = 500
_TOO_MANY = 429
_DOING = "signing in"


class Unreachable(requests.RequestException):
    """The sign-in service gave no usable answer; `fault` says why, in words for people."""

    def __init__(self, fault: OutsideError) -> None:
        super().__init__(fault.message)
        self.fault = fault


class EntraHttp(requests.Session):
    """A `requests` session as MSAL wants it. Asking for a token twice does no harm, so that each call may repeat."""

    def __init__(
        self,
        *,
        ca_bundle: Path | None,
        use_machine: bool,
        policy: RetryPolicy,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        super().__init__()
        outfit(self, pool_size=2, use_machine=use_machine)
        self._ca_bundle = ca_bundle
        self._policy, self._clock, self._sleep, self._jitter = policy, clock, sleep, jitter

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send, again on passing faults; raise Unreachable when that does not help."""
        policy = self._policy

        def failure(state: tenacity.RetryCallState) -> BaseException:
            error = state.outcome.exception() if state.outcome else None
            return error.fault if isinstance(error, Unreachable) else RuntimeError()

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(
                lambda error: (
                    isinstance(error, Unreachable) and should_retry(error.fault, repeatable=True, policy=policy)
                )
            ),
            wait=lambda state: wait_s(failure(state), state.attempt_number, jitter=self._jitter(), policy=policy),
            stop=lambda state: (
                state.attempt_number >= policy.attempts or state.idle_for + state.upcoming_sleep > policy.budget_s
            ),
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(self._once, method, url, *args, **kwargs)

    def _once(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send once; an answer that is neither yes nor no is raised as Unreachable."""
        text = url.decode() if isinstance(url, bytes) else url
        host = urlsplit(text).hostname or "the sign-in service"
        kwargs |= {"allow_redirects": False, "auth": kwargs.get("auth") or NoAuth()}
        kwargs["timeout"] = kwargs.get("timeout") or _TIMEOUT_S
        # On each request and not on the session, where REQUESTS_CA_BUNDLE would win over it.
        if self._ca_bundle is not None:
            kwargs["verify"] = str(self._ca_bundle)
        try:
            response = super().request(method, url, *args, **kwargs)
        except OSError as error:  # every `requests` exception is one
            raise Unreachable(network_fault(error, host=host, doing=_DOING)) from None
        status = response.status_code
        if status == _TOO_MANY or status >= _SERVER_ERROR:
            now = server_date(response.headers) or self._clock()
            raise Unreachable(
                OutsideError(
                    f"{host} answered HTTP {status} while {_DOING}.",
                    remedy="Try again later; see https://status.cloud.microsoft for the state of Entra ID.",
                    status=status,
                    retry_after_s=parse_retry_after(response.headers.get("Retry-After"), now=now),
                    retryable=True,
                )
            )
        if _REDIRECT <= status < _ERROR:
            raise Unreachable(_strange(host, status, "redirects elsewhere"))
        if status < _REDIRECT and not _is_object(response):
            raise Unreachable(_strange(host, status, "sent something else than JSON"))
        # MSAL reads it as we did, whatever the header says of its encoding: what it cannot read it logs, token and all.
        response.encoding = "utf-8-sig"
        return response


def _is_object(response: requests.Response) -> bool:
    """Tell whether the body is a JSON object."""
    try:
        return isinstance(parse_json(response.content), dict)
    except ValueError:
        return False


def _strange(host: str, status: int, what: str) -> OutsideError:
    """Say that the other side is no sign-in service."""
    return OutsideError(
        f"{host} {what} while {_DOING} (HTTP {status}).",
        remedy="Check CONNECTOR_AUTHORITY and any proxy on the way.",
        status=status,
    )
