"""Budgets and quiet hours: what comes at once, what waits for the next digest, and why."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.pipeline.holding import (
    DAY,
    EVERY_CHANNEL,
    HOUR,
    NOTHING_HELD,
    ChannelTerms,
    Gate,
    Held,
    Holding,
    Limit,
    Sent,
    Terms,
    terms_of,
)
from connector.scoring.rules import Budget, QuietHours
from tests.unit.pipeline.world import START

SALES, BOARD = "teams:sales", "teams:board"
NIGHT = QuietHours(time(18), time(8))


def gate(*ago: timedelta, rule: str = "alert:hot", owner: str | None = "anna") -> Gate:
    """A gate that saw cards so long ago."""
    return Gate([Sent(SALES, rule, owner, START - one) for one in ago], START)


def admitted(found: Gate, *limits: Limit, times: int = 1, rule: str = "alert:hot", owner: str | None = "anna") -> int:
    """How many of some equal cards come at once."""
    return [found.admit(Terms(SALES, limits), rule, owner) for _ in range(times)].count(None)


def test_nothing_is_held_unless_somebody_asks() -> None:
    """Without budgets and quiet hours an event has no terms at all."""
    assert terms_of([SALES, "subscription:s1"], NOTHING_HELD, START, None, None) == ()
    assert NOTHING_HELD.quiet_until(SALES, START) is None


def test_terms_join_those_of_the_alert_and_of_the_channel() -> None:
    """Both budgets hold, quiet lasts until both are over, and only what people read has terms."""
    long_night = QuietHours(time(18), time(10))
    holding = Holding({SALES: ChannelTerms(Budget(per_day=9), NIGHT), EVERY_CHANNEL: ChannelTerms(Budget(per_hour=1))})
    night = START.replace(hour=23)
    sales, board = terms_of(
        [SALES, BOARD, "flow:crm", "subscription:s1"],
        holding,
        night,
        Budget(per_hour=5, per_owner_per_day=2),
        long_night,
    )
    assert sales.limits == (Limit(5, HOUR, of_rule=True), Limit(2, DAY, True, True), Limit(9, DAY))
    assert sales.quiet_until == night.replace(hour=10) + timedelta(days=1)
    assert board.limits == (Limit(5, HOUR, of_rule=True), Limit(2, DAY, True, True), Limit(1, HOUR))
    assert holding.quiet_until(SALES, night) == night.replace(hour=8) + timedelta(days=1)
    assert holding.quiet_until("subscription:s1", night) is None


def test_a_limit_holds_in_any_hour() -> None:
    """Cards of the last hour count, the one of an hour ago does not, and so do those that were let through just now."""
    limit = Limit(3, HOUR)
    assert admitted(gate(), limit, times=5) == 3
    assert admitted(gate(timedelta(minutes=59), timedelta(minutes=60)), limit, times=5) == 2
    assert admitted(gate(timedelta(hours=23)), Limit(3, DAY), times=5) == 2


def test_limits_count_what_they_are_about() -> None:
    """A rule's limit counts its own cards, an owner's that owner's; who owns nothing has no limit."""
    now = timedelta(0)
    assert admitted(gate(now, rule="alert:other"), Limit(1, HOUR, of_rule=True)) == 1
    assert admitted(gate(now, rule="alert:other"), Limit(1, HOUR)) == 0
    assert admitted(gate(now, owner="bert"), Limit(1, HOUR, of_owner=True)) == 1
    assert admitted(gate(now), Limit(1, HOUR, of_owner=True)) == 0
    assert admitted(gate(now, owner=None), Limit(1, HOUR, of_owner=True), times=3, owner=None) == 3
    assert (
        Gate([Sent(BOARD, "alert:hot", None, START)], START).admit(Terms(SALES, (Limit(1, HOUR),)), "alert:hot", None)
        is None
    )


def test_what_one_rule_uses_up_another_lacks() -> None:
    """A channel's limit is one for all alerts; a card that is held counts against none."""
    found = gate()
    both = (Limit(1, HOUR, of_rule=True), Limit(2, HOUR))
    verdicts = [found.admit(Terms(SALES, both), rule, None) for rule in ("alert:a", "alert:a", "alert:b", "alert:c")]
    assert [one is None for one in verdicts] == [True, False, True, False]


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit(1, HOUR), "The channel sales takes 1 card an hour."),
        (Limit(1, DAY, of_rule=True), "The alert sends 1 card a day."),
        (Limit(1, DAY, of_owner=True), "The channel sales takes 1 card an owner a day."),
    ],
)
def test_the_reason_is_said(limit: Limit, words: str) -> None:
    """What is held says which limit it met, and goes into the next digest."""
    assert gate(timedelta(0)).admit(Terms(SALES, (limit,)), "alert:hot", "anna") == Held(START, words)


def test_in_quiet_hours_the_digest_comes_after_them() -> None:
    """Whatever the budget, a card of quiet hours waits until they are over, and uses nothing up."""
    found, until = gate(), START + timedelta(hours=3)
    held = found.admit(Terms(SALES, (Limit(1, HOUR),), until), "alert:hot", "anna")
    assert held == Held(until, "It came in quiet hours.")
    assert admitted(found, Limit(1, HOUR)) == 1
    late = found.admit(Terms(SALES, (), START - timedelta(hours=3)), "alert:hot", "anna")
    assert late == Held(START, "It came in quiet hours.")


CARDS = st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from([None, "x", "y"])), max_size=40)


@given(CARDS, st.integers(1, 5), st.integers(1, 5), st.integers(1, 5))
def test_no_limit_is_ever_passed(cards: list[tuple[str, str | None]], whole: int, of_rule: int, of_owner: int) -> None:
    """Over any cards of a moment none of three limits is passed, and nothing is held while all of them have room."""
    found = Gate([], START)
    limits = (Limit(of_rule, HOUR, of_rule=True), Limit(whole, HOUR), Limit(of_owner, DAY, of_owner=True))
    through: list[tuple[str, str | None]] = []
    for rule, owner in cards:
        has_room = (
            len(through) < whole
            and sum(one == rule for one, _ in through) < of_rule
            and (owner is None or sum(one == owner for _, one in through) < of_owner)
        )
        assert (found.admit(Terms(SALES, limits), rule, owner) is None) is has_room
        through += [(rule, owner)] if has_room else []


def test_a_day_is_told_in_time() -> None:
    """The moment of a gate is that of the cards."""
    later: datetime = START + timedelta(days=2)
    assert Gate([Sent(SALES, "alert:hot", None, START)], later).admit(Terms(SALES, (Limit(1, DAY),)), "a", None) is None
