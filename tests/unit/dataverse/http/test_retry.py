"""When and how long: the pure functions of trying again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.dataverse.http.retry import RetryPolicy, parse_retry_after, should_retry, wait_s
from connector.errors import OutsideError, SignInError
from tests.unit.dataverse.support import NOW

POLICY = RetryPolicy()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        (" 12 ", 12.0),
        ("1.5", 1.5),
        ("-3", None),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("Fri, 20 Nov 2026 09:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 09:00:30 -0000", 30.0),
        ("Fri, 20 Nov 2026 08:00:00 GMT", 0.0),
        ("Fri, 99 Nov 2026 08:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(header: str | None, seconds: float | None) -> None:
    """Seconds and HTTP dates are read; a past date is now; nonsense is no wish."""
    assert parse_retry_after(header, now=NOW) == seconds


def test_only_passing_faults_of_repeatable_calls_are_tried_again() -> None:
    """All of: an outside fault that passes, a call that may run twice, a wish within the bound."""
    passing = OutsideError("x", retryable=True)
    assert should_retry(passing, repeatable=True, policy=POLICY)
    assert not should_retry(passing, repeatable=False, policy=POLICY)
    assert not should_retry(OutsideError("x"), repeatable=True, policy=POLICY)
    assert not should_retry(ValueError(), repeatable=True, policy=POLICY)
    assert not should_retry(SignInError("x", retryable=True), repeatable=True, policy=POLICY)
    wish = OutsideError("x", retryable=True, retry_after_s=POLICY.longest_wish_s + 1)
    assert not should_retry(wish, repeatable=True, policy=POLICY)


def test_a_wish_is_never_undercut() -> None:
    """Jitter adds up to a tenth to what the server asked for."""
    error = OutsideError("x", retry_after_s=10)
    assert wait_s(error, 1, jitter=0.0, policy=POLICY) == 10
    assert wait_s(error, 9, jitter=1.0, policy=POLICY) == pytest.approx(11)


def test_a_wish_for_no_time_is_none() -> None:
    """A zero, or a date that is past: all tries within a moment would meet the same answer."""
    error = OutsideError("x", retryable=True, retry_after_s=0.0)
    assert [wait_s(error, attempt, jitter=0.0, policy=POLICY) for attempt in (1, 2, 3)] == [0.5, 1.0, 2.0]


def test_without_a_wish_pauses_double_up_to_a_bound() -> None:
    """The pause doubles from the first, stops at the longest, and jitter takes up to half away."""
    error = OutsideError("x")
    pauses = [wait_s(error, attempt, jitter=0.0, policy=POLICY) for attempt in range(1, 10)]
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert wait_s(error, 1, jitter=1.0, policy=POLICY) == 0.25


def test_a_date_counts_from_the_moment_given() -> None:
    """The same header means less later."""
    header = "Fri, 20 Nov 2026 09:00:30 GMT"
    assert parse_retry_after(header, now=NOW + timedelta(seconds=20)) == 10.0
