"""Rows that were merged into another one: a lead's interactions follow the survivor, an account's leads are relinked.

Which row survives is remembered, so that what still names the one that lost (an interaction that comes late, a lead
that was not read again) finds its way. The transaction is the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.values import ColumnNeeds, Table
from connector.store import engines, peoplekeys
from connector.store.database import chunked
from connector.store.duemarks import MANY, accounts_of, check_accounts, mark_due, mark_neighbours
from connector.store.fingerprints import lead_fingerprint, needed
from connector.store.leaving import erase
from connector.store.leftout import left_out, objected, suppress
from connector.store.rowsets import among, put
from connector.store.tables import account_memory, interaction, lead, merged

_NAMES = ("table_name", "row_id", "survivor_id")
_FOLLOW = sa.update(interaction).where(interaction.c.lead_id == sa.bindparam("loser"))
_RELINK = (
    sa.update(lead)
    .where(lead.c.lead_id == sa.bindparam("key"))
    .values(
        account_id=sa.bindparam("new_account"),
        fingerprint=sa.bindparam("new_fingerprint"),
        due=sa.true(),
        due_rev=lead.c.due_rev + 1,
    )
)


def survivors(connection: Connection, table: Table, row_ids: Iterable[str]) -> Mapping[str, str]:
    """The survivors of those of these rows that were merged into another one."""
    of_table = merged.c.table_name == table.value
    if connection.scalar(sa.select(merged.c.row_id).where(of_table).limit(1)) is None:
        return {}
    found: dict[str, str] = {}
    for ids in chunked(sorted(set(row_ids)), MANY):
        query = sa.select(merged.c.row_id, merged.c.survivor_id).where(
            of_table, among(connection, merged.c.row_id, ids)
        )
        found.update((row.row_id, row.survivor_id) for row in connection.execute(query))
    return found


def merge_leads(connection: Connection, pairs: Mapping[str, str], *, now: datetime) -> set[str]:
    """Let interactions of leads that were merged follow the survivors; return the leads that are affected.

    Whoever objected to us under the one has objected under the other. Of survivors who are left out nothing is kept.
    """
    final = _remember(connection, Table.LEAD, pairs)
    if not final:
        return set()
    refused = {final[loser] for loser in objected(connection, final)}
    affected: set[str] = set()
    if refused:
        suppress(connection, refused, now=now)
        peoplekeys.move_out(connection, refused)
        affected |= erase(connection, refused)
    silent = left_out(connection, final.values())
    moved = {loser: survivor for loser, survivor in final.items() if survivor not in silent}
    told: set[str] = set()
    for loser, survivor in sorted(moved.items()):
        if connection.execute(_FOLLOW.values(lead_id=survivor), {"loser": loser}).rowcount:
            told.add(survivor)
    dropped = sorted(final.keys() - moved.keys())
    for ids in chunked(dropped, MANY):
        connection.execute(sa.delete(interaction).where(among(connection, interaction.c.lead_id, ids)))
    mark_due(connection, told)
    return affected | told | mark_neighbours(connection, accounts_of(connection, told), but=told)


def merge_accounts(connection: Connection, pairs: Mapping[str, str], needs: ColumnNeeds) -> set[str]:
    """Link the leads of accounts that were merged to the survivors; return the leads that are affected."""
    final = _remember(connection, Table.ACCOUNT, pairs)
    links: dict[str, str | None] = {}
    for ids in chunked(sorted(final), MANY):
        query = sa.select(lead.c.lead_id, lead.c.account_id).where(among(connection, lead.c.account_id, ids))
        links.update((row.lead_id, final[row.account_id]) for row in connection.execute(query))
    _merge_memories(connection, final)
    return relink(connection, links, needs)


def _merge_memories(connection: Connection, final: Mapping[str, str]) -> None:
    """Let alerts remember of survivors what they remember of accounts that were merged: who was awake is no news."""
    known: dict[tuple[str, str, str], dict[str, Any]] = {}
    for ids in chunked(sorted({*final, *final.values()}), MANY):
        for row in connection.execute(
            sa.select(account_memory).where(among(connection, account_memory.c.account_id, ids))
        ):
            account_id = final.get(row.account_id, row.account_id)
            one = known.setdefault((account_id, row.rule, row.rule_version), {"awake": False, "ordinal": 0})
            one["awake"] |= row.awake
            one["woke_at"] = max(filter(None, (one.get("woke_at"), row.woke_at)), default=None)
            one["ordinal"] = max(one["ordinal"], row.ordinal)  # no awakening of the survivor had a higher one
    names = ("account_id", "rule", "rule_version")
    engines.upsert(
        connection,
        account_memory,
        [{**dict(zip(names, key, strict=True)), **one} for key, one in sorted(known.items())],
    )
    for ids in chunked(sorted(final), MANY):
        connection.execute(sa.delete(account_memory).where(among(connection, account_memory.c.account_id, ids)))


def follow_companies(connection: Connection, companies: Mapping[str, str | None], needs: ColumnNeeds) -> set[str]:
    """Link the leads whose account is a contact's company to what that is now; return the leads that are affected."""
    known = survivors(connection, Table.ACCOUNT, (one for one in companies.values() if one))
    links: dict[str, str | None] = {}
    for ids in chunked(sorted(companies), MANY):
        query = sa.select(lead.c.lead_id, lead.c.contact_id).where(among(connection, lead.c.contact_id, ids))
        for row in connection.execute(query):
            company = companies[row.contact_id]
            links[row.lead_id] = known.get(company, company) if company else None
    return relink(connection, links, needs)


