"""The hook: who is let in, what is taken, and that nothing is acknowledged which is not stored."""

from __future__ import annotations

import hmac
import json
import logging
from typing import Any, cast

import pytest
from flask.testing import FlaskClient

from connector.errors import StoreError
from connector.pipeline.hints import Hint, Taken
from connector.web.app import create_app
from connector.web.auth import Security
from connector.web.hooksecrets import HookSecrets, presented_by
from connector.web.limits import Limits
from connector.web.service import Service
from tests.unit.dataverse.hookbodies import CORRELATION, LEAD, body, cut, entity, pair, update
from tests.unit.web.test_app import FakeService, problem

OLD, NEW = "the-old-secret-of-the-hook", "the-new-secret-of-the-hook"
LET_IN = {"x-connector-secret": OLD}
URL = "/hooks/dataverse"


@pytest.fixture
def service() -> FakeService:
    """The service behind the hook."""
    return FakeService()


def client_of(service: FakeService, *secrets: str, **limits: Any) -> FlaskClient:
    """A client of an application with these secrets."""
    return create_app(cast("Service", service), Security(hook_secrets=secrets), limits=Limits(**limits)).test_client()


@pytest.fixture
def client(service: FakeService) -> FlaskClient:
    """One that knows two secrets."""
    return client_of(service, OLD, NEW)


# --- who is let in --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("", {"x-connector-secret": OLD}, 202),
        ("", {"X-Connector-Secret": NEW}, 202),
        (f"?code={OLD}", {}, 202),
        (f"?code=wrong&code={NEW}", {}, 202),
        (f"?x-connector-secret={NEW}", {}, 202),
        ("", {}, 401),
        ("", {"x-connector-secret": ""}, 401),
        ("", {"x-connector-secret": OLD + "x"}, 401),
        ("", {"x-connector-secret": OLD.upper()}, 401),
        ("", {"x-connector-secret": f"{OLD},{NEW}"}, 401),
        ("?code=", {}, 401),
        ("?code=%FF%00", {}, 401),
        (f"?secret={OLD}", {}, 401),
        (f"?code={OLD}", {"x-connector-secret": "wrong"}, 401),
        ("", {"x-api-key": OLD}, 401),
        ("", {"Authorization": f"Bearer {OLD}"}, 401),
        ("?" + "code=x&" * 20 + f"code={OLD}", {}, 401),
    ],
)
def test_a_secret_opens_in_its_header_or_in_the_address(
    client: FlaskClient, query: str, headers: dict[str, str], status: int
) -> None:
    """Old or new, whole and exact; a header wins over the address, and no other way of signing in helps."""
    assert client.post(URL + query, json=update(jobtitle="x"), headers=headers).status_code == status


@pytest.mark.parametrize("data", [b"", b"{", b"x" * 2_000_000])
def test_without_the_secret_nothing_is_looked_at(client: FlaskClient, service: FakeService, data: bytes) -> None:
    """Whatever body, type or organization is sent: the same 401, which repeats nothing."""
    answer = client.post(URL, data=data, headers={"x-ms-dynamics-organization": "other", "x-connector-secret": "guess"})
    found = problem(answer, 401, "unauthenticated")
    assert "guess" not in json.dumps(found)
    assert OLD not in json.dumps(found)
    assert service.hints == []


def test_without_a_configured_secret_nobody_is_let_in(service: FakeService) -> None:
    """Not even with an empty one; the problem says what to set."""
    client = client_of(service)
    for headers in ({}, {"x-connector-secret": ""}):
        answer = client.post(URL, json=update(), headers=headers)
        assert "CONNECTOR_WEBHOOK_SECRET" in problem(answer, 503, "hooks_off")["remedy"]
        assert answer.headers["Retry-After"]
    assert service.hints == []


def test_the_secret_opens_no_other_route(client: FlaskClient) -> None:
    """It is known to whoever may read service endpoints there."""
    for headers in (LET_IN, {"x-api-key": OLD}, {"Authorization": f"Bearer {OLD}"}):
        assert client.get("/api/v1/runs", headers=headers).status_code == 401
    assert client.get(URL, headers=LET_IN).status_code == 405


