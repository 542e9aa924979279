"""When a delivery is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from connector.delivery.retry import next_attempt
from connector.pipeline.retries import LONGEST_S, SCHEDULE_S
from connector.pipeline.values import Delivered, DeliveryOutcome, RetryLater, Undeliverable

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def pause_s(attempt: int, outcome: DeliveryOutcome, seed: int = 1) -> float:
    """Seconds until the next attempt."""
    at = next_attempt(attempt, outcome, NOW, Random(seed))
    assert at is not None
    return (at - NOW).total_seconds()


@pytest.mark.parametrize("outcome", [Delivered(202), Undeliverable("no", 400), Undeliverable("gone", 404, pauses=True)])
def test_what_is_settled_is_not_tried_again(outcome: DeliveryOutcome) -> None:
    """Delivered and undeliverable have no next attempt."""
    assert next_attempt(1, outcome, NOW, Random(1)) is None


def test_the_schedule_grows_from_seconds_to_a_day_and_ends() -> None:
    """Pauses start at 5 s, grow to 24 h, and after the last there is none."""
    assert SCHEDULE_S[0] == 5
    assert SCHEDULE_S[-1] == LONGEST_S == timedelta(hours=24).total_seconds()
    assert all(before < after for before, after in pairwise(SCHEDULE_S))
    for attempt, scheduled in enumerate(SCHEDULE_S, start=1):
        for seed in range(20):
            assert scheduled <= pause_s(attempt, RetryLater("busy"), seed) <= scheduled * 1.2
    assert next_attempt(len(SCHEDULE_S) + 1, RetryLater("busy"), NOW, Random(1)) is None


def test_chance_spreads_what_failed_together() -> None:
    """The same failure gets different times from different draws, and the same from the same."""
    assert len({pause_s(3, RetryLater("busy"), seed) for seed in range(10)}) == 10
    assert pause_s(3, RetryLater("busy"), 7) == pause_s(3, RetryLater("busy"), 7)


@pytest.mark.parametrize(
    ("after_s", "least", "most"),
    [
        (60.0, 60, 72),
        (0.0, 5, 6),
        (-5.0, 5, 6),
        (10**9, LONGEST_S, LONGEST_S * 1.2),
        (float("inf"), LONGEST_S, LONGEST_S * 1.2),
        (float("nan"), 5, 6),
        (None, 5, 6),
    ],
)
def test_a_wish_is_honoured_within_bounds(after_s: float | None, least: float, most: float) -> None:
    """Never earlier than asked, never earlier than the schedule, never put off for more than a day."""
    assert least <= pause_s(1, RetryLater("busy", 429, after_s)) <= most
