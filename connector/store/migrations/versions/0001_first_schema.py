"""The first schema: documents, the mirror, memory, decisions, the outbox, runs.

A migration is frozen once it was released: it names nothing of `tables`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)
COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_account"),
    )
    op.create_table(
        "account_check",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_account_check"),
    )
    op.create_table(
        "crossing",
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("armed", sa.Boolean(), nullable=False),
        sa.Column("fired_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("lead_id", "rule", "rule_version", name="pk_crossing"),
    )
    op.create_table(
        "decision",
        sa.Column("seq", COUNTED, nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("body", JSON, nullable=True),
        sa.Column("written", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("planned_at", TIME, nullable=False),
        sa.Column("settled_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_decision"),
        sa.UniqueConstraint("decision_id", name="uq_decision_decision_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decision_lead_id", "decision", ["lead_id"], unique=False)
    op.create_index("ix_decision_status_seq", "decision", ["status", "seq"], unique=False)
    op.create_table(
        "destination",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("paused", sa.Text(), nullable=True),
        sa.Column("paused_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_destination"),
    )
    op.create_table(
        "document",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("baseline_pending", sa.Boolean(), nullable=False),
        sa.Column("baseline_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("kind", "name", "version", name="pk_document"),
    )
    op.create_index(
        "ix_document_live",
        "document",
        ["kind", "name"],
        unique=True,
        sqlite_where=sa.text("status = 'live'"),
        postgresql_where=sa.text("status = 'live'"),
    )
    op.create_table(
        "document_event",
        sa.Column("seq", COUNTED, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_document_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_document_event_kind_name_seq", "document_event", ["kind", "name", "seq"], unique=False)
    op.create_table(
        "event",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_event"),
    )
    op.create_index("ix_event_lead_id", "event", ["lead_id"], unique=False)
    op.create_table(
        "former_lead",
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name="pk_former_lead"),
    )
    op.create_table(
        "former_score",
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("changed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("lead_id", "model", name="pk_former_score"),
    )
    op.create_table(
        "interaction",
        sa.Column("interaction_id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("properties", JSON, nullable=False),
        sa.Column("machine", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("interaction_id", name="pk_interaction"),
    )
    op.create_index("ix_interaction_lead_id_at", "interaction", ["lead_id", "at"], unique=False)
    op.create_table(
        "lead",
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("status_reason", sa.BigInteger(), nullable=True),
        sa.Column("marked_ready", sa.Boolean(), nullable=True),
        sa.Column("tracking", sa.Boolean(), nullable=False),
        sa.Column("modified_at", TIME, nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("due_rev", sa.BigInteger(), nullable=False),
        sa.Column("next_change_at", TIME, nullable=True),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name="pk_lead"),
    )
    op.create_index("ix_lead_account_id", "lead", ["account_id"], unique=False)
    op.create_index(
        "ix_lead_due",
        "lead",
        ["lead_id"],
        unique=False,
        sqlite_where=sa.text("due = 1"),
        postgresql_where=sa.text("due"),
    )
    op.create_index(
        "ix_lead_next_change_at",
        "lead",
        ["next_change_at"],
        unique=False,
        sqlite_where=sa.text("next_change_at IS NOT NULL"),
        postgresql_where=sa.text("next_change_at IS NOT NULL"),
    )
    op.create_table(
        "mark",
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("qualification", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("marked_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("lead_id", "qualification", name="pk_mark"),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "pull_token",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.PrimaryKeyConstraint("table_name", name="pk_pull_token"),
    )
    op.create_table(
        "run",
        sa.Column("seq", COUNTED, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("requested_at", TIME, nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("finished_at", TIME, nullable=True),
        sa.Column("done", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_run"),
        sa.UniqueConstraint("idempotency_key", name="uq_run_idempotency_key"),
        sa.UniqueConstraint("run_id", name="uq_run_run_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_run_status_seq", "run", ["status", "seq"], unique=False)
    op.create_table(
        "suppression",
        sa.Column("lead_hash", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("pull", sa.Integer(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.PrimaryKeyConstraint("lead_hash", name="pk_suppression"),
    )
    op.create_table(
        "delivery",
        sa.Column("seq", COUNTED, nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.event_id"], name="fk_delivery_event_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seq", name="pk_delivery"),
        sa.UniqueConstraint("delivery_id", name="uq_delivery_delivery_id"),
        sa.UniqueConstraint("event_id", "destination", name="uq_delivery_event_id_destination"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_delivery_destination_status_next_attempt_at_seq",
        "delivery",
        ["destination", "status", "next_attempt_at", "seq"],
        unique=False,
    )
    op.create_index("ix_delivery_lead_id_destination_seq", "delivery", ["lead_id", "destination", "seq"], unique=False)
    op.create_index("ix_delivery_status_seq", "delivery", ["status", "seq"], unique=False)
    op.create_table(
        "score",
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("coverage", sa.Float(), nullable=False),
        sa.Column("reachable", sa.BigInteger(), nullable=True),
        sa.Column("groups", JSON, nullable=False),
        sa.Column("unknown", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("scored_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.lead_id"], name="fk_score_lead_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("lead_id", "model", name="pk_score"),
    )
    op.create_index("ix_score_model_grade_score", "score", ["model", "grade", "score"], unique=False)
    op.create_index("ix_score_scored_at", "score", ["scored_at"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("begun_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.delivery_id"], name="fk_attempt_delivery_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("delivery_id", "number", name="pk_attempt"),
    )
    op.create_index("ix_attempt_destination_begun_at", "attempt", ["destination", "begun_at"], unique=False)
