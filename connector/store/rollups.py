"""Account roll-ups, counted from the mirror: open leads, and distinct leads engaged in the last 30 days.

Only accounts that are asked for are counted; each also says when its count changes with no new data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.store.database import chunked
from connector.store.following import FOLLOWED
from connector.store.tables import interaction, lead

ENGAGED_WITHIN = timedelta(days=30)


@dataclass(slots=True)
class Rollup:
    """One account's counts, and the earliest moment at which time alone changes one of them."""

    facts: dict[str, int] = field(default_factory=lambda: {"open_leads": 0, "engaged_people_30d": 0})
    change_at: datetime | None = None


def roll_up(connection: Connection, account_ids: Iterable[str], *, now: datetime) -> Mapping[str, Rollup]:
    """Count these accounts; not what machines did, nor who refused tracking. The window is (now - 30d, now]."""
    found = {account_id: Rollup() for account_id in account_ids}
    for ids in chunked(sorted(found)):
        counted = (
            sa.select(lead.c.account_id, sa.func.count()).where(lead.c.account_id.in_(ids)).group_by(lead.c.account_id)
        )
        for account_id, count in connection.execute(counted):
            found[account_id].facts["open_leads"] = count
        for account_id, latest, arrival in connection.execute(_engagement(ids, now)):
            _count_engaged(found[str(account_id)], latest, arrival)
    return found


def _engagement(account_ids: Iterable[str], now: datetime) -> sa.Select[str | None, datetime | None, datetime | None]:
    """For each engaged lead: its latest interaction up to now, and the next that is dated later."""
    at = interaction.c.at
    return (
        sa.select(
            lead.c.account_id,
            sa.func.max(sa.case((at <= now, at))),
            sa.func.min(sa.case((at > now, at))),
        )
        .join_from(lead, interaction, interaction.c.lead_id == lead.c.lead_id)
        .where(
            lead.c.account_id.in_(account_ids), at > now - ENGAGED_WITHIN, interaction.c.machine.is_(False), FOLLOWED
        )
        .group_by(lead.c.account_id, lead.c.lead_id)
    )


def _count_engaged(rollup: Rollup, latest: datetime | None, arrival: datetime | None) -> None:
    change_at = arrival
    if latest is not None:
        rollup.facts["engaged_people_30d"] += 1
        change_at = latest + ENGAGED_WITHIN
        if arrival is not None and arrival <= change_at:
            change_at = arrival + ENGAGED_WITHIN  # the person stays engaged at least until then
    if change_at is not None and (rollup.change_at is None or change_at < rollup.change_at):
        rollup.change_at = change_at
