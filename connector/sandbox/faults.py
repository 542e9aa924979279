"""Knobs that make the sandbox misbehave as the outside world does, each for the next n requests that fit.

A fault either replaces the answer (status, html), breaks the sending, delays it, or bends the content (links,
tokens, text, time). What is broken and how is decided here; the services only ask.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from typing import TypedDict, Unpack

from connector.sandbox.server import Request, Sending

When = Callable[[Request], bool] | str | None


class Effect(StrEnum):
    """What a fault does."""

    STATUS = "status"
    HTML = "html"
    SENDING = "sending"
    CUT = "cut"
    LATENCY = "latency"
    CLOCK = "clock"
    FOREIGN_NEXT_LINK = "foreign_next_link"
    NEXT_LINK_CYCLE = "next_link_cycle"
    REPEATED_PAGE = "repeated_page"
    NO_DELTA_LINK = "no_delta_link"
    EXPIRED_DELTA = "expired_delta"
    EXPIRED_ACCESS = "expired_access"


class Which(TypedDict, total=False):
    """Which requests a fault hits: the next `times` that fit (None: until cleared), `after` that many were let pass.

    `when` is a part of path and query, or a predicate; `service` is dataverse, entra, teams, flows or identity.
    """

    times: int | None
    when: When
    method: str | None
    service: str
    after: int


@dataclass(slots=True)
class Fault:
    """One knob that was turned. `left` None: until cleared. `applied` counts the requests that it hit."""

    effect: Effect
    service: str = "dataverse"
    left: int | None = 1
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
    after: int = 0  # requests that fit and are still let pass
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
    """All knobs of requests and answers; each takes `Which` and hits one request unless told otherwise.

    What happens to tables and rights stands elsewhere: `data.remove_column`, `data.remove_option`,
    `data.set_change_tracking`, `dataverse.access.revoke`, `remove_application_user`, `entra.tenant_known`.
    """

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
                    if fault.after > 0:
                        fault.after -= 1
                        continue
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

    # --- answers that are not the service's -------------------------------------------------------------------------

    def status(
        self,
        status: int,
        *,
        retry_after: float | None = None,
        as_date: bool = False,
        code: str = "",
        message: str = "",
        handled: bool = False,
        **which: Unpack[Which],
    ) -> Fault:
        """Answer with a status; `handled`: the request takes effect all the same (a lost answer).

        A part of a batch is hit too where it fits (`method="PATCH"`, `when="leads("`).
        """
        fault = _fault(Effect.STATUS, which)
        fault.status, fault.code, fault.message, fault.handled = status, code, message, handled
        fault.retry_after, fault.retry_after_as_date = retry_after, as_date
        return self.add(fault)

    def storm(
        self,
        statuses: Sequence[int] = (503, 504),
        *,
        length: int = 10,
        retry_after: float | None = None,
        when: When = None,
        service: str = "dataverse",
    ) -> list[Fault]:
        """Answer the next `length` requests with these statuses in turn (503, 504, 503 ...); 429 works too."""
        return [
            self.status(statuses[number % len(statuses)], retry_after=retry_after, when=when, service=service)
            for number in range(length)
        ]

    def token_endpoint_down(self, status: int = 503, *, times: int | None = None) -> Fault:
        """Refuse every token, by default until cleared; metadata and keys are still given out."""
        return self.status(status, times=times, when="/token", service="entra")

    def html(self, *, status: int = 200, **which: Unpack[Which]) -> Fault:
        """Answer with a web page, as a proxy or a sign-in page does."""
        fault = _fault(Effect.HTML, which)
        fault.status = status
        return self.add(fault)

    def expired_access_token(self, **which: Unpack[Which]) -> Fault:
        """Answer 401 as for a token whose time is over; with `after` in the middle of a run."""
        return self.add(_fault(Effect.EXPIRED_ACCESS, which))

    # --- sending ----------------------------------------------------------------------------------------------------

    def sending(self, sending: Sending, *, pause_s: float = 0.0, **which: Unpack[Which]) -> Fault:
        """Break the sending of an answer; the request takes effect."""
        fault = _fault(Effect.SENDING, which)
        fault.sending, fault.seconds = sending, pause_s
        return self.add(fault)

    def truncated(self, **which: Unpack[Which]) -> Fault:
        """Send half of what Content-Length promises, then close."""
        return self.sending(Sending.TRUNCATED, **which)

    def reset(self, **which: Unpack[Which]) -> Fault:
        """Send half of the body, then reset the connection."""
        return self.sending(Sending.RESET, **which)

    def no_answer(self, **which: Unpack[Which]) -> Fault:
        """Close the connection without an answer."""
        return self.sending(Sending.NOTHING, **which)

    def drip(self, pause_s: float, **which: Unpack[Which]) -> Fault:
        """Send the body in about ten pieces with a pause before each."""
        return self.sending(Sending.DRIP, pause_s=pause_s, **which)

    def cut_json(self, **which: Unpack[Which]) -> Fault:
        """Send half of the text as if it were all of it: good HTTP with its length, and no JSON."""
        return self.add(_fault(Effect.CUT, which))

    def latency(self, seconds: float, **which: Unpack[Which]) -> Fault:
        """Wait before answering; by default every request until cleared."""
        fault = _fault(Effect.LATENCY, {"times": None, **which})
        fault.seconds = seconds
        return self.add(fault)

    def clock_off(self, seconds: float = 3600.0, **which: Unpack[Which]) -> Fault:
        """Let the Date header of answers be ahead (behind where negative); by default until cleared.

        The times in rows come from the sandbox's `clock`, which has its own knob.
        """
        fault = _fault(Effect.CLOCK, {"times": None, **which})
        fault.seconds = seconds
        return self.add(fault)

    # --- links and tokens -------------------------------------------------------------------------------------------

    def foreign_next_link(self, origin: str = "https://elsewhere.example", **which: Unpack[Which]) -> Fault:
        """Let nextLink and deltaLink point to another host."""
        fault = _fault(Effect.FOREIGN_NEXT_LINK, which)
        fault.origin = origin
        return self.add(fault)

    def next_link_cycle(self, **which: Unpack[Which]) -> Fault:
        """Let nextLink lead back to the page that it stands on: the same link again; by default until cleared."""
        return self.add(_fault(Effect.NEXT_LINK_CYCLE, {"times": None, **which}))

    def repeated_page(self, **which: Unpack[Which]) -> Fault:
        """Let the next page have the rows of this one, under a link that looks new."""
        return self.add(_fault(Effect.REPEATED_PAGE, which))

    def no_delta_link(self, **which: Unpack[Which]) -> Fault:
        """Leave the deltaLink out of the last page of a tracked read or delta."""
        return self.add(_fault(Effect.NO_DELTA_LINK, which))

    def expired_delta_token(self, *, status: int = 400, **which: Unpack[Which]) -> Fault:
        """Say of a delta token that it has expired; which status Dataverse uses is not documented."""
        fault = _fault(Effect.EXPIRED_DELTA, which)
        fault.status = status
        return self.add(fault)


def _fault(effect: Effect, which: Which) -> Fault:
    return Fault(
        effect, which.get("service", "dataverse"), which.get("times", 1), which.get("when"), which.get("method"),
        after=which.get("after", 0),
    )  # fmt: skip
