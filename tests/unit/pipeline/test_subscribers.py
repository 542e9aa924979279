"""Subscriptions as alerts: what each trigger and filter lets through, and that nothing of before is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from connector.pipeline.subscribers import Subscribers, live_alerts
from connector.pipeline.subscriptions import About, Filters, Subscription, TriggerName
from connector.pipeline.values import Crossing, Decision, Event, StoredScore
from connector.scoring.rules import AccountWakes, NeedsData
from tests.unit.pipeline.casework import EARLIER, decided, dossier, rulebook
from tests.unit.pipeline.world import CARDS

MODEL = """model: heat
purpose: test
lawful_basis: test
groups:
  - {name: Title, points: 60, when: {fact: lead.jobtitle, is_not_empty: true}}
  - {name: Country, points: 30, when: {fact: lead.address1_country, equals: GB}}
  - {name: Company, points: 20, when: {fact: lead.companyname, contains: ltd}}
grades:
  - {name: Hot, from: 80}
  - {name: Warm, from: 40}
  - {name: Cold}
"""
CRITERIA = """qualification: sales-ready
when: {model: heat, at_least: 70}
actions: {sales_ready: true}
"""
BOOK = rulebook(MODEL, CRITERIA)
HOT = {"jobtitle": "CFO", "address1_country": "gb"}


def subscription(trigger: TriggerName, filters: Filters, name: str = "s1") -> Subscription:
    """A subscription that goes on."""
    return Subscription(name, trigger, filters, "host", EARLIER, "user:1", EARLIER)


def told(trigger: TriggerName, filters: Filters, decision_of: object = None, **more: object) -> list[Event]:
    """The events that a lead's decision brings to one subscription."""
    alerts = live_alerts([subscription(trigger, filters)], BOOK, CARDS)
    book = replace(BOOK, alerts=alerts)
    seen = decision_of if decision_of is not None else dossier(**more)  # type: ignore[arg-type]  # as `dossier` takes it
    decision: Decision = decided(book, seen)  # type: ignore[arg-type]  # a dossier
    return [one for one in decision.events if one.destinations == ("subscription:s1",)]


def test_a_crossing_is_told_to_its_subscription_alone() -> None:
    """The event goes to the subscription, about the model asked for, with a stable id."""
    (event,) = told(TriggerName.SCORE_CROSSED, Filters("heat", 80), **HOT)
    assert (event.kind, event.destinations) == ("score_crossed", ("subscription:s1",))
    assert event.payload["scores"][0]["score"] == 90  # type: ignore[index, call-overload]  # JSON
    (again,) = told(TriggerName.SCORE_CROSSED, Filters("heat", 80), **HOT)
    assert event.event_id == again.event_id


def test_each_rise_to_the_threshold_is_told() -> None:
    """A score that fell below it and rises again is another crossing; one that stayed above is none."""
    book = replace(
        BOOK, alerts=live_alerts([subscription(TriggerName.SCORE_CROSSED, Filters("heat", 80))], BOOK, CARDS)
    )
    ids = []
    crossings: tuple[Crossing, ...] = ()
    before: tuple[int, str] | None = None
    for columns in (HOT, HOT, {"jobtitle": "CFO"}, HOT):
        seen = dossier(scores={} if before is None else {"heat": before}, crossings=crossings, holds=columns)
        decision = decided(book, seen)
        crossings = decision.crossings or crossings
        before = (decision.scores[0].score or 0, decision.scores[0].grade or "")
        ids += [one.event_id for one in decision.events]
    assert len(ids) == len(set(ids)) == 2


def test_nothing_of_before_the_subscription_is_told() -> None:
    """A lead that is above already when a flow subscribes is no event, nor one whose grade is what it was."""
    scores = {"heat": (95, "Hot")}
    assert told(TriggerName.SCORE_CROSSED, Filters("heat", 80), scores=scores, **HOT) == []
    assert told(TriggerName.GRADE_CHANGED, Filters("heat"), scores=scores, **HOT) == []


@pytest.mark.parametrize(
    ("filters", "is_told"),
    [
        (Filters("heat", 80), True),
        (Filters("heat", 91), False),
        (Filters(minimum=80), True),
        (Filters("gone", 80), False),
        (Filters("heat"), False),
        (Filters("heat", 80, country="GB"), True),
        (Filters("heat", 80, country="DE"), False),
        (Filters("heat", 80, owner="0A"), False),
    ],
)
def test_filters_narrow(filters: Filters, *, is_told: bool) -> None:
    """Model, minimum and country each keep back what they do not mean; without a minimum there is nothing to cross."""
    assert bool(told(TriggerName.SCORE_CROSSED, filters, **HOT)) is is_told


@pytest.mark.parametrize(
    ("grade", "previous", "is_told"),
    [
        (None, "Warm", True),
        (None, "Hot", False),
        ("hot", "Warm", True),
        ("Warm", "Cold", False),
        ("Hot", "Hot", False),
        (None, None, True),
    ],
)
def test_a_change_of_grade_to_the_one_that_is_wanted(grade: str | None, previous: str | None, *, is_told: bool) -> None:
    """Without a grade every change counts, with one those that lead to it."""
    scores = {"heat": (1, previous)} if previous else None
    assert bool(told(TriggerName.GRADE_CHANGED, Filters("heat", grade=grade), scores=scores, **HOT)) is is_told


