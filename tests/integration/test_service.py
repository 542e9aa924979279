"""The service as commands and the API use it: the worker's thread, runs that are asked for, opening and closing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.bootstrap import Service
from connector.dataverse.http.retry import RetryPolicy
from connector.errors import ConnectorError, OutsideError, RefusedError, StoreError
from connector.pipeline.interactions import interaction
from connector.pipeline.jobs import RUN_JOB
from connector.pipeline.ports import DocumentKind, Run, RunStatus
from connector.pipeline.publishing import Draft
from connector.pipeline.sync import StoppedError
from connector.sandbox import Sandbox
from connector.sandbox.dataverse.tables.choices import options
from connector.sandbox.dataverse.tables.columns import choice
from connector.settings import load_settings
from connector.web.app import create_app
from connector.web.auth import Security, new_key
from connector.worker import Stint

IMPATIENT = RetryPolicy(attempts=2, first_s=0.01, longest_s=0.01, budget_s=30)
ENDED = {RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.INTERRUPTED}


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds, at most 30 seconds; look often."""
    never = threading.Event()
    for _ in range(3000):
        if holds():
            return
        never.wait(0.01)
    raise AssertionError(f"never: {what}")


def ended(service: Service, run_id: str) -> Run:
    """A run once it has ended."""
    eventually(lambda: service.run(run_id).status in ENDED, "the run ends")
    return service.run(run_id)


def ended_well(service: Service, run_id: str) -> bool:
    """Tell that a run succeeds in the end, however often it is interrupted before."""
    eventually(lambda: service.run(run_id).status is RunStatus.SUCCEEDED, "the run succeeds")
    return True


def workers() -> list[str]:
    """The worker threads that live."""
    return [thread.name for thread in threading.enumerate() if thread.name == "worker"]


def make_hot(service: Service, sandbox: Sandbox) -> str:
    """Let one British lead ask for a demonstration and a price; return its id."""
    lead = min(
        str(row["leadid"])
        for row in sandbox.leads()
        if row["statecode"] == 0 and not row.get("msdyn_gdproptout") and not row.get("donotbulkemail")
        and row.get("followemail") is not False and (row.get("lc_engagement") or 0) < 30
    )  # fmt: skip
    sandbox.update_lead(lead, {"address1_country": "GB"})
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    rows = [
        {"id": f"{kind}-{form}", "lead_id": lead, "type": kind, "at": at, "properties": {"form": form}}
        for kind, form in (("form_submission", "demo"), ("form_submission", "pricing"), ("email_click", "-"))
    ]
    service.add_interactions([interaction(row) for row in rows])
    return lead


@pytest.fixture
def another(service: Service) -> Iterator[Service]:
    """Another process's service on the same data folder."""
    with Service(service.settings, retry=IMPATIENT) as opened:
        yield opened


def test_a_run_that_is_asked_for_through_the_api_is_done_by_the_worker(service: Service, sandbox: Sandbox) -> None:
    """POST /runs queues a run, the worker does it, and its scores can be read."""
    key, entry = new_key("tester", ["Admin"])
    client = create_app(service, Security(api_keys=[entry])).test_client()
    with service.worker():
        answer = client.post("/api/v1/runs", headers={"x-api-key": key})
        assert answer.status_code == 202
        run = ended(service, answer.get_json()["run_id"])
    assert run.status is RunStatus.SUCCEEDED
    assert run.summary["scored"] == run.summary["writes"]["applied"] > 0  # type: ignore[index]  # it is JSON
    lead_id = service.ranking(1)[0]["lead_id"]
    assert client.get(f"/api/v1/leads/{lead_id}/scores", headers={"x-api-key": key}).status_code == 200
    assert workers() == []


def is_write(request: Any) -> bool:
    """Tell whether a request updates leads, alone or in a batch."""
    return bool(request.method == "PATCH" or request.path.endswith("$batch"))


def test_an_error_in_a_run_is_recorded_and_the_worker_goes_on(service: Service, sandbox: Sandbox) -> None:
    """A run that cannot write ends as failed with its reason; the same worker does the next one to its end."""
    with service.worker():
        fault = sandbox.faults.no_answer(times=None, when=is_write)
        failed = ended(service, service.start_run("sync", "test").run_id)
        fault.clear()
        done = ended(service, service.start_run("sync", "test").run_id)
    assert failed.status is RunStatus.FAILED
    assert "could not be reached" in failed.error
    assert done.status is RunStatus.SUCCEEDED
    assert service.store.planned() == []


