"""The one session with a Dataverse environment: what it is asked for, limits, tries, and errors that say what to do.

What is read or written is the business of the callers. One session may be shared by threads: it keeps no state
but MSAL's token, the connection pool and what its limiter learns.
"""

from __future__ import annotations

import json
import logging
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, Self

from connector.dataverse.http.addresses import Origin
from connector.dataverse.http.answers import Reply, server_date
from connector.dataverse.http.batch import NEW_ONLY, Part, PartAnswer, content_type, encode
from connector.dataverse.http.etags import checked_etag
from connector.dataverse.http.exchange import Answer, Call, Exchange
from connector.dataverse.http.refusals import refusal
from connector.dataverse.http.replies import read_reply
from connector.dataverse.http.retry import RetryPolicy, should_retry
from connector.dataverse.http.transport import Limits
from connector.dataverse.http.tries import Tries
from connector.dataverse.http.writeoptions import WriteOptions
from connector.dataverse.limits.limiter import Limiter
from connector.dataverse.limits.protection import read_signals
from connector.errors import ConnectorError, OutsideError
from connector.pipeline.precedence import PRECEDENCE
from connector.telemetry import meters, tracing

logger = logging.getLogger(__name__)

_JSON = "application/json; charset=utf-8"
_OK = 200
_UNAUTHORIZED = 401
_GONE = 404


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


