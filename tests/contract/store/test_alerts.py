"""What every store keeps of alerts: what is held, digests once each, accounts that wake up, owners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from connector.pipeline.announce import CardColumns
from connector.pipeline.awakenings import AccountMemory, Question
from connector.pipeline.digests import DIGEST, WEEKLY, Period, Told, compose
from connector.pipeline.holding import DAY, HOUR, Limit, Terms
from connector.pipeline.owners import Owner
from connector.pipeline.ports import Settlement
from connector.pipeline.values import Delivered, Event, Refused, Stale, Unchanged, WriteResult
from connector.store import SqlStore
from connector.store.tables import event as event_table
from tests.contract.store.conftest import Opener
from tests.contract.store.material import (
    APPLIED,
    CHANNEL,
    NEEDS,
    NOW,
    absorb,
    account,
    account_page,
    announce,
    at,
    click,
    decide,
    lead,
    lead_page,
    new_score,
    settle,
)

CARDS = CardColumns("fullname", "companyname", "jobtitle", "address1_country", "name")
FREE: dict[str, list[tuple[int, float]]] = {CHANNEL: []}
SLOT = at(hours=1)


def limited(
    number: int, *limits: Limit, alert: str = "hot", owner: str | None = None, quiet: datetime | None = None
) -> Event:
    """An alert's event about a lead, with the terms of its channel."""
    event_id, lead_id = f"event-{alert}-{number}", f"lead-{number}"
    payload: dict[str, Any] = {
        "event_id": event_id,
        "alert": alert,
        "lead": {"name": f"Zoë {number}", "company": "Beispiel GmbH"},
        "scores": [{"model": "engagement", "score": 60 + number, "grade": "Hot"}],
    }
    terms = (Terms(CHANNEL, limits, quiet),)
    return Event(event_id, "score_crossed", lead_id, payload, (CHANNEL,), NOW, owner_id=owner, terms=terms)


def waiting(store: SqlStore) -> list[object]:
    """The leads of what is held for a digest."""
    return [one["lead_id"] for one in store.held_alerts()]


def digest(store: SqlStore, slot: datetime = SLOT, kind: str = DIGEST) -> str | None:
    """Make the digest of a slot."""
    period = Period(kind, CHANNEL, slot)
    return store.make_digest(period, compose) if kind == DIGEST else store.make_summary(period, compose, CARDS)


def card(store: SqlStore, event_id: str | None, **later: float) -> dict[str, Any]:
    """What the card of an event says, when all that come before it have arrived."""
    while claimed := store.claim([CHANNEL], 50, now=at(**later), rates=FREE):
        for one in claimed:
            if one.event_id == event_id:
                return dict(one.payload)
            store.conclude(one, Delivered(202), now=at(**later), retry_at=None)
    raise AssertionError(f"{event_id} never came")


# --- holding --------------------------------------------------------------------------------------------------------


def test_what_is_over_a_budget_is_held_with_its_reason(store: SqlStore) -> None:
    """Two come at once, the third is held; it is listed, and says why."""
    for number in (1, 2, 3):
        announce(store, limited(number, Limit(2, HOUR), owner="anna"))
    (held,) = store.held_alerts()
    assert (held["lead_id"], held["rule"], held["name"], held["score"]) == ("lead-3", "hot", "Zoë 3", 63)
    assert (held["reason"], held["digest_after"], held["owner_id"]) == (
        "The channel sales takes 2 cards an hour.",
        NOW,
        "anna",
    )
    assert {one["status"] for one in store.deliveries(status="held")} == {"held"}
    assert len(store.claim([CHANNEL], 50, now=at(hours=9), rates=FREE)) == 2


