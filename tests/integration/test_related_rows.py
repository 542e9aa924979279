"""Rows beside leads, from model to Dataverse: each once whatever happens, ours updated, those of others left alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from connector.bootstrap import Service
from connector.pipeline.jobs import RELATED_ROW, JobStatus
from connector.pipeline.ports import DocumentKind
from connector.pipeline.publishing import Draft
from connector.pipeline.related import predictive_row_id
from connector.provision import create_columns, plan_columns
from connector.sandbox import Sandbox
from connector.settings import load_settings
from tests.integration.conftest import IMPATIENT

MODEL = """
model: beside
purpose: Prioritise follow-up
lawful_basis: legitimate_interests
write: {write}
groups:
  - {{name: A title, points: 40, when: {{fact: lead.jobtitle, is_not_empty: true}}}}
  - {{name: A phone, points: 20, when: {{fact: lead.telephone1, is_not_empty: true}}}}
grades:
  - {{name: Hot, from: 40}}
  - {{name: Cold}}
"""
HISTORY, PREDICTIVE = "lc_scorehistory", "msdyn_predictivescore"
BOTH = "{history: lc_scorehistory, predictive_score: true}"


@pytest.fixture
def service(sandbox: Sandbox, tmp_path: Path) -> Iterator[Service]:
    """A service on the sandbox without documents."""
    environ = {**sandbox.settings, "CONNECTOR_DATA_DIR": str(tmp_path / "data")}
    with Service(load_settings(environ, need_dataverse=True), retry=IMPATIENT) as opened:
        yield opened


def publish(service: Service, write: str) -> None:
    """Publish the model, written as it says, with the history table there where one is named."""
    draft = Draft(DocumentKind.MODEL, "", MODEL.format(write=write))
    applied = service.apply([draft], publish=True, replace=True, by="test")
    assert [each.lines() for each in applied if each.refused] == []
    if "history" in write:
        plan = plan_columns(service)
        assert plan.is_done or create_columns(service, plan).failure is None


def sync(service: Service) -> dict[str, int]:
    """Run; the warnings by code."""
    report = service.sync(by="test")
    assert report is not None
    return {warned.code: warned.count for warned in report.warnings()}


def rows(sandbox: Sandbox, table: str, lead: str = "") -> list[Any]:
    """The rows of a table, or those about a lead."""
    return [
        row
        for row in sandbox.data.rows(table)
        if not lead or lead in {row.get("_lc_leadid_value"), row.get("msdyn_entityid")}
    ]


def titled(sandbox: Sandbox) -> str:
    """An open lead that scores."""
    return next(
        str(row["leadid"])
        for row in sandbox.leads()
        if row["statecode"] == 0 and row["jobtitle"] and not row["msdyn_gdproptout"]
    )


def jobs(service: Service) -> dict[str, int]:
    """The jobs of rows by status."""
    return dict(service.store.queue.count_jobs().get(RELATED_ROW, {}))


def again(service: Service, status: JobStatus = JobStatus.FINISHED) -> Sequence[str]:
    """The ids of the jobs of rows."""
    return [job.job_id for job in service.store.queue.jobs(kind=RELATED_ROW, status=status, limit=1000)]


def test_every_change_of_a_score_is_one_row(sandbox: Sandbox, service: Service) -> None:
    """The first score of each lead, then what changes; a run with nothing new adds nothing."""
    publish(service, BOTH)
    assert "rows-waiting" not in sync(service)
    scored = len(rows(sandbox, HISTORY))
    assert (
        scored == len(rows(sandbox, PREDICTIVE)) == service.store.counts().get("x", 0) + jobs(service)["finished"] / 2
    )
    lead = titled(sandbox)
    (first,) = rows(sandbox, HISTORY, lead)
    assert (first["lc_previousscore"], first["lc_model"], first["lc_version"]) == (None, "beside", 1)
    sandbox.update_lead(lead, {"jobtitle": None})
    sync(service)
    sync(service)
    assert len(rows(sandbox, HISTORY)) == scored + 1
    _, second = sorted(rows(sandbox, HISTORY, lead), key=lambda row: row["versionnumber"])
    assert (second["lc_previousscore"], second["lc_score"]) == (first["lc_score"], first["lc_score"] - 40)
    assert second["lc_grade"] == "Cold"


def test_the_predictive_score_follows_by_its_etag(sandbox: Sandbox, service: Service) -> None:
    """One row for each lead, under our id, with grade and trend; every write carries a guard."""
    publish(service, BOTH)
    sync(service)
    lead = titled(sandbox)
    (row,) = rows(sandbox, PREDICTIVE, lead)
    assert row["msdyn_predictivescoreid"] == predictive_row_id(lead)
    assert (row["msdyn_grade"], row["msdyn_scoretrend"]) == (0, 3)
    before = len(rows(sandbox, PREDICTIVE))
    sandbox.update_lead(lead, {"jobtitle": None})
    sync(service)
    (row,) = rows(sandbox, PREDICTIVE, lead)
    assert (row["msdyn_grade"], row["msdyn_scoretrend"]) == (1, 2)
    assert len(rows(sandbox, PREDICTIVE)) == before
    alone = sandbox.calls.matching(service="dataverse", method="PATCH", path=PREDICTIVE)
    assert len(alone) == 1
    assert alone[0].headers["if-match"] not in {"", "*"}
    assert sandbox.calls.count("dataverse", "batch") <= 2 * 2 * 8  # two tables, as many shares as threads


def test_another_scorer_s_row_is_never_touched(sandbox: Sandbox, service: Service) -> None:
    """Neither one that it made before us, nor ours once it has written over it; both are counted, nothing waits."""
    first = titled(sandbox)
    theirs = {"msdyn_entityid": first, "msdyn_entitytype": "lead", "msdyn_score": 77, "msdyn_grade": 0}
    sandbox.data.add(PREDICTIVE, theirs)
    publish(service, "{predictive_score: true}")
    assert sync(service)["foreign-scores"] == 1
    (row,) = rows(sandbox, PREDICTIVE, first)
    assert (row["msdyn_score"], row["msdyn_name"]) == (77, None)
    second = next(row["msdyn_entityid"] for row in rows(sandbox, PREDICTIVE) if row["msdyn_entityid"] != first)
    taken = {"msdyn_contributingpredictionids": "p-1", "msdyn_score": 3}
    sandbox.data.update(PREDICTIVE, predictive_row_id(second), taken)
    lead = sandbox.lead(second)
    sandbox.update_lead(second, {"jobtitle": None if lead["jobtitle"] else "Director"})
    assert sync(service)["foreign-scores"] == 1
    (row,) = rows(sandbox, PREDICTIVE, second)
    assert row["msdyn_score"] == 3
    assert set(jobs(service)) == {"finished"}


def test_rows_wait_for_their_table(sandbox: Sandbox, service: Service) -> None:
    """Without it the run succeeds and says what to do; once it is there the rows are written, each once."""
    draft = Draft(DocumentKind.MODEL, "", MODEL.format(write="{history: lc_scorehistory}"))
    service.apply([draft], publish=True, replace=True, by="test")
    waiting = sync(service)["rows-waiting"]
    assert waiting > 0
    assert jobs(service) == {"queued": waiting}
    (job,) = service.store.queue.jobs(kind=RELATED_ROW, limit=1)
    assert "connector provision columns" in job.reason
    create_columns(service, plan_columns(service))
    hurry(service)
    assert "rows-waiting" not in sync(service)
    assert len(rows(sandbox, HISTORY)) == waiting


def hurry(service: Service) -> None:
    """Let what waits for its next try be tried now."""
    waiting = again(service, JobStatus.QUEUED)
    service.store.queue.cancel(waiting)
    service.store.queue.replay(waiting)


def test_a_missing_privilege_is_said_and_waited_for(sandbox: Sandbox, service: Service) -> None:
    """The rows are queued, nothing is lost, and the reason names the table."""
    publish(service, "{history: lc_scorehistory}")
    sandbox.dataverse.access.revoke("prvCreatelc_scorehistory")
    waiting = sync(service)["rows-waiting"]
    (job,) = service.store.queue.jobs(kind=RELATED_ROW, limit=1)
    assert "may not write rows of lc_scorehistory" in job.reason
    sandbox.dataverse.access.grant("prvCreatelc_scorehistory")
    hurry(service)
    sync(service)
    assert len(rows(sandbox, HISTORY)) == waiting


def test_a_row_that_was_written_before_a_crash_is_not_written_again(sandbox: Sandbox, service: Service) -> None:
    """The process died between the writing and its record: the job runs twice, the row is one."""
    publish(service, BOTH)
    finish = service.store.queue.finish
    sync_of_rows = service.store.queue.count_jobs

    class Died(BaseException):
        pass

    def die(leases: Any) -> int:
        if any(lease.kind == RELATED_ROW for lease in leases):
            raise Died
        return finish(leases)

    service.store.queue.finish = die  # type: ignore[method-assign]  # the process dies here
    with pytest.raises(Died):
        service.sync(by="test")
    service.store.queue.finish = finish  # type: ignore[method-assign]  # another process
    count, versions = len(rows(sandbox, HISTORY)), [row["versionnumber"] for row in rows(sandbox, HISTORY)]
    assert count > 0
    assert sync_of_rows()[RELATED_ROW].get("leased")
    assert "rows-waiting" not in sync(service)
    assert len(rows(sandbox, HISTORY)) == count
    assert [row["versionnumber"] for row in rows(sandbox, HISTORY)] == versions
    assert len(rows(sandbox, PREDICTIVE)) == count


def test_nothing_of_a_person_stays_with_the_jobs(sandbox: Sandbox, service: Service) -> None:
    """A finished job holds no row; of a lead that is erased no job is left that would write one."""
    publish(service, "{predictive_score: true}")
    sync(service)
    assert {str(job.payload) for job in service.store.queue.jobs(kind=RELATED_ROW, limit=1000)} == {"{}"}
    lead = titled(sandbox)
    sandbox.dataverse.access.revoke("prvWriteMsdyn_predictivescore")
    sandbox.update_lead(lead, {"jobtitle": None})
    assert sync(service)["rows-waiting"] == 1
    sandbox.delete_lead(lead)
    sync(service)
    assert set(jobs(service)) == {"finished"}


def test_a_worker_writes_rows_by_itself(sandbox: Sandbox, service: Service) -> None:
    """Without a run: what became writable is written by whoever takes that kind of work."""
    publish(service, "{history: lc_scorehistory}")
    sandbox.dataverse.access.revoke("prvCreatelc_scorehistory")
    waiting = sync(service)["rows-waiting"]
    sandbox.dataverse.access.grant("prvCreatelc_scorehistory")
    hurry(service)
    with service.worker(kinds=[RELATED_ROW]):
        while jobs(service) != {"finished": waiting}:
            assert not service.stop.wait(0.01)
    assert len(rows(sandbox, HISTORY)) == waiting
