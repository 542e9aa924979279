"""Activities and the rows of the marketing apps over HTTP: polymorphic links, tasks, the table over all of them."""

from __future__ import annotations

import pytest

from connector.sandbox import Sandbox

from .support import API, Client

TASK = "11111111-2222-4333-8444-555555555555"


def _task(lead_id: str) -> dict[str, object]:
    return {
        "activityid": TASK, "subject": "Call", "scheduledend": "2026-11-21T09:00:00Z",
        "regardingobjectid_lead_task@odata.bind": f"/leads({lead_id})",
    }  # fmt: skip


def test_a_task_is_created_once(sandbox: Sandbox, client: Client) -> None:
    """A task with an id of the client's is created once; the second time the answer is 412 for a duplicate."""
    lead_id = sandbox.leads()[0]["leadid"]
    assert client.ask("POST", f"{API}/tasks", _task(lead_id)).status == 204
    again = client.ask("POST", f"{API}/tasks", _task(lead_id))
    assert (again.status, again.code) == (412, "0x80040237")
    row = client.get(f"tasks({TASK})", prefer='odata.include-annotations="*"').json
    assert (row["activitytypecode"], row["statecode"], row["statuscode"]) == ("task", 0, 2)
    assert row["_regardingobjectid_value"] == lead_id
    assert row["_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "lead"
    name = "_regardingobjectid_value@Microsoft.Dynamics.CRM.associatednavigationproperty"
    assert row[name] == "regardingobjectid_lead_task"


def test_activities_of_a_lead_are_found_together(sandbox: Sandbox, client: Client) -> None:
    """The table over all has every activity by its own id and follows creations, changes and deletions."""
    lead_id = sandbox.leads()[0]["leadid"]
    client.ask("POST", f"{API}/tasks", _task(lead_id))
    wanted = f"_regardingobjectid_value eq {lead_id} and activitytypecode eq 'task'"
    assert [each["activityid"] for each in client.get("activitypointers", filter=wanted).value] == [TASK]
    client.ask("PATCH", f"{API}/tasks({TASK})", {"statecode": 1, "subject": "Called"}, {"If-Match": "*"})
    (pointer,) = client.get("activitypointers", filter=wanted).value
    assert (pointer["statecode"], pointer["statuscode"], pointer["subject"]) == (1, 2, "Called")
    assert client.ask("DELETE", f"{API}/tasks({TASK})").status == 204
    assert client.get("activitypointers", filter=wanted).value == []


def test_every_activity_has_a_pointer(campaign: Sandbox, reader: Client) -> None:
    """As many pointers as activities, and a change of each table by its metadata tracked or not."""
    tables = ("emails", "phonecalls", "appointments", "tasks", "campaignresponses")
    total = sum(len(reader.get(name, select="activityid").value) for name in tables)
    assert total == len(reader.get("activitypointers", select="activityid").value) > 100
    tracked = {
        each["LogicalName"]: each["ChangeTrackingEnabled"]
        for each in reader.get("EntityDefinitions", select="LogicalName,ChangeTrackingEnabled").value
    }
    kinds = reader.get("EntityDefinitions", select="LogicalName,IsActivity,IsCustomEntity").value
    assert {each["LogicalName"] for each in kinds if each["IsActivity"]} >= {"email", "task", "activitypointer"}
    assert {each["LogicalName"] for each in kinds if each["IsCustomEntity"]} == {"evt_boothvisit"}
    assert (tracked["email"], tracked["msevtmgt_eventregistration"]) == (True, True)
    assert (tracked["msevtmgt_checkin"], tracked["msdynmkt_marketingformsubmission"]) == (False, False)


@pytest.mark.parametrize(
    ("table", "answer"), [("msevtmgt_eventregistrations", 200), ("msevtmgt_checkins", 400), ("evt_boothvisits", 400)]
)
def test_changes_are_tracked_table_by_table(reader: Client, table: str, answer: int) -> None:
    """Tables without change tracking refuse a tracked read with their own code."""
    page = reader.get(table, prefer="odata.track-changes")
    assert page.status == answer
    assert answer == 200 or page.code == "0x80072491"


def test_deletions_of_activities_are_tracked(sandbox: Sandbox, client: Client) -> None:
    """A deleted phone call is in the next delta."""
    link = client.get("phonecalls", select="subject", prefer="odata.track-changes").json["@odata.deltaLink"]
    gone = client.get("phonecalls", select="activityid", top="1").value[0]["activityid"]
    assert client.ask("DELETE", f"{API}/phonecalls({gone})").status == 204
    assert [(each["id"], each["reason"]) for each in client.follow(link).value] == [(gone, "deleted")]


def test_registrations_lead_to_contacts(reader: Client) -> None:
    """Names of custom links keep their capitals: contacts come by expansion, with the address that leads share."""
    page = reader.get(
        "msevtmgt_eventregistrations",
        select="msevtmgt_iscanceled",
        expand="msevtmgt_ContactId($select=emailaddress1),msevtmgt_EventId($select=msevtmgt_name)",
    )
    assert page.status == 200
    assert all(each["msevtmgt_ContactId"]["emailaddress1"] for each in page.value)
    assert all(each["msevtmgt_EventId"]["msevtmgt_name"] for each in page.value)


def test_owners_are_users_or_teams(sandbox: Sandbox, client: Client) -> None:
    """One navigation property leads to both; a reference to anything else is refused."""
    lead_id = sandbox.leads()[0]["leadid"]
    team = client.get("teams", select="teamid").value[0]["teamid"]
    assert client.patch(lead_id, {"ownerid@odata.bind": f"/teams({team})"}).status == 204
    row = client.get(f"leads({lead_id})", select="_ownerid_value", prefer='odata.include-annotations="*"').json
    assert row["_ownerid_value"] == team
    assert row["_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "team"
    account = client.get("accounts", select="accountid", top="1").value[0]["accountid"]
    assert client.patch(lead_id, {"ownerid@odata.bind": f"/accounts({account})"}).status == 400


def test_a_predictive_score_is_kept_by_its_alternate_key(sandbox: Sandbox, client: Client) -> None:
    """The documented calls of another scorer work: POST once, PATCH by entity id and type, no second row."""
    lead_id = sandbox.leads()[0]["leadid"]
    body = {"msdyn_score": 90, "msdyn_scoretrend": 0, "msdyn_grade": 0}
    named = {"msdyn_entityid": lead_id, "msdyn_entitytype": "lead"}
    assert client.ask("POST", f"{API}/msdyn_predictivescores", body | named).status == 204
    again = client.ask("POST", f"{API}/msdyn_predictivescores", body | named)
    assert (again.status, again.code) == (412, "0x80060892")
    key = f"msdyn_entityid=%27{lead_id}%27,msdyn_entitytype=%27lead%27"
    assert client.ask("PATCH", f"{API}/msdyn_predictivescores({key})", {"msdyn_score": 95}).status == 204
    (row,) = client.get("msdyn_predictivescores").value
    assert (row["msdyn_score"], row["msdyn_grade"]) == (95, 0)
