"""From a card's link to the report: through the installation's own store, its page and its command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connector.bootstrap import Service
from connector.cli import run
from connector.errors import MissingFactError, RefusedError
from connector.pipeline.values import Event
from connector.pipeline.verdicts import Answer
from connector.settings import load_settings
from connector.web.app import create_app
from connector.web.auth import Security

AT = datetime(2026, 11, 21, 9, 5, tzinfo=UTC)
EVENT = Event("eve_1", "score_crossed", "lead-1", {"alert": "hot-leads"}, ("teams:sales",), AT)
PUBLIC = {"CONNECTOR_PUBLIC_URL": "https://leads.example"}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The settings of an installation with a public address."""
    return {**PUBLIC, "CONNECTOR_DATA_DIR": str(tmp_path / "data")}


@pytest.fixture
def service(environ: dict[str, str]) -> Iterator[Service]:
    """An installation that announced one lead."""
    with Service(load_settings(environ), clock=lambda: AT) as opened:
        opened.store.announce([EVENT], now=AT)
        yield opened


def links(service: Service, now: datetime = AT) -> tuple[str, str]:
    """The two links of the lead's card."""
    (claimed,) = service.store.claim(["teams:sales"], 1, now=AT + timedelta(minutes=1), rates={"teams:sales": []})
    assert service.verdict_links is not None
    pair = service.verdict_links.pair(claimed.delivery_id, now)
    assert pair is not None
    return pair


def test_a_press_of_the_button_is_an_answer_of_the_rule(
    service: Service, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Following the link asks, pressing records, and the command tells it by rule."""
    good, not_good = (url.removeprefix("https://leads.example") for url in links(service))
    client = create_app(service, Security(), public_url="https://leads.example").test_client()
    assert "Was this a good lead?" in client.get(good).text
    assert list(service.verdicts_by_rule()) == []
    assert "Thank you" in client.post(good).text
    assert client.post(not_good).status_code == 409
    assert client.get("/verdicts/" + "A" * 50).status_code == 404
    service.close()
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert run(["alerts", "verdicts", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rules"] == [{"rule": "alert:hot-leads", "good": 1, "not_good": 0, "cards": 0, "good_share": 1.0}]
    assert run(["alerts", "verdicts", "--days", "36500"]) == 0
    assert "alert:hot-leads" in capsys.readouterr().out


def test_a_link_of_another_time_or_place_is_refused(service: Service, tmp_path: Path) -> None:
    """Expired, of another installation, or of a card that is gone."""
    good, _ = links(service, now=AT - timedelta(days=31))
    with pytest.raises(RefusedError, match="could be used until"):
        service.question(good.rpartition("/")[2])
    elsewhere = {**PUBLIC, "CONNECTOR_DATA_DIR": str(tmp_path / "elsewhere")}
    with Service(load_settings(elsewhere), clock=lambda: AT) as other:
        assert other.verdict_links is not None
        pair = other.verdict_links.pair("dlv_" + "0" * 32, AT)
        assert pair is not None
        token = pair[0].rpartition("/")[2]
        with pytest.raises(MissingFactError):
            other.cast(token)
        with pytest.raises(RefusedError, match="not one of ours"):
            service.cast(token)


def test_without_a_public_address_nobody_is_asked(tmp_path: Path) -> None:
    """There are no links, and none is taken."""
    with Service(load_settings({"CONNECTOR_DATA_DIR": str(tmp_path)})) as quiet:
        assert quiet.verdict_links is None
        assert quiet._answers("dlv_" + "0" * 32) is None
        with pytest.raises(RefusedError, match="no public address"):
            quiet.question("x")


def test_an_answer_survives_a_restart_of_the_installation(service: Service, environ: dict[str, str]) -> None:
    """The secret is the store's: links made before are read after."""
    good, _ = links(service)
    service.close()
    with Service(load_settings(environ), clock=lambda: AT + timedelta(days=29)) as again:
        assert again.cast(good.rpartition("/")[2]).verdict.answer is Answer.GOOD
