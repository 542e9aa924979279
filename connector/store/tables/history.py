"""The history of scores: a row for each change of a score or grade. Queries stand in the repositories."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import COUNTED, JSON, StorableText, UtcDateTime, metadata

# Kept while the lead is away (closed), erased with the person; pruned by age.
score_change = sa.Table(
    "score_change",
    metadata,
    sa.Column("seq", COUNTED, primary_key=True),
    sa.Column("lead_id", StorableText, nullable=False),
    sa.Column("model", StorableText, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("score", sa.BigInteger),
    sa.Column("grade", StorableText),
    sa.Column("reasons", JSON, nullable=False),
    sa.Column("run_id", StorableText, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index(None, "lead_id", "seq"),
    sa.Index(None, "at"),
    sqlite_autoincrement=True,
)
