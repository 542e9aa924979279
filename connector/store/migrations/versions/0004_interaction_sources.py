"""Where interactions are read from, who they are of, and what is known of the messages they belong to."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    for name in ("source", "source_row", "rank", "message", "role", "link", "said", "machine_reason"):
        op.add_column("interaction", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("interaction", sa.Column("generation", sa.Integer(), nullable=True))
    _partial("ix_interaction_source_source_row", "interaction", ["source", "source_row"], "source IS NOT NULL")
    _partial("ix_interaction_lead_id_message", "interaction", ["lead_id", "message"], "message IS NOT NULL")
    _people()
    op.create_table(
        "pending",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_row", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("properties", JSON, nullable=False),
        sa.Column("machine", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("rank", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "source_row", name="pk_pending"),
    )
    op.create_index("ix_pending_expires_at", "pending", ["expires_at"], unique=False)
    op.create_index(
        "ix_pending_ready",
        "pending",
        ["source", "source_row"],
        unique=False,
        sqlite_where=sa.text("ready = 1"),
        postgresql_where=sa.text("ready"),
    )
    op.create_table(
        "pending_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_row", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source", "source_row"],
            ["pending.source", "pending.source_row"],
            name="fk_pending_key_source_source_row",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", "source", "source_row", name="pk_pending_key"),
    )
    op.create_index("ix_pending_key_source_source_row", "pending_key", ["source", "source_row"], unique=False)
    _reading()


def _people() -> None:
    op.create_table(
        "lead_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.lead_id"], name="fk_lead_key_lead_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "lead_id", name="pk_lead_key"),
    )
    op.create_index("ix_lead_key_lead_id", "lead_key", ["lead_id"], unique=False)
    op.create_table(
        "left_out_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lead_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "lead_hash", name="pk_left_out_key"),
    )
    op.create_index("ix_left_out_key_lead_hash", "left_out_key", ["lead_hash"], unique=False)


def _reading() -> None:
    op.create_table(
        "message_check",
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("lead_id", "message", name="pk_message_check"),
    )
    op.create_table(
        "interaction_source",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=True),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("keys", JSON, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_interaction_source"),
    )
    op.create_table(
        "source_token",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("mappings", JSON, nullable=False),
        sa.PrimaryKeyConstraint("table_name", name="pk_source_token"),
    )
    op.create_table(
        "import_file",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("read_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("source", "table_name", "file", name="pk_import_file"),
    )


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
