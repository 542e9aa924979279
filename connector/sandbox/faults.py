"""Knobs that make the sandbox misbehave as the outside world does, each for the next n requests that fit.

A fault either replaces the answer (status, html), breaks the sending, delays it, or bends the content (links,
tokens). What is broken and how is decided here; the services only ask.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum

from connector.sandbox.server import Request, Sending

When = Callable[[Request], bool] | str | None


class Effect(StrEnum):
    """What a fault does."""

    STATUS = "status"
    HTML = "html"
    SENDING = "sending"
    LATENCY = "latency"
    FOREIGN_NEXT_LINK = "foreign_next_link"
    NEXT_LINK_CYCLE = "next_link_cycle"
    EXPIRED_DELTA = "expired_delta"
    EXPIRED_ACCESS = "expired_access"


@dataclass(slots=True)
class Fault:
    """One knob that was turned. `left` None: until cleared. `applied` counts the requests that it hit."""

    effect: Effect
    service: str
    left: int | None
    when: When = None
    method: str | None = None
    status: int = 0
    code: str = ""
    message: str = ""
    retry_after: float | None = None
    retry_after_as_date: bool = False
    handled: bool = False  # the request takes effect and only its answer is replaced
    sending: Sending = Sending.WHOLE
    seconds: float = 0.0
    origin: str = ""
    applied: int = 0

    def fits(self, service: str, request: Request) -> bool:
        """Tell whether this fault is for that request."""
        if self.service != service or self.left == 0 or self.method not in {None, request.method}:
            return False
        if self.when is None:
            return True
        return self.when in f"{request.path}?{request.query}" if isinstance(self.when, str) else self.when(request)

    def retry_after_header(self) -> str | None:
        """Retry-After as seconds, or as an HTTP date by real time."""
        if self.retry_after is None:
            return None
        if self.retry_after_as_date:
            return format_datetime(datetime.now(UTC) + timedelta(seconds=self.retry_after), usegmt=True)
        return f"{self.retry_after:g}"

    def clear(self) -> None:
        """Turn this knob back."""
        self.left = 0


class Faults:
    """All knobs. `times` None means until cleared; `when` is a part of path and query, or a predicate."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        """Turn a knob; knobs of one effect act in the order in which they were turned."""
        with self._lock:
            self._faults = [known for known in self._faults if known.left != 0]
            self._faults.append(fault)
        return fault

    def take(self, service: str, request: Request, *effects: Effect) -> Fault | None:
        """The first fault of these effects that fits the request, counted as applied."""
        if not self._faults:
            return None
        with self._lock:
            for fault in self._faults:
                if fault.effect in effects and fault.fits(service, request):
                    fault.applied += 1
                    fault.left = None if fault.left is None else fault.left - 1
                    return fault
        return None

    def clear(self) -> None:
        """Turn all knobs back."""
        with self._lock:
            for fault in self._faults:
                fault.clear()
            self._faults = []

    # --- the knobs, one a method -----------------------------------------------------------------------------------

    def status(
        self,
        status: int,
        *,
        times: int | None = 1,
        when: When = None,
        method: str | None = None,
        service: str = "dataverse",
        retry_after: float | None = None,
        as_date: bool = False,
        code: str = "",
        message: str = "",
        handled: bool = False,
    ) -> Fault:
        """Answer with a status; `handled`: the request takes effect all the same (a lost answer)."""
        return self.add(
            Fault(
                Effect.STATUS, service, times, when, method, status=status, code=code, message=message,
                retry_after=retry_after, retry_after_as_date=as_date, handled=handled,
            )
        )  # fmt: skip

    def html(
        self,
        *,
        status: int = 200,
        times: int | None = 1,
        when: When = None,
        method: str | None = None,
        service: str = "dataverse",
    ) -> Fault:
        """Answer with a web page, as a proxy or a sign-in page does."""
        return self.add(Fault(Effect.HTML, service, times, when, method, status=status))

    def sending(
        self,
        sending: Sending,
        *,
        times: int | None = 1,
        when: When = None,
        method: str | None = None,
        service: str = "dataverse",
        pause_s: float = 0.0,
    ) -> Fault:
        """Break the sending of an answer; the request takes effect."""
        return self.add(Fault(Effect.SENDING, service, times, when, method, sending=sending, seconds=pause_s))

    def truncated(self, *, times: int | None = 1, when: When = None, service: str = "dataverse") -> Fault:
        """Send half of what Content-Length promises, then close."""
        return self.sending(Sending.TRUNCATED, times=times, when=when, service=service)

    def reset(self, *, times: int | None = 1, when: When = None, service: str = "dataverse") -> Fault:
        """Send half of the body, then reset the connection."""
        return self.sending(Sending.RESET, times=times, when=when, service=service)

    def no_answer(self, *, times: int | None = 1, when: When = None, service: str = "dataverse") -> Fault:
        """Close the connection without an answer."""
        return self.sending(Sending.NOTHING, times=times, when=when, service=service)

    def drip(self, pause_s: float, *, times: int | None = 1, when: When = None, service: str = "dataverse") -> Fault:
        """Send the body in about ten pieces with a pause before each."""
        return self.sending(Sending.DRIP, times=times, when=when, service=service, pause_s=pause_s)

    def latency(
        self, seconds: float, *, times: int | None = None, when: When = None, service: str = "dataverse"
    ) -> Fault:
        """Wait before answering; by default every request until cleared."""
        return self.add(Fault(Effect.LATENCY, service, times, when, seconds=seconds))

    def foreign_next_link(self, origin: str = "https://elsewhere.example", *, times: int | None = 1) -> Fault:
        """Let nextLink and deltaLink point to another host."""
        return self.add(Fault(Effect.FOREIGN_NEXT_LINK, "dataverse", times, origin=origin))

    def next_link_cycle(self, *, times: int | None = None, when: When = None) -> Fault:
        """Let nextLink lead back to the page that it stands on."""
        return self.add(Fault(Effect.NEXT_LINK_CYCLE, "dataverse", times, when))

    def expired_delta_token(self, *, times: int | None = 1, when: When = None, status: int = 400) -> Fault:
        """Say of a delta token that it has expired; which status Dataverse uses is not documented."""
        return self.add(Fault(Effect.EXPIRED_DELTA, "dataverse", times, when, status=status))

    def expired_access_token(self, *, times: int | None = 1, when: When = None) -> Fault:
        """Answer 401 as for a token whose time is over."""
        return self.add(Fault(Effect.EXPIRED_ACCESS, "dataverse", times, when))
