"""Jobs with leases, and who holds a delivery's attempt."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)
COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("seq", COUNTED, nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("put_at", TIME, nullable=False),
        sa.Column("not_before", TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("begun_at", TIME, nullable=True),
        sa.Column("leased_until", TIME, nullable=True),
        sa.Column("finished_at", TIME, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_job"),
        sa.UniqueConstraint("job_id", name="uq_job_job_id"),
        sqlite_autoincrement=True,
    )
    _partial("ix_job_ready", ["kind", "rank", "not_before", "seq"], "status = 'ready'")
    _partial("ix_job_sleeping", ["kind", "not_before"], "status = 'sleeping'")
    _partial("ix_job_leased", ["kind", "leased_until"], "status = 'leased'")
    _partial("ix_job_key", ["kind", "key", "status", "seq"], "finished_at IS NULL AND key <> ''")
    op.create_index("ix_job_kind_status_seq", "job", ["kind", "status", "seq"], unique=False)
    op.create_index("ix_job_finished_at", "job", ["finished_at"], unique=False)
    op.create_table(
        "job_attempt",
        sa.Column("job_seq", COUNTED, nullable=False, autoincrement=False),
        sa.Column("fence", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("begun_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job_seq"], ["job.seq"], name="fk_job_attempt_job_seq", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_seq", "fence", name="pk_job_attempt"),
    )
    op.add_column("delivery", sa.Column("holder", sa.Text(), nullable=True))
    op.add_column("delivery", sa.Column("held_until", TIME, nullable=True))


def _partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "job", columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
