"""Shared budgets of requests, and how many there were each day."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "request_budget",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("held_until", TIME, nullable=True),
        sa.Column("requests", sa.Integer(), nullable=True),
        sa.Column("execution_s", sa.Float(), nullable=True),
        sa.Column("window_s", sa.Float(), nullable=True),
        sa.Column("learned_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("scope", name="pk_request_budget"),
    )
    op.create_table(
        "request_lease",
        sa.Column("lease", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("execution_s", sa.Float(), nullable=False),
        sa.Column("use_by", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("lease", name="pk_request_lease"),
    )
    op.create_index("ix_request_lease_scope", "request_lease", ["scope"], unique=False)
    op.create_table(
        "request_day",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("operations", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "day", name="pk_request_day"),
    )
