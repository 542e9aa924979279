"""Which leads are due: marks that the pipeline clears when a decision about the lead is committed.

A mark has a revision: what marks a lead again while it is being decided keeps it due.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.store.database import chunked
from connector.store.notes import rollups_in_use
from connector.store.rowsets import among, put
from connector.store.tables import account_check, lead

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Ids that one statement takes: a page, so that what a statement holds is bounded.
MANY = 5_000
MARKED: dict[Any, Any] = {lead.c.due: sa.true(), lead.c.due_rev: lead.c.due_rev + 1}


def first_revision(now: datetime) -> int:
    """The revision of a lead that enters the mirror: later than any that it had when it was here before."""
    since = now - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def mark_due(connection: Connection, lead_ids: Iterable[str]) -> int:
    """Mark these leads due, as far as they are mirrored; return how many are."""
    return sum(
        connection.execute(sa.update(lead).where(among(connection, lead.c.lead_id, ids)).values(MARKED)).rowcount
        for ids in chunked(sorted(set(lead_ids)), MANY)
    )


def mark_all_due(connection: Connection) -> int:
    """Mark every lead due; return how many."""
    return connection.execute(sa.update(lead).values(MARKED)).rowcount


def leads_of(connection: Connection, account_ids: Iterable[str]) -> set[str]:
    """The mirrored leads of these accounts."""
    found: set[str] = set()
    for ids in chunked(sorted(set(account_ids)), MANY):
        query = sa.select(lead.c.lead_id).where(among(connection, lead.c.account_id, ids))
        found.update(connection.scalars(query))
    return found


def accounts_of(connection: Connection, lead_ids: Iterable[str]) -> set[str]:
    """The accounts of these leads, as far as they are mirrored and linked."""
    found: set[str] = set()
    for ids in chunked(sorted(set(lead_ids)), MANY):
        query = sa.select(lead.c.account_id).where(
            among(connection, lead.c.lead_id, ids), lead.c.account_id.is_not(None)
        )
        found.update(connection.scalars(query))
    return found


def mark_neighbours(connection: Connection, account_ids: Iterable[str], *, but: Collection[str] = ()) -> set[str]:
    """Mark the leads of accounts whose roll-ups changed, where live models use them; return who they are."""
    wanted = set(account_ids)
    if not wanted or not rollups_in_use(connection):
        return set()
    affected = leads_of(connection, wanted).difference(but)
    mark_due(connection, affected)
    return affected


def check_accounts(connection: Connection, account_ids: Iterable[str]) -> None:
    """Remember accounts whose links changed: whether they are missing, or linked by nobody, is asked later."""
    put(connection, account_check, ("account_id",), [(one,) for one in sorted(set(account_ids))])
