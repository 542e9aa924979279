"""What the application answers and takes is what `openapi.yaml` says: every answer here is checked against it."""

from __future__ import annotations

import copy
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector.errors import StoreError
from connector.pipeline.hints import Taken
from connector.pipeline.ports import RunStatus
from connector.pipeline.qualifying import Came
from connector.web.apikeys import new_key
from connector.web.app import create_app
from connector.web.auth import Security
from connector.web.contract import load_contract
from connector.web.limits import Limits
from tests.contract.openapi.standin import LEAD, FakeService
from tests.contract.openapi.walking import VERBS

CONTRACT = load_contract()
INTERACTION: dict[str, object] = {
    "id": "i-1", "lead_id": LEAD, "type": "email_click", "at": "2026-11-20T09:00:00Z",
    "properties": {"form": "demo", "nested": {"list": [1, None, True, 1.5]}}, "machine": False,
}  # fmt: skip
SECRET, ENTRY = new_key("tester", ["Admin"])
HOOK_SECRET = "conformance-hook-secret"
EVENT = {"MessageName": "Update", "PrimaryEntityName": "lead", "PrimaryEntityId": LEAD}
HOOK: dict[str, Any] = {"headers": {"x-connector-secret": HOOK_SECRET}, "json": EVENT}
STRANGE = {"x-connector-secret": HOOK_SECRET, "x-ms-dynamics-organization": "other.crm4.dynamics.com"}
READER, READER_ENTRY = new_key("reader", ["Score.Read"])
NOBODY, NOBODY_ENTRY = new_key("nobody", ["Privacy.Manage"])
SECURITY = Security(api_keys=[ENTRY, READER_ENTRY, NOBODY_ENTRY], hook_secrets=[HOOK_SECRET])  # it knows keys again


@pytest.fixture
def service() -> FakeService:
    """The service behind the application."""
    return FakeService()


@pytest.fixture
def client(service: FakeService) -> FlaskClient:
    """A client with the contract's own limits."""
    return create_app(service, SECURITY, public_url="https://leads.example.com").test_client()


# --- a small reader of the schemas that the contract uses ------------------------------------------------------------


def faults_of(value: object, schema: Mapping[str, Any], path: str = "$") -> list[str]:
    """What is wrong with a value by a schema of OpenAPI 2.0; a keyword that it does not know is a fault."""
    if "$ref" in schema:
        return faults_of(value, CONTRACT["definitions"][schema["$ref"].rpartition("/")[2]], path)
    known = {
        "type", "format", "enum", "required", "properties", "additionalProperties", "items", "minLength", "maxLength",
        "minimum", "maximum", "minItems", "maxItems", "maxProperties", "description", "default", "pattern",
    }  # fmt: skip
    found = [f"{path}: keyword {key}" for key in schema if key not in known and not key.startswith("x-")]
    if value is None:
        return found + ([] if schema.get("x-nullable") else [f"{path}: null"])
    kinds: dict[str, type | tuple[type, ...]] = {
        "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict,
    }  # fmt: skip
    if not isinstance(value, kinds[schema["type"]]) or (isinstance(value, bool) and schema["type"] != "boolean"):
        return [*found, f"{path}: {type(value).__name__} is no {schema['type']}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: not one of {schema['enum']}")
    if isinstance(value, str):
        found += _text_faults(value, schema, path)
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{path}: out of range")
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            found.append(f"{path}: {len(value)} items")
        for number, item in enumerate(value):
            found += faults_of(item, schema["items"], f"{path}[{number}]")
    if isinstance(value, dict):
        found += _object_faults(value, schema, path)
    return found


def _text_faults(value: str, schema: Mapping[str, Any], path: str) -> list[str]:
    found = []
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        found.append(f"{path}: {len(value)} characters")
    if not re.search(schema.get("pattern", ""), value):
        found.append(f"{path}: not of the form {schema['pattern']}")
    try:
        if schema.get("format") == "uuid":
            uuid.UUID(value)
        if schema.get("format") == "date-time" and datetime.fromisoformat(value).tzinfo is None:
            found.append(f"{path}: no offset")
    except ValueError:
        found.append(f"{path}: no {schema['format']}")
    return found


