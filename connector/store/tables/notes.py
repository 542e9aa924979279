"""Small notes of the store itself, by key. Queries stand in `connector.store.notes`."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import JSON, StorableText, metadata

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", StorableText, primary_key=True),
    sa.Column("value", JSON, nullable=False),
)
