"""From a mark to sales: owner, task and flow, each once whatever happens; refused where nobody could take over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.bootstrap import Service
from connector.pipeline.ports import DocumentKind
from connector.pipeline.publishing import Applied, Draft
from connector.pipeline.related import task_id
from connector.pipeline.subscriptions import Filters, TriggerName, Wish
from connector.sandbox import Sandbox, start_sandbox
from connector.sandbox.dataverse.tables.choices import MARKETING_QUALIFIED
from connector.sandbox.dataverse.tables.columns import day
from connector.settings import load_settings
from tests.integration.conftest import IMPATIENT

MODEL = """
model: titled
purpose: Prioritise follow-up
lawful_basis: legitimate_interests
groups:
  - {name: A title, points: 40, when: {fact: lead.jobtitle, is_not_empty: true}}
"""
CRITERIA = """
qualification: ready
when: {{model: titled, at_least: 40}}
actions:
  status_reason: [Marketing Qualified]
{more}
"""
CALLBACK = "https://prod-01.westeurope.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke?sig=hush"
TASK = """  follow_up_task:
    subject: "Call {{ lead.fullname }}"
    description: "{{ qualification.reason }}"
    due_in: 1d
"""


@pytest.fixture(scope="module")
def environment() -> Iterator[Sandbox]:
    """One small environment for all of these; each test has a service with a store of its own."""
    with start_sandbox(leads=12, closed=2, accounts=3) as started:
        yield started


@pytest.fixture
def service(environment: Sandbox, tmp_path: Path) -> Iterator[Service]:
    """A service with the model live; leads that an earlier test marked, or gave away, are as new again."""
    *_, owner = environment.data.rows("systemuser")
    new = {
        "statuscode": 1,
        "_ownerid_value": owner["systemuserid"],
        "_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname": "systemuser",
    }
    for row in environment.leads():
        if row["statecode"] == 0:
            environment.data.update("lead", row["leadid"], new)
    environ = {**environment.settings, "CONNECTOR_DATA_DIR": str(tmp_path / "data")}
    with Service(load_settings(environ, need_dataverse=True), retry=IMPATIENT) as opened:
        (applied,) = opened.apply([Draft(DocumentKind.MODEL, "", MODEL)], publish=True, replace=False, by="test")
        assert not applied.refused, applied.lines()
        yield opened


def publish(service: Service, more: str, name: str = "ready", *, replace: bool = False) -> Applied:
    """Publish criteria with these actions."""
    body = CRITERIA.format(more=more).replace("ready", name)
    (applied,) = service.apply([Draft(DocumentKind.QUALIFICATION, "", body)], publish=True, replace=replace, by="test")
    return applied


def marked(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The open leads that bear the mark."""
    return [row for row in sandbox.leads() if row["statecode"] == 0 and row["statuscode"] == MARKETING_QUALIFIED]


