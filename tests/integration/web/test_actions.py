"""The API's actions over a real socket, on the real store and the sandbox: what a flow would ask for."""

from __future__ import annotations

import http.client
import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from prometheus_client import CollectorRegistry

from connector.bootstrap import Service, actions
from connector.cli.demo import Stage, play, staged
from connector.pipeline.values import Interaction
from connector.settings import Settings
from connector.web import wsgi
from connector.web.apikeys import new_key
from connector.web.app import create_app
from connector.web.auth import Security
from connector.web.serving import HttpServer

PUBLIC = "https://scores.example.com"
SECRET, ENTRY = new_key("flow", ["Admin"])
NOW = datetime.now(UTC)
DEMANDS = [
    Interaction(f"waits-{number}", "", kind, NOW - timedelta(minutes=5), {"form": "demo"})
    for number, kind in enumerate(("form_submission", "form_submission", "email_click", "email_click", "email_click"))
]
HOT = {"jobtitle": "Chief Financial Officer", "address1_country": "GB"}


@dataclass(frozen=True)
class Flow:
    """Whoever calls."""

    stage: Stage
    server: HttpServer

    @property
    def service(self) -> Service:
        """What stands behind the API."""
        return self.stage.service

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Call an address below /api/v1, or the one that a link names; the status and the JSON."""
        connection = http.client.HTTPConnection(self.server.host, self.server.port, timeout=60)
        sent = {"x-api-key": SECRET} | ({} if body is None else {"Content-Type": "application/json"})
        address = path.removeprefix(PUBLIC) if path.startswith(PUBLIC) else f"/api/v1{path}"
        connection.request(method, address, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        connection.close()
        return answer.status, told

    def quiet_leads(self) -> list[str]:
        """Those of them that did little."""
        return [one for one in self.plain_leads() if (self.stage.sandbox.lead(one).get("lc_engagement") or 0) < 20]

    def plain_leads(self) -> list[str]:
        """Open leads of people who may be scored, without a mark."""
        scored = {str(one["lead_id"]) for one in self.service.ranking(500)}
        return sorted(
            str(row["leadid"])
            for row in self.stage.sandbox.leads()
            if row["leadid"] in scored and row["statecode"] == 0 and not row.get("msdyncrm_salesready")
            and not row.get("donotbulkemail") and row.get("followemail") is not False
        )  # fmt: skip


@pytest.fixture(scope="module")
def flow() -> Iterator[Flow]:
    """An installation after the demo's script, with cards that wait for a worker."""
    with staged(leads=60) as stage:
        play(stage)
        app = create_app(stage.service, Security(api_keys=[ENTRY]), public_url=PUBLIC)
        with HttpServer(app, "127.0.0.1", 0) as server:
            flow = Flow(stage, server)
            lead = flow.quiet_leads()[-1]
            stage.sandbox.update_lead(lead, HOT)
            stage.service.add_interactions([replace(one, lead_id=lead) for one in DEMANDS])
            stage.service.qualify_now(lead, None, "test")
            yield flow


def test_a_recorded_interaction_counts_at_once_and_is_written_when_the_lead_is_qualified(flow: Flow) -> None:
    """Recorded once by its id, seen by scoring now, stored by nothing until the lead is decided."""
    lead = flow.quiet_leads()[0]
    flow.stage.sandbox.update_lead(lead, HOT)
    _, before = flow.ask("POST", f"/leads/{lead}/score", {"model": "engagement"})
    at = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    for number, form in enumerate(("demo", "pricing", "demo")):
        item = {"id": f"act-{number}", "type": "form_submission", "at": at, "properties": {"form": form}}
        assert flow.ask("POST", f"/leads/{lead}/interactions", item) == (200, {"received": 1, "added": 1})
        assert flow.ask("POST", f"/leads/{lead.upper()}/interactions", item) == (200, {"received": 1, "added": 0})
    clicks = [{"id": f"c-{n}", "lead_id": lead, "type": "email_click", "at": at} for n in range(3)]
    assert flow.ask("POST", "/interactions", {"interactions": clicks})[1] == {"received": 3, "added": 3}

    _, after = flow.ask("POST", f"/leads/{lead}/score", {"model": "engagement"})
    assert after["scores"][0]["score"] > before["scores"][0]["score"]
    status, stored = flow.ask("GET", f"/leads/{lead}/scores/engagement")
    assert (status, stored["score"]) == (200, before["scores"][0]["score"])

    status, done = flow.ask("POST", f"/leads/{lead}/qualification", {"qualification": "sales-ready"})
    assert (status, done["outcome"], done["written"]) == (200, "applied", True), done
    assert flow.stage.sandbox.lead(lead)["lc_engagement"] == after["scores"][0]["score"]
    assert flow.stage.sandbox.lead(lead)["msdyncrm_salesready"] is True
    assert flow.ask("POST", f"/leads/{lead}/qualification")[1]["outcome"] == "unchanged"
    _, page = flow.ask("GET", f"/leads/{lead}/history?model=engagement&limit=1")
    assert page["value"][0]["score"] == after["scores"][0]["score"]


