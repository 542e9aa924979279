"""The clock of whoever share a database: corrected, measured again after a while, kept where nobody answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connector.errors import StoreError
from connector.pipeline.ports import Clock
from connector.pipeline.sharedclock import SharedClock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_it_tells_the_databases_time_and_measures_now_and_then() -> None:
    """What the database is ahead is added; after a minute it is asked again, and where it is away the last holds."""
    asked: list[datetime] = []
    ahead: list[timedelta | StoreError] = [-3 * SECOND, StoreError("It is away."), SECOND]
    passes = iter((5.0, 64.9, 65.0, 126.0, 130.0))

    def measure(clock: Clock) -> timedelta:
        asked.append(clock())
        found = ahead[len(asked) - 1]
        if isinstance(found, StoreError):
            raise found
        return found

    clock = SharedClock(lambda: NOON, measure, again_s=60.0, monotonic=lambda: next(passes))
    assert [clock() - NOON for _ in range(5)] == [-3 * SECOND, -3 * SECOND, -3 * SECOND, SECOND, SECOND]
    assert asked == [NOON] * 3
