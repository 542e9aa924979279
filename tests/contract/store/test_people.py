"""What every store promises of the people of an account: who they are, when they acted, whom a change affects."""

from __future__ import annotations

from datetime import timedelta

from connector.pipeline.awakenings import Question
from connector.pipeline.colleagues import Colleague
from connector.pipeline.sources.rows import TRACKING_REFUSED
from connector.pipeline.values import Interaction
from connector.scoring.people import PeopleCount
from connector.store import SqlStore
from tests.contract.store.conftest import Opener
from tests.contract.store.material import NEEDS, NOW, absorb, account, account_page, at, clear_due, click, lead

WEEK = PeopleCount(within=timedelta(days=7)).fact
BY_TITLE = PeopleCount(within=timedelta(days=7), distinct="function").fact
EVER = PeopleCount(others=True).fact


def company(store: SqlStore, *counts: str, title: str | None = None) -> None:
    """Two leads of one account and one of another, all scored by now."""
    store.use_rollups(on=True, counts=counts, title=title)
    store.absorb(account_page(account(), account("account-2")), NEEDS, now=NOW)
    absorb(
        store,
        lead("lead-1", account_id="account-1"),
        lead("lead-2", account_id="account-1", jobtitle="Head of IT"),
        lead("lead-3", account_id="account-2"),
    )


def test_people_are_told_where_somebody_counts_them(store: SqlStore, reopen: Opener) -> None:
    """Each lead of the account comes with its latest deed and the next one; machines' deeds do not count."""
    company(store, BY_TITLE, title="jobtitle")
    deeds = [
        click(1, "lead-1", when=at(days=-8)),
        click(2, "lead-2", when=at(days=-2)),
        click(3, "lead-2", when=at(days=-1)),
        click(4, "lead-2", when=at(days=1)),
        click(5, "lead-2", when=at(days=2)),
        click(6, "lead-1", when=at(days=-1), machine=True),
        click(7, "lead-3"),
    ]
    store.add_interactions(deeds, now=NOW)
    people = reopen().dossier("lead-1", now=NOW).people
    assert people is not None
    assert people.counts == (BY_TITLE,)
    assert people.colleagues == (
        Colleague("lead-1", "Finance Director", None, None),
        Colleague("lead-2", "Head of IT", at(days=-1), at(days=1)),
    )


def test_without_a_window_every_deed_counts_and_titles_are_left_out(store: SqlStore) -> None:
    """What no count reads is not told."""
    company(store, WEEK, EVER)
    store.add_interactions([click(1, "lead-1", when=at(days=-900))], now=NOW)
    people = store.dossier("lead-2", now=NOW).people
    assert people is not None
    assert people.colleagues == (Colleague("lead-1", None, at(days=-900), None), Colleague("lead-2", None, None, None))


def test_nothing_is_read_that_nobody_asks_for(store: SqlStore) -> None:
    """Without such counts there are no people, and a lead without an account has none either."""
    company(store)
    assert store.dossier("lead-1", now=NOW).people is None
    company(store, WEEK)
    absorb(store, lead("lead-9"))
    assert store.dossier("lead-9", now=NOW).people is None


def test_a_title_that_changes_affects_the_colleagues_where_titles_are_counted(store: SqlStore) -> None:
    """A lead's own change is its own affair, unless a count reads what changed."""
    company(store, WEEK)
    assert absorb(store, lead("lead-2", account_id="account-1", jobtitle="Buyer")) == 1
    company(store, BY_TITLE, title="jobtitle")
    assert absorb(store, lead("lead-2", account_id="account-1", jobtitle="Head of Sales")) == 2


def test_who_refused_tracking_is_not_counted(store: SqlStore) -> None:
    """By the column of the lead or by a consent: not in roll-ups, in counts, or where accounts wake up."""
    company(store, WEEK)
    refusal = Interaction("refused", "lead-2", TRACKING_REFUSED, at(days=-90), {}, machine=True)
    store.add_interactions([click(1, "lead-1"), click(2, "lead-2"), refusal], now=NOW)
    clear_due(store)
    assert absorb(store, lead("lead-1", account_id="account-1", tracking=False)) == 2
    dossier = store.dossier("lead-1", now=NOW)
    assert dossier.rollups == {"open_leads": 2, "engaged_people_30d": 0}
    assert dossier.people is not None
    assert [one.last_at for one in dossier.people.colleagues] == [None, None]
    question = Question("awake", "1", timedelta(days=30), None)
    assert store.accounts_seen(["account-1"], question, now=NOW)["account-1"].people == 0
