"""FetchXML, SQL and $apply over HTTPS: what they keep, join, group and order, and what is refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from connector.sandbox import Sandbox
from connector.sandbox.dataverse.query import plans

from .batches import operation, parts_of, send
from .support import API, Client


def _fetch(inside: str, entity: str = "lead", **attributes: str) -> str:
    named = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return "leads?fetchXml=" + quote(f'<fetch{named}><entity name="{entity}">{inside}</entity></fetch>')


@pytest.mark.parametrize(
    "path",
    [
        _fetch('<attribute name="nonsense"/>'), _fetch("<nonsense/>"), _fetch("", entity="account"),
        _fetch("", nonsense="1"), _fetch("", top="5", count="5"), _fetch("", top="5001"), _fetch("", count="x"),
        _fetch("", page="99999"), _fetch("", paging_cookie="x"), _fetch('<filter type="xor"/>'),
        _fetch('<filter><condition attribute="nonsense" operator="eq" value="1"/></filter>'),
        _fetch('<filter><condition attribute="statecode" operator="eq"/></filter>'),
        _fetch('<filter><condition attribute="statecode" operator="eq" value="x"/></filter>'),
        _fetch('<filter><condition entityname="x" attribute="statecode" operator="eq" value="1"/></filter>'),
        _fetch('<link-entity name="nonsense"/>'), _fetch('<attribute name="lastname"/>', aggregate="true"),
        _fetch('<attribute name="lastname" alias="x" aggregate="median"/>', aggregate="true"),
        _fetch('<attribute name="lastname" alias="x" aggregate="count"/>'),
        _fetch('<link-entity name="account" from="accountid" to="parentaccountid" alias="a"/>' * 2),
        _fetch('<filter><filter><attribute name="lastname"/></filter></filter>'),
        "leads?fetchXml=" + quote("<!DOCTYPE x><fetch/>"), "leads?fetchXml=" + quote("<fetch>"),
        "leads?fetchXml=" + quote("<other/>"), _fetch("") + "&$top=1", "leads/$count?fetchXml=x",
    ],
)  # fmt: skip
def test_fetch_xml_that_is_refused(reader: Client, path: str) -> None:
    """Elements, attributes, names and values of FetchXML are checked; nothing is ignored."""
    assert reader.ask("GET", f"{API}/{path}").status == 400


def test_fetch_xml_has_five_hundred_conditions_at_most(reader: Client) -> None:
    """Inside a batch, where long addresses fit, 501 conditions are refused with their own code."""
    conditions = '<condition attribute="statecode" operator="eq" value="0"/>' * 501
    (part,) = parts_of(send(reader, operation("GET", _fetch(f"<filter>{conditions}</filter>"))))
    assert (part.status, part.code) == (400, "0x8004430C")


def test_fetch_xml_operators_that_are_left_out(reader: Client) -> None:
    """Operators that Dataverse has and the sandbox has not answer 501."""
    condition = '<filter><condition attribute="createdon" operator="last-fiscal-year"/></filter>'
    assert reader.ask("GET", f"{API}/{_fetch(condition)}").status == 501
    link = '<link-entity name="account" from="accountid" to="parentaccountid" link-type="exists"/>'
    assert reader.ask("GET", f"{API}/{_fetch(link)}").status == 501


@pytest.mark.parametrize(
    ("operator", "values", "keeps"),
    [
        ("eq", ["12"], lambda n: n == 12), ("ne", ["12"], lambda n: n != 12),
        ("gt", ["50"], lambda n: n is not None and n > 50),
        ("ge", ["50"], lambda n: n is not None and n >= 50), ("lt", ["50"], lambda n: n is not None and n < 50),
        ("le", ["50"], lambda n: n is not None and n <= 50), ("null", [], lambda n: n is None),
        ("not-null", [], lambda n: n is not None), ("in", ["12", "50"], lambda n: n in {12, 50}),
        ("between", ["10", "50"], lambda n: n is not None and 10 <= n <= 50),
        ("not-between", ["10", "50"], lambda n: n is not None and not 10 <= n <= 50),
    ],
)  # fmt: skip
def test_fetch_xml_operators(campaign: Sandbox, reader: Client, operator: str, values: list[str], keeps: Any) -> None:
    """Operators keep the rows that they are documented to keep; `ne` keeps empty ones too."""
    written = "".join(f"<value>{value}</value>" for value in values)
    condition = f'<condition attribute="numberofemployees" operator="{operator}">{written}</condition>'
    inside = f'<attribute name="leadid"/><filter>{condition}</filter>'
    found = {row["leadid"] for row in reader.ask("GET", f"{API}/{_fetch(inside)}").value}
    assert found == {each["leadid"] for each in campaign.leads() if keeps(each["numberofemployees"])}


@pytest.mark.parametrize(
    ("operator", "value", "keeps"),
    [
        ("like", "%son", lambda name: name.endswith("son")),
        ("not-like", "%son", lambda name: not name.endswith("son")),
        ("begins-with", "M", lambda name: name.startswith("m")), ("ends-with", "n", lambda name: name.endswith("n")),
        ("not-begin-with", "M", lambda name: not name.startswith("m")), ("like", "_o%", lambda name: name[1:2] == "o"),
    ],
)  # fmt: skip
def test_fetch_xml_text(campaign: Sandbox, reader: Client, operator: str, value: str, keeps: Any) -> None:
    """Text ignores case; % stands for any text and _ for one character."""
    condition = f'<condition attribute="lastname" operator="{operator}" value="{value}"/>'
    inside = f'<attribute name="leadid"/><filter>{condition}</filter>'
    found = {row["leadid"] for row in reader.ask("GET", f"{API}/{_fetch(inside)}").value}
    assert found == {each["leadid"] for each in campaign.leads() if keeps(each["lastname"].lower())}


def test_fetch_xml_links(sandbox: Sandbox, client: Client) -> None:
    """Linked tables give their values under their alias; an outer link keeps rows without one, and its own filter."""
    inside = (
        '<attribute name="leadid"/><order attribute="leadid"/>'
        '<link-entity name="account" from="accountid" to="parentaccountid" alias="a" link-type="{}">'
        '<attribute name="name"/><attribute name="industrycode" alias="industry"/>'
        '<filter><condition attribute="name" operator="not-null"/></filter></link-entity>'
    )
    headers = {"Prefer": 'odata.include-annotations="*"'}
    bare = '<link-entity name="account" from="accountid" to="parentaccountid"/>'
    assert len(client.ask("GET", f"{API}/{_fetch(bare)}").value) == sum(
        each["_parentaccountid_value"] is not None for each in sandbox.leads()
    )
    inner = client.ask("GET", f"{API}/{_fetch(inside.format('inner'))}", headers=headers).value
    outer = client.ask("GET", f"{API}/{_fetch(inside.format('outer'))}", headers=headers).value
    linked = [each["leadid"] for each in sandbox.leads() if each["_parentaccountid_value"]]
    assert [row["leadid"] for row in inner] == linked
    assert len(outer) == 65
    assert sum("a.name" in row for row in outer) == len(linked)
    assert inner[0]["industry@OData.Community.Display.V1.FormattedValue"]


def test_fetch_xml_aggregates_and_totals(campaign: Sandbox, reader: Client) -> None:
    """Groups are counted and ordered by alias; a distinct query gives every value once; totals come when asked for."""
    inside = (
        '<attribute name="statecode" alias="state" groupby="true"/>'
        '<attribute name="leadid" alias="n" aggregate="count"/>'
        '<attribute name="numberofemployees" alias="most" aggregate="max"/><order alias="n" descending="true"/>'
    )
    rows = reader.ask("GET", f"{API}/{_fetch(inside, aggregate='true')}").value
    assert rows[0]["n"] >= rows[-1]["n"]
    assert sum(row["n"] for row in rows) == len(campaign.leads())
    once = _fetch('<attribute name="statecode"/>', distinct="true")
    distinct = reader.ask("GET", f"{API}/{once}").value
    assert sorted(row["statecode"] for row in distinct) == sorted({each["statecode"] for each in campaign.leads()})
    headers = {"Prefer": 'odata.include-annotations="*"'}
    page = reader.ask("GET", f"{API}/{_fetch('', count='2', returntotalrecordcount='true')}", headers=headers).json
    assert page["@Microsoft.Dynamics.CRM.totalrecordcount"] == len(campaign.leads())
    assert page["@Microsoft.Dynamics.CRM.morerecords"] is True
    assert 'pagenumber="2"' in page["@Microsoft.Dynamics.CRM.fetchxmlpagingcookie"]
    assert len(page["value"]) == 2
    assert "subject" in page["value"][0]


def test_aggregates_stop_at_their_limit(campaign: Sandbox, reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many rows to aggregate are refused with their own code, in FetchXML as in $apply."""
    monkeypatch.setattr(plans, "MAX_AGGREGATED", len(campaign.leads()) - 1)
    fetch = _fetch('<attribute name="leadid" alias="n" aggregate="count"/>', aggregate="true")
    for path in (fetch, "leads?$apply=" + quote("aggregate($count as n)")):
        answer = reader.ask("GET", f"{API}/{path}")
        assert (answer.status, answer.code) == (400, "0x8004E023")


