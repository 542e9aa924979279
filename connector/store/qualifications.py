"""Qualification decisions: written with the settlement that they belong to, read by time and by lead."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.ownership import Candidate, Key
from connector.pipeline.ports import Settlement
from connector.pipeline.qualifications import LastScore, QualificationDecision, Remembered, ScoreStep
from connector.store import engines, leftout, notes
from connector.store.database import AnyRow, Repository
from connector.store.dossiers import load_remembered
from connector.store.tables import former_score, owner_name, qualification_decision, score_change

STEPS = 5_000  # changes of scores that are read at once
_KEY = ["decision_id", "qualification"]


def remember_qualified(connection: Connection, settlements: Sequence[Settlement]) -> None:
    """Store the qualifications of decisions that were carried out, each once, as the last step of a transaction.

    Whoever has numbered some is waited for until that is committed: numbers appear in their order.
    """
    rows = [
        {
            "decision_id": one.decision.decision_id,
            "lead_id": made.lead_id,
            "qualification": made.qualification,
            "version": made.version,
            "reason": made.reason,
            "models": [list(model) for model in made.models],
            "actions": list(made.actions),
            "status_reason": made.status_reason,
            "status_label": made.status_label,
            "run_id": one.decision.run_id,
            "at": made.at,
        }
        for one in settlements
        for made in one.decision.qualified
    ]
    if rows:
        notes.lock(connection, "qualified")
        engines.insert_new(connection, qualification_decision, rows, unique=_KEY)


class Qualifications(Repository):
    """Fulfils `QualificationStore` and `OwnerNameStore`."""

    def remember_owner(self, key: Key, found: Candidate, *, now: datetime) -> None:
        """Keep who a name means from now on."""
        row = {"kind": key[0], "name": key[1], "owner_id": found.owner_id, "label": found.name, "resolved_at": now}
        with self._database.write() as connection:
            engines.upsert(connection, owner_name, [row])

    def known_owner(self, key: Key) -> Candidate | None:
        """Who a name meant at the last publication; None for one that was never looked up."""
        query = sa.select(owner_name).where(owner_name.c.kind == key[0], owner_name.c.name == key[1])
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Candidate(row.owner_id, row.label)

    def qualified(self, *, since: datetime | None, after_seq: int, limit: int) -> Sequence[QualificationDecision]:
        """Decisions made at `since` or later (None: all) and counted after `after_seq`, in the order of their count."""
        query = sa.select(qualification_decision).where(qualification_decision.c.seq > after_seq)
        if since is not None:
            query = query.where(qualification_decision.c.at >= since)
        return self._decisions(query.order_by(qualification_decision.c.seq).limit(limit))

    def last_qualified(self) -> int:
        """The `seq` of the latest decision; 0 where there is none."""
        with self._database.read() as connection:
            return connection.scalar(sa.select(sa.func.max(qualification_decision.c.seq))) or 0

    def qualifications_of(self, lead_id: str) -> Sequence[QualificationDecision]:
        """The decisions about a lead, oldest first."""
        query = sa.select(qualification_decision).where(qualification_decision.c.lead_id == lead_id)
        return self._decisions(query.order_by(qualification_decision.c.seq))

    def score_steps(self, models: Collection[str]) -> Iterator[ScoreStep]:
        """Every remembered change of the scores by these models, by lead and in its order, read in pages."""
        change, after = score_change.c, ("", 0)
        wanted = sorted(set(models))
        while True:
            query = (
                sa.select(change.lead_id, change.seq, change.model, change.score, change.grade, change.at)
                .where(change.model.in_(wanted), sa.tuple_(change.lead_id, change.seq) > after)
                .order_by(change.lead_id, change.seq)
                .limit(STEPS)
            )
            with self._database.read() as connection:
                rows = connection.execute(query).all()
            for row in rows:
                yield ScoreStep(row.lead_id, row.model, row.score, row.grade, row.at)
            if len(rows) < STEPS:
                return
            after = (rows[-1].lead_id, rows[-1].seq)

    def last_scores(self, model: str) -> Sequence[LastScore]:
        """The last scores by a model of leads that left the mirror and may come back."""
        query = sa.select(former_score.c.lead_id, former_score.c.score).where(former_score.c.model == model)
        with self._database.read() as connection:
            return [LastScore(row.lead_id, row.score) for row in connection.execute(query)]

    def remembered(self, lead_ids: Sequence[str]) -> Mapping[str, Remembered]:
        """What is kept of these leads; those who opted out, or objected, are absent."""
        with self._database.read() as connection:
            silent = leftout.left_out(connection, lead_ids)
            return load_remembered(connection, [one for one in lead_ids if one not in silent])

    def _decisions(self, query: sa.Select[*tuple[object, ...]]) -> list[QualificationDecision]:
        with self._database.read() as connection:
            return [_decision(row) for row in connection.execute(query)]


def _decision(row: AnyRow) -> QualificationDecision:
    return QualificationDecision(
        seq=row.seq,
        lead_id=row.lead_id,
        qualification=row.qualification,
        version=row.version,
        reason=row.reason,
        models=tuple((model, version, score, grade) for model, version, score, grade in row.models),
        at=row.at,
        status_reason=row.status_reason,
        actions=tuple(row.actions),
        status_label=row.status_label,
    )