def test_secrets_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each one presented with each one known, as digests of the same length, whether or not one fitted before."""
    pairs, really = [], hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        pairs.append((len(one), len(other)))
        return really(one, other)

    monkeypatch.setattr("connector.web.hooksecrets.hmac.compare_digest", compare)
    secrets = HookSecrets([OLD, NEW])
    assert secrets.open_for([OLD, "x"])
    assert pairs == [(32, 32)] * 4
    assert not secrets.open_for([])
    assert presented_by(None, {"code": ["a", "b"], "other": ["c"]}) == ["a", "b"]


# --- what is taken --------------------------------------------------------------------------------------------------


def test_an_event_is_handed_on_as_a_hint(client: FlaskClient, service: FakeService) -> None:
    """Message, table, ids, columns and what Dataverse calls the request."""
    headers = LET_IN | {"x-ms-dynamics-organization": "ORG.crm4.dynamics.com", "x-ms-correlation-request-id": LEAD}
    answer = client.post(URL, json=update(jobtitle="x"), headers=headers)
    assert (answer.status_code, answer.get_json()) == (202, {"status": "queued"})
    (hint,) = service.hints
    assert (hint.message, hint.table, hint.row_ids) == ("Update", "lead", (LEAD,))
    assert hint.columns == frozenset({"jobtitle"})
    assert hint.correlation_id == LEAD


def test_headers_say_what_a_body_lacks(client: FlaskClient, service: FakeService) -> None:
    """Names of headers are not case-sensitive."""
    headers = LET_IN | {"X-MS-Dynamics-Entity-Name": "account", "X-MS-DYNAMICS-REQUEST-NAME": "Delete"}
    client.post(URL, json={"PrimaryEntityId": LEAD, "CorrelationId": CORRELATION}, headers=headers)
    (hint,) = service.hints
    assert hint == Hint("Delete", "account", (LEAD,), correlation_id=CORRELATION)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (json.dumps(update(jobtitle="x")), "application/json; charset=utf-8"),
        (json.dumps(update(jobtitle="x")), "text/plain"),
        (json.dumps(update(jobtitle="x")), ""),
        (b"\xef\xbb\xbf" + json.dumps(update(jobtitle="x")).encode(), "application/json"),
        (json.dumps(update(description="\x00 and half a character \ud83d")), "application/json"),
        (json.dumps(update(budgetamount=float("nan"))), "application/json"),
        (json.dumps(cut() | {"x-ms-dynamics-msg-size-exceeded": "true"}), "application/json"),
    ],
)
def test_whatever_a_row_holds_its_event_is_taken(
    client: FlaskClient, service: FakeService, data: str | bytes, content_type: str
) -> None:
    """None of it is stored, so that nothing is held against it: type, marks, halves of characters, numbers."""
    assert client.post(URL, data=data, content_type=content_type, headers=LET_IN).status_code == 202
    assert [hint.row_ids for hint in service.hints] == [(LEAD,)]


def test_contexts_in_contexts_are_read(client: FlaskClient, service: FakeService) -> None:
    """A cascade carries every context that led to it; only nesting beyond reason is refused."""
    content = update(jobtitle="x")
    for _ in range(20):
        content = body("Update", pair("Target", entity(jobtitle="y")), ParentContext=content)
    assert client.post(URL, json=content, headers=LET_IN).status_code == 202
    deep = b'{"a":' * 5_000 + b"1" + b"}" * 5_000
    problem(client.post(URL, data=deep, headers=LET_IN), 400, "malformed")
    assert len(service.hints) == 1


def test_a_body_that_is_close_to_what_dataverse_cuts_at_is_taken(client: FlaskClient, service: FakeService) -> None:
    """256 KB and more."""
    assert client.post(URL, json=update(description="x" * 300_000), headers=LET_IN).status_code == 202
    assert len(service.hints) == 1


# --- what is not ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b'"x"', b"{}", b"\xff\xfe", b"1" * 5_000])
def test_what_is_no_event_is_malformed(client: FlaskClient, service: FakeService, data: bytes) -> None:
    """400 with a sentence: Dataverse shows its administrator a failed job, and does not try again."""
    problem(client.post(URL, data=data, headers=LET_IN), 400, "malformed")
    assert service.hints == []


def test_too_large_and_compressed_bodies_are_refused(service: FakeService) -> None:
    """The bounds of every route hold here too."""
    client = client_of(service, OLD, body_bytes=10_000)
    problem(client.post(URL, data=b"x" * 20_000, headers=LET_IN), 413, "too_large")
    packed = client.post(URL, data=b"x", headers=LET_IN | {"Content-Encoding": "gzip"})
    problem(packed, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("told", "host", "status"),
    [
        ("org.crm4.dynamics.com", "org.crm4.dynamics.com", 202),
        ("https://Org.crm4.dynamics.com:443/", "org.crm4.dynamics.com", 202),
        ("org.api.crm4.dynamics.com.", "org.crm4.dynamics.com", 202),
        ("org.crm4.dynamics.com", "org.api.crm4.dynamics.com", 202),
        ("localhost:8443", "localhost", 202),
        ("", "org.crm4.dynamics.com", 202),
        ("other.crm4.dynamics.com", None, 202),
        ("other.crm4.dynamics.com", "org.crm4.dynamics.com", 403),
        ("org.crm4.dynamics.com.evil.example", "org.crm4.dynamics.com", 403),
        ("org", "org.crm4.dynamics.com", 403),
    ],
)
def test_another_environment_is_refused(
    client: FlaskClient, service: FakeService, told: str, host: str | None, status: int
) -> None:
    """A copy of production posts to production's service: its ids must not be taken for ours."""
    service.environment_host = host
    answer = client.post(URL, json=update(), headers=LET_IN | {"x-ms-dynamics-organization": told})
    assert answer.status_code == status
    assert len(service.hints) == (status == 202)


