"""The history of scores."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "score_change",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_score_change"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_score_change_lead_id_seq", "score_change", ["lead_id", "seq"], unique=False)
    op.create_index("ix_score_change_at", "score_change", ["at"], unique=False)
    # What is known of the past: the last change of each score.
    op.execute(
        "INSERT INTO score_change (lead_id, model, version, score, grade, reasons, run_id, at) "
        "SELECT lead_id, model, version, score, grade, reasons, '', changed_at FROM score "
        "WHERE score IS NOT NULL ORDER BY changed_at, lead_id, model"
    )
