"""The contacts of leads, merged rows, and the metadata that were last read."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lead", sa.Column("contact_id", sa.Text(), nullable=True))
    op.create_index(
        "ix_lead_contact_id",
        "lead",
        ["contact_id"],
        unique=False,
        sqlite_where=sa.text("contact_id IS NOT NULL"),
        postgresql_where=sa.text("contact_id IS NOT NULL"),
    )
    op.create_table(
        "merged",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("survivor_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "row_id", name="pk_merged"),
    )
    op.create_index("ix_merged_table_name_survivor_id", "merged", ["table_name", "survivor_id"], unique=False)
    op.create_table(
        "picture",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("origin", name="pk_picture"),
    )
