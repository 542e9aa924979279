"""The rate of one caller."""

from __future__ import annotations

import pytest

from connector.settings import Settings
from connector.web.limits import Limits, Rates


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_a_minutes_calls_are_taken_and_the_next_must_wait() -> None:
    """The bucket empties after its size and says how long until one more fits."""
    rates = Rates(60, Hand())
    assert [rates.wait_s("a") for _ in range(60)] == [0.0] * 60
    assert rates.wait_s("a") == pytest.approx(1.0)
    assert rates.wait_s("b") == 0.0


def test_the_bucket_fills_with_time_and_not_beyond_its_size() -> None:
    """A refused call costs nothing; after a long rest there is one full bucket, no more."""
    clock = Hand()
    rates = Rates(60, clock)
    for _ in range(65):
        rates.wait_s("a")
    clock.now += 1.0
    assert [rates.wait_s("a") > 0 for _ in range(2)] == [False, True]
    clock.now += 100_000
    assert sum(rates.wait_s("a") == 0 for _ in range(100)) == 60


def test_the_memory_of_callers_is_bounded() -> None:
    """Only the callers seen last are remembered."""
    rates = Rates(60, Hand())
    for number in range(Rates._MOST + 50):
        rates.wait_s(str(number))
    assert len(rates._buckets) == Rates._MOST


def test_the_settings_bound_requests() -> None:
    """Size and rate come from the settings; what they do not say is as it is without them."""
    limits = Limits.of(Settings(api_body_kb=64, api_calls_per_minute=5))
    assert (limits.body_bytes, limits.calls_per_minute) == (65_536, 5)
    assert Limits.of(Settings()) == Limits()
