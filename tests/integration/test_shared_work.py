"""Several workers on one PostgreSQL, and what timers and people do to runs, with the service itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from connector.bootstrap import Service
from connector.dataverse.http.retry import RetryPolicy
from connector.pipeline.jobs import RUN_JOB, JobStatus, NewJob
from connector.pipeline.ports import RunStatus
from connector.pipeline.publishing import read_documents
from connector.sandbox import Sandbox
from connector.settings import Settings
from connector.store import upgrade
from connector.store.tables import job
from tests.servers import postgresql

IMPATIENT = RetryPolicy(attempts=2, first_s=0.01, longest_s=0.01, budget_s=30)
DOCUMENTS = Path(__file__).resolve().parents[2] / "connector" / "sandbox" / "documents"


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds, at most 60 seconds."""
    never = threading.Event()
    for _ in range(6_000):
        if holds():
            return
        never.wait(0.01)
    raise AssertionError(f"never: {what}")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server."""
    folder = postgresql.binaries()
    if folder is None:
        pytest.skip(f"PostgreSQL is not on this machine; {postgresql.INSTALL} installs it")
    with postgresql.running(folder) as url:
        yield url


@pytest.fixture
def shared(service: Service, server: str, tmp_path: Path) -> Iterator[list[Service]]:
    """Three processes' services on one database, the sample documents live."""
    name = f"connector_{uuid4().hex}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    upgrade(url, tmp_path)
    settings: Settings = service.settings.model_copy(update={"database_url": SecretStr(url)})
    services = [Service(settings, retry=IMPATIENT) for _ in range(3)]
    services[0].apply(read_documents(DOCUMENTS), publish=True, replace=False, by="test")
    yield services
    for one in services:
        one.close()


def test_workers_share_the_runs_that_are_asked_for(shared: list[Service], sandbox: Sandbox) -> None:
    """Two workers beside each other: each run is done once, one at a time; a sync beside them asks and follows."""
    first, second, asker = shared
    with first.worker(), second.worker():
        assert asker.sync(by="test") is None
        summary = asker.ask(by="test")
        assert summary["scored"] == summary["writes"]["applied"] > 0
        full = asker.ask(full=True, by="test")
        assert full["pulled"] > 0
    runs = asker.runs()
    assert [run.status for run in runs] == [RunStatus.SUCCEEDED] * 2
    attempts = [asker.store.queue.job(f"run:{run.run_id}").attempts for run in runs]
    assert [len(tries) for tries in attempts] == [1, 1]
    assert asker.sync(by="test") is not None  # nobody works any more


def test_a_sync_waits_for_the_lease_of_a_dead_worker_and_resumes_its_run(shared: list[Service]) -> None:
    """It neither refuses nor begins another: what the dead one held is gone on with when its lease ends."""
    first, second, _ = shared
    run = first.start_run("sync", "test")
    (lease,) = first.store.queue.claim([RUN_JOB], 1, worker="dead", lease_s=1.0)
    first.store.begin_run(run.run_id, now=first.clock())
    report = second.sync(by="test")
    assert report is not None
    assert second.run(run.run_id).status is RunStatus.SUCCEEDED
    assert [one.outcome for one in second.store.queue.job(lease.job_id).attempts] == ["lost", "finished"]
    assert second.store.queue.finish([lease]) == 0


def test_a_refresh_scores_what_time_has_changed_and_reads_nothing(service: Service, sandbox: Sandbox) -> None:
    """Leads that wake are scored again from the mirror; before a first pull it reads after all."""
    with service.worker():
        first = service.start_run("refresh", "test")
        eventually(lambda: service.run(first.run_id).status is RunStatus.SUCCEEDED, "it is done")
        assert int(str(service.run(first.run_id).summary["pulled"])) > 0
        service.store.mark_due()
        before = service.run(first.run_id).summary["scored"]
        second = service.start_run("refresh", "test")
        eventually(lambda: service.run(second.run_id).status is RunStatus.SUCCEEDED, "it is done")
    summary = service.run(second.run_id).summary
    assert (summary["pulled"], summary["scored"]) == (0, before)


def test_timers_do_what_they_are_named_for(service: Service) -> None:
    """Pruning drops what is over, a refresh is begun as a run by the schedule."""
    queue = service.store.queue
    queue.put([NewJob("old", "inbox", {})])
    queue.finish(queue.claim(["inbox"], 1, worker="w"))
    later = Service(service.settings, retry=IMPATIENT, clock=lambda: service.clock() + timedelta(days=30))
    with later, later.worker():
        # One after the other: by this clock a job is old as soon as it has ended, and pruning drops it.
        queue.put([NewJob("t1", "timer", {"timer": "prune"})])
        eventually(lambda: queue.job("t1").status is JobStatus.FINISHED, "the first timer is done")
        queue.put([NewJob("t2", "timer", {"timer": "refresh"})])
        eventually(lambda: queue.job("t2").status is JobStatus.FINISHED, "the second timer is done")
        eventually(lambda: later.runs()[0].status is RunStatus.SUCCEEDED, "the run is done")
    assert [job.job_id for job in queue.jobs(kind="inbox")] == []
    assert (later.runs()[0].kind, later.runs()[0].requested_by) == ("refresh", "schedule")


def test_a_slot_makes_one_run_though_its_worker_died_over_it(service: Service) -> None:
    """The run was asked for, and done, when the worker died before it could say so: the timer's job is done again."""
    queue = service.store.queue
    name = "timer:sync:2026-11-22T09:00Z"
    for _ in range(2):
        queue.put([NewJob(name, "timer", {"timer": "sync"})])
        with Service(service.settings, retry=IMPATIENT) as opened, opened.worker():
            eventually(lambda: queue.job(name).status is JobStatus.FINISHED, "the timer is done")
            eventually(lambda: service.runs()[0].status is RunStatus.SUCCEEDED, "the run is done")
        with service.store._database.write() as connection:  # type: ignore[attr-defined]  # as if it had not ended
            connection.execute(sa.delete(job).where(job.c.job_id == name))
    assert [one.requested_by for one in service.runs()].count("schedule") == 1


def test_a_run_that_is_cancelled_is_not_done(service: Service) -> None:
    """Its job is cancelled with it, and a run that was never asked for is nothing to cancel."""
    run = service.start_run("sync", "test")
    assert service.cancel_jobs([f"run:{run.run_id}", "nothing"]) == 1
    assert service.run(run.run_id).status is RunStatus.CANCELLED
    assert service.store.queue.job(f"run:{run.run_id}").status is JobStatus.CANCELLED
    assert service.sync(by="test") is not None
    assert service.runs()[0].run_id != run.run_id