def _object_faults(value: Mapping[str, object], schema: Mapping[str, Any], path: str) -> list[str]:
    properties = schema.get("properties", {})
    found = [f"{path}: {name} is missing" for name in schema.get("required", []) if name not in value]
    if len(value) > schema.get("maxProperties", len(value)):
        found.append(f"{path}: {len(value)} properties")
    for name, child in value.items():
        if name in properties:
            found += faults_of(child, properties[name], f"{path}.{name}")
        elif schema.get("additionalProperties") is not True:
            # Answers are held to what is written, so that the contract leaves nothing out.
            found.append(f"{path}: {name} is not described")
    return found


def test_the_reader_sees_faults() -> None:
    """The reader itself finds what it is there to find."""
    run = {"$ref": "#/definitions/Interaction"}
    assert faults_of(INTERACTION, run) == []
    for changed in (
        {"id": ""},
        {"id": 1},
        {"at": "x"},
        {"at": "2026-11-20T09:00:00"},
        {"lead_id": "x"},
        {"more": 1},
        {"machine": None},
    ):
        assert faults_of(INTERACTION | changed, run), changed
    assert faults_of({"id": "1"}, run)
    assert faults_of({"interactions": []}, {"$ref": "#/definitions/InteractionsRequest"})
    assert faults_of(True, {"type": "integer"})
    assert faults_of(1, {"type": "integer", "multipleOf": 2})


def check(answer: TestResponse, path: str, verb: str) -> None:
    """Hold one answer against the contract: status, headers, type, body."""
    operation = CONTRACT["paths"][path][verb]
    status = str(answer.status_code)
    assert status in operation["responses"], f"{verb} {path} answered {status}, which is not documented"
    response = operation["responses"][status]
    assert answer.mimetype == ("application/json" if answer.status_code < 400 else "application/problem+json")
    if "schema" in response:
        assert faults_of(answer.get_json(), response["schema"]) == []
    else:
        assert answer.data == b""
    for name in ("Location", "Retry-After"):
        assert name not in answer.headers or name in response["headers"], f"{name} is not documented"
    if status in {"202", "429", "503"}:
        assert set(response.get("headers", ())) <= set(answer.headers.keys())


# --- answers ---------------------------------------------------------------------------------------------------------

