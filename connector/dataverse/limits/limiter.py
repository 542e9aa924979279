"""The one limiter of an environment: every request of every thread waits here until it may be sent.

It joins the gate, which decides, with a ledger, which other processes may share, and does the waiting. What an answer
says about limits is read in `protection`.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from connector.dataverse.limits.gate import Ask, Full, Gate, NotYet, Ticket
from connector.dataverse.limits.ledger import MemoryLedger
from connector.dataverse.limits.protection import Signals
from connector.errors import OutsideError
from connector.pipeline.budgets import LONGEST_HOLD_S, Bounds, Grant, Ledger

logger = logging.getLogger(__name__)

CEILING = 40
LARGEST_CEILING = 51  # Dataverse allows 52 or more at once
PATIENCE_S = 900.0  # how long to wait for a slot at least: longer than a request lasts with all its tries
_LOOK_UP_S = 1.0  # a waiting thread looks up so often whether it is to stop


@dataclass(slots=True)
class Admission:
    """One request that may be sent now. `lasted_s`: the time to its answer's headers, where it got one."""

    ticket: Ticket
    lasted_s: float | None = None
    is_typical: bool = True


class Limiter:
    """Admits requests to one environment; shared by all threads that send there.

    `ceiling` is the most that are ever in flight: a pool of that size is never too small. `grace_s` is how long a
    request may take at most. `stopped` ends every wait with an error. `monotonic` and `sleep` are for tests.
    """

    def __init__(
        self,
        *,
        ceiling: int = CEILING,
        bounds: Bounds | None = None,
        ledger: Ledger | None = None,
        grace_s: float = 130.0,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        if not 1 <= ceiling <= LARGEST_CEILING:
            raise ValueError(f"ceiling must be from 1 to {LARGEST_CEILING}.")
        self.ceiling = ceiling
        self._bounds = bounds or Bounds()
        self.ledger: Ledger = ledger or MemoryLedger(self._bounds, monotonic=monotonic)
        self._gate = Gate(uuid.uuid4().hex, ceiling, self._bounds, grace_s=grace_s)
        self._monotonic, self._sleep, self._stopped = monotonic, sleep, stopped
        self._changed = threading.Condition()
        self._asking = False
        self._told_at = -float("inf")

    @property
    def allowed(self) -> int:
        """How many requests may be in flight now; it changes with what the server answers."""
        with self._changed:
            return self._gate.concurrency.limit

    @property
    def in_flight(self) -> int:
        """How many are."""
        with self._changed:
            return self._gate.in_flight

    @contextmanager
    def admit(self, kind: str, *, operations: int = 1, until: float | None = None) -> Iterator[Admission]:
        """Wait until one request may be sent, and count it as in flight until the end of the context.

        `kind` are requests that take about as long; `operations` the rows of a batch. `until` is a moment of the
        monotonic clock. Raises OutsideError where it could not be sent before that moment, StoreError where the
        ledger cannot be used.
        """
        admission = Admission(self._enter(kind, operations, float("inf") if until is None else until))
        try:
            yield admission
        finally:
            with self._changed:
                now = self._monotonic()
                lasted_s = now - admission.ticket.begun_at if admission.lasted_s is None else admission.lasted_s
                self._gate.end(admission.ticket, now, lasted_s=lasted_s, is_typical=admission.is_typical)
                self._changed.notify()

    def hear(self, admission: Admission, signals: Signals, lasted_s: float) -> None:
        """Learn from an answer that came after `lasted_s`; a server's wish to wait is passed on to all processes."""
        admission.lasted_s, admission.is_typical = lasted_s, not signals.is_refusal
        ticket = admission.ticket
        with self._changed:
            now, concurrency = self._monotonic(), self._gate.concurrency
            if signals.hint is not None:
                concurrency.hint(signals.hint)
            if signals.is_refusal:
                concurrency.refuse(
                    ticket.begun_at, now, in_flight=ticket.in_flight, too_many_at_once=signals.too_many_at_once
                )
            elif signals.is_success:
                concurrency.succeed(ticket.kind, lasted_s, now, was_full=ticket.was_full)
            if signals.lesson is not None:
                self._gate.drop_lease()
            self._changed.notify()
        if signals.hold_s > 0:
            self.hold(signals.hold_s)
        if signals.lesson is not None:
            self.ledger.learn(signals.lesson)

    def hold(self, seconds: float) -> None:
        """Let nobody send anything for so long, in any process. Raises StoreError."""
        with self._changed:
            self._gate.hold(min(seconds, LONGEST_HOLD_S), self._monotonic())
        self.ledger.hold(seconds)

    def settle(self) -> None:
        """Tell the ledger what was spent and give back the rest. Raises StoreError."""
        with self._changed:
            spent = self._gate.settle(self._monotonic())
        if spent:
            self._reserve(Ask(None, spent))

    def _enter(self, kind: str, operations: int, until: float) -> Ticket:
        """Wait for a ticket. Behind others it waits longer than `until`: their requests end, whatever comes of them."""
        now = self._monotonic()
        patience = max(until, now + PATIENCE_S)
        while True:
            decision = self._decide(kind, operations, now)
            if isinstance(decision, Ticket):
                return decision
            if isinstance(decision, Ask):
                now = self._consult(decision)
                continue
            if isinstance(decision, NotYet):
                if now + decision.seconds > until:
                    raise _too_late(decision.seconds, for_budget=decision.for_budget)
                self._sleep(decision.seconds)
            now = self._monotonic()
            self._check_stop()
            if now > patience:
                raise _too_late(0.0, for_budget=False)

    def _decide(self, kind: str, operations: int, now: float) -> Ticket | NotYet | Ask | None:
        """Ask the gate; None when it was waited for other threads, so that it is to be asked again."""
        with self._changed:
            decision = self._gate.ask(kind, operations, now)
            if isinstance(decision, Ticket) and self._gate.in_flight < self._gate.concurrency.limit:
                self._changed.notify()  # there is room for another one that waits
            if isinstance(decision, NotYet):
                self._tell(decision, now)
            if isinstance(decision, Ask):
                if not self._asking:
                    self._asking = True
                    return decision
                self._gate.restore(decision.spent, now)
            if isinstance(decision, Ask | Full):
                self._changed.wait(_LOOK_UP_S)
                return None
            return decision

    def _check_stop(self) -> None:
        """Raise OutsideError where the work is to stop: nothing is sent before its time because of it."""
        if self._stopped():
            raise OutsideError(
                "The work was stopped while a request waited to be sent.",
                remedy="Start it again: it goes on where it stopped.",
            )

    def _consult(self, asks: Ask) -> float:
        """Ask the ledger for all threads, and take its answer; return the moment of it."""
        try:
            grant = self._reserve(asks)
        except BaseException:
            with self._changed:
                self._asking = False
                self._changed.notify_all()
            raise
        with self._changed:
            now = self._monotonic()
            self._gate.hear(grant, now)
            self._asking = False
            self._changed.notify_all()
        return now

    def _reserve(self, asks: Ask) -> Grant:
        """Do what the gate asks for; what could not be told is kept for the next time."""
        if asks.wish is None and not asks.spent:
            return Grant(hold_s=self.ledger.held_s())
        try:
            return self.ledger.reserve(asks.wish, asks.spent)
        except BaseException:
            with self._changed:
                self._gate.restore(asks.spent, self._monotonic())
            raise

    def _tell(self, wait: NotYet, now: float) -> None:
        """Log that the budget is used up: once a window, not once a request."""
        if wait.for_budget and now - self._told_at >= self._bounds.window_s:
            self._told_at = now
            logger.warning(
                "The budget of requests to the environment is used up (%d requests or %d s of execution in %d s, or "
                "what the server allows): requests wait, the next %.1f s.",
                self._bounds.requests,
                self._bounds.execution_s,
                self._bounds.window_s,
                wait.seconds,
            )


def _too_late(seconds: float, *, for_budget: bool) -> OutsideError:
    if for_budget:
        what = f"The budget of requests to the environment is used up for the next {seconds:.0f} s"
    elif seconds:
        what = f"Dataverse wants nothing to be sent for the next {seconds:.0f} s"
    else:
        what = "A request waited for too long behind others"
    return OutsideError(
        f"{what}; it was not sent.",
        remedy="Run again later. CONNECTOR_RETRY_S is how long a request may wait.",
        retry_after_s=seconds or None,
    )
