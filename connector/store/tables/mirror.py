"""The mirrored rows, who is left out, and the interactions. Queries stand in the repositories."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import JSON, StorableText, UtcDateTime, metadata

lead = sa.Table(
    "lead",
    metadata,
    sa.Column("lead_id", StorableText, primary_key=True),
    sa.Column("etag", StorableText, nullable=False),
    sa.Column("facts", JSON, nullable=False),
    sa.Column("account_id", StorableText),
    sa.Column("status_reason", sa.BigInteger),
    sa.Column("marked_ready", sa.Boolean),
    sa.Column("tracking", sa.Boolean, nullable=False),
    sa.Column("modified_at", UtcDateTime),
    sa.Column("fingerprint", StorableText, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("due", sa.Boolean, nullable=False),
    sa.Column("due_rev", sa.BigInteger, nullable=False),
    sa.Column("next_change_at", UtcDateTime),
    sa.Column("first_seen_at", UtcDateTime, nullable=False),
    # The contact whose company is the account, where nothing nearer links one.
    sa.Column("contact_id", StorableText),
    sa.Index(None, "account_id"),
)
# These hold only the few leads that they are asked for, whatever the size of the table.
sa.Index(
    "ix_lead_contact_id",
    lead.c.contact_id,
    sqlite_where=sa.text("contact_id IS NOT NULL"),
    postgresql_where=sa.text("contact_id IS NOT NULL"),
)
sa.Index("ix_lead_due", lead.c.lead_id, sqlite_where=sa.text("due = 1"), postgresql_where=sa.text("due"))
sa.Index(
    "ix_lead_next_change_at",
    lead.c.next_change_at,
    sqlite_where=sa.text("next_change_at IS NOT NULL"),
    postgresql_where=sa.text("next_change_at IS NOT NULL"),
)

account = sa.Table(
    "account",
    metadata,
    sa.Column("account_id", StorableText, primary_key=True),
    sa.Column("facts", JSON, nullable=False),
    sa.Column("fingerprint", StorableText, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
)

# Accounts whose links changed: the only ones that can be missing from the mirror, or linked by nobody.
account_check = sa.Table("account_check", metadata, sa.Column("account_id", StorableText, primary_key=True))

# Leads and accounts that were merged into another one, the survivor of all merges, which takes what is theirs.
merged = sa.Table(
    "merged",
    metadata,
    sa.Column("table_name", StorableText, primary_key=True),
    sa.Column("row_id", StorableText, primary_key=True),
    sa.Column("survivor_id", StorableText, nullable=False),
    sa.Index(None, "table_name", "survivor_id"),
)

# People who are left out, by a hash of the lead's id: they opted out where they are managed, or objected with us.
suppression = sa.Table(
    "suppression",
    metadata,
    sa.Column("lead_hash", StorableText, primary_key=True),
    sa.Column("reason", StorableText, nullable=False),
    sa.Column("pull", sa.Integer, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
)

interaction = sa.Table(
    "interaction",
    metadata,
    sa.Column("interaction_id", StorableText, primary_key=True),
    sa.Column("lead_id", StorableText, nullable=False),
    sa.Column("type", StorableText, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("properties", JSON, nullable=False),
    sa.Column("machine", sa.Boolean, nullable=False),
    # Of mapped rows: what it comes from, which of two readings is the newer, the full read that met it last.
    sa.Column("source", StorableText),
    sa.Column("source_row", StorableText),
    sa.Column("rank", StorableText),
    sa.Column("generation", sa.Integer),
    # What the rules about machines look at, and what they found.
    sa.Column("message", StorableText),
    sa.Column("role", StorableText),
    sa.Column("link", StorableText),
    sa.Column("said", StorableText),
    sa.Column("machine_reason", StorableText),
    sa.Index(None, "lead_id", "at"),
)
sa.Index(
    "ix_interaction_source_source_row",
    interaction.c.source,
    interaction.c.source_row,
    sqlite_where=sa.text("source IS NOT NULL"),
    postgresql_where=sa.text("source IS NOT NULL"),
)
sa.Index(
    "ix_interaction_lead_id_message",
    interaction.c.lead_id,
    interaction.c.message,
    sqlite_where=sa.text("message IS NOT NULL"),
    postgresql_where=sa.text("message IS NOT NULL"),
)
