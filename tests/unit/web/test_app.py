"""The application through Flask's own client: gate, routes, problems, headers, log. No socket, no store."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector.errors import (
    ConnectorError,
    DocumentError,
    Fault,
    MissingFactError,
    OutsideError,
    RefusedError,
    SettingsError,
    StoreError,
)
from connector.pipeline.hints import Hint, Taken
from connector.pipeline.jobs import Task
from connector.pipeline.measures import Backlog
from connector.pipeline.ports import Run, RunStatus
from connector.pipeline.readiness import Dependency, destinations_used, unusable, usable
from connector.pipeline.values import Interaction
from connector.web.access import Caller, SignInUnavailableError, UnauthenticatedError
from connector.web.app import create_app
from connector.web.auth import Security
from connector.web.limits import Limits
from connector.web.roles import ROUTES, Door, Role, known_roles
from connector.web.service import Service

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LEAD = "0a1b2c3d-0000-4000-8000-000000000001"
RUN = Run("run-1", "sync", RunStatus.QUEUED, AT, None, None, "key:crm", None, {}, "")
SCORE: Mapping[str, object] = {
    "model": "engagement", "version": 3, "score": 72, "grade": "Hot", "coverage": 0.8, "reachable": 90,
    "groups": [("Clicked lately", 10, "true")], "unknown": [{"fact": "account.revenue", "cause": "no_account"}],
    "reasons": ["Clicked 3 times"], "scored_at": AT, "changed_at": AT, "next_change_at": None,
}  # fmt: skip


class Doors(Security):
    """Lets in by name: the key `Score.Read` has that role, `nobody` none; other words do other things."""

    def identify(self, *, api_key: str | None, authorization: str | None) -> Caller:
        """Read the caller out of the key."""
        if api_key is None:
            raise UnauthenticatedError("This needs a sign-in.", remedy="Sign in.")
        if api_key == "unreachable":
            raise SignInUnavailableError("No keys.", retry_after_s=7)
        name, _, roles = api_key.rpartition("/")
        return Caller(f"user:{name or 'oid-1'}", "app:client-1", known_roles(roles.split("+")))


@dataclass
class FakeService:
    """A service that records what it is asked for."""

    lead_management: bool = True
    error: Exception | None = None
    started: list[tuple[str, str, str | None]] = field(default_factory=list)
    stored: dict[str, Interaction] = field(default_factory=dict)
    run_values: list[Run] = field(default_factory=lambda: [RUN])
    score_values: list[Mapping[str, object]] = field(default_factory=lambda: [SCORE])
    ready: list[Dependency] = field(default_factory=lambda: [usable("store")])
    environment_host: str | None = "org.crm4.dynamics.com"
    hints: list[Hint] = field(default_factory=list)
    taken: Taken = Taken.QUEUED
    asked: list[tuple[Task, str | None]] = field(default_factory=list)

    def take_hint(self, hint: Hint) -> Taken:
        """Keep it."""
        self._fail()
        self.hints.append(hint)
        return self.taken

    def start_task(self, task: Task, idempotency_key: str | None) -> str:
        """Record the call, give a job."""
        self._fail()
        self.asked.append((task, idempotency_key))
        return "timer:digest:1"

    def backlog(self) -> Backlog:
        """Give a few."""
        self._fail()
        return Backlog(2, 1, 0.5004)

    def start_run(self, kind: str, by: str, idempotency_key: str | None) -> Run:
        """Record the call, give the first run."""
        self._fail()
        self.started.append((kind, by, idempotency_key))
        return replace(self.run_values[0], requested_by=by)

    def cancel_run(self, run_id: str) -> Run:
        """Cancel a run."""
        run = self.run(run_id)
        if run.status is RunStatus.SUCCEEDED:
            raise RefusedError("It has ended already.")
        return replace(run, cancel_asked=True)

    def run(self, run_id: str) -> Run:
        """Find a run."""
        self._fail()
        for run in self.run_values:
            if run.run_id == run_id:
                return run
        raise MissingFactError(f"There is no run {run_id!r}.", remedy="List the runs.")

    def runs(self, limit: int, before: str | None = None) -> Sequence[Run]:
        """Give many."""
        self._fail()
        return (self.run_values * 200)[:limit]

    def places(self, scores: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, object]]:
        """One place, whatever the scores are."""
        return [{"qualification": "sales-ready", "place": "A2", "fit": "icp-fit", "engagement": "engagement"}]

    def lead_scores(self, lead_id: str) -> Sequence[Mapping[str, object]]:
        """Give the scores of the one lead."""
        self._fail()
        return self.score_values if lead_id == LEAD else []

    def add_interactions(self, interactions: list[Interaction]) -> int:
        """Keep by id."""
        self._fail()
        before = len(self.stored)
        self.stored |= {item.interaction_id: item for item in interactions}
        return len(self.stored) - before

    def readiness(self) -> Sequence[Dependency]:
        """Give what the test said."""
        self._fail()
        return self.ready

    def _fail(self) -> None:
        if self.error:
            raise self.error


@pytest.fixture
def service() -> FakeService:
    """The service behind the application."""
    return FakeService()


@pytest.fixture
def app(service: FakeService) -> Flask:
    """The application with small limits."""
    limits = Limits(body_bytes=20_000, json_depth=6, interactions=5, calls_per_minute=1_000)
    url = "https://scores.example.com/"
    return create_app(cast("Service", service), Doors(), limits=limits, public_url=url, clock=lambda: 0.0)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of it."""
    return app.test_client()


