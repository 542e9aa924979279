"""What is remembered of leads: scores, marks, crossings, decisions. Queries stand in the repositories."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import COUNTED, JSON, StorableText, UtcDateTime, metadata

score = sa.Table(
    "score",
    metadata,
    sa.Column("lead_id", StorableText, sa.ForeignKey("lead.lead_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("model", StorableText, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("score", sa.BigInteger),
    sa.Column("grade", StorableText),
    sa.Column("coverage", sa.Float, nullable=False),
    sa.Column("reachable", sa.BigInteger),
    sa.Column("groups", JSON, nullable=False),
    sa.Column("unknown", JSON, nullable=False),
    sa.Column("reasons", JSON, nullable=False),
    sa.Column("scored_at", UtcDateTime, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Index(None, "model", "grade", "score"),
    sa.Index(None, "scored_at"),
)

# Leads that left the mirror and may come back; those that are erased leave nothing.
former_lead = sa.Table(
    "former_lead",
    metadata,
    sa.Column("lead_id", StorableText, primary_key=True),
    sa.Column("first_seen_at", UtcDateTime, nullable=False),
)

# Their last scores, until they are scored again: what a crossing is measured by.
former_score = sa.Table(
    "former_score",
    metadata,
    sa.Column("lead_id", StorableText, primary_key=True),
    sa.Column("model", StorableText, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("score", sa.BigInteger),
    sa.Column("grade", StorableText),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)

mark = sa.Table(
    "mark",
    metadata,
    sa.Column("lead_id", StorableText, primary_key=True),
    sa.Column("qualification", StorableText, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("marked_at", UtcDateTime, nullable=False),
)

crossing = sa.Table(
    "crossing",
    metadata,
    sa.Column("lead_id", StorableText, primary_key=True),
    sa.Column("rule", StorableText, primary_key=True),
    sa.Column("rule_version", StorableText, primary_key=True),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("armed", sa.Boolean, nullable=False),
    sa.Column("fired_at", UtcDateTime),
)

# `body` is the whole decision while it is planned; afterwards only `written`, the values, stays.
decision = sa.Table(
    "decision",
    metadata,
    sa.Column("seq", COUNTED, primary_key=True),
    sa.Column("decision_id", StorableText, nullable=False, unique=True),
    sa.Column("lead_id", StorableText, nullable=False),
    sa.Column("run_id", StorableText, nullable=False),
    sa.Column("status", StorableText, nullable=False),
    sa.Column("body", JSON),
    sa.Column("written", JSON, nullable=False),
    sa.Column("reason", StorableText, nullable=False),
    sa.Column("planned_at", UtcDateTime, nullable=False),
    sa.Column("settled_at", UtcDateTime),
    sa.Index(None, "status", "seq"),
    sa.Index(None, "lead_id"),
    sqlite_autoincrement=True,
)
