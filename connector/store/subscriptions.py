"""Subscriptions: stored once for each wish, found by the hash of their key, and emptied of secrets when they end."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.errors import BusyError, MissingFactError
from connector.pipeline.audit import AuditEntry
from connector.pipeline.subscriptions import (
    MOST,
    PREFIX,
    Callback,
    Filters,
    Subscribed,
    Subscription,
    TriggerName,
    Wish,
)
from connector.pipeline.values import DeliveryStatus
from connector.store import engines
from connector.store.audit import add_entries
from connector.store.database import AnyRow, Repository
from connector.store.tables import delivery, destination, subscription

ENDED = "The subscription has ended."
_ID_BYTES = 10
_WAITING = (DeliveryStatus.QUEUED.value, DeliveryStatus.HELD.value, DeliveryStatus.UNCERTAIN.value)


class Subscriptions(Repository):
    """Fulfils `SubscriptionStore`."""

    def subscribe(self, wish: Wish, secret: str, *, by: str, now: datetime, request_id: str = "") -> Subscribed:
        """Store a subscription, or find the one of the same wish and use it again."""
        row = {
            "subscription_id": secrets.token_hex(_ID_BYTES),
            "trigger_name": wish.trigger.value,
            "filters": wish.filters.as_json(),
            "host": wish.host,
            "callback": wish.callback,
            "secret": secret,
            "fingerprint": wish.fingerprint(),
            "created_at": now,
            "created_by": by,
            "asked_at": now,
            "end_reason": "",
        }
        row["key_hash"] = _hash(_key(secret, str(row["subscription_id"])))
        with self._database.write() as connection:
            found = _by_fingerprint(connection, wish)
            if found is None and _count(connection) >= MOST:
                raise BusyError(
                    f"There are {MOST} subscriptions already.",
                    remedy="End those that nobody needs: connector subscriptions list.",
                )
            is_new = engines.insert_counted(connection, subscription, [row], unique=["fingerprint"]) > 0
            found = _by_fingerprint(connection, wish)
            assert found is not None
            if is_new:
                _audit(connection, found, "created", by, now, request_id)
            else:
                _use_again(connection, found.subscription_id, now)
            stored = _one(connection, found.subscription_id)
        return Subscribed(stored, _key(found.secret, found.subscription_id), found.secret, is_new)

    def unsubscribe(self, key: str, *, by: str, now: datetime, request_id: str = "") -> bool:
        """End the subscription that a key is for; False where there is none (any more)."""
        with self._database.write() as connection:
            query = sa.select(subscription).where(subscription.c.key_hash == _hash(key)).with_for_update()
            row = connection.execute(query).first()
            if row is None:
                return False
            end_in(connection, row.subscription_id, "The flow unsubscribed.", by=by, now=now, request_id=request_id)
        return True

    def end_subscription(self, subscription_id: str, *, by: str, reason: str, now: datetime) -> Subscription:
        """End one by its id; one that has ended stays as it is."""
        with self._database.write() as connection:
            _one(connection, subscription_id)
            end_in(connection, subscription_id, reason, by=by, now=now)
            return _one(connection, subscription_id)

    def subscriptions(self, *, ended: bool = False) -> Sequence[Subscription]:
        """Those that go on, with `ended` all that are kept, oldest first."""
        with self._database.read() as connection:
            return subscriptions_in(connection, ended=ended)

    def subscription(self, subscription_id: str) -> Subscription:
        """One of them; MissingFactError when unknown."""
        with self._database.read() as connection:
            return _one(connection, subscription_id)

    def subscription_ids(self) -> frozenset[str]:
        """The ids of those that go on."""
        query = sa.select(subscription.c.subscription_id).where(subscription.c.ended_at.is_(None))
        with self._database.read() as connection:
            return frozenset(connection.scalars(query))

    def callback_of(self, subscription_id: str) -> Callback | None:
        """Where to call one; None where it has ended."""
        query = sa.select(subscription.c.callback, subscription.c.secret).where(
            subscription.c.subscription_id == subscription_id, subscription.c.ended_at.is_(None)
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return Callback(row.callback, row.secret) if row is not None and row.callback else None


def end_in(
    connection: Connection, subscription_id: str, reason: str, *, by: str, now: datetime, request_id: str = ""
) -> bool:
    """End a subscription in a transaction: its secrets go, what waits for it is dead; False where it had ended."""
    going = (subscription.c.subscription_id == subscription_id) & subscription.c.ended_at.is_(None)
    row = connection.execute(sa.select(subscription).where(going).with_for_update()).first()
    if row is None:
        return False
    gone: Mapping[str, Any] = dict.fromkeys(("callback", "secret", "key_hash", "fingerprint"))
    ended = sa.update(subscription).where(going).values(ended_at=now, end_reason=reason, **gone)
    connection.execute(ended)
    waiting = (delivery.c.destination == PREFIX + subscription_id) & delivery.c.status.in_(_WAITING)
    dead = {"status": DeliveryStatus.DEAD.value, "next_attempt_at": None, "reason": ENDED}
    connection.execute(sa.update(delivery).where(waiting).values(dead))
    _audit(connection, row, "ended", by, now, request_id, reason)
    return True


def active_among(connection: Connection, names: Sequence[str]) -> set[str]:
    """Which of these destinations are subscriptions that go on."""
    ids = [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]
    if not ids:
        return set()
    query = sa.select(subscription.c.subscription_id).where(subscription.c.ended_at.is_(None))
    return {PREFIX + one for one in connection.scalars(query)} & set(names)


def subscriptions_in(connection: Connection, *, ended: bool = False) -> list[Subscription]:
    """Those that go on, with `ended` all that are kept, oldest first."""
    query = _SHOWN.order_by(subscription.c.created_at, subscription.c.subscription_id)
    if not ended:
        query = query.where(subscription.c.ended_at.is_(None))
    return [_subscription(row) for row in connection.execute(query)]


_SHOWN = sa.select(subscription, destination.c.paused).outerjoin_from(
    subscription, destination, destination.c.name == sa.literal(PREFIX) + subscription.c.subscription_id
)


def _key(secret: str, subscription_id: str) -> str:
    """The unguessable part of a subscription's address: 256 bits, the same each time the same flow asks."""
    digest = hmac.digest(secret.encode(), f"key of {subscription_id}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _by_fingerprint(connection: Connection, wish: Wish) -> AnyRow | None:
    query = sa.select(subscription).where(subscription.c.fingerprint == wish.fingerprint())
    return connection.execute(query).first()


def _count(connection: Connection) -> int:
    query = sa.select(sa.func.count()).select_from(subscription).where(subscription.c.ended_at.is_(None))
    return connection.scalar(query) or 0


def _use_again(connection: Connection, subscription_id: str, now: datetime) -> None:
    """The flow is on: what paused it is over, and what was held for it is sent."""
    name = PREFIX + subscription_id
    connection.execute(
        sa.update(subscription).where(subscription.c.subscription_id == subscription_id).values(asked_at=now)
    )
    clear = {"paused": None, "paused_at": None, "failing_since": None, "failed_at": None}
    connection.execute(sa.update(destination).where(destination.c.name == name).values(clear))
    held = (delivery.c.destination == name) & (delivery.c.status == DeliveryStatus.HELD.value)
    queued = {"status": DeliveryStatus.QUEUED.value, "next_attempt_at": now, "reason": ""}
    connection.execute(sa.update(delivery).where(held).values(queued))


def _audit(
    connection: Connection, row: AnyRow, what: str, by: str, now: datetime, request_id: str, reason: str = ""
) -> None:
    said = {"trigger": row.trigger_name, "filters": row.filters, "host": row.host}
    before, after = (said, {"reason": reason}) if reason else (None, said)
    entry = AuditEntry(by, f"subscription.{what}", row.subscription_id, now, before, after, request_id)
    add_entries(connection, [entry])


def _one(connection: Connection, subscription_id: str) -> Subscription:
    row = connection.execute(_SHOWN.where(subscription.c.subscription_id == subscription_id)).first()
    if row is None:
        raise MissingFactError(
            f"There is no subscription {subscription_id}.", remedy="List them: connector subscriptions list."
        )
    return _subscription(row)


def _subscription(row: AnyRow) -> Subscription:
    return Subscription(
        row.subscription_id,
        TriggerName(row.trigger_name),
        Filters.from_json(row.filters),
        row.host,
        row.created_at,
        row.created_by,
        row.asked_at,
        row.paused,
        row.ended_at,
        row.end_reason,
    )
