"""The memory of qualifications: a row for each decision that marked a lead. Queries stand in the repositories."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import COUNTED, JSON, StorableText, UtcDateTime, metadata

# Kept while the lead is away (closed), erased with the person. A row is its decision's for one document, once.
qualification_decision = sa.Table(
    "qualification_decision",
    metadata,
    sa.Column("seq", COUNTED, primary_key=True),
    sa.Column("decision_id", StorableText, nullable=False),
    sa.Column("lead_id", StorableText, nullable=False),
    sa.Column("qualification", StorableText, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("reason", StorableText, nullable=False),
    sa.Column("models", JSON, nullable=False),
    sa.Column("actions", JSON, nullable=False),
    sa.Column("status_reason", sa.BigInteger),
    sa.Column("status_label", StorableText),
    sa.Column("run_id", StorableText, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("decision_id", "qualification"),
    sa.Index(None, "lead_id", "seq"),
    sa.Index(None, "at"),
    sqlite_autoincrement=True,
)

# Whom a qualification's `owner` meant when it was published, by kind (user, team) and folded name.
owner_name = sa.Table(
    "owner_name",
    metadata,
    sa.Column("kind", StorableText, primary_key=True),
    sa.Column("name", StorableText, primary_key=True),
    sa.Column("owner_id", StorableText, nullable=False),
    sa.Column("label", StorableText, nullable=False),
    sa.Column("resolved_at", UtcDateTime, nullable=False),
)
