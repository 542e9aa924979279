"""Every key that asked for a run gives that run, however many there are."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_key",
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name="fk_run_key_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("idempotency_key", name="pk_run_key"),
    )
    op.create_index("ix_run_key_run_id", "run_key", ["run_id"], unique=False)
