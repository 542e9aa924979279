"""What every outbox does: rates, order, pauses, crashes, replays, and what it forgets once it is delivered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest

from connector.errors import MissingFactError, StoreError
from connector.pipeline.values import (
    Delivered,
    Delivery,
    DeliveryOutcome,
    RetryLater,
    Undeliverable,
)
from connector.store import SqlStore, deliveries
from tests.contract.store.conftest import Opener
from tests.contract.store.material import CHANNEL, NOW, announce, at, event

OTHER = "teams:board"
FREE: dict[str, list[tuple[int, float]]] = {CHANNEL: [], OTHER: []}
PER_SECOND: dict[str, list[tuple[int, float]]] = {CHANNEL: [(1, 1.0)]}


def take(store: SqlStore, limit: int = 10, **later: float) -> list[Delivery]:
    """Claim for both destinations without a rate."""
    return list(store.claim([CHANNEL, OTHER], limit, now=at(**later), rates=FREE))


def events_of(deliveries: list[Delivery]) -> list[str]:
    """The events that are delivered."""
    return [one.event_id for one in deliveries]


def fill(store: SqlStore, count: int, *, first: int = 1) -> None:
    """Events for as many leads, a second apart."""
    for number in range(first, first + count):
        announce(store, event(f"event-{number}", f"lead-{number}"), when=at(seconds=number - 1))


def status(store: SqlStore, delivery_id: str) -> object:
    """Where a delivery stands."""
    return store.delivery(delivery_id)["status"]


# --- claiming -------------------------------------------------------------------------------------------------------


def test_a_claimed_delivery_is_whole_and_on_record_as_begun(store: SqlStore, reopen: Opener) -> None:
    """What is claimed needs no second look, and another process sees the attempt before it is sent."""
    announce(store, event())
    (claimed,) = take(store, seconds=2)
    assert (claimed.event_id, claimed.destination, claimed.kind) == ("event-1", CHANNEL, "score_crossed")
    assert (claimed.attempt, claimed.created_at, claimed.payload) == (1, NOW, event().payload)
    shown = reopen().delivery(claimed.delivery_id)
    assert shown["status"] == "sending"
    assert shown["attempts"] == [
        {
            "number": 1,
            "begun_at": at(seconds=2),
            "ended_at": None,
            "outcome": None,
            "status": None,
            "reason": "",
            "answer": "",
        }
    ]


def test_nothing_is_claimed_twice_nor_before_its_time(store: SqlStore) -> None:
    """A delivery under way is not claimed again; one that was made later than now waits."""
    announce(store, event(), when=at(seconds=5))
    assert take(store) == []
    assert len(take(store, seconds=5)) == 1
    assert take(store, seconds=6) == []


def test_deliveries_go_in_the_order_they_were_made(store: SqlStore) -> None:
    """Oldest first, as many as asked for, of the destinations asked for, each in its turn."""
    fill(store, 3)
    announce(store, event("event-4", "lead-4", OTHER), when=at(seconds=3))
    assert store.claim([], 5, now=at(minutes=1), rates={}) == []
    assert store.claim(["teams:unheard-of"], 5, now=at(minutes=1), rates={}) == []
    assert events_of(take(store, 2, minutes=1)) == ["event-1", "event-4"]
    assert events_of(take(store, 9, minutes=1)) == ["event-2", "event-3"]


def test_destinations_have_a_fair_turn(store: SqlStore) -> None:
    """One with a long queue, named first or last, does not keep the others waiting; a place nobody needs is its."""
    fill(store, 12)
    names = ["teams:east", "teams:west"]
    for name in names:
        announce(store, *(event(f"{name}-{number}", f"{name}/{number}", name) for number in range(3)))
    places = dict.fromkeys((CHANNEL, *names), 0)
    for turn in range(3):
        claimed = store.claim([CHANNEL, *names], 3, now=at(minutes=turn + 1), rates={})
        assert {one.destination for one in claimed} == {CHANNEL, *names}
        for one in claimed:
            places[one.destination] += 1
            store.conclude(one, Delivered(200), now=at(minutes=turn + 1), retry_at=None)
    assert set(places.values()) == {3}
    assert events_of(list(store.claim([CHANNEL, *names], 3, now=at(minutes=9), rates={}))) == [
        "event-4",
        "event-5",
        "event-6",
    ]


def test_with_too_few_places_the_one_that_waited_longest_is_first(store: SqlStore) -> None:
    """Turns are remembered by the attempts that were begun, over calls and processes."""
    names = [CHANNEL, "teams:east", "teams:west"]
    for name in names:
        announce(store, *(event(f"{name}-{number}", f"{name}/{number}", name) for number in range(2)))
    order = []
    for turn in range(6):
        (one,) = store.claim(names, 1, now=at(seconds=turn), rates={})
        order.append(one.destination)
        store.conclude(one, Delivered(200), now=at(seconds=turn), retry_at=None)
    assert order == names * 2


def test_a_rate_leaves_its_share_to_others(store: SqlStore) -> None:
    """A destination that may send one a second takes one place, and the rest is not lost."""
    fill(store, 4)
    announce(store, *(event(f"other-{number}", f"other/{number}", OTHER) for number in range(4)))
    claimed = store.claim([CHANNEL, OTHER], 4, now=at(minutes=1), rates=PER_SECOND)
    assert sorted(one.destination for one in claimed) == [OTHER, OTHER, OTHER, CHANNEL]


def test_at_most_four_are_in_flight_to_a_destination(store: SqlStore) -> None:
    """The fifth waits until one of the four has ended; another destination does not mind."""
    fill(store, 6)
    announce(store, event("event-7", "lead-7", OTHER))
    claimed = take(store, minutes=1)
    assert events_of(claimed) == ["event-1", "event-2", "event-3", "event-4", "event-7"]
    assert take(store, minutes=2) == []
    assert store.next_attempt_at(now=at(minutes=2), rates=FREE) == at(minutes=2, seconds=1)
    store.conclude(claimed[0], Delivered(202), now=at(minutes=2), retry_at=None)
    assert events_of(take(store, minutes=2)) == ["event-5"]


def test_the_order_for_a_lead_is_kept(store: SqlStore) -> None:
    """A later card about a lead waits for the earlier one: while it is sent, and while it waits to be tried again."""
    announce(store, event("event-1"), event("event-2"), event("event-3", "lead-3"))
    first, third = take(store)
    assert (first.event_id, third.event_id) == ("event-1", "event-3")
    store.conclude(third, Delivered(200), now=NOW, retry_at=None)
    assert store.next_attempt_at(now=NOW, rates=FREE) == at(seconds=1)
    store.conclude(first, RetryLater("busy"), now=NOW, retry_at=at(minutes=5))
    assert take(store, minutes=1) == []
    assert store.next_attempt_at(now=at(minutes=1), rates=FREE) == at(minutes=5)
    (again,) = take(store, minutes=5)
    assert (again.event_id, again.attempt) == ("event-1", 2)
    store.conclude(again, Delivered(200), now=at(minutes=5), retry_at=None)
    assert events_of(take(store, minutes=5)) == ["event-2"]


def test_a_dead_card_holds_nobody_up(store: SqlStore) -> None:
    """What will not be tried again does not keep later cards about the lead waiting."""
    announce(store, event("event-1"), event("event-2"))
    (first,) = take(store)
    store.conclude(first, Undeliverable("too large", 413), now=NOW, retry_at=None)
    assert events_of(take(store)) == ["event-2"]


# --- rates ----------------------------------------------------------------------------------------------------------


def test_a_rate_is_counted_over_attempts_begun(store: SqlStore) -> None:
    """One a second: the slot is free again exactly a second after the attempt that took it began."""
    fill(store, 3)
    for begun, claimed in [(10.0, 1), (10.5, 0), (10.999999, 0), (11.0, 1), (12.0, 1)]:
        got = store.claim([CHANNEL], 5, now=at(seconds=begun), rates=PER_SECOND)
        assert len(got) == claimed, begun


def test_every_rate_of_a_destination_holds(store: SqlStore) -> None:
    """Three an hour, whatever the seconds allow; failed attempts count as well."""
    fill(store, 5)
    rates = {CHANNEL: [(2, 1.0), (3, 3600.0)]}
    first = store.claim([CHANNEL], 9, now=at(minutes=1), rates=rates)
    assert len(first) == 2
    for one in first:
        store.conclude(one, Undeliverable("gone", 400), now=at(minutes=1), retry_at=None)
    assert len(store.claim([CHANNEL], 9, now=at(minutes=2), rates=rates)) == 1
    assert store.claim([CHANNEL], 9, now=at(minutes=3), rates=rates) == []
    assert store.next_attempt_at(now=at(minutes=3), rates=rates) == at(minutes=61)
    assert len(store.claim([CHANNEL], 9, now=at(minutes=61), rates=rates)) == 2


def test_rates_are_shared_by_all_who_claim(store: SqlStore, reopen: Opener) -> None:
    """Another process cannot take the slot that this one took."""
    fill(store, 2)
    assert len(store.claim([CHANNEL], 1, now=at(minutes=1), rates=PER_SECOND)) == 1
    assert reopen().claim([CHANNEL], 1, now=at(minutes=1), rates=PER_SECOND) == []


def test_the_next_attempt_is_foretold(store: SqlStore) -> None:
    """Nothing waiting: None. Waiting: now, the delivery's time, or the time of the next slot, whichever is last."""
    assert store.next_attempt_at(now=NOW, rates=PER_SECOND) is None
    fill(store, 3)
    assert store.next_attempt_at(now=NOW, rates={}) is None
    assert store.next_attempt_at(now=NOW, rates={"teams:unheard-of": []}) is None
    assert store.next_attempt_at(now=at(seconds=-3), rates=PER_SECOND) == NOW
    assert store.next_attempt_at(now=at(seconds=9), rates=PER_SECOND) == at(seconds=9)
    store.claim([CHANNEL], 1, now=at(seconds=9), rates=PER_SECOND)
    assert store.next_attempt_at(now=at(seconds=9.25), rates=PER_SECOND) == at(seconds=10)
    assert store.next_attempt_at(now=at(seconds=9.25), rates={CHANNEL: [(2, 1.0)]}) == at(seconds=9.25)


