"""What people ask of qualifications: previews, thresholds, history, and what nobody worked or what rose again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.bootstrap import Service, handing
from connector.errors import MissingFactError
from connector.pipeline.ports import DocumentKind
from connector.pipeline.publishing import Draft
from connector.pipeline.values import Interaction
from connector.sandbox import Sandbox, start_sandbox
from connector.settings import load_settings
from tests.integration.conftest import IMPATIENT

MODEL = """
model: active
purpose: Prioritise follow-up
lawful_basis: legitimate_interests
groups:
  - {name: A title, points: 40, when: {fact: lead.jobtitle, is_not_empty: true}}
  - {name: Clicks, points: 10, each: true, when: {interaction: email_click}}
"""
CRITERIA = (
    "qualification: ready\nwhen: {model: active, at_least: MARK}\nactions: {status_reason: [Marketing Qualified]}\n"
)
DAY = timedelta(days=1)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        """The time now."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The time of the service."""
    return Clock()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A small environment."""
    with start_sandbox(leads=12, closed=0, accounts=3) as started:
        yield started


@pytest.fixture
def service(sandbox: Sandbox, tmp_path: Path, clock: Clock) -> Iterator[Service]:
    """A service whose leads have their baseline."""
    environ = {**sandbox.settings, "CONNECTOR_DATA_DIR": str(tmp_path / "data")}
    with Service(load_settings(environ, need_dataverse=True), retry=IMPATIENT, clock=clock) as opened:
        publish(opened, DocumentKind.MODEL, MODEL)
        assert opened.sync(by="test") is not None
        yield opened


def publish(service: Service, kind: DocumentKind, body: str) -> None:
    """Publish one document."""
    (applied,) = service.apply([Draft(kind, "", body)], publish=True, replace=True, by="test")
    assert not applied.refused, applied.lines()


def criteria(mark: int) -> str:
    """Criteria on the score."""
    return CRITERIA.replace("MARK", str(mark))


def open_leads(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Those that score and are open."""
    return [
        row
        for row in sandbox.leads()
        if row["statecode"] == 0 and row.get("jobtitle") and not row.get("msdyn_gdproptout")
    ]


def click(service: Service, lead_id: str, number: int = 1) -> None:
    """A click now."""
    service.add_interactions([Interaction(f"{lead_id}-{number}", lead_id, "email_click", service.clock())])


def test_a_preview_counts_compares_and_changes_nothing(sandbox: Sandbox, service: Service, clock: Clock) -> None:
    """Who qualifies now, how many a week came to, what is other than the live document: and nobody is marked."""
    publish(service, DocumentKind.QUALIFICATION, criteria(40))
    assert service.sync(by="test") is not None
    clock.now += 7 * DAY
    some = [row["leadid"] for row in open_leads(sandbox)][:3]
    for lead_id in some:
        click(service, lead_id)
    assert service.sync(by="test") is not None
    clock.now += 7 * DAY
    before = sandbox.leads()
    found = handing.preview_qualification(service, criteria(50))
    everybody = service.store.count_leads()
    marked = sum(row["statuscode"] not in {1, 2} for row in before if row["statecode"] == 0)
    assert (found["leads"], found["qualify"]) == (everybody, 3)
    assert found["already_marked"] == 3 <= marked
    assert found["weekly"]["leads"] == pytest.approx(1.5, abs=0.1)
    assert found["against"]["qualification"] == "ready"
    assert (found["against"]["gained"], found["against"]["lost"]) == (0, len(open_leads(sandbox)) - 3)
    assert sandbox.leads() == before
    assert [one.version for one in service.store.live(DocumentKind.QUALIFICATION)] == [1]


def test_a_preview_shows_whom_it_would_mark_and_what_it_cannot_judge(service: Service) -> None:
    """A sample with reasons, by country and owner; a column that nobody reads yet is told as unknown."""
    found = handing.preview_qualification(service, criteria(40))
    assert found["would_be_marked"] == found["qualify"] > 0
    assert sum(found["by_country"].values()) == sum(one["leads"] for one in found["by_owner"]) == found["qualify"]
    assert found["sample"][0]["reason"].startswith("Met: active is")
    assert found["weekly"]["leads"] is None
    unread = criteria(40).replace("{model: active, at_least: 40}", "{fact: lead.sic, equals: '12'}")
    unknown = handing.preview_qualification(service, unread)
    assert unknown["cannot_be_judged"] == unknown["leads"]
    assert unknown["unknown"] == {"lead.sic": unknown["leads"]}
    with pytest.raises(MissingFactError, match="'absent', which is not live"):
        handing.preview_qualification(service, criteria(40).replace("active", "absent"))


