"""Which leads are due: interactions, the passing of time, roll-ups of the account, and marks by hand."""

from __future__ import annotations

from datetime import datetime

import pytest

from connector.pipeline.values import Refused, StoredScore
from connector.store import SqlStore
from tests.contract.store.material import (
    NEEDS,
    NOW,
    absorb,
    account,
    account_page,
    at,
    clear_due,
    click,
    decide,
    due_ids,
    lead,
    lead_page,
    settle,
)


def test_interactions_are_stored_once_and_make_their_leads_due(store: SqlStore) -> None:
    """An interaction is new by its id, within a call too; the first of two counts."""
    absorb(store, lead("lead-1"), lead("lead-2"))
    clear_due(store)
    first = click(1, properties={"form": "Démo", "clicks": 2})
    assert store.add_interactions([first, click(2), click(1, machine=True)], now=NOW) == 2
    assert due_ids(store) == ["lead-1"]
    assert store.dossier("lead-1", now=NOW).interactions == (first, click(2))
    clear_due(store)
    assert store.add_interactions([click(1), click(2)], now=NOW) == 0
    assert store.count_due() == 0


def test_interactions_come_in_the_order_of_their_times(store: SqlStore) -> None:
    """Whatever order they were stored in; those dated later than now are there too."""
    absorb(store, lead())
    store.add_interactions([click(1, when=at(days=2)), click(2, when=at(days=-9)), click(3)], now=NOW)
    assert [one.interaction_id[-1] for one in store.dossier("lead-1", now=NOW).interactions] == ["2", "3", "1"]


def test_interactions_wait_for_a_lead_that_is_not_mirrored_yet(store: SqlStore) -> None:
    """A file that is imported before the first pull is not lost."""
    assert store.add_interactions([click()], now=NOW) == 1
    absorb(store, lead())
    assert len(store.dossier("lead-1", now=NOW).interactions) == 1


def test_many_interactions_at_once(store: SqlStore) -> None:
    """More interactions, of more leads, than a statement takes."""
    ids = [f"lead-{number:04}" for number in range(1_000)]
    absorb(store, *(lead(one) for one in ids))
    clear_due(store)
    clicks = [click(number, one) for one in ids for number in range(3)]
    assert store.add_interactions(clicks, now=NOW) == 3_000
    assert store.count_due() == 1_000
    assert {len(dossier.interactions) for dossier in store.due(2_000, now=NOW)} == {3}


def test_marking_by_hand(store: SqlStore) -> None:
    """Some or all leads can be marked; those that are not mirrored do not count."""
    absorb(store, lead("lead-1"), lead("lead-2"), lead("lead-3"))
    clear_due(store)
    assert store.mark_due(["lead-2", "lead-9"]) == 1
    assert due_ids(store) == ["lead-2"]
    assert store.mark_due() == 3
    assert store.count_due() == 3


def test_time_wakes_a_lead_at_its_next_change_and_not_before(store: SqlStore) -> None:
    """The moment itself counts; a lead that is due already is not woken twice."""
    absorb(store, lead("lead-1"), lead("lead-2"))
    clear_due(store, next_change_at=at(days=7))
    assert store.wake(at(days=6, hours=23)) == 0
    assert store.wake(at(days=7)) == 2
    assert store.wake(at(days=8)) == 0
    assert due_ids(store) == ["lead-1", "lead-2"]
    clear_due(store)
    assert store.wake(at(days=900)) == 0


def test_a_score_of_a_time_to_come_wakes_its_lead(store: SqlStore) -> None:
    """What a clock left that was ahead is scored again once the clock is right; what it claimed is not kept."""
    absorb(store, lead("lead-1"), lead("lead-2"), lead("lead-3"))
    for lead_id, moment in (("lead-1", at(days=400)), ("lead-2", NOW), ("lead-3", at(hours=1))):
        dossier = store.dossier(lead_id, now=NOW)
        settle(store, decide(dossier, values={}, next_change_at=at(days=500), decided_at=moment), None)
    assert store.wake(at(hours=1)) == 1
    assert due_ids(store) == ["lead-1"]
    (shown,) = store.lead_scores("lead-1")
    assert (shown["scored_at"], shown["changed_at"], shown["score"]) == (at(hours=1), at(hours=1), 50)
    dossier = store.dossier("lead-1", now=NOW)
    refused = Refused("rejected", "A plug-in refused.")  # tried again after a pause of an hour at least
    settle(store, decide(dossier, decision_id="refused"), refused, when=at(hours=2))
    assert store.wake(at(hours=2)) == 0


def test_a_score_that_changed_before_the_clock_went_wrong_keeps_that_time(store: SqlStore) -> None:
    """Only what lies ahead is put right."""
    absorb(store, lead())
    settle(store, decide(store.dossier("lead-1", now=NOW), values={}), None)
    store.mark_due()
    settle(store, decide(store.dossier("lead-1", now=NOW), values={}, decided_at=at(days=9)), None)
    assert store.wake(at(days=1)) == 1
    (shown,) = store.lead_scores("lead-1")
    assert (shown["scored_at"], shown["changed_at"]) == (at(days=1), NOW)


