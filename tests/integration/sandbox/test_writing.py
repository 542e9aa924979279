"""Writing over HTTPS: conditions, what a body may say, states, links, and what happens just before a write."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sandbox import Sandbox
from connector.sandbox.dataverse.tables.choices import MARKETING_QUALIFIED, MARKETING_QUALIFIED_CLOSED

from .support import API, Client

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def lead(sandbox: Sandbox) -> dict[str, Any]:
    """An open lead."""
    return next(lead for lead in sandbox.leads() if lead["statecode"] == 0 and lead["statuscode"] == 1)


def _etag(client: Client, lead: dict[str, Any]) -> str:
    found: str = client.get(f"leads({lead['leadid']})", select="leadid").json["@odata.etag"]
    return found


def test_guarded_update(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """A PATCH with the etag that was read changes the row, its version and its time, and nothing else."""
    before, lead_id = _etag(client, lead), lead["leadid"]
    answer = client.patch(lead_id, {"lc_fit": 55, "lc_fitgrade": "Warm"}, If_Match=before)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["OData-EntityId"] == f"{sandbox.url}{API}/leads({lead_id})"
    after = sandbox.lead(lead_id)
    assert (after["lc_fit"], after["lc_fitgrade"]) == (55, "Warm")
    assert after["modifiedon"] == "2026-11-20T09:00:00Z"
    changed = {name for name in after if after[name] != lead[name]}
    assert changed <= {"lc_fit", "lc_fitgrade", "modifiedon", "versionnumber", "_modifiedby_value"}
    assert _etag(client, lead) != before


def test_stale_etag_is_412(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """Any write in between makes the etag stale; the row stays as the other left it."""
    before = _etag(client, lead)
    sandbox.update_lead(lead["leadid"], {"telephone1": "+44 20 7946 0009"})
    answer = client.patch(lead["leadid"], {"lc_fit": 55}, If_Match=before)
    assert (answer.status, answer.code) == (412, "0x80060882")
    assert sandbox.lead(lead["leadid"])["lc_fit"] is None


def test_representation_has_the_new_etag(client: Client, lead: dict[str, Any]) -> None:
    """With return=representation an update answers 200 with the row as it is now."""
    target = f"{API}/leads({lead['leadid']})?$select=lc_fit"
    headers = {"If-Match": _etag(client, lead), "Prefer": "return=representation"}
    answer = client.ask("PATCH", target, {"lc_fit": 7}, headers)
    assert answer.status == 200
    assert answer.json["lc_fit"] == 7
    assert answer.json["@odata.etag"] == answer.headers["ETag"] == _etag(client, lead)
    assert answer.headers["Preference-Applied"] == "return=representation"


def test_patch_without_a_condition_is_an_upsert(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """Without If-Match a PATCH changes what is there and creates what is not."""
    assert client.patch(lead["leadid"], {"lc_fit": 1}).status == 204
    assert client.patch(NOBODY, {"lastname": "Created"}).status == 204
    assert sandbox.lead(NOBODY)["fullname"] == "Created"


def test_star_updates_only(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """If-Match: * changes any version and never creates."""
    assert client.patch(lead["leadid"], {"lc_fit": 2}, If_Match="*").status == 204
    answer = client.patch(NOBODY, {"lc_fit": 2}, If_Match="*")
    assert (answer.status, answer.code) == (404, "0x80040217")
    assert sandbox.data.row("lead", NOBODY) is None


def test_none_match_creates_only(client: Client, lead: dict[str, Any]) -> None:
    """If-None-Match: * creates a row and refuses one that exists."""
    assert client.patch(NOBODY, {"lastname": "Created"}, If_None_Match="*").status == 204
    answer = client.patch(lead["leadid"], {"lc_fit": 2}, If_None_Match="*")
    assert (answer.status, answer.code) == (412, "0x80040237")


def test_guarded_update_of_a_deleted_row_is_404(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """An etag does not create what was deleted meanwhile."""
    before = _etag(client, lead)
    sandbox.delete_lead(lead["leadid"])
    assert client.patch(lead["leadid"], {"lc_fit": 2}, If_Match=before).code == "0x80040217"


def test_malformed_etag_and_unguarded_tables(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """An etag that is none is a 400; so is one for a table without optimistic concurrency."""
    assert client.patch(lead["leadid"], {"lc_fit": 2}, If_Match="yesterday").code == "0x80040203"
    sandbox.data.store.tables["lead"].guarded = False
    assert client.patch(lead["leadid"], {"lc_fit": 2}, If_Match='W/"1"').code == "0x8006088d"


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        ({"nosuchcolumn": 1}, "0x80048d19", "nosuchcolumn"),
        ({"lc_fit": "55"}, "0x80048d19", "lc_fit"),
        ({"lc_fit": 5.5}, "0x80048d19", "Edm.Int32"),
        ({"lc_fit": True}, "0x80048d19", "Edm.Int32"),
        ({"lc_fit": 100_000}, "0x80044330", "1000"),
        ({"lc_fitgrade": 5}, "0x80048d19", "Edm.String"),
        ({"lc_fitgrade": "x" * 51}, "0x80044331", "50"),
        ({"jobtitle": "x" * 101}, "0x80044331", "100"),
        ({"statuscode": 99}, "0x8004431a", "statuscode"),
        ({"industrycode": 34}, "0x8004431a", "industrycode"),
        ({"industrycode": "12"}, "0x80048d19", "industrycode"),
        ({"decisionmaker": 1}, "0x80048d19", "Edm.Boolean"),
        ({"lc_scoredon": "yesterday"}, "0x80048d19", "lc_scoredon"),
        ({"lc_scoredon": "2026-11-20"}, "0x80048d19", "lc_scoredon"),
        ({"estimatedclosedate": "2026-13-40"}, "0x80048d19", "estimatedclosedate"),
        ({"estimatedclosedate": "2026-11-20T00:00:00Z"}, "0x80048d19", "estimatedclosedate"),
        ({"estimatedamount": "much"}, "0x80048d19", "Edm.Decimal"),
        ({"estimatedamount": -1}, "0x80044330", "estimatedamount"),
        ({"fullname": "Other"}, "0x80040203", "fullname"),
        ({"createdon": "2020-01-01T00:00:00Z"}, "0x80040203", "createdon"),
        ({"versionnumber": 1}, "0x80040203", "versionnumber"),
        ({"leadid": NOBODY}, "0x80040203", "leadid"),
        ({"statuscode": 3}, "0x80048408", "3"),
        ({"statuscode": MARKETING_QUALIFIED_CLOSED}, "0x80048408", "Open"),
        ({"statecode": 1, "statuscode": 1}, "0x80048408", "Qualified"),
        ({"statecode": 7}, "0x8004431a", "statecode"),
        ({"statecode": None}, "0x80040203", "statecode"),
        ({"_parentaccountid_value": NOBODY}, "0x80048d19", "Navigation"),
        ({"parentaccount@odata.bind": None}, "0x80048d19", "parentaccount"),
        ({"parentaccountid@odata.bind": "/contacts(00000000-0000-4000-8000-000000000000)"}, "0x80048d19", "accounts"),
        ({"parentaccountid@odata.bind": f"/accounts({NOBODY})"}, "0x80040217", NOBODY),
    ],
)
def test_what_a_body_may_not_say(
    sandbox: Sandbox, client: Client, lead: dict[str, Any], body: dict[str, Any], code: str, says: str
) -> None:
    """A wrong column, type, length, range, option, pair or link is refused whole, with a code and the name."""
    answer = client.patch(lead["leadid"], {"telephone1": "+44 20 7946 0011", **body}, If_Match=_etag(client, lead))
    assert answer.status in {400, 404}
    assert answer.code == code
    assert says in answer.message
    assert sandbox.lead(lead["leadid"]) == lead


def test_bodies_that_are_no_json_object(client: Client, lead: dict[str, Any]) -> None:
    """A body that is not JSON, not an object, or not called JSON is refused; nested rows are not offered."""
    target = f"{API}/leads({lead['leadid']})"
    json_type = {"Content-Type": "application/json"}
    assert client.ask("PATCH", target, b"{", json_type).code == "0x80048d19"
    assert client.ask("PATCH", target, b"[]", json_type).code == "0x80048d19"
    assert client.ask("PATCH", target, b"{}", {"Content-Type": "text/plain"}).status == 415
    assert client.patch(lead["leadid"], {"parentaccountid": {"name": "New"}}).status == 501


def test_annotations_in_a_body_are_not_data(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """A client may send back what it read: control information is let through."""
    body = {"@odata.etag": 'W/"1"', "statuscode@OData.Community.Display.V1.FormattedValue": "New", "lc_fit": 3}
    assert client.patch(lead["leadid"], body).status == 204
    assert sandbox.lead(lead["leadid"])["lc_fit"] == 3


def test_values_are_kept_as_dataverse_keeps_them(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """Times become UTC with whole seconds, amounts have four decimals, null empties."""
    body = {"lc_scoredon": "2026-11-20T10:30:00.700+01:00", "estimatedamount": 10.123456, "jobtitle": None}
    assert client.patch(lead["leadid"], body).status == 204
    after = sandbox.lead(lead["leadid"])
    assert after["lc_scoredon"] == "2026-11-20T09:30:00Z"
    assert after["estimatedamount"] == 10.1235
    assert after["jobtitle"] is None


def test_status_reason_within_the_open_state(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """Another reason of the open state is an ordinary update; the state stays."""
    assert client.patch(lead["leadid"], {"statuscode": MARKETING_QUALIFIED}, If_Match=_etag(client, lead)).status == 204
    after = sandbox.lead(lead["leadid"])
    assert (after["statecode"], after["statuscode"]) == (0, MARKETING_QUALIFIED)


def test_a_state_brings_its_default_reason(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """A state alone sets the reason that belongs to it."""
    assert client.patch(lead["leadid"], {"statecode": 2}).status == 204
    after = sandbox.lead(lead["leadid"])
    assert (after["statecode"], after["statuscode"]) == (2, 4)


def test_closed_rows_are_read_only_where_the_environment_says_so(sandbox: Sandbox, client: Client) -> None:
    """By default a closed lead takes values, so that only the client's guard protects it; a knob refuses them."""
    closed = next(lead for lead in sandbox.leads() if lead["statecode"] != 0)
    assert client.patch(closed["leadid"], {"lc_fit": 1}).status == 204
    sandbox.dataverse.tables.writing.closed_read_only = True
    assert client.patch(closed["leadid"], {"lc_fit": 2}).code == "0x8004022e"
    assert client.patch(closed["leadid"], {"statecode": 0}).status == 204


