"""What people answered about announced leads. Queries stand in the repositories."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import StorableText, UtcDateTime, metadata

# Answers outlive the event that they are about, which goes after a while: they say what its rule is worth.
verdict = sa.Table(
    "verdict",
    metadata,
    sa.Column("event_id", StorableText, primary_key=True),
    sa.Column("source", StorableText, primary_key=True),
    sa.Column("answer", StorableText, nullable=False),
    sa.Column("rule", StorableText, nullable=False),
    sa.Column("kind", StorableText, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index(None, "at"),
)