def admin(name: str = "a") -> dict[str, str]:
    """The headers of an administrator."""
    return {"x-api-key": f"{name}/Admin"}


def problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem in an answer, after checking what every problem has."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.data
    body: dict[str, Any] = answer.get_json()
    assert {"type", "title", "status", "detail", "code", "remedy", "request_id"} <= set(body)
    assert (body["status"], body["code"]) == (status, code)
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["detail"]
    return body


# --- who may do what -------------------------------------------------------------------------------------------------


def addresses(app: Flask) -> list[tuple[str, str, str]]:
    """Every route as (endpoint, method, path), ids filled with something that does not exist."""
    found = []
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<run_id>", "no-such-run").replace("<lead_id>", "no-such-lead")
        found += [(rule.endpoint, method, path) for method in sorted(rule.methods or ())]
    return found


def test_every_route_needs_its_role_before_anything_else(app: Flask, client: FlaskClient) -> None:
    """On every route: 401 without a sign-in, 403 without the role, whatever id, body or type is sent."""
    for endpoint, method, path in addresses(app):
        needed = ROUTES[endpoint]
        for data, content_type in ((b"", ""), (b"{", "text/plain"), (b"x" * 50_000, "application/json")):
            sent: dict[str, Any] = {"method": method, "data": data, "content_type": content_type}
            if needed is None:
                assert client.open(path, **sent).status_code == 200
                continue
            if needed is Door.CAPABILITY:
                assert client.open(path, **sent).status_code not in {401, 403}
                continue
            if needed is Door.HOOK_SECRET:
                assert {client.open(path, **sent, headers=admin()).status_code} <= {401, 503}
                continue
            assert client.open(path, **sent).status_code == 401
            assert client.open(path, **sent, headers={"x-api-key": "nobody"}).status_code == 403
            for role in Role:
                allowed = role in {needed, Role.ADMIN}
                status = client.open(path, **sent, headers={"x-api-key": role}).status_code
                assert (status != 403) is allowed, (endpoint, role, status)


def test_nothing_is_open_but_health() -> None:
    """The table has a role for every route but health and readiness."""
    assert {endpoint for endpoint, role in ROUTES.items() if role is None} == {"health.live", "health.ready"}


