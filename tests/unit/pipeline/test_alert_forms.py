"""What each form of alert announces of a lead: any model, going cold, accounts that wake up, owners, what is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connector.pipeline.awakenings import AccountMemory, AccountSeen
from connector.pipeline.colleagues import Colleague, People
from connector.pipeline.decide import decide
from connector.pipeline.holding import HOUR, ChannelTerms, Holding, Limit, Terms
from connector.pipeline.owners import Owner
from connector.pipeline.rulebook import Rulebook
from connector.pipeline.values import Crossing, Decision, Dossier, Event
from connector.scoring.rules import Budget, GradeChanges
from tests.unit.pipeline.casework import case, dossier, rulebook
from tests.unit.pipeline.world import ALERT, CARDS, START, heat_model

FIT = heat_model("fit", fact="account.numberofemployees", write="{score: lc_other}")
ANY = "alert: any\non: {model: any, crosses: 70}\nchannels: [sales]\n"
COLD = "alert: cold\non: {model: engagement, goes_cold: true}\nchannels: [sales]\n"
AWAKE = "alert: awake\non: {account: wakes_up, people: 2}\nchannels: [sales]\n"
LOW: Mapping[str, tuple[int | None, str | None]] = {"engagement": (20, "Cold"), "fit": (20, "Cold")}


def made(book: Rulebook, seen: Dossier, **changes: Any) -> Decision:
    """The decision about a lead."""
    return decide(replace(case(book, seen), **changes))


def kinds(decision: Decision) -> list[tuple[str, str]]:
    """What is announced: kinds and words."""
    return [(one.kind, str(one.payload["rule"])) for one in (*decision.events, *decision.account_events)]


# --- any model ------------------------------------------------------------------------------------------------------


def test_any_model_has_crossings_of_its_own() -> None:
    """Two models that cross are two events with two memories; one that was above is none."""
    book = rulebook(heat_model(), FIT, ANY)
    both = made(book, dossier(heat=75, account={"numberofemployees": 90}, scores=LOW))
    assert kinds(both) == [
        ("score_crossed", "score of engagement crossed 70"),
        ("score_crossed", "score of fit crossed 70"),
    ]
    assert len({one.event_id for one in both.events}) == 2
    assert [one.rule_version for one in both.crossings] == ["1.engagement.1", "1.fit.1"]
    one = made(book, dossier(heat=75, account={"numberofemployees": 90}, scores={**LOW, "fit": (90, "Hot")}))
    assert [event.payload["scores"][0]["model"] for event in one.events] == ["engagement"]  # type: ignore[index,call-overload]  # a list


def test_a_grade_of_any_model_is_one_that_has_it() -> None:
    """Models that have no such grade are passed over, whatever their scores."""
    other = FIT.replace("Hot", "Great")
    found = made(
        rulebook(heat_model(), other, ANY.replace("crosses: 70", "grade: Great")),
        dossier(heat=75, account={"numberofemployees": 90}, scores=LOW),
    )
    assert kinds(found) == [("grade_entered", "grade of fit became Great or better")]


def test_leaving_re_arms() -> None:
    """With `leave` the next rise counts once the score has fallen below it."""
    fired = Crossing("hot", "1.1", 1, armed=False, fired_at=START - timedelta(days=1))
    book = rulebook(heat_model(), ALERT + "leave: 55\n")
    at_bound = made(book, dossier(heat=60, scores={"engagement": (80, "Hot")}, crossings=[fired]))
    below = made(book, dossier(heat=50, scores={"engagement": (80, "Hot")}, crossings=[fired]))
    assert (at_bound.crossings, below.crossings) == ((), (replace(fired, armed=True),))


# --- changes of a grade ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "heat", "words"),
    [
        ((20, "Cold"), 75, "grade of engagement became Hot"),
        ((80, "Hot"), 20, "grade of engagement became Cold"),
        ((80, "Hot"), 90, None),
        (None, 75, "grade of engagement became Hot"),
        (None, 20, None),
    ],
)
def test_each_change_of_a_grade_is_told(before: tuple[int, str] | None, heat: int, words: str | None) -> None:
    """Up and down, again and again; a lead that comes in with the lowest grade is no change."""
    book = rulebook(heat_model(), ALERT)
    subscribed = replace(book.alerts[0].alert, name="subscription:s1", on=GradeChanges("engagement"))
    live = replace(book.alerts[0], alert=subscribed, destinations=("subscription:s1",), document=None)
    fired = Crossing("subscription:s1", "1.1", 4, armed=False, fired_at=START)
    seen = dossier(heat=heat, scores={"engagement": before} if before else {}, crossings=[fired])
    found = made(replace(book, alerts=(live,)), seen)
    assert kinds(found) == ([("grade_changed", words)] if words else [])
    assert [one.destinations for one in found.events] == [("subscription:s1",)] * len(found.events)
    assert [one.ordinal for one in found.crossings if not one.armed] == [5] * len(found.events)


# --- going cold -----------------------------------------------------------------------------------------------------

CLICKS = (
    "model: engagement\ndimension: engagement\npurpose: p\nlawful_basis: b\nwrite: {score: lc_score}\ngroups:\n"
    "  - {name: Click, points: 40, when: {interaction: email_click, within: 5d}}\n"
    "  - {name: Heat, points: 40, when: {fact: lead.heat, at_least: 1}}\n"
    "grades:\n  - {name: Warm, from: 40}\n  - {name: Cold}\n"
)
WARM: Mapping[str, tuple[int | None, str | None]] = {"engagement": (40, "Warm")}


def test_a_lead_goes_cold_by_time() -> None:
    """A click that counted when the lead was last scored counts no more: the lead has gone cold, once."""
    found = made(rulebook(CLICKS, COLD), dossier(heat=0, clicks=[timedelta(days=6)], scores=WARM))
    assert kinds(found) == [("lead_went_cold", "engagement went cold")]
    assert found.crossings == (Crossing("cold", "1.1", 1, armed=False, fired_at=START),)
    again = made(
        rulebook(CLICKS, COLD),
        dossier(heat=0, clicks=[timedelta(days=6)], scores={"engagement": (0, "Cold")}, crossings=found.crossings),
    )
    assert kinds(again) == []


def test_a_lead_goes_cold_when_its_colleagues_do() -> None:
    """Points for engaged colleagues that time takes away are a cooling as one's own are."""
    group = CLICKS.replace("interaction: email_click, within: 5d", "fact: account.engaged_people_5d, at_least: 1")
    book = rulebook(group, COLD)
    colleague = Colleague("c1", None, START - timedelta(days=6), None)
    seen = replace(dossier(heat=0, account={"name": "Mills"}, scores=WARM), people=People(book.counts, (colleague,)))
    assert kinds(made(book, seen)) == [("lead_went_cold", "engagement went cold")]


