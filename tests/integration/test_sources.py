"""Sources read what people did from the sandbox's tables, over real HTTPS, through the whole service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.bootstrap import Service
from connector.dataverse.setup.doctor import CheckStatus
from connector.pipeline.drafts import Draft
from connector.pipeline.ports import DocumentKind
from connector.pipeline.sources.presets import preset
from connector.sandbox import Sandbox, start_sandbox
from connector.settings import load_settings
from tests.integration.conftest import DOCUMENTS, IMPATIENT

MODEL = """model: answers
dimension: engagement
purpose: Prioritise follow-up
lawful_basis: legitimate_interests
groups:
  - {name: Interested, points: 10, when: {interaction: campaign_interested}}
  - {name: Came, points: 20, when: {interaction: event_checkin}}
"""
SOURCES = ("campaign-responses", "emails", "event-checkins", "event-registrations", "form-submissions")


@pytest.fixture(params=[True, False], ids=["tracked", "by time"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A small environment, with change tracking and without."""
    with start_sandbox(leads=60, closed=5, accounts=15, change_tracking=request.param) as started:
        yield started
        assert started.calls.crashes == []


@pytest.fixture
def service(sandbox: Sandbox, tmp_path: Path) -> Iterator[Service]:
    """A service with a model and the sources."""
    environ = {**sandbox.settings, "CONNECTOR_DATA_DIR": str(tmp_path / "data"), "CONNECTOR_TEAMS_RATE": "50/s"}
    with Service(load_settings(environ, need_dataverse=True), retry=IMPATIENT) as opened:
        publish(opened, DocumentKind.MODEL, MODEL)
        for name in SOURCES:
            publish(opened, DocumentKind.SOURCE, preset(name))
        yield opened


def publish(service: Service, kind: DocumentKind, text: str) -> None:
    """Publish a document."""
    applied = service.apply([Draft(kind, "", text)], publish=True, replace=True, by="test")
    assert not any(each.refused for each in applied), [each.lines() for each in applied]


def interactions(service: Service) -> Counter[str]:
    """How many interactions of each type mirrored leads have."""
    dossiers = service.store.dossiers(1000, now=service.clock())
    return Counter(one.type for dossier in dossiers for one in dossier.interactions)


def open_leads(sandbox: Sandbox) -> set[str]:
    """The leads that are scored."""
    return {lead["leadid"] for lead in sandbox.leads() if lead["statecode"] == 0 and not lead.get("msdyn_gdproptout")}


def test_rows_become_interactions_of_their_leads(service: Service, sandbox: Sandbox) -> None:
    """E-mails by what they regard, answers and forms by the address, events by their contact."""
    report = service.sync(by="test")
    assert report is not None
    assert report.harvest.unreadable == {}
    found = interactions(service)
    leads = open_leads(sandbox)
    mails = [
        row for row in sandbox.data.rows("email") if row["_regardingobjectid_value"] in leads and row["statecode"] == 1
    ]
    assert found["email_reply"] + found["email_by_seller"] == len(mails) > 0
    assert found["campaign_interested"] > 0
    assert found["form_submission"] > 0
    assert found["event_registration"] > 0
    grades = [service.lead_scores(lead_id) for lead_id in leads]
    assert {score["score"] for scores in grades for score in scores} > {0}


def test_a_second_sync_reads_what_changed_and_scores_nobody(service: Service) -> None:
    """The rows before have their token."""
    service.sync(by="test")
    before = interactions(service)
    report = service.sync(by="test")
    assert report is not None
    assert (report.scored, report.harvest.stored) == (0, 0)
    assert interactions(service) == before
    full = service.sync(full=True, by="test")
    assert full is not None
    assert interactions(service) == before


