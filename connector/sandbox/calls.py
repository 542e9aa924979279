"""The record of what clients asked: every call with its kind and status, and counters. Holds no token and no body."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connector.sandbox.server import Request

KEPT_HEADERS = (
    "accept", "consistency", "content-type", "cookie", "if-match", "if-none-match", "mscrm.solutionuniquename",
    "odata-maxversion", "odata-version", "prefer", "user-agent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One request and what became of it; `kind` is the service's own word (read, write, delta, token ...)."""

    service: str
    kind: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    status: int
    at: float = 0.0  # seconds of a monotonic clock when the answer was ready


@dataclass(slots=True)
class CallLog:
    """The latest calls, oldest first, and counters of all of them."""

    keep: int = 200_000
    crashes: list[str] = field(default_factory=list)  # tracebacks of the sandbox's own faults: a test sees them
    _calls: deque[Call] = field(init=False)
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._calls = deque(maxlen=self.keep)

    def note(self, service: str, kind: str, request: Request, status: int) -> None:
        """Record a request that was answered just now."""
        call = Call(
            service, kind, request.method, request.path, request.query, _kept(request.headers), status, time.monotonic()
        )
        with self._lock:
            self._calls.append(call)
            self._counts[call.service, call.kind] += 1

    def all(self) -> list[Call]:
        """Every kept call, oldest first."""
        with self._lock:
            return list(self._calls)

    def matching(
        self,
        *,
        service: str | None = None,
        kind: str | None = None,
        method: str | None = None,
        status: int | None = None,
        path: str = "",
        where: Callable[[Call], bool] | None = None,
    ) -> list[Call]:
        """The kept calls that fit everything named; `path` is a part of the path."""
        return [
            call
            for call in self.all()
            if (service is None or call.service == service)
            and (kind is None or call.kind == kind)
            and (method is None or call.method == method)
            and (status is None or call.status == status)
            and path in call.path
            and (where is None or where(call))
        ]

    def count(self, service: str, kind: str | None = None) -> int:
        """How many calls a service got, of one kind or of all, since the last `clear`."""
        with self._lock:
            if kind is not None:
                return self._counts[service, kind]
            return sum(number for (name, _), number in self._counts.items() if name == service)

    def counts(self) -> dict[str, int]:
        """All counters by `service.kind`."""
        with self._lock:
            return {f"{service}.{kind}": number for (service, kind), number in sorted(self._counts.items())}

    def clear(self) -> None:
        """Forget every call and start the counters at nought."""
        with self._lock:
            self._calls.clear()
            self._counts.clear()


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers worth keeping; of the authorisation only its scheme."""
    kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
    if "authorization" in headers:
        kept["authorization"] = headers["authorization"].split(" ", 1)[0]
    return kept
