"""The Teams workflows and the flow callbacks over HTTPS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from connector.sandbox import Sandbox
from connector.sandbox.throttle import TEAMS_RATES

from .support import Client, client_of

CARD = {"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlock", "text": "Hello"}],
        "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": "https://example.org"}]}  # fmt: skip


def _message(card: Any) -> dict[str, Any]:
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


@pytest.fixture
def teams(sandbox: Sandbox) -> Iterator[Client]:
    """A client of Teams."""
    with client_of(sandbox, sandbox.teams.origin, token="") as client:
        yield client


def _target(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def _channel(sandbox: Sandbox, name: str) -> str:
    pairs = dict(pair.split("=", 1) for pair in sandbox.settings["CONNECTOR_TEAMS_CHANNELS"].split())
    return _target(pairs[name])


def test_a_card_reaches_its_channel(sandbox: Sandbox, teams: Client) -> None:
    """A message is answered with 202 and no body, and kept as it came, for the channel of its URL."""
    answer = teams.ask("POST", _channel(sandbox, "sales-dach"), _message(CARD))
    assert (answer.status, answer.body) == (202, b"")
    (card,) = sandbox.teams.cards
    assert card.channel == "sales-dach"
    assert card.body == _message(CARD)
    assert card.at == sandbox.clock()
    sandbox.teams.success_status = 200
    assert teams.ask("POST", _channel(sandbox, "sales-uk"), _message(CARD)).status == 200


def test_a_url_without_its_signature_is_refused(sandbox: Sandbox, teams: Client) -> None:
    """The signature is the secret: without it 401; an unknown workflow is 404; GET is not allowed."""
    target = _channel(sandbox, "sales-uk")
    assert teams.ask("POST", target.partition("&sig=")[0], _message(CARD)).status == 401
    assert teams.ask("POST", f"{target}x", _message(CARD)).json["error"]["code"] == "DirectApiAuthorizationRequired"
    assert teams.ask("POST", target.replace("workflows/", "workflows/0"), _message(CARD)).status == 404
    assert teams.ask("GET", target).status == 405
    assert teams.ask("POST", target, b"{").status == 400
    assert teams.ask("POST", target.replace("%2Ftriggers%2Fmanual%2Frun", "x"), _message(CARD)).status == 401
    missing = teams.ask("POST", target.replace("api-version=1&", ""), _message(CARD))
    assert (missing.status, missing.json["error"]["code"]) == (400, "MissingApiVersionParameter")
    assert teams.ask("POST", f"{target}&x={'x' * 16_384}", _message(CARD)).status == 414
    assert teams.ask("POST", target.replace("/workflows", "//workflows"), _message(CARD)).status == 404
    assert sandbox.teams.cards == []


def test_disabled_and_deleted_workflows(sandbox: Sandbox, teams: Client) -> None:
    """A workflow that is off, or gone, says so by its code."""
    target = _channel(sandbox, "sales-uk")
    sandbox.teams.disable("sales-uk")
    assert teams.ask("POST", target, _message(CARD)).json["error"]["code"] == "WorkflowTriggerIsNotEnabled"
    sandbox.teams.disable("sales-uk", deleted=True)
    assert teams.ask("POST", target, _message(CARD)).json["error"]["code"] == "WorkflowNotFound"
    sandbox.teams.enable("sales-uk")
    assert teams.ask("POST", target, _message(CARD)).status == 202


@pytest.mark.parametrize(
    "body",
    [
        _message({**CARD, "version": "1.6"}),
        _message({**CARD, "body": [{"type": "Media"}]}),
        _message({**CARD, "actions": [{"type": "Action.Submit"}]}),
        _message({**CARD, "actions": [{"type": "Action.ShowCard", "card": {"body": [{"type": "Input.Text"}]}}]}),
        _message({**CARD, "actions": [{"type": "Action.OpenUrl", "url": "javascript:alert(1)"}]}),
        _message({**CARD, "body": [{"type": "Container", "items": [], "selectAction": {"type": "Action.Execute"}}]}),
        _message({**CARD, "body": [{"type": "Table", "rows": [{"cells": [{"items": [{"type": "Media"}]}]}]}]}),
        _message({**CARD, "body": [{"type": "TextBlock", "text": "x" * 30_000}]}),
        {"type": "message", "attachments": []},
        {"type": "message", "text": "plain"},
        CARD,
        [CARD],
    ],
)
def test_a_card_can_fail_after_its_202(sandbox: Sandbox, teams: Client, body: Any) -> None:
    """What Teams cannot show is accepted all the same, and no card appears: only the run knows why."""
    assert teams.ask("POST", _channel(sandbox, "sales-uk"), body).status == 202
    assert sandbox.teams.cards == []
    (run,) = sandbox.teams.failed_runs
    assert run.channel == "sales-uk"
    assert run.reason


def test_teams_fails_on_demand(sandbox: Sandbox, teams: Client) -> None:
    """A channel answers 429 with Retry-After, 5xx or 4xx when told, and loses answers after the card was shown."""
    target = _channel(sandbox, "sales-uk")
    sandbox.faults.status(429, service="teams", retry_after=3)
    throttled = teams.ask("POST", target, _message(CARD))
    assert (throttled.status, throttled.headers["Retry-After"]) == (429, "3")
    sandbox.faults.status(502, service="teams", handled=True)
    assert teams.ask("POST", target, _message(CARD)).status == 502
    assert len(sandbox.teams.cards) == 1
    assert sandbox.calls.count("teams", "card") == 2


def test_a_channel_takes_so_many_cards_in_so_much_time(sandbox: Sandbox, teams: Client) -> None:
    """Above its rate a channel answers 429 and says when to come back; others are not concerned; then it takes more."""
    now = [100.0]
    sandbox.teams.throttle.clock = lambda: now[0]
    sandbox.teams.throttle.enforce([(2, 1.0), (3, 60.0)])
    target = _channel(sandbox, "sales-uk")
    assert [teams.ask("POST", target, _message(CARD)).status for _ in range(3)] == [202, 202, 429]
    assert teams.ask("POST", _channel(sandbox, "sales-dach"), _message(CARD)).status == 202
    now[0] += 1.0
    assert teams.ask("POST", target, _message(CARD)).status == 202
    refused = teams.ask("POST", target, _message(CARD))
    assert (refused.status, refused.headers["Retry-After"]) == (429, "59")
    assert refused.json["error"]["code"] == "TooManyRequests"
    sandbox.teams.throttle.retry_after = False
    assert "Retry-After" not in teams.ask("POST", target, _message(CARD)).headers
    assert sandbox.teams.throttle.refused == 3
    now[0] += 59.0
    assert teams.ask("POST", target, _message(CARD)).status == 202
    sandbox.teams.throttle.enforce([])
    assert [teams.ask("POST", target, _message(CARD)).status for _ in range(9)] == [202] * 9


def test_rates_that_were_published(sandbox: Sandbox, teams: Client) -> None:
    """With the published rates five cards at once are one too many."""
    sandbox.teams.throttle.clock = lambda: 5.0
    sandbox.teams.throttle.enforce(TEAMS_RATES)
    target = _channel(sandbox, "sales-uk")
    assert [teams.ask("POST", target, _message(CARD)).status for _ in range(5)] == [202] * 4 + [429]


def test_flows_differ(sandbox: Sandbox) -> None:
    """A flow may be throttled, answer 400 when it is off, and never see headers of a sender's own."""
    target = _target(sandbox.flows.address())
    with client_of(sandbox, sandbox.flows.origin, token="") as client:
        sandbox.flows.custom_headers = False
        assert client.ask("POST", target, {"id": 1}, {"webhook-signature": "v1,x"}).status == 202
        assert "webhook-signature" not in sandbox.flows.calls[0].headers
        assert sandbox.flows.calls[0].headers["content-type"] == "application/json"
        sandbox.flows.throttle.clock = lambda: 5.0
        sandbox.flows.throttle.enforce([(1, 10.0)])
        assert [client.ask("POST", target, {}).status for _ in range(2)] == [202, 429]
        sandbox.flows.off_status = 400
        sandbox.flows.disable("lead-qualified")
        off = client.ask("POST", target, {})
        assert (off.status, off.json["error"]["code"]) == (400, "WorkflowTriggerIsNotEnabled")


