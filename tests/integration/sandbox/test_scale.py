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