def test_apply(campaign: Sandbox, reader: Client) -> None:
    """Rows are filtered, grouped and aggregated."""
    text = (
        "filter(statecode eq 0)/groupby((leadsourcecode),aggregate($count as n,numberofemployees with average as size))"
    )
    rows = reader.ask("GET", f"{API}/leads?$apply={quote(text)}").value
    open_leads = [each for each in campaign.leads() if each["statecode"] == 0]
    assert {row["leadsourcecode"] for row in rows} == {each["leadsourcecode"] for each in open_leads}
    assert sum(row["n"] for row in rows) == len(open_leads)
    whole = "aggregate(numberofemployees with sum as total,lastname with countdistinct as names)"
    (row,) = reader.ask("GET", f"{API}/leads?$apply={quote(whole)}").value
    assert row["total"] == sum(each["numberofemployees"] or 0 for each in campaign.leads())
    assert row["names"] == len({each["lastname"].lower() for each in campaign.leads()})
    plain = reader.ask("GET", f"{API}/leads?$apply={quote('groupby((statecode))')}").value
    assert sorted(row["statecode"] for row in plain) == [0, 1, 2]


@pytest.mark.parametrize(
    "text",
    ["aggregate(x)", "groupby(statecode)", "groupby((nonsense))", "aggregate(numberofemployees with median as m)",
     "aggregate(nonsense with sum as s)", "groupby((statecode))/filter(statecode eq 0)", "filter(nonsense eq 1)"],
)  # fmt: skip
def test_apply_that_is_refused(reader: Client, text: str) -> None:
    """Transformations, methods and names of $apply are checked."""
    assert reader.ask("GET", f"{API}/leads?$apply={quote(text)}").status == 400


