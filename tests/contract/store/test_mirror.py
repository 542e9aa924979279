"""What every mirror does with pages: what is stored, who is affected, who leaves, and where the next pull starts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.errors import MissingFactError
from connector.pipeline.values import AccountRow, ColumnNeeds, LeadRow, Refused, StoredScore, Table
from connector.store import SqlStore
from tests.contract.store.material import (
    NEEDS,
    NOW,
    absorb,
    account,
    account_page,
    announce,
    at,
    clear_due,
    click,
    decide,
    due_ids,
    event,
    lead,
    lead_page,
    new_score,
    settle,
)


def only(store: SqlStore, lead_id: str = "lead-1") -> LeadRow:
    """The lead as mirrored."""
    return store.dossier(lead_id, now=NOW).lead


# --- what is stored -------------------------------------------------------------------------------------------------


def test_a_lead_comes_back_as_it_was_read(store: SqlStore) -> None:
    """Every field of a row survives, non-ASCII text, nulls, numbers and nesting included."""
    row = lead(
        account_id="account-1", jobtitle="Großkundenbetreuer 客户", fullname=None, lc_score=12.5, marked_ready=False
    )
    absorb(store, row)
    assert only(store) == row


def test_only_needed_columns_are_kept(store: SqlStore) -> None:
    """A column that nothing needs is not stored (data minimisation), of accounts neither."""
    absorb(store, lead(account_id="account-1", telephone1="+44 20 0000"))
    store.absorb(account_page(account(telephone1="+49 30 0000")), NEEDS, now=NOW)
    dossier = store.dossier("lead-1", now=NOW)
    assert "telephone1" not in dossier.lead.columns
    assert dossier.account == account()


def test_the_last_of_two_rows_of_a_page_counts(store: SqlStore) -> None:
    """A server that sends a row twice sends the newer one last."""
    assert absorb(store, lead(jobtitle="CFO"), lead(jobtitle="CEO")) == 1
    assert only(store).columns["jobtitle"] == "CEO"


def test_a_page_that_was_prepared_is_stored_as_any_other(store: SqlStore) -> None:
    """Odd texts, nulls, our own columns, two rows of one lead, and leads that are not kept; bundled with others."""
    rows = [
        lead("lead-1", jobtitle="Chef \ud800 \0", fullname=None, lc_score=12),
        lead("lead-2", jobtitle="before"),
        lead("lead-2", jobtitle="after", fullname="客户", more=1),
        lead("lead-3", is_open=False),
        lead("lead-4", opted_out=True),
    ]
    page = lead_page(*rows, deleted=["lead-9"])
    ahead = store.prepare(page, NEEDS)
    assert (ahead.leads, len(ahead.written)) == (page.leads, len(rows))
    assert store.prepare(account_page(account()), NEEDS) == account_page(account())
    assert store.absorb(ahead, NEEDS, now=NOW) == 2
    clear_due(store)
    stored = [only(store, name) for name in ("lead-1", "lead-2")]
    assert [one.columns["jobtitle"] for one in stored] == ["Chef \ufffd \ufffd", "after"]
    assert store.absorb(page, NEEDS, now=NOW) == 0  # the fingerprints are the same
    assert [only(store, name) for name in ("lead-1", "lead-2")] == stored


def test_a_lead_that_is_not_mirrored_has_no_dossier(store: SqlStore) -> None:
    """The error names the lead and what to do."""
    with pytest.raises(MissingFactError, match=r"lead-9.*connector sync"):
        store.dossier("lead-9", now=NOW)


def test_a_large_page_is_stored_whole(store: SqlStore) -> None:
    """A page larger than any limit of parameters is absorbed, updated, and emptied."""
    rows = [lead(f"lead-{number:05}", account_id=f"account-{number}") for number in range(2_500)]
    assert absorb(store, *rows) == 2_500
    assert absorb(store, *(replace(row, etag='W/"9"') for row in rows)) == 0
    assert len(store.missing_accounts()) == 2_500
    store.forget([row.lead_id for row in rows])
    assert store.count_due() == 0
    assert store.missing_accounts() == []


# --- who is affected ------------------------------------------------------------------------------------------------


def test_a_new_lead_is_due(store: SqlStore) -> None:
    """What enters the mirror has never been decided."""
    assert absorb(store, lead("lead-1"), lead("lead-2")) == 2
    assert due_ids(store) == ["lead-1", "lead-2"]


@pytest.mark.parametrize(
    "change",
    [
        lead(jobtitle="CEO"),
        lead(jobtitle=None),
        lead(account_id="account-1"),
        lead(status_reason=2),
        lead(marked_ready=True),
        lead(tracking=False),
    ],
    ids=["column", "emptied column", "account link", "status reason", "sales-ready", "tracking"],
)
def test_a_change_that_counts_makes_a_lead_due(store: SqlStore, change: LeadRow) -> None:
    """A needed column, the account link and the guards affect a lead."""
    absorb(store, lead())
    clear_due(store)
    before = store.dossier("lead-1", now=NOW).due_rev
    assert absorb(store, change) == 1
    assert due_ids(store) == ["lead-1"]
    assert store.dossier("lead-1", now=NOW).due_rev > before
    assert only(store) == change


@pytest.mark.parametrize(
    "change",
    [
        lead(etag='W/"7"'),
        replace(lead(), modified_at=at(days=1)),
        lead(telephone1="+44 20 1111"),
        lead(lc_score=80),
    ],
    ids=["etag", "modified", "column that nobody needs", "column that a model writes"],
)
def test_a_change_that_does_not_count_leaves_a_lead_alone(store: SqlStore, change: LeadRow) -> None:
    """Etag, time and the columns that we write ourselves affect nobody, but are stored."""
    absorb(store, lead())
    clear_due(store)
    assert absorb(store, change) == 0
    assert store.count_due() == 0
    assert only(store).etag == change.etag
    assert only(store).columns["lc_score"] == change.columns["lc_score"]


def test_a_due_lead_that_is_read_again_unchanged_stays_due(store: SqlStore) -> None:
    """Only a decision clears the mark: neither a delta nor a full read that finds nothing new does."""
    absorb(store, lead())
    before = store.dossier("lead-1", now=NOW).due_rev
    assert absorb(store, lead(etag='W/"2"')) == 0
    store.begin_full(Table.LEAD)
    assert store.absorb(lead_page(lead(), full=True, token="t"), NEEDS, now=NOW) == 0
    assert due_ids(store) == ["lead-1"]
    assert store.dossier("lead-1", now=NOW).due_rev == before


def test_a_column_sent_as_null_is_the_same_as_one_not_sent(store: SqlStore) -> None:
    """A missing column and an empty one are both unknown, so that neither is a change."""
    row = lead(fullname=None)
    absorb(store, row)
    clear_due(store)
    columns = {name: value for name, value in row.columns.items() if name != "fullname"}
    assert absorb(store, replace(row, columns=columns)) == 0


def test_a_due_lead_that_changes_again_has_a_new_revision(store: SqlStore) -> None:
    """A decision made before the second change must not clear the mark."""
    absorb(store, lead())
    dossier = store.dossier("lead-1", now=NOW)
    absorb(store, lead(jobtitle="CEO"))
    settle(store, decide(dossier, values={}), None)
    assert due_ids(store) == ["lead-1"]


def test_a_lead_that_left_and_came_back_has_a_revision_of_its_own(store: SqlStore) -> None:
    """A decision about its earlier stay does not clear the mark of the new one."""
    absorb(store, lead())
    old = store.dossier("lead-1", now=NOW)
    store.forget(["lead-1"])
    absorb(store, lead(), now=at(seconds=1))
    settle(store, decide(old, values={}), None)
    assert due_ids(store) == ["lead-1"]


def test_an_accounts_change_affects_its_leads(store: SqlStore) -> None:
    """A new, a changed and a deleted account make their leads due; the same account again does not."""
    absorb(store, lead("lead-1", account_id="account-1"), lead("lead-2", account_id="account-1"), lead("lead-3"))
    for page, affected in [
        (account_page(account()), 2),
        (account_page(account()), 0),
        (account_page(account(numberofemployees=900)), 2),
        (account_page(deleted=["account-1"]), 2),
    ]:
        clear_due(store)
        assert store.absorb(page, NEEDS, now=NOW) == affected
        assert store.count_due() == affected
    assert store.dossier("lead-1", now=NOW).account is None


def test_a_refreshed_lead_is_due_when_it_changed(store: SqlStore) -> None:
    """After a 412 the lead as just read is stored; only a change that counts makes it due."""
    absorb(store, lead())
    clear_due(store)
    store.refresh(lead(etag='W/"3"'), NEEDS, now=NOW)
    assert (store.count_due(), only(store).etag) == (0, 'W/"3"')
    store.refresh(lead(jobtitle="CEO"), NEEDS, now=NOW)
    assert due_ids(store) == ["lead-1"]


def test_a_lead_that_is_refreshed_as_closed_leaves(store: SqlStore) -> None:
    """A lead that was closed between read and write is no longer mirrored."""
    absorb(store, lead())
    store.refresh(lead(is_open=False), NEEDS, now=NOW)
    assert due_ids(store) == []


# --- who leaves -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["closed", "opted out", "deleted", "forgotten"])
def test_who_leaves_takes_scores_and_due_marks_along(store: SqlStore, how: str) -> None:
    """Closed, opted-out, deleted and forgotten leads are gone with their scores; the others stay."""
    absorb(store, lead(), lead("lead-2"))
    settle(store, decide(store.dossier("lead-1", now=NOW)))
    store.mark_due(["lead-1"])
    match how:
        case "closed":
            absorb(store, lead(is_open=False))
        case "opted out":
            absorb(store, lead(opted_out=True))
        case "deleted":
            store.absorb(lead_page(deleted=["lead-1"]), NEEDS, now=NOW)
        case _:
            store.forget(["lead-1"])
    assert due_ids(store) == ["lead-2"]
    assert store.lead_scores("lead-1") == []
    assert store.grade_counts() == {}


def test_a_lead_that_is_opened_again_has_its_history(store: SqlStore) -> None:
    """Closing forgets the row, not what the person did and what we did."""
    absorb(store, lead())
    store.add_interactions([click()], now=NOW)
    absorb(store, lead(is_open=False))
    absorb(store, lead())
    assert store.dossier("lead-1", now=NOW).interactions == (click(),)


@pytest.mark.parametrize("how", ["opted out", "deleted", "suppressed"])
def test_of_a_person_who_is_gone_nothing_stays_and_nothing_is_sent(store: SqlStore, how: str) -> None:
    """Interactions, memory and cards that were not sent go with the person."""
    announce(store, event())
    store.add_interactions([click()], now=NOW)
    match how:
        case "opted out":
            absorb(store, lead(opted_out=True))
        case "deleted":
            store.absorb(lead_page(deleted=["lead-1"]), NEEDS, now=NOW)
        case _:
            store.suppress(["lead-1"], now=NOW)
    assert store.counts() == {}
    assert store.claim(["teams:sales"], 5, now=NOW, rates={}) == []
    absorb(store, lead())
    if how != "suppressed":
        assert store.dossier("lead-1", now=NOW).interactions == ()
        assert store.dossier("lead-1", now=NOW).scores == {}


def scored(store: SqlStore, lead_id: str = "lead-1") -> None:
    """A mirrored lead with two scores, of which one has no number."""
    absorb(store, lead(lead_id))
    both = [new_score(80, "Hot"), new_score(None, None, model="fit", version=3)]
    settle(store, decide(store.dossier(lead_id, now=NOW), scores=both))


def leave(store: SqlStore, how: str) -> None:
    """Let lead-1 leave for a reason that may pass."""
    match how:
        case "closed":
            absorb(store, lead(is_open=False))
        case "refreshed as closed":
            store.refresh(lead(is_open=False), NEEDS, now=NOW)
        case "refused as closed":
            dossier = store.dossier("lead-1", now=NOW)
            settle(store, decide(dossier, decision_id="refused"), Refused("closed"))
        case "not seen":
            store.begin_full(Table.LEAD)
            store.absorb(lead_page(full=True, token="t"), NEEDS, now=NOW)
        case _:
            store.forget(["lead-1"])


PASSING = ["closed", "refreshed as closed", "refused as closed", "not seen", "forgotten"]
KEPT = {
    "engagement": StoredScore("engagement", 1, 80, "Hot", NOW),
    "fit": StoredScore("fit", 3, None, None, NOW),
}


@pytest.mark.parametrize("how", PASSING)
def test_a_lead_that_comes_back_is_measured_by_its_last_scores(store: SqlStore, how: str) -> None:
    """While it is away nothing is shown of it; back again, its crossings are measured by what it had before."""
    scored(store)
    leave(store, how)
    assert (store.lead_scores("lead-1"), store.grade_counts(), store.ranking(5)) == ([], {}, [])
    absorb(store, lead(), now=at(days=9))
    (dossier,) = store.due(5, now=NOW)
    assert dossier.scores == KEPT
    assert (store.lead_scores("lead-1"), store.grade_counts(), store.ranking(5)) == ([], {}, [])


@pytest.mark.parametrize("how", PASSING)
def test_a_lead_remembers_when_it_was_first_seen(store: SqlStore, how: str) -> None:
    """Changes, leaving and coming back do not move it, whether it was scored or not."""
    absorb(store, lead(), lead("lead-2"))
    absorb(store, lead(jobtitle="CEO"), now=at(days=1))
    for days in (2, 3):
        leave(store, how)
        absorb(store, lead(), now=at(days=days))
    absorb(store, lead("lead-3"), now=at(days=4))
    assert store.dossier("lead-1", now=NOW).first_seen_at == NOW
    assert store.dossier("lead-3", now=NOW).first_seen_at == at(days=4)


@pytest.mark.parametrize("closed_before", [True, False])
def test_who_was_deleted_is_seen_for_the_first_time(store: SqlStore, closed_before: bool) -> None:
    """Nothing is kept of an erased lead, not even that it was there."""
    absorb(store, lead())
    if closed_before:
        absorb(store, lead(is_open=False))
    store.absorb(lead_page(deleted=["lead-1"]), NEEDS, now=NOW)
    absorb(store, lead(), now=at(days=1))
    assert store.dossier("lead-1", now=NOW).first_seen_at == at(days=1)


def test_the_scores_of_who_came_back_take_the_place_of_the_kept_ones(store: SqlStore) -> None:
    """An unchanged score keeps the time of its change; what was kept is over, of models that judge no more too."""
    scored(store)
    leave(store, "closed")
    absorb(store, lead(), now=at(days=9))
    settle(store, decide(store.dossier("lead-1", now=NOW), scores=[new_score(80, "Hot")], decided_at=at(days=9)))
    assert store.dossier("lead-1", now=NOW).scores == {"engagement": KEPT["engagement"]}
    (shown,) = store.lead_scores("lead-1")
    assert (shown["scored_at"], shown["changed_at"]) == (at(days=9), NOW)


def test_who_leaves_again_before_it_is_scored_keeps_its_memory(store: SqlStore) -> None:
    """A lead that is opened and closed several times loses nothing; the last scores count."""
    scored(store)
    for _ in range(2):
        leave(store, "closed")
        absorb(store, lead())
    assert store.dossier("lead-1", now=NOW).scores == KEPT
    settle(store, decide(store.dossier("lead-1", now=NOW), decision_id="again", scores=[new_score(5, "Cold")]))
    leave(store, "closed")
    absorb(store, lead())
    assert store.dossier("lead-1", now=NOW).scores == {"engagement": StoredScore("engagement", 1, 5, "Cold", NOW)}


def test_of_a_score_that_is_kept_only_the_score_is_kept(store: SqlStore) -> None:
    """What it was made of says much about a person, and nobody asks for it while the lead is away."""
    scored(store)
    leave(store, "closed")
    with store._database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM former_score").mappings().all()
        left = connection.exec_driver_sql("SELECT count(*) FROM score").scalar()
    assert left == 0
    assert {frozenset(row) for row in rows} == {
        frozenset({"lead_id", "model", "version", "score", "grade", "changed_at"})
    }


@pytest.mark.parametrize("how", ["opted out", "deleted", "suppressed"])
def test_of_a_person_who_is_gone_no_score_is_kept(store: SqlStore, how: str) -> None:
    """Erased means erased: also when the lead was closed before."""
    for number, first in enumerate(["closed", "mirrored"]):
        lead_id = f"lead-{number}"
        scored(store, lead_id)
        if first == "closed":
            absorb(store, lead(lead_id, is_open=False))
        match how:
            case "opted out":
                absorb(store, lead(lead_id, opted_out=True))
            case "deleted":
                store.absorb(lead_page(deleted=[lead_id]), NEEDS, now=NOW)
            case _:
                store.suppress([lead_id], now=NOW)
    with store._database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM former_score").scalar() == 0
    absorb(store, lead("lead-0"), lead("lead-1"))
    assert all(dossier.scores == {} for dossier in store.due(5, now=NOW))


def test_a_row_that_is_also_listed_as_deleted_is_there(store: SqlStore) -> None:
    """A row that was read exists, whatever a list says."""
    store.absorb(lead_page(lead(), deleted=["lead-1"]), NEEDS, now=NOW)
    assert due_ids(store) == ["lead-1"]


# --- people who are left out ----------------------------------------------------------------------------------------


def test_people_who_opted_out_are_counted_for_each_pull(store: SqlStore) -> None:
    """The count is that of the last complete pull, each person once, closed leads not."""
    rows = [lead(f"lead-{number}", opted_out=number < 3) for number in range(5)]
    store.begin_full(Table.LEAD)
    store.absorb(lead_page(*rows[:2], full=True), NEEDS, now=NOW)
    assert store.count_opted_out() == 0
    closed = lead("lead-9", opted_out=True, is_open=False)
    store.absorb(lead_page(rows[0], *rows[2:], closed, full=True, token="t1"), NEEDS, now=NOW)
    assert store.count_opted_out() == 3
    assert due_ids(store) == ["lead-3", "lead-4"]
    store.absorb(lead_page(lead("lead-3", opted_out=True), token="t2"), NEEDS, now=NOW)
    assert store.count_opted_out() == 1
    assert due_ids(store) == ["lead-4"]
    store.absorb(lead_page(token="t3"), NEEDS, now=NOW)
    assert store.count_opted_out() == 0


def test_a_full_read_that_begins_again_counts_anew(store: SqlStore) -> None:
    """A read that broke off does not count twice, and the person met in it counts again."""
    for _ in range(2):
        store.begin_full(Table.LEAD)
        store.absorb(lead_page(lead(opted_out=True), full=True), NEEDS, now=NOW)
    store.absorb(lead_page(full=True, token="t"), NEEDS, now=NOW)
    assert store.count_opted_out() == 1


def test_a_refresh_does_not_count(store: SqlStore) -> None:
    """Somebody met outside a pull is left out and not counted for the next one."""
    absorb(store, lead())
    store.refresh(lead(opted_out=True), NEEDS, now=NOW)
    store.absorb(lead_page(token="t"), NEEDS, now=NOW)
    assert store.count_opted_out() == 0
    assert due_ids(store) == []


def test_a_person_who_opts_in_again_is_mirrored_again(store: SqlStore) -> None:
    """Their own word counts; interactions may be stored again too."""
    absorb(store, lead(opted_out=True))
    assert store.add_interactions([click()], now=NOW) == 0
    absorb(store, lead())
    assert store.add_interactions([click()], now=NOW) == 1
    assert len(store.dossier("lead-1", now=NOW).interactions) == 1


def test_a_suppressed_lead_is_never_mirrored_and_counts_as_left_out(store: SqlStore) -> None:
    """An objection made with us holds, whatever the rows say."""
    absorb(store, lead())
    store.suppress(["lead-1", "lead-2"], now=NOW)
    store.absorb(lead_page(lead(), lead("lead-2", opted_out=True), lead("lead-3"), token="t"), NEEDS, now=NOW)
    assert due_ids(store) == ["lead-3"]
    assert store.count_opted_out() == 2
    absorb(store, lead("lead-2"))
    assert due_ids(store) == ["lead-3"]


# --- tokens and full reads ------------------------------------------------------------------------------------------


def test_a_token_is_kept_with_its_page(store: SqlStore) -> None:
    """The token of the last page is where the next pull starts; a page without one keeps the one before."""
    assert store.tokens(NEEDS) == {}
    store.absorb(lead_page(lead(), token="lead-token"), NEEDS, now=NOW)
    store.absorb(account_page(account(), token="account-token"), NEEDS, now=NOW)
    store.absorb(lead_page(lead("lead-2")), NEEDS, now=NOW)
    assert store.tokens(NEEDS) == {Table.LEAD: "lead-token", Table.ACCOUNT: "account-token"}
    store.absorb(lead_page(token="next"), NEEDS, now=NOW)
    assert store.tokens(NEEDS)[Table.LEAD] == "next"
    store.drop_tokens("run-1")
    assert store.tokens(NEEDS) == {}


def test_tokens_are_dropped_once_for_a_run(store: SqlStore) -> None:
    """A full run that was interrupted after it had read goes on: it does not read everything again."""
    store.drop_tokens("run-1")
    store.absorb(lead_page(lead(), token="lead-token"), NEEDS, now=NOW)
    store.drop_tokens("run-1")
    assert store.tokens(NEEDS) == {Table.LEAD: "lead-token"}
    store.drop_tokens("run-2")
    assert store.tokens(NEEDS) == {}


def test_a_table_whose_needed_columns_grew_is_read_again(store: SqlStore) -> None:
    """A model that needs one more column gets it for every row; fewer columns need no new read."""
    store.absorb(lead_page(token="lead-token"), NEEDS, now=NOW)
    store.absorb(account_page(token="account-token"), NEEDS, now=NOW)
    more = ColumnNeeds(NEEDS.lead | {"budgetamount"}, NEEDS.account)
    fewer = ColumnNeeds(frozenset({"jobtitle"}), NEEDS.account | {"revenue"})
    assert store.tokens(more) == {Table.ACCOUNT: "account-token"}
    assert store.tokens(fewer) == {Table.LEAD: "lead-token"}


def test_a_full_read_forgets_what_it_did_not_meet(store: SqlStore) -> None:
    """Rows that no page of a full read held are gone when its last page is stored, and not before."""
    absorb(store, lead("lead-1"), lead("lead-2"), lead("lead-3"))
    for dossier in store.due(10, now=NOW):
        settle(store, decide(dossier))
    store.begin_full(Table.LEAD)
    store.absorb(lead_page(lead("lead-1"), full=True), NEEDS, now=NOW)
    assert store.dossier("lead-3", now=NOW).scores
    store.absorb(lead_page(lead("lead-2"), full=True, token="t"), NEEDS, now=NOW)
    with pytest.raises(MissingFactError):
        store.dossier("lead-3", now=NOW)
    assert store.lead_scores("lead-3") == []
    assert len(store.lead_scores("lead-2")) == 1


def test_a_full_read_that_changes_nothing_makes_nobody_due(store: SqlStore) -> None:
    """Reading everything again is no reason to decide again."""
    store.absorb(account_page(account()), NEEDS, now=NOW)
    absorb(store, lead(account_id="account-1"))
    clear_due(store)
    for table in Table:
        store.begin_full(table)
    assert store.absorb(account_page(account(), full=True, token="a"), NEEDS, now=NOW) == 0
    assert store.absorb(lead_page(lead(account_id="account-1"), full=True, token="l"), NEEDS, now=NOW) == 0
    assert store.count_due() == 0


def test_a_full_read_of_accounts_drops_the_unseen_and_affects_their_leads(store: SqlStore) -> None:
    """A lead whose account is gone is decided anew without it."""
    store.absorb(account_page(account(), account("account-2")), NEEDS, now=NOW)
    absorb(store, lead(account_id="account-1"), lead("lead-2", account_id="account-2"))
    clear_due(store)
    store.begin_full(Table.ACCOUNT)
    assert store.absorb(account_page(account("account-2"), full=True, token="t"), NEEDS, now=NOW) == 1
    assert due_ids(store) == ["lead-1"]
    assert store.missing_accounts() == ["account-1"]


def test_a_delta_page_with_a_token_sweeps_nothing(store: SqlStore) -> None:
    """Only a full read proves that a row is gone."""
    absorb(store, lead("lead-1"))
    store.begin_full(Table.LEAD)
    store.absorb(lead_page(lead("lead-2"), token="t"), NEEDS, now=NOW)
    assert due_ids(store) == ["lead-1", "lead-2"]


# --- linked accounts ------------------------------------------------------------------------------------------------


def test_missing_accounts_are_those_that_leads_link_to(store: SqlStore) -> None:
    """An account is missing while a lead links to it and the mirror does not hold it."""
    absorb(store, lead(account_id="account-1"), lead("lead-2", account_id="account-2"), lead("lead-3"))
    assert store.missing_accounts() == ["account-1", "account-2"]
    store.absorb(account_page(account("account-2")), NEEDS, now=NOW)
    assert store.missing_accounts() == ["account-1"]
    assert store.prune_accounts() == 0
    assert store.missing_accounts() == ["account-1"]
    absorb(store, lead(account_id="account-2"))
    assert store.missing_accounts() == []


def test_accounts_that_nobody_links_to_are_pruned(store: SqlStore) -> None:
    """Accounts that never had a lead, or lost their last one, are dropped."""
    store.absorb(account_page(*(AccountRow(f"account-{number}", {}) for number in range(4))), NEEDS, now=NOW)
    absorb(store, lead("lead-1", account_id="account-1"), lead("lead-2", account_id="account-2"))
    assert store.prune_accounts() == 2
    assert store.prune_accounts() == 0
    absorb(store, lead("lead-1", account_id="account-2"))
    assert store.prune_accounts() == 1
    absorb(store, lead("lead-1", is_open=False), lead("lead-2", is_open=False))
    assert store.prune_accounts() == 1
    absorb(store, lead("lead-2", account_id="account-2"))
    assert store.missing_accounts() == ["account-2"]


def test_the_values_of_a_column_are_listed_once(store: SqlStore) -> None:
    """In their order, without the empty ones, as many as asked for; a column that is not mirrored has none."""
    titles = ["Owner", "Buyer", "Owner", "", None, "Zürich"]
    absorb(store, *(lead(f"lead-{number}", jobtitle=title) for number, title in enumerate(titles)))
    assert store.lead_values("jobtitle", 9) == ["Buyer", "Owner", "Zürich"]
    assert store.lead_values("jobtitle", 1) == ["Buyer"]
    assert store.lead_values("nowhere", 9) == []
