"""Runs of the main job. Queries stand in the repositories."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import COUNTED, JSON, StorableText, UtcDateTime, metadata

run = sa.Table(
    "run",
    metadata,
    sa.Column("seq", COUNTED, primary_key=True),
    sa.Column("run_id", StorableText, nullable=False, unique=True),
    sa.Column("kind", StorableText, nullable=False),
    sa.Column("status", StorableText, nullable=False),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("requested_by", StorableText, nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("done", sa.BigInteger),
    sa.Column("total", sa.BigInteger),
    sa.Column("summary", JSON, nullable=False),
    sa.Column("error", StorableText, nullable=False),
    sa.Column("idempotency_key", StorableText, unique=True),
    sa.Index(None, "status", "seq"),
    sqlite_autoincrement=True,
)