def test_the_earliest_destination_counts(store: SqlStore) -> None:
    """Of several destinations the first that may be tried tells when to look again."""
    announce(store, event("event-1", "lead-1", CHANNEL), when=at(minutes=2))
    announce(store, event("event-2", "lead-2", OTHER), when=at(minutes=1))
    assert store.next_attempt_at(now=NOW, rates=FREE) == at(minutes=1)


# --- outcomes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "retry", "status_after", "logged"),
    [
        (Delivered(202), False, "delivered", ("delivered", 202, "", "")),
        (RetryLater("429 Too Many Requests", 429, 7.0), True, "queued", ("retry", 429, "429 Too Many Requests", "")),
        (RetryLater("no answer"), False, "dead", ("retry", None, "no answer", "")),
        (Undeliverable("bad card", 400, "no."), False, "dead", ("undeliverable", 400, "bad card", "no.")),
        (Undeliverable("bad card", 400), True, "dead", ("undeliverable", 400, "bad card", "")),
    ],
)
def test_an_attempt_ends(
    store: SqlStore, outcome: DeliveryOutcome, retry: bool, status_after: str, logged: tuple[object, ...]
) -> None:
    """Delivered, queued for its time, or dead: and the attempt says how it ended."""
    announce(store, event())
    (claimed,) = take(store)
    retry_at = at(minutes=9) if retry else None
    store.conclude(claimed, outcome, now=at(seconds=3), retry_at=retry_at)
    shown = store.delivery(claimed.delivery_id)
    assert shown["status"] == status_after
    assert shown["next_attempt_at"] == (at(minutes=9) if status_after == "queued" else None)
    log = shown["attempts"]
    assert isinstance(log, list)
    assert (log[0]["outcome"], log[0]["status"], log[0]["reason"], log[0]["answer"]) == logged
    assert log[0]["ended_at"] == at(seconds=3)
    assert store.counts() == {status_after: 1}


