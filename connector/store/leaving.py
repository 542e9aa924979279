"""How leads leave: forgotten when they are closed (their history stays), erased when the person or the row is gone."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.values import DeliveryStatus
from connector.store.database import chunked
from connector.store.duemarks import check_accounts, leads_of, mark_due
from connector.store.notes import rollups_in_use
from connector.store.tables import crossing, decision, delivery, event, interaction, lead, mark


def forget(connection: Connection, lead_ids: Iterable[str]) -> set[str]:
    """Drop leads from the mirror with their scores and due marks; return the leads that this makes due.

    Interactions, marks and crossings stay, so that a lead which is opened again has its history and no second card.
    """
    gone = sorted(set(lead_ids))
    accounts: set[str] = set()
    for ids in chunked(gone):
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


def erase(connection: Connection, lead_ids: Iterable[str]) -> set[str]:
    """Forget leads with all that is known of them, and take back what was not sent; return whom this makes due.

    Of what was sent only the ids stay, so that nothing is sent twice.
    """
    gone = sorted(set(lead_ids))
    affected = forget(connection, gone)
    for ids in chunked(gone):
        for table in (interaction, mark, crossing, decision):
            connection.execute(sa.delete(table).where(table.c.lead_id.in_(ids)))
        connection.execute(
            sa.delete(delivery).where(delivery.c.lead_id.in_(ids), delivery.c.status != DeliveryStatus.DELIVERED.value)
        )
        connection.execute(sa.update(event).where(event.c.lead_id.in_(ids)).values(payload={}))
    return affected