def test_a_run_that_cannot_begin_is_recorded_and_bars_no_other(service: Service) -> None:
    """A queued run is refused while lead management is off; it ends as failed, with the remedy."""
    off = service.settings.model_copy(update={"lead_management": False})
    queued = service.start_run("sync", "test")
    with Service(off, retry=IMPATIENT) as refusing, refusing.worker():
        run = ended(refusing, queued.run_id)
    assert run.status is RunStatus.FAILED
    assert "CONNECTOR_LEAD_MANAGEMENT=on" in run.error
    assert service.sync(by="test") is not None


def test_stopping_settles_what_is_under_way(service: Service, sandbox: Sandbox) -> None:
    """Stopped in the middle of its writes, the worker settles what was answered and ends; the next does the rest."""
    leads = sorted(str(row["leadid"]) for row in sandbox.leads() if row["statecode"] == 0)
    one_by_one = service.settings.model_copy(update={"write_way": "single"})
    with Service(one_by_one, retry=IMPATIENT) as stopped:

        def wait_for_the_stop() -> None:
            stopped.stop.wait(30)

        sandbox.before_write(leads[3], stopped.stop.set)
        for lead in leads[4:]:  # else the others may all be written before that one, and nothing is cut short
            sandbox.before_write(lead, wait_for_the_stop)
        with stopped.worker():
            run_id = stopped.start_run("sync", "test").run_id
            eventually(stopped.stop.is_set, "the write under way stops the worker")
    assert workers() == []
    assert service.run(run_id).status is RunStatus.INTERRUPTED
    left = {decision.lead_id for decision in service.store.planned()}
    written = {lead for lead in leads if sandbox.lead(lead)["lc_scoredon"]}
    assert leads[3] in written
    assert left
    assert not written & left  # what was written is settled, what is left was not sent
    with Service(service.settings) as again:
        report = again.sync(by="test")
        assert again.store.planned() == []
    assert report is not None
    assert (report.run_id, report.resumed) == (run_id, len(left))  # the same run, gone on with
    assert all(sandbox.lead(lead)["lc_scoredon"] or sandbox.lead(lead)["msdyn_gdproptout"] for lead in leads)


def test_stopping_cuts_a_wait_for_the_environment_short(sandbox: Sandbox, service: Service) -> None:
    """An environment that asks for five minutes' patience does not keep the worker from ending: the run is told.

    A run that waited on would outlast the worker's grace, and seem to be under way.
    """
    sandbox.faults.status(429, times=None, retry_after=290, when="EntityDefinitions")
    patient = Service(service.settings)
    with patient, patient.worker(kinds=[RUN_JOB]):  # nobody but the run asks the environment
        before = sandbox.calls.count("dataverse")
        run_id = patient.start_run("sync", "test").run_id
        eventually(lambda: sandbox.calls.count("dataverse") > before, "the environment is asked")
    assert service.run(run_id).status is RunStatus.INTERRUPTED


def test_the_worker_sends_what_is_due_without_a_run(service: Service, sandbox: Sandbox) -> None:
    """A card that died with its channel goes out once it is replayed, with no run in between."""
    service.sync(by="test")
    lead = make_hot(service, sandbox)
    sandbox.teams.disable("sales-uk")
    service.sync(by="test")
    dead = [str(row["delivery_id"]) for row in service.store.deliveries() if row["status"] != "delivered"]
    assert dead
    assert sandbox.teams.cards == []
    sandbox.teams.enable("sales-uk")
    with service.worker():
        service.store.replay(dead, now=service.clock())
        eventually(lambda: len(sandbox.teams.cards) == len(dead), "the card arrives")
    assert lead in str(sandbox.teams.cards[0].body)


def test_the_worker_settles_what_a_crash_left_in_flight(service: Service, sandbox: Sandbox) -> None:
    """An attempt that was begun and never answered is sent again when a worker starts."""
    service.sync(by="test")
    make_hot(service, sandbox)
    fault = sandbox.faults.status(503, times=None, service="teams")
    hasty = service.settings.model_copy(update={"sync_deliver_s": 0.0})
    with Service(hasty, retry=IMPATIENT) as impatient:
        impatient.sync(by="test")
    fault.clear()
    rates = service.outbox().rates
    with Service(hasty, retry=IMPATIENT) as dead:
        begun = dead.store.claim(list(rates), 4, now=service.clock() + timedelta(days=1), rates=rates)
    assert begun
    with service.worker():
        eventually(lambda: len(sandbox.teams.cards) == len(begun), "the card arrives")