def test_budgets_count_over_decisions_restarts_and_a_whole_day(store: SqlStore, reopen: Opener) -> None:
    """What was sent is on record: an hour later there is room again by the hour, and none by the day."""
    announce(store, limited(1, Limit(1, HOUR), Limit(2, DAY)))
    again = reopen()
    announce(again, limited(2, Limit(1, HOUR), Limit(2, DAY)), when=at(minutes=59))
    announce(again, limited(3, Limit(1, HOUR), Limit(2, DAY)), when=at(minutes=60))
    announce(again, limited(4, Limit(1, HOUR), Limit(2, DAY)), when=at(hours=23))
    announce(again, limited(5, Limit(1, HOUR), Limit(2, DAY)), when=at(hours=24))
    assert waiting(again) == ["lead-2", "lead-4"]


def test_events_of_one_step_share_a_budget(store: SqlStore) -> None:
    """Decisions that are settled together pass the gate one after the other; rule and owner are told apart."""
    absorb(store, *(lead(f"lead-{number}") for number in range(1, 7)))
    limits = (Limit(2, HOUR, of_rule=True), Limit(1, HOUR, of_owner=True))
    events = [
        limited(1, *limits, owner="anna"),
        limited(2, *limits, owner="anna"),
        limited(3, *limits),
        limited(4, *limits),
        limited(5, *limits, alert="other", owner="bert"),
        limited(6, *limits, alert="other", owner="anna"),
    ]
    dossiers = [store.dossier(one.lead_id, now=NOW) for one in events]
    decisions = [decide(seen, values={}, events=[one]) for seen, one in zip(dossiers, events, strict=True)]
    store.settle([Settlement(one, None, NOW) for one in decisions])
    assert waiting(store) == ["lead-2", "lead-4", "lead-6"]
    store.settle([Settlement(replace(one, decision_id=f"again-{one.lead_id}"), None, NOW) for one in decisions])
    assert len(store.deliveries()) == 6


def test_quiet_hours_hold_until_they_are_over(store: SqlStore) -> None:
    """What came in them is told by no digest of before their end."""
    announce(store, limited(1, quiet=at(hours=2)))
    assert digest(store, at(hours=1)) is None
    assert digest(store, at(hours=2)) is not None


def test_a_person_may_let_a_held_alert_go(store: SqlStore) -> None:
    """Replayed, it comes as a card of its own, and in no digest."""
    announce(store, limited(1, Limit(1, HOUR)))
    announce(store, limited(2, Limit(1, HOUR)))
    (held,) = store.held_alerts()
    assert store.replay([str(held["delivery_id"])], now=NOW) == 1
    assert digest(store) is None
    assert len(store.claim([CHANNEL], 50, now=NOW, rates=FREE)) == 2


# --- digests --------------------------------------------------------------------------------------------------------


def test_a_digest_tells_what_was_held_once(store: SqlStore, reopen: Opener) -> None:
    """One card for the channel and slot, whoever asks; what it tells is held no longer, and its words are dropped."""
    for number in range(1, 5):
        announce(store, limited(number, Limit(1, HOUR)), when=at(minutes=number))
    event_id = digest(store)
    assert event_id is not None
    assert digest(reopen()) is None
    said = card(store, event_id, hours=1)
    assert (said["total"], said["channel"], said["by_rule"]) == (3, "sales", [{"rule": "hot", "count": 3}])
    assert (said["from"], said["to"]) == (at(minutes=2).isoformat(), SLOT.isoformat())
    assert [one["name"] for one in said["leads"]] == ["Zoë 4", "Zoë 3", "Zoë 2"]
    assert store.held_alerts() == []
    assert store.counts() == {"delivered": 1, "digested": 3, "sending": 1}
    with store._database.read() as connection:
        kept = connection.execute(sa.select(event_table.c.lead_id, event_table.c.payload)).all()
    assert {row.lead_id for row in kept if row.payload} == {""}


def test_an_unsent_digest_says_nothing_of_people_who_are_gone(store: SqlStore) -> None:
    """Whoever is erased, or opts out, before the card is sent is not named in it; how many alerts there were stays."""
    for number in range(1, 5):
        announce(store, limited(number, Limit(1, HOUR)), when=at(minutes=number))
    event_id = digest(store)
    absorb(store, lead("lead-2", etag='W/"9"', opted_out=True))
    store.absorb(lead_page(deleted=["lead-3"]), NEEDS, now=NOW)
    said = card(store, event_id, hours=1)
    assert ([one["name"] for one in said["leads"]], said["total"]) == (["Zoë 4"], 3)


