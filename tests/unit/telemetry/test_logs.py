"""Logs: what a line says as text and as JSON, which ids it bears, and what of an error is written."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from connector.telemetry import logs
from connector.telemetry.context import bind, bound, bound_now, carried
from connector.telemetry.logs import EVENTS, Happening, JsonLines, TextLines, tell


@pytest.fixture
def written() -> Iterator[tuple[logging.Handler, io.StringIO]]:
    """A handler on the events alone, and what it wrote."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger(EVENTS)
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler, out
    logger.removeHandler(handler)
    logger.setLevel(before)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    """What was written, read back."""
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_names_of_events_are_fixed() -> None:
    """Alert rules that are deployed somewhere look for exactly these."""
    assert [one.value for one in Happening] == [
        "run_started", "run_succeeded", "run_failed", "delivery_dead", "destination_paused",
    ]  # fmt: skip


def test_an_event_bears_its_fields_and_the_ids_of_the_context(written: tuple[logging.Handler, io.StringIO]) -> None:
    """One object: the event, its fields, the ids that are bound, the time in UTC."""
    with bound(run_id="run_1"):
        bind(job_id="job_2")
        tell(Happening.RUN_FAILED, kind="sync", seconds=1.5)
    tell(Happening.RUN_STARTED, kind="sync")
    failed, started = lines(written[1])
    assert failed.pop("time").endswith("+00:00")
    assert failed == {
        "level": "error", "logger": EVENTS, "run_id": "run_1", "job_id": "job_2", "event": "run_failed",
        "kind": "sync", "seconds": 1.5,
    }  # fmt: skip
    assert (started["level"], "run_id" in started) == ("info", False)


def test_text_ends_with_the_ids_that_the_message_does_not_say(written: tuple[logging.Handler, io.StringIO]) -> None:
    """People read the message first, and no id twice."""
    handler, out = written
    handler.setFormatter(TextLines())
    with bound(run_id="run_1", job_id="job_2"):
        tell(Happening.RUN_STARTED, run_id="run_1")
    assert out.getvalue() == "INFO connector.events: run_started run_id=run_1 [job_id=job_2]\n"


@pytest.mark.parametrize(("lasting", "said"), [(False, "run_id=run_1 "), (True, "run_id=run_1 error=No token. ")])
def test_an_error_is_said_once(written: tuple[logging.Handler, io.StringIO], *, lasting: bool, said: str) -> None:
    """A command that ends with an error says it in its last sentence: its log leaves it out, a worker's does not."""
    handler, out = written
    handler.setFormatter(TextLines(with_errors=lasting))
    with bound(job_id="job_2"):
        tell(Happening.RUN_FAILED, run_id="run_1", error="No token.")
    assert out.getvalue() == f"ERROR connector.events: run_failed {said}[job_id=job_2]\n"


@pytest.mark.parametrize("form", [JsonLines(), TextLines()])
def test_of_an_exception_only_kind_and_place_are_written(
    form: logging.Formatter, written: tuple[logging.Handler, io.StringIO]
) -> None:
    """What an exception says may quote a row or an address."""
    handler, out = written
    handler.setFormatter(form)
    try:
        int("Ada Example wrote to https://flow.example/?sig=1234")
    except ValueError:
        logging.getLogger(EVENTS).exception("a step failed")
    text = out.getvalue()
    assert "a step failed" in text
    assert "ValueError at test_logs.py:" in text
    assert "Ada" not in text
    assert "sig=" not in text


def test_a_message_without_an_event_stays_a_message(written: tuple[logging.Handler, io.StringIO]) -> None:
    """What is no event is written as it was said."""
    logging.getLogger(EVENTS).warning("%d jobs were given back", 3)
    [line] = lines(written[1])
    assert (line["message"], "event" in line) == ("3 jobs were given back", False)


@pytest.mark.parametrize(
    ("form", "lasting", "terminal", "kind", "always"),
    [
        ("json", False, True, JsonLines, True),
        ("text", True, False, TextLines, False),
        ("auto", True, False, JsonLines, True),
        ("auto", True, True, TextLines, False),
        ("auto", False, False, TextLines, False),
    ],
)
def test_the_form_follows_the_setting_and_the_terminal(
    form: logs.Format, lasting: bool, terminal: bool, kind: type, always: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`auto` is JSON for a process that lasts and has no terminal; as JSON events are written at any level."""
    given: dict[str, Any] = {}
    monkeypatch.setattr(logging, "basicConfig", given.update)
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    logger = logging.getLogger(EVENTS)
    before = logger.level
    try:
        logs.set_up(form, "error", lasting=lasting)
        assert given["level"] == "ERROR"
        assert isinstance(given["handlers"][0].formatter, kind)
        assert (logger.level == logging.INFO) is always
    finally:
        logger.setLevel(before)


def test_ids_go_along_into_a_thread_that_they_are_carried_to() -> None:
    """A thread begins with none; a carried function sees those of where it was made, and gives none back."""
    seen: list[dict[str, str]] = []

    def look() -> None:
        seen.append(dict(bound_now()))
        bind(job_id="theirs")

    with bound(run_id="run_1"):
        threads = [threading.Thread(target=look), threading.Thread(target=carried(look))]
        for thread in threads:
            thread.start()
            thread.join()
        assert dict(bound_now()) == {"run_id": "run_1"}
    assert seen == [{}, {"run_id": "run_1"}]
    assert dict(bound_now()) == {}
