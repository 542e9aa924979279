"""The Dataverse adapter reads from the sandbox over real HTTPS: pulls, changes, links, faults on the way."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import pytest

from connector.dataverse.client import Dataverse
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.identity.auth import ClientSecret, SignIn
from connector.errors import OutsideError
from connector.pipeline.values import AccountRow, ColumnNeeds, LeadRow, Page, Table
from connector.sandbox import Sandbox, start_sandbox

NEEDS = ColumnNeeds(frozenset({"jobtitle", "fullname", "industrycode"}), frozenset({"name", "numberofemployees"}))
Connect = Callable[[Sandbox, int], Dataverse]


@pytest.fixture
def waits() -> list[float]:
    """The pauses that were asked for; none is made."""
    return []


@pytest.fixture
def connect(waits: list[float]) -> Iterator[Connect]:
    """Opens adapters of sandboxes, signed in with the secret, with pages of a size."""
    with ExitStack() as stack:

        def opened(sandbox: Sandbox, page_size: int) -> Dataverse:
            settings = sandbox.settings
            bundle = Path(settings["CONNECTOR_CA_BUNDLE"])
            credentials = ClientSecret(settings["CONNECTOR_CLIENT_ID"], settings["CONNECTOR_CLIENT_SECRET"])
            sign_in = SignIn(
                credentials, authority=settings["CONNECTOR_AUTHORITY"], resource=sandbox.url, ca_bundle=bundle
            )
            session = stack.enter_context(
                DataverseSession(
                    sandbox.url,
                    sign_in,
                    ca_bundle=bundle,
                    monotonic=lambda: monotonic() + sum(waits),
                    sleep=waits.append,
                    jitter=lambda: 0.0,
                )
            )
            return Dataverse(session, page_size=page_size)

        yield opened


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A small environment with change tracking."""
    with start_sandbox(leads=40, closed=5, accounts=12) as running:
        yield running
        assert running.calls.crashes == []


@pytest.fixture
def plain_sandbox() -> Iterator[Sandbox]:
    """The same without change tracking."""
    with start_sandbox(leads=40, closed=5, accounts=12, change_tracking=False) as running:
        yield running
        assert running.calls.crashes == []


class Pulled:
    """Everything of a pull, as a mirror would hold it."""

    def __init__(self, readings: Mapping[str, Iterator[Page]]) -> None:
        self.pages = [page for pages in readings.values() for page in pages]
        rows = [row for page in self.pages for row in page.leads]
        self.leads: dict[str, LeadRow] = {row.lead_id: row for row in rows if not row.merged_into}
        self.merged = {row.lead_id: row.merged_into for row in rows if row.merged_into}
        self.accounts: dict[str, AccountRow] = {row.account_id: row for page in self.pages for row in page.accounts}
        self.deleted = {(page.table, gone) for page in self.pages for gone in page.deleted}
        self.tokens: Mapping[Table, str] = {page.table: page.token for page in self.pages if page.token}
        self.full = {page.table for page in self.pages if page.full}


def expected_links(sandbox: Sandbox) -> dict[str, str | None]:
    """Which account each open lead belongs to, worked out from the tables themselves."""
    accounts = {row["accountid"] for row in sandbox.data.rows("account")}
    companies = {row["contactid"]: row["_parentcustomerid_value"] for row in sandbox.data.rows("contact")}
    links = {}
    for lead in sandbox.leads():
        candidates = (
            lead["_parentaccountid_value"],
            lead["_customerid_value"],
            companies.get(lead["_parentcontactid_value"]),
        )
        if lead["statecode"] == 0:
            links[lead["leadid"]] = next((found for found in candidates if found in accounts), None)
    return links


@pytest.mark.parametrize("page_size", [1, 7, 5000])
def test_every_open_lead_comes_once_with_its_account(sandbox: Sandbox, connect: Connect, page_size: int) -> None:
    """Whatever the page size: all open leads, no closed one, and the account by precedence."""
    pulled = Pulled(connect(sandbox, page_size).pull(NEEDS, {}))
    links = expected_links(sandbox)
    assert {lead_id: row.account_id for lead_id, row in pulled.leads.items()} == links
    assert len({account for account in links.values() if account}) > 3
    assert None in links.values()
    assert sum(page.rows_read for page in pulled.pages if page.table is Table.LEAD) == 45
    assert sum(len(page.leads) for page in pulled.pages) == len(links) + len(pulled.merged)
    assert pulled.full == {Table.LEAD, Table.ACCOUNT}
    assert set(pulled.tokens) == {Table.LEAD, Table.ACCOUNT, Table.CONTACT}