def test_what_was_delivered_is_forgotten_but_for_its_ids(store: SqlStore) -> None:
    """The words stay while some destination still needs them; a dead delivery keeps them for a replay."""
    announce(store, event("event-1", "lead-1", CHANNEL, OTHER))
    first, second = take(store)
    store.conclude(first, Delivered(200), now=NOW, retry_at=None)
    store.conclude(second, Undeliverable("bad", 400), now=NOW, retry_at=None)
    assert store.replay([second.delivery_id], now=NOW) == 1
    (again,) = take(store)
    assert again.payload == event().payload
    store.conclude(again, Delivered(200), now=NOW, retry_at=None)
    with store._database.read() as connection:
        words = connection.exec_driver_sql("SELECT CAST(payload AS TEXT) FROM event").scalar()
    assert words == "{}"
    assert (again.event_id, store.delivery(again.delivery_id)["lead_id"]) == ("event-1", "lead-1")


def test_the_outcome_of_an_attempt_that_was_given_up_is_void(store: SqlStore, reopen: Opener) -> None:
    """A late failure changes nothing; a late success is the truth as long as no newer attempt runs."""
    announce(store, event("event-1"), event("event-2", "lead-2"))
    late, later = take(store)
    assert reopen().recover(now=at(minutes=2), hold=[]) == 2
    store.conclude(late, Undeliverable("late", 400), now=at(minutes=2), retry_at=None)
    assert status(store, late.delivery_id) == "queued"
    store.conclude(late, Delivered(200), now=at(minutes=2), retry_at=None)
    assert status(store, late.delivery_id) == "delivered"
    (again,) = take(store, minutes=3)
    store.conclude(later, Delivered(200), now=at(minutes=3), retry_at=None)
    assert (status(store, later.delivery_id), again.attempt) == ("sending", 2)
    store.conclude(again, Delivered(200), now=at(minutes=3), retry_at=None)
    store.conclude(again, Undeliverable("twice", 400), now=at(minutes=3), retry_at=None)
    assert store.counts() == {"delivered": 2}