def test_what_somebody_edited_is_no_cooling() -> None:
    """A lead that a correction of its data made cold never was warm by what is known now."""
    found = made(rulebook(CLICKS, COLD), dossier(heat=0, scores=WARM))
    assert (kinds(found), found.crossings) == ([], ())


def test_a_bound_says_what_is_cold() -> None:
    """With `below` a model needs no grades; a lead without a score is not cold, and one never scored was not warm."""
    book = rulebook(CLICKS, COLD.replace("true", "true, below: 80"))
    fell = dossier(heat=1, clicks=[timedelta(days=6)], scores={"engagement": (80, "Warm")})
    assert kinds(made(book, fell)) == [("lead_went_cold", "engagement went cold")]
    assert kinds(made(book, dossier(heat=0))) == []
    left = rulebook(CLICKS + "audience: {fact: lead.need, equals: x}\n", COLD)
    assert kinds(made(left, dossier(heat=0, clicks=[timedelta(days=6)], scores=WARM))) == []


@pytest.mark.parametrize(("rearm", "fires"), [("", True), ("rearm_after: 30d\n", False), ("rearm_after: 1d\n", True)])
def test_each_cooling_counts_unless_time_has_to_pass(*, rearm: str, fires: bool) -> None:
    """Warm again and cold again is another cooling, at the earliest after `rearm_after`."""
    fired = Crossing("cold", "1.1", 1, armed=False, fired_at=START - timedelta(days=8))
    seen = dossier(heat=0, clicks=[timedelta(days=6)], scores=WARM, crossings=[fired])
    assert bool(made(rulebook(CLICKS, COLD + rearm), seen).events) is fires


# --- accounts -------------------------------------------------------------------------------------------------------


def account(people: int, memory: AccountMemory | None = None) -> dict[str, AccountSeen]:
    """How the alert sees an account."""
    return {"awake": AccountSeen("acc", people, 0, START + timedelta(days=9), None, memory)}


def awakening(decision: Decision) -> Event:
    """The one event about an account."""
    (event,) = decision.account_events
    return event


