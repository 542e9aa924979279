"""Events enter the outbox: one row for each event, one delivery for each destination, each once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.holding import Held
from connector.pipeline.jobs import DELIVERIES
from connector.pipeline.values import DeliveryStatus, Event
from connector.pipeline.verdicts import rule_of
from connector.store import engines
from connector.store.database import chunked
from connector.store.holding import held_among
from connector.store.jobleases import tell
from connector.store.tables import delivery, destination, event
from connector.telemetry import tracing


def delivery_id(event_id: str, name: str) -> str:
    """The stable id of an event's delivery to a destination."""
    return "dlv_" + hashlib.sha256(f"{event_id}\x1f{name}".encode()).hexdigest()[:32]


def add_events(connection: Connection, events: Sequence[tuple[Event, datetime]]) -> None:
    """Insert events with the time of their settlement, and their deliveries; those that are there stay as they are."""
    names = sorted({name for one, _ in events for name in one.destinations})
    engines.insert_new(connection, destination, [{"name": name, "paused": None, "paused_at": None} for name in names])
    paused = paused_among(connection, names)
    held = held_among(connection, events)
    rows: list[dict[str, Any]] = []
    deliveries: list[dict[str, Any]] = []
    for one, at in events:
        payload = {**one.payload, **tracing.carrier()} if one.destinations else {}
        rows.append(
            {
                "event_id": one.event_id,
                "kind": one.kind,
                "lead_id": one.lead_id,
                "payload": payload,
                "at": one.at,
                "rule": rule_of(one.payload),
            }
        )
        deliveries += [
            {
                "delivery_id": delivery_id(one.event_id, name),
                "event_id": one.event_id,
                "destination": name,
                "kind": one.kind,
                "lead_id": one.lead_id,
                "attempts": 0,
                "created_at": at,
                "owner_id": one.owner_id,
                **_state(at, held.get((one.event_id, name)), paused.get(name)),
            }
            for name in one.destinations
        ]
    engines.insert_new(connection, event, rows)
    engines.insert_new(connection, delivery, deliveries, unique=["event_id", "destination"])
    tell(connection, {DELIVERIES} if deliveries else ())


def _state(at: datetime, held: Held | None, paused: str | None) -> dict[str, Any]:
    """Where a delivery begins: queued, held for a digest, or held with its destination."""
    waits = held is not None or paused is not None
    return {
        "status": (DeliveryStatus.HELD if waits else DeliveryStatus.QUEUED).value,
        "next_attempt_at": None if waits else at,
        "reason": held.reason if held is not None else paused or "",
        "digest_after": held.digest_after if held is not None else None,
    }


def paused_among(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    """Why some of these destinations are paused."""
    query = sa.select(destination.c.name, destination.c.paused).where(destination.c.paused.is_not(None))
    return {
        row.name: row.paused
        for some in chunked(names)
        for row in connection.execute(query.where(destination.c.name.in_(some)))
    }


def forget_told(connection: Connection, event_ids: Sequence[str]) -> None:
    """Drop what events said of which every delivery has arrived, or was told in a digest: ids and kind are enough."""
    done = (DeliveryStatus.DELIVERED.value, DeliveryStatus.DIGESTED.value)
    waits = sa.exists().where(delivery.c.event_id == event.c.event_id, delivery.c.status.not_in(done))
    for ids in chunked(event_ids):
        connection.execute(sa.update(event).where(event.c.event_id.in_(ids), ~waits).values(payload={}))
