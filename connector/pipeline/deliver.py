"""The outbox is emptied: what is due is claimed, tried once, and its outcome recorded.

Each attempt is committed before it is sent. Rates and pauses are the store's; when to try again is `next_attempt`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Thread

from connector.pipeline.ports import Clock, Courier, Store
from connector.pipeline.values import Delivered, Delivery, DeliveryOutcome, RetryLater, Undeliverable
from connector.telemetry import meters, tracing

Rates = Mapping[str, Sequence[tuple[int, float]]]
NextAttempt = Callable[[int, DeliveryOutcome, datetime], datetime | None]

IN_FLIGHT = 4  # for each destination; the store counts them
MOST_THREADS = 32
SHORTEST_S = 0.01
KEEP_S = 10.0  # so often it is said that attempts under way are ours: a third of how long that is believed
_WORDS: Mapping[type[DeliveryOutcome], str] = {
    Delivered: "delivered",
    RetryLater: "retry",
    Undeliverable: "refused",
}


@dataclass(frozen=True, slots=True)
class Outbox:
    """What delivering needs: the store, the courier, the destinations with their rates, and when to try again.

    `hold` are the destinations whose uncertain attempts wait for a person. `wait` sleeps (seconds). `quiet` tells where
    nothing is to come at a moment. A destination from which nothing but failures came for `pause_after` is paused.
    """

    store: Store
    courier: Courier
    rates: Rates
    hold: tuple[str, ...]
    next_attempt: NextAttempt
    clock: Clock
    wait: Callable[[float], None]
    pause_after: timedelta | None = None
    quiet: Callable[[str, datetime], bool] = lambda _destination, _at: False

    def open_rates(self, now: datetime) -> Rates:
        """The rates of the destinations that are not quiet now; what waits for the others waits until they are not."""
        return {name: rates for name, rates in self.rates.items() if not self.quiet(name, now)}


def recover(outbox: Outbox) -> int:
    """Settle what a crash left in flight, and hold what no channel takes any more; return how many attempts."""
    outbox.store.hold_unknown(tuple(outbox.rates), now=outbox.clock())
    return take_over(outbox)


def take_over(outbox: Outbox) -> int:
    """Settle what others left in flight who live no longer; return how many attempts."""
    return outbox.store.recover(now=outbox.clock(), hold=outbox.hold)


def deliver_due(outbox: Outbox, *, within_s: float = 0.0, stop: Callable[[], bool] = lambda: False) -> int:
    """Send what may be sent now, waiting for rate slots up to `within_s` seconds; return how many attempts.

    A slow destination keeps no other waiting. After the time is up nothing more is begun; what is on its way then is
    waited for, which the courier's own time-outs bound.
    """
    most = min(IN_FLIGHT * max(len(outbox.rates), 1), MOST_THREADS)
    now = kept = outbox.clock()
    deadline = now + timedelta(seconds=within_s)
    attempts = 0
    flying: set[Future[None]] = set()
    try:
        while True:  # the first time within the time, even where that is none at all
            goes_on, rates = now <= deadline and not stop(), outbox.open_rates(now)
            if goes_on and len(flying) < most:
                claimed = outbox.store.claim(tuple(rates), most - len(flying), now=now, rates=rates)
                attempts += len(claimed)
                flying |= {_begun(outbox, delivery) for delivery in claimed}
            due_at = outbox.store.next_attempt_at(now=now, rates=rates) if goes_on else None
            if flying:
                flying = _landed(flying, _pause_s(due_at, now))
            elif due_at is None or due_at > deadline:
                return attempts
            else:
                outbox.wait(max((due_at - now).total_seconds(), SHORTEST_S))
            now = outbox.clock()
            if flying and now - kept >= timedelta(seconds=KEEP_S):
                outbox.store.keep_attempts(now=now)
                kept = now
    finally:
        wait(flying)


def _begun(outbox: Outbox, delivery: Delivery) -> Future[None]:
    """An attempt under way in a thread of its own: one that hangs must not keep the process from ending."""
    attempt: Future[None] = Future()

    def make() -> None:
        try:
            _attempt(outbox, delivery)
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            attempt.set_exception(error)
        else:
            attempt.set_result(None)

    Thread(target=make, name="courier", daemon=True).start()
    return attempt


def _pause_s(due_at: datetime | None, now: datetime) -> float:
    """How long to look at what is flying before something else may be begun, or is to be said."""
    return KEEP_S if due_at is None else min(max((due_at - now).total_seconds(), SHORTEST_S), KEEP_S)


def _landed(flying: set[Future[None]], pause_s: float) -> set[Future[None]]:
    """Wait until an attempt ends or the pause is over; return those on their way. Raises what recording raised."""
    done, rest = wait(flying, timeout=pause_s, return_when=FIRST_COMPLETED)
    for attempt in done:
        attempt.result()
    return rest


def _attempt(outbox: Outbox, delivery: Delivery) -> None:
    """Try one delivery once and record what came of it; one that nobody expected is tried again like a failure."""
    # Where it came from travels with it, and is nothing for the destination.
    payload = {name: value for name, value in delivery.payload.items() if name != tracing.TRACEPARENT}
    parent, to = delivery.payload.get(tracing.TRACEPARENT), delivery.destination.partition(":")[0]
    with tracing.span(f"deliver {to}", kind="consumer", parent=parent, attempt=delivery.attempt, event=delivery.kind):
        try:
            outcome = outbox.courier.send(replace(delivery, payload=payload))
        except Exception as error:  # noqa: BLE001 - recorded with the attempt; one must not keep all others back
            outcome = RetryLater(f"unexpected {type(error).__name__}")
        tracing.annotate({"outcome": type(outcome).__name__})
        now = outbox.clock()
        retry_at = outbox.next_attempt(delivery.attempt, outcome, now)
        outbox.store.conclude(delivery, outcome, now=now, retry_at=retry_at, pause_after=outbox.pause_after)
    _measure(delivery, outcome, to, now)


def _measure(delivery: Delivery, outcome: DeliveryOutcome, to: str, now: datetime) -> None:
    """Tell the meters of an attempt."""
    meters.ATTEMPTS.labels(to, _WORDS[type(outcome)]).inc()
    if isinstance(outcome, Delivered):
        meters.DELIVERY_DELAY.labels(to).observe(max((now - delivery.created_at).total_seconds(), 0.0))
