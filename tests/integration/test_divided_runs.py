"""Runs that are divided: processes decide beside each other, none about another's lead, and kills lose no card."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from connector.bootstrap import Service
from connector.bootstrap import partitions as hands
from connector.errors import RefusedError
from connector.pipeline.drafts import Draft
from connector.pipeline.jobs import JobStatus
from connector.pipeline.partitions import PARTITION_JOB
from connector.pipeline.ports import DocumentKind
from connector.pipeline.runs import RunStatus
from connector.pipeline.values import Decision
from connector.sandbox import Sandbox, start_sandbox
from connector.settings import load_settings
from connector.store import upgrade
from tests.integration.conftest import IMPATIENT
from tests.integration.test_turns import ALERT, MARKED, Shared, install, sandbox, server, shared, until  # noqa: F401 - fixtures

WORKER = """
import os, sys
from connector.bootstrap import Service
from connector.settings import load_settings
with Service(load_settings(os.environ, need_dataverse=True)) as service:
    service.partition_leads = int(sys.argv[1])
    with service.worker(kinds=["sync", "partition"], threads=2):
        print("ready", flush=True)
        sys.stdin.readline()
"""


def heat(world: Shared, leads: Sequence[str]) -> None:
    """Let leads qualify."""
    for lead in leads:
        world.sandbox.update_lead(lead, {"jobtitle": "Buyer"})


def parts_done(service: Service) -> int:
    """How many partitions were done."""
    return service.store.queue.count_jobs().get(PARTITION_JOB, {}).get("finished", 0)


def test_two_processes_decide_beside_each_other(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Both have planned before either writes; every lead is marked and announced once, and the report counts all."""
    shared.environ["CONNECTOR_SYNC_DELIVER_S"] = "0"
    first, second = shared.service(), shared.service()
    leads = shared.leads()
    heat(shared, leads)
    met = threading.Barrier(2)
    both: set[str] = set()
    for name, service in (("first", first), ("second", second)):
        service.partition_leads = 4

        def plan_together(decisions: Sequence[Decision], name: str = name, plan: object = service.store.plan) -> None:
            assert callable(plan)
            plan(decisions)
            if name not in both:
                both.add(name)
                met.wait(60)

        monkeypatch.setattr(service.store, "plan", plan_together)
    with first.worker(kinds=["sync", "partition"]), second.worker(kinds=["partition"]):
        run_id = first.start_run("sync", "test").run_id
        until(lambda: first.run(run_id).finished_at is not None, "the run ends")
    run = first.run(run_id)
    assert (run.status, run.error) == (RunStatus.SUCCEEDED, "")
    assert both == {"first", "second"}
    assert run.progress == (len(leads), len(leads))
    assert (run.summary["scored"], run.summary["qualified"]) == (len(leads), len(leads))
    assert shared.cards() == dict.fromkeys(leads, 1)
    assert {shared.sandbox.lead(lead)["statuscode"] for lead in leads} == {MARKED}
    assert first.store.planned() == []


@pytest.fixture
def alone(sandbox: Sandbox, tmp_path: Path) -> Iterator[Shared]:  # noqa: F811
    """One service on an SQLite file, after the first sync."""
    more = {"CONNECTOR_DATA_DIR": str(tmp_path / "data"), "CONNECTOR_TEAMS_RATE": "500/s"}
    made = Shared(sandbox, {**sandbox.settings, **more})
    try:
        install(made.service(), made)
        made.services[0].partition_leads = 4
        yield made
    finally:
        for one in made.services:
            one.close()