def test_a_full_read_that_is_asked_for_decides_everything_anew(store: SqlStore) -> None:
    """Dropping the tokens marks every mirrored lead due, whatever the reads then find."""
    absorb(store, lead("lead-1"), lead("lead-2"), lead("lead-3"))
    absorb(store, lead("lead-2", is_open=False))
    clear_due(store)
    store.drop_tokens("run-1")
    assert due_ids(store) == ["lead-1", "lead-3"]


def test_due_leads_are_paged_by_id(store: SqlStore) -> None:
    """Each page begins after the last id of the one before, and no lead comes twice."""
    absorb(store, *(lead(f"lead-{number}") for number in (3, 1, 5, 2, 4)))
    first = store.due(2, now=NOW)
    second = store.due(2, now=NOW, after=first[-1].lead.lead_id)
    third = store.due(2, now=NOW, after=second[-1].lead.lead_id)
    assert [[one.lead.lead_id for one in page] for page in (first, second, third)] == [
        ["lead-1", "lead-2"],
        ["lead-3", "lead-4"],
        ["lead-5"],
    ]


def test_all_mirrored_leads_can_be_walked(store: SqlStore) -> None:
    """Due or not, in the order of their ids, page after page."""
    absorb(store, *(lead(f"lead-{number}") for number in (2, 1)))
    clear_due(store)
    absorb(store, lead("lead-3"))
    first = store.dossiers(2, now=NOW)
    assert [one.lead.lead_id for one in first] == ["lead-1", "lead-2"]
    assert [one.lead.lead_id for one in store.dossiers(2, now=NOW, after="lead-2")] == ["lead-3"]


def test_a_dossier_holds_the_memory_of_its_lead_alone(store: SqlStore) -> None:
    """Scores, account and interactions of other leads are not mixed in."""
    store.absorb(account_page(account("account-1"), account("account-2", name="Exemple SA")), NEEDS, now=NOW)
    absorb(store, lead("lead-1", account_id="account-1"), lead("lead-2", account_id="account-2"), lead("lead-3"))
    store.add_interactions([click(1, "lead-1"), click(1, "lead-2"), click(2, "lead-2")], now=NOW)
    settle(store, decide(store.dossier("lead-2", now=NOW)))
    store.mark_due()
    one, two, three = store.due(10, now=NOW)
    assert (one.account, two.account, three.account) == (
        account("account-1"),
        account("account-2", name="Exemple SA"),
        None,
    )
    assert [len(each.interactions) for each in (one, two, three)] == [1, 2, 0]
    assert two.scores == {"engagement": StoredScore("engagement", 1, 50, "Warm", NOW)}
    assert (one.scores, three.scores) == ({}, {})
    assert not one.suppressed


# --- roll-ups -------------------------------------------------------------------------------------------------------


def rollups(store: SqlStore, lead_id: str = "lead-1", now: datetime = NOW) -> tuple[dict[str, int], datetime | None]:
    """The roll-ups that a lead's dossier shows."""
    dossier = store.dossier(lead_id, now=now)
    return dict(dossier.rollups), dossier.rollups_change_at


@pytest.fixture
def company(store: SqlStore) -> SqlStore:
    """An account with two leads, another with one, a lead without one; roll-ups in use, nothing due."""
    store.use_rollups(on=True)
    absorb(
        store,
        lead("lead-1", account_id="account-1"),
        lead("lead-2", account_id="account-1"),
        lead("lead-3", account_id="account-2"),
        lead("lead-4"),
    )
    clear_due(store)
    return store


def test_rollups_are_not_counted_unless_a_model_uses_them(company: SqlStore) -> None:
    """Nobody pays for what no live model asks; the switch is remembered."""
    company.use_rollups(on=False)
    assert rollups(company) == ({}, None)
    company.use_rollups(on=True)
    company.use_rollups(on=True)
    assert rollups(company) == ({"open_leads": 2, "engaged_people_30d": 0}, None)


def test_open_leads_are_those_of_the_account(company: SqlStore) -> None:
    """Counted for each account; a lead without one has no roll-ups."""
    assert rollups(company, "lead-3")[0]["open_leads"] == 1
    assert rollups(company, "lead-4") == ({}, None)


def test_engaged_people_are_leads_not_clicks_and_not_machines(company: SqlStore) -> None:
    """A person counts once, with any interaction that no machine made."""
    company.add_interactions(
        [click(1, "lead-1"), click(2, "lead-1"), click(1, "lead-2", machine=True), click(1, "lead-3")], now=NOW
    )
    assert rollups(company)[0] == {"open_leads": 2, "engaged_people_30d": 1}


