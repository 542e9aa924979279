"""The adapter as the pipeline sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from connector.dataverse.client import Dataverse
from connector.dataverse.http.session import DataverseSession
from connector.errors import MissingFactError, OutsideError
from connector.pipeline.ports import Source, Writer
from connector.pipeline.values import Applied, ColumnNeeds, Page, Table

from . import org
from .org import ACCOUNT_1, ACCOUNT_2, CONTACT_1, KIND, LEAD_1, LEAD_2, LEAD_3, account, deletion, lead, page
from .support import NOW, ROOT, Script, refuse

NEEDS = ColumnNeeds(frozenset({"jobtitle"}), frozenset({"name"}), frozenset({"lc_engagement"}))
NO_ACCOUNTS = ColumnNeeds(NEEDS.lead, frozenset(), NEEDS.own)


@pytest.fixture
def dataverse(session: DataverseSession) -> Dataverse:
    """The adapter of the small org."""
    return Dataverse(session, page_size=50)


def pull(dataverse: Dataverse, needs: ColumnNeeds = NEEDS, tokens: Mapping[Table, str] | None = None) -> list[Page]:
    """Every page of leads and accounts, one reading after the other."""
    every = [found for pages in dataverse.pull(needs, tokens or {}).values() for found in pages]
    return [found for found in every if found.table is not Table.CONTACT]


def tokens_of(pages: list[Page]) -> dict[Table, str]:
    """The tokens that a pull left."""
    return {found.table: found.token for found in pages if found.token}


def test_it_fulfils_both_ports(dataverse: Dataverse) -> None:
    """The type checker agrees that one object is source and writer."""
    source: Source = dataverse
    writer: Writer = dataverse
    assert callable(source.pull)
    assert callable(writer.write)


@pytest.mark.parametrize("size", [0, 5001])
def test_the_page_size_has_bounds(session: DataverseSession, size: int) -> None:
    """Dataverse ignores more than 5000."""
    with pytest.raises(ValueError, match="page_size"):
        Dataverse(session, page_size=size)


def test_the_first_pull_brings_accounts_then_open_leads(dataverse: Dataverse, script: Script) -> None:
    """Closed leads are read and left out; both tables get a delta token; nothing needless is selected."""
    org.describe(script)
    script.on("GET", "accounts?", page(account(), delta_link="accounts?$deltatoken=1"))
    rows = (
        lead(LEAD_1, _parentaccountid_value=ACCOUNT_1),
        lead(LEAD_2, statecode=2),
        lead(LEAD_3, msdyn_gdproptout=True),
    )
    script.on("GET", "leads?", page(*rows, delta_link="leads?$deltatoken=1"))
    accounts, leads = pull(dataverse)
    assert (accounts.table, leads.table) == (Table.ACCOUNT, Table.LEAD)
    assert [row.columns for row in accounts.accounts] == [{"name": "Beispiel & Söhne"}]
    assert [(row.lead_id, row.account_id, row.opted_out) for row in leads.leads] == [
        (LEAD_1, ACCOUNT_1, False),
        (LEAD_3, None, True),
    ]
    assert leads.leads[0].columns == {"jobtitle": "Einkäuferin", "lc_engagement": None}
    assert leads.rows_read == 3
    assert accounts.full
    assert leads.full
    assert all(token.startswith("delta:") for token in tokens_of([accounts, leads]).values())
    (asked,) = script.urls("leads?")
    assert asked == (
        "leads?$select=_customerid_value,_parentaccountid_value,_parentcontactid_value,followemail,jobtitle,"
        "lc_engagement,leadid,modifiedon,msdyn_gdproptout,msdyncrm_salesready,statecode,statuscode"
    )


def test_a_delta_brings_closings_and_deletions(dataverse: Dataverse, script: Script) -> None:
    """A lead that was closed since must be told, so that it leaves the mirror."""
    org.describe(script)
    script.on("GET", "leads?", page(delta_link="leads?$deltatoken=1"))
    tokens = tokens_of(pull(dataverse, NO_ACCOUNTS))
    answer = page(lead(LEAD_1, statecode=1, _parentcontactid_value=CONTACT_1), deletion(LEAD_2), delta_link="leads?x=2")
    script.on("GET", "deltatoken=1", answer)
    (found,) = pull(dataverse, NO_ACCOUNTS, tokens)
    assert [(row.lead_id, row.is_open) for row in found.leads] == [(LEAD_1, False)]
    assert found.deleted == (LEAD_2,)
    assert (found.full, found.rows_read) == (False, 1)
    assert script.urls("contacts") == []


def test_contacts_that_may_not_be_read_are_all_read_once_they_may(dataverse: Dataverse, script: Script) -> None:
    """However long ago a contact changed: leads without an account for want of a privilege get it afterwards."""
    org.describe(script)
    row = lead(LEAD_1, _parentcontactid_value=CONTACT_1)
    script.on("GET", "leads?", page(row, delta_link="leads?$deltatoken=1"))
    script.on("GET", "contacts", refuse(403, "0x80040220"))
    found = list(dataverse.pull(NO_ACCOUNTS, {})["leads"])
    assert [(one.account_id, one.contact_id) for one in found[-1].leads] == [(None, CONTACT_1)]
    token = tokens_of(found)[Table.CONTACT]
    moved = {"contactid": CONTACT_1, "_parentcustomerid_value": ACCOUNT_1, f"_parentcustomerid_value@{KIND}": "account"}
    script.on("GET", "contacts?$select", page({**moved, "modifiedon": "2009-01-01T00:00:00Z"}))
    (contacts,) = dataverse.pull(NO_ACCOUNTS, {Table.CONTACT: token})["contacts"]
    assert contacts.companies == {CONTACT_1: ACCOUNT_1}
    assert "modifiedon ge 1970-01-01" in script.urls("contacts")[-1]


def test_accounts_that_may_not_be_read_are_told_and_left(dataverse: Dataverse, script: Script) -> None:
    """Leads come all the same; the next pull asks for all accounts again, and gets them once it may."""
    org.describe(script)
    row = lead(LEAD_1, _parentaccountid_value=ACCOUNT_1)
    script.on("GET", "leads?", page(row, delta_link="leads?$deltatoken=1"))
    script.on("GET", "accounts?", refuse(403, "0x80040220"))
    accounts, leads = pull(dataverse)
    assert (accounts.table, accounts.accounts, accounts.full) == (Table.ACCOUNT, (), False)
    assert "HTTP 403" in accounts.withheld
    assert leads.leads[0].account_id == ACCOUNT_1
    script.on("GET", "leads?", page(delta_link="leads?$deltatoken=2"))
    script.on("GET", "deltatoken=1", page(delta_link="leads?$deltatoken=2"))
    script.on("GET", "accounts?$select", page(account(), delta_link="accounts?$deltatoken=1"))
    found, _ = pull(dataverse, NEEDS, tokens_of([accounts, leads]))
    assert (found.full, found.withheld, len(found.accounts)) == (True, "", 1)


def test_a_privilege_on_accounts_that_is_lost_keeps_the_place(dataverse: Dataverse, script: Script) -> None:
    """What changed meanwhile is read once it may be, from where the last pull ended."""
    org.describe(script)
    script.on("GET", "leads?", page(delta_link="leads?$deltatoken=1"))
    script.on("GET", "accounts?$select", page(account(), delta_link="accounts?$deltatoken=7"))
    tokens = tokens_of(pull(dataverse))
    script.on("GET", "deltatoken=1", page(delta_link="leads?$deltatoken=1"))
    script.on("GET", "accounts?$deltatoken=7", refuse(403, "0x80040220"))
    accounts, _ = pull(dataverse, NEEDS, tokens)
    assert (accounts.token, accounts.deleted, bool(accounts.withheld)) == (None, (), True)


def test_other_faults_of_accounts_are_raised(dataverse: Dataverse, script: Script) -> None:
    """A fault that is no missing privilege is not swallowed."""
    org.describe(script)
    script.on("GET", "accounts?", refuse(400, "0x80040203"))
    script.on("GET", "leads?", page(delta_link="leads?$deltatoken=1"))
    with pytest.raises(OutsideError):
        pull(dataverse)


def test_contacts_that_may_not_be_read_are_told(dataverse: Dataverse, script: Script) -> None:
    """Both where leads go by them, and where their changes are asked for."""
    org.describe(script)
    script.on("GET", "leads?", page(lead(LEAD_1, _parentcontactid_value=CONTACT_1), delta_link="leads?$deltatoken=1"))
    script.on("GET", "contacts", refuse(403, "0x80040220"))
    found = list(dataverse.pull(NO_ACCOUNTS, {})["leads"])
    assert [bool(one.withheld) for one in found if one.table is Table.CONTACT] == [False, True]
    (told,) = dataverse.pull(NO_ACCOUNTS, tokens_of(found))["contacts"]
    assert (told.token, "HTTP 403" in told.withheld) == (None, True)


def test_accounts_are_not_read_where_nothing_needs_them(dataverse: Dataverse, script: Script) -> None:
    """The link alone tells whether a lead has an account."""
    org.describe(script)
    script.on("GET", "leads?", page(lead(_parentaccountid_value=ACCOUNT_1), delta_link="leads?$deltatoken=1"))
    (found,) = pull(dataverse, NO_ACCOUNTS)
    assert found.leads[0].account_id == ACCOUNT_1
    assert script.urls("accounts") == []


def test_without_change_tracking_accounts_are_read_by_time(dataverse: Dataverse, script: Script) -> None:
    """Each table in a reading of its own, whole at first."""
    org.describe(script, lead_tracks=False, account_tracks=False)
    script.on("GET", "leads?", page(lead(LEAD_1, _parentaccountid_value=ACCOUNT_1)))
    script.on("GET", "accounts?", page(account(ACCOUNT_1), account(ACCOUNT_2, name="Zweite")))
    accounts, leads = pull(dataverse)
    assert [row.columns["name"] for row in accounts.accounts] == ["Beispiel & Söhne", "Zweite"]
    assert [row.account_id for row in leads.leads] == [ACCOUNT_1]
    assert accounts.full
    assert {table: token[:7] for table, token in tokens_of([leads, accounts]).items()} == {
        Table.LEAD: "window:",
        Table.ACCOUNT: "window:",
    }


def test_later_windows_bring_changed_accounts(dataverse: Dataverse, script: Script) -> None:
    """An account's change is seen though none of its leads changed."""
    org.describe(script, lead_tracks=False, account_tracks=False)
    script.on("GET", "leads?", page(lead()))
    script.on("GET", "accounts?", page())
    tokens = tokens_of(pull(dataverse))
    script.on("GET", "accounts?", page(account(modifiedon="2026-11-20T08:58:00Z")))
    accounts, leads = pull(dataverse, tokens=tokens)
    assert [row.account_id for row in accounts.accounts] == [ACCOUNT_1]
    assert not accounts.full
    assert not leads.full
    assert "$filter=modifiedon ge 2026-11-20T08:45:00Z" in script.urls("accounts?")[1]


