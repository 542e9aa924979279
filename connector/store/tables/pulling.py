"""Where the next pull of each table starts, and what an environment says of itself. Queries stand elsewhere."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import JSON, StorableText, UtcDateTime, metadata

# Where the next pull of a table starts, and the columns that the rows before it were read with.
pull_token = sa.Table(
    "pull_token",
    metadata,
    sa.Column("table_name", StorableText, primary_key=True),
    sa.Column("token", StorableText, nullable=False),
    sa.Column("columns", JSON, nullable=False),
)

# The metadata of an environment as they were last read, for which documents, when.
picture = sa.Table(
    "picture",
    metadata,
    sa.Column("origin", StorableText, primary_key=True),
    sa.Column("purpose", StorableText, nullable=False),
    sa.Column("read_at", UtcDateTime, nullable=False),
    sa.Column("body", JSON, nullable=False),
)