def test_a_flow_is_called_back(sandbox: Sandbox) -> None:
    """A flow's callback URL takes any JSON with its headers; the same name gives the same URL."""
    address = sandbox.flows.address("hot-leads")
    assert sandbox.flows.address("hot-leads") == address
    with client_of(sandbox, sandbox.flows.origin, token="") as client:
        answer = client.ask("POST", _target(address), {"id": 1}, {"webhook-id": "msg_1"})
        assert answer.status == 202
        assert client.ask("POST", _target(address), b"no json").status == 202
        sandbox.flows.disable("hot-leads")
        assert client.ask("POST", _target(address), {}).json["error"]["code"] == "WorkflowTriggerIsNotEnabled"
        sandbox.flows.disable("hot-leads", deleted=True)
        assert client.ask("POST", _target(address), {}).status == 404
        sandbox.flows.enable("hot-leads")
        assert client.ask("POST", "/elsewhere", {}).status == 404
        sandbox.faults.status(410, service="flows")
        assert client.ask("POST", _target(address), {}).status == 410
    first, second = sandbox.flows.calls
    assert (first.flow, first.body, first.headers["webhook-id"]) == ("hot-leads", {"id": 1}, "msg_1")
    assert (second.body, second.raw) == (None, b"no json")
    assert sandbox.calls.count("flows", "callback") == 5
