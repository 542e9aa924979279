"""When a delivery is tried again: a pure decision from the attempt's number and outcome.

Nothing in here waits, reads the clock or draws from a global source of chance.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from connector.pipeline.values import DeliveryOutcome, RetryLater

# Pause after the first, second, ... failed attempt, in seconds: quick at first, then out of the way for three days,
# in which an outage or a suspended flow gets noticed (the shape that the Standard Webhooks specification advises).
SCHEDULE_S = (5, 30, 120, 300, 900, 1_800, 3_600, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
LONGEST_S = 86_400
JITTER = 0.2


def next_attempt(attempt: int, outcome: DeliveryOutcome, now: datetime, rng: Random) -> datetime | None:
    """Say when to try again after `attempt` (from 1) ended with `outcome`; None when never.

    Never earlier than the schedule nor, up to 24 hours, than the destination asked (`RetryLater.after_s`). Up to a
    fifth is added by chance, so that what failed together does not come back together.
    """
    if not isinstance(outcome, RetryLater) or attempt > len(SCHEDULE_S):
        return None
    asked_s = min(max(outcome.after_s or 0.0, 0.0), LONGEST_S)
    pause_s = max(SCHEDULE_S[max(attempt, 1) - 1], asked_s)
    return now + timedelta(seconds=pause_s * (1 + rng.uniform(0, JITTER)))
