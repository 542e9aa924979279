"""What every store promises of verdicts: the first answer stays, rules are counted, one secret signs the links."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from connector.errors import MissingFactError
from connector.pipeline.values import Columns, Delivered, Event
from connector.pipeline.verdicts import Answer, Asked, RuleVerdicts, Verdict
from connector.store import SqlStore
from tests.contract.store.conftest import Opener
from tests.contract.store.material import CHANNEL, NOW, announce, at, event

HOT: Columns = {"alert": "hot-leads"}
READY: Columns = {"alert": None, "qualification": {"name": "ready"}}


def told(event_id: str, says: Columns, *destinations: str) -> Event:
    """An event of a lead of its own, by a rule that its payload names."""
    return replace(event(event_id, f"lead of {event_id}", *destinations), payload=says)


def deliver(store: SqlStore, names: Sequence[str] = (CHANNEL,)) -> None:
    """Let everything that waits arrive."""
    for claimed in store.claim(names, 100, now=at(minutes=1), rates={name: [] for name in names}):
        store.conclude(claimed, Delivered(202), now=at(minutes=1), retry_at=None)


def test_the_first_answer_of_a_source_stays(store: SqlStore, reopen: Opener) -> None:
    """A second answer from the same card changes nothing and is told the first."""
    announce(store, told("event-1", HOT))
    first = store.record_verdict("event-1", Answer.GOOD, source=CHANNEL, now=at(hours=1))
    assert first.is_new
    assert first.verdict == Verdict("event-1", CHANNEL, Answer.GOOD, "alert:hot-leads", "score_crossed", at(hours=1))
    again = reopen().record_verdict("event-1", Answer.NOT_GOOD, source=CHANNEL, now=at(hours=2))
    assert (again.is_new, again.verdict) == (False, first.verdict)
    assert store.verdict("event-1", CHANNEL) == first.verdict
    assert store.verdict("event-1", "teams:board") is None


def test_the_rule_is_known_after_the_event_was_delivered_and_emptied(store: SqlStore) -> None:
    """What an event said is dropped on delivery; its rule is not, or every answer would come too late."""
    announce(store, told("event-1", READY))
    deliver(store)
    recorded = store.record_verdict("event-1", Answer.NOT_GOOD, source=CHANNEL, now=NOW)
    assert recorded.verdict.rule == "qualification:ready"


def test_an_answer_about_nothing_is_refused(store: SqlStore) -> None:
    """An event that does not exist, or was pruned, takes no answer."""
    with pytest.raises(MissingFactError, match="no event event-9"):
        store.record_verdict("event-9", Answer.GOOD, source=CHANNEL, now=NOW)


def test_a_card_asks_about_its_event(store: SqlStore) -> None:
    """By its delivery the event, its rule and the answer that stands are found; without one nothing is."""
    announce(store, told("event-1", HOT))
    (claimed,) = store.claim([CHANNEL], 1, now=at(minutes=1), rates={CHANNEL: []})
    asked = Asked("event-1", CHANNEL, "alert:hot-leads", "score_crossed", NOW, None)
    assert store.asked_by(claimed.delivery_id) == asked
    given = store.record_verdict("event-1", Answer.GOOD, source=CHANNEL, now=NOW).verdict
    assert store.asked_by(claimed.delivery_id) == replace(asked, given=given)
    with pytest.raises(MissingFactError, match="no such card"):
        store.asked_by("dlv_9")


def test_answers_and_cards_are_counted_by_rule(store: SqlStore) -> None:
    """A rule's answers stand beside the cards that it sent, those to flows left out."""
    board = "teams:board"
    announce(store, told("event-1", HOT, CHANNEL, board), told("event-2", HOT), told("event-3", READY, "flow:crm"))
    deliver(store, [CHANNEL, board, "flow:crm"])
    store.record_verdict("event-1", Answer.GOOD, source=CHANNEL, now=at(hours=1))
    store.record_verdict("event-1", Answer.NOT_GOOD, source=board, now=at(hours=2))
    store.record_verdict("event-2", Answer.GOOD, source=CHANNEL, now=at(hours=3))
    store.record_verdict("event-3", Answer.NOT_GOOD, source="api:crm", now=at(hours=4))
    hot = RuleVerdicts("alert:hot-leads", good=2, not_good=1, cards=3)
    assert list(store.verdicts_by_rule()) == [hot, RuleVerdicts("qualification:ready", good=0, not_good=1, cards=0)]
    assert hot.good_share == pytest.approx(2 / 3)
    since = list(store.verdicts_by_rule(at(hours=3)))
    assert since == [
        RuleVerdicts("alert:hot-leads", good=1, not_good=0, cards=0),
        RuleVerdicts("qualification:ready", good=0, not_good=1, cards=0),
    ]


def test_a_rule_whose_cards_nobody_answered_has_no_share(store: SqlStore) -> None:
    """No answer is no opinion."""
    announce(store, told("event-1", HOT))
    deliver(store)
    (only,) = store.verdicts_by_rule()
    assert (only.cards, only.good_share) == (1, None)


def test_answers_outlive_their_events(store: SqlStore) -> None:
    """Pruning takes the event; what people said of its rule stays."""
    announce(store, told("event-1", HOT))
    deliver(store)
    store.record_verdict("event-1", Answer.GOOD, source=CHANNEL, now=NOW)
    store.prune(now=at(days=200), keep=timedelta(days=90), keep_jobs=timedelta(days=7))
    assert list(store.verdicts_by_rule()) == [RuleVerdicts("alert:hot-leads", good=1, not_good=0, cards=0)]
    with pytest.raises(MissingFactError):
        store.record_verdict("event-1", Answer.GOOD, source="teams:board", now=NOW)


def test_of_two_answers_at_once_one_is_the_first(store: SqlStore, reopen: Opener) -> None:
    """Two processes that record at the same moment agree on which answer stands."""
    announce(store, told("event-1", HOT))
    stores = [store, reopen(), reopen(), reopen()]
    answers = [Answer.GOOD, Answer.NOT_GOOD, Answer.GOOD, Answer.NOT_GOOD]
    with ThreadPoolExecutor(4) as pool:
        recorded = list(
            pool.map(
                lambda one, answer: one.record_verdict("event-1", answer, source=CHANNEL, now=NOW), stores, answers
            )
        )
    assert [one.is_new for one in recorded].count(True) == 1
    assert len({one.verdict.answer for one in recorded}) == 1


def test_every_process_signs_with_the_same_secret(store: SqlStore, reopen: Opener) -> None:
    """The secret is made once, however many ask for it first at the same moment, and is long enough."""
    stores = [store, reopen(), reopen()]
    with ThreadPoolExecutor(3) as pool:
        found = set(pool.map(lambda one: one.link_secret(), stores))
    (secret,) = found
    assert len(secret) == 32
    assert reopen().link_secret() == secret