def test_plans_take_no_other_options(reader: Client) -> None:
    """A query that says everything in one option stands alone, is not tracked and does not narrow a collection."""
    apply = "$apply=" + quote("aggregate($count as n)")
    assert reader.ask("GET", f"{API}/leads?{apply}&$top=1").status == 400
    assert reader.ask("GET", f"{API}/leads?{apply}&sql=x").status == 400
    assert reader.ask("GET", f"{API}/leads?{apply}", headers={"Prefer": "odata.track-changes"}).status == 400
    account = reader.sandbox.leads()[0]["_parentaccountid_value"] or next(
        each["_parentaccountid_value"] for each in reader.sandbox.leads() if each["_parentaccountid_value"]
    )
    assert reader.ask("GET", f"{API}/accounts({account})/lead_parent_account?{apply}").status == 400
    assert reader.ask("GET", f"{API}/leads?{apply}&tag=x").status == 200


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM lead", "SELECT lastname FROM nothing", "SELECT nonsense FROM lead",
        "SELECT lastname FROM account",
        "SELECT TOP 5001 lastname FROM lead", "SELECT lastname FROM lead WHERE", "SELECT lastname, COUNT(*) FROM lead",
        "SELECT lastname FROM lead WHERE leadid IN (SELECT leadid FROM lead)", "UPDATE lead SET lastname = 'x'",
        "SELECT lastname FROM lead UNION SELECT name FROM account", "SELECT lastname FROM lead; DELETE FROM lead",
        "SELECT COUNT(*) FROM lead GROUP BY statecode HAVING COUNT(*) > 1",
        "SELECT lastname FROM lead WHERE lastname ~ 'x'",
        "SELECT lastname FROM lead l RIGHT JOIN account a ON l.parentaccountid = a.accountid", "SELECT lastname",
        "SELECT lastname FROM lead WHERE lastname = other", "SELECT x.lastname FROM lead",
        "SELECT TOP x lastname FROM lead",
        "SELECT lastname FROM lead l JOIN account a ON l.leadid = l.leadid",
        "SELECT createdon FROM lead JOIN lead lead ON 1",
        "SELECT createdon FROM lead l JOIN account a ON l.parentaccountid = a.accountid",
    ],
)  # fmt: skip
def test_sql_that_is_refused(reader: Client, statement: str) -> None:
    """What the SQL endpoint does not take is refused."""
    assert reader.ask("GET", f"{API}/leads?sql={quote(statement)}").status == 400


