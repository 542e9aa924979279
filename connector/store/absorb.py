"""A page of a pull becomes rows of the mirror, and the leads that it affects become due.

Everything goes in sets, whatever the size of the table; the cost follows the page. The transaction is the caller's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.values import AccountRow, ColumnNeeds, LeadRow, Table
from connector.store import leadrecords, peoplekeys
from connector.store.database import AnyRow, chunked
from connector.store.duemarks import (
    MANY,
    accounts_of,
    check_accounts,
    leads_of,
    mark_due,
    mark_neighbours,
)
from connector.store.fingerprints import account_digest, facts_writer
from connector.store.leadrecords import Recorded, Recorder, Written
from connector.store.leaving import erase, forget
from connector.store.leftout import leave_out
from connector.store.merging import merge_accounts, merge_leads, survivors
from connector.store.notes import counts_in_use, generation, remember_needs
from connector.store.rowsets import among, put, time_writer
from connector.store.tables import account, former_lead, lead

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
    written: Sequence[Written] = (),
) -> set[str]:
    """Store lead rows; return the leads that are affected. Closed, merged, opted-out and deleted ones leave.

    With `count` opted-out people count for the pull under way. `written` are the rows' columns, where that was done.
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
    facts = {row.lead_id: one for row, one in zip(rows, written, strict=bool(written))}
    affected |= _store_leads(connection, kept, needs, now, facts)
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


def _store_leads(
    connection: Connection,
    rows: Mapping[str, LeadRow],
    needs: ColumnNeeds,
    now: datetime,
    written: Mapping[str, Written],
) -> set[str]:
    known = _known(connection, lead, rows)
    fresh = rows.keys() - known.keys()
    seen = _first_seen(connection, fresh)
    merged = survivors(connection, Table.ACCOUNT, {row.account_id for row in rows.values() if row.account_id})
    recorder = Recorder(
        needs, generation(connection, Table.LEAD), now=now, time_of=time_writer(connection), written=written
    )
    affected = set(fresh)
    relinked: set[str | None] = set()  # accounts that a lead came to or left
    parts = list(chunked(sorted(rows), MANY))
    recorded = (recorder.record([rows[key] for key in keys], merged=merged, first_seen=seen) for keys in parts)
    for keys, part in zip(parts, _put_leads(connection, recorded, len(parts)), strict=True):
        relinked.update(_note_changes(keys, known, rows, part, affected))
    touched = {one for one in relinked if one}
    check_accounts(connection, touched)
    return affected | mark_neighbours(connection, touched, but=affected)


def _put_leads(connection: Connection, parts: Iterable[Recorded], count: int) -> Iterator[Recorded]:
    """Store records and yield them. The next ones are made while a driver is at work, which lets Python run."""
    store = partial(put, connection, lead, leadrecords.NAMES, update=leadrecords.AGAIN)
    if count <= 1:
        for part in parts:
            store(part.records)
            yield part
        return
    with ThreadPoolExecutor(1, "storing leads") as aside:
        storing: Future[None] | None = None
        for part in parts:
            if storing is not None:
                storing.result()
            storing = aside.submit(store, part.records)
            yield part
        if storing is not None:
            storing.result()


def _note_changes(
    keys: Sequence[str],
    known: Mapping[str, AnyRow],
    rows: Mapping[str, LeadRow],
    recorded: Recorded,
    affected: set[str],
) -> Iterator[str | None]:
    """Yield the accounts that leads came to or left, or whose people count otherwise now.

    Leads that the mirror knew otherwise are added to the affected.
    """
    for key, account_id, fingerprint in zip(keys, recorded.accounts, recorded.fingerprints, strict=True):
        before = known.get(key)
        if before is None:
            yield account_id
            continue
        if before.fingerprint != fingerprint:
            affected.add(key)
        if before.account_id != account_id:
            yield before.account_id
            yield account_id
        elif before.tracking != rows[key].tracking:  # what was done before counts no longer, or again
            yield account_id


def _first_seen(connection: Connection, lead_ids: Collection[str]) -> dict[str, datetime]:
    """When leads that come back were first seen; there they are former ones no more."""
    found: dict[str, datetime] = {}
    if not lead_ids or connection.scalar(sa.select(former_lead.c.lead_id).limit(1)) is None:
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
    what = [
        key,
        table.c.fingerprint,
        *([lead.c.account_id, lead.c.tracking] if table is lead else [table.c.generation]),
    ]
    found: dict[str, AnyRow] = {}
    for ids in chunked(sorted(keys), MANY):
        query = sa.select(*what).where(among(connection, key, ids)).order_by(key).with_for_update()
        found.update((row[0], row) for row in connection.execute(query))
    return found
