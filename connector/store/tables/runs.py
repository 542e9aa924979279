"""Runs of the main job and the partitions that they are divided into. Queries stand in the repositories."""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import COUNTED, JSON, StorableText, UtcDateTime, metadata

run = sa.Table(
    "run",
    metadata,
    sa.Column("seq", COUNTED, primary_key=True),
    sa.Column("run_id", StorableText, nullable=False, unique=True),
    sa.Column("kind", StorableText, nullable=False),
    sa.Column("status", StorableText, nullable=False),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("requested_by", StorableText, nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("done", sa.BigInteger),
    sa.Column("total", sa.BigInteger),
    sa.Column("summary", JSON, nullable=False),
    sa.Column("error", StorableText, nullable=False),
    sa.Column("idempotency_key", StorableText, unique=True),
    # How often it was begun: what an earlier beginning still says of it is void.
    sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("cancel_asked_at", UtcDateTime),
    # When it began to get on, and when it last did: what a rate is reckoned from.
    sa.Column("progress_since", UtcDateTime),
    sa.Column("progress_at", UtcDateTime),
    sa.Index(None, "status", "seq"),
    sqlite_autoincrement=True,
)

# What a run answers to beside the key that it was asked for with: keys that met it while it waited.
run_key = sa.Table(
    "run_key",
    metadata,
    sa.Column("idempotency_key", StorableText, primary_key=True),
    sa.Column("run_id", StorableText, sa.ForeignKey("run.run_id", ondelete="CASCADE"), nullable=False),
    sa.Index(None, "run_id"),
)

# A range of lead ids, after `after` up to `upto`, of a run under way. They go when the run ends.
run_partition = sa.Table(
    "run_partition",
    metadata,
    sa.Column("run_id", StorableText, sa.ForeignKey("run.run_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("job_id", StorableText, nullable=False, unique=True),
    sa.Column("after", StorableText, nullable=False),
    sa.Column("upto", StorableText, nullable=False),
    sa.Column("status", StorableText, nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("tally", JSON, nullable=False),
    sa.Column("error", StorableText, nullable=False),
)