def test_a_second_worker_is_refused(service: Service, another: Service) -> None:
    """One process works on a data folder; the second is told so, and nothing of the first is disturbed."""
    with service.worker():
        with pytest.raises(RefusedError, match="CONNECTOR_DATA_DIR"), another.worker():
            pass
        assert ended(service, another.start_run("sync", "test").run_id).status is RunStatus.SUCCEEDED


def test_a_sync_beside_a_worker_asks_it_and_follows(service: Service, another: Service) -> None:
    """While a worker has the folder, `sync` does nothing itself; `ask` brings the worker's summary."""
    with service.worker():
        assert another.sync(by="test") is None
        summary = another.ask(by="test")
    assert summary["scored"] > 0
    (run,) = another.runs()
    assert (run.status, run.requested_by) == (RunStatus.SUCCEEDED, "test")


def test_a_followed_run_that_fails_says_why(service: Service, another: Service, sandbox: Sandbox) -> None:
    """Whoever asked for a run learns its error, and what to do."""
    sandbox.faults.status(403, times=None, when="EntityDefinitions")
    with service.worker(), pytest.raises(OutsideError, match="ended as failed") as caught:
        another.ask(by="test")
    assert "connector sync" in str(caught.value)


@contextmanager
def following(service: Service) -> Iterator[Future[Mapping[str, Any]]]:
    """Somebody who asks for a run and follows it in a thread; who is told to stop in the end, whatever happened."""
    with ThreadPoolExecutor(1) as pool:
        try:
            yield pool.submit(service.ask, by="test")
        finally:
            service.stop.set()


def test_whoever_follows_does_the_run_when_nobody_works_any_more(service: Service, another: Service) -> None:
    """When the process that had the role ends before the queued run began, the follower does it."""
    with ExitStack() as role:
        assert role.enter_context(service.store.worker_lock())
        with following(another) as asked:
            eventually(lambda: len(service.runs()) == 1, "the run is queued")
            assert service.runs()[0].status is RunStatus.QUEUED
            role.close()
            assert asked.result(timeout=60)["scored"] > 0


def test_whoever_follows_resumes_what_a_dead_worker_left(service: Service, another: Service) -> None:
    """A run that its worker left half way is gone on with by whoever waits for it; it is the same run."""
    with ExitStack() as role:
        assert role.enter_context(service.store.worker_lock())
        with following(another) as asked:
            eventually(lambda: len(service.runs()) == 1, "the run is queued")
            (lease,) = service.store.queue.claim([RUN_JOB], 1, worker="dead")
            service.store.begin_run(str(lease.payload["run_id"]), now=service.clock())
            role.close()
            assert asked.result(timeout=60)["scored"] > 0
    (run,) = service.runs()
    assert (run.status, run.run_id) == (RunStatus.SUCCEEDED, lease.payload["run_id"])


