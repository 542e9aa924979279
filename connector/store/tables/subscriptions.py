"""Subscriptions of flows. Queries stand in the repositories."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import JSON, StorableText, UtcDateTime, metadata

# `key_hash` is what the address of a subscription is looked up by; the key itself is kept nowhere. `fingerprint` is of
# callback, trigger and filters: the same again is the same subscription. One that has ended keeps neither these nor
# its callback.
subscription = sa.Table(
    "subscription",
    metadata,
    sa.Column("subscription_id", StorableText, primary_key=True),
    sa.Column("trigger_name", StorableText, nullable=False),
    sa.Column("filters", JSON, nullable=False),
    sa.Column("host", StorableText, nullable=False),
    sa.Column("callback", StorableText),
    sa.Column("secret", StorableText),
    sa.Column("key_hash", StorableText, unique=True),
    sa.Column("fingerprint", StorableText, unique=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("created_by", StorableText, nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("end_reason", StorableText, nullable=False, server_default=""),
    sa.Index(None, "ended_at"),
)
