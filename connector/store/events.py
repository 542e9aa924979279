"""Events enter the outbox: one row for each event, one delivery for each destination, each once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.values import DeliveryStatus, Event
from connector.pipeline.verdicts import rule_of
from connector.store import engines
from connector.store.database import chunked
from connector.store.tables import delivery, destination, event


def delivery_id(event_id: str, name: str) -> str:
    """The stable id of an event's delivery to a destination."""
    return "dlv_" + hashlib.sha256(f"{event_id}\x1f{name}".encode()).hexdigest()[:32]


def add_events(connection: Connection, events: Sequence[tuple[Event, datetime]]) -> None:
    """Insert events with the time of their settlement, and their deliveries; those that are there stay as they are."""
    names = sorted({name for one, _ in events for name in one.destinations})
    engines.insert_new(connection, destination, [{"name": name, "paused": None, "paused_at": None} for name in names])
    paused = paused_among(connection, names)
    rows: list[dict[str, Any]] = []
    deliveries: list[dict[str, Any]] = []
    for one, at in events:
        payload = dict(one.payload) if one.destinations else {}
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
                "status": (DeliveryStatus.HELD if name in paused else DeliveryStatus.QUEUED).value,
                "attempts": 0,
                "next_attempt_at": None if name in paused else at,
                "created_at": at,
                "reason": paused.get(name, ""),
            }
            for name in one.destinations
        ]
    engines.insert_new(connection, event, rows)
    engines.insert_new(connection, delivery, deliveries, unique=["event_id", "destination"])


def paused_among(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    """Why some of these destinations are paused."""
    query = sa.select(destination.c.name, destination.c.paused).where(destination.c.paused.is_not(None))
    return {
        row.name: row.paused
        for some in chunked(names)
        for row in connection.execute(query.where(destination.c.name.in_(some)))
    }
