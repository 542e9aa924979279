"""Messages that got or lost rows are judged: which of their clicks and opens are a machine's. In one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.sources.machine import AGENTS, Touch, judge
from connector.pipeline.sources.mapping import MachineRules, Role
from connector.store.database import AnyRow
from connector.store.rowsets import among
from connector.store.sightings import affect
from connector.store.tables import interaction, interaction_source, message_check

MOST = 2_000  # messages at a time
_LOOKED_AT = tuple(
    interaction.c[name]
    for name in ("interaction_id", "lead_id", "message", "role", "at", "link", "said", "machine", "machine_reason")
)
_DONE = sa.delete(message_check).where(
    message_check.c.lead_id == sa.bindparam("lead"), message_check.c.message == sa.bindparam("of_message")
)
_UPDATE = (
    sa.update(interaction)
    .where(interaction.c.interaction_id == sa.bindparam("key"))
    .values(machine=sa.bindparam("new_machine"), machine_reason=sa.bindparam("new_reason"))
)


def is_judged(connection: Connection) -> bool:
    """Tell whether no message waits to be judged."""
    return connection.execute(sa.select(message_check.c.lead_id).limit(1)).first() is None


def judge_some(connection: Connection, leads: Collection[str] | None = None) -> tuple[int, int]:
    """Judge some of the messages (of these leads only) that wait; return how many did, and how many marks changed."""
    query = sa.select(message_check).limit(MOST)
    if leads is not None:
        query = query.where(among(connection, message_check.c.lead_id, leads))
    checks = connection.execute(query).all()
    if not checks:
        return 0, 0
    wanted = {(row.lead_id, row.message) for row in checks}
    messages: defaultdict[tuple[str, str], list[AnyRow]] = defaultdict(list)
    rows_of = sa.select(*_LOOKED_AT).where(
        among(connection, interaction.c.lead_id, {lead_id for lead_id, _ in wanted}),
        among(connection, interaction.c.message, {message for _, message in wanted}),
    )
    for row in connection.execute(rows_of):
        if (row.lead_id, row.message) in wanted:
            messages[row.lead_id, row.message].append(row)
    rules = _rules(connection)
    usual = MachineRules(agents=AGENTS)
    changes: list[dict[str, Any]] = []
    affected: set[str] = set()
    for (lead_id, message), rows in messages.items():
        marks = judge(map(_touch, rows), rules.get(message.partition(":")[0], usual))
        for row in rows:
            reason = marks.get(row.interaction_id)
            if (row.machine, row.machine_reason) != (reason is not None, reason):
                changes.append({"key": row.interaction_id, "new_machine": reason is not None, "new_reason": reason})
                affected.add(lead_id)
    if changes:
        connection.execute(_UPDATE, changes)
    affect(connection, {(lead_id, None) for lead_id in affected})
    connection.execute(_DONE, [{"lead": lead_id, "of_message": message} for lead_id, message in sorted(wanted)])
    return len(checks), len(changes)


def dump_rules(rules: MachineRules) -> dict[str, Any]:
    """Rules as JSON-shaped data."""
    return {
        "burst_links": rules.burst_links,
        "burst_within_s": rules.burst_within.total_seconds(),
        "same_second": rules.same_second,
        "too_soon_s": rules.too_soon.total_seconds(),
        "needs_delivery": rules.needs_delivery,
    }


def _load_rules(data: Mapping[str, Any]) -> MachineRules:
    """Rules as `judge` needs them: what browsers call themselves was looked at when the rows were read."""
    return MachineRules(
        burst_links=data["burst_links"],
        burst_within=timedelta(seconds=data["burst_within_s"]),
        same_second=data["same_second"],
        too_soon=timedelta(seconds=data["too_soon_s"]),
        needs_delivery=data["needs_delivery"],
    )


def _rules(connection: Connection) -> Mapping[str, MachineRules]:
    return {row.name: _load_rules(row.rules) for row in connection.execute(sa.select(interaction_source))}


def _touch(row: AnyRow) -> Touch:
    return Touch(row.interaction_id, Role(row.role), row.at, row.link or "", row.said or "")