def test_what_is_held_after_a_slot_waits_for_the_next(store: SqlStore) -> None:
    """A slot tells what was held before it, however late it is made; missed slots are told by the last."""
    announce(store, limited(1, Limit(1, HOUR)))
    announce(store, limited(2, Limit(1, HOUR)))
    announce(store, limited(3, Limit(1, DAY)), when=at(hours=1, minutes=5))
    assert digest(store, at(hours=1)) is not None
    assert waiting(store) == ["lead-3"]
    assert digest(store, at(hours=4)) is not None
    assert digest(store, at(hours=3)) is None
    assert digest(store, at(hours=5)) is None


def test_a_digest_that_fails_leaves_all_as_it_was(store: SqlStore) -> None:
    """Where composing breaks off nothing is told and nothing lost: the next try makes the whole card."""
    announce(store, limited(1, quiet=NOW))

    def fail(_period: Period, _since: datetime, _told: Sequence[Told]) -> Event:
        raise SystemExit

    with pytest.raises(SystemExit):
        store.make_digest(Period(DIGEST, CHANNEL, SLOT), fail)
    assert waiting(store) == ["lead-1"]
    assert digest(store) is not None


def test_digests_use_up_no_budget(store: SqlStore) -> None:
    """Neither a digest nor what it tells counts against the cards of the hour."""
    announce(store, limited(1, quiet=NOW))
    digest(store)
    announce(store, limited(2, Limit(1, DAY)), when=at(hours=1))
    assert store.held_alerts() == []


# --- summaries ------------------------------------------------------------------------------------------------------


def test_a_summary_tells_the_time_since_the_last(store: SqlStore) -> None:
    """The first slot is only noted; then come the alerts since, sent or held, with the leads as they are now."""
    week = at(days=7)
    assert digest(store, NOW, WEEKLY) is None
    store.absorb(account_page(account(name="Nordwind AG")), NEEDS, now=NOW)
    for number in (1, 2):
        announce(store, limited(number, Limit(1, HOUR)), when=at(days=number))
    absorb(store, lead("lead-1", account_id="account-1", fullname="Renamed"))
    settle(store, decide(store.dossier("lead-1", now=NOW), values={}, scores=[new_score(91, "Hot")]), None)
    store.forget(["lead-2"])
    event_id = digest(store, week, WEEKLY)
    said = card(store, event_id, days=7)
    assert (said["kind"], said["total"], said["from"], said["to"]) == (WEEKLY, 2, NOW.isoformat(), week.isoformat())
    assert said["by_rule"] == [{"rule": "hot", "count": 2}]
    assert said["leads"][0]["name"] == "Renamed"
    assert (said["leads"][0]["company"], said["leads"][0]["score"], said["leads"][0]["grade"]) == (
        "Nordwind AG",
        91,
        "Hot",
    )
    assert said["leads"][1]["name"] is None
    assert digest(store, week, WEEKLY) is None


def test_a_week_without_alerts_has_no_card(store: SqlStore) -> None:
    """Nothing to tell is not told; the next summary begins where that week ended, and digests are no alerts."""
    digest(store, NOW, WEEKLY)
    assert digest(store, at(days=7), WEEKLY) is None
    announce(store, limited(1, quiet=NOW), when=at(days=8))
    digest(store, at(days=9))
    event_id = digest(store, at(days=14), WEEKLY)
    said = card(store, event_id, days=14)
    assert (said["total"], said["from"]) == (1, at(days=7).isoformat())


# --- accounts -------------------------------------------------------------------------------------------------------

QUESTION = Question("awake", "1", timedelta(days=30), at(days=-1))


