"""Reading rows over HTTPS: options, paging, annotations, linked rows, refusals."""

from __future__ import annotations

import itertools
import re

import pytest
import requests

from connector.sandbox import Sandbox, start_sandbox
from connector.sandbox.dataverse.tables.choices import MARKETING_QUALIFIED

from .support import API, Client

FORMATTED = "@OData.Community.Display.V1.FormattedValue"


def test_service_document_lists_the_tables(reader: Client) -> None:
    """The root names every entity set."""
    names = {entry["name"] for entry in reader.get("").value}
    assert {"leads", "accounts", "contacts", "systemusers", "appmodules", "organizations"} <= names


def test_who_am_i_names_user_and_organization(reader: Client, campaign: Sandbox) -> None:
    """WhoAmI answers with the application user, on every version path."""
    answer = reader.get("WhoAmI")
    assert set(answer.json) >= {"BusinessUnitId", "UserId", "OrganizationId"}
    user = campaign.data.row("systemuser", answer.json["UserId"])
    assert user is not None
    assert user["applicationid"] == campaign.settings["CONNECTOR_CLIENT_ID"]
    assert reader.ask("GET", "/api/data/v9.1/WhoAmI()").json["UserId"] == answer.json["UserId"]
    assert reader.ask("GET", "/api/data/v8.2/WhoAmI").status == 404


def test_select_gives_those_columns_key_and_etag_only(reader: Client) -> None:
    """A row has what was selected, its key, its etag, and no annotation that nobody asked for."""
    rows = reader.get("leads", select="jobtitle,_parentaccountid_value", top="3").value
    assert len(rows) == 3
    for row in rows:
        assert set(row) == {"@odata.etag", "leadid", "jobtitle", "_parentaccountid_value"}
        assert re.fullmatch(r'W/"\d+"', row["@odata.etag"])


def test_money_brings_its_currency(reader: Client) -> None:
    """An amount comes with the lookup of its currency."""
    row = reader.get("accounts", select="revenue", filter="revenue ne null", top="1").value[0]
    assert isinstance(row["revenue"], float)
    assert row["_transactioncurrencyid_value"]