KEY = {"x-api-key": SECRET}
MANY = {"headers": KEY, "json": {"interactions": [INTERACTION]}}
IDS = {"lead_id": LEAD, "model": "b", "delivery_id": "dlv_1", "run_id": "run-queued", "subscription_key": "k" * 43}
LEADS, MODELS, LISTS = "/api/v1/leads/{lead_id}", "/api/v1/models", "/api/v1/lists"
TRIGGERS, HEARD = "/api/v1/triggers", {"callback_url": "https://prod-1.westeurope.logic.azure.com/x?sig=PLACEHOLDER"}
ONE = {key: value for key, value in INTERACTION.items() if key != "lead_id"}
FACTS = {"lead": {"jobtitle": "CFO"}, "account": None, "interactions": [{"type": "x", "at": "2026-11-20T09:00:00Z"}]}
GOOD = {"event_id": "evt_1", "answer": "good"}
# Operations with an administrator's key: verb, path, query, what is sent, status.
MORE: list[tuple[str, str, str, dict[str, Any], int]] = [
    ("post", "/api/v1/tasks", "", {"json": {"task": "digest"}}, 202),
    ("post", "/api/v1/tasks", "", {"json": {"task": "weekly_summary"}}, 202),
    ("post", "/api/v1/tasks", "", {"json": {"task": "prune"}}, 202),
    ("post", "/api/v1/tasks", "", {"json": {"task": "other"}}, 422),
    ("post", "/api/v1/tasks", "", {"json": {"task": None}}, 422),
    ("post", "/api/v1/tasks", "", {}, 415),
    ("get", "/api/v1/queue", "", {}, 200),
    ("get", "/api/v1/runs", "?limit=3", {}, 200),
    ("get", "/api/v1/runs", "?cursor=x", {}, 400),
    ("get", LEADS + "/scores/{model}", "", {}, 404),
    ("post", LEADS + "/score", "", {}, 200),
    ("post", LEADS + "/score", "", {"json": {"model": "fit"}}, 200),
    ("post", LEADS + "/score", "", {"json": {"model": "none"}}, 404),
    ("post", LEADS + "/score", "", {"json": {"model": ""}}, 422),
    ("get", LEADS + "/explanation", "", {}, 200),
    ("get", LEADS + "/explanation", "?model=none", {}, 404),
    ("get", LEADS + "/history", "?limit=2", {}, 200),
    ("get", LEADS + "/history", "?limit=x", {}, 400),
    ("post", LEADS + "/qualification", "", {}, 200),
    ("post", LEADS + "/qualification", "", {"json": {"qualification": 1}}, 422),
    ("post", LEADS + "/interactions", "", {"json": ONE}, 200),
    ("post", LEADS + "/interactions", "", {"json": INTERACTION}, 422),
    ("get", "/api/v1/qualified-leads", "?limit=2", {}, 200),
    ("get", "/api/v1/qualified-leads", "?since=2026-11-20T09:00:00%2B01:00&qualification=ready", {}, 200),
    ("get", "/api/v1/qualified-leads", "?since=yesterday", {}, 400),
    ("get", "/api/v1/qualified-leads", "?since=2026-11-20T09:00:00", {}, 400),
    ("get", "/api/v1/qualified-leads", f"?qualification={'x' * 101}", {}, 400),
    ("post", "/api/v1/verdicts", "", {"json": GOOD}, 200),
    ("post", "/api/v1/verdicts", "", {"json": GOOD | {"event_id": "evt_2"}}, 404),
    ("post", "/api/v1/verdicts", "", {"json": GOOD | {"answer": "maybe"}}, 422),
    ("get", MODELS, "?limit=1", {}, 200),
    ("get", MODELS, "", {}, 200),
    ("get", MODELS + "/{model}", "", {}, 200),
    ("post", MODELS + "/{model}/test", "", {"json": FACTS}, 200),
    ("post", MODELS + "/{model}/test", "", {"json": {"lead": []}}, 422),
    ("post", "/api/v1/lint", "", {"json": {"document": "model: ["}}, 200),
    ("post", "/api/v1/lint", "", {"json": {"document": ""}}, 422),
    ("get", "/api/v1/deliveries", "?limit=2&status=dead", {}, 200),
    ("get", "/api/v1/deliveries", "?status=lost", {}, 400),
    ("get", "/api/v1/deliveries/{delivery_id}", "", {}, 200),
    ("post", "/api/v1/deliveries/{delivery_id}/replay", "", {}, 200),
    ("get", LISTS + "/models", "", {}, 200),
    ("get", LISTS + "/models/{model}/grades", "", {}, 200),
    ("get", LISTS + "/qualifications", "", {}, 200),
    ("get", LISTS + "/owners", "", {}, 502),
    ("get", LISTS + "/countries", "", {}, 200),
    ("post", TRIGGERS + "/score-crossed", "", {"json": HEARD | {"model": "b", "minimum": 5, "country": "GB"}}, 201),
    ("post", TRIGGERS + "/score-crossed", "", {"json": HEARD | {"model": "b", "minimum": 5.0, "country": ""}}, 201),
    ("post", TRIGGERS + "/score-crossed", "", {"json": HEARD | {"model": "b"}}, 422),
    ("post", TRIGGERS + "/score-crossed", "", {"json": HEARD | {"model": "b", "minimum": "5", "owner": LEAD}}, 201),
    ("post", TRIGGERS + "/score-crossed", "", {"json": HEARD | {"model": "b", "minimum": 5, "owner": "x"}}, 422),
    ("post", TRIGGERS + "/grade-changed", "", {"json": HEARD | {"model": "b", "grade": "Hot"}}, 201),
    ("post", TRIGGERS + "/grade-changed", "", {"json": HEARD | {"model": "b", "grade": "Hot\r\nX-Evil: 1"}}, 422),
    ("post", TRIGGERS + "/lead-qualified", "", {"json": HEARD}, 201),
    ("post", TRIGGERS + "/lead-qualified", "", {"json": {"callback_url": "https://evil.example"}}, 422),
    ("post", TRIGGERS + "/account-woke", "", {"json": HEARD | {"people": 2}}, 201),
    ("post", TRIGGERS + "/account-woke", "", {"json": HEARD | {"people": 0}}, 422),
    ("post", TRIGGERS + "/attention", "", {"json": HEARD | {"about": "run_failed", "minimum": None}}, 201),
    ("post", TRIGGERS + "/attention", "", {"json": HEARD | {"about": "nothing"}}, 422),
    ("get", TRIGGERS + "/qualified", "", {}, 202),
    ("get", TRIGGERS + "/qualified", "?cursor=WyJwb2xsZWQiLDBd", {}, 200),
    ("get", TRIGGERS + "/qualified", "?cursor=WyJwb2xsZWQiLDNd", {}, 202),
    ("get", TRIGGERS + "/qualified", "?cursor=WyJvdGhlciIsM10", {}, 400),
    ("delete", "/api/v1/subscriptions/{subscription_key}", "", {}, 200),
]  # fmt: skip
CALLS: list[tuple[str, str, str, dict[str, Any], int]] = [
    ("get", "/healthz", "/healthz", {}, 200),
    ("get", "/readyz", "/readyz", {}, 200),
    ("post", "/api/v1/runs", "/api/v1/runs", {"headers": KEY}, 202),
    ("post", "/api/v1/runs", "/api/v1/runs", {"headers": KEY, "json": {"kind": "full_sync"}}, 202),
    ("post", "/api/v1/runs", "/api/v1/runs", {"headers": KEY | {"Idempotency-Key": "a b"}}, 400),
    ("post", "/api/v1/runs", "/api/v1/runs", {"headers": KEY, "data": "{", "content_type": "application/json"}, 400),
    ("post", "/api/v1/runs", "/api/v1/runs", {}, 401),
    ("post", "/api/v1/runs", "/api/v1/runs", {"headers": {"x-api-key": READER}}, 403),
    ("post", "/api/v1/runs", "/api/v1/runs", {"headers": KEY, "data": "x" * 1_100_000}, 413),
    ("post", "/api/v1/runs", "/api/v1/runs", {"headers": KEY, "data": "kind=sync"}, 415),
    ("post", "/api/v1/runs", "/api/v1/runs", {"headers": KEY, "json": {"kind": "other"}}, 422),
    ("get", "/api/v1/runs", "/api/v1/runs", {"headers": KEY}, 200),
    ("get", "/api/v1/runs", "/api/v1/runs?limit=2", {"headers": KEY}, 200),
    ("get", "/api/v1/runs", "/api/v1/runs?limit=0", {"headers": KEY}, 400),
    ("get", "/api/v1/runs", "/api/v1/runs", {}, 401),
    *[
        ("get", "/api/v1/runs/{run_id}", f"/api/v1/runs/run-{status}", {"headers": KEY}, 200) for status in RunStatus
    ],
    ("post", "/api/v1/tasks", "/api/v1/tasks", {"headers": {"x-api-key": READER}, "json": {"task": "prune"}}, 403),
    ("post", "/api/v1/tasks", "/api/v1/tasks", {"headers": KEY | {"Idempotency-Key": ""}}, 400),
    ("get", "/api/v1/queue", "/api/v1/queue", {"headers": {"x-api-key": READER}}, 200),
    ("get", "/api/v1/queue", "/api/v1/queue", {}, 401),
    ("get", "/api/v1/runs/{run_id}", "/api/v1/runs/none", {"headers": KEY}, 404),
    ("get", "/api/v1/runs/{run_id}", "/api/v1/runs/none", {}, 401),
    ("post", "/api/v1/runs/{run_id}/cancel", "/api/v1/runs/run-running/cancel", {"headers": KEY}, 200),
    ("post", "/api/v1/runs/{run_id}/cancel", "/api/v1/runs/run-failed/cancel", {"headers": KEY}, 409),
    ("post", "/api/v1/runs/{run_id}/cancel", "/api/v1/runs/none/cancel", {"headers": KEY}, 404),
    ("post", "/api/v1/runs/{run_id}/cancel", "/api/v1/runs/none/cancel", {"headers": {"x-api-key": READER}}, 403),
    ("post", "/api/v1/runs/{run_id}/cancel", "/api/v1/runs/none/cancel", {}, 401),
    ("get", "/api/v1/leads/{lead_id}/scores", f"/api/v1/leads/{LEAD}/scores", {"headers": KEY}, 200),
    ("get", "/api/v1/leads/{lead_id}/scores", "/api/v1/leads/none/scores", {"headers": KEY}, 404),
    ("get", "/api/v1/leads/{lead_id}/scores", "/api/v1/leads/none/scores", {}, 401),
    ("post", "/api/v1/interactions", "/api/v1/interactions", MANY, 200),
    ("post", "/api/v1/interactions", "/api/v1/interactions", {"headers": KEY, "json": {"interactions": []}}, 422),
    ("post", "/api/v1/interactions", "/api/v1/interactions", {"headers": KEY}, 415),
    ("post", "/api/v1/interactions", "/api/v1/interactions", {"headers": {"x-api-key": READER}}, 403),
    ("post", "/api/v1/interactions", "/api/v1/interactions", {}, 401),
    *[(verb, path, path.format(**IDS) + query, {"headers": KEY, **sent}, status)
      for verb, path, query, sent, status in MORE],
    ("post", "/hooks/dataverse", "/hooks/dataverse", HOOK, 202),
    ("post", "/hooks/dataverse", f"/hooks/dataverse?code={HOOK_SECRET}", {"json": EVENT}, 202),
    ("post", "/hooks/dataverse", "/hooks/dataverse", HOOK | {"json": []}, 400),
    ("post", "/hooks/dataverse", "/hooks/dataverse", {"json": EVENT}, 401),
    ("post", "/hooks/dataverse", "/hooks/dataverse", {"json": EVENT, "headers": STRANGE}, 403),
    ("post", "/hooks/dataverse", "/hooks/dataverse", {"headers": HOOK["headers"], "data": "x" * 1_100_000}, 413),
    ("post", "/hooks/dataverse", "/hooks/dataverse",
     {"json": EVENT, "headers": HOOK["headers"] | {"Content-Encoding": "gzip"}}, 415),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "path", "url", "sent", "status"), CALLS)
