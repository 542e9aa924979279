"""What Dataverse is documented to refuse or to do, section by section, where no other file here has it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from connector.sandbox import Sandbox

from .batches import operation, parts_of, send
from .support import API, Client

# --- protocol --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{"OData-Version": "4.01"}, {"OData-Version": "3.0"}, {"OData-MaxVersion": "3.0"}, {"OData-MaxVersion": "x"}],
)
def test_other_versions_of_odata_are_refused(reader: Client, headers: dict[str, str]) -> None:
    """The service speaks OData 4.0 and says so; 4.01 as the highest version that a client knows is fine."""
    assert reader.ask("GET", f"{API}/WhoAmI", headers=headers).status == 400
    assert reader.ask("GET", f"{API}/WhoAmI", headers={"OData-MaxVersion": "4.01"}).status == 200
    (part,) = parts_of(send(reader, operation("GET", "WhoAmI", OData_Version="4.01")))
    assert part.status == 400


def test_the_recommended_headers_of_a_read(reader: Client) -> None:
    """If-None-Match: null, which the documentation recommends, is no condition."""
    assert reader.get_with({"If-None-Match": "null"}, "leads", top="1").status == 200


@pytest.mark.parametrize("version", ["v9.0", "v9.1", "v9.2"])
def test_versions_of_the_path(reader: Client, version: str) -> None:
    """The older paths still answer, and links stay on the path that was asked."""
    answer = reader.ask("GET", f"/api/data/{version}/leads?$select=leadid", headers={"Prefer": "odata.maxpagesize=1"})
    assert f"/api/data/{version}/leads?" in answer.json["@odata.nextLink"]


def test_a_body_that_is_too_long(sandbox: Sandbox, client: Client) -> None:
    """An environment may refuse long bodies with 413."""
    sandbox.dataverse.longest_body = 1000
    answer = client.ask("POST", f"{API}/leads", {"lastname": "x", "description": "y" * 1000})
    assert (answer.status, answer.code) == (413, "0x8004418a")


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "leads"), ("PATCH", "leads"), ("DELETE", "leads"), ("POST", "WhoAmI"), ("DELETE", "WhoAmI"),
     ("GET", "PublishXml"), ("POST", "leads/$count"), ("POST", "leads(00000000-0000-4000-8000-000000000000)")],
)  # fmt: skip
def test_methods_that_an_address_does_not_take(client: Client, method: str, path: str) -> None:
    """An address answers 405 to a method that it does not have, or 404 where the method makes it another address."""
    assert client.ask(method, f"{API}/{path}", {}).status in {404, 405}


def test_what_is_left_out_answers_501(client: Client) -> None:
    """What Dataverse has and the sandbox has not is named in the refusal."""
    for path in (
        "$metadata", "leads?savedQuery=x", "leads?userQuery=x",
        "leads?$filter=" + quote("Microsoft.Dynamics.CRM.Yesterday(PropertyName='createdon')"),
        "leads?$apply=" + quote("groupby((parentaccountid/name))"),
    ):  # fmt: skip
        assert client.ask("GET", f"{API}/{path}").status == 501, path


# --- queries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "$skip=1", "$search=x", "$format=json", "$Select=leadid", "$SELECT=leadid", "select=leadid", "$inlinecount=all",
        "$count=yes", "$top=0", "$top=x", "$top=-1", "$select=parentaccountid", "$select=nonsense",
        "$filter=parentaccountid eq 11111111-1111-4111-8111-111111111111", "$filter=nonsense eq 1",
        "$filter=lastname eq 1", "$filter=lastname", "$filter=lastname has 'x'", "$filter=length(lastname) gt 3",
        "$filter=Microsoft.Dynamics.CRM.Nonsense(PropertyName='lastname')", "$orderby=lastname up",
        "$orderby=nonsense", "$orderby=@p1", "$expand=nonsense", "$expand=parentaccountid($skip=1)",
        "$expand=parentaccountid($filter=name eq @p1)&@p1='x'", "$levels=2", "$deltatoken=x", "$skiptoken=x",
        "$apply=nonsense", "fetchXml=x", "sql=x", "nonsense=1",
    ],
)  # fmt: skip
def test_queries_that_are_refused(reader: Client, query: str) -> None:
    """Options are case-sensitive, known by name, and right in every part; anything else is refused, never ignored."""
    answer = reader.ask("GET", f"{API}/leads?{quote(query, safe='$=&@')}")
    assert answer.status == 400, answer.body
    assert answer.message


def test_aliases_stand_in_filter_and_order(reader: Client) -> None:
    """Parameter aliases are replaced in $filter and $orderby."""
    answer = reader.ask("GET", f"{API}/leads?$filter=statecode%20eq%20@p1&$orderby=@p2%20desc&@p1=0&@p2=lastname")
    names = [row["lastname"].lower() for row in answer.value]
    assert names == sorted(names, reverse=True)


def test_five_hundred_conditions(reader: Client) -> None:
    """500 conditions are answered, 501 refused with their own code."""
    condition = " or ".join(["numberofemployees eq 1"] * 500)
    assert reader.get("leads", filter=condition, top="1").status == 200
    answer = reader.get("leads", filter=f"{condition} or statecode eq 0", top="1")
    assert (answer.status, answer.code) == (400, "0x8004430C")


def test_counts_stop_at_five_thousand(sandbox: Sandbox, client: Client) -> None:
    """$count is capped at 5,000 in a page and by itself; the snapshot of all rows is not."""
    sandbox.data.store.load("campaign", ({"campaignid": f"{n:08x}-0000-4000-8000-000000000000"} for n in range(5001)))
    assert client.get("campaigns", count="true", top="1").json["@odata.count"] == 5000
    assert client.get("campaigns/$count").body == b"5000"
    total = client.get("RetrieveTotalRecordCount(EntityNames=['campaign','contact'])").json[
        "EntityRecordCountCollection"
    ]
    assert total["Values"][0] >= 5001
    assert total["Keys"] == ["campaign", "contact"]
    assert client.get("RetrieveTotalRecordCount(EntityNames=@p1)?@p1=['campaign']").status == 200
    assert client.get("RetrieveTotalRecordCount(EntityNames=['nothing'])").status == 404
    assert client.get("RetrieveTotalRecordCount").status == 400
    assert client.get("WhoAmI?$select=UserId").status == 400


# --- change tracking -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["filter=statecode eq 0", "orderby=lastname", "expand=parentaccountid", "top=5"])
def test_tracking_takes_select_alone(reader: Client, option: str) -> None:
    """With change tracking every other option is refused by name."""
    name, _, value = option.partition("=")
    answer = reader.get("leads", "odata.track-changes", **{name: value})
    assert answer.status == 400
    assert f"The ${name} query parameter isn't supported" in answer.message


def test_a_client_that_takes_links_apart(sandbox: Sandbox, client: Client) -> None:
    """A client may re-encode the parts of a link: names arrive escaped, and a delta call brings the token alone."""
    prefer = "odata.track-changes,odata.maxpagesize=20"
    page = client.get("leads", prefer, select="leadid,modifiedon")
    rows = len(page.value)
    while "@odata.nextLink" in page.json:
        pairs = parse_qsl(urlsplit(page.json["@odata.nextLink"]).query)
        query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
        page = client.ask("GET", f"{API}/leads?{query}", headers={"Prefer": prefer})
        rows += len(page.value)
    assert rows == 65
    token = dict(parse_qsl(urlsplit(page.json["@odata.deltaLink"]).query))["$deltatoken"]
    lead = sandbox.leads()[0]["leadid"]
    sandbox.update_lead(lead, {"subject": "Changed"})
    delta = client.ask("GET", f"{API}/leads?%24deltatoken={quote(token, safe='')}", headers={"Prefer": prefer})
    assert [row["leadid"] for row in delta.value] == [lead]
    assert "modifiedon" in delta.value[0]


def test_discovery_by_batches_of_metadata(client: Client) -> None:
    """A connector discovers tables with their columns, then asks for the types of dates in one batch of many reads."""
    listed = client.get(
        "EntityDefinitions", select="LogicalName,EntitySetName,PrimaryIdAttribute,CanChangeTrackingBeEnabled,"
        "ChangeTrackingEnabled", expand="Attributes($select=LogicalName,AttributeType)",
    )  # fmt: skip
    names = [each["LogicalName"] for each in listed.value]
    assert {"lead", "account"} <= set(names)
    cast = "Attributes/Microsoft.Dynamics.CRM.DateTimeAttributeMetadata?$select=LogicalName,DateTimeBehavior"
    asked = [operation("GET", f"{API}/EntityDefinitions(LogicalName='{name}')/{cast}") for name in names]
    parts = parts_of(send(client, *asked))
    assert {part.status for part in parts} == {200}
    of_lead = parts[names.index("lead")].json["value"]
    assert {"createdon", "modifiedon"} <= {each["LogicalName"] for each in of_lead}


# --- writing ---------------------------------------------------------------------------------------------------------


def test_duplicate_detection_is_off_until_asked_for(sandbox: Sandbox, client: Client) -> None:
    """Only MSCRM.SuppressDuplicateDetection: false runs the rule; its refusal is a 412 with its own code, or a 500."""
    sandbox.dataverse.tables.writing.duplicate_columns["lead"] = "emailaddress1"
    body = {"lastname": "x", "emailaddress1": "twice@example.com"}
    asked = {"MSCRM.SuppressDuplicateDetection": "false"}
    assert client.ask("POST", f"{API}/leads", body, asked).status == 204
    assert client.ask("POST", f"{API}/leads", body).status == 204
    answer = client.ask("POST", f"{API}/leads", body, asked)
    assert (answer.status, answer.code) == (412, "0x80040333")
    lead = next(each["leadid"] for each in sandbox.leads() if each["emailaddress1"] == "twice@example.com")
    assert client.ask("PATCH", f"{API}/leads({lead})", body, {**asked, "If-Match": "*"}).status == 412
    assert client.ask("PATCH", f"{API}/leads({lead})", {"subject": "x"}, {**asked, "If-Match": "*"}).status == 204
    sandbox.dataverse.tables.writing.duplicate_status = 500
    assert client.ask("POST", f"{API}/leads", body, asked).status == 500


@pytest.mark.parametrize(
    "body",
    [
        {"LastName": "x"}, {"nonsense": 1}, {"parentaccountid": "x"}, {"_parentaccountid_value": None},
        {"ParentAccountId@odata.bind": "accounts(11111111-1111-4111-8111-111111111111)"}, {"statecode": 5},
        {"parentaccountid@odata.bind": "leads(11111111-1111-4111-8111-111111111111)"}, {"createdon": "2026-01-01"},
        {"fullname": "x"}, {"donotemail": "yes"}, {"numberofemployees": 1.5}, {"revenue": "12"},
        {"leadsourcecode": 999}, {"lastname": "x" * 51}, {"statecode": 1, "statuscode": 1},
        {"parentaccountid": {"name": "Deep"}},
    ],
)  # fmt: skip
def test_bodies_that_are_refused(sandbox: Sandbox, client: Client, body: dict[str, Any]) -> None:
    """Names are case-sensitive, types are exact, links go by navigation properties, states and reasons fit."""
    lead = next(each for each in sandbox.leads() if each["statecode"] == 0)
    answer = client.patch(lead["leadid"], body, If_Match="*")
    assert answer.status in {400, 501}, answer.body
    assert sandbox.lead(lead["leadid"]) == lead


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", ""])
def test_bodies_are_json(client: Client, kind: str) -> None:
    """A body of another type is refused."""
    headers = {"Content-Type": kind} if kind else {}
    assert client.ask("POST", f"{API}/leads", b'{"lastname": "x"}', headers).status == 415