def test_annotations_come_when_asked_for(reader: Client) -> None:
    """Formatted values and the tables of lookups stand beside values that are not null."""
    options = {"select": "statuscode,_parentaccountid_value", "filter": "_parentaccountid_value ne null", "top": "1"}
    answer = reader.get("leads", prefer='odata.include-annotations="*"', **options)
    row = answer.value[0]
    assert row[f"statuscode{FORMATTED}"] in {"New", "Contacted", "Marketing Qualified", "Recycled", "Qualified", "Lost"}
    assert row["_parentaccountid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "account"
    assert row["_parentaccountid_value@Microsoft.Dynamics.CRM.associatednavigationproperty"] == "parentaccountid"
    assert answer.headers["Preference-Applied"] == 'odata.include-annotations="*"'
    assert answer.json["@Microsoft.Dynamics.CRM.totalrecordcount"] == -1
    without = reader.get("leads", select="_parentaccountid_value", filter="_parentaccountid_value eq null", top="1",
                         prefer='odata.include-annotations="*"').value[0]  # fmt: skip
    assert set(without) == {"@odata.etag", "leadid", "_parentaccountid_value"}


def test_annotations_can_be_narrowed(reader: Client) -> None:
    """A pattern brings the annotations that it names, no others."""
    row = reader.get(
        "leads", select="statuscode,_ownerid_value", top="1", prefer='odata.include-annotations="OData.Community.*"'
    ).value[0]
    assert f"_ownerid_value{FORMATTED}" in row
    assert "_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname" not in row


def test_expand_brings_the_linked_row_or_null(reader: Client) -> None:
    """A single-valued navigation property brings the columns that it selects."""
    nested = "parentaccountid($select=name;$expand=ownerid($select=fullname))"
    rows = reader.get("leads", select="fullname", expand=nested, top="50").value
    linked = [row["parentaccountid"] for row in rows if row["parentaccountid"]]
    assert linked
    assert set(linked[0]) == {"@odata.etag", "accountid", "name", "ownerid"}
    assert linked[0]["ownerid"]["fullname"].startswith("Seller")
    assert any(row["parentaccountid"] is None for row in rows)


def test_customer_is_told_apart_by_its_table(reader: Client, campaign: Sandbox) -> None:
    """A polymorphic lookup expands by the property of its table, and says which it is."""
    options = {"select": "_customerid_value", "filter": "_customerid_value ne null"}
    rows = reader.get("leads", prefer='odata.include-annotations="*"', expand="customerid_account($select=name)",
                      **options).value  # fmt: skip
    tables = {row["_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] for row in rows}
    assert tables == {"account", "contact"}
    for row in rows:
        is_account = row["_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "account"
        assert (row["customerid_account"] is not None) is is_account
        assert (campaign.data.row("account", row["_customerid_value"]) is not None) is is_account


@pytest.mark.parametrize(
    "condition",
    [
        "statecode eq 0",
        "statecode ne 0",
        "contains(jobtitle,'FINAN')",
        "startswith(fullname,'a') or endswith(emailaddress1,'.com')",
        "not contains(jobtitle,'finan')",
        "jobtitle eq null and statecode eq 0",
        "(budgetstatus ge 2 or decisionmaker eq true) and statecode eq 0",
        "createdon ge 2026-11-01T00:00:00Z and createdon lt 2026-11-10T00:00:00.500+01:00",
        "createdon gt 2026-11-01",
        "parentaccountid/name eq 'no such company'",
        "parentaccountid/numberofemployees ge 500",
        "Microsoft.Dynamics.CRM.In(PropertyName='statuscode',PropertyValues=['1','2'])",
        "Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=7)",
        "firstname eq lastname",
        "lastname eq 'O''Dwyer-Finch'",
    ],
)
def test_a_filter_and_its_opposite_divide_the_table(reader: Client, condition: str) -> None:
    """Every filter of the grammar works, and together with its negation it gives each row once."""
    chosen = {row["leadid"] for row in reader.get("leads", select="leadid", filter=condition).value}
    others = {row["leadid"] for row in reader.get("leads", select="leadid", filter=f"not ({condition})").value}
    assert not chosen & others
    assert len(chosen | others) == 325


def test_filters_mean_what_they_say(reader: Client, campaign: Sandbox) -> None:
    """A filter gives the rows for which the same condition holds in plain Python."""
    expected = {
        lead["leadid"]
        for lead in campaign.leads()
        if lead["statecode"] == 0
        and "finan" in (lead["jobtitle"] or "").lower()
        and lead["statuscode"] != MARKETING_QUALIFIED
    }
    condition = f"statecode eq 0 and contains(jobtitle,'Finan') and statuscode ne {MARKETING_QUALIFIED}"
    assert {row["leadid"] for row in reader.get("leads", filter=condition, select="leadid").value} == expected
    assert expected


def test_an_alias_stands_for_its_value(reader: Client) -> None:
    """A parameter alias may be used in a filter."""
    answer = reader.get("leads?@p1=0", filter="statecode eq @p1", select="leadid", count="true")
    assert answer.json["@odata.count"] == 300


def test_ids_may_be_quoted_and_listed(reader: Client, campaign: Sandbox) -> None:
    """An id is found plain, quoted, and in a list; one that is not there is simply missing."""
    ids = [lead["leadid"] for lead in campaign.leads()[:3]]
    assert len(reader.get("leads", filter=f"leadid eq {ids[0]}").value) == 1
    assert len(reader.get("leads", filter=f"leadid eq '{ids[0]}'").value) == 1
    listed = ",".join(f"'{each}'" for each in [*ids, "00000000-0000-4000-8000-000000000000"])
    condition = f"Microsoft.Dynamics.CRM.In(PropertyName='leadid',PropertyValues=[{listed}])"
    assert [row["leadid"] for row in reader.get("leads", filter=condition, select="leadid").value] == ids


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ({"select": "nosuchcolumn"}, "0x80060888", "nosuchcolumn"),
        ({"select": "parentaccountid"}, "0x80060888", "parentaccountid"),
        ({"filter": "nosuchcolumn eq 1"}, "0x80060888", "nosuchcolumn"),
        ({"filter": "parentaccountid eq null"}, "0x80060888", "parentaccountid"),
        ({"filter": "statecode eq 'Open'"}, "0x80060888", "incompatible"),
        ({"filter": "fullname eq 5"}, "0x80060888", "incompatible"),
        ({"filter": "createdon ge '2026-01-01'"}, "0x80060888", "incompatible"),
        ({"filter": "fullname like 'x'"}, "0x80060888", "like"),
        ({"filter": "statecode eq 0 and"}, "0x80060888", "Syntax"),
        ({"filter": "statecode eq 0)"}, "0x80060888", "Syntax"),
        ({"filter": "fullname eq 'x"}, "0x80060888", "Syntax"),
        ({"filter": "contains(numberofemployees,'1')"}, "0x80060888", "text"),
        ({"filter": "statecode eq @p9"}, "0x80060888", "alias"),
        ({"filter": " or ".join(["statecode eq 0"] * 501)}, "0x8004430C", "500"),
        ({"orderby": "nosuchcolumn"}, "0x80060888", "nosuchcolumn"),
        ({"orderby": "createdon down"}, "0x80060888", "down"),
        ({"expand": "nosuchlink"}, "0x80060888", "nosuchlink"),
        ({"expand": "parentaccountid($filter=name eq 'x')"}, "0x80060888", "$filter"),
        ({"expand": ",".join(["parentaccountid"] * 16)}, "0x80060888", "15"),
        ({"top": "many"}, "0x80060888", "many"),
        ({"count": "yes"}, "0x80060888", "yes"),
        ({"skip": "10"}, "0x80060888", "Skip"),
        ({"search": "x"}, "0x80060888", "Search"),
        ({"format": "json"}, "0x80060888", "$format"),
        ({"Select": "fullname"}, "0x80060888", "$Select"),
        ({"skiptoken": "x"}, "0x80040203", "cookie"),
    ],
)
def test_what_dataverse_refuses_is_refused(reader: Client, options: dict[str, str], code: str, says: str) -> None:
    """A wrong name, type, option or syntax is a 400 with a code and a message that names it."""
    answer = reader.get("leads", **options)
    assert (answer.status, answer.code) == (400, code)
    assert says in answer.message


def test_unknown_options_without_dollar_are_refused(reader: Client) -> None:
    """A forgotten dollar sign is told, not ignored; a tag is let through; a repeated option is refused."""
    assert reader.get("leads?select=fullname").status == 400
    assert reader.get("leads?tag=ours&$top=1").status == 200
    assert reader.get("leads?$top=1&$top=2").status == 400
    assert reader.get("leads?savedQuery=00000000-0000-4000-8000-000000000000").status == 501


def test_one_row_by_id(reader: Client, campaign: Sandbox) -> None:
    """A row is read by its id, with columns and linked rows, and refuses options of collections."""
    lead_id = campaign.leads()[0]["leadid"]
    row = reader.get(f"leads({lead_id})", select="fullname", expand="parentaccountid($select=name)")
    assert row.json["leadid"] == lead_id
    assert row.headers["ETag"] == row.json["@odata.etag"]
    assert reader.get(f"leads({lead_id})", filter="statecode eq 0").status == 400
    assert reader.get("leads(00000000-0000-4000-8000-000000000000)").code == "0x80040217"
    assert reader.get("leads(emailaddress1='x')").status == 400
    assert reader.get("nosuchset").status == 404
    assert reader.get(f"leads({lead_id})/nosuchcolumn").status == 404


def test_unchanged_row_is_304(reader: Client, campaign: Sandbox) -> None:
    """A read with the etag that still holds has no body; with an expand the header is not used."""
    lead_id = campaign.leads()[0]["leadid"]
    known = reader.get(f"leads({lead_id})").headers["ETag"]
    again = reader.get_with({"If-None-Match": known}, f"leads({lead_id})")
    assert (again.status, again.body) == (304, b"")
    assert reader.get_with({"If-None-Match": "null"}, f"leads({lead_id})").status == 200
    assert reader.get_with({"If-None-Match": known}, f"leads({lead_id})", expand="parentaccountid").status == 200


def test_one_column_of_a_row(reader: Client, campaign: Sandbox) -> None:
    """A column has an address of its own, with and without its wrapping; a null has no content."""
    lead = next(lead for lead in campaign.leads() if lead["jobtitle"] and lead["revenue"] is None)
    assert reader.get(f"leads({lead['leadid']})/jobtitle").json["value"] == lead["jobtitle"]
    assert reader.get(f"leads({lead['leadid']})/jobtitle/$value").body.decode() == lead["jobtitle"]
    assert reader.get(f"leads({lead['leadid']})/revenue").status == 204


def test_count_is_text_and_capped(reader: Client) -> None:
    """The number of rows that a filter keeps is plain text."""
    assert reader.get("leads/$count").body == b"325"
    assert reader.get("leads/$count", filter="statecode eq 0").body == b"300"


def test_pages_give_every_row_once(reader: Client, campaign: Sandbox) -> None:
    """Following nextLink gives each row once, whatever the size; the last page has no link."""
    pages = list(reader.pages(reader.get("leads", select="fullname", prefer="odata.maxpagesize=40"),
                              prefer="odata.maxpagesize=40"))  # fmt: skip
    assert [len(page.value) for page in pages] == [40] * 8 + [5]
    ids = [row["leadid"] for page in pages for row in page.value]
    assert ids == [lead["leadid"] for lead in campaign.leads()]
    assert "%3c" in pages[0].json["@odata.nextLink"]  # escapes in lower case, as Dataverse writes them


@pytest.mark.parametrize(
    "order", ["createdon desc", "jobtitle,fullname desc", "_parentaccountid_value", "statuscode desc"]
)
def test_pages_keep_an_order(reader: Client, order: str) -> None:
    """A sort holds across pages, nulls first when ascending, and each row comes once."""
    whole = reader.get("leads", select="leadid", orderby=order).value
    first = reader.get("leads", select="leadid", orderby=order, prefer="odata.maxpagesize=33")
    paged = [row["leadid"] for page in reader.pages(first, "odata.maxpagesize=33") for row in page.value]
    assert paged == [row["leadid"] for row in whole]
    assert len(set(paged)) == 325


def test_orders_sort(reader: Client) -> None:
    """Text sorts without case, lookups by the name of the linked row, choices by value."""
    titles = [row["jobtitle"] for row in reader.get("leads", select="jobtitle", orderby="jobtitle desc").value]
    known = [title.lower() for title in titles if title is not None]
    assert known == sorted(known, reverse=True)
    assert titles[-1] is None
    names = reader.get("leads", expand="parentaccountid($select=name)", orderby="_parentaccountid_value",
                       filter="_parentaccountid_value ne null").value  # fmt: skip
    found = [row["parentaccountid"]["name"].lower() for row in names]
    assert found == sorted(found)


def test_a_changed_next_link_is_refused(reader: Client) -> None:
    """Options must not be added to a nextLink."""
    link = reader.get("leads", select="fullname", prefer="odata.maxpagesize=10").json["@odata.nextLink"]
    assert reader.follow(f"{link}&$filter=statecode%20eq%200").code == "0x80040203"


def test_rows_that_come_in_between_do_not_shift_pages(sandbox: Sandbox, client: Client) -> None:
    """Rows that are added or deleted between two pages neither repeat nor hide others."""
    first = client.get("leads", select="leadid", prefer="odata.maxpagesize=20")
    seen = [row["leadid"] for row in first.value]
    sandbox.delete_lead(seen[3])
    sandbox.add_lead({"leadid": "00000000-0000-4000-8000-000000000000", "lastname": "Early"})
    rest = [row["leadid"] for page in itertools.islice(client.pages(first, "odata.maxpagesize=20"), 1, None)
            for row in page.value]  # fmt: skip
    assert len(seen) + len(rest) == len(set(seen) | set(rest)) == 65


def test_top_ends_the_result_unless_a_page_size_is_given(reader: Client) -> None:
    """$top gives that many and no link; with odata.maxpagesize it is ignored, as Dataverse does."""
    assert "@odata.nextLink" not in reader.get("leads", top="5").json
    assert len(reader.get("leads", top="5", prefer="odata.maxpagesize=30").value) == 30


def test_too_large_a_page_size_is_ignored() -> None:
    """The server's own page size is the largest; what is above is ignored and not confirmed."""
    with start_sandbox(leads=30, closed=0, accounts=3, page_size=20) as sandbox:
        client = Client(sandbox)
        answer = client.get("leads", prefer="odata.maxpagesize=5000")
        assert len(answer.value) == 20
        assert "Preference-Applied" not in answer.headers
        client.close()


def test_requests_pages_ten_thousand_leads() -> None:
    """The `requests` library reads ten thousand leads in pages of 1,000: ten reads, each row once."""
    with start_sandbox(leads=10_000, closed=50, accounts=500) as sandbox, requests.Session() as session:
        session.verify = sandbox.settings["CONNECTOR_CA_BUNDLE"]
        token = sandbox.mint_token(audience=sandbox.url, version=1)
        session.headers.update({"Authorization": f"Bearer {token}", "Prefer": "odata.maxpagesize=1000"})
        url, seen = f"{sandbox.url}{API}/leads?$select=fullname&$filter=statecode eq 0", set()
        while url:
            page = session.get(url, timeout=20).json()
            seen |= {row["leadid"] for row in page["value"]}
            url = page.get("@odata.nextLink", "")
        assert len(seen) == 10_000
        assert sandbox.calls.count("dataverse", "read") == 10


def test_long_urls_are_refused(reader: Client) -> None:
    """A GET of more than 32,768 characters is too long."""
    listed = ",".join(f"'{number:036d}'" for number in range(900))
    condition = f"Microsoft.Dynamics.CRM.In(PropertyName='fullname',PropertyValues=[{listed}])"
    assert reader.get("leads", filter=condition).status == 414
