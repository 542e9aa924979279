"""The outbox: events, destinations, deliveries and their attempts. Queries stand in the repositories."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import COUNTED, JSON, StorableText, UtcDateTime, metadata

event = sa.Table(
    "event",
    metadata,
    sa.Column("event_id", StorableText, primary_key=True),
    sa.Column("kind", StorableText, nullable=False),
    sa.Column("lead_id", StorableText, nullable=False),
    sa.Column("payload", JSON, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("rule", StorableText, nullable=False, server_default=""),
    sa.Index(None, "lead_id"),
)

# A place that deliveries go to. `paused` says why it is not used for the moment; null: it is used. `failing_since` is
# when the first failure was that no success came after, `failed_at` the last one.
destination = sa.Table(
    "destination",
    metadata,
    sa.Column("name", StorableText, primary_key=True),
    sa.Column("paused", StorableText),
    sa.Column("paused_at", UtcDateTime),
    sa.Column("failing_since", UtcDateTime),
    sa.Column("failed_at", UtcDateTime),
)

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("seq", COUNTED, primary_key=True),
    sa.Column("delivery_id", StorableText, nullable=False, unique=True),
    sa.Column("event_id", StorableText, sa.ForeignKey("event.event_id", ondelete="CASCADE"), nullable=False),
    sa.Column("destination", StorableText, nullable=False),
    sa.Column("kind", StorableText, nullable=False),
    sa.Column("lead_id", StorableText, nullable=False),
    sa.Column("status", StorableText, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_attempt_at", UtcDateTime),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("reason", StorableText, nullable=False),
    # Who has the attempt under way, and until when at the latest.
    sa.Column("holder", StorableText),
    sa.Column("held_until", UtcDateTime),
    # Whose lead it is, for budgets. Held for the first digest from `digest_after` on; told in the event `digest_id`.
    sa.Column("owner_id", StorableText),
    sa.Column("digest_after", UtcDateTime),
    sa.Column("digest_id", StorableText),
    sa.UniqueConstraint("event_id", "destination"),
    sa.Index(None, "destination", "created_at"),
    sa.Index(None, "destination", "status", "next_attempt_at", "seq"),
    sa.Index(None, "lead_id", "destination", "seq"),
    sa.Index(None, "status", "seq"),
    sqlite_autoincrement=True,
)

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("delivery_id", StorableText, sa.ForeignKey("delivery.delivery_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("destination", StorableText, nullable=False),
    sa.Column("begun_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("outcome", StorableText),
    sa.Column("status", sa.Integer),
    sa.Column("reason", StorableText, nullable=False),
    sa.Column("answer", StorableText, nullable=False),
    sa.Index(None, "destination", "begun_at"),
)
