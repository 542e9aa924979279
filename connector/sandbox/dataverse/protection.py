"""Service protection: the headers that tell what is left, and, where a test sets limits, the refusals."""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from connector.sandbox.dataverse.errors import CONCURRENCY_LIMIT, REQUEST_LIMIT, TIME_LIMIT

WINDOW_S = 300.0
REQUESTS = 6000
EXECUTION_S = 1200.0
RECOMMENDED_PARALLEL = 48


@dataclass(frozen=True, slots=True)
class Refused:
    """Which limit was met, in Dataverse's words, and when to come back."""

    code: str
    message: str
    retry_after_s: int


class Protection:
    """The limits of one user on one web server. None means: counted and told, but not enforced."""

    def __init__(self) -> None:
        self.requests: int | None = None
        self.execution_s: float | None = None
        self.parallel: int | None = None
        self.window_s = WINDOW_S
        self.recommended = RECOMMENDED_PARALLEL
        self.operation_s = 0.0  # execution time that each operation is charged beyond what it takes
        self.operations = 0  # what counts for the daily entitlement: parts of batches and targets of bulk messages too
        self.affinity = secrets.token_hex(32)
        self._lock = threading.Lock()
        self._past: deque[tuple[float, float]] = deque()  # (when it ended, how long it took)
        self._past_s: deque[tuple[float, float]] = deque()  # the same for execution time that was charged
        self._spent_s = 0.0
        self._running = 0

    @contextmanager
    def request(self) -> Iterator[Refused | None]:
        """Count one request; yields the refusal where a limit is met."""
        started = time.monotonic()
        with self._lock:
            self._forget(started)
            refused = self._judge(started)
            self._running += 1
        try:
            yield refused
        finally:
            ended = time.monotonic()
            with self._lock:
                self._running -= 1
                if refused is None:
                    self._past.append((ended, ended - started))
                    self._spent_s += ended - started

    def charge(self, operations: int = 1) -> None:
        """Count operations, one for a plain request, and the execution time that they are charged."""
        with self._lock:
            self.operations += operations
            if self.operation_s:
                seconds = operations * self.operation_s
                self._past_s.append((time.monotonic(), seconds))
                self._spent_s += seconds

    def headers(self) -> list[tuple[str, str]]:
        """What is left, written as Dataverse writes it: with thousands separators and decimals."""
        requests = (self.requests or REQUESTS) - len(self._past)
        seconds = (self.execution_s or EXECUTION_S) - self._spent_s
        return [
            ("x-ms-ratelimit-burst-remaining-xrm-requests", str(max(0, requests))),
            ("x-ms-ratelimit-time-remaining-xrm-requests", f"{max(0.0, seconds):,.2f}"),
            ("x-ms-dop-hint", str(self.recommended)),
        ]

    def _forget(self, now: float) -> None:
        while self._past and self._past[0][0] <= now - self.window_s:
            self._spent_s -= self._past.popleft()[1]
        while self._past_s and self._past_s[0][0] <= now - self.window_s:
            self._spent_s -= self._past_s.popleft()[1]

    def _judge(self, now: float) -> Refused | None:
        window = f"{self.window_s:g} seconds"
        if self.parallel is not None and self._running >= self.parallel:
            return Refused(
                CONCURRENCY_LIMIT, f"Number of concurrent requests exceeded the limit of {self.parallel}.", 1
            )
        wait = max(1, round(self._past[0][0] + self.window_s - now)) if self._past else 1
        if self.requests is not None and len(self._past) >= self.requests:
            text = f"Number of requests exceeded the limit of {self.requests} over time window of {window}."
            return Refused(REQUEST_LIMIT, text, wait)
        if self.execution_s is not None and self._spent_s >= self.execution_s:
            limit = f"{self.execution_s * 1000:,.0f} milliseconds"
            text = (
                f"Combined execution time of incoming requests exceeded limit of {limit} over time window of {window}."
            )
            return Refused(TIME_LIMIT, text, wait)
        return None
