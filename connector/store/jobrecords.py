"""A job's row and its attempts as the pipeline sees them."""

from __future__ import annotations

from collections.abc import Sequence

from connector.pipeline.jobs import JobAttempt, JobRecord, JobStatus
from connector.store.database import AnyRow
from connector.store.jobqueue import BLOCKED, FINISHED, LEASED, READY, SLEEPING

QUEUED = (READY, SLEEPING, BLOCKED)
SHOWN = {
    **dict.fromkeys(QUEUED, JobStatus.QUEUED),
    **{status.value: status for status in JobStatus},
}


def shown(row: AnyRow, attempts: Sequence[JobAttempt]) -> JobRecord:
    """A job as the pipeline sees it."""
    return JobRecord(
        job_id=row.job_id,
        kind=row.kind,
        key=row.key,
        status=SHOWN[row.status],
        payload=row.payload,
        put_at=row.put_at,
        not_before=row.not_before,
        finished_at=row.finished_at,
        reason=row.reason,
        attempts=tuple(attempts),
    )


def attempts_of(row: AnyRow, ended: Sequence[AnyRow]) -> list[JobAttempt]:
    """Every attempt, the one that finished or is under way last."""
    attempts = [
        JobAttempt(one.number, one.worker, one.begun_at, one.ended_at, one.outcome, one.reason) for one in ended
    ]
    if row.status in {LEASED, FINISHED}:
        outcome = FINISHED if row.status == FINISHED else None
        attempts.append(JobAttempt(row.attempts, row.worker, row.begun_at, row.finished_at, outcome, ""))
    return attempts
