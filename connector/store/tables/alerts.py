"""What alerts remember beside crossings: accounts, owners, digests. Queries stand in the repositories."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import StorableText, UtcDateTime, metadata

# Whether an account is awake for a rule and its version; `ordinal` counts its awakenings.
account_memory = sa.Table(
    "account_memory",
    metadata,
    sa.Column("account_id", StorableText, primary_key=True),
    sa.Column("rule", StorableText, primary_key=True),
    sa.Column("rule_version", StorableText, primary_key=True),
    sa.Column("awake", sa.Boolean, nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("woke_at", UtcDateTime),
)

# Users and teams that own leads, as lately read.
lead_owner = sa.Table(
    "lead_owner",
    metadata,
    sa.Column("owner_id", StorableText, primary_key=True),
    sa.Column("name", StorableText),
    sa.Column("entra_id", StorableText),
    sa.Column("read_at", UtcDateTime, nullable=False),
)

# The digests and summaries that were made. Without an event nothing was told: the slot is only noted.
digest = sa.Table(
    "digest",
    metadata,
    sa.Column("kind", StorableText, primary_key=True),
    sa.Column("destination", StorableText, primary_key=True),
    sa.Column("slot", UtcDateTime, primary_key=True),
    sa.Column("event_id", StorableText),
    sa.Column("alerts", sa.Integer, nullable=False),
)
