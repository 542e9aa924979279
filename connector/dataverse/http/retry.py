"""When a request is tried again and how long to wait first: pure functions over values.

No request, clock or sleep in here; `session` (and `auth` for token calls) hands those in.
Source of the rules: Dataverse service protection limits (obey Retry-After; else wait exponentially).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from connector.errors import OutsideError, SignInError

RETRIED_STATUSES = frozenset({429, 502, 503, 504})
# Dataverse's own codes for "busy" that may come with another status: throttling, query throttling, SQL timeout,
# and the three service protection limits.
RETRIED_CODES = frozenset({"0x8005f103", "0x80048544", "0x80044151", "0x80072321", "0x80072322", "0x80072326"})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Bounds on trying again, in seconds.

    `longest_wish_s` is the longest Retry-After that is waited for (a service protection window is 300 s): a longer
    one ends the call with an error that names it. `budget_s` bounds all tries and waits of one call.
    """

    attempts: int = 8
    first_s: float = 0.5
    longest_s: float = 30.0
    longest_wish_s: float = 300.0
    budget_s: float = 900.0


def parse_retry_after(value: str | None, *, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or HTTP date, as seconds from `now` (0 when past); None when unusable."""
    text = (value or "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        seconds = max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def should_retry(error: BaseException, *, repeatable: bool, policy: RetryPolicy) -> bool:
    """Tell whether a failed try may be repeated: a passing fault, a call that may run twice, a wait that we accept."""
    if not (repeatable and isinstance(error, OutsideError) and error.retryable):
        return False
    if isinstance(error, SignInError):  # `auth` has already tried again
        return False
    return (error.retry_after_s or 0.0) <= policy.longest_wish_s


def wait_s(error: BaseException, attempt: int, *, jitter: float, policy: RetryPolicy) -> float:
    """Give the pause after try number `attempt` (from 1); `jitter` is a random number from 0 to 1.

    The server's wish is never undercut: jitter only adds to it, up to a tenth. Without a wish, or where it is for no
    time at all, the pause doubles with each try and jitter takes up to half of it away, so that many workers do not
    return at once and no try is wasted.
    """
    wish = error.retry_after_s if isinstance(error, OutsideError) else None
    if wish:
        return wish * (1 + jitter / 10)
    return min(policy.longest_s, policy.first_s * 2.0 ** (attempt - 1)) * (1 - jitter / 2)
