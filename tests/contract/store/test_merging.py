"""Merges and moves: whose the interactions are, which account a lead has, and who becomes due by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connector.pipeline.awakenings import AccountMemory, Question
from connector.pipeline.ports import Settlement
from connector.pipeline.values import AccountRow, LeadRow, Page, Table
from connector.store import SqlStore
from tests.contract.store.material import (
    NEEDS,
    NOW,
    absorb,
    account,
    account_page,
    clear_due,
    click,
    decide,
    due_ids,
    lead,
    lead_page,
)


def merged(lead_id: str, survivor: str, *, opted_out: bool = False) -> LeadRow:
    """A lead that was closed by a merge."""
    return replace(lead(lead_id, is_open=False, opted_out=opted_out), merged_into=survivor)


def clicks(store: SqlStore, lead_id: str) -> list[str]:
    """The interactions of a lead."""
    return [one.interaction_id for one in store.dossier(lead_id, now=NOW).interactions]


def account_of(store: SqlStore, lead_id: str) -> str | None:
    """The account that a lead is linked to."""
    return store.dossier(lead_id, now=NOW).lead.account_id


# --- leads ----------------------------------------------------------------------------------------------------------


def test_interactions_follow_the_survivor(store: SqlStore) -> None:
    """The lead that was merged leaves, what its person did is the survivor's, who is due; those that come late too."""
    absorb(store, lead("loser"), lead("survivor"))
    store.add_interactions([click(1, "loser"), click(1, "survivor")], now=NOW)
    clear_due(store)
    assert absorb(store, merged("loser", "survivor")) == 1
    assert due_ids(store) == ["survivor"]
    assert clicks(store, "survivor") == ["loser/click-1", "survivor/click-1"]
    clear_due(store)
    assert store.add_interactions([click(2, "loser")], now=NOW) == 1
    assert due_ids(store) == ["survivor"]
    assert "loser/click-2" in clicks(store, "survivor")


def test_a_merge_without_interactions_makes_nobody_due(store: SqlStore) -> None:
    """There is nothing new about the survivor."""
    absorb(store, lead("loser"), lead("survivor"))
    clear_due(store)
    absorb(store, merged("loser", "survivor"))
    assert due_ids(store) == []


@pytest.mark.parametrize("first_is_told_last", [False, True])
def test_a_chain_of_merges_ends_at_the_last_survivor(store: SqlStore, *, first_is_told_last: bool) -> None:
    """In whatever order the merges are told."""
    absorb(store, lead("a"), lead("b"), lead("c"))
    store.add_interactions([click(1, "a"), click(1, "b")], now=NOW)
    rows = [merged("a", "b"), merged("b", "c")]
    for row in reversed(rows) if first_is_told_last else rows:
        absorb(store, row)
    store.add_interactions([click(2, "a")], now=NOW)
    assert clicks(store, "c") == ["a/click-1", "a/click-2", "b/click-1"]


def test_a_circle_of_merges_is_none(store: SqlStore) -> None:
    """What cannot be is not followed."""
    absorb(store, lead("a"), lead("b"))
    store.add_interactions([click(1, "a")], now=NOW)
    absorb(store, merged("a", "b"), merged("b", "a"), merged("c", "c"))
    absorb(store, lead("a"))
    assert clicks(store, "a") == ["a/click-1"]


def test_a_merge_is_told_twice(store: SqlStore) -> None:
    """A window tells a row of its overlap again."""
    absorb(store, lead("survivor"))
    store.add_interactions([click(1, "loser")], now=NOW)
    absorb(store, merged("loser", "survivor"))
    clear_due(store)
    assert absorb(store, merged("loser", "survivor")) == 0
    assert clicks(store, "survivor") == ["loser/click-1"]


def test_an_objection_goes_with_the_person(store: SqlStore) -> None:
    """Who objected to us under the lead that was merged has objected as the survivor."""
    absorb(store, lead("survivor"))
    store.suppress(["loser"], now=NOW)
    absorb(store, merged("loser", "survivor"))
    assert due_ids(store) == []
    absorb(store, lead("survivor", jobtitle="CEO"))
    assert store.count_due() == 0


