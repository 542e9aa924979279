"""Verdicts of people about cards, and the rule of each event, which outlives what the event said."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "verdict",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "source", name="pk_verdict"),
    )
    op.create_index("ix_verdict_at", "verdict", ["at"], unique=False)
    op.add_column("event", sa.Column("rule", sa.Text(), nullable=False, server_default=""))