class DataverseSession:
    """Requests to one environment. The bearer token goes to exactly this origin and nowhere else.

    `url` is the environment's address (`https://org.crm4.dynamics.com`; a path is ignored); ValueError unless https.
    Every request passes the `limiter`. `write_options` go with writes of lead data.
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
        limiter: Limiter | None = None,
        write_options: WriteOptions | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._address = Origin(url)
        self.host, self.origin, self.root = self._address.host, self._address.url, self._address.root
        self._tokens = tokens
        self._policy = policy or RetryPolicy()
        self._write_options = write_options or WriteOptions()
        self._clock = clock
        self._tries = Tries(self._policy, monotonic, sleep, jitter)
        limits = limits or Limits()
        grace_s = limits.connect_s + limits.read_s
        self.limiter = limiter or Limiter(grace_s=grace_s, monotonic=monotonic, sleep=sleep)
        self._exchange = Exchange(
            self._address,
            ca_bundle=ca_bundle,
            limits=limits,
            connections=self.limiter.ceiling,
            monotonic=monotonic,
        )
        self.clock_ahead_s: float | None = None
        self._answers: Counter[int] = Counter()
        self._counting = threading.Lock()
        """By how much this machine's clock was ahead of the server's at the last answer; None before the first."""

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Give back every connection, and what is left of the budgets."""
        self._exchange.close()
        self._tokens.close()
        try:
            self.limiter.settle()
        except ConnectorError as error:
            logger.warning(
                "what is left of the budgets was not given back, so that it counts until it expires: %s", error
            )

    def sign_in(self) -> None:
        """Get a token, or raise SignInError with what to do."""
        self._tokens.token()

    def locate(self, link: str, *, doing: str = "building a request") -> str:
        """Make an address absolute; OutsideError when it does not lead to the configured origin."""
        return self._address.locate(link, doing=doing)

    def get(
        self,
        link: str,
        *,
        doing: str,
        prefer: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        peek: Callable[[bytes], object] | None = None,
    ) -> Reply:
        """Read an address, relative to the API root or absolute. Raises OutsideError unless it answers with JSON.

        `peek` is shown the body of a 200 before it is read.
        """
        # Dataverse's pages ask for `If-None-Match: null` on reads: no stale cached part of an answer is used.
        sent = {"If-None-Match": "null", **_prefer(prefer), **(headers or {})}
        return self._tries.run(
            self._attempt, Call("GET", self.locate(link, doing=doing), sent, None, doing, repeatable=True, peek=peek)
        )

    def patch(
        self, link: str, values: Mapping[str, Any], *, etag: str, doing: str, prefer: Sequence[str] = ()
    ) -> Reply:
        """Update one row if it still has `etag`. Tried again on passing faults: the guard makes that harmless.

        A repeat that finds its own first try done meets 412 like any changed row. Raises OutsideError.
        """
        options = self._write_options
        sent = {"If-Match": checked_etag(etag), "Content-Type": _JSON, **_prefer(prefer), **options.headers()}
        url = options.mark(self.locate(link))
        return self._tries.run(self._attempt, Call("PATCH", url, sent, _body(values), doing, repeatable=True))

    def create(self, link: str, values: Mapping[str, Any], *, doing: str) -> Reply:
        """Create one row under the id that its address names, only where there is none: else 412.

        Tried again like `patch`: a repeat that finds its own first try done meets 412. Raises OutsideError.
        """
        options = self._write_options
        name, _, value = NEW_ONLY.partition(": ")
        sent = {name: value, "Content-Type": _JSON, **options.headers()}
        url = options.mark(self.locate(link))
        return self._tries.run(self._attempt, Call("PATCH", url, sent, _body(values), doing, repeatable=True))

    def post(
        self, link: str, values: Mapping[str, Any], *, doing: str, headers: Mapping[str, str], holds_data: bool = True
    ) -> Reply:
        """Create or act. Never tried again, since it carries no guard. Raises OutsideError.

        `holds_data` False: the body names schema only, so that an error may quote the answer, and no write options
        go with it.
        """
        url, options = self.locate(link), self._write_options
        marked, more = (options.mark(url), options.headers()) if holds_data else (url, {})
        sent = {"Content-Type": _JSON, **more, **headers}
        return self._tries.run(
            self._attempt, Call("POST", marked, sent, _body(values), doing, repeatable=False, holds_data=holds_data)
        )

    def delete(self, link: str, *, doing: str) -> None:
        """Delete one row of the environment's own set-up; one that is gone already is as good. Raises OutsideError."""
        call = Call("DELETE", self.locate(link), {}, None, doing, repeatable=True, holds_data=False)
        try:
            self._tries.run(self._attempt, call)
        except OutsideError as error:
            if error.status != _GONE:
                raise

    def batch(self, updates: Sequence[Part], *, doing: str) -> Reply:
        """Send guarded updates and creations in one `$batch`, none bound to another's success; see `Reply.parts`.

        Tried again like `patch`, though on what is no 429 only once. Raises OutsideError when the batch as a whole got
        no answer; ValueError for what is no batch.
        """
        boundary = f"batch_{uuid.uuid4()}"
        sent = {"Content-Type": content_type(boundary), **_prefer(["odata.continue-on-error"])}
        options = self._write_options
        marked = [
            replace(one, address=options.mark(one.address), headers={**options.headers(), **one.headers})
            for one in updates
        ]
        body = encode(marked, boundary)
        call = Call("POST", self.locate("$batch"), sent, body, doing, repeatable=True, parts=len(updates))
        return self._tries.run(self._attempt, call)

    def part_error(self, part: PartAnswer, reply: Reply, *, doing: str) -> OutsideError:
        """Read the refusal of one part of a batch; where it names a wait, everybody waits so long."""
        now = reply.date or self._clock()
        error = refusal(part.status, part.headers, part.body, doing=doing, is_read=False, now=now)
        if error.retry_after_s:
            self.limiter.hold(error.retry_after_s)
        return error

    def would_retry(self, error: OutsideError) -> bool:
        """Tell whether a call that may be repeated would be, after this error."""
        return should_retry(error, repeatable=True, policy=self._policy)

    def _attempt(self, call: Call, until: float) -> Reply:
        """Try once; a refused token is dropped and asked for anew one time (a 401 has done nothing)."""
        PRECEDENCE.give_way()
        token = self._tokens.token()
        answer = self._send(call, token, until)
        if answer.status == _UNAUTHORIZED:
            self._tokens.drop(token)
            answer = self._send(call, self._tokens.token(), until)
        if call.peek is not None and answer.status == _OK:
            call.peek(answer.body)
        return read_reply(call, answer, host=self.host, now=server_date(answer.headers) or self._clock())

    def answers(self) -> dict[int, int]:
        """How many answers there were by status, since this session was made."""
        with self._counting:
            return dict(self._answers)

    def _send(self, call: Call, token: str, until: float) -> Answer:
        """Send when the limiter lets it, and let it learn from the answer."""
        with self.limiter.admit(call.kind, operations=call.parts or 1, until=until) as admission:
            with tracing.span(f"Dataverse {call.method}", kind="client", doing=call.doing):
                answer = self._exchange.send(call, token)
                tracing.annotate({"http.response.status_code": answer.status})
            meters.DATAVERSE.labels(call.method).observe(answer.lasted_s)
            with self._counting:
                self._answers[answer.status] += 1
            now, theirs = self._clock(), server_date(answer.headers)
            if theirs is not None:
                self.clock_ahead_s = (now - theirs).total_seconds()
            signals = read_signals(answer.status, answer.headers, answer.body, now=theirs or now)
            self.limiter.hear(admission, signals, answer.lasted_s)
        return answer


def _body(values: Mapping[str, Any]) -> bytes:
    """Write a JSON body."""
    return json.dumps(values, ensure_ascii=False, allow_nan=False).encode()


def _prefer(values: Sequence[str]) -> dict[str, str]:
    """Join preferences in one header."""
    return {"Prefer": ",".join(values)} if values else {}
