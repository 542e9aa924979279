"""When a failed job is tried again: from the attempt's number and the error alone."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from connector.errors import DocumentError, MissingFactError, OutsideError, RefusedError, StoreError
from connector.pipeline.retries import (
    JITTER,
    LONGEST_S,
    SCHEDULE_S,
    gave_up,
    pause_s,
    retry_in_s,
    retry_rejected_in,
)
from connector.settings import Settings

AWAY = OutsideError("It is away.", retryable=True)


class Never(Random):
    """Chance that adds nothing."""

    def uniform(self, a: float, b: float) -> float:
        """The least."""
        return a


def test_the_schedule_goes_from_seconds_to_a_day_and_ends() -> None:
    """Each pause is at least the one before; after the last the job is dead."""
    pauses = [pause_s(attempt, asked_s=None, rng=Never()) for attempt in range(1, len(SCHEDULE_S) + 2)]
    assert pauses == [*SCHEDULE_S, None]
    assert list(SCHEDULE_S) == sorted(SCHEDULE_S)
    assert (SCHEDULE_S[0], SCHEDULE_S[-1]) == (5, 86_400)


def test_chance_adds_up_to_a_fifth() -> None:
    """What failed together does not come back together, and never earlier than the schedule says."""
    pauses = {pause_s(3, asked_s=None, rng=Random(seed)) for seed in range(50)}
    assert len(pauses) == 50
    assert all(pause is not None and 120 <= pause <= 120 * (1 + JITTER) for pause in pauses)


@pytest.mark.parametrize(
    ("asked", "pause"), [(None, 30), (0, 30), (-5, 30), (31, 31), (7_200, 7_200), (10.0**9, LONGEST_S)]
)
def test_what_the_other_side_asks_for_is_honoured_within_bounds(asked: float | None, pause: float) -> None:
    """Never sooner than asked, never later than in a day."""
    assert pause_s(2, asked_s=asked, rng=Never()) == pause
    error = OutsideError("Busy.", retryable=True, retry_after_s=asked)
    assert retry_in_s(error, 2, Never()) == pause


@pytest.mark.parametrize(
    "error",
    [
        DocumentError("Wrong."),
        RefusedError("No."),
        MissingFactError("Gone."),
        OutsideError("403", status=403),
        OutsideError("410", status=410, retry_after_s=5),
    ],
)
def test_what_is_permanent_is_dead_at_once(error: Exception) -> None:
    """Our own errors say whether trying again can help."""
    assert retry_in_s(error, 1, Never()) is None


@pytest.mark.parametrize("error", [AWAY, StoreError("The disk is full."), KeyError("x"), OSError()])
def test_everything_else_is_tried_again(error: Exception) -> None:
    """The database's troubles are not the job's, and what nobody expected may pass."""
    assert retry_in_s(error, 1, Never()) == 5
    assert retry_in_s(error, 1, Never(), schedule=()) is None


def test_attempts_that_ended_without_a_word_are_counted() -> None:
    """A job whose worker dies at every try is given up after as many as the schedule has."""
    assert not gave_up(len(SCHEDULE_S) + 1)
    assert gave_up(len(SCHEDULE_S) + 2)


def test_rejected_writes_are_tried_for_a_week() -> None:
    """After one hour, six, a day, then daily; after seven days no more."""
    pauses = [retry_rejected_in(times) for times in range(1, 9)]
    assert [pause / timedelta(hours=1) for pause in pauses if pause] == [1, 6, 24, 24, 24, 24, 24, 24]
    assert (retry_rejected_in(9), retry_rejected_in(0)) == (None, None)
    assert sum((pause for pause in pauses if pause), timedelta()) <= timedelta(days=7)


def test_a_destination_that_is_seldom_used_is_paused_too() -> None:
    """By default one card's tries last longer than it takes to pause a destination from which only failures come."""
    assert sum(SCHEDULE_S) / 3_600 > Settings.model_fields["pause_after_h"].default
