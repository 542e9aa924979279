"""Subscriptions in the store: once for each wish, found by a key that is kept nowhere, empty of secrets once ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector.errors import BusyError, MissingFactError
from connector.pipeline import subscriptions
from connector.pipeline.subscriptions import About, Callback, Filters, TriggerName, Wish
from connector.pipeline.values import Delivered, Undeliverable
from connector.store import SqlStore
from connector.store import subscriptions as kept
from tests.contract.store.material import announce, at, event

URL = "https://prod-12.westeurope.logic.azure.com:443/workflows/0a/triggers/t/versions/1/run?sp=%2Ftriggers&sig=PLACE"
WISH = Wish(TriggerName.SCORE_CROSSED, Filters(model="engagement", minimum=70, country="GB"), URL, "logic.azure.com")
SECRET, OTHER_SECRET = "whsec_" + "a" * 43 + "=", "whsec_" + "b" * 43 + "="


def test_the_same_wish_is_the_same_subscription(store: SqlStore) -> None:
    """A flow that asks again gets the id, key and secret that it has; another filter or callback is another one."""
    first = store.subscribe(WISH, SECRET, by="user:1", now=at())
    again = store.subscribe(WISH, OTHER_SECRET, by="user:1", now=at(minutes=1))
    assert (first.is_new, again.is_new) == (True, False)
    assert (again.key, again.secret) == (first.key, SECRET)
    assert again.subscription == replace(first.subscription, asked_at=at(minutes=1))
    others = [
        store.subscribe(replace(WISH, callback=URL + "2"), OTHER_SECRET, by="user:1", now=at()),
        store.subscribe(replace(WISH, filters=Filters(model="engagement")), OTHER_SECRET, by="user:1", now=at()),
        store.subscribe(replace(WISH, trigger=TriggerName.GRADE_CHANGED), OTHER_SECRET, by="user:1", now=at()),
    ]
    assert len({first.key, *(one.key for one in others)}) == 4
    assert store.subscription_ids() == {one.subscription.subscription_id for one in (first, *others)}


def test_a_key_is_long_and_kept_nowhere(store: SqlStore) -> None:
    """The unguessable part has 256 bits; no column of the database holds it, and no repr shows it or the callback."""
    made = store.subscribe(WISH, SECRET, by="user:1", now=at())
    assert len(made.key) == 43
    with store._database.read() as connection:
        rows = [str(row) for row in connection.execute(sa.text("select * from subscription"))]
    assert len(rows) == 1
    assert made.key not in rows[0]
    for shown in (repr(made), repr(WISH), repr(store.callback_of(made.subscription.subscription_id))):
        assert "PLACE" not in shown
        assert SECRET not in shown
        assert made.key not in shown


def test_a_key_ends_its_subscription_once(store: SqlStore) -> None:
    """Unsubscribing leaves no callback and no secret behind; a second time, and a wrong key, change nothing."""
    made = store.subscribe(WISH, SECRET, by="user:1", now=at())
    name = made.subscription.subscription_id
    assert store.callback_of(name) == Callback(URL, SECRET)
    assert not store.unsubscribe("x" * 43, by="capability", now=at())
    assert store.unsubscribe(made.key, by="capability", now=at(minutes=1))
    assert not store.unsubscribe(made.key, by="capability", now=at(minutes=2))
    assert store.callback_of(name) is None
    assert store.subscriptions() == []
    [ended] = store.subscriptions(ended=True)
    assert (ended.status, ended.ended_at, ended.end_reason) == ("ended", at(minutes=1), "The flow unsubscribed.")
    with store._database.read() as connection:
        assert "PLACE" not in str(connection.execute(sa.text("select * from subscription")).all())


def test_after_its_end_the_same_wish_is_a_new_subscription(store: SqlStore) -> None:
    """A flow that is switched on again gets another id and another key."""
    first = store.subscribe(WISH, SECRET, by="user:1", now=at())
    store.unsubscribe(first.key, by="capability", now=at())
    again = store.subscribe(WISH, OTHER_SECRET, by="user:1", now=at(days=1))
    assert again.is_new
    assert again.key != first.key
    assert again.subscription.created_at == at(days=1)


def test_filters_come_back_as_they_were(store: SqlStore) -> None:
    """Everything that narrows a subscription is kept; names that a later version forgot are left out."""
    filters = Filters("m", 5, "Hot", "sales-ready", "0a1b2c3d-0000-4000-8000-000000000001", "GB", About.RUN_FAILED)
    made = store.subscribe(replace(WISH, filters=filters), SECRET, by="key:x", now=at())
    assert store.subscription(made.subscription.subscription_id).filters == filters
    assert Filters.from_json({"model": "m", "colour": "red"}) == Filters(model="m")
    assert Filters().as_json() == {}


def test_a_person_ends_one_by_its_id(store: SqlStore) -> None:
    """An id ends it with the reason; what has ended stays as it is, and what is unknown is named with a remedy."""
    name = store.subscribe(WISH, SECRET, by="user:1", now=at()).subscription.subscription_id
    ended = store.end_subscription(name, by="cli", reason="not needed", now=at(minutes=1))
    assert ended.end_reason == "not needed"
    assert store.end_subscription(name, by="cli", reason="again", now=at(minutes=2)) == ended
    with pytest.raises(MissingFactError, match="subscriptions list"):
        store.end_subscription("nope", by="cli", reason="", now=at())
    with pytest.raises(MissingFactError):
        store.subscription("nope")


def test_both_ends_stand_in_the_audit_log_without_secrets(store: SqlStore) -> None:
    """Who subscribed and how it ended is recorded; neither callback nor key is."""
    made = store.subscribe(WISH, SECRET, by="user:1", now=at(), request_id="r-1")
    store.subscribe(WISH, SECRET, by="user:1", now=at())
    store.unsubscribe(made.key, by="capability", now=at(minutes=1))
    ended, created = store.audit_entries(action="subscription")
    assert (created.actor, created.action, created.request_id) == ("user:1", "subscription.created", "r-1")
    assert created.after == {"trigger": "score_crossed", "filters": WISH.filters.as_json(), "host": "logic.azure.com"}
    assert (ended.actor, ended.action, ended.subject) == ("capability", "subscription.ended", created.subject)
    assert "PLACE" not in str((ended, created))


def test_there_are_only_so_many(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller cannot fill the store; one that is there already may still ask again."""
    monkeypatch.setattr(kept, "MOST", 2)
    for number in range(2):
        store.subscribe(replace(WISH, callback=f"{URL}{number}"), SECRET, by="user:1", now=at())
    with pytest.raises(BusyError):
        store.subscribe(replace(WISH, callback=f"{URL}9"), SECRET, by="user:1", now=at())
    assert not store.subscribe(replace(WISH, callback=f"{URL}0"), SECRET, by="user:1", now=at()).is_new
    assert subscriptions.MOST >= 200


