"""The outbox: what is claimed, what came of it, and what a person sees of it and may replay."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property

import sqlalchemy as sa

from connector.errors import MissingFactError
from connector.pipeline.audit import listed
from connector.pipeline.gathering import Gathering
from connector.pipeline.ports import Clock
from connector.pipeline.subscriptions import PREFIX as SUBSCRIPTION
from connector.pipeline.values import (
    Delivery,
    DeliveryOutcome,
    DeliveryStatus,
)
from connector.store import claims, engines
from connector.store.audit import note_change
from connector.store.claims import Rate, claim_from, next_claim_at
from connector.store.conclusions import Conclusion, Told, conclude_one, move
from connector.store.database import AnyRow, Database, Repository, chunked
from connector.store.destinations import unpause
from connector.store.events import forget_told, paused_among
from connector.store.subscriptions import ENDED, active_among
from connector.store.tables import attempt, delivery
from connector.store.workerlock import WorkerLock
from connector.telemetry.logs import tell

_QUEUED = DeliveryStatus.QUEUED.value
_SENDING = DeliveryStatus.SENDING.value
_DELIVERED = DeliveryStatus.DELIVERED.value
_UNCERTAIN = DeliveryStatus.UNCERTAIN.value
_HELD = DeliveryStatus.HELD.value
_DEAD = DeliveryStatus.DEAD.value
_REPLAYABLE = (_DEAD, _HELD, _UNCERTAIN)

_NO_ANSWER = "The program ended before the answer came."


class UnderWay:
    """The attempts that this process makes, which are more certain than what it wrote of them."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._claiming = threading.Lock()
        self._attempts: set[tuple[str, int]] = set()  # by number too: the next may begin before this one is forgotten

    def claiming(self) -> threading.Lock:
        """A lock, to be held from before attempts are recorded as begun until they are known here, or asked for."""
        return self._claiming

    def begin(self, attempts: Iterable[Delivery]) -> None:
        """Note attempts that were recorded."""
        with self._guard:
            self._attempts.update((one.delivery_id, one.attempt) for one in attempts)

    def end(self, attempt: Delivery) -> None:
        """Forget one, whatever became of it."""
        with self._guard:
            self._attempts.discard((attempt.delivery_id, attempt.attempt))

    def ids(self) -> list[str]:
        """The deliveries that are tried."""
        with self._guard:
            return sorted({delivery_id for delivery_id, _ in self._attempts})


