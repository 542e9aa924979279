"""Faults, calls, clock and cards without a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from connector.sandbox.calls import CallLog
from connector.sandbox.cards import unsupported
from connector.sandbox.clock import Clock, wire
from connector.sandbox.faults import Effect, Faults
from connector.sandbox.server import Request
from connector.sandbox.teams import fault_of


def _request(path: str = "/api", method: str = "GET") -> Request:
    return Request(method, path, "", {})


def test_a_fault_is_taken_as_often_as_told() -> None:
    """A knob acts n times and then no more, counting each."""
    faults = Faults()
    fault = faults.status(500, times=2)
    taken = [faults.take("dataverse", _request(), Effect.STATUS) for _ in range(3)]
    assert taken == [fault, fault, None]
    assert fault.applied == 2


def test_faults_act_in_their_order_and_place() -> None:
    """Knobs of one effect act in the order in which they were turned, each on its own service and request."""
    faults = Faults()
    first, second = faults.status(500), faults.status(503, when="/leads", service="teams")
    assert faults.take("teams", _request("/accounts"), Effect.STATUS) is None
    assert faults.take("teams", _request("/leads"), Effect.LATENCY) is None
    assert faults.take("teams", _request("/leads"), Effect.STATUS) is second
    assert faults.take("dataverse", _request(), Effect.STATUS) is first


def test_clearing_reaches_faults_that_are_held() -> None:
    """After `clear` nothing acts any more, and a fault in hand says so."""
    faults = Faults()
    fault = faults.latency(5)
    faults.clear()
    assert fault.left == 0
    assert faults.take("dataverse", _request(), Effect.LATENCY) is None


def test_the_log_forgets_the_oldest_and_counts_all() -> None:
    """The log keeps the latest calls; its counters count every one."""
    log = CallLog(keep=2)
    for number in range(5):
        log.note("dataverse", "read", _request(f"/{number}"), 200)
    assert [call.path for call in log.all()] == ["/3", "/4"]
    assert log.count("dataverse", "read") == log.count("dataverse") == 5


def test_secrets_are_not_kept() -> None:
    """Of the authorisation only its scheme is kept, and unknown headers not at all."""
    log = CallLog()
    log.note(
        "dataverse",
        "read",
        Request("GET", "/", "", {"authorization": "Bearer secret", "x-key": "secret", "prefer": "a"}),
        200,
    )
    assert log.all()[0].headers == {"authorization": "Bearer", "prefer": "a"}


def test_the_clock_stands_still_until_moved() -> None:
    """A fixed clock changes only by hand, in whole seconds and UTC; without a time it runs."""
    clock = Clock(datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))))
    assert wire(clock()) == "2026-01-01T00:00:00Z"
    clock.advance(timedelta(minutes=5, microseconds=7))
    assert clock() == datetime(2026, 1, 1, 0, 5, tzinfo=UTC)
    clock.set(None)
    before, told, after = datetime.now(UTC), clock(), datetime.now(UTC)
    assert before - timedelta(seconds=1) < told <= after
    with pytest.raises(ValueError, match="zone"):
        Clock(datetime(2026, 1, 1))  # noqa: DTZ001  # the naive time is what is refused


def test_cards_with_nested_elements_are_looked_through() -> None:
    """Elements inside containers and columns count as well."""
    inner: dict[str, Any] = {
        "type": "ColumnSet",
        "columns": [{"type": "Column", "items": [{"type": "TextBlock", "text": "x"}]}],
    }
    card: dict[str, Any] = {"type": "AdaptiveCard", "version": "1.2", "body": [{"type": "Container", "items": [inner]}]}
    attachment: dict[str, Any] = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    message = {"type": "message", "attachments": [attachment]}
    assert fault_of(message, 100) == ""
    inner["columns"][0]["items"] = [{"type": "Media"}]
    assert "Media" in fault_of(message, 100)
    inner["columns"] = ["text"]
    assert "column" in fault_of(message, 100)
    card["body"] = ["text"]
    assert "element" in fault_of(message, 100)
    card["body"] = None
    assert "no body" in fault_of(message, 100)
    attachment["content"] = []
    assert "AdaptiveCard" in fault_of(message, 100)
    attachment["contentType"] = "application/vnd.microsoft.teams.card.o365connector"
    assert "adaptive" in fault_of(message, 100)


@pytest.mark.parametrize(
    ("card", "found"),
    [
        ({"body": [{"type": "TextBlock"}], "actions": []}, []),
        ("text", ["an element that is no object"]),
        ({"body": "text"}, ["an element that is no object"]),
        ({"body": [{"type": "ColumnSet", "columns": [5]}]}, ["a part of columns that is no object"]),
        ({"body": [{"type": "ActionSet", "actions": [5, {"type": "Action.Http"}]}]},
         ["an element that is no object", "Action.Http"]),
        ({"body": [{"type": "ColumnSet", "columns": [{"items": [{"type": "Rating"}]}]}]}, ["Rating"]),
        ({"actions": [{"type": "Action.OpenUrl", "url": "HTTPS://a.example"}]}, []),
    ],
)  # fmt: skip
def test_cards_are_looked_through(card: Any, found: list[str]) -> None:
    """Every part of a card that Teams does not show is found, wherever it is nested."""
    assert unsupported(card) == found
