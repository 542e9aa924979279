"""A page of a pull becomes rows of the mirror, and the leads that it affects become due.

Everything goes in batches; the cost follows the page. The transaction is the caller's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.values import AccountRow, ColumnNeeds, LeadRow, Table
from connector.store import engines
from connector.store.database import AnyRow, chunked
from connector.store.duemarks import check_accounts, first_revision, leads_of, mark_due
from connector.store.fingerprints import account_fingerprint, lead_fingerprint, needed
from connector.store.leaving import erase, forget
from connector.store.leftout import leave_out
from connector.store.notes import generation, remember_needs, rollups_in_use
from connector.store.tables import account, former_lead, lead

_UPDATE_LEAD = (
    sa.update(lead)
    .where(lead.c.lead_id == sa.bindparam("key"))
    .values(
        {
            name: sa.bindparam(f"new_{name}")
            for name in (
                "etag",
                "facts",
                "account_id",
                "status_reason",
                "marked_ready",
                "tracking",
                "modified_at",
                "fingerprint",
                "generation",
                "due",
                "due_rev",
            )
        }
    )
)
_UPDATE_ACCOUNT = (
    sa.update(account)
    .where(account.c.account_id == sa.bindparam("key"))
    .values({name: sa.bindparam(f"new_{name}") for name in ("facts", "fingerprint", "generation")})
)


def absorb_leads(
    connection: Connection,
    rows: Sequence[LeadRow],
    deleted: Sequence[str],
    needs: ColumnNeeds,
    *,
    now: datetime,
    count: bool,
) -> set[str]:
    """Store lead rows; return the leads that are affected. Closed, opted-out and deleted ones leave.

    With `count` opted-out people count for the pull under way.
    """
    remember_needs(connection, needs)
    latest = {row.lead_id: row for row in rows}
    left_out = leave_out(connection, latest.values(), now=now, count=count)
    kept = {key: row for key, row in latest.items() if row.is_open and key not in left_out}
    affected = erase(connection, left_out | (set(deleted) - latest.keys()))
    affected |= forget(connection, latest.keys() - kept.keys() - left_out)
    affected |= _store_leads(connection, kept, needs, now)
    return affected


def absorb_accounts(
    connection: Connection, rows: Sequence[AccountRow], deleted: Sequence[str], needs: ColumnNeeds
) -> set[str]:
    """Store account rows; return the leads that are affected: those of accounts that changed, came or went."""
    remember_needs(connection, needs)
    latest = {row.account_id: row for row in rows}
    known = _known(connection, account, list(latest))
    current = generation(connection, Table.ACCOUNT)
    fresh: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    touched: set[str] = set()
    for key, row in latest.items():
        facts = needed(row.columns, needs.account)
        fingerprint = account_fingerprint(facts)
        before = known.get(key)
        values = {"facts": facts, "fingerprint": fingerprint, "generation": current}
        if before is None:
            fresh.append({"account_id": key, **values})
        elif before.fingerprint != fingerprint or before.generation != current:
            changed.append({"key": key, **{f"new_{name}": value for name, value in values.items()}})
        if before is None or before.fingerprint != fingerprint:
            touched.add(key)
    engines.upsert(connection, account, fresh)
    if changed:
        connection.execute(_UPDATE_ACCOUNT, changed)
    check_accounts(connection, (row["account_id"] for row in fresh))
    affected = leads_of(connection, touched)
    mark_due(connection, affected)
    return affected | drop_accounts(connection, sorted(set(deleted) - latest.keys()))


def drop_accounts(connection: Connection, account_ids: Sequence[str]) -> set[str]:
    """Drop accounts that no longer exist; return the leads that are affected."""
    for ids in chunked(account_ids):
        connection.execute(sa.delete(account).where(account.c.account_id.in_(ids)))
    check_accounts(connection, account_ids)
    affected = leads_of(connection, account_ids)
    mark_due(connection, affected)
    return affected


def sweep(connection: Connection, table: Table) -> set[str]:
    """End a full read: what it did not meet is gone; return the leads that are affected."""
    current = generation(connection, table)
    if table is Table.LEAD:
        return forget(connection, connection.scalars(sa.select(lead.c.lead_id).where(lead.c.generation != current)))
    gone = connection.scalars(sa.select(account.c.account_id).where(account.c.generation != current))
    return drop_accounts(connection, list(gone))


def _store_leads(connection: Connection, rows: dict[str, LeadRow], needs: ColumnNeeds, now: datetime) -> set[str]:
    known = _known(connection, lead, list(rows))
    seen = _first_seen(connection, rows.keys() - known.keys())
    current = generation(connection, Table.LEAD)
    fresh: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    affected: set[str] = set()
    relinked: set[str] = set()  # accounts that a lead came to or left
    for key, row in rows.items():
        before = known.get(key)
        values = _values(row, needs, current)
        is_changed = before is None or before.fingerprint != values["fingerprint"]
        if is_changed:
            affected.add(key)
        old_account = before.account_id if before is not None else None
        if old_account != row.account_id:
            relinked.update(one for one in (old_account, row.account_id) if one)
        if before is None:
            revision = first_revision(now)
            values |= {"due": True, "due_rev": revision, "next_change_at": None}
            fresh.append({"lead_id": key, "first_seen_at": seen.get(key, now), **values})
            continue
        values |= {"due": before.due or is_changed, "due_rev": before.due_rev + is_changed}
        changed.append({"key": key, **{f"new_{name}": value for name, value in values.items()}})
    engines.upsert(connection, lead, fresh)
    if changed:
        connection.execute(_UPDATE_LEAD, changed)
    check_accounts(connection, relinked)
    if relinked and rollups_in_use(connection):
        others = leads_of(connection, relinked) - affected
        mark_due(connection, others)
        affected |= others
    return affected


def _values(row: LeadRow, needs: ColumnNeeds, current: int) -> dict[str, Any]:
    facts = needed(row.columns, needs.lead)
    return {
        "etag": row.etag,
        "facts": facts,
        "account_id": row.account_id,
        "status_reason": row.status_reason,
        "marked_ready": row.marked_ready,
        "tracking": row.tracking,
        "modified_at": row.modified_at,
        "fingerprint": lead_fingerprint(
            facts,
            needs.own,
            account_id=row.account_id,
            status_reason=row.status_reason,
            marked_ready=row.marked_ready,
            tracking=row.tracking,
        ),
        "generation": current,
    }


def _first_seen(connection: Connection, lead_ids: Collection[str]) -> dict[str, datetime]:
    """When leads that come back were first seen; there they are former ones no more."""
    found: dict[str, datetime] = {}
    for ids in chunked(sorted(lead_ids)):
        came_back = former_lead.c.lead_id.in_(ids)
        found.update(
            (row.lead_id, row.first_seen_at) for row in connection.execute(sa.select(former_lead).where(came_back))
        )
        connection.execute(sa.delete(former_lead).where(came_back))
    return found


def _known(connection: Connection, table: sa.Table, keys: Sequence[str]) -> dict[str, AnyRow]:
    """What the mirror holds of these keys, but for the facts."""
    key = next(iter(table.primary_key))
    columns = [column for column in table.columns if column.name != "facts"]
    found: dict[str, AnyRow] = {}
    for ids in chunked(sorted(keys)):
        for row in connection.execute(sa.select(*columns).where(key.in_(ids)).order_by(key).with_for_update()):
            found[row[0]] = row
    return found