def test_ended_ones_are_dropped_by_age(store: SqlStore) -> None:
    """What ended long ago goes, what goes on stays however old it is."""
    first = store.subscribe(WISH, SECRET, by="user:1", now=at())
    store.subscribe(replace(WISH, callback=URL + "2"), SECRET, by="user:1", now=at())
    store.unsubscribe(first.key, by="capability", now=at())
    assert store.prune(now=at(days=400), keep=timedelta(days=90), keep_jobs=timedelta(days=7))["subscriptions"] == 1
    assert len(store.subscriptions(ended=True)) == 1


# --- in the outbox --------------------------------------------------------------------------------------------------


def queue(store: SqlStore, count: int, destination: str) -> None:
    """Queue events of as many leads for a destination."""
    for number in range(count):
        announce(store, event(f"event-{number}", f"lead-{number}", destination))


def test_a_flow_that_is_gone_ends_its_subscription(store: SqlStore) -> None:
    """What waited for it is dead with the reason, its secrets go, and the log says that the callback ended it."""
    one = store.subscribe(WISH, SECRET, by="user:1", now=at()).subscription
    queue(store, 3, one.destination)
    (claimed,) = store.claim([one.destination], 1, now=at(), rates={})
    gone = Undeliverable("The flow answered 410.", 410, "", pauses=True, gone=True)
    store.conclude(claimed, gone, now=at(seconds=1), retry_at=None)
    assert store.counts() == {"dead": 3}
    assert store.callback_of(one.subscription_id) is None
    ended = store.subscription(one.subscription_id)
    assert (ended.status, ended.end_reason) == ("ended", "The flow answered 410.")
    assert store.audit_entries(action="subscription.ended")[0].actor == "callback"


