"""The outbox is emptied: what is due is claimed, tried once, and its outcome recorded.

Each attempt is committed before it is sent. Rates and pauses are the store's; when to try again is `next_attempt`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.pipeline.ports import Clock, Courier, Store
from connector.pipeline.values import Delivery, DeliveryOutcome, RetryLater

Rates = Mapping[str, Sequence[tuple[int, float]]]
NextAttempt = Callable[[int, DeliveryOutcome, datetime], datetime | None]

IN_FLIGHT = 4


@dataclass(frozen=True, slots=True)
class Outbox:
    """What delivering needs: the store, the courier, the destinations with their rates, and when to try again.

    `hold` are the destinations whose uncertain attempts wait for a person. `wait` sleeps (seconds).
    """

    store: Store
    courier: Courier
    rates: Rates
    hold: tuple[str, ...]
    next_attempt: NextAttempt
    clock: Clock
    wait: Callable[[float], None]


def recover(outbox: Outbox) -> int:
    """Settle what a crash left in flight; return how many attempts."""
    return outbox.store.recover(now=outbox.clock(), hold=outbox.hold)


def deliver_due(outbox: Outbox, *, within_s: float = 0.0, stop: Callable[[], bool] = lambda: False) -> int:
    """Send what may be sent now, waiting for rate slots up to `within_s` seconds; return how many attempts."""
    deadline = outbox.clock() + timedelta(seconds=within_s)
    attempts = 0
    destinations = tuple(outbox.rates)
    with ThreadPoolExecutor(max_workers=IN_FLIGHT, thread_name_prefix="courier") as pool:
        while not stop():
            now = outbox.clock()
            claimed = outbox.store.claim(destinations, IN_FLIGHT, now=now, rates=outbox.rates)
            if claimed:
                attempts += len(claimed)
                list(pool.map(lambda delivery: _attempt(outbox, delivery), claimed))
                continue
            due_at = outbox.store.next_attempt_at(now=now, rates=outbox.rates)
            if due_at is None or due_at > deadline:
                break
            outbox.wait(max((due_at - now).total_seconds(), 0.01))
    return attempts


def _attempt(outbox: Outbox, delivery: Delivery) -> None:
    """Try one delivery once and record what came of it; one that nobody expected is tried again like a failure."""
    try:
        outcome = outbox.courier.send(delivery)
    except Exception as error:  # noqa: BLE001 - recorded with the attempt; one delivery must not keep all others back
        outcome = RetryLater(f"unexpected {type(error).__name__}")
    now = outbox.clock()
    outbox.store.conclude(delivery, outcome, now=now, retry_at=outbox.next_attempt(delivery.attempt, outcome, now))
