"""Whoever is being answered goes first: the others wait for it, not long, and go on one after the other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from connector.pipeline.precedence import Precedence


def waits(asks: Precedence) -> threading.Thread:
    """A thread that gives way, begun."""
    thread = threading.Thread(target=asks.give_way, daemon=True)
    thread.start()
    return thread


def test_nobody_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody is answered, giving way costs a look and no pause."""
    monkeypatch.setattr("connector.pipeline.precedence.time.sleep", lambda _s: pytest.fail("it paused"))
    Precedence(longest_s=60).give_way()


def test_the_background_waits_until_the_last_is_answered() -> None:
    """One of two that are answered ends: it is waited for the other."""
    asks, first_ends, first_ended = Precedence(longest_s=60), threading.Event(), threading.Event()

    def answer() -> None:
        with asks.answering():
            assert first_ends.wait(30)
        first_ended.set()

    threading.Thread(target=answer, daemon=True).start()
    with asks.answering():
        background = waits(asks)
        first_ends.set()
        assert first_ended.wait(30)
        background.join(0.05)
        assert background.is_alive()
    background.join(30)
    assert not background.is_alive()


def test_who_answers_gives_way_to_nobody() -> None:
    """It would wait for itself, or two for each other."""
    asks = Precedence(longest_s=3_600)
    with asks.answering():
        asks.give_way()


def test_who_has_answered_gives_way_again() -> None:
    """A thread is in the foreground for as long as it answers, also where that fails."""
    asks = Precedence(longest_s=0.001)
    with pytest.raises(ValueError, match="it failed"), asks.answering():
        raise ValueError("it failed")
    with ThreadPoolExecutor(1) as other, asks.answering():
        other.submit(asks.give_way).result(30)
    asks.give_way()
    assert asks._nobody.is_set()


def test_an_answer_that_never_ends_holds_nobody_up_for_ever() -> None:
    """The background waits a moment each time, and goes on."""
    asks = Precedence(longest_s=0.001)
    with asks.answering():
        background = waits(asks)
        background.join(30)
        assert not background.is_alive()


def test_those_who_gave_way_go_on_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """All at once they would stand in the way of the next that is to be answered."""
    asks, going, most = Precedence(longest_s=60), 0, 0
    pause = threading.Event()

    def sleep(seconds: float) -> None:
        nonlocal going, most
        going += 1
        most = max(most, going)
        pause.wait(seconds)
        going -= 1

    monkeypatch.setattr("connector.pipeline.precedence.time.sleep", sleep)
    with asks.answering():
        background = [waits(asks) for _ in range(8)]
    for thread in background:
        thread.join(30)
    assert not any(thread.is_alive() for thread in background)
    assert most <= 1
