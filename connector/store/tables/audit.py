"""The audit log: one row for each change, never changed itself. Queries stand in the repositories."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import COUNTED, JSON, StorableText, UtcDateTime, metadata

audit_entry = sa.Table(
    "audit_entry",
    metadata,
    sa.Column("seq", COUNTED, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", StorableText, nullable=False),
    sa.Column("action", StorableText, nullable=False),
    sa.Column("subject", StorableText, nullable=False),
    sa.Column("before", JSON),
    sa.Column("after", JSON),
    sa.Column("request_id", StorableText, nullable=False),
    sa.Index(None, "at"),
    sa.Index(None, "subject", "seq"),
    sqlite_autoincrement=True,
)
