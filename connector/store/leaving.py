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
from connector.store.tables import crossing, decision, delivery, event, former_score, interaction, lead, mark, score

_ABOUT_A_LEAD = (former_score, interaction, mark, crossing, decision)


def forget(connection: Connection, lead_ids: Iterable[str]) -> set[str]:
    """Drop leads from the mirror with their due marks; return the leads that this makes due.

    Interactions, marks, crossings and the bare scores stay, so that a lead which comes back (opened again, or read
    again by a user whose rights were mended) has its history, and what was announced is not announced anew.
    """
    gone = sorted(set(lead_ids))
    for ids in chunked(gone):
        _keep_scores(connection, ids)
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


def _keep_scores(connection: Connection, lead_ids: Sequence[str]) -> None:
    """What a score was, without what it was made of."""
    kept = [score.c[column.name] for column in former_score.columns]
    rows = connection.execute(sa.select(*kept).where(score.c.lead_id.in_(lead_ids))).mappings()
    engines.upsert(connection, former_score, [dict(row) for row in rows])


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
