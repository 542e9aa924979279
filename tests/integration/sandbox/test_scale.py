"""A filled sandbox over HTTP: all of it is read once, deltas cost what changed, writes hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.sandbox import Sandbox, start_sandbox

from .conftest import NOW
from .support import Client, client_of


@pytest.fixture
def crowd() -> Iterator[Sandbox]:
    """A sandbox with 2,500 generated leads and 500 accounts over a small sample."""
    with start_sandbox(leads=20, closed=2, accounts=4, now=NOW, page_size=1000) as running:
        running.fill(leads=2500, accounts=500)
        yield running
        assert running.calls.crashes == []


@pytest.fixture
def client(crowd: Sandbox) -> Iterator[Client]:
    """A client of it."""
    with client_of(crowd) as connected:
        yield connected


def test_everything_is_read_once(crowd: Sandbox, client: Client) -> None:
    """A tracked first read gives each lead once, generated or not, and ends with a delta link that is empty."""
    prefer = "odata.track-changes,odata.maxpagesize=600"
    pages = list(client.pages(client.get("leads", select="fullname,statecode", prefer=prefer), prefer))
    ids = [row["leadid"] for page in pages for row in page.value]
    assert len(ids) == len(set(ids)) == 2522
    assert [len(page.value) for page in pages] == [600] * 4 + [122]
    assert client.follow(pages[-1].json["@odata.deltaLink"]).value == []


def test_pages_are_equal_by_both_ways(crowd: Sandbox, client: Client) -> None:
    """Rows look the same whether they are written as text or looked at one by one."""
    first = client.get("accounts", select="name,accountnumber,createdon,_ownerid_value")
    looked = client.get("accounts", select="name,accountnumber,createdon,_ownerid_value", filter="accountid ne null")
    assert sorted(first.value, key=str) == sorted(looked.value, key=str)
    assert len(first.value) == 504


def test_writes_and_deltas_over_generated_rows(crowd: Sandbox, client: Client) -> None:
    """A guarded write holds once, shows in the delta and in a page; a deletion is told of."""
    page = client.get("leads", select="lc_fit", prefer="odata.track-changes")
    last = list(client.pages(page))[-1]
    first, second = page.value[1], page.value[2]
    assert client.patch(first["leadid"], {"lc_fit": 5}, If_Match=first["@odata.etag"]).status == 204
    assert client.patch(first["leadid"], {"lc_fit": 6}, If_Match=first["@odata.etag"]).status == 412
    crowd.delete_lead(second["leadid"])
    changed = client.follow(last.json["@odata.deltaLink"]).value
    assert [each.get("lc_fit", each.get("reason")) for each in changed] == [5, "deleted"]
    again = {each["leadid"]: each for each in client.get("leads", select="lc_fit").value}
    assert again[first["leadid"]]["lc_fit"] == 5
    assert second["leadid"] not in again
    assert client.get(f"leads({first['leadid']})", select="lc_fit").json["lc_fit"] == 5


def test_filters_and_annotations_work_as_ever(crowd: Sandbox, client: Client) -> None:
    """Generated rows are filtered, counted, sorted and shown with names of what they link to."""
    newest = client.get("leads", select="createdon", orderby="createdon desc", top="3").value
    assert len(newest) == 3
    assert client.get("leads/$count").body == b"2522"
    row = client.get(
        "leads", filter="_parentaccountid_value ne null", top="1", prefer='odata.include-annotations="*"'
    ).value[0]
    assert row["_parentaccountid_value@OData.Community.Display.V1.FormattedValue"]


@pytest.mark.parametrize("column", ["createdon", "modifiedon"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_ranges_of_time_are_read_in_order(crowd: Sandbox, client: Client, column: str, direction: str) -> None:
    """Pages by a time equal all rows sorted by it, with a range or without, whatever was changed, added and deleted."""
    page = client.get("leads", select="leadid", prefer="odata.maxpagesize=50").value
    for row in page[::7]:
        crowd.update_lead(row["leadid"], {"lc_fit": 1})
    crowd.delete_lead(page[3]["leadid"])
    crowd.add_lead({"lastname": "New"})
    down = direction == "desc"
    everything = sorted(crowd.leads(), key=lambda row: (row[column], row["leadid"]), reverse=down)
    middle = everything[len(everything) // 2][column]
    order = f"{column} {direction},leadid {direction}"
    prefer = "odata.maxpagesize=400"
    whole = client.get("leads", select=column, orderby=order, prefer=prefer)
    found = [row["leadid"] for each in client.pages(whole, prefer) for row in each.value]
    assert found == [row["leadid"] for row in everything]
    half = client.get(
        "leads", select=column, orderby=order, prefer=prefer,
        filter=f"(statecode eq 0) and {column} ge 2026-10-01T00:00:00Z and {column} lt {middle}",
    )  # fmt: skip
    found = [row["leadid"] for each in client.pages(half, prefer) for row in each.value]
    wanted = [row for row in everything if row["statecode"] == 0 and "2026-10-01T00:00:00Z" <= row[column] < middle]
    assert found == [row["leadid"] for row in wanted]


def test_the_order_of_ids_is_the_order_that_there_is(crowd: Sandbox, client: Client) -> None:
    """Sorting by the key changes nothing."""
    by_key = [row["leadid"] for row in client.get("leads", select="leadid", orderby="leadid asc").value]
    assert by_key == [row["leadid"] for row in client.get("leads", select="leadid").value] == sorted(by_key)