def test_the_outcome_of_a_delivery_that_is_gone_is_void(store: SqlStore) -> None:
    """A person who objected while a card was under way leaves nothing to record."""
    announce(store, event())
    (claimed,) = take(store)
    store.suppress(["lead-1"], now=NOW)
    store.conclude(claimed, Delivered(200), now=NOW, retry_at=None)
    assert store.counts() == {}


# --- pauses ---------------------------------------------------------------------------------------------------------


def paused(store: SqlStore) -> list[Delivery]:
    """Six cards, four claimed, of which the first found its channel gone."""
    fill(store, 6)
    claimed = take(store, minutes=1)
    store.conclude(claimed[0], Undeliverable("410 Gone", 410, pauses=True), now=at(minutes=1), retry_at=None)
    return claimed


def test_a_destination_that_is_unusable_is_paused(store: SqlStore) -> None:
    """Its waiting deliveries are held, nothing more is claimed for it, and it says why."""
    paused(store)
    assert store.counts() == {"dead": 1, "sending": 3, "held": 2}
    assert store.paused_destinations() == {CHANNEL: "410 Gone"}
    assert take(store, minutes=2) == []
    assert store.next_attempt_at(now=at(minutes=2), rates=FREE) is None


def test_what_comes_while_a_destination_is_paused_is_held(store: SqlStore, reopen: Opener) -> None:
    """New events, attempts that fail and attempts that a crash left all wait for a person."""
    claimed = paused(store)
    announce(store, event("event-7", "lead-7", CHANNEL, OTHER))
    store.conclude(claimed[1], RetryLater("busy"), now=at(minutes=1), retry_at=at(minutes=2))
    store.conclude(claimed[2], Delivered(200), now=at(minutes=1), retry_at=None)
    reopen().recover(now=at(minutes=3), hold=[])
    assert store.counts() == {"dead": 1, "held": 5, "delivered": 1, "queued": 1}
    held = store.deliveries(status="held")
    assert {one["reason"] for one in held} == {"410 Gone"}


def test_a_replay_uses_the_destination_again(store: SqlStore) -> None:
    """What a person replays is queued and its destination is used; the others stay held until they are replayed."""
    claimed = paused(store)
    assert store.replay([claimed[0].delivery_id], now=at(minutes=3)) == 1
    assert store.paused_destinations() == {}
    assert store.counts() == {"queued": 1, "sending": 3, "held": 2}
    (again,) = take(store, minutes=3)
    assert (again.event_id, again.attempt) == ("event-1", 2)


# --- destinations that are no longer configured ---------------------------------------------------------------------


