"""Scores as people and flows ask for them. Nothing here is asked by a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.ports import DocumentKind, DocumentStatus
from connector.store.database import AnyRow, Repository, chunked
from connector.store.tables import account, document, lead, score, score_change

# The scores of a model that was stopped, and not published again, are history.
_IS_STOPPED = sa.and_(
    sa.exists().where(document.c.kind == DocumentKind.MODEL.value, document.c.name == score.c.model),
    ~sa.exists().where(
        document.c.kind == DocumentKind.MODEL.value,
        document.c.name == score.c.model,
        document.c.status == DocumentStatus.LIVE.value,
    ),
)


class Scores(Repository):
    """Fulfils `ScoreStore`."""

    def lead_scores(self, lead_id: str) -> Sequence[Mapping[str, object]]:
        """Every stored score of a lead by model; empty when there is none."""
        with self._database.read() as connection:
            return _scores(connection, [lead_id])[lead_id]

    def score_history(
        self, lead_id: str, *, limit: int = 100, before: int | None = None, model: str | None = None
    ) -> Sequence[Mapping[str, object]]:
        """The changes of a lead's scores, by one model where it is named, newest first; those before `before`."""
        query = sa.select(score_change).where(score_change.c.lead_id == lead_id)
        if model is not None:
            query = query.where(score_change.c.model == model)
        if before is not None:
            query = query.where(score_change.c.seq < before)
        query = query.order_by(score_change.c.seq.desc()).limit(limit)
        names = ("seq", "model", "version", "score", "grade", "reasons", "at")
        with self._database.read() as connection:
            return [{name: getattr(row, name) for name in names} for row in connection.execute(query)]

    def grade_counts(self) -> Mapping[str, Mapping[str, int]]:
        """Leads by model and grade (no grade: the empty string), only leads that have a score."""
        counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
        query = (
            sa.select(score.c.model, score.c.grade, sa.func.count())
            .where(score.c.score.is_not(None), ~_IS_STOPPED)
            .group_by(score.c.model, score.c.grade)
            .order_by(score.c.model, score.c.grade)
        )
        with self._database.read() as connection:
            for model, grade, count in connection.execute(query):
                counts[model][grade or ""] = count
        return dict(counts)

    def score_counts(self, model: str) -> Mapping[int, int]:
        """How many leads have each score of a model."""
        query = (
            sa.select(score.c.score, sa.func.count().label("leads"))
            .where(score.c.model == model, score.c.score.is_not(None))
            .group_by(score.c.score)
        )
        with self._database.read() as connection:
            return {row.score: row.leads for row in connection.execute(query)}

    def lead_values(self, column: str, limit: int) -> Sequence[str]:
        """The texts that mirrored leads have in a column that is mirrored, in their order."""
        text = lead.c.facts[column].as_string()
        query = sa.select(text).where(text.is_not(None), text != "").distinct().order_by(text).limit(limit)
        with self._database.read() as connection:
            return list(connection.scalars(query))

    def ranking(self, limit: int) -> Sequence[Mapping[str, object]]:
        """The best leads by the sum of their scores: lead_id, total, columns, account_columns (or None), scores."""
        total = sa.func.sum(score.c.score).label("total")
        best = (
            sa.select(score.c.lead_id, total)
            .where(score.c.score.is_not(None), ~_IS_STOPPED)
            .group_by(score.c.lead_id)
            .order_by(total.desc(), score.c.lead_id)
            .limit(limit)
            .subquery()
        )
        query = (
            sa.select(best.c.lead_id, best.c.total, lead.c.facts, account.c.facts.label("account_facts"))
            .join_from(best, lead, lead.c.lead_id == best.c.lead_id)
            .outerjoin(account, account.c.account_id == lead.c.account_id)
            .order_by(best.c.total.desc(), best.c.lead_id)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
            scores = _scores(connection, [row.lead_id for row in rows])
        return [
            {
                "lead_id": row.lead_id,
                "total": int(row.total),
                "columns": row.facts,
                "account_columns": row.account_facts,
                "scores": scores[row.lead_id],
            }
            for row in rows
        ]


def _scores(connection: Connection, lead_ids: Sequence[str]) -> Mapping[str, list[Mapping[str, object]]]:
    found: defaultdict[str, list[Mapping[str, object]]] = defaultdict(list)
    query = (
        sa.select(score, lead.c.next_change_at)
        .join_from(score, lead, lead.c.lead_id == score.c.lead_id)
        .order_by(score.c.model)
    )
    for ids in chunked(lead_ids):
        for row in connection.execute(query.where(score.c.lead_id.in_(ids))):
            found[row.lead_id].append(_shown(row))
    return found


def _shown(row: AnyRow) -> Mapping[str, object]:
    names = (
        "model",
        "version",
        "score",
        "grade",
        "coverage",
        "reachable",
        "groups",
        "unknown",
        "reasons",
        "scored_at",
        "changed_at",
        "next_change_at",
    )
    return {name: getattr(row, name) for name in names}
