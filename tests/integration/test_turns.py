"""Runs and inboxes of several processes on one PostgreSQL: what one has planned the other leaves alone."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from connector.bootstrap import Service
from connector.pipeline.drafts import Draft
from connector.pipeline.hints import REFRESH_LEAD
from connector.pipeline.jobs import Lease, NewJob
from connector.pipeline.ports import DocumentKind
from connector.pipeline.values import Decision
from connector.sandbox import Sandbox, start_sandbox
from connector.settings import load_settings
from connector.store import upgrade
from tests.integration.conftest import IMPATIENT
from tests.servers import postgresql

MARKED = 823270002
MODEL = """model: heat
dimension: engagement
purpose: Prioritise follow-up
lawful_basis: legitimate_interests
write: {score: lc_engagement, scored_on: lc_scoredon}
groups:
  - {name: Hot, points: 80, when: {fact: lead.jobtitle, equals: Buyer}}
  - {name: Known, points: 5, when: {fact: lead.jobtitle, equals: Visitor}}
"""
QUALIFICATION = f"""qualification: sales-ready
when: {{model: heat, at_least: 50}}
actions: {{status_reason: {{value: {MARKED}}}}}
"""
ALERT = "alert: ready\non: {qualified: sales-ready}\nchannels: [sales-uk]\n"
ASKING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server."""
    folder = postgresql.binaries()
    if folder is None:
        pytest.skip(f"PostgreSQL is not on this machine; {postgresql.INSTALL} installs it")
    with postgresql.running(folder) as url:
        yield url


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A small environment."""
    with start_sandbox(leads=40, closed=2, accounts=10) as started:
        yield started


@dataclass(slots=True)
class Shared:
    """One database that several processes work on, after the first sync."""

    sandbox: Sandbox
    environ: dict[str, str]
    services: list[Service] = field(default_factory=list)

    def service(self) -> Service:
        """One process's service more."""
        self.services.append(Service(load_settings(self.environ, need_dataverse=True), retry=IMPATIENT))
        return self.services[-1]

    def leads(self) -> list[str]:
        """Open leads of people who may be scored."""
        return sorted(
            str(row["leadid"])
            for row in self.sandbox.leads()
            if row["statecode"] == 0 and not row["msdyn_gdproptout"] and row["statuscode"] != MARKED
        )

    def someone_waits(self) -> bool:
        """Whether a session stands in line for a lock."""
        engine = sa.create_engine(self.environ["CONNECTOR_DATABASE_URL"], poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            return bool(connection.exec_driver_sql(ASKING).scalar_one())

    def cards(self) -> Counter[str]:
        """How many deliveries there are for each lead, sent or not."""
        return Counter(str(row["lead_id"]) for row in self.services[0].store.deliveries())


@pytest.fixture
def shared(sandbox: Sandbox, server: str, tmp_path: Path) -> Iterator[Shared]:
    """Documents live, everybody scored, nobody qualified."""
    name = f"connector_{uuid4().hex}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    upgrade(url, tmp_path)
    data = str(tmp_path / "data")
    made = Shared(sandbox, {**sandbox.settings, "CONNECTOR_DATA_DIR": data, "CONNECTOR_DATABASE_URL": url})
    try:
        install(made.service(), made)
        yield made
    finally:
        for one in made.services:
            one.close()


def install(service: Service, made: Shared) -> None:
    """Publish the documents and do the first sync, which tells nobody."""
    drafts = [
        Draft(kind, "", text)
        for kind, text in (
            (DocumentKind.MODEL, MODEL),
            (DocumentKind.QUALIFICATION, QUALIFICATION),
            (DocumentKind.ALERT, ALERT),
        )
    ]
    applied = service.apply(drafts, publish=True, replace=False, by="test")
    assert [line for one in applied if one.refused for line in one.lines()] == []
    for lead in made.leads():
        made.sandbox.update_lead(lead, {"jobtitle": "Visitor"})
    assert service.sync(by="test") is not None
    assert made.cards() == {}


def until(holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait until something holds."""
    never = threading.Event()
    for _ in range(int(seconds * 50)):
        if holds():
            return
        never.wait(0.02)
    raise AssertionError(f"never: {what}")


def hint(service: Service, lead: str) -> None:
    """Do what a worker does with an event of a lead."""
    done = service.inbox().handle([Lease(f"hint:{lead}", REFRESH_LEAD, lead, {}, 1, 1, service.clock())])
    assert done.again == {}


def run(service: Service, _lead: str) -> None:
    """Do a run."""
    assert service.sync(by="test") is not None


@pytest.mark.parametrize(("begins", "comes"), [(hint, run), (run, hint), (hint, hint)])
def test_what_one_process_has_planned_the_other_does_not_settle(
    shared: Shared,
    monkeypatch: pytest.MonkeyPatch,
    begins: Callable[[Service, str], None],
    comes: Callable[[Service, str], None],
) -> None:
    """Between plan and write another process comes: it waits, and the mark has its card, once."""
    lead = shared.leads()[0]
    first, second = shared.services[0], shared.service()
    shared.sandbox.update_lead(lead, {"jobtitle": "Buyer"})
    errors: list[BaseException] = []
    both_planned, written = threading.Event(), threading.Event()

    def come() -> None:
        try:
            comes(second, lead)
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            errors.append(error)

    other = threading.Thread(target=come)

    def let_in() -> None:
        if other.ident is None:
            other.start()
            until(lambda: shared.someone_waits() or both_planned.is_set() or not other.is_alive(), "it waits")

    def see_it_written() -> None:
        both_planned.set()
        assert written.wait(60)

    for service, afterwards in ((first, let_in), (second, see_it_written)):
        monkeypatch.setattr(service.store, "plan", partial(plan_and_then, service.store.plan, afterwards))
    begins(first, lead)
    written.set()
    other.join(60)
    assert errors == []
    assert not both_planned.is_set()
    assert shared.sandbox.lead(lead)["statuscode"] == MARKED
    assert shared.cards() == {lead: 1}
    assert first.store.planned() == []


def plan_and_then(
    plan: Callable[[Sequence[Decision]], None], afterwards: Callable[[], None], decisions: Sequence[Decision]
) -> None:
    """Plan, and let something happen before it is written."""
    plan(decisions)
    afterwards()


def test_workers_with_runs_and_workers_with_events_lose_no_card(shared: Shared, tmp_path: Path) -> None:
    """Two processes on the same leads at the same time, again and again: each mark has one card."""
    service = shared.services[0]
    more = {"CONNECTOR_SYNC_DELIVER_S": "0", "CONNECTOR_METRICS_BIND": "off"}  # no run waits for cards
    environ = {**os.environ, **shared.environ, **more, "CONNECTOR_DATA_DIR": str(tmp_path / "other")}
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "connector", "worker", "--kinds", kinds],
            env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for kinds in ("sync", "refresh-lead,refresh-account")
    ]  # fmt: skip
    chosen = shared.leads()[:18]
    try:
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline().startswith("Working.")
        for part in (chosen[:6], chosen[6:12], chosen[12:]):
            for lead in part:
                shared.sandbox.update_lead(lead, {"jobtitle": "Buyer"})
            asked = service.start_run("sync", "test")
            service.store.queue.coalesce([NewJob(f"hint:{lead}", REFRESH_LEAD, {}, key=lead) for lead in part])
            until(partial(is_done, service, asked.run_id), "the run is done, the events are seen to", seconds=180)
    finally:
        for worker in workers:
            worker.terminate()
        said = [worker.communicate(timeout=60)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], said
    assert {shared.sandbox.lead(lead)["statuscode"] for lead in chosen} == {MARKED}
    assert shared.cards() == dict.fromkeys(chosen, 1)
    assert service.store.planned() == []


def is_done(service: Service, run_id: str) -> bool:
    """Whether a run is over, and no event is left to be looked at."""
    counts = service.store.queue.count_jobs().get(REFRESH_LEAD, {})
    return service.run(run_id).finished_at is not None and not any(counts.get(state) for state in ("queued", "leased"))