def test_what_waits_for_a_channel_that_is_gone_is_held_and_says_what_to_do(store: SqlStore) -> None:
    """Only what is queued for it: other channels, and attempts under way, go on."""
    fill(store, 1)
    announce(store, event("event-2", "lead-2", OTHER), event("event-3", "lead-3", OTHER))
    claimed = {one.event_id: one for one in take(store)}
    store.conclude(claimed["event-2"], RetryLater("busy"), now=NOW, retry_at=at(hours=1))
    announce(store, event("event-4", "lead-4", OTHER), when=at(minutes=1))
    assert store.hold_unknown([CHANNEL], now=at(minutes=2)) == 2
    assert store.hold_unknown([CHANNEL], now=at(minutes=2)) == 0
    held = store.deliveries(status="held")
    assert [(one["event_id"], one["next_attempt_at"]) for one in held] == [("event-4", None), ("event-2", None)]
    assert {str(one["reason"]) for one in held} == {
        "The channel board is not configured: add it to CONNECTOR_TEAMS_CHANNELS and replay this delivery, or leave it."
    }
    assert store.counts() == {"sending": 2, "held": 2}


def test_a_channel_that_is_configured_again_gets_what_is_replayed(store: SqlStore) -> None:
    """The channel was never paused: what is new goes out, and what was held goes out when a person replays it."""
    announce(store, event("event-1", "lead-1", OTHER))
    assert store.hold_unknown([], now=NOW) == 1
    announce(store, event("event-2", "lead-2", OTHER))
    assert store.hold_unknown([OTHER], now=NOW) == 0
    assert store.paused_destinations() == {}
    assert events_of(take(store)) == ["event-2"]
    (held,) = store.deliveries(status="held")
    assert store.replay([str(held["delivery_id"])], now=at(minutes=1)) == 1
    assert store.hold_unknown([OTHER], now=at(minutes=1)) == 0
    assert events_of(take(store, minutes=1)) == ["event-1"]


# --- crashes --------------------------------------------------------------------------------------------------------


def test_attempts_that_a_crash_left_are_tried_again(store: SqlStore, reopen: Opener) -> None:
    """Begun and never answered: queued again with the same id, the next number, and a log that says so."""
    announce(store, event())
    (lost,) = take(store)
    store.close()
    after = reopen()
    assert after.recover(now=at(minutes=2), hold=[]) == 1
    assert after.recover(now=at(minutes=2), hold=[]) == 0
    (again,) = take(after, minutes=2)
    assert (again.delivery_id, again.attempt) == (lost.delivery_id, 2)
    log = after.delivery(lost.delivery_id)["attempts"]
    assert isinstance(log, list)
    assert [one["outcome"] for one in log] == ["uncertain", None]


def test_attempts_of_the_living_are_left_alone(store: SqlStore, reopen: Opener, url: str | None) -> None:
    """One's own are under way; where workers share the database those of others are, for as long as they say so."""
    announce(store, event())
    (under_way,) = take(store)
    assert store.recover(now=at(days=1), hold=[]) == 0
    other = reopen()
    assert other.recover(now=at(seconds=29), hold=[]) == (1 if url is None else 0)
    store.keep_attempts(now=at(seconds=20))
    other.keep_attempts(now=at(seconds=40))  # which has none
    assert other.recover(now=at(seconds=49), hold=[]) == 0
    assert other.recover(now=at(seconds=50), hold=[]) == (0 if url is None else 1)
    assert status(store, under_way.delivery_id) == "queued"


