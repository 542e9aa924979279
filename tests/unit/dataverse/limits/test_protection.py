"""What an answer says about limits: hints, waits and limits by name; nonsense says nothing."""

from __future__ import annotations

import json

import pytest

from connector.dataverse.limits.protection import Signals, read_signals
from connector.pipeline.budgets import Lesson
from tests.unit.dataverse.support import NOW

REQUESTS = "Number of requests exceeded the limit of 6000 over time window of 300 seconds."
EXECUTION = (
    "Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds over time window of 300 "
    "seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later."
)
AT_ONCE = "Number of concurrent requests exceeded the limit of 52."


def refused(code: str, message: str, *, status: int = 429, retry_after: str = "") -> Signals:
    """The signals of a refusal."""
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    return read_signals(status, {"Retry-After": retry_after}, body, now=NOW)


@pytest.mark.parametrize(
    ("text", "hint"), [("48", 48), (" 4 ", 4), ("", None), ("0", None), ("-1", None), ("lots", None), ("1e9", None)]
)
def test_the_advised_parallelism_is_read(text: str, hint: int | None) -> None:
    """A positive whole number, else none."""
    assert read_signals(200, {"x-ms-dop-hint": text}, b"", now=NOW) == Signals(is_success=True, hint=hint)


@pytest.mark.parametrize(
    ("code", "message", "lesson"),
    [
        ("0x80072322", REQUESTS, Lesson(requests=6000, window_s=300.0)),
        ("-2147015902", REQUESTS, Lesson(requests=6000, window_s=300.0)),
        ("0x80072322", "Number of requests exceeded the limit of 8.000.", Lesson(requests=8000)),
        ("0x80072321", EXECUTION, Lesson(execution_s=1200.0, window_s=300.0)),
        ("0x80072322", "Too many.", None),
        ("0x80072322", "The limit of 0 over time window of 300 seconds.", None),
        ("0x80072322", f"limit of {'9' * 30}", None),
        ("0x80072322", "limit of 10 over time window of 99999999 seconds", Lesson(requests=10)),
        ("0x80072326", AT_ONCE, None),
        ("", REQUESTS, None),
    ],
)
def test_a_limit_that_is_named_is_learned(code: str, message: str, lesson: Lesson | None) -> None:
    """Requests and execution time with their window; what names none teaches nothing."""
    signals = refused(code, message, retry_after="12")
    assert (signals.lesson, signals.is_refusal, signals.hold_s) == (lesson, True, 12.0)


def test_too_many_at_once_is_told_from_too_many() -> None:
    """Only the concurrency limit says something about the number in flight."""
    assert refused("0x80072326", AT_ONCE).too_many_at_once
    assert not refused("0x80072322", REQUESTS).too_many_at_once


def test_a_wish_to_wait_counts_where_nothing_was_done() -> None:
    """A server that is away for a while may say for how long; a forbidden request says nothing about time."""
    away = refused("", "", status=503, retry_after="7")
    assert (away.hold_s, away.is_refusal, away.is_success) == (7.0, False, False)
    assert refused("0x80040220", "no", status=403, retry_after="7").hold_s == 0


def test_a_date_is_counted_from_the_servers_time() -> None:
    """A date says until when."""
    assert refused("", "", retry_after="Fri, 20 Nov 2026 09:00:30 GMT").hold_s == 30.0


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": 5}', b"\xff\xfe"])
def test_a_damaged_refusal_is_a_refusal(body: bytes) -> None:
    """Whatever the body is, 429 means too much."""
    assert read_signals(429, {}, body, now=NOW) == Signals(is_refusal=True)


def test_a_protection_code_counts_with_any_status() -> None:
    """The code says what it is where something in between changed the status."""
    assert refused("0x80072321", EXECUTION, status=400).is_refusal