def test_links_are_bound_by_navigation(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """A link is set by a reference to a row, whole or relative, and cleared by null or $ref."""
    account, lead_id = next(sandbox.data.rows("account"))["accountid"], lead["leadid"]
    for reference in (f"/accounts({account})", f"accounts({account})", f"{sandbox.url}{API}/accounts({account})"):
        assert client.patch(lead_id, {"parentaccountid@odata.bind": None}).status == 204
        assert sandbox.lead(lead_id)["_parentaccountid_value"] is None
        assert client.patch(lead_id, {"parentaccountid@odata.bind": reference}).status == 204
        assert sandbox.lead(lead_id)["_parentaccountid_value"] == account
    assert client.ask("DELETE", f"{API}/leads({lead_id})/parentaccountid/$ref").status == 204
    assert sandbox.lead(lead_id)["_parentaccountid_value"] is None
    client.patch(lead_id, {"customerid_account@odata.bind": f"/accounts({account})"})
    row = client.get(f"leads({lead_id})", expand="customerid_account($select=name),customerid_contact").json
    assert row["customerid_account"]["accountid"] == account
    assert row["customerid_contact"] is None


def test_one_property_can_be_put_and_deleted(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """PUT sets a single column, DELETE empties it."""
    target = f"{API}/leads({lead['leadid']})/lc_webinarinterest"
    assert client.ask("PUT", target, {"value": "Forecasts"}).status == 204
    assert sandbox.lead(lead["leadid"])["lc_webinarinterest"] == "Forecasts"
    assert client.ask("DELETE", target).status == 204
    assert sandbox.lead(lead["leadid"])["lc_webinarinterest"] is None
    assert client.ask("POST", target, {"value": "x"}).status == 405


def test_create(sandbox: Sandbox, client: Client) -> None:
    """POST creates a row with defaults, owner and times, and says where it is."""
    answer = client.ask("POST", f"{API}/leads", {"firstname": "Ada", "lastname": "Quill"})
    assert answer.status == 204
    lead_id = answer.headers["OData-EntityId"].rpartition("(")[2].rstrip(")")
    row = sandbox.lead(lead_id)
    assert (row["fullname"], row["statecode"], row["statuscode"]) == ("Ada Quill", 0, 1)
    assert row["createdon"] == row["modifiedon"] == "2026-11-20T09:00:00Z"
    whole = client.ask("POST", f"{API}/leads", {"lastname": "X"}, {"Prefer": "return=representation"})
    assert whole.status == 201
    assert whole.json["fullname"] == "X"
    assert client.ask("POST", f"{API}/leads", {"leadid": lead_id}).code == "0x80040237"
    assert client.ask("PUT", f"{API}/leads", {}).status == 405
    assert client.ask("PUT", f"{API}/leads({lead_id})", {}).status == 405


def test_delete(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """DELETE obeys its condition, and a row is gone once."""
    target, before = f"{API}/leads({lead['leadid']})", _etag(client, lead)
    sandbox.update_lead(lead["leadid"], {"telephone1": "+44 20 7946 0012"})
    assert client.ask("DELETE", target, headers={"If-Match": before}).status == 412
    assert client.ask("DELETE", target, headers={"If-Match": _etag(client, lead)}).status == 204
    assert client.ask("DELETE", target).status == 404


def test_something_happens_just_before_the_write(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """What lies in wait runs once, before the next PATCH of that row: the guard meets a 412, then a closed lead."""
    before, lead_id = _etag(client, lead), lead["leadid"]
    sandbox.before_write(lead_id, lambda: sandbox.update_lead(lead_id, {"statecode": 2, "statuscode": 5}))
    assert client.patch(lead_id, {"lc_fit": 9}, If_Match=before).status == 412
    row = client.get(f"leads({lead_id})", select="statecode,statuscode,lc_fit").json
    assert (row["statecode"], row["statuscode"], row["lc_fit"]) == (2, 5, None)
    assert client.patch(lead_id, {"lc_fit": 9}, If_Match=row["@odata.etag"]).status == 204


def test_merge_leaves_an_inactive_row_that_names_its_master(sandbox: Sandbox, lead: dict[str, Any]) -> None:
    """A merged lead is closed and points to the survivor."""
    other = next(each for each in sandbox.leads() if each["leadid"] != lead["leadid"])
    sandbox.merge(lead["leadid"], other["leadid"])
    row = sandbox.lead(other["leadid"])
    assert (row["merged"], row["_masterid_value"], row["statecode"]) == (True, lead["leadid"], 2)


def test_helpers_obey_the_rules_of_columns(sandbox: Sandbox, lead: dict[str, Any]) -> None:
    """Other users cannot write nonsense either; ids of links may be set directly."""
    with pytest.raises(Exception, match="nosuchcolumn"):
        sandbox.update_lead(lead["leadid"], {"nosuchcolumn": 1})
    account = next(sandbox.data.rows("account"))["accountid"]
    sandbox.update_lead(lead["leadid"], {"_parentaccountid_value": account})
    assert sandbox.lead(lead["leadid"])["_parentaccountid_value"] == account
    with pytest.raises(KeyError):
        sandbox.lead(NOBODY)


def test_administrators_see_every_table(sandbox: Sandbox) -> None:
    """Tables can be counted and read from the inside; added rows may link by id, and a survivor must exist."""
    account = sandbox.data.add("account", {"name": "Quillhaven Test Ltd"})
    contact = sandbox.data.add("contact", {"lastname": "Quill", "_parentcustomerid_value": account})
    assert sandbox.data.count("account") == 13
    row = sandbox.data.row("contact", contact.upper())
    assert row is not None
    assert (row["fullname"], row["_parentcustomerid_value"]) == ("Quill", account)
    with pytest.raises(Exception, match="Does Not Exist"):
        sandbox.merge(NOBODY, sandbox.leads()[0]["leadid"])
