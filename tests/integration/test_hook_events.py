"""Events from the sandbox to a card: registered, posted, stored, read again, decided; and all that goes wrong."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from connector.bootstrap import Service, events
from connector.pipeline.hints import REFRESH_KINDS, REFRESH_LEAD
from connector.pipeline.inbox import Handled
from connector.pipeline.jobs import NewJob
from connector.pipeline.ports import RunStatus
from connector.pipeline.precedence import Precedence
from connector.provision import HookWish, change_webhook
from connector.sandbox import Sandbox
from connector.settings import load_settings
from connector.telemetry import tracing
from connector.telemetry.spans import Spans
from connector.web.app import create_app
from connector.web.auth import security_from
from connector.web.serving import HttpServer
from tests.unit.dataverse.hookbodies import body as context
from tests.unit.dataverse.hookbodies import cut, entity, pair, update

from .conftest import IMPATIENT

SECRET = "a-secret-for-the-hook"
LET_IN = {"x-connector-secret": SECRET, "Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Post:
    """An installation that is served over HTTP, with the sandbox that posts to it."""

    sandbox: Sandbox
    service: Service
    server: HttpServer

    def post(self, body: object, headers: Mapping[str, str] = LET_IN) -> int:
        """Post as Dataverse does; return the status."""
        connection = http.client.HTTPConnection(self.server.host, self.server.port, timeout=30)
        try:
            connection.request("POST", "/hooks/dataverse", json.dumps(body), dict(headers))
            return connection.getresponse().status
        finally:
            connection.close()

    def register(self) -> None:
        """Let the sandbox post here from now on; its endpoint is turned to the plain address of this server."""
        draft = self.service.plan_webhook(HookWish(url="https://scores.example.com"))
        assert change_webhook(self.service, draft).failure is None
        (endpoint,) = self.sandbox.data.rows("serviceendpoint")
        url = f"http://{self.server.host}:{self.server.port}/hooks/dataverse"
        self.sandbox.data.update("serviceendpoint", endpoint["serviceendpointid"], {"url": url})

    def arrived(self) -> list[int | None]:
        """The statuses that the sandbox got, once all is posted."""
        poster = self.sandbox.dataverse.hooks.poster
        assert poster.wait()
        return [post.status for post in poster.posts]

    def jobs(self) -> Mapping[str, int]:
        """The jobs that look at leads, by status."""
        return self.service.store.queue.count_jobs().get(REFRESH_LEAD, {})

    def handle(self, most: int = 200) -> Handled:
        """Do what a worker does once: claim, handle, finish."""
        queue = self.service.store.queue
        leases = queue.claim(REFRESH_KINDS, most, worker="test")
        done = self.service.inbox().handle(leases)
        queue.finish([lease for lease in leases if lease.job_id not in done.again])
        return done


@pytest.fixture
def post(sandbox: Sandbox, service: Service, tmp_path: Path) -> Iterator[Post]:
    """The installation after its first sync, served on a port of its own."""
    environ = {
        **sandbox.settings,
        "CONNECTOR_DATA_DIR": str(tmp_path / "data"),
        "CONNECTOR_TEAMS_RATE": "50/s",
        "CONNECTOR_PUBLIC_URL": "https://scores.example.com",
        "CONNECTOR_WEBHOOK_SECRET": SECRET,
    }
    assert service.sync(by="test") is not None
    with Service(load_settings(environ, need_dataverse=True), retry=IMPATIENT) as opened:
        app = create_app(opened, security_from(opened.settings))
        with HttpServer(app, "127.0.0.1", 0, threads=8) as server:
            yield Post(sandbox, opened, server)


def plain_leads(sandbox: Sandbox) -> list[str]:
    """Open leads of people who may be scored, British by now, in the order of their ids."""
    return sorted(
        str(row["leadid"])
        for row in sandbox.leads()
        if row["statecode"] == 0 and not row.get("msdyn_gdproptout") and not row.get("donotbulkemail")
        and row.get("followemail") is not False
    )  # fmt: skip


def score(post: Post, lead: str, model: str = "icp-fit") -> object:
    """The stored score."""
    return {row["model"]: row["score"] for row in post.service.lead_scores(lead)}.get(model)


# --- from the sandbox -----------------------------------------------------------------------------------------------


def test_a_change_in_the_environment_is_scored_without_a_sync(post: Post) -> None:
    """Posted, acknowledged, read again, scored, written back; what our write brings is no event at all."""
    post.register()
    lead = plain_leads(post.sandbox)[0]
    post.sandbox.update_lead(lead, {"jobtitle": "Cleaner"})
    assert post.arrived() == [202]
    post.handle()
    before = score(post, lead)
    post.sandbox.update_lead(lead, {"jobtitle": "Chief Financial Officer"})
    assert post.arrived() == [202, 202]
    done = post.handle()
    assert (done.read, done.decided) == (1, 1)
    after = score(post, lead)
    assert isinstance(after, int)
    assert after > (before if isinstance(before, int) else 0)
    assert post.sandbox.lead(lead)["lc_fit"] == after
    assert post.arrived() == [202, 202]
    assert post.jobs() == {"finished": 2}


def test_who_posts_goes_first(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """While an event is stored, what works in the background gives way; afterwards it goes on."""
    asks, whole, went_first = Precedence(), post.service._store_jobs, []

    def store(jobs: Sequence[NewJob]) -> None:
        went_first.append(not asks._nobody.is_set())
        whole(jobs)

    monkeypatch.setattr(events, "PRECEDENCE", asks)
    monkeypatch.setattr(post.service, "_store_jobs", store)
    assert post.post(update(jobtitle="Cleaner")) == 202
    assert went_first == [True]
    assert asks._nobody.is_set()


def test_creation_deletion_and_merge_are_followed(post: Post) -> None:
    """A new lead has its score, a deleted one leaves no trace, of two merged ones the loser leaves."""
    post.register()
    first, second, third = plain_leads(post.sandbox)[:3]
    made = post.sandbox.add_lead({"lastname": "Übung", "jobtitle": "CFO", "address1_country": "GB"})
    post.sandbox.delete_lead(first)
    post.sandbox.merge(second, third)
    assert set(post.arrived()) == {202}
    post.handle()
    mirrored = {one.lead.lead_id for one in post.service.store.dossiers(1_000, now=post.service.clock())}
    assert {made, second} <= mirrored
    assert not {first, third} & mirrored
    assert post.service.lead_scores(made)
    assert post.service.lead_scores(first) == []


def test_an_account_s_change_rescores_its_leads(post: Post) -> None:
    """Without reading one of them."""
    post.register()
    linked = [row for row in post.sandbox.leads() if row["leadid"] in plain_leads(post.sandbox)]
    account = next(str(row["_parentaccountid_value"]) for row in linked if row.get("_parentaccountid_value"))
    size = post.sandbox.data.row("account", account)["numberofemployees"]  # type: ignore[index]  # it is there
    post.sandbox.data.update("account", account, {"numberofemployees": 5 if size and size > 500 else 50_000})
    assert post.arrived() == [202]
    done = post.handle()
    assert done.read == 1
    assert done.decided >= 1


def test_columns_that_nothing_reads_bring_no_event(post: Post) -> None:
    """The step looks at what live documents read; our own columns are not among that."""
    post.register()
    lead = plain_leads(post.sandbox)[0]
    post.sandbox.update_lead(lead, {"telephone1": "+44 20 7946 0123", "lc_fit": 1, "lc_scoredon": None})
    assert post.arrived() == []


def test_events_that_come_twice_or_in_another_order_end_the_same(post: Post) -> None:
    """The row is read as it is: neither matters."""
    post.register()
    lead = plain_leads(post.sandbox)[0]
    post.sandbox.dataverse.hooks.poster.reorder(3)
    post.sandbox.dataverse.hooks.poster.repeat(3)
    for title in ("Cleaner", "Director of Finance", "Chief Financial Officer"):
        post.sandbox.update_lead(lead, {"jobtitle": title})
    assert post.arrived() == [202] * 6
    assert post.jobs() == {"queued": 1}
    assert post.handle().decided == 1
    other = plain_leads(post.sandbox)[1]
    post.sandbox.update_lead(other, {"jobtitle": "Chief Financial Officer"})
    post.handle()
    fits = [post.sandbox.lead(one)["lc_fit"] for one in (lead, other)]
    assert fits[0] == score(post, lead)
    assert fits[1] == score(post, other)


def test_an_event_that_was_lost_is_found_by_the_next_sync(post: Post) -> None:
    """The delta is the truth."""
    post.register()
    lead = plain_leads(post.sandbox)[0]
    post.sandbox.update_lead(lead, {"jobtitle": "Cleaner"})
    post.arrived()
    post.handle()
    post.sandbox.dataverse.hooks.poster.lose()
    post.sandbox.update_lead(lead, {"jobtitle": "Chief Financial Officer"})
    post.arrived()
    assert post.handle().read == 0
    report = post.service.sync(by="test")
    assert report is not None
    assert report.scored == 1


def test_our_own_tagged_write_is_acknowledged_and_dropped(post: Post) -> None:
    """Without any filter on the step, too."""
    own = {"lc_fit": 5, "lc_scoredon": "/Date(1795251600000)/"}
    assert post.post(update(plain_leads(post.sandbox)[0], **own)) == 200
    assert post.jobs() == {}


def test_a_qualifying_change_puts_a_card_into_teams(post: Post) -> None:
    """From the change in the environment to the card in the channel, with no run."""
    post.register()
    lead = hot_candidate(post)
    cards = len(post.sandbox.teams.cards)
    with post.service.worker():
        post.sandbox.update_lead(lead, HOT)
        eventually(lambda: len(post.sandbox.teams.cards) > cards, "the card arrives")
    assert post.arrived()[-1] == 202
    assert {thread.name for thread in threading.enumerate()}.isdisjoint({"worker", "inbox"})
    assert lead in str(post.sandbox.teams.cards[-1].body)


def test_one_trace_leads_from_the_webhook_to_the_card(post: Post) -> None:
    """Request, job, reading, scoring, deciding, writing, delivery, card: each span has the one before above it.

    No attribute of any of them names the lead or who it is.
    """
    post.register()
    lead = hot_candidate(post)
    cards = len(post.sandbox.teams.cards)
    exporter = InMemorySpanExporter()
    tracing.use(Spans(SimpleSpanProcessor(exporter)))
    try:
        with post.service.worker():
            post.sandbox.update_lead(lead, HOT)
            eventually(lambda: len(post.sandbox.teams.cards) > cards, "the card arrives")
        # Whoever answers the request is another thread, whose span may well end after the card.
        eventually(lambda: is_whole(exporter.get_finished_spans()), "the request has ended")
    finally:
        tracing.shut_down()
    spans = exporter.get_finished_spans()
    by_id = {one.context.span_id: one for one in spans}
    card, *_ = [one for one in spans if one.name == "POST channel"]  # the account has woken up too, maybe by now
    of_trace = [one for one in spans if one.context.trace_id == card.context.trace_id]

    def above(span: ReadableSpan) -> list[str]:
        names = []
        while span.parent is not None:
            span = by_id[span.parent.span_id]
            names.append(span.name)
        return names

    request, job = "POST /hooks/dataverse", "job refresh-lead"
    first = {one.name: above(one) for one in reversed(of_trace)}
    assert first[job] == [request]
    for step in ("read", "score", "decide", "write"):
        assert first[step] == [job, request]
    calls = [above(one) for one in of_trace if one.name.startswith("Dataverse")]
    assert {"read", "write"} <= {names[0] for names in calls}
    assert first["deliver teams"] == [job, request]
    assert first["POST channel"] == ["deliver teams", job, request]
    row = post.sandbox.lead(lead)
    told = str([(one.name, dict(one.attributes or {}), one.status.description) for one in spans])
    assert [value for value in (lead, row["fullname"], row["emailaddress1"], "sig=") if value and value in told] == []
    assert "traceparent" not in str(post.sandbox.teams.cards[-1].body)


def is_whole(spans: Sequence[ReadableSpan]) -> bool:
    """Whether of each span the one above has ended too."""
    ended = {one.context.span_id for one in spans}
    return all(one.parent is None or one.parent.span_id in ended for one in spans)


HOT = {"jobtitle": "Chief Financial Officer", "address1_country": "GB"}


def hot_candidate(post: Post) -> str:
    """A lead that is one change away from its alert: engaged, of a large account, with a small title until now."""
    from connector.pipeline.interactions import interaction

    linked = [
        row for row in post.sandbox.leads()
        if row["leadid"] in plain_leads(post.sandbox) and (row.get("lc_engagement") or 0) < 30
    ]  # fmt: skip
    lead = str(linked[0]["leadid"])
    at = (post.service.clock() - timedelta(hours=1)).isoformat()
    rows = [
        {"id": f"{kind}-{form}", "lead_id": lead, "type": kind, "at": at, "properties": {"form": form}}
        for kind, form in (("form_submission", "demo"), ("form_submission", "pricing"), ("email_click", "-"))
    ]
    post.service.add_interactions([interaction(row) for row in rows])
    return lead


def eventually(holds: Any, what: str) -> None:
    """Wait until something holds, at most 30 seconds; look often."""
    never = threading.Event()
    for _ in range(3000):
        if holds():
            return
        never.wait(0.01)
    raise AssertionError(f"never: {what}")


# --- many, large, wrong ---------------------------------------------------------------------------------------------


def test_a_thousand_events_of_one_lead_are_few_reads(post: Post) -> None:
    """From eight clients at once: one waiting job stands for all of them; each is acknowledged."""
    lead = plain_leads(post.sandbox)[0]
    before = post.sandbox.calls.count("dataverse")

    def burst(part: int) -> set[int]:
        connection = http.client.HTTPConnection(post.server.host, post.server.port, timeout=30)
        statuses = set()
        for number in range(125):
            content = update(lead, jobtitle="x") | {"OperationId": f"00000000-0000-4000-8000-{part:04}{number:08}"}
            connection.request("POST", "/hooks/dataverse", json.dumps(content), LET_IN)
            answer = connection.getresponse()
            answer.read()
            statuses.add(answer.status)
        connection.close()
        return statuses

    with ThreadPoolExecutor(8) as pool:
        assert set().union(*pool.map(burst, range(8))) == {202}
    assert post.jobs() == {"queued": 1}
    assert post.handle().read == 1
    rows = post.sandbox.calls.matching(service="dataverse", path="/leads")
    assert post.sandbox.calls.count("dataverse") - before < 40  # the metadata, once, and one read
    assert len([call for call in rows if "In(" in call.query or "In%28" in call.query]) <= 2


def test_a_worker_reads_ahead_what_its_first_event_needs(post: Post) -> None:
    """From the start, whether an event comes or not; kept metadata are not read again, an outage is only said."""
    post.service.store.forget_pictures()
    calls = post.sandbox.calls
    calls.clear()
    with Service(post.service.settings, retry=IMPATIENT) as first, first.worker(kinds=REFRESH_KINDS):
        eventually(lambda: first.store.picture(first.session.origin) is not None, "it is read")
    read = calls.count("dataverse", "metadata")
    assert read > 0
    with Service(post.service.settings, retry=IMPATIENT) as second, second.worker(kinds=REFRESH_KINDS):
        lead = plain_leads(post.sandbox)[0]
        assert post.post(update(lead, jobtitle="x")) == 202
        eventually(lambda: post.jobs() == {"finished": 1}, "it is looked at")
    assert calls.count("dataverse", "metadata") == read


def test_many_leads_are_read_together(post: Post) -> None:
    """Fifty jobs are one read, whatever the number of events."""
    leads = plain_leads(post.sandbox)
    many = pair("Targets", {"Entities": [entity(lead, jobtitle="x") for lead in leads]})
    assert post.post(context("UpdateMultiple", many, row_id="")) == 202
    inbox = post.service.inbox()
    assert inbox.handle([]) == Handled()
    done = post.handle()
    assert done.read == len(leads)


def test_a_cut_body_that_names_no_row_asks_for_a_run(post: Post) -> None:
    """Durably, once for however many such events."""
    for _ in range(3):
        assert post.post(cut("UpdateMultiple", row_id="00000000-0000-0000-0000-000000000000")) == 202
    queued = [run for run in post.service.runs() if run.status is RunStatus.QUEUED]
    assert [run.requested_by for run in queued] == ["hook:dataverse"]


def test_the_wrong_secret_and_another_environment_store_nothing(post: Post) -> None:
    """Nothing is queued, however often."""
    content = update(plain_leads(post.sandbox)[0], jobtitle="x")
    assert post.post(content, {"x-connector-secret": "wrong"}) == 401
    assert post.post(content, LET_IN | {"x-ms-dynamics-organization": "other.crm4.dynamics.com"}) == 403
    assert post.jobs() == {}


def test_a_store_that_is_gone_acknowledges_nothing(post: Post) -> None:
    """503, which the environment tries once more; with the store back the next event is taken."""
    database = post.service.settings.data_dir / "connector.db"
    content = update(plain_leads(post.sandbox)[0], jobtitle="x")
    assert post.service.readiness()[0].ok
    database.rename(database.with_name("away.db"))
    assert post.post(content) == 503
    database.with_name("away.db").rename(database)
    assert post.post(content) == 202


def test_nothing_of_a_person_is_stored_with_an_event(post: Post) -> None:
    """The job holds ids, the message and when it happened."""
    lead = plain_leads(post.sandbox)[0]
    post.post(update(lead, fullname="Zoë Übung", emailaddress1="zoe@example.com"))
    (job,) = post.service.store.queue.jobs(kind=REFRESH_LEAD)
    assert job.key == lead
    assert set(job.payload) == {"message", "correlation_id", "happened_at"}
    assert "Zoë" not in repr(job)