def test_whoever_may_not_be_qualified_is_told_so(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Criteria that are not met are no error; unknown leads and names are missing; a run that decides is waited for."""
    cold = next(lead for lead in flow.plain_leads() if (flow.stage.sandbox.lead(lead).get("lc_fit") or 0) < 40)
    status, done = flow.ask("POST", f"/leads/{cold}/qualification")
    assert (status, done["outcome"], done["qualifications"][0]["outcome"]) == (200, "not_met", "not_met")
    assert flow.ask("POST", "/leads/0a1b2c3d-0000-4000-8000-000000000001/qualification")[0] == 404
    assert flow.ask("POST", f"/leads/{cold}/qualification", {"qualification": "none"})[0] == 404
    monkeypatch.setattr(actions, "PATIENCE_S", 0.0)
    with flow.service.turn(lambda: None):
        status, problem = flow.ask("POST", f"/leads/{cold}/qualification")
    assert (status, problem["code"]) == (503, "busy")


def test_who_was_qualified_is_listed_page_by_page(flow: Flow) -> None:
    """Every decision once, whatever the size of the page; the cursor goes on where the list ended."""
    _, whole = flow.ask("GET", "/qualified-leads?limit=100")
    assert len(whole["value"]) >= 3
    path, seen = "/qualified-leads?limit=1", list[Any]()
    while path:
        status, page = flow.ask("GET", path)
        assert status == 200
        seen += page["value"]
        path = page.get("nextLink", "")
        assert not path or urlsplit(path)[:2] == ("https", "scores.example.com")
    assert seen == whole["value"]
    assert flow.ask("GET", f"/qualified-leads?cursor={whole['cursor']}")[1] == {"value": [], "cursor": whole["cursor"]}
    since = seen[-1]["qualified_at"].replace("+", "%2B")
    later = flow.ask("GET", f"/qualified-leads?since={since}&qualification=sales-ready")[1]["value"]
    assert seen[-1] in later
    assert all(one["qualified_at"] >= seen[-1]["qualified_at"] for one in later)
    assert flow.ask("GET", "/qualified-leads?qualification=other")[1]["value"] == []


def test_runs_and_changes_are_listed_page_by_page(flow: Flow) -> None:
    """In pages of one as in one page; a cursor of another list is none of this."""
    lead = str(flow.service.ranking(1)[0]["lead_id"])
    for path in ("/runs", f"/leads/{lead}/history", "/deliveries", "/models"):
        _, whole = flow.ask("GET", f"{path}?limit=100")
        link, seen = f"{path}?limit=1", list[Any]()
        while link:
            _, page = flow.ask("GET", link)
            seen += page["value"]
            link = page.get("nextLink", "")
        assert seen == whole["value"]
    _, page = flow.ask("GET", "/models?limit=1")
    cursor = page["nextLink"].partition("cursor=")[2]
    assert flow.ask("GET", f"/models?cursor={cursor}")[0] == 200
    assert flow.ask("GET", f"/runs?cursor={cursor}")[0] == 400


def test_models_are_shown_tested_and_linted(flow: Flow) -> None:
    """A test says what `score_now` says of the same facts; a draft is asked by name; nothing is stored."""
    status, model = flow.ask("GET", "/models/engagement")
    assert (status, model["status"], model["grades"][-1]["from"]) == (200, "live", None)
    assert flow.ask("POST", "/lint", {"document": model["document"]})[1]["is_publishable"] is True
    bare = flow.ask("POST", "/lint", {"document": model["document"].replace("\npurpose:", "\n# purpose:")})[1]
    assert (bare["is_publishable"], bare["findings"][0]["code"]) == (False, "required-to-publish")
    broken = flow.ask("POST", "/lint", {"document": "model: [\n"})[1]
    assert (broken["is_publishable"], broken["findings"][0]["code"]) == (False, "invalid-document")
    click = {"type": "email_click", "at": "2026-11-20T09:00:00Z"}
    facts = {"lead": {}, "interactions": [click], "at": "2026-11-20T12:00:00+01:00"}
    status, told = flow.ask("POST", "/models/engagement/test", facts)
    assert (status, told["version"]) == (200, model["version"])
    assert told["score"] > flow.ask("POST", "/models/engagement/test", {"lead": {}})[1]["score"]
    assert flow.ask("POST", "/models/engagement/test", {**facts, "draft": True})[0] == 404
    assert flow.ask("POST", "/models/none/test", facts)[0] == 404


def test_a_lead_is_explained_and_its_announcement_judged(flow: Flow) -> None:
    """With the way to the next grade and the rank; the first answer about an event stays."""
    lead = str(flow.service.ranking(1)[0]["lead_id"])
    status, told = flow.ask("GET", f"/leads/{lead}/explanation?model=engagement")
    assert (status, [one["model"] for one in told["models"]]) == (200, ["engagement"])
    assert told["models"][0]["rank"]
    _, page = flow.ask("GET", "/deliveries?limit=1")
    event = page["value"][0]["event_id"]
    assert flow.ask("POST", "/verdicts", {"event_id": event, "answer": "good"})[1]["is_new"] is True
    again = flow.ask("POST", "/verdicts", {"event_id": event, "answer": "not_good"})[1]
    assert (again["answer"], again["is_new"]) == ("good", False)


def test_a_delivery_is_shown_with_its_log_and_only_what_waits_is_sent_again(flow: Flow) -> None:
    """A delivered one is not; a dead one is queued."""
    delivered = flow.ask("GET", "/deliveries?status=delivered&limit=1")[1]["value"][0]["delivery_id"]
    _, one = flow.ask("GET", f"/deliveries/{delivered}")
    assert (one["attempts"], [each["outcome"] for each in one["log"]]) == (1, ["delivered"])
    assert flow.ask("POST", f"/deliveries/{delivered}/replay")[0] == 409
    assert flow.ask("POST", "/deliveries/none/replay")[0] == 404
    store, now = flow.service.store, flow.service.clock()
    waiting = flow.ask("GET", "/deliveries?status=queued&limit=1")[1]["value"]
    store.hold_unknown([], now=now)
    held = waiting[0]["delivery_id"]
    assert flow.ask("GET", f"/deliveries/{held}")[1]["status"] == "held"
    status, one = flow.ask("POST", f"/deliveries/{held}/replay")
    assert (status, one["status"]) == (200, "queued")


def test_there_is_something_to_choose_from(flow: Flow) -> None:
    """Models, their grades, qualifications, owners as the environment has them, countries as leads have them."""
    lists = {
        name: flow.ask("GET", f"/lists/{name}")[1]["value"]
        for name in ("models", "qualifications", "owners", "countries")
    }
    assert [one["value"] for one in lists["models"]] == ["engagement", "icp-fit", "intent"]
    assert lists["models"][0]["title"].startswith("engagement: ")
    assert [one["value"] for one in lists["qualifications"]] == ["sales-ready"]
    owners = {row["systemuserid"]: row["fullname"] for row in flow.stage.sandbox.data.rows("systemuser")}
    assert lists["owners"]
    assert all(owners.get(one["value"]) in {None, one["title"]} for one in lists["owners"])
    assert {"GB", "DE"} <= {one["value"] for one in lists["countries"]}
    _, grades = flow.ask("GET", "/lists/models/engagement/grades")
    assert grades["value"][0] == {"value": "Hot", "title": "Hot"}
    assert flow.ask("GET", "/lists/models/none/grades")[0] == 404


def test_the_models_are_compiled_once(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at again after a while they are the same, until a run has found other columns."""
    book = flow.service.scorebook()
    monkeypatch.setattr("connector.bootstrap.answers.TYPES_AGE", timedelta(0))
    assert flow.service.scorebook() is book
    monkeypatch.setattr(flow.service.store, "known_types", lambda: None)
    assert flow.service.scorebook() is not book


def test_another_server_carries_the_same_application(
    flow: Flow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is built from the environment alone, and its service is closed when the process ends."""
    closing: list[Any] = []
    monkeypatch.setattr("atexit.register", closing.append)
    for name, value in flow.stage.sandbox.settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CONNECTOR_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CONNECTOR_API_KEYS", ENTRY)
    monkeypatch.setenv("CONNECTOR_METRICS_BIND", "off")
    client = wsgi.application().test_client()
    assert client.get("/readyz").status_code == 200
    assert client.get("/api/v1/models", headers={"x-api-key": SECRET}).get_json() == {"value": []}
    [close] = closing
    close()


def test_one_of_several_processes_serves_the_metrics(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has the address answers for all; the others do without."""
    monkeypatch.setattr(Settings, "metrics_address", ("127.0.0.1", 0))
    server = wsgi.serve_metrics(flow.service, CollectorRegistry())
    assert server is not None
    try:
        address = ("127.0.0.1", server.server_port)
        with urllib.request.urlopen(f"http://{address[0]}:{address[1]}/metrics", timeout=30) as answer:
            assert b"connector_store_up 1.0" in answer.read()
        monkeypatch.setattr(Settings, "metrics_address", address)
        assert wsgi.serve_metrics(flow.service, CollectorRegistry()) is None
    finally:
        server.shutdown()
        server.server_close()
    monkeypatch.setattr(Settings, "metrics_address", None)
    assert wsgi.serve_metrics(flow.service, CollectorRegistry()) is None
