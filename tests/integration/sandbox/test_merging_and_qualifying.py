"""The actions that close leads: merging and qualification, with what follows from them."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sandbox import Sandbox

from .receiving import pairs, receiver, register
from .support import API, Answer, Client

LEAD = "Microsoft.Dynamics.CRM.lead"
FLAGS = {"CreateAccount": True, "CreateContact": True, "CreateOpportunity": True, "Status": -1}


def _open_leads(sandbox: Sandbox) -> list[dict[str, Any]]:
    return [lead for lead in sandbox.leads() if lead["statecode"] == 0]


def _merge(client: Client, target: str, subordinate: str, **more: Any) -> Answer:
    body = {
        "Target": {"leadid": target, "@odata.type": LEAD},
        "Subordinate": {"leadid": subordinate, "@odata.type": f"#{LEAD}"},
        "PerformParentingChecks": False,
    }
    return client.ask("POST", f"{API}/Merge", body | more)


def _qualify(client: Client, lead_id: str, **more: Any) -> Answer:
    return client.ask("POST", f"{API}/leads({lead_id})/Microsoft.Dynamics.CRM.QualifyLead", FLAGS | more)


def test_a_merge_leaves_one_open_lead(sandbox: Sandbox, client: Client) -> None:
    """The subordinate is closed, names its master and is in the delta; the master takes content and activities."""
    first, second = (lead["leadid"] for lead in _open_leads(sandbox)[:2])
    task = {"subject": "Call", "regardingobjectid_lead_task@odata.bind": f"/leads({second})"}
    address = client.ask("POST", f"{API}/tasks", task).headers["OData-EntityId"]
    link = client.get("leads", select="merged,statecode", prefer="odata.track-changes").json["@odata.deltaLink"]
    assert _merge(client, first, second, UpdateContent={"@odata.type": LEAD, "jobtitle": "CFO"}).status == 204
    changed = {each["leadid"]: each for each in client.follow(link).value}
    assert set(changed) == {first, second}
    assert (changed[second]["merged"], changed[second]["statecode"]) == (True, 2)
    row = sandbox.lead(second)
    assert (row["_masterid_value"], row["statuscode"]) == (first, 7)
    assert sandbox.lead(first)["jobtitle"] == "CFO"
    moved = client.follow(address).json
    assert moved["_regardingobjectid_value"] == first


def test_a_merge_is_posted(sandbox: Sandbox, client: Client) -> None:
    """Webhooks hear of the merge with both ids, and of its single writes as consequences at depth two."""
    first, second = (lead["leadid"] for lead in _open_leads(sandbox)[:2])
    with receiver() as inbox:
        register(client, inbox.url, "Merge", "Update")
        assert _merge(client, first, second).status == 204
        assert sandbox.dataverse.hooks.poster.wait()
        posted = {each["MessageName"]: each for each in inbox.bodies}
    parameters = pairs(posted["Merge"]["InputParameters"])
    assert (parameters["Target"]["Id"], parameters["SubordinateId"]) == (first, second)
    assert (posted["Merge"]["PrimaryEntityId"], posted["Merge"]["Depth"]) == (first, 1)
    assert (posted["Update"]["PrimaryEntityId"], posted["Update"]["Depth"]) == (second, 2)


def test_accounts_can_be_merged(client: Client) -> None:
    """Accounts are merged in the same way and become inactive."""
    first, second = (row["accountid"] for row in client.get("accounts", select="accountid", top="2").value)
    kind = "Microsoft.Dynamics.CRM.account"
    body = {
        "Target": {"accountid": first, "@odata.type": kind},
        "Subordinate": {"accountid": second, "@odata.type": kind},
        "PerformParentingChecks": True,
    }
    assert client.ask("POST", f"{API}/Merge", body).status == 204
    row = client.get(f"accounts({second})", select="merged,statecode,_masterid_value").json
    assert (row["merged"], row["statecode"], row["_masterid_value"]) == (True, 1, first)


def test_merges_that_cannot_be_are_refused(sandbox: Sandbox, client: Client) -> None:
    """Not with itself, not twice, not into a closed lead, not with what is not there or cannot be merged."""
    first, second, third = (lead["leadid"] for lead in _open_leads(sandbox)[:3])
    assert _merge(client, first, first).status == 400
    assert _merge(client, first, "11111111-2222-4333-8444-555555555555").status == 404
    assert _merge(client, first, second, Target={"leadid": first}).status == 400
    assert _merge(client, first, second, Target={"leadid": "x", "@odata.type": LEAD}).status == 400
    assert _merge(client, first, second, UpdateContent=[]).status == 400
    assert _merge(client, first, second, Rubbish=1).status == 400
    assert client.ask("POST", f"{API}/Merge", {}).status == 400
    account = client.get("accounts", select="accountid", top="1").value[0]["accountid"]
    other = {"accountid": account, "@odata.type": "Microsoft.Dynamics.CRM.account"}
    assert _merge(client, first, second, Subordinate=other).status == 400
    assert _merge(client, first, second).status == 204
    assert _merge(client, third, second).status == 400
    assert _merge(client, second, third).status == 400
    sandbox.dataverse.access.revoke("prvMerge")
    assert _merge(client, first, third).status == 403
    assert sandbox.lead(third)["merged"] is False


def test_qualification_makes_what_was_asked_for(sandbox: Sandbox, client: Client) -> None:
    """The lead is closed as qualified and linked to a new account, contact and opportunity, which the answer names."""
    lead_id = sandbox.add_lead({"lastname": "Quill", "companyname": "Quill & Sons", "subject": "Turbines"})
    answer = _qualify(client, lead_id)
    assert answer.status == 200
    made = {each["@odata.type"].rpartition(".")[2]: each for each in answer.value}
    row = sandbox.lead(lead_id)
    assert (row["statecode"], row["statuscode"]) == (1, 3)
    assert row["_parentaccountid_value"] == made["account"]["accountid"]
    assert row["_parentcontactid_value"] == made["contact"]["contactid"]
    assert row["_qualifyingopportunityid_value"] == made["opportunity"]["opportunityid"]
    opportunity = client.get(f"opportunities({made['opportunity']['opportunityid']})").json
    assert (opportunity["name"], opportunity["_originatingleadid_value"]) == ("Turbines", lead_id)
    assert client.get(f"accounts({made['account']['accountid']})").json["name"] == "Quill & Sons"
    again = _qualify(client, lead_id)
    assert (again.status, again.code) == (400, "0x80040519")


def test_qualification_keeps_what_there_is(sandbox: Sandbox, client: Client) -> None:
    """A lead with an account keeps it; nothing is made that was not asked for; webhooks hear of the message."""
    lead = next(lead for lead in _open_leads(sandbox) if lead["_parentaccountid_value"])
    with receiver() as inbox:
        register(client, inbox.url, "QualifyLead")
        answer = _qualify(client, lead["leadid"], CreateContact=False, CreateOpportunity=False)
        assert sandbox.dataverse.hooks.poster.wait()
        (posted,) = inbox.bodies
    assert answer.value == []
    row = sandbox.lead(lead["leadid"])
    assert row["_parentaccountid_value"] == lead["_parentaccountid_value"]
    parameters = pairs(posted["InputParameters"])
    assert (parameters["LeadId"]["Id"], parameters["CreateAccount"]) == (lead["leadid"], True)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"Status": 1}, "0x80048408"), ({"Status": "3"}, ""), ({"CreateAccount": "yes"}, ""), ({"Rubbish": 1}, "")],
)
def test_qualifications_that_cannot_be_are_refused(
    sandbox: Sandbox, client: Client, change: dict[str, Any], code: str
) -> None:
    """A status of another state, wrong types and unknown parameters are refused, and nothing is made."""
    lead_id = _open_leads(sandbox)[0]["leadid"]
    answer = _qualify(client, lead_id, **change)
    assert answer.status == 400
    assert code in answer.code
    assert sandbox.data.count("opportunity") == 0


def test_a_lead_without_a_name_cannot_be_qualified(sandbox: Sandbox, client: Client) -> None:
    """There must be somebody or some company to make."""
    answer = _qualify(client, sandbox.add_lead({"subject": "?"}))
    assert (answer.status, answer.code) == (400, "0x80081018")
    account = client.get("accounts", select="accountid", top="1").value[0]["accountid"]
    path = f"{API}/accounts({account})/Microsoft.Dynamics.CRM.QualifyLead"
    assert client.ask("POST", path, FLAGS).status == 404
