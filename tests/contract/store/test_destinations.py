"""A destination from which only failures come rests after some days, says so, and returns when somebody mended it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from connector.errors import MissingFactError, RefusedError
from connector.pipeline.destinations import Destination
from connector.pipeline.values import Delivered, DeliveryOutcome, RetryLater, Undeliverable
from connector.store import SqlStore
from tests.contract.store.material import CHANNEL, NOW, announce, at
from tests.contract.store.material import event as an_event

AFTER = timedelta(hours=120)
AWAY = RetryLater("The channel answered 503.", 503)


def attempt(store: SqlStore, now: datetime, outcome: DeliveryOutcome, *, again: bool = True) -> None:
    """One attempt of whatever waits, and what came of it."""
    (one, *_) = store.claim([CHANNEL], 1, now=now, rates={})
    retry_at = now if again and isinstance(outcome, RetryLater) else None
    store.conclude(one, outcome, now=now, retry_at=retry_at, pause_after=AFTER)


def trouble(store: SqlStore) -> list[tuple[bool, datetime | None, int]]:
    """What is said of destinations: paused, failing since, how many wait."""
    return [(one.paused is not None, one.failing_since, one.held) for one in store.troubled_destinations()]


def fail_daily(store: SqlStore, days: int) -> None:
    """Failures, a day apart."""
    for day in range(days):
        attempt(store, at(days=day), AWAY)


def test_after_days_of_failures_alone_it_rests(store: SqlStore) -> None:
    """Everything that is queued for it is held, what comes later too, and the reason says what to do."""
    announce(store, an_event("event-1"), an_event("event-2", "lead-2"))
    fail_daily(store, 5)
    assert trouble(store) == [(False, NOW, 0)]
    attempt(store, at(days=5), AWAY)
    assert trouble(store) == [(True, NOW, 2)]
    announce(store, an_event("event-3", "lead-3"))
    assert trouble(store) == [(True, NOW, 3)]
    (one,) = store.troubled_destinations()
    assert one.paused is not None
    assert one.paused_at == at(days=5)
    assert "503" in one.paused
    assert f"connector deliveries resume {CHANNEL}" in one.paused
    assert {row["reason"] for row in store.deliveries()} == {one.paused}
    assert store.claim([CHANNEL], 5, now=at(days=9), rates={}) == []


def test_one_success_between_is_enough(store: SqlStore) -> None:
    """Time counts from the first failure that no success came after."""
    announce(store, an_event("event-1"), an_event("event-2", "lead-2"))
    fail_daily(store, 4)
    attempt(store, at(days=4), Delivered(202))
    assert trouble(store) == []
    for day in range(5, 10):
        attempt(store, at(days=day), AWAY)
    assert trouble(store) == [(False, at(days=5), 0)]


def test_refusals_count_as_failures(store: SqlStore) -> None:
    """A channel that refuses every card is no better than one that does not answer."""
    announce(store, *(an_event(f"event-{number}", f"lead-{number}") for number in range(7)))
    for day in range(6):
        attempt(store, at(days=day), Undeliverable("It refused the card with 400.", 400))
    assert trouble(store) == [(True, NOW, 1)]
    assert store.counts() == {"dead": 6, "held": 1}


def test_where_nothing_was_tried_for_long_nobody_knows(store: SqlStore) -> None:
    """Two failures with a week between them are no week of failures."""
    announce(store, an_event("event-1"), an_event("event-2", "lead-2"))
    attempt(store, NOW, AWAY, again=False)
    attempt(store, at(days=7), AWAY)
    assert trouble(store) == [(False, at(days=7), 0)]


def test_without_a_limit_it_never_rests(store: SqlStore) -> None:
    """Where nobody asks for it only what the destination itself says pauses it."""
    announce(store, an_event("event-1"))
    for day in range(30):
        (one,) = store.claim([CHANNEL], 1, now=at(days=day), rates={})
        store.conclude(one, AWAY, now=at(days=day), retry_at=at(days=day))
    assert trouble(store) == [(False, NOW, 0)]


def test_it_is_resumed_with_what_waited(store: SqlStore) -> None:
    """As if it had never failed: the next failure begins to count anew."""
    announce(store, an_event("event-1"), an_event("event-2", "lead-2"))
    fail_daily(store, 6)
    assert store.resume_destination(CHANNEL, now=at(days=6)) == 2
    assert trouble(store) == []
    assert store.counts() == {"queued": 2}
    attempt(store, at(days=6), AWAY)
    assert trouble(store) == [(False, at(days=6), 0)]
    with pytest.raises(RefusedError, match="is not paused"):
        store.resume_destination(CHANNEL, now=at(days=6))
    with pytest.raises(MissingFactError, match="Nothing was ever sent to teams:nobody"):
        store.resume_destination("teams:nobody", now=NOW)


def test_a_replay_resumes_too(store: SqlStore) -> None:
    """Whoever sends one again has mended it."""
    announce(store, an_event("event-1"))
    fail_daily(store, 6)
    ids = [str(row["delivery_id"]) for row in store.deliveries()]
    assert store.replay(ids, now=at(days=6)) == 1
    assert store.troubled_destinations() == []


def test_a_destination_that_is_off_says_so_at_once(store: SqlStore) -> None:
    """What the destination itself says is final pauses it without waiting for days, and is resumed alike."""
    announce(store, an_event("event-1"), an_event("event-2", "lead-2"))
    attempt(store, NOW, Undeliverable("The workflow is off.", 404, pauses=True))
    assert list(store.troubled_destinations()) == [Destination(CHANNEL, "The workflow is off.", NOW, NOW, 1)]
    assert store.resume_destination(CHANNEL, now=at(hours=1)) == 1
    assert store.counts() == {"dead": 1, "queued": 1}
