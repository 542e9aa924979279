"""Budgets of alerts, held alerts, digests, accounts that wake up, owners of leads."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("owner_id", sa.Text(), nullable=True))
    op.add_column("delivery", sa.Column("digest_after", sa.DateTime(timezone=True), nullable=True))
    op.add_column("delivery", sa.Column("digest_id", sa.Text(), nullable=True))
    op.create_index("ix_delivery_destination_created_at", "delivery", ["destination", "created_at"], unique=False)
    op.create_table(
        "account_memory",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Text(), nullable=False),
        sa.Column("awake", sa.Boolean(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("woke_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "rule", "rule_version", name="pk_account_memory"),
    )
    op.create_table(
        "lead_owner",
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("entra_id", sa.Text(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name="pk_lead_owner"),
    )
    op.create_table(
        "digest",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "destination", "slot", name="pk_digest"),
    )