def test_an_answer_is_as_documented(
    client: FlaskClient, verb: str, path: str, url: str, sent: dict[str, Any], status: int
) -> None:
    """Good and bad calls of every route answer with a documented status, headers and body."""
    answer = client.open(url, method=verb.upper(), **sent)
    assert answer.status_code == status, answer.data
    check(answer, path, verb)


def test_every_operation_is_called() -> None:
    """The calls above leave no operation out."""
    called = {(path, verb) for verb, path, *_ in CALLS}
    assert called == {(path, verb) for path, item in CONTRACT["paths"].items() for verb in item if verb in VERBS}


def test_refusals_that_come_from_the_service_are_as_documented(client: FlaskClient, service: FakeService) -> None:
    """Nothing to look at, lead management off, not ready, the store gone, and asking too often."""
    service.fate = Taken.OWN_WRITE
    check(client.post("/hooks/dataverse", **HOOK), "/hooks/dataverse", "post")
    service.lead_management = service.ready = False
    assert client.post("/hooks/dataverse", **HOOK).status_code == 409
    check(client.post("/hooks/dataverse", **HOOK), "/hooks/dataverse", "post")
    check(client.post("/api/v1/runs", headers=KEY), "/api/v1/runs", "post")
    check(client.get("/readyz"), "/readyz", "get")
    service.error = StoreError("The store is locked.", remedy="Wait.")
    answer = client.get("/api/v1/runs", headers=KEY)
    assert answer.status_code == 503
    check(answer, "/api/v1/runs", "get")
    service.lead_management = True
    check(client.post("/hooks/dataverse", **HOOK), "/hooks/dataverse", "post")
    limited = create_app(service, SECURITY, limits=Limits(calls_per_minute=1)).test_client()
    service.error = None
    assert [limited.get("/api/v1/runs", headers=KEY).status_code for _ in range(2)] == [200, 429]
    check(limited.get("/api/v1/runs", headers=KEY), "/api/v1/runs", "get")


