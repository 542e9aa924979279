"""Change tracking over HTTPS: the tracked read, deltas, deletions, expiry, refusals."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from connector.sandbox import Sandbox, start_sandbox
from connector.sandbox.dataverse.access import USER
from connector.sandbox.dataverse.schema import Column, Kind

from .support import API, Answer, Client

TRACK = "odata.track-changes"


def _delta_link(client: Client, prefer: str = TRACK, **options: str) -> str:
    pages = list(client.pages(client.get("leads", prefer=prefer, select="fullname", **options), prefer))
    assert all("@odata.deltaLink" not in page.json for page in pages[:-1])
    link: str = pages[-1].json["@odata.deltaLink"]
    return link


def _ids(answer: Answer) -> tuple[list[str], list[str]]:
    """Changed and deleted ids of a delta page."""
    changed = [row["leadid"] for row in answer.value if "reason" not in row]
    deleted = [row["id"] for row in answer.value if row.get("reason") == "deleted"]
    return changed, deleted


def test_tracked_read_gives_all_and_a_link_on_the_last_page(client: Client) -> None:
    """Every row comes once; only the last page has a deltaLink, and it keeps $select."""
    first = client.get("leads", prefer=f"{TRACK},odata.maxpagesize=25", select="fullname,statecode")
    assert first.headers["Preference-Applied"] == f"odata.maxpagesize=25,{TRACK}"
    assert 'istracking="True"' in dict(parse_qsl(urlsplit(first.json["@odata.nextLink"]).query))["$skiptoken"]
    pages = list(client.pages(first, "odata.maxpagesize=25"))
    assert [len(page.value) for page in pages] == [25, 25, 15]
    link = pages[-1].json["@odata.deltaLink"]
    assert "$select=fullname,statecode" in link
    assert "$deltatoken=" in link


def test_no_change_is_an_empty_delta(client: Client) -> None:
    """Without changes a delta is empty and has a new link."""
    delta = client.follow(_delta_link(client))
    assert delta.value == []
    assert delta.json["@odata.context"].endswith("/$delta")
    assert "@odata.deltaLink" in delta.json


def test_delta_has_changes_by_version_then_deletions(sandbox: Sandbox, client: Client) -> None:
    """Changed rows come once each, complete for the selection, oldest change first; deletions last."""
    link = _delta_link(client)
    ids = [lead["leadid"] for lead in sandbox.leads()]
    for lead_id in (ids[9], ids[2], ids[9]):
        sandbox.update_lead(lead_id, {"telephone1": "+44 20 7946 0001"})
    sandbox.delete_lead(ids[5])
    added = sandbox.add_lead({"lastname": "Newcomer"})
    delta = client.follow(link)
    assert _ids(delta) == ([ids[2], ids[9], added], [ids[5]])
    assert set(delta.value[0]) == {"@odata.etag", "leadid", "fullname"}
    assert delta.value[-1]["@odata.context"].endswith("$metadata#leads/$deletedEntity")
    number = client.ask(
        "GET", f"{API}/leads/$count?$deltatoken={quote(dict(parse_qsl(urlsplit(link).query))['$deltatoken'])}"
    )
    assert number.body == b"4"
    assert client.follow(delta.json["@odata.deltaLink"]).value == []


def test_created_and_deleted_in_between_is_only_a_deletion(sandbox: Sandbox, client: Client) -> None:
    """A row that came and went shows as deleted only."""
    link = _delta_link(client)
    lead_id = sandbox.add_lead({"lastname": "Brief"})
    sandbox.delete_lead(lead_id)
    assert _ids(client.follow(link)) == ([], [lead_id])


def test_changes_during_the_first_read_are_in_the_next_delta(sandbox: Sandbox, client: Client) -> None:
    """What changes while pages are read is not lost between the read and its delta."""
    prefer = f"{TRACK},odata.maxpagesize=20"
    first = client.get("leads", prefer=prefer, select="fullname")
    changed = first.value[0]["leadid"]
    sandbox.update_lead(changed, {"firstname": "Changed"})
    *_, last = client.pages(first, prefer)
    assert _ids(client.follow(last.json["@odata.deltaLink"])) == ([changed], [])


def test_large_deltas_page(sandbox: Sandbox, client: Client) -> None:
    """A delta larger than a page continues by nextLink: every change and every deletion once, one deltaLink."""
    link = _delta_link(client)
    ids = [lead["leadid"] for lead in sandbox.leads()]
    for lead_id in ids[:23]:
        sandbox.update_lead(lead_id, {"telephone1": "+44 20 7946 0002"})
    for lead_id in ids[40:57]:
        sandbox.delete_lead(lead_id)
    pages = list(client.pages(client.follow(link, "odata.maxpagesize=10"), "odata.maxpagesize=10"))
    found = [_ids(page) for page in pages]
    assert [len(changed) + len(deleted) for changed, deleted in found] == [10, 10, 10, 10]
    assert sorted(each for changed, _ in found for each in changed) == sorted(ids[:23])
    assert sorted(each for _, deleted in found for each in deleted) == sorted(ids[40:57])
    assert all("@odata.deltaLink" not in page.json for page in pages[:-1])
    assert client.follow(pages[-1].json["@odata.deltaLink"]).value == []


def test_changes_while_a_delta_is_paged_come_in_the_next(sandbox: Sandbox, client: Client) -> None:
    """A row that changes again while its delta is read is in the next delta, whatever the present one showed."""
    link = _delta_link(client)
    ids = [lead["leadid"] for lead in sandbox.leads()][:15]
    for lead_id in ids:
        sandbox.update_lead(lead_id, {"telephone1": "+44 20 7946 0003"})
    first = client.follow(link, "odata.maxpagesize=10")
    sandbox.update_lead(ids[14], {"telephone1": "+44 20 7946 0004"})
    *_, last = client.pages(first, "odata.maxpagesize=10")
    assert _ids(client.follow(last.json["@odata.deltaLink"])) == ([ids[14]], [])


def test_a_token_alone_gives_whole_rows(sandbox: Sandbox, client: Client) -> None:
    """A client that sends only the token, with its name escaped, gets rows with every column."""
    token = dict(parse_qsl(urlsplit(_delta_link(client)).query))["$deltatoken"]
    lead_id = sandbox.leads()[0]["leadid"]
    sandbox.update_lead(lead_id, {"telephone1": "+44 20 7946 0005"})
    answer = client.ask("GET", f"{API}/leads?%24deltatoken={quote(token, safe='')}", headers={"Prefer": TRACK})
    assert answer.value[0]["modifiedon"]
    assert sandbox.calls.count("dataverse", "delta") == 1


@pytest.mark.parametrize(
    "options",
    [
        {"filter": "statecode eq 0"},
        {"orderby": "fullname"},
        {"expand": "parentaccountid"},
        {"top": "5"},
        {"count": "true"},
    ],
)
def test_only_select_goes_with_change_tracking(client: Client, options: dict[str, str]) -> None:
    """Any option but $select is refused by name."""
    answer = client.get("leads", prefer=TRACK, **options)
    assert (answer.status, answer.code) == (400, "0x80060888")
    assert f"${next(iter(options))}" in answer.message


def test_expired_by_age(sandbox: Sandbox, client: Client) -> None:
    """A token older than the organisation keeps changes is expired; a younger one is not."""
    link = _delta_link(client)
    sandbox.clock.advance(timedelta(days=6, hours=23))
    assert client.follow(link).status == 200
    sandbox.clock.advance(timedelta(hours=2))
    answer = client.follow(link)
    assert (answer.status, answer.code) == (400, "0x80044352")
    assert "full sync" in answer.message


def test_expired_by_a_new_column(sandbox: Sandbox, client: Client) -> None:
    """Tokens given before a column was added are expired; the next read is sound and has the column."""
    link = _delta_link(client)
    sandbox.data.add_column("lead", Column("lc_extra", Kind.INTEGER))
    assert client.follow(link).code == "0x80044352"
    assert client.follow(_delta_link(client)).status == 200
    assert client.get("leads", select="lc_extra", top="1").value[0]["lc_extra"] is None


@pytest.mark.parametrize("status", [400, 404, 410])
def test_expired_on_demand(sandbox: Sandbox, client: Client, status: int) -> None:
    """The knob expires the next delta call with the status that is asked for, and only that one."""
    link = _delta_link(client)
    fault = sandbox.faults.expired_delta_token(status=status)
    answer = client.follow(link)
    assert (answer.status, answer.code) == (status, "0x80044352")
    assert client.follow(link).status == 200
    assert fault.applied == 1


def test_malformed_token(client: Client) -> None:
    """A token that was never given out is a bad argument."""
    assert client.get("leads", deltatoken="yesterday").code == "0x80040203"


def test_tables_without_change_tracking_refuse_it() -> None:
    """A table that is not tracked says so, and its metadata too."""
    with start_sandbox(leads=3, closed=0, accounts=1, change_tracking=False) as sandbox:
        client = Client(sandbox)
        assert client.get("leads", prefer=TRACK).code == "0x80072491"
        definition = client.get("EntityDefinitions(LogicalName='lead')", select="LogicalName,ChangeTrackingEnabled")
        assert definition.json["ChangeTrackingEnabled"] is False
        sandbox.data.set_change_tracking("lead", on=True)
        assert client.get("leads", prefer=TRACK).status == 200
        client.close()


def test_delta_needs_organization_level_read(sandbox: Sandbox, client: Client) -> None:
    """Read of one's own rows is enough to read, not to track."""
    sandbox.dataverse.access.revoke("prvReadLead", depth=USER)
    assert client.get("leads", top="1").status == 200
    answer = client.get("leads", prefer=TRACK)
    assert (answer.status, answer.code) == (403, "0x80040220")
    assert "prvReadLead" in answer.message
