"""Timers over a queue that records what was put: when they look, and what they put."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from connector.pipeline.cron import parse
from connector.pipeline.jobs import TIMER_JOB, JobStore, NewJob
from connector.worker.timers import Timer, Timers


class Slots:
    """Records slots."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, datetime, NewJob]] = []

    def put_slot(self, timer: str, schedule: str, slot: datetime, job: NewJob) -> bool:
        """Record it."""
        self.seen.append((timer, schedule, slot, job))
        return True


def test_the_last_slot_of_each_timer_is_put_once_a_minute() -> None:
    """The id tells timer and slot, so that every process makes the same job; within a minute nothing is looked at."""
    slots = Slots()
    now = [datetime(2026, 7, 1, 9, 0, 30, tzinfo=UTC)]
    timers = [Timer("sync", parse("*/15 * * * *")), Timer("prune", parse("0 3 * * *"))]
    clock = Timers(cast("JobStore", slots), timers, ZoneInfo("Europe/Berlin"), lambda: now[0])
    clock.tick()
    clock.tick()
    assert [(timer, schedule, slot.isoformat()) for timer, schedule, slot, _ in slots.seen] == [
        ("sync", "*/15 * * * * Europe/Berlin", "2026-07-01T09:00:00+00:00"),
        ("prune", "0 3 * * * Europe/Berlin", "2026-07-01T01:00:00+00:00"),
    ]
    job = slots.seen[0][3]
    assert (job.job_id, job.kind, job.payload, job.key) == (
        "timer:sync:2026-07-01T09:00Z", TIMER_JOB, {"timer": "sync"}, "sync",
    )  # fmt: skip
    now[0] += timedelta(seconds=40)
    clock.tick()
    assert len(slots.seen) == 4


def test_what_failed_is_looked_at_again() -> None:
    """A database that is away for a moment costs no slot."""

    class Away(Slots):
        def put_slot(self, timer: str, schedule: str, slot: datetime, job: NewJob) -> bool:
            super().put_slot(timer, schedule, slot, job)
            if len(self.seen) == 1:
                raise OSError
            return True

    slots = Away()
    clock = Timers(
        cast("JobStore", slots),
        [Timer("sync", parse("* * * * *"))],
        ZoneInfo("UTC"),
        lambda: datetime(2026, 7, 1, tzinfo=UTC),
    )
    try:
        clock.tick()
    except OSError:
        clock.tick()
    assert len(slots.seen) == 2