def test_a_route_without_a_role_stops_the_start(monkeypatch: pytest.MonkeyPatch, service: FakeService) -> None:
    """A route that somebody forgot to list, and a listed one that is gone, are both found when the app is built."""
    monkeypatch.setattr(
        "connector.web.app.ROUTES", {k: v for k, v in ROUTES.items() if k != "runs.show"} | {"x.y": None}
    )
    with pytest.raises(RuntimeError, match=r"runs\.show, x\.y"):
        create_app(cast("Service", service), Doors())


def test_an_unknown_caller_learns_nothing_of_addresses(client: FlaskClient) -> None:
    """Below the API an address that does not exist, or takes another method, looks like any other without a sign-in."""
    for method, path in (("GET", "/api/v1/nothing"), ("DELETE", "/api/v1/runs"), ("OPTIONS", "/api/v1/runs")):
        body = problem(client.open(path, method=method), 401, "unauthenticated")
        assert body["remedy"]
    assert client.get("/api/v1/runs").headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_in_the_url_is_no_sign_in(client: FlaskClient) -> None:
    """Credentials in the query are not looked at."""
    problem(client.get("/api/v1/runs?x-api-key=a/Admin&code=a/Admin"), 401, "unauthenticated")


def test_a_sign_in_that_cannot_be_checked_is_503(client: FlaskClient) -> None:
    """The client is told to come back, not that it is unknown."""
    answer = client.get("/api/v1/runs", headers={"x-api-key": "unreachable"})
    problem(answer, 503, "sign_in_unavailable")
    assert answer.headers["Retry-After"] == "7"


def test_a_caller_who_asks_too_often_waits(service: FakeService) -> None:
    """Past the rate 429 with Retry-After, for that caller alone."""
    client = create_app(
        cast("Service", service), Doors(), limits=Limits(calls_per_minute=2), clock=lambda: 0.0
    ).test_client()
    assert [client.get("/api/v1/runs", headers=admin()).status_code for _ in range(2)] == [200, 200]
    answer = client.get("/api/v1/runs", headers=admin())
    problem(answer, 429, "too_many_requests")
    assert answer.headers["Retry-After"] == "30"
    assert client.get("/api/v1/runs", headers=admin("b")).status_code == 200
    assert client.get("/healthz").status_code == 200


# --- health ----------------------------------------------------------------------------------------------------------