def test_nothing_follows_to_whom_is_left_out(store: SqlStore) -> None:
    """Of a survivor who opted out nothing is kept; one who opted out before the merge takes everything along."""
    absorb(store, lead("loser"), lead("survivor", opted_out=True), lead("other"))
    store.add_interactions([click(1, "loser"), click(1, "other")], now=NOW)
    absorb(store, merged("loser", "survivor"), merged("other", "third", opted_out=True))
    absorb(store, lead("survivor"), lead("loser"), lead("other"), lead("third"))
    for lead_id in ("survivor", "loser", "other", "third"):
        assert clicks(store, lead_id) == []


# --- accounts -------------------------------------------------------------------------------------------------------


def test_who_was_awake_is_awake_in_the_account_that_survives(store: SqlStore) -> None:
    """What an alert remembers of either account it remembers of the one that is left: a merge is no awakening."""
    absorb(store, lead("lead-1", account_id="loser"), lead("lead-2", account_id="survivor"))
    store.absorb(account_page(account("loser"), account("survivor")), NEEDS, now=NOW)
    told = AccountMemory("loser", "woke", "1", awake=True, ordinal=2, woke_at=NOW)
    slept = AccountMemory("survivor", "woke", "1", awake=False, ordinal=1, woke_at=None)
    other = AccountMemory("loser", "other", "1", awake=False, ordinal=0, woke_at=None)
    decision = replace(decide(store.dossier("lead-1", now=NOW), values={}), accounts=(told, slept, other))
    store.settle([Settlement(decision, None, NOW)])
    store.absorb(account_page(AccountRow("loser", account().columns, merged_into="survivor")), NEEDS, now=NOW)

    def kept(rule: str, account_id: str) -> AccountMemory | None:
        question = Question(rule, "1", timedelta(days=30), None)
        return store.accounts_seen([account_id], question, now=NOW)[account_id].memory

    assert kept("woke", "survivor") == replace(told, account_id="survivor")
    assert kept("other", "survivor") == replace(other, account_id="survivor")
    assert (kept("woke", "loser"), kept("other", "loser")) == (None, None)


def test_leads_of_a_merged_account_are_linked_to_the_survivor(store: SqlStore) -> None:
    """Those that are mirrored at once, those read later too; when the platform relinks them, that is no news."""
    absorb(store, lead("lead-1", account_id="loser"), lead("lead-2", account_id="other"))
    store.absorb(account_page(account("loser"), account("survivor"), account("other")), NEEDS, now=NOW)
    clear_due(store)
    row = AccountRow("loser", account().columns, merged_into="survivor")
    assert store.absorb(account_page(row), NEEDS, now=NOW) == 1
    assert due_ids(store) == ["lead-1"]
    dossier = store.dossier("lead-1", now=NOW)
    assert dossier.lead.account_id == "survivor"
    assert dossier.account == account("survivor")
    clear_due(store)
    absorb(store, lead("lead-1", account_id="survivor", etag='W/"2"'))
    assert due_ids(store) == []
    absorb(store, lead("lead-3", account_id="loser"))
    assert account_of(store, "lead-3") == "survivor"


def test_a_survivor_that_is_not_mirrored_is_missing(store: SqlStore) -> None:
    """So that it is asked for; the account that was merged is kept no more."""
    absorb(store, lead("lead-1", account_id="loser"))
    store.absorb(account_page(account("loser")), NEEDS, now=NOW)
    store.absorb(account_page(AccountRow("loser", {}, merged_into="survivor")), NEEDS, now=NOW)
    assert store.missing_accounts() == ["survivor"]


# --- contacts -------------------------------------------------------------------------------------------------------


def contact_page(**companies: str | None) -> Page:
    """Contacts with the accounts that are their companies."""
    return Page(Table.CONTACT, companies=companies, token="window")