@pytest.mark.parametrize(
    ("condition", "keeps"),
    [
        ("lastname LIKE 'M%'", lambda lead: lead["lastname"].lower().startswith("m")),
        ("lastname NOT LIKE 'M%'", lambda lead: not lead["lastname"].lower().startswith("m")),
        ("numberofemployees IS NULL", lambda lead: lead["numberofemployees"] is None),
        ("numberofemployees IS NOT NULL AND statecode = 0",
         lambda lead: lead["numberofemployees"] is not None and lead["statecode"] == 0),
        ("numberofemployees BETWEEN 10 AND 50", lambda lead: 10 <= (lead["numberofemployees"] or 0) <= 50),
        ("(statecode = 2 OR statecode = 1) AND NOT lastname = 'x'", lambda lead: lead["statecode"] in {1, 2}),
        ("statecode IN (1, 2)", lambda lead: lead["statecode"] in {1, 2}),
        ("statecode NOT IN (1, 2)", lambda lead: lead["statecode"] == 0),
        ("statecode <> 0", lambda lead: lead["statecode"] != 0),
        ("numberofemployees >= 100", lambda lead: (lead["numberofemployees"] or 0) >= 100),
        ("lastname = 'it''s'", lambda lead: lead["lastname"].lower() == "it's"),
    ],
)  # fmt: skip
def test_sql_conditions(campaign: Sandbox, reader: Client, condition: str, keeps: Any) -> None:
    """Conditions keep the rows that SQL keeps: comparisons with nothing are never true."""
    statement = f"SELECT leadid FROM lead WHERE {condition}"
    found = {row["leadid"] for row in reader.ask("GET", f"{API}/leads?sql={quote(statement)}").value}
    assert found == {each["leadid"] for each in campaign.leads() if keeps(each)}