@pytest.mark.parametrize(("name", "is_told"), [("any", True), ("sales-ready", True), ("other", False)])
def test_a_mark_is_told(name: str, *, is_told: bool) -> None:
    """Any qualification, or the one that is named."""
    events = told(TriggerName.LEAD_QUALIFIED, Filters(qualification=name), scores={"heat": (0, "Cold")}, **HOT)
    assert [one.kind for one in events] == (["lead_qualified"] if is_told else [])


# --- needs data -----------------------------------------------------------------------------------------------------


def test_each_of_two_marks_is_told_to_who_listens_to_any() -> None:
    """A lead that two qualifications mark brings two events, each with an id of its own."""
    other = CRITERIA.replace(
        "qualification: sales-ready", "qualification: early\naudience: {fact: lead.jobtitle, equals: CFO}"
    )
    book = rulebook(MODEL, CRITERIA, other)
    alerts = live_alerts([subscription(TriggerName.LEAD_QUALIFIED, Filters())], book, CARDS)
    events = decided(replace(book, alerts=alerts), dossier(holds=HOT)).events
    assert {event.payload["rule"] for event in events} == {"qualified by sales-ready", "qualified by early"}
    assert len({event.event_id for event in events}) == 2


def test_a_lead_needs_data_where_its_qualification_hangs_on_it() -> None:
    """Below the mark of the criteria, and at or above it if what is unknown came true: told, with what is missing."""
    (event,) = told(TriggerName.ATTENTION, Filters(), jobtitle="CFO", scores={"heat": (0, "Cold")})
    assert event.kind == "lead_needs_data"
    assert event.payload["missing"]


@pytest.mark.parametrize(
    ("filters", "columns"),
    [
        (Filters(), {"jobtitle": "CFO", "address1_country": "DE", "companyname": "AG"}),  # nothing is unknown
        (Filters(), HOT),  # the mark is reached
        (Filters(minimum=111), {"jobtitle": "CFO"}),  # out of reach
        (Filters(minimum=60), {"jobtitle": "CFO"}),  # reached
        (Filters(about=About.RUN_FAILED), {"jobtitle": "CFO"}),  # not asked for
    ],
)
def test_a_lead_that_is_decided_needs_none(filters: Filters, columns: dict[str, str]) -> None:
    """A mark that is reached, or cannot be, hangs on nothing."""
    assert told(TriggerName.ATTENTION, filters, scores={"heat": (0, "Cold")}, **columns) == []


def test_a_lead_that_needed_data_before_is_not_told() -> None:
    """Its stored score says so; and once told, it is not told again by the same version of the model."""
    before = dossier(jobtitle="CFO")
    stored = {"heat": StoredScore("heat", 1, 60, "Warm", EARLIER, reachable=110)}
    assert told(TriggerName.ATTENTION, Filters(), replace(before, scores=stored)) == []
    complete = {"heat": StoredScore("heat", 1, 60, "Warm", EARLIER, reachable=60)}
    alerts = live_alerts([subscription(TriggerName.ATTENTION, Filters())], BOOK, CARDS)
    first = decided(replace(BOOK, alerts=alerts), replace(before, scores=complete))
    assert len(first.events) == 1
    remembered = {(one.rule, one.rule_version): one for one in first.crossings}
    again = decided(replace(BOOK, alerts=alerts), replace(before, scores=complete, crossings=remembered))
    assert again.events == ()


def test_marks_come_from_criteria_and_else_from_the_best_grade() -> None:
    """By score, or by the grade's bound; a model that no criteria name has the bound of its best grade."""
    attention = [subscription(TriggerName.ATTENTION, Filters())]

    def marks(*documents: str) -> object:
        (alert,) = live_alerts(attention, rulebook(*documents), CARDS)
        assert isinstance(alert.alert.on, NeedsData)
        return alert.alert.on.marks["heat"]

    assert marks(MODEL, CRITERIA) == (70,)
    assert marks(MODEL, CRITERIA.replace("at_least: 70", "grade: warm")) == (40,)
    assert marks(MODEL) == (80,)


# --- accounts, and what is known of subscriptions -------------------------------------------------------------------


def test_an_account_that_wakes_up_is_looked_at_since_the_subscription() -> None:
    """The minimum is how many people; the baseline is the moment of the subscription."""
    (alert,) = live_alerts([subscription(TriggerName.ACCOUNT_WOKE, Filters(minimum=3))], BOOK, CARDS)
    assert alert.alert.on == AccountWakes(3, timedelta(days=30))
    assert (alert.since, alert.baseline_pending) == (EARLIER, False)


@dataclass
class Kept:
    """A store with subscriptions."""

    held: list[Subscription] = field(default_factory=list)
    reads: int = 0

    def subscription_ids(self) -> Collection[str]:
        """Their ids."""
        return frozenset(one.subscription_id for one in self.held)

    def subscriptions(self) -> Iterable[Subscription]:
        """All of them."""
        self.reads += 1
        return list(self.held)


def test_a_subscription_is_heard_from_the_next_look_on_and_compiled_once() -> None:
    """New and ended ones are noticed at the next look; as long as they are the same nothing is made anew."""
    kept = Kept()
    subscribers = Subscribers(kept, BOOK, CARDS)
    assert subscribers.heard().alerts == BOOK.alerts
    assert kept.reads == 0
    kept.held.append(subscription(TriggerName.SCORE_CROSSED, Filters("heat", 80)))
    first = subscribers.heard()
    assert [one.alert.name for one in first.alerts] == ["subscription:s1"]
    assert subscribers.heard() is first
    assert kept.reads == 1
    kept.held.clear()
    assert subscribers.heard().alerts == ()
