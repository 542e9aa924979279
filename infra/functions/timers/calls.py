"""The call to the service: a token of the managed identity, one POST, patience with a service that is busy.

A POST is repeated only with its idempotency key, so that it is done once. Nothing is kept between calls but the token.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache

import msal
import requests
from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_delay, wait_random_exponential
from tenacity.retry import retry_if_exception_type

from timers.errands import Errand, Target, idempotency_key

TIMEOUT_S = (10.0, 60.0)
PATIENCE_S = 180.0  # below the time that the host gives a function; what lasts longer is tried by its retry policy
LONGEST_WAIT_S = 120.0
TAKEN = range(200, 300)
BUSY = frozenset({408, 429, 500, 502, 503, 504})

_log = logging.getLogger("lead-timers")
_jitter = wait_random_exponential(multiplier=1, max=20)


class CallError(Exception):
    """The service did not take the call. The message names the timer and says what to look at; no body, no token."""


def ask(target: Target, errand: Errand, slot: datetime, *, past_due: bool = False) -> str | None:
    """Ask for an errand and return where to follow it, None where there is nothing to follow.

    Raises CallError, also where the service stays busy for three minutes: the retry policy of the function goes on.
    """
    key = idempotency_key(errand, slot)
    known = {"timer": errand.name, "slot": slot.isoformat(), "past_due": past_due}
    retrying = Retrying(
        retry=retry_if_result(_is_busy) | retry_if_exception_type((requests.ConnectionError, requests.Timeout)),
        wait=_pause_s,
        stop=stop_after_delay(PATIENCE_S),
        retry_error_callback=_last,
    )
    try:
        answer = retrying(_post, target, errand, key)
    except requests.RequestException as error:
        _tell("unreachable", **known, error=type(error).__name__)
        raise CallError(
            f"{errand.name}: the service cannot be reached ({type(error).__name__}). Check SERVICE_URL and its health."
        ) from None
    if answer.status_code in TAKEN:
        link = answer.headers.get("Location")
        _tell("asked", **known, status=answer.status_code, link=link)
        return link
    problem = _problem(answer)
    _tell("refused", **known, status=answer.status_code, code=problem)
    if problem == "lead_management_off":  # a decision of an administrator, no fault: nothing to try again
        return None
    raise CallError(
        f"{errand.name}: the service answered {answer.status_code} ({problem}). {_advice(answer.status_code)}"
    )


def _post(target: Target, errand: Errand, key: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {_token(target)}", "Idempotency-Key": key, "Accept": "application/json"}
    return requests.post(
        target.api + errand.path,
        json=dict(errand.body),
        headers=headers,
        timeout=TIMEOUT_S,
        allow_redirects=False,
        verify=target.ca_bundle or True,
    )


def _token(target: Target) -> str:
    """A token of the managed identity, cached by MSAL until shortly before it ends."""
    try:
        found = _client(target.identity).acquire_token_for_client(resource=target.resource)
    except msal.ManagedIdentityError as error:
        raise CallError(f"No managed identity answers here ({type(error).__name__}). Assign one to the app.") from None
    if "access_token" not in found:
        raise CallError(
            f"The managed identity got no token ({found.get('error')}). Check SERVICE_RESOURCE and IDENTITY_CLIENT_ID."
        )
    return str(found["access_token"])


@cache
def _client(identity: str | None) -> msal.ManagedIdentityClient:
    chosen = msal.UserAssignedManagedIdentity(client_id=identity) if identity else msal.SystemAssignedManagedIdentity()
    return msal.ManagedIdentityClient(chosen, http_client=requests.Session())


def _is_busy(answer: requests.Response) -> bool:
    return answer.status_code in BUSY


def _pause_s(state: RetryCallState) -> float:
    """As long as the service asks for, within bounds; without a wish a growing time with jitter."""
    outcome = state.outcome
    if outcome is not None and not outcome.failed:
        asked = _retry_after_s(outcome.result().headers.get("Retry-After"))
        if asked is not None:
            return min(asked, LONGEST_WAIT_S)
    return float(_jitter(state))


def _retry_after_s(value: str | None) -> float | None:
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max((at - datetime.now(UTC)).total_seconds(), 0.0)


def _last(state: RetryCallState) -> requests.Response:
    """What the last try gave, or raise what it raised."""
    assert state.outcome is not None
    answer: requests.Response = state.outcome.result()
    return answer


def _problem(answer: requests.Response) -> str:
    """The code of a problem+json answer; nothing else of it goes into a log."""
    try:
        code = answer.json().get("code")
    except (ValueError, AttributeError):
        return "no problem document"
    return code if isinstance(code, str) and code.replace("_", "").isalnum() else "no code"


def _advice(status: int) -> str:
    advice = {
        401: "Check SERVICE_RESOURCE: it must be an audience of the service (CONNECTOR_API_AUDIENCE).",
        403: "Give the identity the app role Score.Write of the service's registration.",
        404: "Check SERVICE_URL: nothing of the API is there.",
    }
    return advice.get(status, "The next time asks again; look at the service's log by the time of this call.")


def _tell(event: str, **facts: object) -> None:
    """Log one line of JSON, which a log query can take apart."""
    level = logging.INFO if event == "asked" else logging.WARNING
    _log.log(level, json.dumps({"event": event, **facts}))
