"""Interactions from mapped rows: what finds a lead, what waits for one, what was read. Queries stand elsewhere."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import JSON, StorableText, UtcDateTime, metadata

# By what interactions find a mirrored lead: `contact:<id>`, `email:<hash>`. Its own id needs no row.
lead_key = sa.Table(
    "lead_key",
    metadata,
    sa.Column("key", StorableText, primary_key=True),
    sa.Column("lead_id", StorableText, sa.ForeignKey("lead.lead_id", ondelete="CASCADE"), primary_key=True),
    sa.Index(None, "lead_id"),
)

# The keys of people who are left out, so that nothing found by them is stored.
left_out_key = sa.Table(
    "left_out_key",
    metadata,
    sa.Column("key", StorableText, primary_key=True),
    sa.Column("lead_hash", StorableText, primary_key=True),
    sa.Index(None, "lead_hash"),
)

# Rows whose lead is not mirrored (yet). `ready`: a lead came that one of its keys finds.
pending = sa.Table(
    "pending",
    metadata,
    sa.Column("source", StorableText, primary_key=True),
    sa.Column("source_row", StorableText, primary_key=True),
    sa.Column("type", StorableText, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("properties", JSON, nullable=False),
    sa.Column("machine", sa.Boolean, nullable=False),
    sa.Column("message", StorableText),
    sa.Column("role", StorableText),
    sa.Column("link", StorableText),
    sa.Column("said", StorableText),
    sa.Column("rank", StorableText, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("ready", sa.Boolean, nullable=False),
    sa.Index(None, "expires_at"),
)
sa.Index(
    "ix_pending_ready",
    pending.c.source,
    pending.c.source_row,
    sqlite_where=sa.text("ready = 1"),
    postgresql_where=sa.text("ready"),
)
pending_key = sa.Table(
    "pending_key",
    metadata,
    sa.Column("key", StorableText, primary_key=True),
    sa.Column("source", StorableText, primary_key=True),
    sa.Column("source_row", StorableText, primary_key=True),
    sa.ForeignKeyConstraint(["source", "source_row"], ["pending.source", "pending.source_row"], ondelete="CASCADE"),
    sa.Index(None, "source", "source_row"),
)

# Messages that got or lost rows: which of their clicks are a machine's is to be judged anew.
message_check = sa.Table(
    "message_check",
    metadata,
    sa.Column("lead_id", StorableText, primary_key=True),
    sa.Column("message", StorableText, primary_key=True),
)

# What interactions come from: a live source of a table, or an export that was imported.
interaction_source = sa.Table(
    "interaction_source",
    metadata,
    sa.Column("name", StorableText, primary_key=True),
    sa.Column("table_name", StorableText),
    sa.Column("rules", JSON, nullable=False),
    sa.Column("keys", JSON, nullable=False),
)

# Where the next read of a table starts, with the columns and the mappings of the reads before.
source_token = sa.Table(
    "source_token",
    metadata,
    sa.Column("table_name", StorableText, primary_key=True),
    sa.Column("token", StorableText, nullable=False),
    sa.Column("columns", JSON, nullable=False),
    sa.Column("mappings", JSON, nullable=False),
)

# The files of an export that were read whole.
import_file = sa.Table(
    "import_file",
    metadata,
    sa.Column("source", StorableText, primary_key=True),
    sa.Column("table_name", StorableText, primary_key=True),
    sa.Column("file", StorableText, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("changed", sa.BigInteger, nullable=False),
    sa.Column("read_at", UtcDateTime, nullable=False),
)