def test_what_an_ended_subscription_was_not_sent_is_dropped_by_age(store: SqlStore) -> None:
    """Nobody can send it any more, so that what it says of people goes as what was sent goes; the others' stays."""
    one = store.subscribe(WISH, SECRET, by="user:1", now=at()).subscription
    other = store.subscribe(replace(WISH, callback=WISH.callback + "2"), SECRET, by="user:1", now=at()).subscription
    queue(store, 2, one.destination)
    announce(store, event("event-9", "lead-9", other.destination), event("event-8", "lead-8", "teams:sales"))
    store.end_subscription(one.subscription_id, by="ana", reason="Not needed.", now=at(hours=1))
    announce(store, event("event-7", "lead-7", one.destination))  # decided before it ended, settled afterwards
    dropped = store.prune(now=at(days=100), keep=timedelta(days=90), keep_jobs=timedelta(days=90))
    assert (dropped["deliveries"], dropped["events"]) == (3, 3)
    assert {row["destination"] for row in store.deliveries()} == {other.destination, "teams:sales"}


def test_a_refused_signature_pauses_and_asking_again_goes_on(store: SqlStore) -> None:
    """With 401 nothing is lost: what waits is held until the flow asks again, and is sent then."""
    one = store.subscribe(WISH, SECRET, by="user:1", now=at()).subscription
    queue(store, 2, one.destination)
    (claimed,) = store.claim([one.destination], 1, now=at(), rates={})
    store.conclude(claimed, Undeliverable("refused", 401, "", pauses=True), now=at(), retry_at=None)
    assert store.subscription(one.subscription_id).status == "paused"
    assert store.counts() == {"dead": 1, "held": 1}
    store.subscribe(WISH, SECRET, by="user:1", now=at(minutes=1))
    assert store.subscription(one.subscription_id).status == "active"
    (sent,) = store.claim([one.destination], 9, now=at(minutes=1), rates={})
    store.conclude(sent, Delivered(202), now=at(minutes=1), retry_at=None)
    assert store.counts() == {"dead": 1, "delivered": 1}


def test_a_subscription_is_never_an_unknown_destination(store: SqlStore) -> None:
    """Whoever lists the destinations before a flow subscribes does not hold its events; of ended ones they are."""
    one = store.subscribe(WISH, SECRET, by="user:1", now=at()).subscription
    queue(store, 1, one.destination)
    announce(store, event("event-9", "lead-9", "subscription:nobody"))
    assert store.hold_unknown((), now=at()) == 1
    assert store.counts() == {"queued": 1, "held": 1}


def test_the_reason_of_a_subscription_that_nobody_knows_names_no_channel(store: SqlStore) -> None:
    """What is held says what it is."""
    announce(store, event("event-9", "lead-9", "subscription:nobody"), event("event-8", "lead-8", "flow:crm"))
    store.hold_unknown((), now=at())
    reasons = {row["destination"]: str(row["reason"]) for row in store.deliveries()}
    assert "ended" in reasons["subscription:nobody"]
    assert "CONNECTOR_FLOWS" in reasons["flow:crm"]
