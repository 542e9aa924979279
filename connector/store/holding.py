"""Which new events are held for a digest, given what was sent in the last day. What holds them is judged elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.holding import DAY, Gate, Held, Sent
from connector.pipeline.values import Event
from connector.pipeline.verdicts import rule_of
from connector.store.database import chunked
from connector.store.tables import delivery, destination, event


def held_among(connection: Connection, events: Sequence[tuple[Event, datetime]]) -> dict[tuple[str, str], Held]:
    """Those of these events that are held, by event and destination; those that are stored already are left out."""
    asked = [(one, at) for one, at in events if one.terms]
    if not asked:
        return {}
    limited = sorted({terms.destination for one, _ in asked for terms in one.terms if terms.limits})
    for names in chunked(limited):  # what others let through meanwhile has to be seen
        locked = sa.select(destination.c.name).where(destination.c.name.in_(names)).order_by(destination.c.name)
        connection.execute(locked.with_for_update())
    there = _stored(connection, [one.event_id for one, _ in asked])
    now = max(at for _, at in asked)
    gate = Gate(_sent(connection, limited, now - timedelta(seconds=DAY)), now)
    held: dict[tuple[str, str], Held] = {}
    for one, _ in asked:
        if one.event_id in there:
            continue
        there.add(one.event_id)
        for terms in one.terms:
            verdict = gate.admit(terms, rule_of(one.payload), one.owner_id)
            if verdict is not None:
                held[one.event_id, terms.destination] = verdict
    return held


def _stored(connection: Connection, event_ids: Sequence[str]) -> set[str]:
    return {
        event_id
        for ids in chunked(event_ids)
        for event_id in connection.scalars(sa.select(event.c.event_id).where(event.c.event_id.in_(ids)))
    }


def _sent(connection: Connection, destinations: Iterable[str], since: datetime) -> Iterable[Sent]:
    """What came at once, or is to, since then; digests and what they tell do not count against a budget."""
    query = (
        sa.select(delivery.c.destination, event.c.rule, delivery.c.owner_id, delivery.c.created_at)
        .join_from(delivery, event, event.c.event_id == delivery.c.event_id)
        .where(delivery.c.created_at > since, delivery.c.digest_after.is_(None), delivery.c.lead_id != "")
    )
    for name in destinations:
        for row in connection.execute(query.where(delivery.c.destination == name)):
            yield Sent(row.destination, row.rule, row.owner_id, row.created_at)