def test_health_asks_nothing(client: FlaskClient, service: FakeService) -> None:
    """The process answers even when nothing else works."""
    service.error = StoreError("gone")
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_readiness_names_each_dependency(
    client: FlaskClient, service: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    """All well is 200; one that fails is 503 and named; why it fails is in the log alone."""
    assert client.get("/readyz").get_json() == {
        "status": "ready",
        "checks": [{"name": "store", "ok": True}],
    }
    service.ready.append(destinations_used(2))
    found = client.get("/readyz").get_json()
    assert (found["status"], found["checks"][1]["message"][:8]) == ("degraded", "2 paused")
    assert found["checks"][1]["remedy"]
    assert "not ready" not in caplog.text
    service.ready[1] = unusable("dataverse", "no token")
    answer = client.get("/readyz")
    body = problem(answer, 503, "not_ready")
    assert "dataverse" in body["detail"]
    assert [check["ok"] for check in body["checks"]] == [True, False]
    assert answer.headers["Retry-After"]
    assert "no token" not in answer.get_data(as_text=True)
    assert "dataverse is not ready: no token" in caplog.text
    service.error = StoreError("locked at /x")
    assert "/x" not in client.get("/readyz").get_data(as_text=True)
    assert "locked at /x" in caplog.text


# --- runs ------------------------------------------------------------------------------------------------------------


def test_a_run_is_started_and_can_be_followed(client: FlaskClient, service: FakeService) -> None:
    """202 with the run, where it is and when to look; the caller's name goes with it."""
    answer = client.post("/api/v1/runs", json={"kind": "sync"}, headers=admin())
    assert answer.status_code == 202
    assert answer.headers["Location"] == "https://scores.example.com/api/v1/runs/run-1"
    assert answer.headers["Retry-After"] == "5"
    assert answer.get_json() == {
        "run_id": "run-1", "kind": "sync", "status": "queued", "requested_at": "2026-11-21T09:00:00+00:00",
        "requested_by": "user:a", "started_at": None, "finished_at": None, "progress": None, "summary": {}, "error": "",
    }  # fmt: skip
    assert service.started == [("sync", "user:a", None)]


def test_the_location_never_comes_from_the_host_header(service: FakeService) -> None:
    """Without a public URL the Location is a path, whatever host the client names."""
    client = create_app(cast("Service", service), Doors()).test_client()
    answer = client.post("/api/v1/runs", headers=admin() | {"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert answer.headers["Location"] == "/api/v1/runs/run-1"


def test_a_run_needs_no_body(client: FlaskClient, service: FakeService) -> None:
    """Nothing sent means changes only."""
    assert client.post("/api/v1/runs", headers=admin()).status_code == 202
    assert client.post("/api/v1/runs", json={"kind": "full_sync"}, headers=admin()).status_code == 409
    assert [kind for kind, _, _ in service.started] == ["sync", "full_sync"]


def test_an_idempotency_key_is_the_callers_own(client: FlaskClient, service: FakeService) -> None:
    """The same key of the same caller is the same to the service; another caller's is another; its length is fixed."""
    for name, key in (("a", "k1"), ("a", "k1"), ("b", "k1"), ("a", "k2")):
        client.post("/api/v1/runs", headers=admin(name) | {"Idempotency-Key": key})
    keys = [key for _, _, key in service.started]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert all(key and len(key) == 64 for key in keys)


def test_a_task_is_asked_for_under_the_callers_own_key(client: FlaskClient, service: FakeService) -> None:
    """The answer names the task and its job; two callers with one key are two keys, no key is none."""
    for name, key in (("a", "k"), ("a", "k"), ("b", "k"), ("a", None)):
        headers = admin(name) | ({} if key is None else {"Idempotency-Key": key})
        answer = client.post("/api/v1/tasks", json={"task": "digest"}, headers=headers)
        assert (answer.status_code, answer.get_json()) == (202, {"task": "digest", "job_id": "timer:digest:1"})
    keys = [key for task, key in service.asked if task is Task.DIGEST]
    assert keys[0] == keys[1] != keys[2]
    assert keys[3] is None
    assert len(service.asked) == 4


def test_the_queue_is_told_in_numbers(client: FlaskClient) -> None:
    """How many jobs may be begun now, how many later, and how old the oldest is, rounded to milliseconds."""
    answer = client.get("/api/v1/queue", headers=admin())
    assert answer.get_json() == {"ready": 2, "delayed": 1, "oldest_ready_s": 0.5}


@pytest.mark.parametrize("key", ["", "a b", "x" * 129, "é"])
def test_a_malformed_idempotency_key_is_refused(client: FlaskClient, service: FakeService, key: str) -> None:
    """Nothing is started under a key that could not be found again."""
    problem(client.post("/api/v1/runs", headers=admin() | {"Idempotency-Key": key}), 400, "malformed")
    assert service.started == []


def test_a_key_used_for_another_kind_is_refused(client: FlaskClient) -> None:
    """A key that stands for a run of another kind is a mistake of the client, not that run."""
    headers = admin() | {"Idempotency-Key": "k"}
    problem(client.post("/api/v1/runs", json={"kind": "full_sync"}, headers=headers), 409, "idempotency_key_reused")


def test_nothing_is_scored_while_lead_management_is_off(client: FlaskClient, service: FakeService) -> None:
    """Starting a run is refused with the setting that allows it; reading goes on."""
    service.lead_management = False
    body = problem(client.post("/api/v1/runs", headers=admin()), 409, "lead_management_off")
    assert "CONNECTOR_LEAD_MANAGEMENT=on" in body["remedy"]
    assert service.started == []
    assert client.get("/api/v1/runs", headers=admin()).status_code == 200


def test_a_run_is_shown_with_progress_and_summary(client: FlaskClient, service: FakeService) -> None:
    """Retry-After is there while a run goes on, and gone when it has ended."""
    later = AT + timedelta(seconds=2)
    running = replace(
        RUN, status=RunStatus.RUNNING, started_at=AT, progress=(3, 9), progress_since=AT, progress_at=later
    )
    ended = replace(RUN, run_id="run-2", status=RunStatus.SUCCEEDED, finished_at=AT, summary={"pulled": 3})
    service.run_values = [running, ended]
    answer = client.get("/api/v1/runs/run-1", headers=admin())
    assert answer.get_json()["progress"] == {
        "done": 3, "total": 9, "rate_per_s": 1.5, "eta": (AT + timedelta(seconds=6)).isoformat(),
    }  # fmt: skip
    assert answer.headers["Retry-After"] == "5"
    answer = client.get("/api/v1/runs/run-2", headers=admin())
    assert answer.get_json()["summary"] == {"pulled": 3}
    assert "Retry-After" not in answer.headers
    problem(client.get("/api/v1/runs/run-3", headers=admin()), 404, "not_found")


def test_a_run_is_cancelled_or_asked_to_end(client: FlaskClient, service: FakeService) -> None:
    """The run is the answer; one that has ended, or is none, is said to be so."""
    service.run_values = [
        replace(RUN, status=RunStatus.RUNNING),
        replace(RUN, run_id="run-2", status=RunStatus.CANCELLED),
        replace(RUN, run_id="run-3", status=RunStatus.SUCCEEDED),
    ]
    answer = client.post("/api/v1/runs/run-1/cancel", headers=admin())
    assert (answer.get_json()["status"], answer.headers["Retry-After"]) == ("running", "5")
    answer = client.post("/api/v1/runs/run-2/cancel", headers=admin())
    assert (answer.get_json()["status"], answer.headers.get("Retry-After")) == ("cancelled", None)
    problem(client.post("/api/v1/runs/run-3/cancel", headers=admin()), 409, "refused")
    problem(client.post("/api/v1/runs/none/cancel", headers=admin()), 404, "not_found")


def test_runs_are_listed_up_to_a_limit(client: FlaskClient) -> None:
    """20 unless told otherwise, at most 100; a limit that is no number is refused."""
    for query, count in (("", 20), ("?limit=1", 1), ("?limit=100", 100)):
        assert len(client.get(f"/api/v1/runs{query}", headers=admin()).get_json()["value"]) == count
    for text in ("0", "101", "-1", "1.5", "x", "", "٣", "9" * 50, "1 "):
        problem(client.get("/api/v1/runs", query_string={"limit": text}, headers=admin()), 400, "malformed")


# --- leads -----------------------------------------------------------------------------------------------------------


def test_a_leads_scores_are_shown_with_named_parts(client: FlaskClient) -> None:
    """Groups and unknown facts are objects with names, times have an offset."""
    answer = client.get(f"/api/v1/leads/{LEAD}/scores", headers=admin())
    assert answer.get_json() == {
        "lead_id": LEAD,
        "scores": [
            {
                "model": "engagement", "version": 3, "score": 72, "grade": "Hot", "coverage": 0.8, "reachable": 90,
                "groups": [{"name": "Clicked lately", "points": 10, "outcome": "true"}],
                "unknown": [{"fact": "account.revenue", "cause": "no_account"}],
                "reasons": ["Clicked 3 times"],
                "scored_at": "2026-11-21T09:00:00+00:00", "changed_at": "2026-11-21T09:00:00+00:00",
                "next_change_at": None,
            }
        ],
        "matrix": [{"qualification": "sales-ready", "place": "A2", "fit": "icp-fit", "engagement": "engagement"}],
    }  # fmt: skip


@pytest.mark.parametrize("text", [LEAD.upper(), f"{{{LEAD}}}", f"%7B{LEAD}%7D"])
def test_an_id_is_read_in_every_usual_form(client: FlaskClient, text: str) -> None:
    """Upper case and braces, as Dynamics shows ids, find the same lead."""
    assert client.get(f"/api/v1/leads/{text}/scores", headers=admin()).get_json()["lead_id"] == LEAD


@pytest.mark.parametrize(
    "text", ["x", "1", LEAD[:-1] + "2", "..", "%00", "%2e%2e%2fruns", "' or 1=1", "a" * 5_000, "%ff%fe"]
)
def test_an_unknown_lead_is_404_and_not_a_score_of_0(client: FlaskClient, text: str) -> None:
    """Every id that is not a scored lead's answers the same."""
    body = problem(client.get(f"/api/v1/leads/{text}/scores", headers=admin()), 404, "not_found")
    assert text not in body["detail"]


# --- interactions ----------------------------------------------------------------------------------------------------


def interaction(number: int = 1, **changes: object) -> dict[str, object]:
    """One interaction as it is sent."""
    return {"id": f"i-{number}", "lead_id": LEAD, "type": "email_click", "at": "2026-11-20T10:00:00+01:00"} | changes


def record(client: FlaskClient, *items: object) -> TestResponse:
    """Send interactions."""
    return client.post("/api/v1/interactions", json={"interactions": list(items)}, headers=admin())


def test_interactions_are_stored_once(client: FlaskClient, service: FakeService) -> None:
    """The same ids again add nothing; ids and times are brought into one form."""
    sent = [interaction(1, lead_id=LEAD.upper(), properties={"form": "demo"}), interaction(2, machine=True)]
    assert record(client, *sent).get_json() == {"received": 2, "added": 2}
    assert record(client, *sent).get_json() == {"received": 2, "added": 0}
    assert service.stored["i-1"] == Interaction(
        "i-1", LEAD, "email_click", datetime(2026, 11, 20, 9, 0, tzinfo=UTC), {"form": "demo"}, machine=False
    )
    assert service.stored["i-2"].machine


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"id": ""}, "interactions[0].id"),
        ({"id": "  "}, "interactions[0].id"),
        ({"id": "x" * 129}, "interactions[0].id"),
        ({"id": 7}, "interactions[0].id"),
        ({"lead_id": "x"}, "interactions[0].lead_id"),
        ({"type": ""}, "interactions[0].type"),
        ({"type": None}, "interactions[0].type"),
        ({"at": "2026-11-20T10:00:00"}, "interactions[0].at"),
        ({"at": "yesterday"}, "interactions[0].at"),
        ({"at": 1_700_000_000}, "interactions[0].at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "interactions[0].at"),
        ({"machine": "yes"}, "interactions[0].machine"),
        ({"properties": []}, "interactions[0].properties"),
        ({"properties": {str(n): n for n in range(51)}}, "interactions[0].properties"),
        ({"extra": 1}, "interactions[0].extra"),
    ],
)
def test_a_fault_is_named_with_its_path_and_nothing_is_stored(
    client: FlaskClient, service: FakeService, changes: dict[str, object], path: str
) -> None:
    """One faulty interaction keeps the whole call out; the answer says where, without repeating what was sent."""
    body = problem(record(client, interaction(1, **changes), interaction(2)), 422, "invalid")
    assert [fault["path"] for fault in body["faults"]] == [path]
    assert service.stored == {}


