"""Which deliveries may be tried now: rates, pauses, the number in flight, fair turns, and the order for each lead.

Rates are counted over the attempts that were begun, whoever began them; the destination's row is the lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.values import Delivery, DeliveryStatus
from connector.store.database import chunked
from connector.store.tables import attempt, delivery, destination, event

IN_FLIGHT = 4
HELD_S = 120.0  # longer than the time-outs of an attempt: whoever has it that long is dead
Rate = tuple[int, float]

_QUEUED = DeliveryStatus.QUEUED.value
_SENDING = DeliveryStatus.SENDING.value
# When an attempt under way holds the place, somebody has to look again: nothing tells when it ends.
_NEVER = datetime.min.replace(tzinfo=UTC)
_LOOK_AGAIN = timedelta(seconds=1)

_earlier = delivery.alias("earlier")
_WAITS_FOR_EARLIER = sa.exists().where(
    _earlier.c.lead_id == delivery.c.lead_id,
    _earlier.c.destination == delivery.c.destination,
    _earlier.c.seq < delivery.c.seq,
    _earlier.c.status.in_((_QUEUED, _SENDING)),
)
_BEGIN = (
    sa.update(delivery)
    .where(delivery.c.seq == sa.bindparam("key"))
    .values(
        status=_SENDING,
        attempts=delivery.c.attempts + 1,
        next_attempt_at=None,
        holder=sa.bindparam("new_holder"),
        held_until=sa.bindparam("new_held_until"),
    )
)


def claim_from(
    connection: Connection,
    names: Iterable[str],
    limit: int,
    rates: Mapping[str, Sequence[Rate]],
    *,
    now: datetime,
    holder: str,
) -> list[Delivery]:
    """Take up to `limit` deliveries of these destinations and record their attempts as begun by `holder`.

    Each destination has an equal share, what one does not use goes to the others; who waits longest since its last
    attempt comes first.
    """
    usable = _lock_usable(connection, names)
    last = {name: _last_begun(connection, name) for name in usable}
    waiting = sorted(usable, key=lambda name: last[name] or _NEVER)
    taken: list[Delivery] = []
    while waiting and len(taken) < limit:
        share = max((limit - len(taken)) // len(waiting), 1)
        eager: list[str] = []
        for name in waiting:
            some = _claim_share(connection, name, min(share, limit - len(taken)), rates.get(name, ()), now, holder)
            taken += some
            if len(some) == share:
                eager.append(name)
        waiting = eager
    return taken


def _lock_usable(connection: Connection, names: Iterable[str]) -> list[str]:
    """The destinations that are there and not paused, as they were given, locked in an order that all keep."""
    wanted = list(dict.fromkeys(names))
    query = sa.select(destination.c.name, destination.c.paused).order_by(destination.c.name).with_for_update()
    usable = {
        row.name
        for some in chunked(sorted(wanted))
        for row in connection.execute(query.where(destination.c.name.in_(some)))
        if row.paused is None
    }
    return [name for name in wanted if name in usable]


def _last_begun(connection: Connection, name: str) -> datetime | None:
    begun: datetime | None = connection.scalar(
        sa.select(sa.func.max(attempt.c.begun_at)).where(attempt.c.destination == name)
    )
    return begun


def _claim_share(
    connection: Connection, name: str, limit: int, rates: Iterable[Rate], now: datetime, holder: str
) -> list[Delivery]:
    room = min([limit, IN_FLIGHT - _in_flight(connection, name), *_slots(connection, name, rates, now)])
    if room <= 0:
        return []
    query = (
        sa.select(delivery, event.c.payload)
        .join_from(delivery, event, event.c.event_id == delivery.c.event_id)
        .where(
            delivery.c.destination == name,
            delivery.c.status == _QUEUED,
            delivery.c.next_attempt_at <= now,
            ~_WAITS_FOR_EARLIER,
        )
        .order_by(delivery.c.next_attempt_at, delivery.c.seq)
        .limit(room)
        .with_for_update(skip_locked=True, of=delivery)
    )
    rows = connection.execute(query).all()
    if not rows:
        return []
    held = {"new_holder": holder, "new_held_until": now + timedelta(seconds=HELD_S)}
    connection.execute(_BEGIN, [{"key": row.seq, **held} for row in rows])
    begun = [
        {
            "delivery_id": row.delivery_id,
            "number": row.attempts + 1,
            "destination": name,
            "begun_at": now,
            "reason": "",
            "answer": "",
        }
        for row in rows
    ]
    connection.execute(sa.insert(attempt), begun)
    return [
        Delivery(row.delivery_id, row.event_id, name, row.kind, row.payload, row.attempts + 1, row.created_at)
        for row in rows
    ]


def next_claim_at(connection: Connection, rates: Mapping[str, Sequence[Rate]], *, now: datetime) -> datetime | None:
    """When the next delivery to one of these destinations may be tried; None when nothing waits for them."""
    moments = [_next_at(connection, name, pairs, now) for name, pairs in rates.items()]
    return min((moment for moment in moments if moment is not None), default=None)


def _next_at(connection: Connection, name: str, rates: Iterable[Rate], now: datetime) -> datetime | None:
    if not _is_usable(connection, name):
        return None
    waiting = sa.select(delivery.c.next_attempt_at).where(delivery.c.destination == name, delivery.c.status == _QUEUED)
    order = (delivery.c.next_attempt_at, delivery.c.seq)
    first = connection.scalar(waiting.where(~_WAITS_FOR_EARLIER).order_by(*order).limit(1))
    if first is None:
        blocked = connection.scalar(waiting.limit(1)) is not None
        return now + _LOOK_AGAIN if blocked else None
    moments = [now, first, *_slot_times(connection, name, rates)]
    if _in_flight(connection, name) >= IN_FLIGHT:
        moments.append(now + _LOOK_AGAIN)
    latest: datetime = max(moments)
    return latest


def _is_usable(connection: Connection, name: str) -> bool:
    row = connection.execute(sa.select(destination.c.paused).where(destination.c.name == name)).first()
    return row is not None and row.paused is None


def _in_flight(connection: Connection, name: str) -> int:
    sending = sa.select(sa.func.count()).where(delivery.c.destination == name, delivery.c.status == _SENDING)
    return connection.scalar(sending) or 0


def _slots(connection: Connection, name: str, rates: Iterable[Rate], now: datetime) -> list[int]:
    """How many attempts each rate still allows: those in (now - seconds, now] count."""
    return [
        count
        - (
            connection.scalar(
                sa.select(sa.func.count()).where(
                    attempt.c.destination == name, attempt.c.begun_at > now - timedelta(seconds=seconds)
                )
            )
            or 0
        )
        for count, seconds in rates
    ]


def _slot_times(connection: Connection, name: str, rates: Iterable[Rate]) -> list[datetime]:
    """When each rate has a slot again: when the attempt that fills it leaves its window."""
    times: list[datetime] = []
    for count, seconds in rates:
        filling: datetime | None = connection.scalar(
            sa.select(attempt.c.begun_at)
            .where(attempt.c.destination == name)
            .order_by(attempt.c.begun_at.desc())
            .offset(count - 1)
            .limit(1)
        )
        if filling is not None:
            times.append(filling + timedelta(seconds=seconds))
    return times