def test_an_outcome_that_could_not_be_recorded_is_settled_by_the_same_worker(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database was away when the answer came: the place in the channel is not lost until the next start."""
    announce(store, event())
    (sent,) = take(store)
    with monkeypatch.context() as away:
        away.setattr(deliveries, "conclude_one", mock.Mock(side_effect=StoreError("It is away.")))
        with pytest.raises(StoreError, match="It is away"):
            store.conclude(sent, Delivered(202), now=NOW, retry_at=None)
    store.keep_attempts(now=at(days=2))  # it is not kept any more
    assert store.recover(now=at(seconds=1), hold=[]) == 1
    (again,) = take(store, seconds=2)
    assert (again.delivery_id, again.attempt) == (sent.delivery_id, 2)
    assert store.recover(now=at(days=1), hold=[]) == 0
    store.conclude(again, Delivered(202), now=at(seconds=3), retry_at=None)
    assert store.counts() == {"delivered": 1}


def test_the_clock_that_all_share_is_the_databases(store: SqlStore, url: str | None) -> None:
    """A machine whose clock is wrong is corrected; a file has no clock but the machine's."""
    fast = lambda: datetime.now(UTC) + timedelta(hours=3)  # noqa: E731 - a clock
    off = store.clock_ahead(fast) + timedelta(hours=3)
    assert abs(off) < timedelta(minutes=1) if url is not None else off == timedelta(hours=3)


def test_where_a_person_decides_they_are_uncertain(store: SqlStore, reopen: Opener) -> None:
    """For destinations in `hold` nothing is sent again before a person replays it."""
    announce(store, event("event-1", "lead-1", CHANNEL, OTHER))
    take(store)
    assert reopen().recover(now=at(minutes=2), hold=[CHANNEL]) == 2
    assert store.counts() == {"uncertain": 1, "queued": 1}
    assert [one.destination for one in take(store, minutes=2)] == [OTHER]
    (uncertain,) = store.deliveries(status="uncertain")
    assert store.replay([str(uncertain["delivery_id"])], now=at(minutes=2)) == 1
    assert [one.destination for one in take(store, minutes=2)] == [CHANNEL]


# --- what people see ------------------------------------------------------------------------------------------------


def test_deliveries_are_listed_newest_first(store: SqlStore) -> None:
    """With what a person needs to judge them, by status where that is asked, as many as asked for, page by page."""
    fill(store, 3)
    take(store, 1, minutes=1)
    assert [one["event_id"] for one in store.deliveries()] == ["event-3", "event-2", "event-1"]
    assert [one["event_id"] for one in store.deliveries(limit=1)] == ["event-3"]
    assert [one["event_id"] for one in store.deliveries(status="sending")] == ["event-1"]
    first, second, _ = (str(one["delivery_id"]) for one in store.deliveries())
    assert [one["event_id"] for one in store.deliveries(before=second)] == ["event-1"]
    assert [one["event_id"] for one in store.deliveries(limit=1, before=first)] == ["event-2"]
    assert list(store.deliveries(before="none")) == []
    newest = dict(store.deliveries()[0])
    assert str(newest.pop("delivery_id")).startswith("dlv_")
    assert newest == {
        "event_id": "event-3",
        "destination": CHANNEL,
        "kind": "score_crossed",
        "status": "queued",
        "attempts": 0,
        "next_attempt_at": at(seconds=2),
        "created_at": at(seconds=2),
        "lead_id": "lead-3",
        "reason": "",
    }


def test_an_unknown_delivery_is_named(store: SqlStore) -> None:
    """The error says how to list the known ones."""
    with pytest.raises(MissingFactError, match=r"dlv_9.*connector deliveries list"):
        store.delivery("dlv_9")


def test_only_what_waits_for_a_person_is_replayed(store: SqlStore) -> None:
    """Delivered, queued and unknown deliveries are left as they are and do not count."""
    fill(store, 2)
    (done,) = take(store, 1, minutes=1)
    store.conclude(done, Delivered(200), now=at(minutes=1), retry_at=None)
    waiting = str(store.deliveries(status="queued")[0]["delivery_id"])
    assert store.replay([done.delivery_id, waiting, "dlv_9"], now=at(minutes=2)) == 0
    assert store.replay([], now=at(minutes=2)) == 0
    assert store.counts() == {"delivered": 1, "queued": 1}


def test_many_are_replayed_at_once(store: SqlStore) -> None:
    """Hundreds of dead cards come back with one call."""
    announce(store, *(event(f"event-{number}", f"lead-{number % 3}", f"teams:{number}") for number in range(30)))
    for number in range(30):
        (one,) = store.claim([f"teams:{number}"], 1, now=NOW, rates={})
        store.conclude(one, Undeliverable("bad", 400), now=NOW, retry_at=None)
    ids = [str(one["delivery_id"]) for one in store.deliveries(status="dead")]
    assert store.replay(ids + ids, now=NOW) == 30
    assert store.counts() == {"queued": 30}
