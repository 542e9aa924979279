"""The one session with a Dataverse environment: headers, token, retries, bounds, and errors that say what to do.

What is read or written is the business of the callers. One session may be shared by threads: it keeps no state
but MSAL's token, the connection pool and the moment until which the server asked us to hold back.
"""

from __future__ import annotations

import json
import logging
import random
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import urljoin, urlsplit

import requests
import tenacity

from connector.dataverse.answers import Reply, answer_fault, read_json, server_date
from connector.dataverse.batch import PartAnswer, Update, attribute, content_type, decode, encode, is_multipart
from connector.dataverse.etags import checked_etag
from connector.dataverse.refusals import ConditionFailedError, refusal
from connector.dataverse.retry import RetryPolicy, should_retry, wait_s
from connector.dataverse.transport import Bearer, Limits, network_fault, outfit, read_body
from connector.errors import OutsideError

logger = logging.getLogger(__name__)

API_PATH = "/api/data/v9.2/"
_ODATA = {"Accept": "application/json", "OData-MaxVersion": "4.0", "OData-Version": "4.0"}
_HEADERS = {**_ODATA, "User-Agent": "dataverse-lead-connector"}
_REDIRECT = 300
_UNAUTHORIZED = 401
_ERROR = 400
_TOO_MANY = 429
# A batch that fails twice is not tried a third time: its parts are, one by one, so that none keeps the others back.
_BATCH_TRIES = 2