def endings(verb: str, path: str) -> list[tuple[dict[str, Any], int]]:
    """What every operation that needs a role answers to what is not for it, as far as it can happen there."""
    operation = CONTRACT["paths"][path][verb]
    bad: list[tuple[dict[str, Any], int]] = [({}, 401), ({"headers": {"x-api-key": NOBODY}}, 403)]
    if any(one["in"] == "body" for one in operation.get("parameters", [])):
        bad += [
            ({"headers": KEY, "data": "{", "content_type": "application/json"}, 400),
            ({"headers": KEY, "data": b'{"a": "\\u0000"}', "content_type": "application/json"}, 400),
            ({"headers": KEY, "data": "x" * 1_100_000, "content_type": "application/json"}, 413),
            ({"headers": KEY, "data": "a=1", "content_type": "text/plain"}, 415),
            ({"headers": KEY, "json": {"unheard": 1}}, 422),
        ]
    return bad


ROLED = [
    (verb, path)
    for path, item in CONTRACT["paths"].items()
    for verb in {"get", "post", "delete"} & set(item)
    if path.startswith("/api/") and "security" not in item[verb]
]


@pytest.mark.parametrize(("verb", "path"), sorted(ROLED))
def test_what_is_not_for_an_operation_is_refused_as_documented(client: FlaskClient, verb: str, path: str) -> None:
    """Nobody, somebody without the role, and bodies that are none: each status is documented and has its problem."""
    for sent, status in endings(verb, path):
        answer = client.open(path.format(**IDS), method=verb.upper(), **sent)
        assert answer.status_code == status, (sent.keys(), answer.data)
        check(answer, path, verb)


