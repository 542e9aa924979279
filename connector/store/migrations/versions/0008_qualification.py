"""What a decision about qualification remembers."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "qualification_decision",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("qualification", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("models", JSON, nullable=False),
        sa.Column("actions", JSON, nullable=False),
        sa.Column("status_reason", sa.BigInteger(), nullable=True),
        sa.Column("status_label", sa.Text(), nullable=True),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_qualification_decision"),
        sa.UniqueConstraint("decision_id", "qualification", name="uq_qualification_decision_decision_id_qualification"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_qualification_decision_lead_id_seq", "qualification_decision", ["lead_id", "seq"], unique=False)
    op.create_index("ix_qualification_decision_at", "qualification_decision", ["at"], unique=False)
    op.create_table(
        "owner_name",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name="pk_owner_name"),
    )
    # What is known of the past: who was marked by what, when. Why, and by which scores, nobody wrote down.
    op.execute(
        "INSERT INTO qualification_decision (decision_id, lead_id, qualification, version, reason, models, actions, "
        "status_reason, status_label, run_id, at) "
        "SELECT 'before:' || lead_id, lead_id, qualification, version, '', '[]', '[]', NULL, NULL, '', marked_at "
        "FROM mark ORDER BY marked_at, lead_id, qualification"
    )
