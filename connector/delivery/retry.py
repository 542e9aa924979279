"""When a delivery is tried again: by its number and outcome; how long the pauses are stands in `pipeline.retries`."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from connector.pipeline.retries import pause_s
from connector.pipeline.values import DeliveryOutcome, RetryLater


def next_attempt(attempt: int, outcome: DeliveryOutcome, now: datetime, rng: Random) -> datetime | None:
    """Say when to try again after `attempt` (from 1) ended with `outcome`; None when never.

    Never earlier than the schedule nor, up to 24 hours, than the destination asked (`RetryLater.after_s`).
    """
    if not isinstance(outcome, RetryLater):
        return None
    pause = pause_s(attempt, asked_s=outcome.after_s, rng=rng)
    return None if pause is None else now + timedelta(seconds=pause)