def test_account_columns_that_are_needed_anew_are_read_for_all(dataverse: Dataverse, script: Script) -> None:
    """With a token for leads only, the accounts of leads that did not change are read too."""
    org.describe(script, lead_tracks=False, account_tracks=False)
    script.on("GET", "leads?", page(lead()))
    tokens = tokens_of(pull(dataverse, NO_ACCOUNTS))
    script.on("GET", "accounts?", page(account()))
    accounts, _ = pull(dataverse, tokens=tokens)
    assert accounts.full
    assert [row.account_id for row in accounts.accounts] == [ACCOUNT_1]
    assert "$filter" not in script.urls("accounts?")[0]


def test_leads_are_read_by_id_closed_ones_included(dataverse: Dataverse, script: Script) -> None:
    """One that is gone is absent; an id is asked for once."""
    org.describe(script)
    rows = lead(LEAD_1, statecode=1), lead(LEAD_2, _parentaccountid_value=ACCOUNT_1)
    script.on("GET", "leads?", page(*rows))
    found = dataverse.read_leads([LEAD_1, LEAD_2, LEAD_3, LEAD_1.upper()], NEEDS)
    assert set(found) == {LEAD_1, LEAD_2}
    assert not found[LEAD_1].is_open
    assert found[LEAD_2].account_id == ACCOUNT_1
    assert script.urls("leads?")[0].count(LEAD_1) == 1


