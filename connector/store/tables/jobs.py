"""Durable jobs and their failed attempts. Queries stand in the repositories.

`status` tells the three ways to be queued apart, so that a claim finds what may be tried now by an index alone,
however much else waits.
"""

from __future__ import annotations

import sqlalchemy as sa

from connector.store.tables.columns import COUNTED, JSON, StorableText, UtcDateTime, metadata

# Queued: `ready` may be tried now, `sleeping` when its time comes, `blocked` when an earlier job of its key has ended.
# `rank` is the negative priority. Of the last attempt `worker`, `begun_at` and `fence` stay until the next one.
job = sa.Table(
    "job",
    metadata,
    sa.Column("seq", COUNTED, primary_key=True),
    sa.Column("job_id", StorableText, nullable=False, unique=True),
    sa.Column("kind", StorableText, nullable=False),
    sa.Column("key", StorableText, nullable=False),
    sa.Column("rank", sa.Integer, nullable=False),
    sa.Column("payload", JSON, nullable=False),
    sa.Column("status", StorableText, nullable=False),
    sa.Column("put_at", UtcDateTime, nullable=False),
    sa.Column("not_before", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("fence", sa.BigInteger, nullable=False),
    sa.Column("worker", StorableText, nullable=False),
    sa.Column("begun_at", UtcDateTime),
    sa.Column("leased_until", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("reason", StorableText, nullable=False),
    sa.Index(
        "ix_job_ready",
        "kind",
        "rank",
        "not_before",
        "seq",
        sqlite_where=sa.text("status = 'ready'"),
        postgresql_where=sa.text("status = 'ready'"),
    ),
    sa.Index(
        "ix_job_sleeping",
        "kind",
        "not_before",
        sqlite_where=sa.text("status = 'sleeping'"),
        postgresql_where=sa.text("status = 'sleeping'"),
    ),
    sa.Index(
        "ix_job_leased",
        "kind",
        "leased_until",
        sqlite_where=sa.text("status = 'leased'"),
        postgresql_where=sa.text("status = 'leased'"),
    ),
    # What order is kept by: the jobs of a key that have not ended.
    sa.Index(
        "ix_job_key",
        "kind",
        "key",
        "status",
        "seq",
        sqlite_where=sa.text("finished_at IS NULL AND key <> ''"),
        postgresql_where=sa.text("finished_at IS NULL AND key <> ''"),
    ),
    sa.Index(None, "kind", "status", "seq"),
    sa.Index(None, "finished_at"),
    sqlite_autoincrement=True,
)

# Attempts that ended without success; the one that finished, or is under way, stands in the job itself.
job_attempt = sa.Table(
    "job_attempt",
    metadata,
    sa.Column("job_seq", COUNTED, sa.ForeignKey("job.seq", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    sa.Column("fence", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("worker", StorableText, nullable=False),
    sa.Column("begun_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime, nullable=False),
    sa.Column("outcome", StorableText, nullable=False),
    sa.Column("reason", StorableText, nullable=False),
)