def test_all_faults_come_at_once_up_to_fifty(client: FlaskClient) -> None:
    """Faults of several interactions stand together; a body of nothing but faults is cut and says so."""
    body = problem(record(client, interaction(1, id=""), interaction(2, at="x", lead_id="x")), 422, "invalid")
    assert len(body["faults"]) == 3
    body = problem(record(client, *[{}] * 40), 422, "invalid")
    assert len(body["faults"]) == 50
    assert "160" in body["detail"]


@pytest.mark.parametrize("count", [0, 6])
def test_a_call_holds_between_one_and_the_limit(client: FlaskClient, count: int) -> None:
    """None, or more than the limit, is refused."""
    problem(record(client, *[interaction(n) for n in range(count)]), 422, "invalid")


# --- bodies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 400, "malformed"),
        (b"{", 400, "malformed"),
        (b"nonsense", 400, "malformed"),
        (b'{"interactions": NaN}', 400, "malformed"),
        (b'{"interactions": -Infinity}', 400, "malformed"),
        (b'{"interactions": 1e999}', 400, "malformed"),
        (b"9" * 10_000, 400, "malformed"),
        (b'{"interactions": "\xff"}', 400, "malformed"),
        ('{"interactions": []}'.encode("utf-16"), 400, "malformed"),
        (b'{"interactions": "\\u0000"}', 400, "malformed"),
        (b'{"interactions": "\\ud800"}', 400, "malformed"),
        (b'{"\\u0000": 1}', 400, "malformed"),
        (b"[" * 10_000 + b"]" * 10_000, 400, "malformed"),
        (b'{"a":' * 3_000, 400, "malformed"),
        (b"[[[[[[[]]]]]]]", 400, "malformed"),
        (b"[[[[[[]]]]]]", 422, "invalid"),
        (b'"[[[[[[[[[["', 422, "invalid"),
        (b'"' + b'\\"' * 9_000, 400, "malformed"),
        (b"null", 422, "invalid"),
        (b"[]", 422, "invalid"),
        (b"{}", 422, "invalid"),
        (b"x" * 20_001, 413, "too_large"),
    ],
)
def test_a_body_that_cannot_be_used_is_refused(client: FlaskClient, data: bytes, status: int, code: str) -> None:
    """Broken, too deep, too long or of another shape: each has its status, and none reaches the service."""
    answer = client.post("/api/v1/interactions", data=data, content_type="application/json", headers=admin())
    problem(answer, status, code)


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        ("", None),
        ("text/plain", None),
        ("application/x-www-form-urlencoded", None),
        ("multipart/form-data; boundary=x", None),
        ("application/json; charset=utf-16", None),
        ("application/json", "gzip"),
    ],
)
def test_only_plain_json_is_taken(client: FlaskClient, content_type: str, encoding: str | None) -> None:
    """Another type, another charset or a compressed body is 415."""
    headers = admin() | ({"Content-Encoding": encoding} if encoding else {})
    answer = client.post("/api/v1/interactions", data=b"{}", content_type=content_type, headers=headers)
    problem(answer, 415, "unsupported_media_type")
    assert client.post(
        "/api/v1/interactions",
        data=json.dumps({"interactions": [interaction()]}),
        content_type="application/json; charset=UTF-8",
        headers=admin(),
    ).status_code == 200  # fmt: skip