def test_accounts_are_read_by_id(dataverse: Dataverse, script: Script) -> None:
    """Only the needed columns; nothing asked for nothing."""
    org.describe(script)
    script.on("GET", "accounts?", page(account()))
    assert dataverse.read_accounts([ACCOUNT_1], NEEDS)[ACCOUNT_1].columns == {"name": "Beispiel & Söhne"}
    assert dataverse.read_accounts([], NEEDS) == {}
    assert len(script.urls("accounts?")) == 1


def test_a_missing_column_is_named_before_anything_is_read(dataverse: Dataverse, script: Script) -> None:
    """The person who wrote the model is told, not Dataverse."""
    org.describe(script)
    with pytest.raises(MissingFactError, match="lc_missing"):
        pull(dataverse, ColumnNeeds(frozenset({"lc_missing"}), frozenset()))
    assert script.urls("leads?") == []


def test_metadata_are_read_once_and_again_when_asked(dataverse: Dataverse, script: Script) -> None:
    """Pulls and writes share one reading; `environment()` makes a fresh one."""
    org.describe(script)
    script.on("GET", "leads?", page(delta_link="leads?$deltatoken=1"))
    script.on("PATCH", "leads(", (204, {}, ""))
    pull(dataverse, NO_ACCOUNTS)
    once = len(script.urls("EntityDefinitions"))
    assert dataverse.write(LEAD_1, 'W/"1"', {"lc_engagement": 1}) == Applied(None)
    assert len(script.urls("EntityDefinitions")) == once
    assert dataverse.environment().status_column == "statuscode"
    assert len(script.urls("EntityDefinitions")) == 2 * once


