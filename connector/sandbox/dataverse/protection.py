"""Service protection: windows of requests and execution time and the requests under way, a user and a web server each.

Everything is counted and told; what is enforced a test says. Source: Dataverse's page on service protection limits.
"""

from __future__ import annotations

import itertools
import math
import secrets
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from connector.sandbox.dataverse.errors import CONCURRENCY_LIMIT, REQUEST_LIMIT, TIME_LIMIT

WINDOW_S = 300.0
REQUESTS = 6000
EXECUTION_S = 1200.0
PARALLEL = 52
RECOMMENDED_PARALLEL = 48
COOKIE = "arraffinity="


@dataclass(frozen=True, slots=True)
class Refused:
    """Which limit was met, in Dataverse's words, and when to come back."""

    code: str
    message: str
    retry_after_s: int


@dataclass(slots=True)
class Window:
    """What one user did on one web server lately; `past` has when each request ended and how long it took."""

    server: int
    past: deque[tuple[float, float]] = field(default_factory=deque)
    spent_s: float = 0.0
    running: int = 0
    refusals: int = 0  # since a request was last let in: who keeps pushing is told to wait longer
    told_until: float = 0.0

    def forget(self, before: float) -> None:
        """Drop what lies before a moment."""
        while self.past and self.past[0][0] <= before:
            self.spent_s -= self.past.popleft()[1]
        if not self.past:
            self.spent_s = 0.0  # no residue of many additions


@dataclass(slots=True)
class Admission:
    """One request at the door: refused, or let in with the window that it is counted in."""

    refused: Refused | None
    window: Window
    charged_s: float = 0.0
    busy_s: float = 0.0