# --- problems, headers, log ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (MissingFactError("No model.", remedy="List them."), 404, "not_found"),
        (RefusedError("Live.", remedy="Stop it."), 409, "refused"),
        (DocumentError("Bad.", faults=[Fault("a.b", 3, "wrong")]), 422, "invalid"),
        (SettingsError("Bad.", faults=[Fault("CONNECTOR_X", None, "wrong")]), 500, "misconfigured"),
        (StoreError("Locked."), 503, "store_unavailable"),
        (OutsideError("Busy.", retryable=True, retry_after_s=11.2), 503, "outside_unavailable"),
        (OutsideError("No.", status=403), 502, "outside_refused"),
        (ConnectorError("Odd."), 500, "internal"),
    ],
)
def test_our_errors_keep_their_message_and_remedy(
    client: FlaskClient, service: FakeService, error: ConnectorError, status: int, code: str
) -> None:
    """What was written for people reaches them; every answer of 503 says when to come back."""
    service.error = error
    answer = client.get("/api/v1/runs", headers=admin())
    body = problem(answer, status, code)
    assert body["detail"] == error.message
    assert body["remedy"] or status < 500
    assert ("Retry-After" in answer.headers) is (status == 503)
    assert ("faults" in body) is (code == "invalid")
    if code == "outside_unavailable":
        assert answer.headers["Retry-After"] == "12"


