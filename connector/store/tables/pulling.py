"""Where the next pull of each table starts. Queries stand in the repositories."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import JSON, StorableText, metadata

# Where the next pull of a table starts, and the columns that the rows before it were read with.
pull_token = sa.Table(
    "pull_token",
    metadata,
    sa.Column("table_name", StorableText, primary_key=True),
    sa.Column("token", StorableText, nullable=False),
    sa.Column("columns", JSON, nullable=False),
)
