"""Linked rows over HTTPS: read through a row, tied and untied by $ref, expanded, looked into by any and all."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from connector.sandbox import Sandbox

from .support import API, Client

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def lead(sandbox: Sandbox) -> dict[str, Any]:
    """A lead with an account."""
    return next(lead for lead in sandbox.leads() if lead["_parentaccountid_value"])


@pytest.fixture
def account(lead: dict[str, Any]) -> str:
    """The id of its account."""
    found: str = lead["_parentaccountid_value"]
    return found


def _leads_of(sandbox: Sandbox, account: str) -> list[str]:
    return [lead["leadid"] for lead in sandbox.leads() if lead["_parentaccountid_value"] == account]


def test_the_row_behind_a_lookup(sandbox: Sandbox, client: Client, lead: dict[str, Any], account: str) -> None:
    """A navigation property leads to the linked row, or to its reference; 204 where there is none."""
    path = f"leads({lead['leadid']})/parentaccountid"
    assert client.get(path, select="name").json["accountid"] == account
    assert client.get(f"{path}/$ref").json["@odata.id"] == f"{sandbox.url}{API}/accounts({account})"
    sandbox.update_lead(lead["leadid"], {"parentaccountid@odata.bind": None})
    assert client.get(path).status == 204
    assert client.get(f"{path}/nonsense").status == 404
    assert client.ask("POST", f"{API}/{path}/$ref", {}).status == 405


def test_tying_and_untying_a_lookup(sandbox: Sandbox, client: Client, lead: dict[str, Any], account: str) -> None:
    """PUT sets a lookup by reference, DELETE clears it, and both give the row a new version."""
    path = f"{API}/leads({lead['leadid']})/parentaccountid/$ref"
    assert client.ask("DELETE", path).status == 204
    assert sandbox.lead(lead["leadid"])["_parentaccountid_value"] is None
    assert client.ask("PUT", path, {"@odata.id": f"{sandbox.url}{API}/accounts({account})"}).status == 204
    after = sandbox.lead(lead["leadid"])
    assert after["_parentaccountid_value"] == account
    assert after["versionnumber"] > lead["versionnumber"]
    assert client.ask("PUT", path, {"@odata.id": f"contacts({account})"}).status == 400
    assert client.ask("PUT", path, {"@odata.id": f"accounts({NOBODY})"}).status == 404
    assert client.ask("PUT", path, {"id": "x"}).status == 400


def test_the_rows_of_a_collection(sandbox: Sandbox, client: Client, account: str) -> None:
    """A collection has the rows that point back, with options, pages, a count and references."""
    expected = _leads_of(sandbox, account)
    path = f"accounts({account})/lead_parent_account"
    answer = client.get(path, select="lastname", filter="lastname ne null", orderby="lastname desc")
    assert sorted(row["leadid"] for row in answer.value) == expected
    names = [row["lastname"].lower() for row in answer.value]
    assert names == sorted(names, reverse=True)
    assert int(client.get(f"{path}/$count").body) == len(expected)
    references = [each["@odata.id"] for each in client.get(f"{path}/$ref").value]
    assert references == [f"{sandbox.url}{API}/leads({each})" for each in expected]
    paged = [row["leadid"] for page in client.pages(client.get(path, "odata.maxpagesize=1"), "odata.maxpagesize=1")
             for row in page.value]  # fmt: skip
    assert paged == expected
    assert client.ask("POST", f"{API}/{path}", {"lastname": "x"}).status == 501
    assert client.get(f"{path}/nonsense").status == 404


def test_associating_through_a_collection(sandbox: Sandbox, client: Client, lead: dict[str, Any]) -> None:
    """POST of a reference ties a row, DELETE by key or by $id unties it."""
    other = next(
        row["accountid"] for row in sandbox.data.rows("account") if row["accountid"] != lead["_parentaccountid_value"]
    )
    path, reference = f"{API}/accounts({other})/lead_parent_account", f"{sandbox.url}{API}/leads({lead['leadid']})"
    assert client.ask("POST", f"{path}/$ref", {"@odata.id": reference}).status == 204
    assert sandbox.lead(lead["leadid"])["_parentaccountid_value"] == other
    assert client.ask("DELETE", f"{path}({lead['leadid']})/$ref").status == 204
    assert sandbox.lead(lead["leadid"])["_parentaccountid_value"] is None
    client.ask("POST", f"{path}/$ref", {"@odata.id": reference})
    assert client.ask("DELETE", f"{path}/$ref?$id={quote(reference)}").status == 204
    assert sandbox.lead(lead["leadid"])["_parentaccountid_value"] is None
    assert client.ask("DELETE", f"{path}/$ref?$id=accounts({other})").status == 400
    assert client.ask("PUT", f"{path}/$ref", {"@odata.id": reference}).status == 405
    sandbox.dataverse.access.revoke("prvAppendToAccount")
    assert client.ask("POST", f"{path}/$ref", {"@odata.id": reference}).status == 403


def test_untying_what_is_not_tied_changes_nothing(
    sandbox: Sandbox, client: Client, lead: dict[str, Any], account: str
) -> None:
    """A DELETE through the collection of another row leaves the lookup as it is."""
    other = next(row["accountid"] for row in sandbox.data.rows("account") if row["accountid"] != account)
    path = f"{API}/accounts({other})/lead_parent_account({lead['leadid']})/$ref"
    assert client.ask("DELETE", path).status == 204
    assert sandbox.lead(lead["leadid"])["_parentaccountid_value"] == account


def test_expanding_a_collection(sandbox: Sandbox, client: Client, account: str) -> None:
    """Rows of a collection come along with their own columns, filter, order and number, and a link to the rest."""
    inside = "$select=lastname;$filter=statecode eq 0 or contains(lastname,'a;b,(c');$orderby=lastname desc;$top=2"
    answer = client.get(f"accounts({account})", select="name", expand=f"lead_parent_account({inside})")
    rows = answer.json["lead_parent_account"]
    wanted = sorted(
        (lead["lastname"].lower() for lead in sandbox.leads()
         if lead["_parentaccountid_value"] == account and lead["statecode"] == 0), reverse=True,
    )  # fmt: skip
    assert [row["lastname"].lower() for row in rows] == wanted[:2]
    assert set(rows[0]) == {"@odata.etag", "leadid", "lastname"}
    link = answer.json["lead_parent_account@odata.nextLink"]
    assert client.follow(link).value[0] == rows[0]


def test_expanding_for_a_page(sandbox: Sandbox, client: Client) -> None:
    """Every row of a page has its own collection, those without rows an empty one."""
    rows = client.get("accounts", select="name", expand="lead_parent_account($select=leadid)").value
    for row in rows:
        assert [each["leadid"] for each in row["lead_parent_account"]] == _leads_of(sandbox, row["accountid"])


def test_expanding_what_is_empty(sandbox: Sandbox, client: Client) -> None:
    """A row without rows in its collection has an empty one."""
    account = sandbox.data.add("account", {"name": "Lonely Works"})
    row = client.get(f"accounts({account})", select="name", expand="lead_parent_account($select=leadid)").json
    assert row["lead_parent_account"] == []


def test_expanding_inside_what_is_expanded(client: Client, account: str) -> None:
    """An expanded row can expand its own; with a page size its collections are paged."""
    nested = "lead_parent_account($select=leadid;$expand=parentaccountid($select=name))"
    whole = client.get(f"accounts({account})", expand=nested).json
    assert {row["parentaccountid"]["accountid"] for row in whole["lead_parent_account"]} == {account}
    assert "lead_parent_account@odata.nextLink" not in whole
    paged = client.get(f"accounts({account})", "odata.maxpagesize=1", expand=nested).json
    assert len(paged["lead_parent_account"]) == 1
    if len(whole["lead_parent_account"]) > 1:
        assert "lead_parent_account@odata.nextLink" in paged


@pytest.mark.parametrize(
    "expand",
    [
        "lead_parent_account($skip=1)", "lead_parent_account($count=true)", "lead_parent_account($levels=2)",
        "lead_parent_account($search=x)", "primarycontactid($top=1)", "primarycontactid($filter=fullname eq 'x')",
        "primarycontactid($orderby=fullname)", "nonsense", "lead_parent_account(", "lead_parent_account($top)",
        "lead_parent_account($top=1;$top=2)",
    ],
)  # fmt: skip
def test_expands_that_are_refused(client: Client, expand: str) -> None:
    """Options that $expand does not take, and what is not well-formed, are refused."""
    answer = client.get("accounts", expand=expand)
    assert (answer.status, answer.code) == (400, "0x80060888")


def test_nested_expand_with_pages_takes_no_order(client: Client) -> None:
    """With a page size, $top and $orderby inside a nested $expand are refused."""
    inside = "lead_parent_account($select=leadid;$orderby=leadid;$expand=parentaccountid($select=name))"
    assert client.get("accounts", "odata.maxpagesize=5", expand=inside).code == "0x80060888"
    assert client.get("accounts", expand=inside).status == 200


def test_fifteen_expands(client: Client) -> None:
    """Fifteen expands are enough, nested ones counted too."""
    fifteen = ",".join(["parentaccountid($select=name)"] * 13) + ",parentcontactid($expand=parentcustomerid_account)"
    assert client.get("leads", expand=fifteen, top="1").status == 200
    assert client.get("leads", expand=f"{fifteen},campaignid", top="1").status == 400


def test_any_and_all(sandbox: Sandbox, client: Client) -> None:
    """Any holds where a row of the collection fits, all where every one does, of none too; any() where there is one."""
    open_leads, all_open, with_leads = set(), set(), set()
    for row in sandbox.data.rows("account"):
        states = [lead["statecode"] for lead in sandbox.leads() if lead["_parentaccountid_value"] == row["accountid"]]
        open_leads |= {row["accountid"]} if 0 in states else set()
        all_open |= {row["accountid"]} if all(state == 0 for state in states) else set()
        with_leads |= {row["accountid"]} if states else set()

    def found(condition: str) -> set[str]:
        return {row["accountid"] for row in client.get("accounts", select="accountid", filter=condition).value}

    assert found("lead_parent_account/any(o:o/statecode eq 0)") == open_leads
    assert found("lead_parent_account/all(o:o/statecode eq 0)") == all_open
    assert found("lead_parent_account/any()") == with_leads
    assert found(
        "not lead_parent_account/any() or lead_parent_account/any(o:(o/statecode eq 0 and o/leadid ne null))"
    ) == (open_leads | ({row["accountid"] for row in sandbox.data.rows("account")} - with_leads))


@pytest.mark.parametrize(
    "condition",
    [
        "lead_parent_account/any(o:statecode eq 0)", "lead_parent_account/all()", "nonsense/any()",
        "lead_parent_account/any(o:o eq 0)", "lead_parent_account/any(o:o/nonsense eq 0)",
        "primarycontactid/contact_customer_contacts/any()", "lead_parent_account/any(o:x/Lead_Emails/any())",
        "lead_parent_account/any(o:o/statecode eq 0", "lead_parent_account eq null",
    ],
)  # fmt: skip
def test_lambdas_that_are_refused(client: Client, condition: str) -> None:
    """A lambda has to be over a collection of the table, and its condition about its variable."""
    assert client.get("accounts", filter=condition).status == 400
