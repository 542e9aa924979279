"""Partitions of a run and destinations that rest."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("run", sa.Column("fence", sa.BigInteger(), nullable=False, server_default="0"))
    for name in ("cancel_asked_at", "progress_since", "progress_at"):
        op.add_column("run", sa.Column(name, TIME, nullable=True))
    for name in ("failing_since", "failed_at"):
        op.add_column("destination", sa.Column(name, TIME, nullable=True))
    op.create_table(
        "run_partition",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("upto", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("tally", JSON, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name="fk_run_partition_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "number", name="pk_run_partition"),
        sa.UniqueConstraint("job_id", name="uq_run_partition_job_id"),
    )