def test_the_window_is_half_open_and_its_end_is_foretold(company: SqlStore) -> None:
    """An interaction counts until, and not at, thirty days later: that moment is the next change."""
    company.add_interactions([click(1, "lead-1", when=at(days=-5)), click(1, "lead-2", when=at(days=-2))], now=NOW)
    assert rollups(company) == ({"open_leads": 2, "engaged_people_30d": 2}, at(days=25))
    assert rollups(company, now=at(days=25, microseconds=-1))[0]["engaged_people_30d"] == 2
    assert rollups(company, now=at(days=25)) == ({"open_leads": 2, "engaged_people_30d": 1}, at(days=28))
    assert rollups(company, now=at(days=28)) == ({"open_leads": 2, "engaged_people_30d": 0}, None)


def test_an_arrival_is_foretold_too(company: SqlStore) -> None:
    """Somebody who is not engaged yet will be when an interaction that is dated later arrives."""
    company.add_interactions([click(1, "lead-2", when=at(hours=6))], now=NOW)
    assert rollups(company) == ({"open_leads": 2, "engaged_people_30d": 0}, at(hours=6))
    assert rollups(company, now=at(hours=6)) == ({"open_leads": 2, "engaged_people_30d": 1}, at(days=30, hours=6))


def test_an_arrival_prolongs_who_is_engaged(company: SqlStore) -> None:
    """Somebody whose next interaction comes in time stays engaged, so that nothing changes until later."""
    company.add_interactions([click(1, "lead-1", when=at(days=-5)), click(2, "lead-1", when=at(days=3))], now=NOW)
    assert rollups(company) == ({"open_leads": 2, "engaged_people_30d": 1}, at(days=33))


@pytest.mark.parametrize("how", ["comes", "closes", "moves", "clicks", "opts out"])
def test_what_changes_a_rollup_affects_the_accounts_other_leads(company: SqlStore, how: str) -> None:
    """A lead that comes, leaves, moves or is engaged makes its account's other leads due."""
    match how:
        case "comes":
            absorb(company, lead("lead-5", account_id="account-1"))
            expected = ["lead-1", "lead-2", "lead-5"]
        case "closes":
            absorb(company, lead("lead-2", account_id="account-1", is_open=False))
            expected = ["lead-1"]
        case "moves":
            absorb(company, lead("lead-2", account_id="account-2"))
            expected = ["lead-1", "lead-2", "lead-3"]
        case "clicks":
            company.add_interactions([click(1, "lead-2")], now=NOW)
            expected = ["lead-1", "lead-2"]
        case _:
            absorb(company, lead("lead-2", account_id="account-1", opted_out=True))
            expected = ["lead-1"]
    assert due_ids(company) == expected


def test_affected_leads_are_counted_once(company: SqlStore) -> None:
    """Leads that are affected by more than one row of a page count once."""
    page = lead_page(lead("lead-2", account_id="account-2"), deleted=["lead-1"])
    assert company.absorb(page, NEEDS, now=NOW) == 2  # lead-2 itself, and lead-3 of its new account


def test_a_column_of_a_lead_changes_no_rollup(company: SqlStore) -> None:
    """Roll-ups count leads and engagement: another job title is the lead's own affair."""
    absorb(company, lead("lead-1", account_id="account-1", jobtitle="CEO"))
    assert due_ids(company) == ["lead-1"]


def test_without_rollups_a_lead_affects_itself_alone(company: SqlStore) -> None:
    """Where no model counts them, the others are left alone."""
    company.use_rollups(on=False)
    absorb(company, lead("lead-2", account_id="account-2"))
    company.add_interactions([click(1, "lead-4")], now=NOW)
    company.forget(["lead-1"])
    assert due_ids(company) == ["lead-2", "lead-4"]


def test_due_among_finds_due_leads_by_their_own_ids_and_by_their_accounts(store: SqlStore) -> None:
    """Each once, in the order of ids and within the limit; what is not due, or was not asked for, stays out."""
    links = {"lead-1": "account-1", "lead-2": None, "lead-3": "account-1", "lead-4": "account-2", "lead-5": None}
    absorb(store, *(lead(one, account_id=account_id) for one, account_id in links.items()))
    clear_due(store)
    store.mark_due(["lead-1", "lead-2", "lead-3", "lead-4"])
    asked = (["lead-2", "lead-3", "lead-5", "lead-9"], ["account-1"])
    assert [one.lead.lead_id for one in store.due_among(*asked, 10, now=NOW)] == ["lead-1", "lead-2", "lead-3"]
    assert [one.lead.lead_id for one in store.due_among(*asked, 2, now=NOW)] == ["lead-1", "lead-2"]
    assert [one.lead.lead_id for one in store.due_among(*asked, 2, now=NOW, after="lead-2")] == ["lead-3"]
    assert store.due_among([], [], 10, now=NOW) == []


def test_due_among_takes_more_ids_than_a_statement(store: SqlStore) -> None:
    """A burst names thousands."""
    ids = [f"lead-{number:04}" for number in range(2_000)]
    absorb(store, *(lead(one) for one in ids))
    assert [one.lead.lead_id for one in store.due_among(ids, ids, 3, now=NOW, after=ids[899])] == ids[900:903]
