"""What people wrote: documents, their versions and their history. Queries stand in the repositories."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import COUNTED, StorableText, UtcDateTime, metadata

document = sa.Table(
    "document",
    metadata,
    sa.Column("kind", StorableText, primary_key=True),
    sa.Column("name", StorableText, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("status", StorableText, nullable=False),
    sa.Column("body", StorableText, nullable=False),
    sa.Column("digest", StorableText, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("updated_by", StorableText, nullable=False),
    sa.Column("baseline_pending", sa.Boolean, nullable=False),
    sa.Column("baseline_at", UtcDateTime),
)
# The database itself sees to it that a document has one live version at most.
sa.Index(
    "ix_document_live",
    document.c.kind,
    document.c.name,
    unique=True,
    sqlite_where=sa.text("status = 'live'"),
    postgresql_where=sa.text("status = 'live'"),
)

document_event = sa.Table(
    "document_event",
    metadata,
    sa.Column("seq", COUNTED, primary_key=True),
    sa.Column("kind", StorableText, nullable=False),
    sa.Column("name", StorableText, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("action", StorableText, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", StorableText, nullable=False),
    sa.Index(None, "kind", "name", "seq"),
    sqlite_autoincrement=True,
)