def test_a_contact_that_moves_takes_along_the_leads_that_go_by_it(store: SqlStore) -> None:
    """Another company is another account; leads linked otherwise, and other contacts, stay."""
    by_contact = replace(lead("lead-1", account_id="old"), contact_id="ann")
    absorb(store, by_contact, lead("lead-2", account_id="old"), replace(lead("lead-3"), contact_id="bob"))
    clear_due(store)
    assert store.absorb(contact_page(ann="new", carl="new"), NEEDS, now=NOW) == 1
    assert (account_of(store, "lead-1"), account_of(store, "lead-2"), account_of(store, "lead-3")) == (
        "new",
        "old",
        None,
    )
    assert due_ids(store) == ["lead-1"]
    assert store.missing_accounts() == ["new", "old"]
    clear_due(store)
    assert store.absorb(contact_page(ann="new"), NEEDS, now=NOW) == 0
    assert store.absorb(contact_page(ann=None), NEEDS, now=NOW) == 1
    assert account_of(store, "lead-1") is None


def test_a_contact_of_a_merged_account_leads_to_the_survivor(store: SqlStore) -> None:
    """Both moves are followed."""
    absorb(store, replace(lead("lead-1"), contact_id="ann"))
    store.absorb(account_page(AccountRow("loser", {}, merged_into="survivor")), NEEDS, now=NOW)
    store.absorb(contact_page(ann="loser"), NEEDS, now=NOW)
    assert account_of(store, "lead-1") == "survivor"


def test_contacts_are_read_while_a_lead_goes_by_one(store: SqlStore) -> None:
    """Else no token is given: the next pull starts anew and misses nothing."""
    store.absorb(contact_page(), NEEDS, now=NOW)
    assert Table.CONTACT not in store.tokens(NEEDS)
    absorb(store, replace(lead("lead-1"), contact_id="ann"))
    assert store.tokens(NEEDS)[Table.CONTACT] == "window"
    absorb(store, lead("lead-1", is_open=False))
    assert Table.CONTACT not in store.tokens(NEEDS)


# --- reading ids alone ----------------------------------------------------------------------------------------------


def test_rows_that_a_look_does_not_meet_are_gone(store: SqlStore) -> None:
    """Ids alone are enough to keep a row as it is, and due or not as it was; of accounts too."""
    absorb(store, lead("lead-1", account_id="a"), lead("lead-2", account_id="b"), lead("lead-3"))
    store.absorb(account_page(account("a"), account("b")), NEEDS, now=NOW)
    clear_due(store)
    store.begin_full(Table.LEAD)
    store.absorb(Page(Table.LEAD, seen=("lead-1", "unknown"), full=True), NEEDS, now=NOW)
    assert len(store.dossiers(9, now=NOW)) == 3
    store.absorb(Page(Table.LEAD, seen=("lead-2",), full=True, token="t"), NEEDS, now=NOW)
    assert [one.lead.lead_id for one in store.dossiers(9, now=NOW)] == ["lead-1", "lead-2"]
    assert due_ids(store) == []
    store.begin_full(Table.ACCOUNT)
    store.absorb(Page(Table.ACCOUNT, seen=("a",), full=True, token="t"), NEEDS, now=NOW)
    assert due_ids(store) == ["lead-2"]
    assert store.missing_accounts() == ["b"]


def test_a_lead_comes_back_after_a_look_missed_it(store: SqlStore) -> None:
    """What a look takes away is forgotten, not erased: rights that were mended bring it back with its history."""
    absorb(store, lead("lead-1"))
    store.add_interactions([click(1)], now=NOW)
    store.begin_full(Table.LEAD)
    store.absorb(Page(Table.LEAD, full=True, token="t"), NEEDS, now=NOW)
    store.absorb(lead_page(lead("lead-1")), NEEDS, now=NOW)
    assert clicks(store, "lead-1") == ["lead-1/click-1"]
