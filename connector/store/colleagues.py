"""The people of accounts, read from the mirror for the counts that live documents ask for beyond the usual ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.colleagues import Colleague, People, counts_of
from connector.store.database import chunked
from connector.store.following import FOLLOWED
from connector.store.notes import counts_in_use
from connector.store.tables import interaction, lead


def load_people(connection: Connection, account_ids: Iterable[str], *, now: datetime) -> Mapping[str, People]:
    """The people of these accounts; empty where nothing is counted over them.

    What machines did, and who refused tracking, do not count.
    """
    counts, title = counts_in_use(connection)
    wanted = sorted(set(account_ids)) if counts else []
    found: defaultdict[str, list[Colleague]] = defaultdict(list)
    for ids in chunked(wanted):
        deeds = _deeds(connection, ids, now, _longest(counts))
        columns = [lead.c.account_id, lead.c.lead_id, *([lead.c.facts] if title else [])]
        query = sa.select(*columns).where(lead.c.account_id.in_(ids)).order_by(lead.c.lead_id)
        for row in connection.execute(query):
            said = row.facts.get(title) if title else None
            last_at, next_at = deeds.get(row.lead_id, (None, None))
            found[row.account_id].append(
                Colleague(row.lead_id, said if isinstance(said, str) else None, last_at, next_at)
            )
    return {account_id: People(tuple(counts), tuple(people)) for account_id, people in found.items()}


def _deeds(
    connection: Connection, account_ids: Sequence[str], now: datetime, within: timedelta | None
) -> Mapping[str, tuple[datetime | None, datetime | None]]:
    """For each lead that did something: its latest deed up to now, and the next that is dated later."""
    at = interaction.c.at
    query = (
        sa.select(lead.c.lead_id, sa.func.max(sa.case((at <= now, at))), sa.func.min(sa.case((at > now, at))))
        .join_from(lead, interaction, interaction.c.lead_id == lead.c.lead_id)
        .where(lead.c.account_id.in_(account_ids), interaction.c.machine.is_(False), FOLLOWED)
        .group_by(lead.c.lead_id)
    )
    if within is not None:
        query = query.where(at > now - within)
    return {lead_id: (last_at, next_at) for lead_id, last_at, next_at in connection.execute(query)}


def _longest(counts: Iterable[str]) -> timedelta | None:
    """The longest window of these counts; None where one has none."""
    windows = [count.within for count in counts_of(counts) if count.is_engaged]
    return max((one for one in windows if one is not None), default=timedelta(0)) if None not in windows else None