def tasks(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """The tasks of ours by id."""
    return {row["activityid"]: row for row in sandbox.data.rows("task") if str(row["subject"]).startswith("Call ")}


def test_a_mark_brings_one_task_for_the_owner(environment: Sandbox, service: Service) -> None:
    """The task regards the lead, is its owner's, says who and why, and comes once however often it is run."""
    assert not publish(service, TASK).refused
    assert service.sync(by="test") is not None
    leads = marked(environment)
    made = tasks(environment)
    assert made.keys() == {task_id(row["leadid"], ("ready", 1)) for row in leads}
    one = leads[0]
    task = made[task_id(one["leadid"], ("ready", 1))]
    assert task["subject"] == f"Call {one['fullname']}"
    assert task["description"].startswith("Met: titled is 40")
    assert (task["_ownerid_value"], task["_regardingobjectid_value"]) == (one["_ownerid_value"], one["leadid"])
    assert task["scheduledend"] is not None
    report = service.sync(by="test")
    assert report is not None
    assert report.writes.applied == 0
    assert tasks(environment).keys() == made.keys()
    (decision,) = service.store.qualifications_of(one["leadid"])
    assert decision.actions == ("status_reason", "follow_up_task")


def test_an_owner_is_assigned_with_the_mark(environment: Sandbox, service: Service) -> None:
    """A user by e-mail address or user name, a team by name: the lead is theirs in the same write."""
    seller = next(row for row in environment.data.rows("systemuser") if not row.get("applicationid"))
    applied = publish(service, f"  owner: {{user: {seller['domainname']}}}\n")
    assert not applied.refused, applied.lines()
    assert service.sync(by="test") is not None
    assert {row["_ownerid_value"] for row in marked(environment)} == {seller["systemuserid"]}
    report = service.sync(by="test")
    assert report is not None
    assert report.writes.applied == 0


def test_a_team_is_assigned_with_the_mark(environment: Sandbox, service: Service) -> None:
    """A team is bound as a team."""
    team = next(environment.data.rows("team"))
    assert not publish(service, f"  owner: {{team: {team['name']}}}\n").refused
    assert service.sync(by="test") is not None
    assert {row["_ownerid_value"] for row in marked(environment)} == {team["teamid"]}


def test_without_the_privilege_nothing_is_assigned_and_that_is_said(environment: Sandbox, service: Service) -> None:
    """A refused assignment leaves the lead as it was, to be tried by the next run."""
    seller = list(environment.data.rows("systemuser"))[1]
    assert not publish(service, f"  owner: {{user: {seller['systemuserid']}}}\n").refused
    environment.dataverse.access.revoke("prvAssignLead")
    try:
        report = service.sync(by="test")
    finally:
        environment.dataverse.access.grant("prvAssignLead")
    assert report is not None
    assert report.writes.refused > 0
    assert "prvAssignLead" in "\n".join(report.writes.rejected)
    assert marked(environment) == []


@pytest.mark.parametrize(
    ("owner", "said"),
    [
        ("{user: nobody@sandbox.example}", "the environment has no user 'nobody@sandbox.example'"),
        ("{user: lead.connector@sandbox.example}", "3 users are called 'lead.connector@sandbox.example'"),
        ("{team: Nobody}", "the environment has no team 'Nobody'"),
        ("{user: 00000000-0000-0000-0000-000000000001}", "has no user"),
    ],
)
def test_an_owner_that_does_not_exist_is_refused_at_publication(service: Service, owner: str, said: str) -> None:
    """Nobody is looked for when the first lead is marked."""
    applied = publish(service, f"  owner: {owner}\n")
    assert applied.refused
    assert said in "\n".join(applied.lines())


@pytest.mark.parametrize("flows", ["", f"crm={CALLBACK}"])
def test_a_flow_that_no_setting_names_is_refused_at_publication(
    environment: Sandbox, service: Service, tmp_path: Path, flows: str
) -> None:
    """Also where no flow is named at all: a mark that nobody is told of would be found out by a lost lead."""
    environ = {**environment.settings, "CONNECTOR_DATA_DIR": str(tmp_path / "data"), "CONNECTOR_FLOWS": flows}
    with Service(load_settings(environ, need_dataverse=True), retry=IMPATIENT) as configured:
        applied = publish(configured, "  flow: nope\n")
        assert applied.refused
        assert "the flow 'nope' is not configured. Add name=url to CONNECTOR_FLOWS." in "\n".join(applied.lines())
        assert publish(configured, "  flow: crm\n").refused is not bool(flows)
    assert [one.name for one in service.store.live(DocumentKind.QUALIFICATION)] == ["ready"] * bool(flows)


def test_publication_warns_of_a_hand_over_that_is_not_ready(service: Service) -> None:
    """Nothing listens, the column is still to be created, and (once leads are mirrored) too many would be marked."""
    assert service.sync(by="test") is not None
    applied = publish(service, "  sales_ready: lc_ready\n")
    assert applied.outcome == "published"
    assert {one.code for one in applied.findings} == {"nothing-listens", "column-missing", "many-at-once"}


@pytest.mark.parametrize(
    ("status", "more", "said"),
    [
        ("[No Such Reason]", "", "none of the labels 'No Such Reason'"),
        ("{value: 99}", "", "no option 99 in the open state"),
        ("New", "  sales_ready: lc_webinarinterest\n", "exists as text, and `sales_ready` needs yes/no"),
    ],
)
def test_a_mark_that_no_run_could_set_is_refused_and_runs_go_on(
    service: Service, status: str, more: str, said: str
) -> None:
    """It would stop every run of every model, not only its own."""
    body = CRITERIA.format(more=more).replace("[Marketing Qualified]", status)
    (applied,) = service.apply([Draft(DocumentKind.QUALIFICATION, "", body)], publish=True, replace=False, by="test")
    assert applied.refused
    assert said in "\n".join(applied.lines())
    assert service.sync(by="test") is not None


def test_a_column_that_a_model_can_never_write_is_refused_and_runs_go_on(
    environment: Sandbox, service: Service
) -> None:
    """A date without time takes no moment; a column that is still to be created is a warning alone."""
    if "lc_day" not in environment.data.store.tables["lead"].columns:
        environment.data.add_column("lead", day("lc_day", "Day"))
    other = MODEL.replace("titled", "other")
    body = f"{other}write: {{score: lc_webinarinterest, scored_on: lc_day}}\n"
    (applied,) = service.apply([Draft(DocumentKind.MODEL, "", body)], publish=True, replace=False, by="test")
    assert [one.code for one in applied.findings if one.severity == "error"] == ["column-unfit"] * 2
    assert applied.refused
    assert "'lc_day' exists as a date without time, and `scored_on` needs date and time" in "\n".join(applied.lines())
    assert service.sync(by="test") is not None
    body = f"{other}write: {{score: lc_newscore}}\n"
    (applied,) = service.apply([Draft(DocumentKind.MODEL, "", body)], publish=True, replace=False, by="test")
    assert applied.outcome == "published"
    (found,) = [one for one in applied.findings if one.code == "column-missing"]
    assert (found.severity, found.line) == ("warning", 7)
    assert "connector provision columns" in found.fix


def test_a_flow_that_subscribed_is_somebody_who_listens(service: Service) -> None:
    """To this qualification or to any; one that listens to another, or has ended, is nobody."""

    def codes() -> set[str]:
        draft = Draft(DocumentKind.QUALIFICATION, "", CRITERIA.format(more=""))
        (applied,) = service.apply([draft], publish=True, replace=True, by="test")
        service.store.stop(DocumentKind.QUALIFICATION, applied.name, by="test", now=service.clock())
        return {one.code for one in applied.findings} & {"nothing-listens"}

    def subscribe(qualification: str) -> str:
        wish = Wish(TriggerName.LEAD_QUALIFIED, Filters(qualification=qualification), "https://flow.example/a?sig=1")
        now = service.clock()
        return service.store.subscribe(wish, "whsec_x", by="test", now=now).subscription.subscription_id

    subscribe("another")
    assert codes() == {"nothing-listens"}
    for heard in ("ready", "any"):
        subscription = subscribe(heard)
        assert codes() == set()
        service.store.end_subscription(subscription, by="test", reason="done", now=service.clock())
    assert codes() == {"nothing-listens"}


def test_an_audience_has_one_live_criteria_set(service: Service) -> None:
    """A second one is refused with the way out, and takes the place of the first when told to."""
    assert not publish(service, "").refused
    second = publish(service, "", "other")
    assert second.refused
    assert "connector qualification stop ready" in "\n".join(second.lines())
    assert publish(service, "", "other", replace=True).outcome == "published"
    assert [one.name for one in service.store.live(DocumentKind.QUALIFICATION)] == ["other"]
