"""Rows of the mirror become dossiers: a constant number of queries for any number of leads (cut into chunks)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.qualifications import Remembered
from connector.pipeline.sources.rows import TRACKING_REFUSED
from connector.pipeline.values import AccountRow, Crossing, Dossier, Interaction, LeadRow, Mark, StoredScore
from connector.store.colleagues import load_people
from connector.store.database import AnyRow, chunked
from connector.store.notes import rollups_in_use
from connector.store.rollups import Rollup, roll_up
from connector.store.tables import account, crossing, former_score, interaction, mark, score


def load_dossiers(connection: Connection, leads: Sequence[AnyRow], *, now: datetime) -> list[Dossier]:
    """Dossiers of these rows of the `lead` table, in their order."""
    ids = [row.lead_id for row in leads]
    account_ids = sorted({row.account_id for row in leads if row.account_id is not None})
    accounts = _accounts(connection, account_ids)
    interactions = _by_lead(connection, interaction, ids, interaction.c.at, interaction.c.interaction_id)
    former = _by_lead(connection, former_score, ids)
    scores = _by_lead(connection, score, ids)
    crossings = _by_lead(connection, crossing, ids)
    marks = _by_lead(connection, mark, ids, mark.c.marked_at, mark.c.qualification)
    rollups = roll_up(connection, account_ids, now=now) if rollups_in_use(connection) else {}
    people = load_people(connection, account_ids, now=now)
    return [
        Dossier(
            lead=_lead(row, interactions[row.lead_id]),
            account=accounts.get(row.account_id),
            interactions=tuple(_interaction(one) for one in interactions[row.lead_id] if one.type != TRACKING_REFUSED),
            rollups=rollup.facts if rollup else {},
            rollups_change_at=rollup.change_at if rollup else None,
            scores={one.model: _score(one) for one in [*former[row.lead_id], *scores[row.lead_id]]},
            crossings={(one.rule, one.rule_version): _crossing(one) for one in crossings[row.lead_id]},
            marks=tuple(Mark(one.qualification, one.version, one.marked_at) for one in marks[row.lead_id]),
            suppressed=False,  # suppressed leads are never mirrored
            due_rev=row.due_rev,
            first_seen_at=row.first_seen_at,
            people=people.get(row.account_id),
        )
        for row, rollup in _with_rollups(leads, rollups)
    ]


def load_remembered(connection: Connection, lead_ids: Sequence[str]) -> dict[str, Remembered]:
    """What is kept of leads that are not mirrored, whether anything is or not."""
    interactions = _by_lead(connection, interaction, lead_ids, interaction.c.at, interaction.c.interaction_id)
    scores = _by_lead(connection, former_score, lead_ids)
    marks = _by_lead(connection, mark, lead_ids, mark.c.marked_at, mark.c.qualification)
    return {
        one: Remembered(
            tuple(_interaction(row) for row in interactions[one] if row.type != TRACKING_REFUSED),
            {row.model: _score(row) for row in scores[one]},
            tuple(Mark(row.qualification, row.version, row.marked_at) for row in marks[one]),
        )
        for one in lead_ids
    }


def _with_rollups(leads: Sequence[AnyRow], rollups: Mapping[str, Rollup]) -> list[tuple[AnyRow, Rollup | None]]:
    return [(row, rollups.get(row.account_id)) for row in leads]


def _accounts(connection: Connection, account_ids: Sequence[str]) -> dict[str, AccountRow]:
    query = sa.select(account.c.account_id, account.c.facts)
    return {
        row.account_id: AccountRow(row.account_id, row.facts)
        for ids in chunked(account_ids)
        for row in connection.execute(query.where(account.c.account_id.in_(ids)))
    }


def _by_lead(
    connection: Connection, table: sa.Table, lead_ids: Sequence[str], *order: sa.ColumnElement[object]
) -> Mapping[str, list[AnyRow]]:
    found: defaultdict[str, list[AnyRow]] = defaultdict(list)
    for ids in chunked(lead_ids):
        for row in connection.execute(sa.select(table).where(table.c.lead_id.in_(ids)).order_by(*order)):
            found[row.lead_id].append(row)
    return found


def _lead(row: AnyRow, interactions: Sequence[AnyRow]) -> LeadRow:
    return LeadRow(
        lead_id=row.lead_id,
        etag=row.etag,
        columns=row.facts,
        account_id=row.account_id,
        is_open=True,  # as every mirrored lead
        status_reason=row.status_reason,
        marked_ready=row.marked_ready,
        opted_out=False,
        tracking=row.tracking and all(one.type != TRACKING_REFUSED for one in interactions),
        modified_at=row.modified_at,
    )


def _interaction(row: AnyRow) -> Interaction:
    if row.machine_reason:  # models may ask for it where they include what machines did
        properties = {**row.properties, "machine_reason": row.machine_reason}
        return Interaction(row.interaction_id, row.lead_id, row.type, row.at, properties, row.machine)
    return Interaction(row.interaction_id, row.lead_id, row.type, row.at, row.properties, row.machine)


def _score(row: AnyRow) -> StoredScore:
    reachable = getattr(row, "reachable", None)  # not kept of leads that left
    return StoredScore(row.model, row.version, row.score, row.grade, row.changed_at, reachable)


def _crossing(row: AnyRow) -> Crossing:
    return Crossing(row.rule, row.rule_version, row.ordinal, row.armed, row.fired_at)
