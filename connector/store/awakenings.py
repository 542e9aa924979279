"""What alerts remember of accounts, and who owns leads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.awakenings import AccountMemory, AccountSeen, Question
from connector.pipeline.owners import Owner
from connector.store import engines
from connector.store.database import AnyRow, Repository, chunked
from connector.store.following import FOLLOWED
from connector.store.tables import account_memory, interaction, lead, lead_owner


class Awakenings(Repository):
    """Fulfils `AwakeningStore`."""

    def accounts_seen(
        self, account_ids: Collection[str], question: Question, *, now: datetime
    ) -> Mapping[str, AccountSeen]:
        """How a rule sees these accounts, by account id; what machines did, and who refused tracking, do not count."""
        wanted = sorted(set(account_ids))
        with self._database.read() as connection:
            memories = _memories(connection, wanted, question)
            people = _people(connection, wanted, question, now)
        return {
            account_id: _seen(account_id, people.get(account_id, ()), question, now, memories.get(account_id))
            for account_id in wanted
        }


class Owners(Repository):
    """Fulfils `OwnerStore`."""

    def owners(self, owner_ids: Collection[str]) -> Mapping[str, Owner]:
        """Those of these owners that are kept."""
        with self._database.read() as connection:
            return {
                row.owner_id: Owner(row.owner_id, row.name, row.entra_id, row.read_at)
                for ids in chunked(sorted(set(owner_ids)))
                for row in connection.execute(sa.select(lead_owner).where(lead_owner.c.owner_id.in_(ids)))
            }

    def keep_owners(self, owners: Sequence[Owner]) -> None:
        """Keep owners as read, instead of what was kept of them."""
        rows = [
            {"owner_id": one.owner_id, "name": one.name, "entra_id": one.entra_id, "read_at": one.read_at}
            for one in sorted(owners, key=lambda one: one.owner_id)
        ]
        with self._database.write() as connection:
            engines.upsert(connection, lead_owner, rows)


def remember_accounts(connection: Connection, memories: Iterable[AccountMemory]) -> None:
    """Store what a look at accounts leaves; of one that was looked at for several leads the furthest counts.

    Those of another partition may have been looked at by another process: what it stored further stays.
    """
    latest: dict[tuple[str, str, str], AccountMemory] = {}
    for one in memories:
        key = (one.account_id, one.rule, one.rule_version)
        if key not in latest or one.ordinal >= latest[key].ordinal:
            latest[key] = one
    engines.upsert(
        connection,
        account_memory,
        [
            {
                "account_id": one.account_id,
                "rule": one.rule,
                "rule_version": one.rule_version,
                "awake": one.awake,
                "ordinal": one.ordinal,
                "woke_at": one.woke_at,
            }
            for _, one in sorted(latest.items())
        ],
        rising="ordinal",
    )


def _memories(connection: Connection, account_ids: Sequence[str], question: Question) -> dict[str, AccountMemory]:
    query = sa.select(account_memory).where(
        account_memory.c.rule == question.rule, account_memory.c.rule_version == question.rule_version
    )
    return {
        row.account_id: AccountMemory(row.account_id, row.rule, row.rule_version, row.awake, row.ordinal, row.woke_at)
        for ids in chunked(account_ids)
        for row in connection.execute(query.where(account_memory.c.account_id.in_(ids)))
    }


def _people(
    connection: Connection, account_ids: Sequence[str], question: Question, now: datetime
) -> dict[str, list[AnyRow]]:
    """For each lead that did something lately: when last up to now, when last up to the baseline, what comes next."""
    at, since = interaction.c.at, question.since or now
    query = (
        sa.select(
            lead.c.account_id,
            sa.func.max(sa.case((at <= now, at))).label("latest"),
            sa.func.max(sa.case((at <= since, at))).label("before"),
            sa.func.min(sa.case((at > now, at))).label("arrival"),
        )
        .join_from(lead, interaction, interaction.c.lead_id == lead.c.lead_id)
        .where(
            at > min(now, since) - question.within,
            interaction.c.machine.is_(False),
            FOLLOWED,
        )
        .group_by(lead.c.account_id, lead.c.lead_id)
    )
    found: dict[str, list[AnyRow]] = {}
    for ids in chunked(account_ids):
        for row in connection.execute(query.where(lead.c.account_id.in_(ids))):
            found.setdefault(row.account_id, []).append(row)
    return found


def _seen(
    account_id: str, people: Collection[AnyRow], question: Question, now: datetime, memory: AccountMemory | None
) -> AccountSeen:
    within, since = question.within, question.since
    engaged = [row.latest for row in people if row.latest is not None and row.latest > now - within]
    before = [row for row in people if since and row.before is not None and row.before > since - within]
    return AccountSeen(
        account_id,
        people=len(engaged),
        people_before=len(before),
        asleep_at=max(engaged) + within if engaged else None,
        arrival_at=min((row.arrival for row in people if row.arrival is not None), default=None),
        memory=memory,
    )
