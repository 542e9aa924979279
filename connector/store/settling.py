"""What a settled decision leaves behind: scores, crossings and marks in memory, and the lead as it now stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.ports import Settlement
from connector.pipeline.values import Applied, ColumnNeeds, Decision, NewScore, Refused
from connector.store import engines
from connector.store.database import AnyRow, chunked
from connector.store.fingerprints import lead_fingerprint
from connector.store.notes import last_needs
from connector.store.tables import crossing, former_score, lead, mark, score, score_change

_TOUCHED = ("etag", "facts", "status_reason", "marked_ready", "fingerprint", "due", "next_change_at")
_TOUCH = (
    sa.update(lead)
    .where(lead.c.lead_id == sa.bindparam("key"))
    .values({name: sa.bindparam(f"new_{name}") for name in _TOUCHED})
)
_LAST = ("lead_id", "model", "score", "grade", "changed_at")
_DROP_SCORE = sa.delete(score).where(score.c.lead_id == sa.bindparam("key"), score.c.model == sa.bindparam("of"))


def remember(connection: Connection, settlements: Sequence[Settlement]) -> None:
    """Store scores, crossings and marks; of leads that are not mirrored the bare scores."""
    decisions = [one.decision for one in settlements]
    _remember_scores(connection, decisions)
    engines.upsert(
        connection,
        crossing,
        [
            {
                "lead_id": one.lead_id,
                "rule": new.rule,
                "rule_version": new.rule_version,
                "ordinal": new.ordinal,
                "armed": new.armed,
                "fired_at": new.fired_at,
            }
            for one in decisions
            for new in one.crossings
        ],
    )
    engines.upsert(
        connection,
        mark,
        [
            {
                "lead_id": one.lead_id,
                "qualification": new.qualification,
                "version": new.version,
                "marked_at": new.marked_at,
            }
            for one in decisions
            for new in one.marks
        ],
    )


def _remember_scores(connection: Connection, decisions: Sequence[Decision]) -> None:
    ids = [one.lead_id for one in decisions]
    stored = _last_scores(connection, score, ids)
    before = {**_last_scores(connection, former_score, ids), **stored}
    _remember_changes(connection, decisions, before)
    mirrored = _rows(connection, ids, lead.c.lead_id)
    scores = [_score_row(one, new, before.get((one.lead_id, new.model))) for one in decisions for new in one.scores]
    for some in chunked(sorted(ids)):  # those that came back have scores of their own again
        connection.execute(sa.delete(former_score).where(former_score.c.lead_id.in_(some)))
    engines.upsert(connection, score, [one for one in scores if one["lead_id"] in mirrored])
    names = [column.name for column in former_score.columns]
    away = [{name: one[name] for name in names} for one in scores if one["lead_id"] not in mirrored]
    engines.upsert(connection, former_score, away)
    current = {(one.lead_id, new.model) for one in decisions for new in one.scores}
    gone = [{"key": lead_id, "of": model} for lead_id, model in stored if (lead_id, model) not in current]
    if gone:  # models that are no longer live
        connection.execute(_DROP_SCORE, gone)


def _remember_changes(
    connection: Connection, decisions: Sequence[Decision], before: Mapping[tuple[str, str], AnyRow]
) -> None:
    """Add what is another score or grade than before to the history, the end of a score too."""
    changes = [
        {
            "lead_id": one.lead_id,
            "model": new.model,
            "version": new.version,
            "score": new.score,
            "grade": new.grade,
            "reasons": list(new.reasons),
            "run_id": one.run_id,
            "at": one.decided_at,
        }
        for one in decisions
        for new in one.scores
        if _last_of(before.get((one.lead_id, new.model))) != (new.score, new.grade)
    ]
    if changes:
        connection.execute(sa.insert(score_change), changes)


def _last_of(before: AnyRow | None) -> tuple[int | None, str | None]:
    return (None, None) if before is None else (before.score, before.grade)


def touch_leads(connection: Connection, settlements: Sequence[Settlement], *, again_at: Mapping[str, datetime]) -> None:
    """Give the mirrored leads their new values, etag and next change time, and clear due marks that still hold.

    The fingerprint follows the values, so that our own write makes nothing due when it comes back. A rejected
    write changed no values; `again_at` is when such leads wake to be tried again, if nothing else wakes them earlier.
    """
    found = _rows(connection, [one.decision.lead_id for one in settlements], lead)
    needs = last_needs(connection)
    rows: dict[str, dict[str, Any]] = {}
    for one in settlements:
        row = found.get(one.decision.lead_id)
        if row is not None:
            values = _after(row, one, needs)
            moments = (values["next_change_at"], again_at.get(row.lead_id))
            values["next_change_at"] = min(filter(None, moments), default=None)
            rows[row.lead_id] = {"key": row.lead_id, **{f"new_{name}": value for name, value in values.items()}}
    if rows:
        connection.execute(_TOUCH, list(rows.values()))


def _after(row: AnyRow, settlement: Settlement, needs: ColumnNeeds) -> dict[str, Any]:
    """What a lead's row becomes."""
    decision, result = settlement.decision, settlement.result
    values: dict[str, Any] = {
        "etag": row.etag,
        "facts": row.facts,
        "status_reason": row.status_reason,
        "marked_ready": row.marked_ready,
        "fingerprint": row.fingerprint,
        "due": row.due and row.due_rev != decision.due_rev,
        "next_change_at": decision.next_change_at,
    }
    # A row that was read again meanwhile is newer than what we know of it.
    if isinstance(result, Refused) or not decision.values or row.etag != decision.etag:
        return values
    if isinstance(result, Applied) and result.etag:
        values["etag"] = result.etag
    written = {name: value for name, value in decision.values.items() if name in row.facts or name in needs.lead}
    values["facts"] = {**row.facts, **written}
    if decision.status_reason is not None:
        values["status_reason"] = decision.status_reason
    if decision.marked_ready is not None:
        values["marked_ready"] = decision.marked_ready
    values["fingerprint"] = lead_fingerprint(
        values["facts"],
        needs.own,
        account_id=row.account_id,
        status_reason=values["status_reason"],
        marked_ready=values["marked_ready"],
        tracking=row.tracking,
    )
    return values