def test_who_follows_in_vain_is_told(
    service: Service, another: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A worker that does other kinds of work has the role, so that nobody begins the run: that is said, once."""
    monkeypatch.setattr("connector.bootstrap.running.UNHEARD_TURNS", 2)
    with service.store.worker_lock(), following(another):
        eventually(lambda: "--kinds sync" in caplog.text, "it is said")
        another.stop.set()
    assert caplog.text.count("--kinds sync") == 1


def test_following_ends_when_it_is_told_to(service: Service, another: Service) -> None:
    """Ctrl-C ends the following and not the run, and names the run."""
    with service.store.worker_lock():
        another.stop.set()
        with pytest.raises(OutsideError, match="connector runs show"):
            another.ask(by="test")
    assert service.runs()[0].status is RunStatus.QUEUED


def test_a_run_that_a_person_stopped_is_resumed_by_the_next(service: Service, another: Service) -> None:
    """After `stop` a run ends as interrupted, before anything is scored, and is named; the next `sync` is that run."""
    service.stop.set()
    with pytest.raises(StoppedError, match="connector runs cancel") as caught:
        service.sync(by="test")
    (run,) = another.runs()
    assert run.status is RunStatus.INTERRUPTED
    assert run.run_id in str(caught.value)
    report = another.sync(by="test")
    assert report is not None
    assert (report.run_id, [one.status for one in another.runs()]) == (run.run_id, [RunStatus.SUCCEEDED])


def test_a_stopped_run_of_another_kind_is_resumed_first(service: Service, another: Service) -> None:
    """A full one that was stopped is gone on with before the plain one that is asked for, and each is done once."""
    service.stop.set()
    with pytest.raises(StoppedError):
        service.sync(full=True, by="test")
    assert another.sync(by="test") is not None
    plain, full = another.runs()
    assert (full.kind, full.status) == ("full_sync", RunStatus.SUCCEEDED)
    assert (plain.kind, plain.status) == ("sync", RunStatus.SUCCEEDED)
    assert full.finished_at is not None
    assert plain.started_at is not None
    assert full.finished_at <= plain.started_at


def test_a_stopped_run_may_be_given_up(service: Service, another: Service) -> None:
    """Cancelled, it is not resumed: the next `sync` is another run."""
    service.stop.set()
    with pytest.raises(StoppedError):
        service.sync(full=True, announce_baseline=True, by="test")
    (stopped,) = another.runs()
    assert another.cancel_run(stopped.run_id).status is RunStatus.CANCELLED
    report = another.sync(by="test")
    assert report is not None
    assert [one.status for one in another.runs()] == [RunStatus.SUCCEEDED, RunStatus.CANCELLED]


def test_a_worker_goes_on_with_what_a_person_stopped(service: Service, another: Service) -> None:
    """Whoever works next: `serve` too."""
    service.stop.set()
    with pytest.raises(StoppedError):
        service.sync(by="test")
    with another.worker():
        assert ended_well(another, another.runs()[0].run_id)


def test_a_run_that_the_database_failed_is_gone_on_with(
    service: Service, another: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that passes buries no run: who asked hears of it, and the next `sync` is that run."""

    def lock(run_id: str, *, now: datetime) -> None:
        raise StoreError(f"Somebody holds the row of {run_id} at {now}.")

    monkeypatch.setattr(service.store, "begin_run", lock)
    with pytest.raises(StoreError, match="holds the row"):
        service.sync(by="test")
    (run,) = another.runs()
    assert run.status is RunStatus.QUEUED
    assert another.sync_anywhere(by="test")["run"] == run.run_id


def test_a_run_that_another_did_meanwhile_is_the_one_that_was_wanted(
    service: Service, another: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where workers share a database one may come while `sync` waits for a lease: nothing is done twice."""
    work_off = Stint.work_off

    def meanwhile(self: Stint, job_id: str, do: object) -> None:
        del do
        work_off(self, job_id, another._do_run_or_fail)

    monkeypatch.setattr(Stint, "work_off", meanwhile)
    summary = service.sync_anywhere(full=True, by="test")
    (run,) = service.runs()
    assert (summary["run"], run.status) == (run.run_id, RunStatus.SUCCEEDED)


def test_a_run_does_not_wait_for_a_part_that_was_cancelled(service: Service, another: Service) -> None:
    """It fails, and says why; the next one does the rest."""
    service.partition_leads = 10
    another.partition_leads = 10
    service._one_partition.acquire()  # nobody here does any: as where another process would
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(service.sync, by="test")
        parts: list[str] = []

        def are_there() -> bool:
            parts[:] = [one.job_id for one in another.store.queue.jobs(kind="partition")]
            return bool(parts)

        eventually(are_there, "the run is divided")
        assert another.cancel_jobs(parts[:1]) == 1
        with pytest.raises(OutsideError, match="Cancelled by a person"):
            done.result(timeout=60)
    service._one_partition.release()
    assert another.runs()[0].status is RunStatus.FAILED
    report = another.sync(by="test")
    assert report is not None
    assert report.scored > 0


def test_who_is_stopped_while_another_has_the_run_says_so(service: Service, another: Service) -> None:
    """A dead process's lease lasts on a while: who waits for it and is stopped leaves the run to the next."""
    service.start_run("sync", "test")
    service.store.queue.claim([RUN_JOB], 1, worker="dead")
    another.store.queue.take_over = lambda: 0  # type: ignore[method-assign]  # as where several share a database
    another.stop.set()
    with pytest.raises(StoppedError) as caught:
        another.sync(by="test")
    (run,) = another.runs()
    assert run.run_id in str(caught.value)
    assert run.status is RunStatus.QUEUED


def test_closing_gives_everything_back_and_may_be_done_twice(service: Service) -> None:
    """After `close` no thread and no connection is left; what is asked for later is opened anew."""
    before = set(threading.enumerate())
    assert service.sync(by="test") is not None
    first = service.store
    service.close()
    service.close()
    left = set(threading.enumerate()) - before
    assert {thread.name for thread in left if not thread.name.endswith("(_serve)")} == set()
    # The sandbox ends its side of a connection when it hears that ours is closed.
    eventually(lambda: not set(threading.enumerate()) - before, "no connection is left")
    assert service.runs()[0].status is RunStatus.SUCCEEDED
    assert service.store is not first


def test_threads_share_one_store(service: Service) -> None:
    """However many threads ask at once, the store is opened once."""
    service.close()
    barrier = threading.Barrier(8)

    def ask() -> int:
        barrier.wait()
        return id(service.store)

    with ThreadPoolExecutor(8) as pool:
        assert len({future.result() for future in [pool.submit(ask) for _ in range(8)]}) == 1


def test_readiness_says_what_is_wrong_with_the_store(service: Service) -> None:
    """A store that is gone is not ready, and the detail names it."""
    names = [one.name for one in service.readiness()]
    assert names == ["store", "schema", "worker", "dataverse", "destinations", "disk"]
    (service.settings.data_dir / "connector.db").rename(service.settings.data_dir / "moved.db")
    (found,) = service.readiness()
    assert (found.name, found.ok, found.needed) == ("store", False, True)
    assert "removed or replaced" in found.detail
    assert "/" not in found.message


def test_explanations_never_ask_for_consent(service: Service, sandbox: Sandbox) -> None:
    """What would change the grade is never that somebody lets himself be mailed: that is his to decide."""
    body = """
model: engagement
purpose: A test
lawful_basis: legitimate_interests
groups:
  - {name: May be mailed, points: 90, when: {fact: lead.donotemail, equals: false}}
  - name: Told budget and role
    points: 90
    when: [{fact: lead.budgetamount, at_least: 10}, {fact: lead.decisionmaker, equals: true}]
grades: [{name: Hot, from: 60}, {name: Cold}]
"""
    draft = Draft(DocumentKind.MODEL, "engagement", body)
    (applied,) = service.apply([draft], publish=True, replace=True, by="test")
    assert applied.outcome == "published", applied.lines()
    lead = next(str(row["leadid"]) for row in sandbox.leads() if row["statecode"] == 0)
    sandbox.update_lead(
        lead, {"donotemail": True, "budgetamount": None, "decisionmaker": None, "msdyn_gdproptout": False}
    )
    service.sync(by="test")
    (answer,) = service.explain(lead, "engagement")["models"]
    (sentence,) = answer["next_grade"]
    assert "budget" in sentence.lower()
    assert "mail" not in sentence


def test_a_company_s_own_choice_is_explained_as_it_was_scored(service: Service, sandbox: Sandbox) -> None:
    """A label of an own column means in an explanation and in a comparison what it meant in the run, offline too."""
    sandbox.data.add_column("lead", choice("lc_tier", options("Gold", "Silver", start=1), "Tier"))
    body = """
model: engagement
purpose: A test
lawful_basis: legitimate_interests
groups: [{name: Gold members, points: 7, when: {fact: lead.lc_tier, equals: Gold}}]
grades: [{name: Hot, from: 5}, {name: Cold}]
"""
    draft = Draft(DocumentKind.MODEL, "engagement", body)
    assert service.apply([draft], publish=True, replace=True, by="test")[0].outcome == "published"
    lead = next(str(row["leadid"]) for row in sandbox.leads() if row["statecode"] == 0)
    sandbox.update_lead(lead, {"lc_tier": 1, "msdyn_gdproptout": False})
    service.sync(by="test")
    sandbox.close()
    (answer,) = service.explain(lead, "engagement")["models"]
    assert (answer["score"], answer["grade"]) == (7, "Hot")
    assert "Gold" in str(answer["explanation"])
    same = service.diff(body)
    assert same.unchanged == same.leads > 0
    assert service.diff(body.replace("Gold}", "Silver}")).transitions == {("Hot", "Cold"): 1}


def test_an_unknown_environment_is_an_error_that_says_what_to_do(sandbox: Sandbox, tmp_path: Path) -> None:
    """A service without an environment can list, and says what is missing when it is to sync."""
    with Service(load_settings({"CONNECTOR_DATA_DIR": str(tmp_path), "CONNECTOR_LEAD_MANAGEMENT": "on"})) as service:
        assert service.runs() == []
        with pytest.raises(ConnectorError, match="CONNECTOR_DATAVERSE_URL"):
            service.sync(by="test")
        assert service.runs()[0].status is RunStatus.FAILED
