"""Run failures as events: one for each run, to those alone who asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from connector.pipeline.runfailures import failure_events
from connector.pipeline.subscriptions import About, Filters, Subscription, TriggerName
from tests.unit.pipeline.world import START


def of(name: str, trigger: TriggerName, about: About = About.ANY) -> Subscription:
    """A subscription that goes on."""
    return Subscription(name, trigger, Filters(about=about), "host", START, "user:1", START)


LISTENING = [
    of("a", TriggerName.ATTENTION),
    of("b", TriggerName.ATTENTION, About.RUN_FAILED),
    of("c", TriggerName.ATTENTION, About.LEAD_NEEDS_DATA),
    of("d", TriggerName.LEAD_QUALIFIED),
]


def test_a_failed_run_is_one_event_to_those_who_listen() -> None:
    """Run, kind and reason stand in it."""
    (event,) = failure_events(LISTENING, "run_1", "sync", "no way through", START)
    assert event.destinations == ("subscription:a", "subscription:b")
    assert event.payload["run"] == {"id": "run_1", "kind": "sync", "error": "no way through"}


@pytest.mark.parametrize(
    ("listening", "run", "error", "later", "is_same"),
    [
        (LISTENING, ("run_2", "sync"), "down", timedelta(minutes=1), True),
        (LISTENING, ("run_1", "sync"), "down", timedelta(hours=1), False),
        (LISTENING, ("run_1", "sync"), "no rights", timedelta(0), False),
        (LISTENING, ("run_1", "full_sync"), "down", timedelta(0), False),
        (LISTENING[:1], ("run_1", "sync"), "down", timedelta(0), False),
    ],
)
def test_the_same_failure_is_told_once_an_hour(
    listening: Sequence[Subscription], run: tuple[str, str], error: str, later: timedelta, *, is_same: bool
) -> None:
    """A run of every minute that meets the same fault is one event; another fault, hour or listener is another."""
    (first,) = failure_events(LISTENING, "run_1", "sync", "down", START)
    (second,) = failure_events(listening, *run, error, START + later)
    assert (first.event_id == second.event_id) is is_same


def test_without_listeners_there_is_no_event() -> None:
    """Nothing is stored that goes nowhere."""
    assert failure_events(LISTENING[2:], "run_1", "sync", "x", START) == ()
