"""Timers: what the clock asks for becomes a job, one a slot over any number of processes.

The memory of the last slot is the store's. Slots that were missed while nobody worked collapse into the last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from connector.pipeline.cron import Cron
from connector.pipeline.jobs import TIMER_JOB, JobStore, NewJob
from connector.pipeline.ports import Clock


@dataclass(frozen=True, slots=True)
class Timer:
    """What `name` means is its handler's business."""

    name: str
    cron: Cron


@dataclass(slots=True)
class Timers:
    """Puts a job for the last slot of each timer; the first time that a timer is seen its slot is only noted."""

    queue: JobStore
    timers: Sequence[Timer]
    zone: ZoneInfo
    clock: Clock
    _looked_at: datetime | None = field(default=None, init=False)

    def tick(self) -> None:
        """Look at the clock: cheap unless a minute has passed."""
        minute = self.clock().astimezone(UTC).replace(second=0, microsecond=0)
        if minute == self._looked_at:
            return
        for timer in self.timers:
            slot = timer.cron.latest(minute, self.zone)
            if slot is not None:
                name = f"{TIMER_JOB}:{timer.name}:{slot:%Y-%m-%dT%H:%MZ}"
                job = NewJob(name, TIMER_JOB, {"timer": timer.name}, key=timer.name)
                self.queue.put_slot(timer.name, f"{timer.cron.text} {self.zone.key}", slot, job)
        self._looked_at = minute