def test_a_configured_opt_out_column_leaves_people_out(session: DataverseSession, script: Script) -> None:
    """Besides the standard column."""
    columns = [*org.LEAD_COLUMNS, org.attribute("lc_nope", "Boolean")]
    org.describe(script)
    script.on("GET", "(LogicalName='lead')/Attributes?", {"value": columns})
    script.on("GET", "leads?", page(lead(lc_nope=True), delta_link="leads?$deltatoken=1"))
    (found,) = pull(Dataverse(session, opt_out=["lc_nope"]), NO_ACCOUNTS)
    assert found.leads[0].opted_out


def test_the_clock_of_this_machine_is_in_no_token(dataverse: Dataverse, script: Script) -> None:
    """A window's token is made of the server's times alone."""
    org.describe(script, lead_tracks=False, account_tracks=False)
    script.on("GET", "leads?", page(lead()))
    script.on("GET", "accounts?", page(account()))
    assert all(str(NOW.year) in token and ROOT not in token for token in tokens_of(pull(dataverse)).values())


@pytest.mark.parametrize("column", ["jobtitle", "lc_gone", "statuscode"])
def test_an_opt_out_column_that_is_not_yes_no_stops_everything(
    session: DataverseSession, script: Script, column: str
) -> None:
    """No lead is read or written, and no environment is described, while it cannot be told who opted out."""
    org.describe(script)
    dataverse = Dataverse(session, opt_out=[column])
    calls: list[Callable[[], object]] = [
        dataverse.environment,
        lambda: pull(dataverse),
        lambda: dataverse.read_leads([LEAD_1], NEEDS),
        lambda: dataverse.write(LEAD_1, 'W/"1"', {"lc_engagement": 1}),
    ]
    for call in calls:
        with pytest.raises(MissingFactError, match=rf"CONNECTOR_OPT_OUT_COLUMN.*{column}"):
            call()
    assert script.urls("leads") == []