class Protection:
    """The limits. None means: counted and told, but not enforced; `enforce` sets them all.

    `work_s` is the execution time that an operation costs by its kind (write, read, delta ...; "" for all others);
    without it the time is counted that an answer takes. `operation_s` comes on top for every operation. `takes_s`, by
    kind too, is time that the server is really busy with an operation: the request is under way meanwhile. `servers`
    web servers count apart; a request without their cookie goes to each in turn. A test may bring its own `clock`.

    `refusals` counts the answers 429 by code, `early` the requests that came before the time they were told to wait
    (requests that were under way at that moment among them), `operations` what counts for the daily entitlement.
    """

    def __init__(self) -> None:
        self.requests: int | None = None
        self.execution_s: float | None = None
        self.parallel: int | None = None
        self.window_s = WINDOW_S
        self.recommended = RECOMMENDED_PARALLEL
        self.servers = 1
        self.penalty_s = 1.0  # longer wait for each refusal in a row
        self.work_s: Mapping[str, float] = {}
        self.takes_s: Mapping[str, float] = {}
        self.operation_s = 0.0
        self.operations = 0
        self.early = 0
        self.most_parallel = 0
        self.refusals: Counter[str] = Counter()
        self.affinity = secrets.token_hex(32)
        self.clock: Callable[[], float] = time.monotonic
        self._turns = itertools.count()
        self._lock = threading.Lock()
        self._windows: defaultdict[tuple[str, int], Window] = defaultdict(lambda: Window(0))
        self._here = threading.local()
        self._closing = threading.Event()

    def enforce(
        self,
        *,
        requests: int | None = REQUESTS,
        execution_s: float | None = EXECUTION_S,
        parallel: int | None = PARALLEL,
        window_s: float = WINDOW_S,
        work_s: Mapping[str, float] | None = None,
    ) -> None:
        """Enforce limits from now on, by default the real ones; what was counted before is forgotten."""
        self.requests, self.execution_s, self.parallel, self.window_s = requests, execution_s, parallel, window_s
        if work_s is not None:
            self.work_s = dict(work_s)
        self.reset()

    def relax(self) -> None:
        """Enforce nothing any more."""
        self.requests = self.execution_s = self.parallel = None

    def reset(self) -> None:
        """Forget what was counted."""
        with self._lock:
            for window in self._windows.values():
                window.past.clear()
                window.spent_s, window.refusals, window.told_until = 0.0, 0, 0.0
            self.early = self.operations = self.most_parallel = 0
            self.refusals.clear()

    @contextmanager
    def request(self, user_id: str = "", cookie: str = "") -> Iterator[Refused | None]:
        """Count one request of a user; yields the refusal where a limit is met."""
        started = self.clock()
        with self._lock:
            admission = self._admit(self._window(user_id, cookie), started)
        self._here.admission = admission
        try:
            yield admission.refused
        finally:
            if admission.refused is None:
                if admission.busy_s:
                    self._closing.wait(admission.busy_s)
                with self._lock:
                    self._leave(admission, started, self.clock())

    def charge(self, operations: int = 1, kind: str = "") -> None:
        """Count operations of the request that this thread serves, one for a plain request."""
        with self._lock:
            self.operations += operations
            admission: Admission | None = getattr(self._here, "admission", None)
            if admission is not None:
                each = self.operation_s + self.work_s.get(kind, self.work_s.get("", 0.0))
                admission.charged_s += operations * each
                admission.busy_s += operations * self.takes_s.get(kind, self.takes_s.get("", 0.0))

    def close(self) -> None:
        """Let nobody be busy any longer."""
        self._closing.set()

    def headers(self) -> list[tuple[str, str]]:
        """What is left, written as Dataverse writes it: with thousands separators and decimals."""
        admission: Admission | None = getattr(self._here, "admission", None)
        window = Window(0) if admission is None else admission.window
        requests = (self.requests or REQUESTS) - len(window.past)
        seconds = (self.execution_s or EXECUTION_S) - window.spent_s
        return [
            ("x-ms-ratelimit-burst-remaining-xrm-requests", str(max(0, requests))),
            ("x-ms-ratelimit-time-remaining-xrm-requests", f"{max(0.0, seconds):,.2f}"),
            ("x-ms-dop-hint", str(self.recommended)),
        ]

    def cookie(self, sent: str) -> str | None:
        """The affinity cookie to set: that of the server which answered; None where the client has it."""
        admission: Admission | None = getattr(self._here, "admission", None)
        value = self._affinity_of(0 if admission is None else admission.window.server)
        return None if f"{COOKIE}{value}" in sent.lower() else value

    # --- under the lock --------------------------------------------------------------------------------------------

    def _window(self, user_id: str, cookie: str) -> Window:
        sent = cookie.lower()
        server = 0
        if self.servers > 1:
            known = (number for number in range(self.servers) if f"{COOKIE}{self._affinity_of(number)}" in sent)
            server = next(known, -1)
            if server < 0:
                server = next(self._turns) % self.servers
        window = self._windows[user_id, server]
        window.server = server
        return window

    def _affinity_of(self, server: int) -> str:
        return self.affinity if server == 0 else f"{self.affinity[:-2]}{server:02x}"

    def _admit(self, window: Window, now: float) -> Admission:
        window.forget(now - self.window_s)
        if now < window.told_until:
            self.early += 1
        refused = self._judge(window, now)
        if refused is None:
            window.running += 1
            window.refusals = 0
            self.most_parallel = max(self.most_parallel, window.running)
        else:
            window.refusals += 1
            window.told_until = max(window.told_until, now + refused.retry_after_s)
            self.refusals[refused.code] += 1
        return Admission(refused, window)

    def _leave(self, admission: Admission, started: float, ended: float) -> None:
        window = admission.window
        taken = admission.charged_s + (0.0 if self.work_s else ended - started)
        window.running -= 1
        window.past.append((ended, taken))
        window.spent_s += taken

    def _judge(self, window: Window, now: float) -> Refused | None:
        over = f"over time window of {self.window_s:g} seconds."
        if self.parallel is not None and window.running >= self.parallel:
            text = f"Number of concurrent requests exceeded the limit of {self.parallel}."
            return Refused(CONCURRENCY_LIMIT, text, max(1, math.ceil(window.refusals * self.penalty_s)))
        if self.requests is not None and len(window.past) + window.running >= self.requests:
            text = f"Number of requests exceeded the limit of {self.requests} {over}"
            return Refused(REQUEST_LIMIT, text, self._wait(window, now))
        if self.execution_s is not None and window.spent_s >= self.execution_s:
            limit = f"{self.execution_s * 1000:,.0f} milliseconds"
            text = f"Combined execution time of incoming requests exceeded limit of {limit} {over}"
            return Refused(TIME_LIMIT, text, self._wait(window, now))
        return None

    def _wait(self, window: Window, now: float) -> int:
        """Until the oldest request leaves the window, longer for who keeps pushing, never longer than the window."""
        oldest = window.past[0][0] + self.window_s - now if window.past else 1.0
        return max(1, math.ceil(min(oldest + window.refusals * self.penalty_s, max(oldest, self.window_s))))
