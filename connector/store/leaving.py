"""How leads leave: forgotten when they are closed (their memory stays), erased when the person or the row is gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.digests import DIGEST, WEEKLY
from connector.pipeline.jobs import RELATED_ROW
from connector.pipeline.related import key_of_rows
from connector.pipeline.values import DeliveryStatus, RowKind, Table
from connector.store import engines, peoplekeys
from connector.store.database import chunked
from connector.store.duemarks import MANY, accounts_of, check_accounts, mark_neighbours
from connector.store.jobqueue import CANCELLED, DEAD, IS_OPEN
from connector.store.rowsets import among
from connector.store.tables import (
    crossing,
    decision,
    delivery,
    event,
    former_lead,
    former_score,
    interaction,
    job,
    lead,
    mark,
    merged,
    message_check,
    qualification_decision,
    score,
    score_change,
)

_ABOUT_A_LEAD = (
    former_lead,
    former_score,
    interaction,
    message_check,
    mark,
    crossing,
    decision,
    score_change,
    qualification_decision,
)
_UNSENT = tuple(
    status.value for status in DeliveryStatus if status not in {DeliveryStatus.DELIVERED, DeliveryStatus.DIGESTED}
)
_LEADS_MERGED = merged.c.table_name == Table.LEAD.value


def forget(connection: Connection, lead_ids: Iterable[str]) -> set[str]:
    """Drop leads from the mirror with their due marks; return the leads that this makes due.

    Interactions, marks, crossings, the bare scores and when a lead was first seen stay, so that one which comes back
    (opened again, or read again by a user whose rights were mended) has its history, and what was announced is not
    announced anew.
    """
    gone = sorted(set(lead_ids))
    for ids in chunked(gone, MANY):
        _copy(connection, lead, former_lead, ids)
        _copy(connection, score, former_score, ids)
    return _drop(connection, gone)


def erase(connection: Connection, lead_ids: Iterable[str]) -> set[str]:
    """Drop leads with all that is known of them, and take back what was not sent; return whom this makes due.

    Of what was sent only the ids stay, so that nothing is sent twice.
    """
    gone = sorted(set(lead_ids))
    peoplekeys.forget_waiting(connection, gone)
    affected = _drop(connection, gone)
    _untell(connection, gone)
    for ids in chunked(gone, MANY):
        for table in _ABOUT_A_LEAD:
            connection.execute(sa.delete(table).where(among(connection, table.c.lead_id, ids)))
        is_gone = among(connection, delivery.c.lead_id, ids)
        connection.execute(sa.delete(delivery).where(is_gone, delivery.c.status != DeliveryStatus.DELIVERED.value))
        connection.execute(sa.update(event).where(among(connection, event.c.lead_id, ids)).values(payload={}))
        _drop_rows(connection, ids)
        for column in (merged.c.row_id, merged.c.survivor_id):
            connection.execute(sa.delete(merged).where(_LEADS_MERGED, among(connection, column, ids)))
    return affected


def _untell(connection: Connection, lead_ids: Sequence[str]) -> None:
    """Take leads out of the digests and summaries that were not sent; how many alerts there were stays."""
    gone = set(lead_ids)
    query = (
        sa.select(event.c.event_id, event.c.payload)
        .join_from(delivery, event, event.c.event_id == delivery.c.event_id)
        .where(delivery.c.status.in_(_UNSENT), delivery.c.kind.in_((DIGEST, WEEKLY)))
        .order_by(event.c.event_id)
    )
    for row in connection.execute(query).all() if gone else ():
        told = row.payload.get("leads") or []
        kept = [one for one in told if one.get("id") not in gone]
        if len(kept) < len(told):
            shorter = {**row.payload, "leads": kept}
            connection.execute(sa.update(event).where(event.c.event_id == row.event_id).values(payload=shorter))


def _drop_rows(connection: Connection, lead_ids: Sequence[str]) -> None:
    """Drop the jobs of rows that were to be written beside leads; those that are done hold nothing of them."""
    keys = [key_of_rows(lead_id, kind) for lead_id in lead_ids for kind in RowKind]
    for waits in (IS_OPEN, job.c.status.in_((DEAD, CANCELLED))):
        connection.execute(sa.delete(job).where(job.c.kind == RELATED_ROW, waits, among(connection, job.c.key, keys)))


def _copy(connection: Connection, table: sa.Table, former: sa.Table, lead_ids: Sequence[str]) -> None:
    """Keep of a table's rows what the table of former ones has columns for: a score, not what it was made of."""
    columns = (table.c[column.name] for column in former.columns)
    query = sa.select(*columns).where(among(connection, table.c.lead_id, lead_ids))
    engines.upsert(connection, former, [dict(row) for row in connection.execute(query).mappings()])


def _drop(connection: Connection, lead_ids: Sequence[str]) -> set[str]:
    """Take leads out of the mirror, scores with them; return the leads that this makes due."""
    if not lead_ids:
        return set()
    accounts = accounts_of(connection, lead_ids)
    for ids in chunked(lead_ids, MANY):
        connection.execute(sa.delete(lead).where(among(connection, lead.c.lead_id, ids)))
    check_accounts(connection, accounts)
    return mark_neighbours(connection, accounts)