def test_both_ways_of_reading_see_the_same(sandbox: Sandbox, plain_sandbox: Sandbox, connect: Connect) -> None:
    """With and without change tracking the same leads come with the same columns and linked accounts."""
    tracked = Pulled(connect(sandbox, 10).pull(NEEDS, {}))
    plain = Pulled(connect(plain_sandbox, 10).pull(NEEDS, {}))
    assert {key: (row.columns, row.account_id, row.opted_out, row.tracking) for key, row in tracked.leads.items()} == {
        key: (row.columns, row.account_id, row.opted_out, row.tracking) for key, row in plain.leads.items()
    }
    linked = {row.account_id for row in plain.leads.values() if row.account_id}
    assert linked <= plain.accounts.keys()
    assert {key: tracked.accounts[key] for key in linked} == {key: plain.accounts[key] for key in linked}
    assert not plain_sandbox.calls.matching(kind="delta")


def test_a_delta_brings_exactly_what_changed(sandbox: Sandbox, connect: Connect) -> None:
    """Edited, closed, new and deleted leads, an edited account, and nothing else; then nothing."""
    dataverse = connect(sandbox, 2)
    first = Pulled(dataverse.pull(NEEDS, {}))
    edited, closed, gone, *_ = sorted(first.leads)
    sandbox.update_lead(edited, {"jobtitle": "Directrice financière"})
    sandbox.update_lead(closed, {"statecode": 1, "statuscode": 3})
    sandbox.delete_lead(gone)
    new = sandbox.add_lead({"lastname": "O'Beispiel", "subject": "x"})
    account = min(first.accounts)
    sandbox.data.update("account", account, {"numberofemployees": 7})
    second = Pulled(dataverse.pull(NEEDS, first.tokens))
    assert set(second.leads) == {edited, closed, new}
    assert second.leads[edited].columns["jobtitle"] == "Directrice financière"
    assert [second.leads[key].is_open for key in (edited, closed, new)] == [True, False, True]
    assert second.deleted == {(Table.LEAD, gone)}
    assert {key: row.columns["numberofemployees"] for key, row in second.accounts.items()} == {account: 7}
    assert second.full == set()
    third = Pulled(dataverse.pull(NEEDS, second.tokens))
    assert (third.leads, third.accounts, third.deleted) == ({}, {}, set())


def test_a_window_brings_what_changed(plain_sandbox: Sandbox, connect: Connect) -> None:
    """Edited and closed leads and edited accounts; rows of the overlap may come again."""
    dataverse = connect(plain_sandbox, 3)
    first = Pulled(dataverse.pull(NEEDS, {}))
    edited, closed, *_ = sorted(first.leads)
    plain_sandbox.update_lead(edited, {"jobtitle": "CFO"})
    plain_sandbox.update_lead(closed, {"statecode": 2, "statuscode": 4})
    account = min(first.accounts)
    plain_sandbox.data.update("account", account, {"numberofemployees": 7})
    second = Pulled(dataverse.pull(NEEDS, first.tokens))
    assert second.leads[edited].columns["jobtitle"] == "CFO"
    assert not second.leads[closed].is_open
    assert second.accounts[account].columns["numberofemployees"] == 7
    assert second.full == set()
    assert set(second.tokens) == {Table.LEAD, Table.ACCOUNT, Table.CONTACT}


@pytest.mark.parametrize("status", [400, 404, 410])
def test_an_expired_token_is_a_full_read(sandbox: Sandbox, connect: Connect, status: int) -> None:
    """By itself, whatever status the server gives, for the table that it hit."""
    dataverse = connect(sandbox, 5000)
    first = Pulled(dataverse.pull(NEEDS, {}))
    sandbox.faults.expired_delta_token(status=status, when="/leads?")
    second = Pulled(dataverse.pull(NEEDS, first.tokens))
    assert second.full == {Table.LEAD}
    assert second.leads.keys() == first.leads.keys()


def test_tracking_switched_on_later_is_used(plain_sandbox: Sandbox, connect: Connect) -> None:
    """A table changes its kind with a full read; switched off it goes on by time."""
    dataverse = connect(plain_sandbox, 5000)
    first = Pulled(dataverse.pull(NEEDS, {}))
    plain_sandbox.data.set_change_tracking("lead", on=True)
    dataverse.environment()
    second = Pulled(dataverse.pull(NEEDS, first.tokens))
    assert second.tokens[Table.LEAD].startswith("delta:")
    assert second.full == {Table.LEAD}
    plain_sandbox.data.set_change_tracking("lead", on=False)
    dataverse.environment()
    third = Pulled(dataverse.pull(NEEDS, second.tokens))
    assert third.tokens[Table.LEAD].startswith("window:")
    assert third.leads.keys() == first.leads.keys()


def test_a_403_on_contacts_leaves_leads_without_account(sandbox: Sandbox, connect: Connect) -> None:
    """A role without Read on contacts is no reason to stop."""
    sandbox.faults.status(403, code="0x80040220", times=None, when="/contacts")
    pulled = Pulled(connect(sandbox, 5000).pull(NEEDS, {}))
    assert pulled.leads.keys() == expected_links(sandbox).keys()