def test_a_foreign_error_shows_nothing_of_itself(
    client: FlaskClient, service: FakeService, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the answer nor the log holds the error's words; the log holds its kind, its way and the request's id."""
    service.error = ValueError("password=hunter2 Ada Example")
    caplog.set_level(logging.DEBUG)
    answer = client.get("/api/v1/runs", headers=admin())
    body = problem(answer, 500, "internal")
    for text in (answer.get_data(as_text=True), caplog.text):
        assert "hunter2" not in text
        assert "Ada" not in text
    assert "Traceback" not in answer.get_data(as_text=True)
    assert "ValueError" in caplog.text
    assert "_fail" in caplog.text
    assert body["request_id"] in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not_found"),
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "//healthz", 404, "not_found"),
        ("GET", "/healthz/", 404, "not_found"),
        ("GET", "/openapi.yaml", 404, "not_found"),
        ("GET", "/static/x", 404, "not_found"),
        ("POST", "/healthz", 405, "method_not_allowed"),
        ("OPTIONS", "/healthz", 405, "method_not_allowed"),
        ("TRACE", "/healthz", 405, "method_not_allowed"),
        ("BREW", "/healthz", 405, "method_not_allowed"),
        ("GET", "/api/v1/runs/a/b", 404, "not_found"),
        ("GET", "/api/v1/runs/", 404, "not_found"),
        ("GET", "/api/v1//runs", 404, "not_found"),
        ("GET", "/api/v1/leads//scores", 404, "not_found"),
        ("DELETE", "/api/v1/runs", 405, "method_not_allowed"),
    ],
)
def test_what_is_not_there_is_a_problem_too(
    client: FlaskClient, method: str, path: str, status: int, code: str
) -> None:
    """One address for each thing, no redirects; 405 names the methods that are."""
    answer = client.open(path, method=method, headers=admin())
    problem(answer, status, code)
    assert ("Allow" in answer.headers) is (status == 405)


def test_every_answer_has_the_security_headers(client: FlaskClient) -> None:
    """Answers and problems alike are not cached, not sniffed, not framed; https stays https."""
    for path in ("/healthz", "/nothing", "/api/v1/runs"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Strict-Transport-Security"]
        assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abc-1_2.3", True), ("x" * 64, True), ("x" * 65, False), ("a b", False), ("<x>", False), ("", False)],
)
def test_a_sane_request_id_is_kept(client: FlaskClient, given: str, *, kept: bool) -> None:
    """The caller's id goes through log and answer; one that could write into a log is replaced."""
    answered = client.get("/healthz", headers={"x-request-id": given}).headers["x-request-id"]
    assert (answered == given) is kept
    assert answered


def test_the_log_has_one_line_a_request_and_nothing_personal(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Route, status, time and calling application are logged; no id of a lead or person, no query, no body, no key."""
    caplog.set_level(logging.INFO, logger="connector.web.requestlog")
    client.get(f"/api/v1/leads/{LEAD}/scores?email=ada@example.com", headers=admin("oid-of-a-person"))
    client.get("/secret-path", headers={"x-request-id": "r-1"})
    lines = [json.loads(record.getMessage()) for record in caplog.records]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("GET", "/api/v1/leads/<lead_id>/scores", 200),
        ("-", "-", 404),
    ]
    assert lines[0]["caller"] == "app:client-1"
    assert lines[1]["request_id"] == "r-1"
    for secret in (LEAD, "ada@", "oid-of-a-person", "secret-path", "Admin"):
        assert secret not in caplog.text


def test_head_answers_as_get_without_a_body(client: FlaskClient) -> None:
    """HEAD needs the same role and sends no body."""
    assert client.head("/healthz").data == b""
    assert client.head("/api/v1/runs").status_code == 401
    assert client.head("/api/v1/runs", headers=admin()).status_code == 200
