"""Which leads are due: marks that the pipeline clears when a decision about the lead is committed.

A mark has a revision: what marks a lead again while it is being decided keeps it due.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.store import engines
from connector.store.database import chunked
from connector.store.tables import account_check, lead

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MARKED: dict[Any, Any] = {lead.c.due: sa.true(), lead.c.due_rev: lead.c.due_rev + 1}


def first_revision(now: datetime) -> int:
    """The revision of a lead that enters the mirror: later than any that it had when it was here before."""
    since = now - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def mark_due(connection: Connection, lead_ids: Iterable[str]) -> int:
    """Mark these leads due, as far as they are mirrored; return how many are."""
    return sum(
        connection.execute(sa.update(lead).where(lead.c.lead_id.in_(ids)).values(MARKED)).rowcount
        for ids in chunked(sorted(set(lead_ids)))
    )


def mark_all_due(connection: Connection) -> int:
    """Mark every lead due; return how many."""
    return connection.execute(sa.update(lead).values(MARKED)).rowcount


def leads_of(connection: Connection, account_ids: Iterable[str]) -> set[str]:
    """The mirrored leads of these accounts."""
    found: set[str] = set()
    for ids in chunked(sorted(set(account_ids))):
        found.update(connection.scalars(sa.select(lead.c.lead_id).where(lead.c.account_id.in_(ids))))
    return found


def check_accounts(connection: Connection, account_ids: Iterable[str]) -> None:
    """Remember accounts whose links changed: whether they are missing, or linked by nobody, is asked later."""
    engines.insert_new(connection, account_check, [{"account_id": one} for one in sorted(set(account_ids))])