def relink(connection: Connection, links: Mapping[str, str | None], needs: ColumnNeeds) -> set[str]:
    """Link leads to these accounts and mark those due whose account is another one now; return the leads affected."""
    changes = []
    touched: set[str] = set()
    for ids in chunked(sorted(links), MANY):
        for row in connection.execute(sa.select(lead).where(among(connection, lead.c.lead_id, ids)).with_for_update()):
            account_id = links[row.lead_id]
            if row.account_id == account_id:
                continue
            touched.update(one for one in (row.account_id, account_id) if one)
            fingerprint = lead_fingerprint(
                needed(row.facts, needs.lead),
                needs.own,
                account_id=account_id,
                status_reason=row.status_reason,
                marked_ready=row.marked_ready,
                tracking=row.tracking,
            )
            changes.append({"key": row.lead_id, "new_account": account_id, "new_fingerprint": fingerprint})
    if not changes:
        return set()
    connection.execute(_RELINK, changes)
    check_accounts(connection, touched)
    affected = {str(change["key"]) for change in changes}
    return affected | mark_neighbours(connection, touched, but=affected)


def _remember(connection: Connection, table: Table, pairs: Mapping[str, str]) -> dict[str, str]:
    """Remember who was merged into whom, so that every survivor is the last one; return these rows' survivors.

    A row merged into itself, or in a circle, is not merged.
    """
    if not pairs:
        return {}
    known = {**survivors(connection, table, pairs.values()), **pairs}
    final = {row_id: last for row_id in pairs if (last := _last(row_id, known)) is not None}
    put(
        connection,
        merged,
        _NAMES,
        [(table.value, row_id, survivor) for row_id, survivor in sorted(final.items())],
        update=("survivor_id = excluded.survivor_id",),
    )
    for row_id, survivor in sorted(final.items()):
        query = sa.update(merged).where(merged.c.table_name == table.value, merged.c.survivor_id == row_id)
        connection.execute(query.values(survivor_id=survivor))
    return final


def _last(row_id: str, known: Mapping[str, str]) -> str | None:
    """The end of a chain of merges; None for a circle."""
    met = {row_id}
    last = known[row_id]
    while last in known:
        if last in met:
            return None
        met.add(last)
        last = known[last]
    return None if last in met else last
