"""What an answer says about the service protection limits: the advised parallelism, a wish to wait, a limit by name.

Pure functions of status, headers and body. Source: Dataverse's page on service protection API limits, which tells
not to pace by the `ratelimit` headers: they are not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.dataverse.http.refusals import read_error
from connector.dataverse.http.retry import RETRIED_STATUSES, parse_retry_after
from connector.pipeline.budgets import Lesson

TOO_MANY_REQUESTS = "0x80072322"
TOO_MUCH_EXECUTION = "0x80072321"
TOO_MANY_AT_ONCE = "0x80072326"

_PROTECTION = frozenset({TOO_MANY_REQUESTS, TOO_MUCH_EXECUTION, TOO_MANY_AT_ONCE})
_REFUSED = 429
_SUCCESS = range(200, 300)
_LIMIT = re.compile(r"limit of ([0-9][0-9.,\s]*)", re.IGNORECASE)
_WINDOW = re.compile(r"window of ([0-9]+(?:\.[0-9]+)?) seconds", re.IGNORECASE)
_LONGEST_WINDOW_S = 3600.0
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Signals:
    """What one answer says. `hold_s` is for how long nothing is to be sent, 0 where it says nothing about that."""

    is_success: bool = False
    is_refusal: bool = False
    too_many_at_once: bool = False
    hint: int | None = None
    hold_s: float = 0.0
    lesson: Lesson | None = None


def read_signals(status: int, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Signals:
    """Read the signals of one answer; what is damaged says nothing."""
    hint = _number(headers.get("x-ms-dop-hint", ""))
    if status in _SUCCESS:
        return Signals(is_success=True, hint=hint)
    error = read_error(body) if status >= 400 else None  # noqa: PLR2004 - where errors begin
    code = error.code if error else ""
    if status not in RETRIED_STATUSES and code not in _PROTECTION:
        return Signals(hint=hint)
    return Signals(
        is_refusal=status == _REFUSED or code in _PROTECTION,
        too_many_at_once=code == TOO_MANY_AT_ONCE,
        hint=hint,
        hold_s=parse_retry_after(headers.get("Retry-After"), now=now) or 0.0,
        lesson=_lesson(code, error.message) if error else None,
    )


def _lesson(code: str, message: str) -> Lesson | None:
    """Read the limit that a refusal names; None where it names none."""
    found = _LIMIT.search(message)
    number = _number(re.sub(r"\D", "", found[1])) if found else None
    if number is None or code not in {TOO_MANY_REQUESTS, TOO_MUCH_EXECUTION}:
        return None
    named = _WINDOW.search(message)
    window_s = float(named[1]) if named else 0.0
    window = window_s if 0 < window_s <= _LONGEST_WINDOW_S else None
    if code == TOO_MANY_REQUESTS:
        return Lesson(requests=number, window_s=window)
    return Lesson(execution_s=number / 1000, window_s=window)


def _number(text: str) -> int | None:
    """Read a positive whole number; None for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text) > 0 else None
