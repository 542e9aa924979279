"""A page of a pull becomes rows of the mirror, and the leads that it affects become due.

Everything goes in sets, whatever the size of the table; the cost follows the page. The transaction is the caller's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.values import AccountRow, ColumnNeeds, LeadRow, Table
from connector.store import peoplekeys
from connector.store.database import AnyRow, chunked
from connector.store.duemarks import (
    MANY,
    accounts_of,
    check_accounts,
    first_revision,
    leads_of,
    mark_due,
    mark_neighbours,
)
from connector.store.fingerprints import account_digest, facts_writer, lead_digest
from connector.store.leaving import erase, forget
from connector.store.leftout import leave_out
from connector.store.merging import merge_accounts, merge_leads, survivors
from connector.store.notes import counts_in_use, generation, remember_needs
from connector.store.rowsets import among, cleaner, put, time_writer
from connector.store.tables import account, former_lead, lead

_LEAD = (
    "lead_id",
    "etag",
    "facts",
    "account_id",
    "contact_id",
    "status_reason",
    "marked_ready",
    "tracking",
    "modified_at",
    "fingerprint",
    "generation",
    "due",
    "due_rev",
    "first_seen_at",
)
_KEPT = frozenset({"lead_id", "due", "due_rev", "first_seen_at"})
_IS_ANOTHER = "lead.fingerprint <> excluded.fingerprint"
_LEAD_AGAIN = (
    *(f"{name} = excluded.{name}" for name in _LEAD if name not in _KEPT),
    f"due = (lead.due OR {_IS_ANOTHER})",
    f"due_rev = lead.due_rev + CASE WHEN {_IS_ANOTHER} THEN 1 ELSE 0 END",
)
_ACCOUNT = ("account_id", "facts", "fingerprint", "generation")
_ACCOUNT_AGAIN = tuple(f"{name} = excluded.{name}" for name in _ACCOUNT if name != "account_id")


def absorb_leads(
    connection: Connection,
    rows: Sequence[LeadRow],
    deleted: Sequence[str],
    needs: ColumnNeeds,
    *,
    now: datetime,
    count: bool,
) -> set[str]:
    """Store lead rows; return the leads that are affected. Closed, merged, opted-out and deleted ones leave.

    With `count` opted-out people count for the pull under way.
    """
    remember_needs(connection, needs)
    latest = {row.lead_id: row for row in rows}
    left_out = leave_out(connection, latest.values(), now=now, count=count)
    kept = {key: row for key, row in latest.items() if row.is_open and key not in left_out}
    closed = latest.keys() - kept.keys() - left_out
    # Also of those who objected with us: their objection goes with the person. Who opted out takes everything along.
    pairs = {
        key: row.merged_into for key, row in latest.items() if row.merged_into and not (row.is_open or row.opted_out)
    }
    peoplekeys.keep_out(connection, [latest[key] for key in sorted(left_out)], needs.keys)
    affected = erase(connection, left_out | (set(deleted) - latest.keys()))
    affected |= forget(connection, closed)
    affected |= _store_leads(connection, kept, needs, now)
    if counts_in_use(connection)[1]:  # a colleague's title may be what a count is about
        affected |= mark_neighbours(connection, accounts_of(connection, affected & kept.keys()), but=affected)
    peoplekeys.remember(connection, kept.values(), needs.keys)
    return affected | merge_leads(connection, pairs, now=now)


def absorb_accounts(
    connection: Connection, rows: Sequence[AccountRow], deleted: Sequence[str], needs: ColumnNeeds
) -> set[str]:
    """Store account rows; return the leads that are affected: those of accounts that changed, came, went or merged."""
    remember_needs(connection, needs)
    latest = {row.account_id: row for row in rows}
    pairs = {key: row.merged_into for key, row in latest.items() if row.merged_into}
    kept = {key: row for key, row in latest.items() if key not in pairs}
    known = _known(connection, account, kept)
    current = generation(connection, Table.ACCOUNT)
    write = facts_writer(needs.account)
    stored: list[tuple[object, ...]] = []
    touched: set[str] = set()
    for key in sorted(kept):
        text, looked_at = write(kept[key].columns)
        fingerprint = account_digest(looked_at)
        before = known.get(key)
        if before is None or before.fingerprint != fingerprint:
            touched.add(key)
        elif before.generation == current:
            continue
        stored.append((key, text, fingerprint, current))
    put(connection, account, _ACCOUNT, stored, update=_ACCOUNT_AGAIN)
    check_accounts(connection, kept.keys() - known.keys())
    affected = leads_of(connection, touched)
    mark_due(connection, affected)
    affected |= merge_accounts(connection, pairs, needs)
    return affected | drop_accounts(connection, sorted((set(deleted) - latest.keys()) | pairs.keys()))


def drop_accounts(connection: Connection, account_ids: Sequence[str]) -> set[str]:
    """Drop accounts that no longer exist; return the leads that are affected."""
    if not account_ids:
        return set()
    for ids in chunked(account_ids, MANY):
        connection.execute(sa.delete(account).where(among(connection, account.c.account_id, ids)))
    check_accounts(connection, account_ids)
    affected = leads_of(connection, account_ids)
    mark_due(connection, affected)
    return affected


def see(connection: Connection, table: Table, row_ids: Sequence[str]) -> None:
    """Note for the sweep that these rows are there: of a read of ids alone."""
    of = lead if table is Table.LEAD else account
    key = next(iter(of.primary_key))
    current = generation(connection, table)
    for ids in chunked(row_ids, MANY):
        is_seen = among(connection, key, ids)
        connection.execute(sa.update(of).where(is_seen, of.c.generation != current).values(generation=current))


def sweep(connection: Connection, table: Table) -> set[str]:
    """End a full read: what it did not meet is gone; return the leads that are affected."""
    current = generation(connection, table)
    if table is Table.LEAD:
        return forget(connection, connection.scalars(sa.select(lead.c.lead_id).where(lead.c.generation != current)))
    gone = connection.scalars(sa.select(account.c.account_id).where(account.c.generation != current))
    return drop_accounts(connection, list(gone))


def _store_leads(connection: Connection, rows: Mapping[str, LeadRow], needs: ColumnNeeds, now: datetime) -> set[str]:
    known = _known(connection, lead, rows)
    fresh = rows.keys() - known.keys()
    seen = _first_seen(connection, fresh)
    merged = survivors(connection, Table.ACCOUNT, {row.account_id for row in rows.values() if row.account_id})
    current, write = generation(connection, Table.LEAD), facts_writer(needs.lead, needs.own)
    written, revision = time_writer(connection), first_revision(now)
    first = written(now)
    stored: list[tuple[object, ...]] = []
    affected: set[str] = set()
    links: set[str | None] = set()  # accounts that a lead came to or left
    tidy = cleaner(
        text for row in rows.values() for text in (row.lead_id, row.etag, row.account_id or "", row.contact_id or "")
    )
    for key in sorted(rows):
        row, before = rows[key], known.get(key)
        linked = tidy(row.account_id) if row.account_id else None
        account_id = merged.get(linked, linked) if linked else None
        text, looked_at = write(row.columns)
        fingerprint = lead_digest(looked_at, account_id, row.status_reason, row.marked_ready, row.tracking)
        if before is None or before.fingerprint != fingerprint:
            affected.add(key)
        old_account = before.account_id if before is not None else None
        if old_account != account_id:
            links |= {old_account, account_id}
        stored.append(
            (
                tidy(key),
                tidy(row.etag),
                text,
                account_id,
                tidy(row.contact_id) if row.contact_id else None,
                row.status_reason,
                row.marked_ready,
                row.tracking,
                written(row.modified_at),
                fingerprint,
                current,
                True,
                revision,
                written(seen[key]) if key in seen else first,
            )
        )
    put(connection, lead, _LEAD, stored, update=_LEAD_AGAIN)
    relinked = {one for one in links if one}
    check_accounts(connection, relinked)
    return affected | mark_neighbours(connection, relinked, but=affected)


def _first_seen(connection: Connection, lead_ids: Collection[str]) -> dict[str, datetime]:
    """When leads that come back were first seen; there they are former ones no more."""
    found: dict[str, datetime] = {}
    if connection.scalar(sa.select(former_lead.c.lead_id).limit(1)) is None:
        return found
    for ids in chunked(sorted(lead_ids), MANY):
        came_back = among(connection, former_lead.c.lead_id, ids)
        found.update(
            (row.lead_id, row.first_seen_at) for row in connection.execute(sa.select(former_lead).where(came_back))
        )
        connection.execute(sa.delete(former_lead).where(came_back))
    return found


def _known(connection: Connection, table: sa.Table, keys: Collection[str]) -> dict[str, AnyRow]:
    """What the mirror holds of these keys, as far as it decides what is done, locked in the order of the keys."""
    key = next(iter(table.primary_key))
    what = [key, table.c.fingerprint, table.c.account_id if table is lead else table.c.generation]
    found: dict[str, AnyRow] = {}
    for ids in chunked(sorted(keys), MANY):
        query = sa.select(*what).where(among(connection, key, ids)).order_by(key).with_for_update()
        found.update((row[0], row) for row in connection.execute(query))
    return found
