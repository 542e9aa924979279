"""What every outbox does with events that no decision brings: each once, and paused channels hold them."""

from __future__ import annotations

from connector.pipeline.notices import channel_tests
from connector.pipeline.values import Delivered, Undeliverable
from connector.store import SqlStore
from tests.contract.store.conftest import Opener
from tests.contract.store.material import CHANNEL, NOW, at

BOARD = "teams:board"
FREE: dict[str, list[tuple[int, float]]] = {CHANNEL: [], BOARD: []}


def test_every_channel_gets_the_test_card_of_a_slot_once(store: SqlStore, reopen: Opener) -> None:
    """However many workers ask for a slot, and however often, each channel gets one card; the next slot is another."""
    for asked in (store, reopen(), store):
        asked.announce(channel_tests([CHANNEL, BOARD], NOW, "https://org.example"), now=NOW)
    claimed = store.claim([CHANNEL, BOARD], 10, now=at(minutes=1), rates=FREE)
    assert sorted(one.destination for one in claimed) == [BOARD, CHANNEL]
    assert {one.kind for one in claimed} == {"test"}
    assert {one.payload["environment"] for one in claimed} == {"https://org.example"}
    assert {one.payload["channel"] for one in claimed} == {"board", "sales"}
    for one in claimed:
        store.conclude(one, Delivered(202), now=at(minutes=1), retry_at=None)
    store.announce(channel_tests([CHANNEL], at(days=7), None), now=at(days=7))
    assert len(store.claim([CHANNEL], 10, now=at(days=8), rates=FREE)) == 1


def test_a_test_that_is_refused_pauses_its_channel(store: SqlStore) -> None:
    """That is what the test is for: the channel's alerts wait for a person instead of being lost."""
    store.announce(channel_tests([CHANNEL], NOW, None), now=NOW)
    (claimed,) = store.claim([CHANNEL], 1, now=at(minutes=1), rates=FREE)
    gone = Undeliverable("The channel answered 404.", 404, pauses=True)
    store.conclude(claimed, gone, now=at(minutes=1), retry_at=None)
    assert store.paused_destinations() == {CHANNEL: "The channel answered 404."}
    store.announce(channel_tests([CHANNEL], at(days=7), None), now=at(days=7))
    assert store.claim([CHANNEL], 1, now=at(days=8), rates=FREE) == []