def _score_row(decision: Decision, new: NewScore, before: AnyRow | None) -> dict[str, Any]:
    return {
        "lead_id": decision.lead_id,
        "model": new.model,
        "version": new.version,
        "score": new.score,
        "grade": new.grade,
        "coverage": new.coverage,
        "reachable": new.reachable,
        "groups": [{"name": name, "points": points, "outcome": outcome} for name, points, outcome in new.groups],
        "unknown": [{"fact": fact, "cause": cause} for fact, cause in new.unknown],
        "reasons": list(new.reasons),
        "scored_at": decision.decided_at,
        "changed_at": _changed_at(decision.decided_at, new, before),
    }


def _changed_at(decided_at: datetime, new: NewScore, before: AnyRow | None) -> datetime:
    if before is None or (before.score, before.grade) != (new.score, new.grade):
        return decided_at
    kept: datetime = before.changed_at
    return kept


def _last_scores(connection: Connection, table: sa.Table, lead_ids: Sequence[str]) -> dict[tuple[str, str], AnyRow]:
    query = sa.select(*(table.c[name] for name in _LAST))
    return {
        (row.lead_id, row.model): row
        for ids in chunked(lead_ids)
        for row in connection.execute(query.where(table.c.lead_id.in_(ids)))
    }


def _rows(connection: Connection, lead_ids: Sequence[str], what: sa.Table | sa.Column[Any]) -> dict[str, AnyRow]:
    """Rows of the mirror, locked in the order of their ids so that two writers cannot wait for each other."""
    query = sa.select(what).order_by(lead.c.lead_id).with_for_update()
    return {
        row.lead_id: row
        for ids in chunked(sorted(lead_ids))
        for row in connection.execute(query.where(lead.c.lead_id.in_(ids)))
    }