def test_an_awakening_is_the_accounts_event() -> None:
    """Whichever lead is looked at, it is the same event; the lead, its score and the people stand in it."""
    book = rulebook(heat_model(), AWAKE)
    first = dossier(heat=15, account={"name": "Harbour Mills"}, scores=LOW)
    other = replace(first, lead=replace(first.lead, lead_id="another"))
    events = [awakening(made(book, one, accounts=account(2))) for one in (first, other)]
    assert events[0].event_id == events[1].event_id
    assert (events[0].kind, events[0].payload["alert"], events[0].destinations) == (
        "account_woke",
        "awake",
        ("teams:sales",),
    )
    assert events[0].payload["awakening"] == {"account_id": "acc", "people": 2, "within_days": 30}
    assert made(book, first, accounts=account(2)).accounts == (AccountMemory("acc", "awake", "1", True, 1, START),)


def test_the_next_look_at_an_account_is_planned() -> None:
    """The lead is due when its account would fall asleep, if nothing else makes it due before."""
    book = rulebook(heat_model(), AWAKE)
    decision = made(book, dossier(heat=15, account={}, scores=LOW), accounts=account(2))
    assert decision.next_change_at == START + timedelta(days=9)
    assert made(book, dossier(heat=15, account={}, scores=LOW)).accounts == ()


def test_a_filter_leaves_an_awakening_to_another_lead() -> None:
    """A lead that the filter keeps back changes nothing, so that one that passes it still tells."""
    book = rulebook(heat_model(), AWAKE + "where: {fact: lead.need, equals: urgent}\n")
    kept = made(book, dossier(heat=15, account={}, scores=LOW), accounts=account(2))
    assert (kept.account_events, kept.accounts) == ((), ())
    passed = made(book, dossier(heat=15, account={}, scores=LOW, need="urgent"), accounts=account(2))
    assert awakening(passed).kind == "account_woke"


def test_an_alert_on_accounts_begins_with_a_baseline() -> None:
    """Until a run has completed with it, awake accounts are remembered and not announced."""
    book = rulebook(heat_model(), AWAKE, pending=["awake"])
    found = made(book, dossier(heat=15, account={}, scores=LOW), accounts=account(2))
    assert (found.account_events, found.accounts) == ((), (AccountMemory("acc", "awake", "1", True, 0, None),))
    told = rulebook(heat_model(), AWAKE + "announce_baseline: true\n", pending=["awake"])
    assert awakening(made(told, dossier(heat=15, account={}, scores=LOW), accounts=account(2))).kind == "account_woke"


# --- owners, and what is held ---------------------------------------------------------------------------------------

OWNED = replace(CARDS, owner="need")
ANNA = Owner("0a", "Anna Ortiz", "e1", START)


def announced(text: str, owner: Owner | None, holding: Holding | None = None, **columns: Any) -> Event:
    """The event of an alert about a lead that crossed its threshold; `need` stands for the column of the owner."""
    book = rulebook(heat_model(), text)
    one = case(book, dossier(heat=75, scores=LOW, **columns))
    context = replace(one.context, cards=OWNED, holding=holding or Holding())
    (event,) = decide(replace(one, context=context, owner=owner)).events
    return event


def test_the_payload_names_the_owner() -> None:
    """Id, name and object id; mentioned where the alert says so and Teams can know the owner."""
    asked = ALERT + "mention_owner: true\n"
    said = {"id": "0a", "name": "Anna Ortiz", "entra_id": "e1"}
    assert announced(asked, ANNA, need="0A").payload["owner"] == {**said, "mention": True}
    assert announced(ALERT, ANNA, need="0A").payload["owner"] == {**said, "mention": False}
    team = Owner("0a", "Nordic team", None, START)
    assert announced(asked, team, need="0A").payload["owner"] == {
        "id": "0a",
        "name": "Nordic team",
        "entra_id": None,
        "mention": False,
    }
    assert announced(asked, None, need="0A").payload["owner"] == {
        "id": "0a",
        "name": None,
        "entra_id": None,
        "mention": False,
    }
    assert announced(asked, None).payload["owner"] is None


def test_an_event_bears_its_terms() -> None:
    """Budgets of the alert and of the channel, and quiet hours at the moment of the decision, go along with it."""
    holding = Holding({"teams:sales": ChannelTerms(Budget(per_hour=9))})
    event = announced(ALERT + "budget: {per_hour: 3}\nquiet: {from: 9:00, to: 10:00}\n", None, holding, need="0A")
    limits = (Limit(3, HOUR, of_rule=True), Limit(9, HOUR))
    assert event.terms == (Terms("teams:sales", limits, START + timedelta(hours=1)),)
    assert event.owner_id == "0a"
    assert announced(ALERT, None).terms == ()
