"""How leads leave: forgotten when they are closed (their memory stays), erased when the person or the row is gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.values import DeliveryStatus
from connector.store import engines
from connector.store.database import chunked
from connector.store.duemarks import check_accounts, leads_of, mark_due
from connector.store.notes import rollups_in_use
from connector.store.tables import (
    crossing,
    decision,
    delivery,
    event,
    former_lead,
    former_score,
    interaction,
    lead,
    mark,
    score,
)

_ABOUT_A_LEAD = (former_lead, former_score, interaction, mark, crossing, decision)


def forget(connection: Connection, lead_ids: Iterable[str]) -> set[str]:
    """Drop leads from the mirror with their due marks; return the leads that this makes due.

    Interactions, marks, crossings, the bare scores and when a lead was first seen stay, so that one which comes back
    (opened again, or read again by a user whose rights were mended) has its history, and what was announced is not
    announced anew.
    """
    gone = sorted(set(lead_ids))
    for ids in chunked(gone):
        _copy(connection, lead, former_lead, ids)
        _copy(connection, score, former_score, ids)
    return _drop(connection, gone)


def erase(connection: Connection, lead_ids: Iterable[str]) -> set[str]:
    """Drop leads with all that is known of them, and take back what was not sent; return whom this makes due.

    Of what was sent only the ids stay, so that nothing is sent twice.
    """
    gone = sorted(set(lead_ids))
    affected = _drop(connection, gone)
    for ids in chunked(gone):
        for table in _ABOUT_A_LEAD:
            connection.execute(sa.delete(table).where(table.c.lead_id.in_(ids)))
        connection.execute(
            sa.delete(delivery).where(delivery.c.lead_id.in_(ids), delivery.c.status != DeliveryStatus.DELIVERED.value)
        )
        connection.execute(sa.update(event).where(event.c.lead_id.in_(ids)).values(payload={}))
    return affected


def _copy(connection: Connection, table: sa.Table, former: sa.Table, lead_ids: Sequence[str]) -> None:
    """Keep of a table's rows what the table of former ones has columns for: a score, not what it was made of."""
    query = sa.select(*(table.c[column.name] for column in former.columns)).where(table.c.lead_id.in_(lead_ids))
    engines.upsert(connection, former, [dict(row) for row in connection.execute(query).mappings()])


def _drop(connection: Connection, lead_ids: Sequence[str]) -> set[str]:
    """Take leads out of the mirror, scores with them; return the leads that this makes due."""
    accounts: set[str] = set()
    for ids in chunked(lead_ids):
        accounts.update(
            connection.scalars(
                sa.select(lead.c.account_id).where(lead.c.lead_id.in_(ids), lead.c.account_id.is_not(None))
            )
        )
        connection.execute(sa.delete(lead).where(lead.c.lead_id.in_(ids)))
    check_accounts(connection, accounts)
    if not accounts or not rollups_in_use(connection):
        return set()
    affected = leads_of(connection, accounts)
    mark_due(connection, affected)
    return affected