def people(store: SqlStore) -> None:
    """An account with leads that clicked ten, forty and no days ago, a machine, and one that refused tracking."""
    store.absorb(account_page(account()), NEEDS, now=NOW)
    rows = [lead(f"lead-{number}", account_id="account-1") for number in range(1, 5)]
    absorb(store, *rows, lead("lead-5", account_id="account-1", tracking=False), lead("lead-6"))
    clicks = [
        click(1, "lead-1", when=at(days=-10)),
        click(2, "lead-1", when=at(days=-12)),
        click(1, "lead-2", when=at(days=-40)),
        click(1, "lead-3", when=at(hours=-1)),
        click(2, "lead-3", when=at(hours=2)),
        click(1, "lead-4", machine=True),
        click(1, "lead-5"),
        click(1, "lead-6"),
    ]
    store.add_interactions(clicks, now=NOW)


def test_people_of_an_account_are_counted(store: SqlStore) -> None:
    """Distinct people in the window now, and at the baseline's moment; when all are quiet again, and what comes."""
    people(store)
    seen = store.accounts_seen({"account-1", "nobody"}, QUESTION, now=NOW)
    found, none = seen["account-1"], seen["nobody"]
    assert (found.people, found.people_before, found.memory) == (2, 1, None)
    assert (found.asleep_at, found.arrival_at) == (at(hours=-1, days=30), at(hours=2))
    assert (none.people, none.people_before, none.asleep_at, none.arrival_at) == (0, 0, None, None)
    later = store.accounts_seen(["account-1"], replace(QUESTION, since=None), now=at(days=32))["account-1"]
    assert (later.people, later.people_before) == (0, 0)
    assert store.accounts_seen([], QUESTION, now=NOW) == {}


WOKE = AccountMemory("account-1", "awake", "1", awake=True, ordinal=1, woke_at=NOW)


def woken(store: SqlStore, lead_id: str, result: WriteResult | None, memory: AccountMemory = WOKE) -> None:
    """A lead brings the awakening of its account, and its own write ends as it does."""
    one = Event("event-woke", "account_woke", lead_id, {"alert": "awake"}, (CHANNEL,), NOW)
    decision = decide(store.dossier(lead_id, now=NOW), decision_id=f"of-{lead_id}")
    settle(store, replace(decision, accounts=(memory,), account_events=(one,)), result)


@pytest.mark.parametrize(
    ("result", "is_told"),
    [
        (APPLIED, True),
        (Unchanged(), True),
        (Refused("rejected"), True),
        (Refused("forbidden"), True),
        (Refused("closed"), False),
        (Stale(), False),
    ],
)
def test_an_awakening_hangs_on_no_write(store: SqlStore, result: WriteResult, *, is_told: bool) -> None:
    """What becomes of the lead's write changes nothing for its account, unless the lead is decided anew or left."""
    people(store)
    woken(store, "lead-1", result)
    memory = store.accounts_seen(["account-1"], QUESTION, now=NOW)["account-1"].memory
    assert (memory == WOKE, len(store.deliveries())) == (is_told, int(is_told))


def test_two_leads_bring_one_awakening(store: SqlStore) -> None:
    """The event has one id, and the memory is that of the furthest."""
    people(store)
    woken(store, "lead-1", APPLIED)
    woken(store, "lead-2", APPLIED)
    assert len(store.deliveries()) == 1
    other = replace(QUESTION, rule_version="2")
    assert store.accounts_seen(["account-1"], other, now=NOW)["account-1"].memory is None


# --- owners ---------------------------------------------------------------------------------------------------------


def test_owners_are_kept_as_last_read(store: SqlStore, reopen: Opener) -> None:
    """A second reading replaces the first; who was not asked for is absent."""
    store.keep_owners([Owner("a", "Anna Ortiz", "e1", NOW), Owner("b", None, None, NOW)])
    store.keep_owners([Owner("a", "Anna Berg", "e1", at(days=1))])
    assert reopen().owners({"a", "b", "c"}) == {
        "a": Owner("a", "Anna Berg", "e1", at(days=1)),
        "b": Owner("b", None, None, NOW),
    }
    assert store.owners(set()) == {}