def test_leads_and_accounts_are_read_by_id(sandbox: Sandbox, connect: Connect) -> None:
    """Closed ones too; what is gone is absent."""
    dataverse = connect(sandbox, 5000)
    leads = sandbox.leads()
    sandbox.delete_lead(leads[0]["leadid"])
    found = dataverse.read_leads([lead["leadid"] for lead in leads], NEEDS)
    assert found.keys() == {lead["leadid"] for lead in leads[1:]}
    assert {key for key, row in found.items() if not row.is_open} == {
        lead["leadid"] for lead in leads[1:] if lead["statecode"] != 0
    }
    accounts = [row["accountid"] for row in sandbox.data.rows("account")]
    assert dataverse.read_accounts(accounts, NEEDS).keys() == set(accounts)


# --- faults on the way ---


def test_busy_answers_are_waited_out(sandbox: Sandbox, connect: Connect, waits: list[float]) -> None:
    """By seconds, by date, and by growing pauses."""
    dataverse = connect(sandbox, 5000)
    dataverse.environment()
    sandbox.faults.status(429, code="0x80072322", retry_after=17, when="/leads?")
    sandbox.faults.status(429, code="0x80072321", retry_after=40, as_date=True, when="/leads?")
    sandbox.faults.status(503, when="/leads?")
    pulled = Pulled(dataverse.pull(NEEDS, {}))
    assert pulled.leads.keys() == expected_links(sandbox).keys()
    assert waits[0] == 17.0
    assert any(35 < pause <= 40 for pause in waits)
    assert 2.0 in waits


@pytest.mark.parametrize("fault", ["truncated", "reset", "no_answer"])
def test_a_broken_page_is_read_again(sandbox: Sandbox, connect: Connect, fault: str) -> None:
    """The network gone in the middle of a page costs a repeat, no row."""
    dataverse = connect(sandbox, 10)
    dataverse.environment()
    hit = getattr(sandbox.faults, fault)(times=2, when="skiptoken")
    pulled = Pulled(dataverse.pull(NEEDS, {}))
    assert hit.applied == 2
    assert pulled.leads.keys() == expected_links(sandbox).keys()


@pytest.mark.parametrize("fault", ["truncated", "reset", "no_answer"])
def test_a_network_that_stays_away_is_named(sandbox: Sandbox, connect: Connect, waits: list[float], fault: str) -> None:
    """Tries are bounded; the error says what was being done, on which host, and that later may help."""
    dataverse = connect(sandbox, 10)
    dataverse.environment()
    getattr(sandbox.faults, fault)(times=None, when="/leads?")
    with pytest.raises(OutsideError, match=r"localhost .*reading leads.*[Nn]etwork") as caught:
        Pulled(dataverse.pull(NEEDS, {}))
    assert caught.value.retryable
    assert len(waits) == 7


def test_a_server_that_is_gone_is_named(connect: Connect, tmp_path: Path) -> None:
    """Nothing listens there any more."""
    with start_sandbox(leads=1, closed=0, accounts=1) as sandbox:
        kept = shutil.copy(sandbox.settings["CONNECTOR_CA_BUNDLE"], tmp_path / "ca.pem")
        sandbox.settings["CONNECTOR_CA_BUNDLE"] = str(kept)
        dataverse = connect(sandbox, 10)
        dataverse.environment()
    with pytest.raises(OutsideError, match=r"localhost could not be reached"):
        dataverse.environment()


def test_a_web_page_is_named(sandbox: Sandbox, connect: Connect) -> None:
    """A proxy's page with 200 is not taken for an empty table."""
    dataverse = connect(sandbox, 10)
    dataverse.environment()
    sandbox.faults.html(when="/leads?")
    with pytest.raises(OutsideError, match=r"web page.*reading leads.*CONNECTOR_DATAVERSE_URL"):
        Pulled(dataverse.pull(NEEDS, {}))


def test_a_foreign_link_gets_no_token(sandbox: Sandbox, connect: Connect) -> None:
    """The pull ends with an error; nothing went elsewhere."""
    dataverse = connect(sandbox, 10)
    dataverse.environment()
    sandbox.faults.foreign_next_link()
    with pytest.raises(OutsideError, match="leads away"):
        Pulled(dataverse.pull(NEEDS, {}))


def test_a_circle_of_pages_ends(sandbox: Sandbox, connect: Connect) -> None:
    """A link that leads back is noticed."""
    dataverse = connect(sandbox, 10)
    dataverse.environment()
    sandbox.faults.next_link_cycle()
    with pytest.raises(OutsideError, match="circle"):
        Pulled(dataverse.pull(NEEDS, {}))
