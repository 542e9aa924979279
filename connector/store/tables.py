"""The tables, as the newest migration leaves them, with the column types that both databases share.

Queries stand in the repositories. A change here needs a migration in `migrations/versions`; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from connector.store.storable import storable


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """Aware UTC times. SQLite keeps them without a zone, PostgreSQL as `timestamptz`; naive ones are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time to UTC. Raises ValueError for a naive one: it is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone was handed to the store")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - theirs
        """Give the time back as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class StorableText(sa.types.TypeDecorator[str]):
    """Text without what a database cannot keep: see `storable`."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - theirs
        """Replace what cannot be kept, in what is looked for too."""
        return None if value is None else storable(value)


# SQLite counts rows only in a column that is declared INTEGER.
_COUNTED = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_JSON = sa.JSON(none_as_null=True)
_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=_CONVENTION)

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", StorableText, primary_key=True),
    sa.Column("value", _JSON, nullable=False),
)

# --- documents ------------------------------------------------------------------------------------------------------

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
    sa.Column("seq", _COUNTED, primary_key=True),
    sa.Column("kind", StorableText, nullable=False),
    sa.Column("name", StorableText, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("action", StorableText, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", StorableText, nullable=False),
    sa.Index(None, "kind", "name", "seq"),
    sqlite_autoincrement=True,
)

# --- the mirror -----------------------------------------------------------------------------------------------------

lead = sa.Table(
    "lead",
    metadata,
    sa.Column("lead_id", StorableText, primary_key=True),
    sa.Column("etag", StorableText, nullable=False),
    sa.Column("facts", _JSON, nullable=False),
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
    sa.Index(None, "account_id"),
)
# Both hold only the few leads that they are asked for, whatever the size of the table.
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
    sa.Column("facts", _JSON, nullable=False),
    sa.Column("fingerprint", StorableText, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
)

# Accounts whose links changed: the only ones that can be missing from the mirror, or linked by nobody.
account_check = sa.Table("account_check", metadata, sa.Column("account_id", StorableText, primary_key=True))

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
    sa.Column("properties", _JSON, nullable=False),
    sa.Column("machine", sa.Boolean, nullable=False),
    sa.Index(None, "lead_id", "at"),
)

# --- memory and decisions -------------------------------------------------------------------------------------------

score = sa.Table(
    "score",
    metadata,
    sa.Column("lead_id", StorableText, sa.ForeignKey("lead.lead_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("model", StorableText, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("score", sa.BigInteger),
    sa.Column("grade", StorableText),
    sa.Column("coverage", sa.Float, nullable=False),
    sa.Column("reachable", sa.BigInteger),
    sa.Column("groups", _JSON, nullable=False),
    sa.Column("unknown", _JSON, nullable=False),
    sa.Column("reasons", _JSON, nullable=False),
    sa.Column("scored_at", UtcDateTime, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Index(None, "model", "grade", "score"),
    sa.Index(None, "scored_at"),
)

# Leads that left the mirror and may come back; those that are erased leave nothing.
former_lead = sa.Table(
    "former_lead",
    metadata,
    sa.Column("lead_id", StorableText, primary_key=True),
    sa.Column("first_seen_at", UtcDateTime, nullable=False),
)

# Their last scores, until they are scored again: what a crossing is measured by.
former_score = sa.Table(
    "former_score",
    metadata,
    sa.Column("lead_id", StorableText, primary_key=True),
    sa.Column("model", StorableText, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("score", sa.BigInteger),
    sa.Column("grade", StorableText),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)

mark = sa.Table(
    "mark",
    metadata,
    sa.Column("lead_id", StorableText, primary_key=True),
    sa.Column("qualification", StorableText, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("marked_at", UtcDateTime, nullable=False),
)

crossing = sa.Table(
    "crossing",
    metadata,
    sa.Column("lead_id", StorableText, primary_key=True),
    sa.Column("rule", StorableText, primary_key=True),
    sa.Column("rule_version", StorableText, primary_key=True),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("armed", sa.Boolean, nullable=False),
    sa.Column("fired_at", UtcDateTime),
)

# `body` is the whole decision while it is planned; afterwards only `written`, the values, stays.
decision = sa.Table(
    "decision",
    metadata,
    sa.Column("seq", _COUNTED, primary_key=True),
    sa.Column("decision_id", StorableText, nullable=False, unique=True),
    sa.Column("lead_id", StorableText, nullable=False),
    sa.Column("run_id", StorableText, nullable=False),
    sa.Column("status", StorableText, nullable=False),
    sa.Column("body", _JSON),
    sa.Column("written", _JSON, nullable=False),
    sa.Column("reason", StorableText, nullable=False),
    sa.Column("planned_at", UtcDateTime, nullable=False),
    sa.Column("settled_at", UtcDateTime),
    sa.Index(None, "status", "seq"),
    sa.Index(None, "lead_id"),
    sqlite_autoincrement=True,
)

# --- events and deliveries ------------------------------------------------------------------------------------------

event = sa.Table(
    "event",
    metadata,
    sa.Column("event_id", StorableText, primary_key=True),
    sa.Column("kind", StorableText, nullable=False),
    sa.Column("lead_id", StorableText, nullable=False),
    sa.Column("payload", _JSON, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index(None, "lead_id"),
)

# A place that deliveries go to. `paused` says why it is not used for the moment; null: it is used.
destination = sa.Table(
    "destination",
    metadata,
    sa.Column("name", StorableText, primary_key=True),
    sa.Column("paused", StorableText),
    sa.Column("paused_at", UtcDateTime),
)

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("seq", _COUNTED, primary_key=True),
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
    sa.UniqueConstraint("event_id", "destination"),
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

# --- runs -----------------------------------------------------------------------------------------------------------

run = sa.Table(
    "run",
    metadata,
    sa.Column("seq", _COUNTED, primary_key=True),
    sa.Column("run_id", StorableText, nullable=False, unique=True),
    sa.Column("kind", StorableText, nullable=False),
    sa.Column("status", StorableText, nullable=False),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("requested_by", StorableText, nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("done", sa.BigInteger),
    sa.Column("total", sa.BigInteger),
    sa.Column("summary", _JSON, nullable=False),
    sa.Column("error", StorableText, nullable=False),
    sa.Column("idempotency_key", StorableText, unique=True),
    sa.Index(None, "status", "seq"),
    sqlite_autoincrement=True,
)

# --- pulling --------------------------------------------------------------------------------------------------------

# Where the next pull of a table starts, and the columns that the rows before it were read with.
pull_token = sa.Table(
    "pull_token",
    metadata,
    sa.Column("table_name", StorableText, primary_key=True),
    sa.Column("token", StorableText, nullable=False),
    sa.Column("columns", _JSON, nullable=False),
)