def test_an_embedded_run_is_divided_alike(alone: Shared) -> None:
    """One process, the same parts: what is summed up is the whole run."""
    service, leads = alone.services[0], alone.leads()
    heat(alone, leads)
    report = service.sync(by="test")
    assert report is not None
    assert (report.scored, report.summary()["qualified"]) == (len(leads), len(leads))
    assert alone.cards() == dict.fromkeys(leads, 1)
    assert parts_done(service) == -(-len(leads) // 4)


def test_a_run_under_way_is_cancelled_in_order(alone: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends soon and says so; the next run does the rest, and no lead is announced twice."""
    monkeypatch.setattr(hands, "LOOK_S", 0.0)
    service, leads = alone.services[0], alone.leads()
    heat(alone, leads)
    plan, asked = service.store.plan, list[str]()

    def plan_then_cancel(decisions: Sequence[Decision]) -> None:
        plan(decisions)
        if not asked:
            asked.append(service.runs(1)[0].run_id)
            other = Service(load_settings(alone.environ, need_dataverse=True), retry=IMPATIENT)
            with other:
                assert other.cancel_run(asked[0]).cancel_asked

    monkeypatch.setattr(service.store, "plan", plan_then_cancel)
    with pytest.raises(RefusedError, match="The run was cancelled"):
        service.sync(by="test")
    run = service.run(asked[0])
    assert (run.status, run.error) == (RunStatus.CANCELLED, "A person cancelled it.")
    assert service.store.queue.job(f"run:{run.run_id}").status is JobStatus.FINISHED
    marked = [lead for lead in leads if alone.sandbox.lead(lead)["statuscode"] == MARKED]
    assert len(marked) < len(leads)
    assert service.store.queue.next_job_at([PARTITION_JOB]) is None
    assert service.sync(by="test") is not None
    assert alone.cards() == dict.fromkeys(leads, 1)
    assert {alone.sandbox.lead(lead)["statuscode"] for lead in leads} == {MARKED}


def test_a_dead_worker_s_run_is_cancelled_at_once(alone: Shared) -> None:
    """Nobody works on the file: there is nobody to ask."""
    service = alone.services[0]
    run = service.start_run("sync", "test")
    (lease,) = service.store.queue.claim(["sync"], 1, worker="dead")
    assert service.store.begin_run(run.run_id, now=service.clock()) is not None
    assert service.cancel_run(run.run_id).status is RunStatus.CANCELLED
    assert service.store.queue.finish([lease]) == 0


def test_a_baseline_is_announced_by_a_worker_that_is_told(alone: Shared) -> None:
    """What was asked for goes with the run's job."""
    service = alone.services[0]
    body = ALERT.replace("on: {qualified: sales-ready}", "on: {model: heat, crosses: 50}").replace("ready", "hot", 1)
    service.apply([Draft(DocumentKind.ALERT, "", body)], publish=True, replace=False, by="test")
    leads = alone.leads()[:3]
    heat(alone, leads)
    with service.worker():
        other = Service(load_settings(alone.environ, need_dataverse=True), retry=IMPATIENT)
        with other:
            assert other.sync(announce_baseline=True, by="test") is None
            summary = other.ask(announce_baseline=True, by="test")
    assert summary["qualified"] == 3
    kinds = {str(row["kind"]) for row in service.store.deliveries()}
    assert kinds == {"lead_qualified", "score_crossed"}


@pytest.mark.long
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_killed_workers_lose_no_card_of_a_divided_run(
    server: str,  # noqa: F811
    tmp_path: Path,
    seed: int,
) -> None:
    """Three processes, one killed with -9 again and again while the run goes on: every lead marked, one card each."""
    name = f"connector_{uuid4().hex}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    upgrade(url, tmp_path)
    chance = random.Random(seed)
    with start_sandbox(leads=400, closed=2, accounts=40) as big:
        more = {
            "CONNECTOR_DATA_DIR": str(tmp_path / "data"),
            "CONNECTOR_DATABASE_URL": url,
            "CONNECTOR_SYNC_DELIVER_S": "0",
        }
        made = Shared(big, {**big.settings, **more})
        service = made.service()
        install(service, made)
        leads = made.leads()
        heat(made, leads)
        environ = {**os.environ, **made.environ}

        def start() -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-c", WORKER, "10"],
                env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            return process

        workers = [start() for _ in range(3)]
        try:
            run_id = service.start_run("sync", "test").run_id
            for kill in range(4):
                mark = int(len(leads) * 0.9 * (kill + chance.random()) / 4)
                until(partial(has_marked, made, leads, mark, service, run_id), "the workers get on", seconds=120)
                victim = chance.randrange(3)
                workers[victim].kill()
                workers[victim].communicate()
                workers[victim] = start()
            until(lambda: service.run(run_id).finished_at is not None, "the run ends", seconds=180)
        finally:
            for worker in workers:
                worker.kill()
                worker.communicate()
        run = service.run(run_id)
        assert (run.status, run.error) == (RunStatus.SUCCEEDED, "")
        assert service.sync(by="test") is not None
        cards = Counter(str(row["lead_id"]) for row in service.store.deliveries(limit=2_000))
        assert cards == dict.fromkeys(leads, 1)
        assert {big.lead(lead)["statuscode"] for lead in leads} == {MARKED}
        assert service.store.planned() == []
        service.close()


def has_marked(made: Shared, leads: Sequence[str], count: int, service: Service, run_id: str) -> bool:
    """Whether so many leads bear the mark, or the run is over."""
    if service.run(run_id).finished_at is not None:
        return True
    wanted = set(leads)
    marked = [row for row in made.sandbox.leads() if row["leadid"] in wanted and row["statuscode"] == MARKED]
    return len(marked) >= count