class Deliveries(Repository):
    """Fulfils `DeliveryStore`."""

    def __init__(self, database: Database, worker: WorkerLock) -> None:
        super().__init__(database, worker)
        self._under_way = UnderWay()

    def claim(
        self,
        destinations: Sequence[str],
        limit: int,
        *,
        now: datetime,
        rates: Mapping[str, Sequence[Rate]],
    ) -> Sequence[Delivery]:
        """Take deliveries that may be tried now, each attempt committed as begun.

        Destinations share the limit fairly. Of one those come first that wait longest for their time, which for a
        first attempt is when they were made; of one lead and destination never a later one before an earlier. At most
        4 are in flight to a destination.
        """
        with self._under_way.claiming():
            with self._database.write() as connection:
                claimed = claim_from(connection, destinations, limit, rates, now=now, holder=self._database.holder)
            self._under_way.begin(claimed)
        return claimed

    def hold_unknown(self, destinations: Sequence[str], *, now: datetime) -> int:  # noqa: ARG002 - the port's
        """Hold what is queued for other destinations than these, which are all that there are; return how many."""
        queued = delivery.c.status == _QUEUED
        held = 0
        with self._database.write() as connection:
            names = connection.scalars(sa.select(delivery.c.destination).where(queued).distinct()).all()
            known = {*destinations, *active_among(connection, names)}  # a flow may have subscribed just now
            for name in names:
                if name not in known:
                    unsent = sa.update(delivery).where(delivery.c.destination == name, queued)
                    values = {"status": _HELD, "next_attempt_at": None, "reason": _not_configured(name)}
                    held += connection.execute(unsent.values(values)).rowcount
        return held

    def conclude(
        self,
        delivery: Delivery,
        outcome: DeliveryOutcome,
        *,
        now: datetime,
        retry_at: datetime | None,
        pause_after: timedelta | None = None,
    ) -> None:
        """Record an attempt's outcome; a late one, of an attempt that was given up meanwhile, only if delivered.

        Where it cannot be recorded, nobody knows what came of it: `recover` settles it as it does a crash's.
        """
        try:
            self._conclusions.put([Conclusion(delivery, outcome, now, retry_at, pause_after)])
        finally:
            self._under_way.end(delivery)

    @cached_property
    def _conclusions(self) -> Gathering[Conclusion]:
        """What records outcomes: those that come at the same moment together."""
        return Gathering(self._conclude)

    def _conclude(self, ended: Sequence[Conclusion]) -> None:
        # In the order of their destinations, as whoever else locks several of them does.
        told: list[Told] = []
        with self._database.write() as connection:
            for one in sorted(ended, key=lambda one: (one.delivery.destination, one.delivery.delivery_id)):
                told += conclude_one(connection, one)
            forget_told(connection, sorted({one.delivery.event_id for one in ended if one.has_arrived}))
        for event, name, delivery_id in told:
            tell(event, destination=name, **({"delivery_id": delivery_id} if delivery_id else {}))

    def clock_ahead(self, clock: Clock) -> timedelta:
        """How far the database's clock is ahead of this one. None for SQLite, whose clock is this machine's."""
        if self._worker.is_for_one:
            return timedelta(0)
        with self._database.read() as connection:
            asked = clock()
            there = engines.database_now(connection)
            return there - (asked + (clock() - asked) / 2)

    def keep_attempts(self, *, now: datetime) -> None:
        """Hold what this object has in flight for longer; where one alone works nobody would take it."""
        flying = self._under_way.ids()
        if self._worker.is_for_one or not flying:
            return
        ours = sa.select(delivery.c.seq).where(
            delivery.c.status == _SENDING,
            delivery.c.holder == self._database.holder,
            delivery.c.delivery_id.in_(flying),
        )
        # One that is being concluded needs no holding, and waiting for it could be a deadlock.
        free = ours.with_for_update(skip_locked=True).scalar_subquery()
        until = now + timedelta(seconds=claims.HELD_S)
        with self._database.write() as connection:
            connection.execute(sa.update(delivery).where(delivery.c.seq.in_(free)).values(held_until=until))

    def recover(self, *, now: datetime, hold: Sequence[str]) -> int:
        """Settle attempts that a crash left open: queued again, or uncertain for destinations in `hold`.

        Those that this object makes are under way. Where several work on one database those of the others are too, for
        as long as they say so.
        """
        others = delivery.c.holder != self._database.holder
        if not self._worker.is_for_one:
            others &= delivery.c.held_until <= now
        with self._under_way.claiming(), self._database.write() as connection:
            lost = delivery.c.holder == self._database.holder
            if flying := self._under_way.ids():
                lost &= delivery.c.delivery_id.not_in(flying)
            dead = sa.or_(delivery.c.holder.is_(None), others, lost)
            left = sa.select(delivery).where(delivery.c.status == _SENDING, dead)
            rows = connection.execute(left.order_by(delivery.c.seq).with_for_update(skip_locked=True)).all()
            paused = paused_among(connection, sorted({row.destination for row in rows}))
            for row in rows:
                connection.execute(
                    sa.update(attempt)
                    .where(attempt.c.delivery_id == row.delivery_id, attempt.c.number == row.attempts)
                    .values(ended_at=now, outcome=_UNCERTAIN, reason=_NO_ANSWER)
                )
                if row.destination in hold:
                    move(connection, row.seq, _UNCERTAIN, reason=_NO_ANSWER)
                elif row.destination in paused:
                    move(connection, row.seq, _HELD, reason=paused[row.destination])
                else:
                    move(connection, row.seq, _QUEUED, next_attempt_at=now, reason=_NO_ANSWER)
        return len(rows)

    def next_attempt_at(self, *, now: datetime, rates: Mapping[str, Sequence[Rate]]) -> datetime | None:
        """When the next delivery to a destination in `rates` may be tried; None when nothing waits for one.

        While an attempt under way holds the place, in a second: nothing tells when it ends.
        """
        with self._database.read() as connection:
            return next_claim_at(connection, rates, now=now)

    def counts(self) -> Mapping[str, int]:
        """Deliveries by status, those that there are."""
        query = sa.select(delivery.c.status, sa.func.count().label("deliveries")).group_by(delivery.c.status)
        with self._database.read() as connection:
            return {row.status: row.deliveries for row in connection.execute(query)}

    def deliveries(
        self, *, status: str | None = None, limit: int = 100, before: str | None = None
    ) -> Sequence[Mapping[str, object]]:
        """Newest first, as the port says, with the lead and the last reason."""
        query = sa.select(delivery).order_by(delivery.c.seq.desc()).limit(limit)
        if status is not None:
            query = query.where(delivery.c.status == status)
        if before is not None:
            place = sa.select(delivery.c.seq).where(delivery.c.delivery_id == before).scalar_subquery()
            query = query.where(delivery.c.seq < place)
        with self._database.read() as connection:
            return [_shown(row) for row in connection.execute(query)]

    def delivery(self, delivery_id: str) -> Mapping[str, object]:
        """One delivery as listed, but `attempts` holds each: number, times, outcome, status, reason and answer."""
        tries = sa.select(attempt).where(attempt.c.delivery_id == delivery_id).order_by(attempt.c.number)
        with self._database.read() as connection:
            row = connection.execute(sa.select(delivery).where(delivery.c.delivery_id == delivery_id)).first()
            if row is not None:
                log = [_shown_attempt(one) for one in connection.execute(tries)]
                return {**_shown(row), "attempts": log}
        raise MissingFactError(f"There is no delivery {delivery_id}.", remedy="List them: connector deliveries list.")

    def replay(self, delivery_ids: Sequence[str], *, now: datetime) -> int:
        """Queue dead, held or uncertain deliveries again and use their destinations again; return how many."""
        queued = 0
        with self._database.write() as connection:
            for ids in chunked(sorted(set(delivery_ids))):
                rows = connection.execute(
                    sa.select(delivery.c.seq, delivery.c.destination, delivery.c.delivery_id)
                    .where(delivery.c.delivery_id.in_(ids), delivery.c.status.in_(_REPLAYABLE))
                    .with_for_update()
                ).all()
                for row in rows:
                    move(connection, row.seq, _QUEUED, next_attempt_at=now)
                unpause(connection, sorted({row.destination for row in rows}))
                queued += len(rows)
                if rows:
                    again = [row.delivery_id for row in rows]
                    subject = again[0] if len(again) == 1 else "deliveries"
                    note_change(connection, "delivery.replayed", subject, now, after=listed(again))
        return queued


def _not_configured(name: str) -> str:
    if name.startswith(SUBSCRIPTION):
        return ENDED
    if name.startswith("flow:"):
        return f"The flow {name.removeprefix('flow:')} is not configured: add it to CONNECTOR_FLOWS and replay this."
    return (
        f"The channel {name.removeprefix('teams:')} is not configured: add it to CONNECTOR_TEAMS_CHANNELS and replay "
        "this delivery, or leave it."
    )


def _shown(row: AnyRow) -> dict[str, object]:
    names = (
        "delivery_id",
        "event_id",
        "destination",
        "kind",
        "status",
        "attempts",
        "next_attempt_at",
        "created_at",
        "lead_id",
        "reason",
    )
    return {name: getattr(row, name) for name in names}


def _shown_attempt(row: AnyRow) -> dict[str, object]:
    names = ("number", "begun_at", "ended_at", "outcome", "status", "reason", "answer")
    return {name: getattr(row, name) for name in names}