def test_while_lead_management_is_off_nothing_is_taken(client: FlaskClient, service: FakeService) -> None:
    """409 with the remedy, as for a run; the first run after the switch reads what changed."""
    service.lead_management = False
    answer = client.post(URL, json=update(), headers=LET_IN)
    assert "CONNECTOR_LEAD_MANAGEMENT=on" in problem(answer, 409, "lead_management_off")["remedy"]
    assert service.hints == []


def test_what_could_not_be_stored_is_not_acknowledged(client: FlaskClient, service: FakeService) -> None:
    """503, which Dataverse tries once more; anything unexpected is no 2xx either."""
    service.error = StoreError("The disk is full.")
    problem(client.post(URL, json=update(), headers=LET_IN), 503, "store_unavailable")
    service.error = ValueError("x")
    problem(client.post(URL, json=update(), headers=LET_IN), 500, "internal")


@pytest.mark.parametrize("taken", [Taken.OWN_WRITE, Taken.OTHER_TABLE])
def test_what_needs_no_look_is_acknowledged_as_such(client: FlaskClient, service: FakeService, taken: Taken) -> None:
    """200 with the reason: a failed job there would help nobody."""
    service.taken = taken
    answer = client.post(URL, json=update(lc_fit=1), headers=LET_IN)
    assert (answer.status_code, answer.get_json()) == (200, {"status": taken.value})


def test_nothing_of_an_event_gets_into_a_log(
    client: FlaskClient, service: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the secret nor an id nor a value, whether it is taken or refused."""
    caplog.set_level(logging.DEBUG)
    for content in (update(fullname="Zoë Übung"), {"PrimaryEntityName": "Zoë Übung"}):
        client.post(f"{URL}?code={OLD}", json=content)
    service.error = StoreError("The disk is full.")
    client.post(f"{URL}?code={OLD}", json=update(fullname="Zoë Übung"))
    text = caplog.text
    assert '"caller":"hook:dataverse"' in text
    assert not [word for word in (OLD, LEAD, "Zoë", "\\u00eb") if word in text]
