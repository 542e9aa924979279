"""What `serve` does about its metrics, and how changes are shown, without a service."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry

from connector.cli.audit import as_dict, change
from connector.cli.measuring import measured
from connector.pipeline.audit import MOST_LISTED, AuditEntry, acting, listed, who_acts
from connector.settings import Settings
from connector.web.serving import BindError

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_metrics_are_served_where_they_are_asked_for() -> None:
    """At a free address, and nowhere when they are off."""
    with measured(Settings(metrics_bind="127.0.0.1:0"), CollectorRegistry()) as where:
        assert where.endswith("/metrics")
    with measured(Settings(metrics_bind="off"), CollectorRegistry()) as where:
        assert where == ""


def test_an_address_that_is_taken(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Named, it is an error; the default is done without, and that is said."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = "127.0.0.1", taken.getsockname()[1]
        named = Settings(metrics_bind=f"127.0.0.1:{address[1]}")
        with pytest.raises(BindError, match="CONNECTOR_METRICS_BIND"), measured(named, CollectorRegistry()):
            pytest.fail("it was served")
        monkeypatch.setattr(Settings, "metrics_address", address)
        with measured(Settings(), CollectorRegistry()) as where:
            assert where == ""
    assert "No metrics" in capsys.readouterr().err


@pytest.mark.parametrize("bind", ["9464", "localhost", "127.0.0.1:99999", "on"])
def test_an_address_of_metrics_has_a_form(bind: str) -> None:
    """HOST:PORT or `off`."""
    with pytest.raises(ValueError, match="HOST:PORT"):
        Settings(metrics_bind=bind)
    assert Settings(metrics_bind="[::1]:9464").metrics_address == ("::1", 9464)


def test_a_change_is_shown_as_what_differs() -> None:
    """What came, what went, and what became another; what stayed is shown as it is."""
    entry = AuditEntry(
        "a", "b.done", "c", NOW, {"version": 1, "gone": True, "same": 1}, {"version": 2, "same": 1, "new": 3}
    )
    assert change(entry) == "version 1 -> 2, gone was True, same 1, new 3"
    assert change(AuditEntry("a", "b.done", "c", NOW)) == ""
    assert as_dict(entry)["request_id"] is None


def test_many_things_are_listed_in_part() -> None:
    """How many there are, and the first of their ids in order."""
    many = listed([f"{number:03}" for number in range(150, 0, -1)])
    assert many["count"] == 150
    assert many["ids"] == [f"{number:03}" for number in range(1, MOST_LISTED + 1)]


def test_whoever_acts_does_so_until_the_context_ends() -> None:
    """Contexts nest, and end with what was before, faults included."""
    assert who_acts().actor == ""
    with acting("outer", "r1"):
        with pytest.raises(ValueError, match="x"), acting("inner"):
            assert (who_acts().actor, who_acts().request_id) == ("inner", "")
            raise ValueError("x")
        assert (who_acts().actor, who_acts().request_id) == ("outer", "r1")
    assert who_acts().actor == ""