def test_sql_groups_order_and_offset(campaign: Sandbox, reader: Client) -> None:
    """Groups are aggregated and ordered; OFFSET and FETCH take a window; DISTINCT gives every value once."""

    def ask(statement: str) -> list[dict[str, Any]]:
        return reader.ask("GET", f"{API}/leads?sql={quote(statement)}").value

    rows = ask(
        "SELECT statecode, COUNT(*) AS n, MAX(numberofemployees) FROM lead GROUP BY statecode ORDER BY statecode DESC"
    )
    assert [row["statecode"] for row in rows] == [2, 1, 0]
    assert rows[-1]["n"] == sum(each["statecode"] == 0 for each in campaign.leads())
    assert "max_numberofemployees" in rows[0]
    window = ask("SELECT leadid FROM lead ORDER BY leadid OFFSET 10 ROWS FETCH NEXT 5 ROWS ONLY")
    assert [row["leadid"] for row in window] == [each["leadid"] for each in campaign.leads()[10:15]]
    assert len(ask("SELECT DISTINCT statecode FROM lead")) == 3
    joined = ask(
        "SELECT a.name AS firm, l.lastname FROM lead AS l LEFT OUTER JOIN account a ON a.accountid = l.parentaccountid"
    )
    assert len(joined) == len(campaign.leads())
    assert {"firm", "lastname"} == set(joined[0])


def test_aggregates_of_sql(campaign: Sandbox, reader: Client) -> None:
    """Sums, averages, extremes and counts leave empty values out; of no rows they are empty, and a count is nought."""
    known = [each["numberofemployees"] for each in campaign.leads() if each["numberofemployees"] is not None]
    columns = "SUM(numberofemployees) AS s, AVG(numberofemployees) AS a, MIN(numberofemployees) AS low,"
    counts = "COUNT(numberofemployees) AS c, COUNT(DISTINCT numberofemployees) AS d, COUNT(*) AS n"

    def ask(condition: str) -> dict[str, Any]:
        statement = quote(f"SELECT {columns} {counts} FROM lead WHERE {condition}")
        (row,) = reader.ask("GET", f"{API}/leads?sql={statement}").value
        return row

    row = ask("leadid IS NOT NULL")
    assert (row["s"], row["low"], row["c"], row["d"]) == (sum(known), min(known), len(known), len(set(known)))
    assert row["a"] == round(sum(known) / len(known), 4)
    assert row["n"] == len(campaign.leads())
    assert ask("statecode = 0 AND statecode = 1") == {"s": None, "a": None, "low": None, "c": 0, "d": 0, "n": 0}


@pytest.mark.parametrize(
    ("operator", "value", "keeps"),
    [("on", "{}", lambda day, at: at == day), ("on-or-after", "{}", lambda day, at: at >= day),
     ("on-or-before", "{}", lambda day, at: at <= day), ("gt", "{}T23:59:59Z", lambda day, at: at > day)],
)  # fmt: skip
def test_fetch_xml_dates(campaign: Sandbox, reader: Client, operator: str, value: str, keeps: Any) -> None:
    """Days compare by their date, moments to the second."""
    day = sorted(each["createdon"] for each in campaign.leads())[300][:10]
    condition = f'<condition attribute="createdon" operator="{operator}" value="{value.format(day)}"/>'
    inside = f'<attribute name="leadid"/><filter>{condition}</filter>'
    found = {row["leadid"] for row in reader.ask("GET", f"{API}/{_fetch(inside)}").value}
    assert found == {each["leadid"] for each in campaign.leads() if keeps(day, each["createdon"][:10])}


def test_fetch_xml_of_flags_and_choices(campaign: Sandbox, reader: Client) -> None:
    """Flags are 1 or true; filters join their conditions by and, or by or, one inside another."""
    conditions = (
        '<filter type="or"><condition attribute="donotbulkemail" operator="eq" value="1"/>'
        '<filter><condition attribute="statecode" operator="eq" value="2"/>'
        '<condition attribute="leadid" operator="not-null"/></filter></filter>'
    )
    found = {row["leadid"] for row in reader.ask("GET", f"{API}/{_fetch('<all-attributes/>' + conditions)}").value}
    wanted = {each["leadid"] for each in campaign.leads() if each["donotbulkemail"] or each["statecode"] == 2}
    assert found == wanted
