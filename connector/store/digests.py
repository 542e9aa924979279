"""Digests: held alerts are told in one card, made once for each period, in the transaction that stores it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.announce import CardColumns
from connector.pipeline.digests import DIGEST, WEEKLY, Compose, Period, Told, told_of
from connector.pipeline.values import DeliveryStatus
from connector.store import engines
from connector.store.database import AnyRow, Repository, chunked
from connector.store.events import add_events, forget_told
from connector.store.tables import account, delivery, destination, digest, event, lead, score

_HELD = DeliveryStatus.HELD.value
_WAITS = (delivery.c.status == _HELD) & delivery.c.digest_after.is_not(None)
_ALERT = sa.select(
    delivery.c.seq, delivery.c.event_id, delivery.c.lead_id, delivery.c.created_at, event.c.rule, event.c.payload
).join_from(delivery, event, event.c.event_id == delivery.c.event_id)


class DigestCards(Repository):
    """Fulfils `DigestStore`."""

    def make_digest(self, period: Period, compose: Compose) -> str | None:
        """Tell what was held up to the slot in one card, all in one transaction; return its event id."""
        with self._database.write() as connection:
            if not self._begin(connection, period):
                return None
            rows = connection.execute(
                _ALERT.where(
                    _WAITS, delivery.c.destination == period.destination, delivery.c.digest_after <= period.slot
                ).order_by(delivery.c.seq)
            ).all()
            if not rows:
                return None
            told = [told_of(row.payload, row.lead_id, row.rule, row.created_at) for row in rows]
            event_id = _store(connection, period, compose, min(one.at for one in told), told)
            for seqs in chunked([row.seq for row in rows]):
                connection.execute(
                    sa.update(delivery)
                    .where(delivery.c.seq.in_(seqs))
                    .values(status=DeliveryStatus.DIGESTED.value, digest_id=event_id)
                )
            forget_told(connection, [row.event_id for row in rows])
            return event_id

    def make_summary(self, period: Period, compose: Compose, cards: CardColumns) -> str | None:
        """Tell what was announced since the last summary's slot, each lead as it is now; return the event id."""
        with self._database.write() as connection:
            if not self._begin(connection, period):
                return None
            since = connection.scalar(
                sa.select(sa.func.max(digest.c.slot)).where(
                    digest.c.kind == period.kind, digest.c.destination == period.destination
                )
            )
            told = [] if since is None else _announced(connection, period, since, cards)
            if since is None or not told:
                _note(connection, period, None, 0)
                return None
            return _store(connection, period, compose, since, told)

    def held_alerts(self, limit: int = 1000) -> Sequence[Mapping[str, object]]:
        """What waits for a digest, oldest first."""
        query = (
            sa.select(delivery, event.c.rule, event.c.payload)
            .join_from(delivery, event, event.c.event_id == delivery.c.event_id)
            .where(_WAITS)
            .order_by(delivery.c.seq)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [_shown(row) for row in connection.execute(query)]

    def _begin(self, connection: Connection, period: Period) -> bool:
        """Tell whether a period is still to be made, and keep others from making it meanwhile."""
        engines.insert_new(connection, destination, [{"name": period.destination, "paused": None, "paused_at": None}])
        connection.execute(
            sa.select(destination.c.name).where(destination.c.name == period.destination).with_for_update()
        )
        made = sa.exists().where(
            digest.c.kind == period.kind,
            digest.c.destination == period.destination,
            digest.c.slot >= period.slot,
        )
        return not connection.scalar(sa.select(made))


def _store(connection: Connection, period: Period, compose: Compose, since: datetime, told: Sequence[Told]) -> str:
    """The card enters the outbox, and its period is made."""
    card = compose(period, since, told)
    add_events(connection, [(card, period.slot)])
    _note(connection, period, card.event_id, len(told))
    return card.event_id


def _note(connection: Connection, period: Period, event_id: str | None, alerts: int) -> None:
    connection.execute(
        sa.insert(digest).values(
            kind=period.kind, destination=period.destination, slot=period.slot, event_id=event_id, alerts=alerts
        )
    )


def _announced(connection: Connection, period: Period, since: datetime, cards: CardColumns) -> list[Told]:
    """What went to a destination between two slots, at once or in a digest, with its leads as they are now."""
    rows = connection.execute(
        _ALERT.where(
            delivery.c.destination == period.destination,
            delivery.c.created_at > since,
            delivery.c.created_at <= period.slot,
            delivery.c.kind.not_in((DIGEST, WEEKLY)),
            delivery.c.lead_id != "",
        ).order_by(delivery.c.seq)
    ).all()
    leads = _leads(connection, sorted({row.lead_id for row in rows}))
    return [_as_now(row, leads.get(row.lead_id), cards) for row in rows]


def _leads(connection: Connection, lead_ids: Sequence[str]) -> dict[str, AnyRow]:
    """Mirrored leads, each with its best score; of those that left nothing is told but how many alerts there were."""
    query = (
        sa.select(
            lead.c.lead_id, lead.c.facts, account.c.facts.label("account"), score.c.score, score.c.grade, score.c.model
        )
        .select_from(
            lead.outerjoin(account, account.c.account_id == lead.c.account_id).outerjoin(
                score, score.c.lead_id == lead.c.lead_id
            )
        )
        .order_by(score.c.score, score.c.model)
    )
    return {
        row.lead_id: row
        for ids in chunked(lead_ids)
        for row in connection.execute(query.where(lead.c.lead_id.in_(ids)))
    }


def _as_now(row: AnyRow, found: AnyRow | None, cards: CardColumns) -> Told:
    rule = row.rule.partition(":")[2] or row.rule
    if found is None:
        return Told(row.lead_id, None, None, None, None, None, rule, row.created_at)
    company = (found.account or {}).get(cards.account_name) or found.facts.get(cards.company)
    name = found.facts.get(cards.name)
    return Told(row.lead_id, name, company, found.score, found.grade, found.model, rule, row.created_at)


def _shown(row: AnyRow) -> dict[str, object]:
    told = told_of(row.payload, row.lead_id, row.rule, row.created_at)
    return {
        "delivery_id": row.delivery_id,
        "event_id": row.event_id,
        "destination": row.destination,
        "rule": told.rule,
        "kind": row.kind,
        "lead_id": row.lead_id,
        "name": told.name,
        "company": told.company,
        "score": told.score,
        "grade": told.grade,
        "model": told.model,
        "owner_id": row.owner_id,
        "reason": row.reason,
        "created_at": row.created_at,
        "digest_after": row.digest_after,
    }
