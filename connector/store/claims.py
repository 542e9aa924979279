"""Which deliveries may be tried now: rates, pauses, the number in flight, fair turns, and the order for each lead.

Rates are counted over the attempts that were begun, whoever began them; the destination's row is the lock. What is
asked of destinations is asked of all at once: a flow that subscribes is one more of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.values import Delivery, DeliveryStatus
from connector.store.database import AnyRow, chunked
from connector.store.tables import attempt, delivery, destination, event

IN_FLIGHT = 4
HELD_S = 30.0  # whoever makes an attempt says that it lives long before; see `keep_attempts`
Rate = tuple[int, float]

_QUEUED = DeliveryStatus.QUEUED.value
_SENDING = DeliveryStatus.SENDING.value
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
    usable = _lock_usable(connection, names, now)
    if not usable or limit <= 0:
        return []
    rooms = _rooms(connection, usable, rates, now)
    waiting = [name for name in usable if rooms[name] > 0]
    taken: list[AnyRow] = []
    while waiting and len(taken) < limit:
        share = max((limit - len(taken)) // len(waiting), 1)
        eager: list[str] = []
        for name in waiting:
            wanted = min(share, limit - len(taken), rooms[name])
            some = _waiting(connection, name, wanted, now, [row.seq for row in taken if row.destination == name])
            taken += some
            rooms[name] -= len(some)
            if len(some) == share and rooms[name] > 0:
                eager.append(name)
            if len(taken) >= limit:
                break
        waiting = eager
    return _begin(connection, taken, now, holder)


def _lock_usable(connection: Connection, names: Iterable[str], now: datetime) -> list[str]:
    """The destinations that something waits for and that are not paused, locked in an order that all keep.

    Who waits longest since its last attempt comes first, else as they were given.
    """
    wanted = {name: place for place, name in enumerate(dict.fromkeys(names))}
    waits = sa.exists().where(
        delivery.c.destination == destination.c.name,
        delivery.c.status == _QUEUED,
        delivery.c.next_attempt_at <= now,
    )
    query = sa.select(destination.c.name).where(destination.c.paused.is_(None), waits)
    query = query.order_by(destination.c.name).with_for_update()
    found = [
        name
        for some in chunked(sorted(wanted))
        for name in connection.scalars(query.where(destination.c.name.in_(some)))
    ]
    last = _per_destination(connection, found, _LAST_BEGUN)
    return sorted(found, key=lambda name: (last[name] or _NEVER, wanted[name]))


def _rooms(
    connection: Connection, names: Sequence[str], rates: Mapping[str, Sequence[Rate]], now: datetime
) -> dict[str, int]:
    """How many attempts may be begun at each destination: by its rates, and by what is in flight to it.

    Of a rate those in (now - seconds, now] count.
    """
    flying = _in_flight(connection)
    rooms = {name: IN_FLIGHT - flying.get(name, 0) for name in names}
    for (count, seconds), limited in _by_rate(names, rates).items():
        begun = _per_destination(connection, limited, _begun_since(now - timedelta(seconds=seconds)))
        for name in limited:
            rooms[name] = min(rooms[name], count - begun[name])
    return rooms


def _waiting(connection: Connection, name: str, limit: int, now: datetime, taken: Sequence[int]) -> Sequence[AnyRow]:
    """What may be tried now at a destination, less what is taken already."""
    if limit <= 0:
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
        .limit(limit)
        .with_for_update(skip_locked=True, of=delivery)
    )
    if taken:
        query = query.where(delivery.c.seq.not_in(taken))
    return connection.execute(query).all()


def _begin(connection: Connection, rows: Sequence[AnyRow], now: datetime, holder: str) -> list[Delivery]:
    """Record the attempts as begun."""
    if not rows:
        return []
    held = {"new_holder": holder, "new_held_until": now + timedelta(seconds=HELD_S)}
    connection.execute(_BEGIN, [{"key": row.seq, **held} for row in rows])
    begun = [
        {
            "delivery_id": row.delivery_id,
            "number": row.attempts + 1,
            "destination": row.destination,
            "begun_at": now,
            "reason": "",
            "answer": "",
        }
        for row in rows
    ]
    connection.execute(sa.insert(attempt), begun)
    return [
        Delivery(
            row.delivery_id, row.event_id, row.destination, row.kind, row.payload, row.attempts + 1, row.created_at
        )
        for row in rows
    ]


def next_claim_at(connection: Connection, rates: Mapping[str, Sequence[Rate]], *, now: datetime) -> datetime | None:
    """When the next delivery to one of these destinations may be tried; None when nothing waits for them."""
    names = _that_wait(connection, list(rates))
    if not names:
        return None
    first = _per_destination(connection, names, _FIRST)
    flying = _in_flight(connection)
    moments: dict[str, datetime] = {}
    for name in names:
        due_at = first[name]
        # One that waits for another of its lead, or for a place, has to be looked at again: nothing tells when it ends.
        looks_again = due_at is None or flying.get(name, 0) >= IN_FLIGHT
        moments[name] = max(now, due_at or _NEVER, now + _LOOK_AGAIN if looks_again else _NEVER)
    for (count, seconds), limited in _by_rate(names, rates).items():
        filling = _per_destination(connection, limited, _filling(count))
        for name in limited:
            if (begun := filling[name]) is not None and first[name] is not None:
                moments[name] = max(moments[name], begun + timedelta(seconds=seconds))
    return min(moments.values())


def _that_wait(connection: Connection, names: Sequence[str]) -> list[str]:
    """Those that are not paused and that something is queued for, whenever it is due."""
    waits = sa.exists().where(delivery.c.destination == destination.c.name, delivery.c.status == _QUEUED)
    query = sa.select(destination.c.name).where(destination.c.paused.is_(None), waits)
    return [name for some in chunked(names) for name in connection.scalars(query.where(destination.c.name.in_(some)))]


def _in_flight(connection: Connection) -> dict[str, int]:
    """How many attempts are under way, by destination."""
    query = sa.select(delivery.c.destination, sa.func.count().label("number")).where(delivery.c.status == _SENDING)
    return {row.destination: row.number for row in connection.execute(query.group_by(delivery.c.destination))}


def _by_rate(names: Iterable[str], rates: Mapping[str, Sequence[Rate]]) -> dict[Rate, list[str]]:
    """The destinations that each rate is for."""
    found: dict[Rate, list[str]] = {}
    for name in names:
        for count, seconds in rates.get(name, ()):
            found.setdefault((count, seconds), []).append(name)
    return found


def _per_destination(connection: Connection, names: Sequence[str], asked: sa.ScalarSelect[Any]) -> dict[str, Any]:
    """What is asked of each of these destinations; each is one probe of an index, all are one statement."""
    query = sa.select(destination.c.name, asked.label("found"))
    return {
        row.name: row.found
        for some in chunked(names)
        for row in connection.execute(query.where(destination.c.name.in_(some)))
    }


_ATTEMPTED = attempt.c.destination == destination.c.name
_LAST_BEGUN = sa.select(sa.func.max(attempt.c.begun_at)).where(_ATTEMPTED).correlate(destination).scalar_subquery()
_FIRST = (
    sa.select(delivery.c.next_attempt_at)
    .where(delivery.c.destination == destination.c.name, delivery.c.status == _QUEUED, ~_WAITS_FOR_EARLIER)
    .order_by(delivery.c.next_attempt_at, delivery.c.seq)
    .limit(1)
    .correlate(destination)
    .scalar_subquery()
)


def _begun_since(since: datetime) -> sa.ScalarSelect[int]:
    """How many attempts were begun after a moment."""
    query = sa.select(sa.func.count()).where(_ATTEMPTED, attempt.c.begun_at > since)
    return query.correlate(destination).scalar_subquery()


def _filling(count: int) -> sa.ScalarSelect[datetime]:
    """When the attempt was begun that fills a rate of so many: it has a slot again when that leaves its window."""
    query = sa.select(attempt.c.begun_at).where(_ATTEMPTED).order_by(attempt.c.begun_at.desc())
    return query.offset(count - 1).limit(1).correlate(destination).scalar_subquery()
