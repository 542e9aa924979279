"""Run failures as events: one for each run, to those alone who asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from connector.pipeline.runfailures import failure_events
from connector.pipeline.runs import Run, RunStatus
from connector.pipeline.subscriptions import About, Filters, Subscription, TriggerName
from tests.unit.pipeline.world import START

RUN = Run("run_1", "sync", RunStatus.RUNNING, START, START, None, "timer", None, {}, "")


@dataclass
class Kept:
    """A store with subscriptions."""

    held: list[Subscription]

    def subscriptions(self) -> Iterable[Subscription]:
        """All of them."""
        return self.held


def of(name: str, trigger: TriggerName, about: About = About.ANY) -> Subscription:
    """A subscription that goes on."""
    return Subscription(name, trigger, Filters(about=about), "host", START, "user:1", START)


LISTENING = Kept(
    [
        of("a", TriggerName.ATTENTION),
        of("b", TriggerName.ATTENTION, About.RUN_FAILED),
        of("c", TriggerName.ATTENTION, About.LEAD_NEEDS_DATA),
        of("d", TriggerName.LEAD_QUALIFIED),
    ]
)


def test_a_failed_run_is_one_event_to_those_who_listen() -> None:
    """Run, kind and reason stand in it."""
    (event,) = failure_events(LISTENING, RUN, RunStatus.FAILED, "no way through", START)
    assert event.destinations == ("subscription:a", "subscription:b")
    assert event.payload["run"] == {"id": "run_1", "kind": "sync", "error": "no way through"}


@pytest.mark.parametrize(
    ("kept", "run", "error", "later", "is_same"),
    [
        (LISTENING, replace(RUN, run_id="run_2"), "down", timedelta(minutes=1), True),
        (LISTENING, RUN, "down", timedelta(hours=1), False),
        (LISTENING, RUN, "no rights", timedelta(0), False),
        (LISTENING, replace(RUN, kind="full_sync"), "down", timedelta(0), False),
        (Kept(LISTENING.held[:1]), RUN, "down", timedelta(0), False),
    ],
)
def test_the_same_failure_is_told_once_an_hour(
    kept: Kept, run: Run, error: str, later: timedelta, *, is_same: bool
) -> None:
    """A run of every minute that meets the same fault is one event; another fault, hour or listener is another."""
    (first,) = failure_events(LISTENING, RUN, RunStatus.FAILED, "down", START)
    (second,) = failure_events(kept, run, RunStatus.FAILED, error, START + later)
    assert (first.event_id == second.event_id) is is_same


@pytest.mark.parametrize("status", [RunStatus.SUCCEEDED, RunStatus.INTERRUPTED, RunStatus.CANCELLED])
def test_other_ends_are_no_failures(status: RunStatus) -> None:
    """A run that succeeds, goes on later or was cancelled by a person needs nobody's attention."""
    assert failure_events(LISTENING, RUN, status, "", START) == ()


def test_without_listeners_there_is_no_event() -> None:
    """Nothing is stored that goes nowhere."""
    assert failure_events(Kept(LISTENING.held[2:]), RUN, RunStatus.FAILED, "x", START) == ()
