"""What the application answers and takes is what `openapi.yaml` says: every answer here is checked against it."""

from __future__ import annotations

import copy
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector.errors import MissingFactError, StoreError
from connector.pipeline.hints import Hint, Taken
from connector.pipeline.ports import Run, RunStatus
from connector.pipeline.values import Interaction
from connector.web.apikeys import new_key
from connector.web.app import create_app
from connector.web.auth import Security
from connector.web.contract import load_contract
from connector.web.limits import Limits

CONTRACT = load_contract()
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LEAD = "0a1b2c3d-0000-4000-8000-000000000001"
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


@dataclass
class FakeService:
    """A service with runs in every state and a lead that is scored by one model and left out by another."""

    lead_management: bool = True
    error: Exception | None = None
    ready: bool = True
    taken: list[Interaction] = field(default_factory=list)
    environment_host: str | None = "org.crm4.dynamics.com"
    fate: Taken = Taken.QUEUED

    def take_hint(self, hint: Hint) -> Taken:
        """Say what the test wants."""
        if self.error:
            raise self.error
        return self.fate

    def start_run(self, kind: str, by: str, idempotency_key: str | None) -> Run:
        """Give a new run."""
        return Run("run-queued", kind, RunStatus.QUEUED, AT, None, None, by, None, {}, "")

    def run(self, run_id: str) -> Run:
        """Find one."""
        for run in self.runs(100):
            if run.run_id == run_id:
                return run
        raise MissingFactError("There is no such run.")

    def runs(self, limit: int) -> Sequence[Run]:
        """Give one of each state."""
        if self.error:
            raise self.error
        queued = self.start_run("sync", "key:x", None)
        summary: dict[str, object] = {"pulled": 9, "grades": {"m": {"Hot": 1}}}
        ended = replace(queued, started_at=AT, finished_at=AT, progress=(9, 9), summary=summary, error="why")
        others = [status for status in RunStatus if status is not RunStatus.QUEUED]
        return [queued, *(replace(ended, run_id=f"run-{status}", status=status) for status in others)][:limit]

    def places(self, scores: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, object]]:
        """One place, whatever the scores are."""
        return [{"qualification": "sales-ready", "place": "A2", "fit": "icp-fit", "engagement": "engagement"}]

    def lead_scores(self, lead_id: str) -> Sequence[Mapping[str, object]]:
        """Give two scores of the one lead."""
        scored: dict[str, object] = {
            "model": "engagement", "version": 3, "score": -7, "grade": "Cold", "coverage": 0.5, "reachable": 90,
            "groups": [("Clicked", 10, "true"), ("Form", 0, "unknown")], "unknown": [("account.revenue", "no_account")],
            "reasons": ["Clicked 3 times"], "scored_at": AT, "changed_at": AT, "next_change_at": AT,
        }  # fmt: skip
        left_out = scored | {"model": "fit", "score": None, "grade": None, "reachable": None, "next_change_at": None}
        return [scored, left_out] if lead_id == LEAD else []

    def add_interactions(self, interactions: list[Interaction]) -> int:
        """Take all."""
        self.taken += interactions
        return len(interactions)

    def readiness(self) -> Sequence[tuple[str, bool, str]]:
        """Say what the test wants."""
        return [("store", self.ready, "ok" if self.ready else "locked")]


@pytest.fixture
def service() -> FakeService:
    """The service behind the application."""
    return FakeService()


@pytest.fixture
def client(service: FakeService) -> FlaskClient:
    """A client with the contract's own limits."""
    return create_app(service, Security(api_keys=[ENTRY, READER_ENTRY], hook_secrets=[HOOK_SECRET])).test_client()


# --- a small reader of the schemas that the contract uses ------------------------------------------------------------


def faults_of(value: object, schema: Mapping[str, Any], path: str = "$") -> list[str]:
    """What is wrong with a value by a schema of OpenAPI 2.0; a keyword that it does not know is a fault."""
    if "$ref" in schema:
        return faults_of(value, CONTRACT["definitions"][schema["$ref"].rpartition("/")[2]], path)
    known = {
        "type", "format", "enum", "required", "properties", "additionalProperties", "items", "minLength", "maxLength",
        "minimum", "maximum", "minItems", "maxItems", "maxProperties", "description", "default",
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
    assert faults_of(answer.get_json(), response["schema"]) == []
    for name in ("Location", "Retry-After"):
        assert name not in answer.headers or name in response["headers"], f"{name} is not documented"
    if status in {"202", "429", "503"}:
        assert set(response.get("headers", ())) <= set(answer.headers.keys())


# --- answers ---------------------------------------------------------------------------------------------------------

KEY = {"x-api-key": SECRET}
MANY = {"headers": KEY, "json": {"interactions": [INTERACTION]}}
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
    ("get", "/api/v1/runs/{run_id}", "/api/v1/runs/none", {"headers": KEY}, 404),
    ("get", "/api/v1/runs/{run_id}", "/api/v1/runs/none", {}, 401),
    ("get", "/api/v1/leads/{lead_id}/scores", f"/api/v1/leads/{LEAD}/scores", {"headers": KEY}, 200),
    ("get", "/api/v1/leads/{lead_id}/scores", "/api/v1/leads/none/scores", {"headers": KEY}, 404),
    ("get", "/api/v1/leads/{lead_id}/scores", "/api/v1/leads/none/scores", {}, 401),
    ("post", "/api/v1/interactions", "/api/v1/interactions", MANY, 200),
    ("post", "/api/v1/interactions", "/api/v1/interactions", {"headers": KEY, "json": {"interactions": []}}, 422),
    ("post", "/api/v1/interactions", "/api/v1/interactions", {"headers": KEY}, 415),
    ("post", "/api/v1/interactions", "/api/v1/interactions", {"headers": {"x-api-key": READER}}, 403),
    ("post", "/api/v1/interactions", "/api/v1/interactions", {}, 401),
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
    assert called == {(path, verb) for path, item in CONTRACT["paths"].items() for verb in item}


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
    limited = create_app(service, Security(api_keys=[ENTRY]), limits=Limits(calls_per_minute=1)).test_client()
    service.error = None
    assert [limited.get("/api/v1/runs", headers=KEY).status_code for _ in range(2)] == [200, 429]
    check(limited.get("/api/v1/runs", headers=KEY), "/api/v1/runs", "get")


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
    """The same for the body of a run."""
    for item, good in variants(CONTRACT["definitions"]["RunRequest"], {"kind": "sync"}):
        answer = client.post("/api/v1/runs", json=item, headers=KEY)
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
