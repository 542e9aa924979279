"""Whether and when a failed job, or a rejected write, is tried again: decided by an attempt's number and error.

Nothing in here waits, reads the clock or draws from a global source of chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from connector.errors import ConnectorError, OutsideError, StoreError

# Pause after the first, second, ... failed attempt, in seconds: quick at first, then out of the way for three days,
# in which an outage gets noticed.
SCHEDULE_S = (5, 30, 120, 300, 900, 1_800, 3_600, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
LONGEST_S = 86_400
JITTER = 0.2
# Pause after the first, second, ... time that a rule of theirs rejected a write: rules are mended by people, within a
# week; after that only a change of the lead, or a full read, tries again.
REJECTED_H = (1, 6, 24, 24, 24, 24, 24, 24)


def pause_s(
    attempt: int, *, asked_s: float | None, rng: Random, schedule: Sequence[float] = SCHEDULE_S
) -> float | None:
    """Say how many seconds to wait after attempt number `attempt` (from 1) failed; None when never again.

    Never shorter than the schedule nor, up to 24 hours, than the other side asked (`asked_s`). Up to a fifth is added
    by chance, so that what failed together does not come back together.
    """
    if attempt > len(schedule):
        return None
    asked = min(max(asked_s or 0.0, 0.0), LONGEST_S)
    return max(float(schedule[max(attempt, 1) - 1]), asked) * (1 + rng.uniform(0, JITTER))


def retry_in_s(error: BaseException, attempt: int, rng: Random, schedule: Sequence[float] = SCHEDULE_S) -> float | None:
    """Say how many seconds to wait before a job is tried again that ended with this error; None when it is dead.

    What our own errors call permanent is dead at once. The database's troubles are nothing of the job's, and an
    unexpected error may be anything: both are tried again.
    """
    permanent = isinstance(error, ConnectorError) and not error.retryable and not isinstance(error, StoreError)
    if permanent:
        return None
    asked_s = error.retry_after_s if isinstance(error, OutsideError) else None
    return pause_s(attempt, asked_s=asked_s, rng=rng, schedule=schedule)


def gave_up(attempt: int, schedule: Sequence[float] = SCHEDULE_S) -> bool:
    """Tell whether an attempt is one more than the schedule allows: those before ended without a word."""
    return attempt > len(schedule) + 1


def retry_rejected_in(times: int) -> timedelta | None:
    """Say when a write is tried again though nothing changed that was rejected so many times; None: not by itself."""
    return timedelta(hours=REJECTED_H[times - 1]) if 1 <= times <= len(REJECTED_H) else None
