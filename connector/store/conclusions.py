"""Outcomes of attempts: what becomes of a delivery and of its destination.

Which deliveries are tried stands in `claims`, what people see of them in `deliveries`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.subscriptions import PREFIX as SUBSCRIPTION
from connector.pipeline.values import (
    Delivered,
    Delivery,
    DeliveryOutcome,
    DeliveryStatus,
    RetryLater,
    Undeliverable,
)
from connector.store.database import AnyRow
from connector.store.destinations import note_failure, note_success, pause
from connector.store.events import paused_among
from connector.store.subscriptions import end_in
from connector.store.tables import attempt, delivery
from connector.telemetry.logs import Happening

_QUEUED = DeliveryStatus.QUEUED.value
_SENDING = DeliveryStatus.SENDING.value
_DELIVERED = DeliveryStatus.DELIVERED.value
_UNCERTAIN = DeliveryStatus.UNCERTAIN.value
_HELD = DeliveryStatus.HELD.value
_DEAD = DeliveryStatus.DEAD.value


Told: TypeAlias = tuple[Happening, str, str]  # what, of which destination, of which delivery


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What came of an attempt, and what is to follow."""

    delivery: Delivery
    outcome: DeliveryOutcome
    now: datetime
    retry_at: datetime | None
    pause_after: timedelta | None

    @property
    def has_arrived(self) -> bool:
        """Whether the destination took it."""
        return isinstance(self.outcome, Delivered)


def conclude_one(connection: Connection, ended: Conclusion) -> list[Told]:
    """Record one outcome; that of an attempt that was given up meanwhile only if it arrived.

    Returns what the log is to be told once that is committed.
    """
    outcome, now = ended.outcome, ended.now
    row = _locked(connection, ended.delivery.delivery_id)
    if row is None or row.attempts != ended.delivery.attempt:
        return []
    late = row.status != _SENDING
    if late and not (ended.has_arrived and row.status in {_QUEUED, _UNCERTAIN, _HELD}):
        return []
    told: list[Told] = []
    _end_attempt(connection, ended.delivery, outcome, now)
    match outcome:
        case Delivered():
            move(connection, row.seq, _DELIVERED)
            note_success(connection, row.destination)
        case RetryLater(reason) if ended.retry_at is not None:
            paused = paused_among(connection, [row.destination]).get(row.destination)
            if paused is None:
                move(connection, row.seq, _QUEUED, next_attempt_at=ended.retry_at, reason=reason)
            else:
                move(connection, row.seq, _HELD, reason=paused)
        case RetryLater(reason) | Undeliverable(reason):
            move(connection, row.seq, _DEAD, reason=reason)
            told.append((Happening.DELIVERY_DEAD, row.destination, row.delivery_id))
            if isinstance(outcome, Undeliverable) and outcome.pauses and _close(connection, row, outcome, now):
                told.append((Happening.DESTINATION_PAUSED, row.destination, ""))
    if not isinstance(outcome, Delivered) and note_failure(
        connection, row.destination, outcome.reason, now, ended.pause_after
    ):
        told.append((Happening.DESTINATION_PAUSED, row.destination, ""))
    return told


def _locked(connection: Connection, delivery_id: str) -> AnyRow | None:
    return connection.execute(
        sa.select(delivery).where(delivery.c.delivery_id == delivery_id).with_for_update()
    ).first()


def _end_attempt(connection: Connection, one: Delivery, outcome: DeliveryOutcome, now: datetime) -> None:
    values: dict[str, Any] = {"ended_at": now, "status": outcome.status}
    match outcome:
        case Delivered():
            values |= {"outcome": _DELIVERED, "reason": ""}
        case RetryLater(reason):
            values |= {"outcome": "retry", "reason": reason}
        case Undeliverable(reason, _, answer):
            values |= {"outcome": "undeliverable", "reason": reason, "answer": answer}
    connection.execute(
        sa.update(attempt)
        .where(attempt.c.delivery_id == one.delivery_id, attempt.c.number == one.attempt)
        .values(values)
    )


def _close(connection: Connection, row: AnyRow, outcome: Undeliverable, now: datetime) -> bool:
    """Use a destination no more: a subscription whose flow is gone has ended, everything else is paused.

    Tell whether it was paused by this.
    """
    name: str = row.destination
    if outcome.gone and name.startswith(SUBSCRIPTION):
        end_in(connection, name.removeprefix(SUBSCRIPTION), outcome.reason, by="callback", now=now)
        return False
    was_paused = bool(paused_among(connection, [name]))
    pause(connection, name, outcome.reason, now)
    return not was_paused


def move(
    connection: Connection, seq: int, status: str, *, next_attempt_at: datetime | None = None, reason: str = ""
) -> None:
    """Change where a delivery stands."""
    connection.execute(
        sa.update(delivery)
        .where(delivery.c.seq == seq)
        .values(status=status, next_attempt_at=next_attempt_at, reason=reason)
    )