class Tokens(Protocol):
    """Where bearer tokens come from."""

    def token(self) -> str:
        """Give a valid token, from the cache where it has one. Raises SignInError or OutsideError."""
        ...

    def drop(self, token: str) -> None:
        """Forget this token, which was refused: the next call asks for a new one."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


@dataclass(frozen=True, slots=True)
class _Call:
    """One request as it is tried again and again."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    doing: str
    repeatable: bool
    holds_data: bool = True
    parts: int = 0  # of a batch

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing there."""
        return self.method == "GET"


class DataverseSession:
    """Requests to one environment. The bearer token goes to exactly this origin and nowhere else.

    `url` is the environment's address (`https://org.crm4.dynamics.com`; a path is ignored); ValueError unless https.
    `clock`, `monotonic`, `sleep` and `jitter` are handed in by tests.
    """

    def __init__(
        self,
        url: str,
        tokens: Tokens,
        *,
        ca_bundle: Path | None = None,
        policy: RetryPolicy | None = None,
        limits: Limits | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or parts.username is not None:
            raise ValueError("The environment's address must be https://host, without a user name.")
        self.host = parts.hostname
        self.origin = f"https://{parts.netloc.lower()}"
        self.root = self.origin + API_PATH
        self._origin_key = _origin_key(url)
        self._tokens = tokens
        self._verify: bool | str = str(ca_bundle) if ca_bundle else True
        self._policy = policy or RetryPolicy()
        self._limits = limits or Limits()
        self._clock, self._monotonic, self._sleep, self._jitter = clock, monotonic, sleep, jitter
        self._http = requests.Session()
        outfit(self._http, pool_size=self._limits.connections)
        self._lock = threading.Lock()
        self._hold_until = 0.0

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Give back every connection."""
        self._http.close()
        self._tokens.close()

    def sign_in(self) -> None:
        """Get a token, or raise SignInError with what to do."""
        self._tokens.token()

    def locate(self, link: str, *, doing: str = "building a request") -> str:
        """Make an address absolute; OutsideError when it does not lead to the configured origin."""
        if "\\" in link or not link.isprintable():  # read differently by different parsers
            raise self._foreign(doing)
        try:
            url = urljoin(self.root, link)
            if _origin_key(url) != self._origin_key:
                raise self._foreign(doing)
        except ValueError:
            raise self._foreign(doing) from None
        return url

    def get(
        self, link: str, *, doing: str, prefer: Sequence[str] = (), headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Read an address, relative to the API root or absolute. Raises OutsideError unless it answers with JSON."""
        # Dataverse's pages ask for `If-None-Match: null` on reads: no stale cached part of an answer is used.
        sent = {"If-None-Match": "null", **_prefer(prefer), **(headers or {})}
        return self._run(_Call("GET", self.locate(link, doing=doing), sent, None, doing, repeatable=True))

    def patch(
        self, link: str, values: Mapping[str, Any], *, etag: str, doing: str, prefer: Sequence[str] = ()
    ) -> Reply:
        """Update one row if it still has `etag`. Tried again on passing faults: the guard makes that harmless.

        A repeat that finds its own first try done meets 412 like any changed row. Raises OutsideError.
        """
        body = json.dumps(values, ensure_ascii=False, allow_nan=False).encode()
        sent = {"If-Match": checked_etag(etag), "Content-Type": "application/json; charset=utf-8", **_prefer(prefer)}
        return self._run(_Call("PATCH", self.locate(link), sent, body, doing, repeatable=True))

    def post(
        self, link: str, values: Mapping[str, Any], *, doing: str, headers: Mapping[str, str], holds_data: bool = True
    ) -> Reply:
        """Create or act. Never tried again, since it carries no guard. Raises OutsideError.

        `holds_data` False: the body names schema only, so that an error may quote the answer.
        """
        body = json.dumps(values, ensure_ascii=False, allow_nan=False).encode()
        sent = {"Content-Type": "application/json; charset=utf-8", **headers}
        return self._run(_Call("POST", self.locate(link), sent, body, doing, repeatable=False, holds_data=holds_data))

    def batch(self, updates: Sequence[Update], *, doing: str) -> Reply:
        """Send guarded updates in one `$batch`, none bound to another's success; `parts` has the answer to each.

        Tried again like `patch`, though on what is no 429 only once. Raises OutsideError when the batch as a whole got
        no answer; ValueError for what is no batch.
        """
        boundary = f"batch_{uuid.uuid4()}"
        sent = {"Content-Type": content_type(boundary), **_prefer(["odata.continue-on-error"])}
        body = encode(updates, boundary)
        call = _Call("POST", self.locate("$batch"), sent, body, doing, repeatable=True, parts=len(updates))
        return self._run(call)

    def part_error(self, part: PartAnswer, reply: Reply, *, doing: str) -> OutsideError:
        """Read the refusal of one part of a batch; where it names a wait, everybody waits so long."""
        now = reply.date or self._clock()
        error = refusal(part.status, part.headers, part.body, doing=doing, is_read=False, now=now)
        self._ask_all_to_wait(error.retry_after_s)
        return error

    def would_retry(self, error: OutsideError) -> bool:
        """Tell whether a call that may be repeated would be, after this error."""
        return should_retry(error, repeatable=True, policy=self._policy)

    def _run(self, call: _Call) -> Reply:
        """Try until it works, must not be repeated, or the policy's bounds are met; raise the last try's error."""
        policy, began, lost = self._policy, self._monotonic(), False

        def before_sleep(state: tenacity.RetryCallState) -> None:
            nonlocal lost
            error = _failure(state)
            # A 429 says that nothing was done; anything else may have been done and not been told.
            lost = lost or not _is_throttled(error)
            _log_retry(call.doing, error, state)

        def is_over(state: tenacity.RetryCallState) -> bool:
            spent = self._monotonic() - began
            most = _BATCH_TRIES if call.parts and not _is_throttled(_failure(state)) else policy.attempts
            return state.attempt_number >= most or spent + state.upcoming_sleep > policy.budget_s

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(
                lambda error: should_retry(error, repeatable=call.repeatable, policy=policy)
            ),
            wait=lambda state: wait_s(_failure(state), state.attempt_number, jitter=self._jitter(), policy=policy),
            stop=is_over,
            before_sleep=before_sleep,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            reply: Reply = retrying(self._attempt, call)
        except ConditionFailedError as error:
            error.answer_lost = lost
            raise
        return replace(reply, answer_lost=lost)

    def _attempt(self, call: _Call) -> Reply:
        """Try once; a refused token is dropped and asked for anew one time (a 401 has done nothing)."""
        self._hold_back()
        token = self._tokens.token()
        status, headers, body = self._send(call, token)
        if status == _UNAUTHORIZED:
            self._tokens.drop(token)
            status, headers, body = self._send(call, self._tokens.token())
        if call.parts and is_multipart(headers.get("Content-Type", "")):
            return self._read_parts(call, status, headers, body)
        if status >= _ERROR:
            now = server_date(headers) or self._clock()
            quoted = call.is_read or not call.holds_data
            error = refusal(status, headers, body, doing=call.doing, is_read=quoted, now=now)
            if status == _TOO_MANY:
                self._ask_all_to_wait(error.retry_after_s)
            raise error
        if status >= _REDIRECT:
            raise answer_fault(
                "redirects elsewhere",
                status,
                headers,
                host=self.host,
                doing=call.doing,
                remedy="Check CONNECTOR_DATAVERSE_URL and any proxy: redirects are never followed.",
            )
        data = read_json(status, headers, body, host=self.host, doing=call.doing, is_read=call.is_read)
        if call.parts:
            raise answer_fault("sent no answer to a batch", status, headers, host=self.host, doing=call.doing)
        return Reply(status, headers, data)

    def _read_parts(self, call: _Call, status: int, headers: Mapping[str, str], body: bytes) -> Reply:
        """Read the answers to a batch's parts, whatever the status: one that stopped at an error has the error's."""
        try:
            parts = attribute(decode(headers.get("Content-Type", ""), body), call.parts)
        except ValueError as error:
            said = f"sent an answer to a batch that cannot be read ({error})"
            raise answer_fault(said, status, headers, host=self.host, doing=call.doing, retryable=True) from None
        return Reply(status, headers, {}, parts=tuple(parts))

    def _send(self, call: _Call, token: str) -> tuple[int, Mapping[str, str], bytes]:
        """Send and read the whole answer."""
        limits = self._limits
        deadline = self._monotonic() + limits.answer_s
        request = requests.Request(
            call.method, call.url, headers={**_HEADERS, **call.headers}, data=call.body, auth=Bearer(token)
        )
        try:
            prepared = self._http.prepare_request(request)
            # What goes out is what `requests` made of the address: that is what must have our origin.
            self.locate(prepared.url or "", doing=call.doing)
            settings = self._http.merge_environment_settings(prepared.url, {}, True, self._verify, None)
            timeout = (limits.connect_s, limits.read_s)
            with self._http.send(prepared, timeout=timeout, allow_redirects=False, **settings) as response:
                body = read_body(
                    response,
                    limit=limits.body_bytes,
                    deadline=deadline,
                    monotonic=self._monotonic,
                    doing=call.doing,
                )
                return response.status_code, response.headers, body
        except OSError as error:  # every `requests` exception is one; so is a CA file that is not there
            raise network_fault(error, host=self.host, doing=call.doing) from None

    def _foreign(self, doing: str) -> OutsideError:
        """Say that a link leads elsewhere, without naming where."""
        return OutsideError(
            f"A link leads away from {self.host}, while {doing}; it is not followed, since a token would go with it.",
            remedy="Check CONNECTOR_DATAVERSE_URL and any proxy that rewrites answers.",
        )

    def _ask_all_to_wait(self, seconds: float | None) -> None:
        """Hold back every thread for as long as the server asked of one: it counts requests by user."""
        if seconds and seconds <= self._policy.longest_wish_s:
            with self._lock:
                self._hold_until = max(self._hold_until, self._monotonic() + seconds)

    def _hold_back(self) -> None:
        """Wait until the moment that the server named."""
        with self._lock:
            pause = self._hold_until - self._monotonic()
        if pause > 0:
            self._sleep(pause)


def _prefer(values: Sequence[str]) -> dict[str, str]:
    """Join preferences in one header."""
    return {"Prefer": ",".join(values)} if values else {}


def _origin_key(url: str) -> tuple[str, str, int, bool]:
    """Give what two addresses must share: scheme, host, port, and that nobody is named in it."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").rstrip("."), parts.port or 443, parts.username is None


def _failure(state: tenacity.RetryCallState) -> BaseException:
    """Give the error of the try that just failed."""
    error = state.outcome.exception() if state.outcome else None
    return error or RuntimeError("no outcome")


def _is_throttled(error: BaseException) -> bool:
    """Tell whether a try was turned away with 429, so that nothing was done."""
    return isinstance(error, OutsideError) and error.status == _TOO_MANY


def _log_retry(doing: str, error: BaseException, state: tenacity.RetryCallState) -> None:
    """Log that a try failed: what and why, never an address (it holds ids) or a body."""
    status = error.status if isinstance(error, OutsideError) else None
    code = error.code if isinstance(error, OutsideError) else ""
    answer = f"HTTP {status} {code}".rstrip() if status else "no answer"
    logger.warning("%s: try %d failed (%s), next in %.1f s", doing, state.attempt_number, answer, state.upcoming_sleep)
