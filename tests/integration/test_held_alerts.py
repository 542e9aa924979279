"""Alerts that are held: from the settings of channels to the digest of a timer, and the command that lists them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from connector.bootstrap import Service
from connector.bootstrap.running import CARDS
from connector.checkup import check_digests
from connector.cli import run
from connector.pipeline.holding import HOUR, Limit
from connector.pipeline.jobs import NewJob, Task
from connector.settings import load_settings
from connector.store import SqlStore
from tests.contract.store.material import announce
from tests.contract.store.test_alerts import limited

FLOW = "https://prod-01.westeurope.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke?sig=hush"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def environ(folder: Path) -> dict[str, str]:
    """Two channels, one of which is quiet at night and takes little."""
    return {
        "CONNECTOR_DATA_DIR": str(folder),
        "CONNECTOR_DATAVERSE_URL": "https://org.crm4.dynamics.com",
        "CONNECTOR_TEAMS_CHANNELS": f"sales={FLOW} desk={FLOW}",
        "CONNECTOR_TEAMS_BUDGETS": "sales=10/h *=30/h",
        "CONNECTOR_TEAMS_QUIET": "sales=18:00-08:00",
        "CONNECTOR_WEEKLY_SCHEDULE": "0 8 * * mon",
        "CONNECTOR_TIMEZONE": "Europe/Berlin",
    }


class Time:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The time."""
        return self.now


@pytest.fixture
def time() -> Time:
    """Half past nine in the morning."""
    return Time()


@pytest.fixture
def service(tmp_path: Path, time: Time) -> Iterator[Service]:
    """A service whose channels take what the settings say, with two alerts held."""
    with Service(load_settings(environ(tmp_path / "data")), clock=time) as opened:
        for number in (1, 2, 3):
            announce(cast("SqlStore", opened.store), limited(number, Limit(1, HOUR)))
        yield opened


def test_what_channels_take_is_what_the_settings_say(service: Service) -> None:
    """A channel of its own and all others; hours without a zone are those of the service; who is quiet gets nothing."""
    sales, desk = service.holding.terms("teams:sales"), service.holding.terms("teams:desk")
    assert (sales.budget and sales.budget.per_hour, desk.budget and desk.budget.per_hour) == (10, 30)
    assert (sales.quiet is not None, desk.quiet) == (True, None)
    night = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)  # half past six in Berlin
    assert set(service.outbox().open_rates(night)) == {"teams:desk"}
    assert set(service.outbox().open_rates(NOW)) == {"teams:sales", "teams:desk"}


def digests(service: Service) -> list[dict[str, Any]]:
    """The digests in the outbox."""
    return [dict(one) for one in service.store.deliveries() if one["kind"] == "digest"]


def test_a_timer_makes_the_digest(service: Service, time: Time) -> None:
    """Its job makes one card, which no further job makes again, and a summary's job notes where weeks begin."""
    handler = next(one for one in service.handlers(cast("Any", None), service.inbox) if "timer" in one.kinds)
    time.now = NOW + timedelta(hours=1)
    queue = service.store.queue
    for number, timer in enumerate(("digest", "digest", "weekly")):
        queue.put([NewJob(f"t{number}", "timer", {"timer": timer})])
    leases = queue.claim(["timer"], 10, worker="test")
    for lease in leases:
        assert not handler.do([lease])
    assert len(digests(service)) == 1
    assert service.store.held_alerts() == []
    assert service.make_digests() == 0


def test_whoever_asks_for_a_digest_gets_one_for_that_minute(tmp_path: Path, time: Time) -> None:
    """Also where the service has no schedule of its own; asked for again under the same key, or in vain, it is one."""
    settings = load_settings(environ(tmp_path / "data") | {"CONNECTOR_DIGEST_SCHEDULE": "off"})
    with Service(settings, clock=time) as service:
        for number in (1, 2, 3):
            announce(cast("SqlStore", service.store), limited(number, Limit(1, HOUR)))
        time.now = NOW + timedelta(hours=3, seconds=20)
        asked = {service.start_task(Task.DIGEST, key) for key in ("one", "one", "two")}
        alone = {service.start_task(Task.PRUNE), service.start_task(Task.PRUNE)}
        waiting = {job.job_id for job in service.store.queue.jobs(kind="timer")}
        assert len(asked) == 2
        assert asked < waiting
        assert len(waiting & alone) == 1  # without a key one that waits stands for it
        handler = next(one for one in service.handlers(cast("Any", None), service.inbox) if "timer" in one.kinds)
        while leases := service.store.queue.claim(["timer"], 10, worker="test"):
            assert not handler.do(leases)
            service.store.queue.finish(leases)
        assert len(digests(service)) == 1
        assert service.store.held_alerts() == []


def test_the_command_lists_what_is_held(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who, for which channel, why, and from when on a digest tells it; as JSON too."""
    assert len(service.store.held_alerts()) == 2
    for name, value in environ(tmp_path / "data").items():
        monkeypatch.setenv(name, value)
    assert run(["alerts", "held", "--json"]) == 0
    held = json.loads(capsys.readouterr().out)["held"]
    assert [(one["lead_id"], one["rule"], one["destination"]) for one in held] == [
        ("lead-2", "hot", "teams:sales"),
        ("lead-3", "hot", "teams:sales"),
    ]
    assert run(["alerts", "held", "--limit", "1"]) == 0
    assert "The channel sales takes 1 card" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("schedule", "quiet"),
    [("0 * * * *", []), ("0 7 * * *", ["teams:sales"]), ("0 7,12 * * mon", []), ("off", ["teams:sales", "teams:desk"])],
)
def test_a_channel_that_no_digest_reaches_is_named(tmp_path: Path, schedule: str, quiet: list[str]) -> None:
    """Where digests come in quiet hours only, or never, what is held would wait for ever: doctor says so."""
    settings = load_settings({**environ(tmp_path), "CONNECTOR_DIGEST_SCHEDULE": schedule})
    with Service(settings, clock=lambda: NOW) as opened:
        checks = check_digests(opened.digests(CARDS).never_told(NOW))
    assert [one.name for one in checks] == quiet