def test_a_threshold_follows_from_what_can_be_worked(sandbox: Sandbox, service: Service, clock: Clock) -> None:
    """The lowest score that no more leads a week reach, and how leads with such a score ended before."""
    early = handing.suggest_threshold(service, "active", 2)
    assert (early["threshold"], early["precision"]) == (None, None)
    assert early["by_rank"] is None or early["by_rank"] >= 0
    clock.now += 7 * DAY
    some = [row["leadid"] for row in open_leads(sandbox)][:6]
    for place, lead_id in enumerate(some):
        for number in range(1, 1 + place // 2 + 1):
            click(service, lead_id, number)
    assert service.sync(by="test") is not None
    clock.now += 7 * DAY
    # In two weeks six leads reached 50, four 60, two 70.
    assert handing.suggest_threshold(service, "active", 3)["threshold"] == 50
    found = handing.suggest_threshold(service, "active", 2.5)
    assert (found["threshold"], found["weekly"], found["standing_there"]) == (60, 2.0, 4)
    for lead_id, state, status in ((some[5], 1, 3), (some[4], 2, 4), (some[0], 2, 4)):
        sandbox.update_lead(lead_id, {"statecode": state, "statuscode": status})
    assert service.sync(by="test") is not None
    ended = handing.suggest_threshold(service, "active", 2.5)
    assert (ended["precision"], ended["outcomes"]["known"]) == (0.5, 2)
    with pytest.raises(MissingFactError, match="No live model is named"):
        handing.suggest_threshold(service, "absent", 2)


def test_marks_that_nobody_worked_are_listed(sandbox: Sandbox, service: Service, clock: Clock) -> None:
    """Somebody else's change, another Status Reason, an activity, a closed lead: that is work; our writes are not."""
    clock.now -= 30 * DAY  # the environment's clock is the machine's: what others do comes later than the marks
    publish(service, DocumentKind.QUALIFICATION, criteria(40))
    assert service.sync(by="test") is not None
    clock.now += 30 * DAY
    marked = [one["lead"] for one in handing.list_neglected(service, 14, 100)]
    assert len(marked) >= 5
    assert handing.list_neglected(service, 60, 100) == []
    sandbox.update_lead(marked[0], {"telephone1": "+1 555 0100"})
    sandbox.update_lead(marked[1], {"statuscode": 2})
    sandbox.update_lead(marked[2], {"statecode": 2, "statuscode": 4})
    sandbox.data.add("task", {"subject": "Called", "regardingobjectid_lead_task@odata.bind": f"/leads({marked[3]})"})
    left = handing.list_neglected(service, 14, 100)
    assert {one["lead"] for one in left} == set(marked[4:])
    assert left[0]["qualification"] == "ready"


def test_disqualified_leads_that_rose_again_are_listed(sandbox: Sandbox, service: Service) -> None:
    """What a closed lead did since counts; it is scored when somebody asks, and nothing is kept or written."""
    publish(service, DocumentKind.QUALIFICATION, criteria(50))
    lost, quiet, refused = [row["leadid"] for row in open_leads(sandbox)][:3]
    for lead_id in (lost, quiet, refused):
        sandbox.update_lead(lead_id, {"statecode": 2, "statuscode": 4})
    assert service.sync(by="test") is not None
    for lead_id in (lost, refused):
        click(service, lead_id)
    sandbox.update_lead(refused, {"msdyn_gdproptout": True})
    (found,) = handing.list_risen(service, 30, 100)
    assert (found["lead"], found["before"], found["now"], found["meets"]) == (lost, 40, 50, ["ready"])
    with pytest.raises(MissingFactError):
        service.store.dossier(lost, now=service.clock())
    assert all(row["statecode"] == 2 for row in sandbox.leads() if row["leadid"] in {lost, quiet, refused})


def test_history_is_found_by_lead_by_document_and_in_whole(sandbox: Sandbox, service: Service) -> None:
    """Reason, versions, scores and time of each decision, the newest first."""
    publish(service, DocumentKind.QUALIFICATION, criteria(40))
    assert service.sync(by="test") is not None
    everything = handing.history(service, None, 100)
    assert len(everything) == len([row for row in open_leads(sandbox) if row["statuscode"] not in {1, 2}])
    assert handing.history(service, "ready", 100) == everything
    assert handing.history(service, "other", 100) == []
    (one,) = handing.history(service, everything[0]["lead"].upper(), 100)
    assert one == everything[0]
    assert one["models"] == [{"model": "active", "version": 1, "score": 40, "grade": None}]
    assert one["status_reason"] == "Marketing Qualified"
