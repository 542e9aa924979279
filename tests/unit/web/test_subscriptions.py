"""Subscribing over HTTP: what is handed on, what is refused, and that an address tells nobody anything."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from flask.testing import FlaskClient

from connector.errors import BusyError
from connector.pipeline.subscriptions import About, Filters, Subscribed, Subscription, TriggerName
from connector.web.apikeys import new_key
from connector.web.app import create_app
from connector.web.auth import Security
from connector.web.service import Service
from tests.contract.openapi.standin import AT, LEAD

ROOT = "https://leads.example.com/base"
URL = "https://prod-12.westeurope.logic.azure.com:443/workflows/0a/run?sp=%2Ftriggers&sig=PLACEHOLDER"
SECRET, ENTRY = new_key("flows", ["Score.Read"])
KEY = {"x-api-key": SECRET}
WRONG = {"x-api-key": "no"}
UNSUBSCRIBE = "/api/v1/subscriptions/"


@dataclass
class Flows:
    """A service that remembers what it was asked."""

    subscribed: list[tuple[TriggerName, Filters, str, str]] = field(default_factory=list)
    ended: list[tuple[str, str]] = field(default_factory=list)
    is_full: bool = False

    def subscribe(self, trigger: TriggerName, filters: Filters, callback: str, by: str, request_id: str) -> Subscribed:
        """Remember it."""
        if self.is_full:
            raise BusyError("There are 1000 subscriptions already.", remedy="End some.")
        assert request_id
        self.subscribed.append((trigger, filters, callback, by))
        return Subscribed(Subscription("s1", trigger, filters, "h", AT, by, AT), "k" * 43, "whsec_x", is_new=True)

    def unsubscribe(self, key: str, by: str, request_id: str) -> None:
        """Remember it."""
        assert request_id
        self.ended.append((key, by))


@pytest.fixture
def flows() -> Flows:
    """The service."""
    return Flows()


def client_of(flows: Flows, public_url: str | None = ROOT + "/") -> FlaskClient:
    """A client of the service."""
    return create_app(cast("Service", flows), Security(api_keys=[ENTRY]), public_url=public_url).test_client()


@pytest.mark.parametrize(
    ("path", "sent", "trigger", "filters"),
    [
        ("score-crossed", {"model": " m ", "minimum": 70}, TriggerName.SCORE_CROSSED, Filters("m", 70)),
        ("score-crossed", {"model": "m", "minimum": "-7"}, TriggerName.SCORE_CROSSED, Filters("m", -7)),
        ("grade-changed", {"model": "m", "grade": "Hot", "country": "  "}, TriggerName.GRADE_CHANGED,
         Filters("m", grade="Hot")),
        ("lead-qualified", {"qualification": "q", "owner": LEAD.upper()}, TriggerName.LEAD_QUALIFIED,
         Filters(qualification="q", owner=LEAD)),
        ("account-woke", {"people": 3.0, "country": "GB"}, TriggerName.ACCOUNT_WOKE, Filters(minimum=3, country="GB")),
        ("attention", {"about": "run_failed"}, TriggerName.ATTENTION, Filters(about=About.RUN_FAILED)),
        ("attention", {"about": "", "model": None, "minimum": ""}, TriggerName.ATTENTION, Filters()),
    ],
)  # fmt: skip
def test_what_a_flow_asks_for_is_handed_on(
    flows: Flows, path: str, sent: dict[str, Any], trigger: TriggerName, filters: Filters
) -> None:
    """Inputs that were left empty narrow nothing; the callback goes on byte for byte, with who asked."""
    answer = client_of(flows).post(f"/api/v1/triggers/{path}", headers=KEY, json={"callback_url": URL, **sent})
    assert answer.status_code == 201
    assert flows.subscribed == [(trigger, filters, URL, "key:flows")]


def test_the_address_of_a_subscription_is_absolute_and_never_of_the_host_header(flows: Flows) -> None:
    """It stands below the public address, whoever the request says that it is for; the callback is not shown again."""
    headers = {**KEY, "Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    answer = client_of(flows).post("/api/v1/triggers/lead-qualified", headers=headers, json={"callback_url": URL})
    assert answer.headers["Location"] == f"{ROOT}/api/v1/subscriptions/{'k' * 43}"
    assert "PLACEHOLDER" not in answer.text
    assert answer.get_json()["signing_secret"] == "whsec_x"


def test_without_a_public_address_nobody_subscribes(flows: Flows) -> None:
    """A flow that could not unsubscribe is refused, with the setting that is missing."""
    answer = client_of(flows, None).post("/api/v1/triggers/lead-qualified", headers=KEY, json={"callback_url": URL})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "no_public_url")
    assert "CONNECTOR_PUBLIC_URL" in answer.get_json()["remedy"]
    assert flows.subscribed == []


def test_too_many_subscriptions_are_told_when_to_come_again(flows: Flows) -> None:
    """429 with Retry-After, which flows know."""
    flows.is_full = True
    answer = client_of(flows).post("/api/v1/triggers/lead-qualified", headers=KEY, json={"callback_url": URL})
    assert (answer.status_code, answer.get_json()["code"]) == (429, "too_many_subscriptions")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "sent",
    [
        {"country": "GB\r\nX-Evil: 1"},
        {"country": "\u202egnp"},
        {"country": "x" * 201},
        {"owner": "not-a-guid"},
        {"owner": 7},
        {"qualification": ["a"]},
        {"callback_url": ""},
        {"callback_url": "x" * 4097},
        {"callback_url": None},
        {"unheard": "of"},
    ],
)
def test_a_filter_that_nobody_could_mean_is_refused(flows: Flows, sent: dict[str, Any]) -> None:
    """Line breaks, characters that cannot be seen, wrong types and lengths: 422 with the path, without the callback."""
    body = {"callback_url": URL, **sent}
    answer = client_of(flows).post("/api/v1/triggers/lead-qualified", headers=KEY, json=body)
    assert answer.status_code == 422
    assert answer.get_json()["faults"][0]["path"] == next(iter(sent))
    assert "PLACEHOLDER" not in answer.text
    assert flows.subscribed == []


def test_whoever_knows_an_address_may_end_it_and_learns_nothing(flows: Flows) -> None:
    """With credentials, with wrong ones, without any, once or again: the same answer for a key that is one or none."""
    client = client_of(flows)
    answers = [
        client.delete(UNSUBSCRIBE + key, headers=headers)
        for key, headers in itertools.product(
            ("k" * 43, "n" * 43, "short", "x" * 3_000), ({}, KEY, {"x-api-key": "no"})
        )
    ]
    assert {(one.status_code, one.text) for one in answers} == {(200, '{"status":"ended"}\n')}
    assert {key for key, _ in flows.ended} == {"k" * 43, "n" * 43}
    assert {by for _, by in flows.ended} == {"capability"}


@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "PATCH"])
def test_subscriptions_cannot_be_listed_or_looked_at(flows: Flows, verb: str) -> None:
    """Nobody finds out which there are: an address takes nothing but its end, and there is no list."""
    client = client_of(flows)
    assert client.open(UNSUBSCRIBE + "k" * 43, method=verb, headers=KEY).status_code == 405
    assert client.open("/api/v1/subscriptions", method=verb, headers=KEY).status_code == 404
    assert client.delete("/api/v1/subscriptions", headers=KEY).status_code == 404


def test_subscribing_needs_a_role(flows: Flows) -> None:
    """Any customer of the platform has callbacks on its hosts: nobody subscribes without being known."""
    client = client_of(flows)
    for path in ("score-crossed", "grade-changed", "lead-qualified", "account-woke", "attention"):
        assert client.post(f"/api/v1/triggers/{path}", json={"callback_url": URL}).status_code == 401
    assert client.get("/api/v1/triggers/qualified").status_code == 401