def test_a_run_over_changes_takes_one_read_for_each_table(service: Service, sandbox: Sandbox) -> None:
    """Nine sources, metadata included: what leads and accounts may cost, and one for each further table."""
    for number in range(9 - len(SOURCES)):
        text = preset("emails").replace("source: emails", f"source: emails-{number}")
        publish(service, DocumentKind.SOURCE, text)
    service.sync(by="test")
    service.sync(by="test")  # what was written comes back
    for mail in list(sandbox.data.rows("email"))[:5]:
        sandbox.data.update("email", mail["activityid"], {"subject": "Once more"})
    sandbox.calls.clear()
    report = service.sync(by="test")
    assert report is not None
    assert report.harvest.rows >= 5
    assert len(service.store.live(DocumentKind.SOURCE)) == 9
    counts = sandbox.calls.counts()
    assert counts.get("dataverse.metadata", 0) == 0
    assert sum(counts.get(f"dataverse.{kind}", 0) for kind in ("read", "delta", "metadata")) <= 12 + len(SOURCES)


def test_rows_that_are_deleted_leave_without_a_full_sync(sandbox: Sandbox, service: Service) -> None:
    """By change tracking at once; without it when the table is looked through, here at every run."""
    settings = service.settings.model_copy(update={"reconcile_h": 0.0})
    with Service(settings, retry=IMPATIENT) as eager:
        eager.sync(by="test")
        before = interactions(eager)
        dossiers = eager.store.dossiers(1000, now=eager.clock())
        stored = [one.interaction_id for dossier in dossiers for one in dossier.interactions]
        row_id = next(one.split(":")[1] for one in sorted(stored) if one.startswith("form-submissions:"))
        sandbox.data.delete("msdynmkt_marketingformsubmission", row_id)
        eager.sync(by="test")
        after = interactions(eager)
        assert 0 < after.pop("form_submission") < before.pop("form_submission")
        assert after == before


def test_a_source_that_is_stopped_takes_its_interactions_along(service: Service) -> None:
    """At the next sync; the others stay."""
    service.sync(by="test")
    before = interactions(service)
    service.store.stop(DocumentKind.SOURCE, "emails", by="test", now=service.clock())
    service.sync(by="test")
    after = interactions(service)
    assert (after["email_reply"], after["form_submission"]) == (0, before["form_submission"])


def test_a_changed_source_reads_its_table_again(service: Service) -> None:
    """What it says now holds for what was there before, too."""
    service.sync(by="test")
    publish(
        service, DocumentKind.SOURCE, preset("form-submissions").replace("type: form_submission", "type: form_sent")
    )
    before = interactions(service)["form_submission"]
    service.sync(by="test")
    found = interactions(service)
    assert (found["form_sent"], found["form_submission"]) == (before, 0)


def test_a_source_of_a_table_that_is_not_there_is_refused_at_publication(service: Service) -> None:
    """With the line; a column too, with the nearest."""
    text = preset("emails").replace("table: email", "table: emale")
    (applied,) = service.apply([Draft(DocumentKind.SOURCE, "", text)], publish=True, replace=True, by="test")
    assert applied.refused
    assert "no table 'emale'" in applied.lines()[0]
    text = preset("emails").replace("_regardingobjectid_value", "regardingobjectid")
    (applied,) = service.apply([Draft(DocumentKind.SOURCE, "", text)], publish=True, replace=True, by="test")
    assert "Did you mean `_regardingobjectid_value`?" in applied.lines()[0]


def test_the_doctor_says_of_each_table_whether_it_can_be_read(service: Service, sandbox: Sandbox) -> None:
    """A line each; one that may not be read is a failure, and the others are looked at all the same."""

    def lines() -> dict[str, CheckStatus]:
        found = {check.name: check.status for check in service.doctor()}
        return {name: status for name, status in found.items() if name.startswith("source table ")}

    before = lines()
    assert len(before) == len(SOURCES)
    assert CheckStatus.FAILURE not in before.values()
    sandbox.faults.status(403, times=None, when="/emails")
    assert lines() == {**before, "source table email": CheckStatus.FAILURE}


def test_the_sample_documents_have_a_source() -> None:
    """What people copy is read by the demo itself."""
    assert [path.name for path in (DOCUMENTS / "sources").glob("*.yaml")] == ["campaign-responses.yaml"]