@pytest.mark.parametrize("came", [*Came, None])
def test_whatever_comes_of_qualifying_is_as_documented(client: FlaskClient, service: FakeService, came: Came) -> None:
    """Each outcome, and a run that keeps its turn."""
    service.came = came
    path = LEADS + "/qualification"
    answer = client.post(path.format(**IDS), headers=KEY)
    assert answer.status_code == (200 if came else 503)
    assert came or answer.headers["Retry-After"] == "4"
    check(answer, path, "post")


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_models_in_every_state_are_as_documented(client: FlaskClient, name: str) -> None:
    """A draft, a live one, one whose text can no longer be read."""
    answer = client.get(f"{MODELS}/{name}", headers=KEY)
    assert answer.get_json()["grades"] == (
        [] if name == "c" else [{"name": "Hot", "from": 5}, {"name": "Cold", "from": None}]
    )
    check(answer, MODELS + "/{model}", "get")


def test_a_delivery_that_is_on_its_way_is_not_sent_again(client: FlaskClient, service: FakeService) -> None:
    """That is a conflict, and documented."""
    service.fate = Taken.OWN_WRITE
    path = "/api/v1/deliveries/{delivery_id}/replay"
    answer = client.post(path.format(**IDS), headers=KEY)
    assert answer.status_code == 409
    check(answer, path, "post")


# --- requests --------------------------------------------------------------------------------------------------------


def variants(schema: Mapping[str, Any], good: Mapping[str, object]) -> list[tuple[dict[str, object], bool]]:
    """The good object with each property missing, of another type, at and past its bounds; and whether it still is."""
    made = [dict(good)]
    for name, described in schema["properties"].items():
        without = {key: value for key, value in good.items() if key != name}
        values: list[object] = [None, 7, 1.5, "", "text", True, [], {}, [1], {"a": 1}]
        values += ["x" * described[bound] for bound in ("minLength", "maxLength") if bound in described]
        values += ["x" * (described["maxLength"] + 1)] if "maxLength" in described else []
        if count := described.get("maxProperties"):
            values += [{str(n): n for n in range(size)} for size in (count, count + 1)]
        values += list(described.get("enum", []))
        made += [without, *(without | {name: value} for value in values)]
    made.append(dict(good) | {"unknown": 1})
    return [(item, not faults_of(item, schema)) for item in made]


def test_interactions_are_taken_exactly_where_the_contract_takes_them(client: FlaskClient) -> None:
    """For every property: what the schema takes is stored, what it refuses is 422 with the place of the fault."""
    tried = variants(CONTRACT["definitions"]["Interaction"], INTERACTION)
    assert {good for _, good in tried} == {True, False}
    for item, good in tried:
        answer = client.post("/api/v1/interactions", json={"interactions": [item]}, headers=KEY)
        assert answer.status_code == (200 if good else 422), (item, answer.data)
        check(answer, "/api/v1/interactions", "post")
        if not good:
            assert re.match(r"interactions\[0\]\.\w+", answer.get_json()["faults"][0]["path"])


def test_runs_are_taken_exactly_where_the_contract_takes_them(client: FlaskClient) -> None:
    """The same for the bodies of a run and of a task."""
    for path, shape, plain in (("runs", "RunRequest", {"kind": "sync"}), ("tasks", "TaskRequest", {"task": "digest"})):
        for item, good in variants(CONTRACT["definitions"][shape], plain):
            answer = client.post(f"/api/v1/{path}", json=item, headers=KEY)
            assert answer.status_code == (202 if good else 422), (item, answer.data)


def test_a_thousand_interactions_are_one_call_and_one_more_is_not(client: FlaskClient, service: FakeService) -> None:
    """The bound of the contract is the bound of the code."""
    items = [copy.copy(INTERACTION) | {"id": f"i-{n}"} for n in range(1_001)]
    answer = client.post("/api/v1/interactions", json={"interactions": items[:1_000]}, headers=KEY)
    assert answer.get_json() == {"received": 1_000, "added": 1_000}
    refused = client.post("/api/v1/interactions", json={"interactions": items}, headers=KEY)
    assert refused.status_code == 422
    check(refused, "/api/v1/interactions", "post")
    assert len(service.taken) == 1_000
