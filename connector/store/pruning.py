"""What is over is dropped after a while, in small steps, so that nobody waits for it.

Nothing goes that tells what was done before: crossings, marks, scores, what waits or is planned, and runs that a key
asks for stay. Attempts count for the rates of the last day, so that nothing younger than two days goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from connector.pipeline.jobs import TIMER_JOB, JobStatus
from connector.pipeline.ports import RunStatus
from connector.pipeline.subscriptions import PREFIX
from connector.pipeline.values import DeliveryStatus
from connector.store.database import Repository
from connector.store.decisions import DecisionStatus
from connector.store.tables import decision, delivery, event, job, run, run_key, subscription

STEP = 500
LEAST_AGE = timedelta(days=2)
_DONE_DELIVERIES = (DeliveryStatus.DELIVERED.value, DeliveryStatus.DIGESTED.value)
_DONE_JOBS = (JobStatus.FINISHED.value, JobStatus.CANCELLED.value)
_DONE_RUNS = tuple(status.value for status in RunStatus if status not in {RunStatus.QUEUED, RunStatus.RUNNING})


class Pruning(Repository):
    """Fulfils `PruningStore`."""

    def prune(self, *, now: datetime, keep: timedelta, keep_jobs: timedelta) -> Mapping[str, int]:
        """Drop what was over longer ago than `keep` (finished jobs: `keep_jobs`); return how many rows of each."""
        old, old_jobs = now - max(keep, LEAST_AGE), now - max(min(keep_jobs, keep), LEAST_AGE)
        waits = sa.exists().where(delivery.c.event_id == event.c.event_id)
        resumed = sa.exists().where(job.c.job_id == "run:" + run.c.run_id, job.c.finished_at.is_(None))
        # A key gives its run for good, but nobody comes back to a timer's slot.
        slot = f"{TIMER_JOB}:"
        is_asked = sa.exists().where(run_key.c.run_id == run.c.run_id, ~run_key.c.idempotency_key.startswith(slot))
        is_forgotten = (run.c.idempotency_key.is_(None) | run.c.idempotency_key.startswith(slot)) & ~is_asked
        goes_on = sa.exists().where(
            delivery.c.destination == sa.literal(PREFIX) + subscription.c.subscription_id,
            subscription.c.ended_at.is_(None),
        )
        to_nobody = delivery.c.destination.startswith(PREFIX) & ~goes_on  # it cannot be sent any more, nor replayed
        over: dict[str, tuple[sa.Column[int], sa.ColumnElement[bool]]] = {
            "jobs": (job.c.seq, (job.c.finished_at < old_jobs) & job.c.status.in_(_DONE_JOBS)),
            "dead jobs": (job.c.seq, (job.c.finished_at < old) & (job.c.status == JobStatus.DEAD.value)),
            "runs": (
                run.c.seq,
                (run.c.finished_at < old) & run.c.status.in_(_DONE_RUNS) & is_forgotten & ~resumed,
            ),
            "decisions": (
                decision.c.seq,
                (decision.c.status != DecisionStatus.PLANNED.value) & (decision.c.settled_at < old),
            ),
            "deliveries": (
                delivery.c.seq,
                (delivery.c.created_at < old) & (delivery.c.status.in_(_DONE_DELIVERIES) | to_nobody),
            ),
            "subscriptions": (subscription.c.subscription_id, subscription.c.ended_at < old),
            "events": (event.c.event_id, (event.c.at < old) & ~waits),
        }
        return {name: self._drop(*what) for name, what in over.items()}

    def _drop(self, key: sa.Column[int], where: sa.ColumnElement[bool]) -> int:
        dropped = 0
        while True:
            with self._database.write() as connection:
                some = connection.scalars(sa.select(key).where(where).limit(STEP)).all()
                if some:
                    connection.execute(sa.delete(key.table).where(key.in_(some), where))
            dropped += len(some)
            if len(some) < STEP:
                return dropped
