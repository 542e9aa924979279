"""What an environment may still be asked, and what it was asked. Queries stand in `connector.store.budgets`."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import StorableText, UtcDateTime, metadata

request_budget = sa.Table(
    "request_budget",
    metadata,
    sa.Column("scope", StorableText, primary_key=True),
    sa.Column("held_until", UtcDateTime),
    sa.Column("requests", sa.Integer),
    sa.Column("execution_s", sa.Float),
    sa.Column("window_s", sa.Float),
    sa.Column("learned_at", UtcDateTime),
)

request_lease = sa.Table(
    "request_lease",
    metadata,
    sa.Column("lease", StorableText, primary_key=True),
    sa.Column("scope", StorableText, nullable=False),
    sa.Column("owner", StorableText, nullable=False),
    sa.Column("requests", sa.Integer, nullable=False),
    sa.Column("execution_s", sa.Float, nullable=False),
    sa.Column("use_by", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Index(None, "scope"),
)

request_day = sa.Table(
    "request_day",
    metadata,
    sa.Column("scope", StorableText, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("operations", sa.BigInteger, nullable=False),
)
