"""What is announced: which alerts speak, to which channels, under which identity, and what the card is told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from connector.delivery.cards import build_message
from connector.delivery.records import RecordLinks
from connector.pipeline.values import Crossing, Decision, Event
from tests.unit.pipeline.casework import decided, dossier, rulebook
from tests.unit.pipeline.world import ALERT, QUALIFICATION, QUALIFIED, QUALIFIED_ALERT, START, A, heat_model

FIT = heat_model("fit", fact="account.numberofemployees", write="{score: lc_other}")
COLD = {"engagement": (20, "Cold")}
CARD = QUALIFICATION.replace("sales_ready: true", "sales_ready: true, card: {channels: [desk, sales]}")


def only(decision: Decision) -> Event:
    """The one event of a decision."""
    (event,) = decision.events
    return event


def payload(decision: Decision) -> Any:
    """What its event says."""
    return only(decision).payload


def test_a_crossing_goes_to_the_channels_of_its_alert() -> None:
    """Each channel once, in the document's order."""
    book = rulebook(heat_model(), ALERT.replace("[sales]", "[sales, desk, sales]"))
    event = only(decided(book, dossier(heat=75, scores=COLD)))
    assert (event.kind, event.lead_id, event.at) == ("score_crossed", A, START)
    assert event.destinations == ("teams:sales", "teams:desk")


def test_an_event_s_identity_is_lead_rule_versions_and_ordinal() -> None:
    """The same crossing has the same id whenever and by whichever run it is found; another one has another."""
    seen = dossier(heat=75, scores=COLD)
    first = only(decided(rulebook(heat_model(), ALERT), seen)).event_id
    again = only(decided(rulebook(heat_model(), ALERT), seen, now=START + timedelta(days=1))).event_id
    fired = Crossing("hot", "1.1", 1, armed=True, fired_at=START)
    others = {
        only(decided(rulebook(heat_model(), ALERT), dossier(heat=75, scores=COLD, crossings=[fired]))).event_id,
        only(decided(rulebook(heat_model(), ALERT, versions={"hot": 2}), seen)).event_id,
        only(decided(rulebook(heat_model(), ALERT.replace("hot", "warm")), seen)).event_id,
        only(
            decided(
                rulebook(heat_model(), ALERT, versions={"engagement": 2}),
                dossier(heat=75, scores=COLD, score_version=2),
            )
        ).event_id,
    }
    assert first == again
    assert len(others | {first}) == 5


def test_a_lead_outside_the_filter_is_not_announced_and_stays_armed() -> None:
    """What the filter leaves out, or cannot tell, is not a crossing of that alert."""
    book = rulebook(heat_model(), ALERT + "where: {fact: lead.address1_country, equals: GB}\n")
    for country in ("FR", None):
        decision = decided(book, dossier(heat=75, scores=COLD, address1_country=country))
        assert (decision.events, decision.crossings) == ((), ())
    assert decided(book, dossier(heat=75, scores=COLD, address1_country="GB")).events


def test_a_re_arm_outside_the_filter_is_remembered() -> None:
    """A lead that falls below the bound is armed again, wherever it lives meanwhile."""
    fired = Crossing("hot", "1.1", 1, armed=False, fired_at=START)
    body = ALERT + "rearm_below: 30\nwhere: {fact: lead.address1_country, equals: GB}\n"
    seen = dossier(heat=15, scores={"engagement": (75, "Hot")}, crossings=[fired], address1_country="FR")
    (memory,) = decided(rulebook(heat_model(), body), seen).crossings
    assert (memory.armed, memory.ordinal) == (True, 1)


def test_a_filter_may_ask_for_another_model_s_score() -> None:
    """An alert on one model with a filter on another's score."""
    book = rulebook(heat_model(), FIT, ALERT + "where: {model: fit, at_least: 50}\n")
    assert decided(book, dossier(heat=75, account={"numberofemployees": 60}, scores=COLD)).events
    assert not decided(book, dossier(heat=75, account={"numberofemployees": 20}, scores=COLD)).events


def test_a_new_mark_is_announced_by_the_alert_on_it() -> None:
    """One event for the mark, under the alert's name, with the criteria's words."""
    decision = decided(rulebook(heat_model(), QUALIFICATION, QUALIFIED_ALERT), dossier(heat=85, scores=COLD))
    event = only(decision)
    assert (event.kind, event.destinations) == ("lead_qualified", ("teams:desk",))
    assert payload(decision)["rule"] == "qualified by sales-ready"
    assert payload(decision)["qualification"] == {
        "name": "sales-ready",
        "version": 1,
        "reason": "Met: engagement is 80 Hot (at least 80).",
        "status_reason": "Marketing Qualified",
    }


def test_an_alert_on_other_criteria_is_silent() -> None:
    """An alert listens to the criteria that it names."""
    other = QUALIFICATION.replace("qualification: sales-ready", "qualification: early").replace("80", "99")
    book = rulebook(heat_model(), QUALIFICATION, other, QUALIFIED_ALERT.replace("sales-ready", "early"))
    assert decided(book, dossier(heat=85, scores=COLD)).events == ()


def test_a_lead_that_is_marked_already_is_not_announced() -> None:
    """No mark, no event."""
    book = rulebook(heat_model(), CARD, QUALIFIED_ALERT)
    assert decided(book, dossier(heat=85, scores=COLD, status=QUALIFIED)).events == ()


def test_a_card_action_goes_where_no_alert_on_the_mark_goes_already() -> None:
    """A channel gets one card for a mark: the alert's; a channel that the alert does not serve gets the action's."""
    decision = decided(rulebook(heat_model(), CARD, QUALIFIED_ALERT), dossier(heat=85, scores=COLD))
    assert [(event.payload["alert"], event.destinations) for event in decision.events] == [
        ("marked", ("teams:desk",)),
        (None, ("teams:sales",)),
    ]
    served = CARD.replace("[desk, sales]", "[desk]")
    decision = decided(rulebook(heat_model(), served, QUALIFIED_ALERT), dossier(heat=85, scores=COLD))
    assert len(decision.events) == 1


def test_a_card_action_is_not_taken_for_served_by_an_alert_on_a_score() -> None:
    """A crossing and a mark are two things, also in one channel."""
    body = CARD.replace("[desk, sales]", "[sales]")
    decision = decided(rulebook(heat_model(), body, ALERT), dossier(heat=85, scores=COLD))
    assert sorted(event.kind for event in decision.events) == ["lead_qualified", "score_crossed"]


def test_a_card_action_serves_where_the_alert_s_filter_does_not() -> None:
    """An alert that leaves a lead out serves no channel for it."""
    alert = QUALIFIED_ALERT + "where: {fact: lead.address1_country, equals: GB}\n"
    decision = decided(rulebook(heat_model(), CARD, alert), dossier(heat=85, scores=COLD, address1_country="FR"))
    assert only(decision).destinations == ("teams:desk", "teams:sales")


@pytest.mark.parametrize("pending", [["engagement"], ["sales-ready"]], ids=["model", "criteria"])
def test_a_baseline_marks_and_announces_nothing(pending: list[str]) -> None:
    """A new version of the criteria, or of a model that they name, marks leads in silence."""
    book = rulebook(heat_model(), CARD, QUALIFIED_ALERT, pending=pending)
    decision = decided(book, dossier(heat=85))
    assert (len(decision.marks), decision.events) == (1, ())
    told = decided(book, dossier(heat=85), announce_baseline=True)
    assert [event.kind for event in told.events] == ["lead_qualified", "lead_qualified"]


def test_an_alert_may_ask_for_its_baseline() -> None:
    """`announce_baseline` of an alert speaks for that alert only."""
    book = rulebook(
        heat_model(),
        CARD,
        ALERT + "announce_baseline: true\n",
        QUALIFIED_ALERT + "announce_baseline: true\n",
        ALERT.replace("hot", "quiet"),
        pending=["engagement"],
    )
    assert sorted(str(event.payload["alert"]) for event in decided(book, dossier(heat=85)).events) == ["hot", "marked"]


def test_a_lead_that_missed_the_baseline_is_marked_in_silence() -> None:
    """Its last score is by another version of the model: its mark is part of the first look."""
    book = rulebook(heat_model(), CARD, versions={"engagement": 2})
    decision = decided(book, dossier(heat=85, scores=COLD, score_version=1))
    assert (len(decision.marks), decision.events) == (1, ())


# --- what is said ---------------------------------------------------------------------------------------------------


def test_the_payload_says_who_how_much_and_why() -> None:
    """Lead, account, every model with its change, the alert's model first; reasons of each, unknowns once."""
    book = rulebook(heat_model(), FIT, ALERT)
    seen = dossier(
        heat=75,
        account={"name": "Harbour Mills", "numberofemployees": None},
        scores={"engagement": (20, "Cold"), "fit": (10, "Cold")},
        companyname="Harbour",
        jobtitle="CEO",
        address1_country="GB",
    )
    said = payload(decided(book, seen))
    assert said["lead"] == {"id": A, "name": "Pat Ng", "company": "Harbour", "title": "CEO", "country": "GB"}
    assert said["account"] == {"id": "acc", "name": "Harbour Mills"}
    assert [(one["model"], one["score"], one["previous"], one["previous_grade"]) for one in said["scores"]] == [
        ("engagement", 70, 20, "Cold"),
        ("fit", 0, 10, "Cold"),
    ]
    assert (said["alert"], said["rule"], said["kind"]) == ("hot", "score of engagement crossed 70", "score_crossed")
    assert len(said["reasons"]) == 3
    assert len(said["missing"]) == len(set(said["missing"])) == 1
    assert (said["at"], said["qualification"]) == ("2026-11-21T09:00:00+00:00", None)


def test_reasons_of_several_models_take_turns() -> None:
    """Each model is heard, the one that the event is about first."""
    book = rulebook(heat_model(), FIT, ALERT)
    said = payload(decided(book, dossier(heat=75, account={"numberofemployees": 95}, scores=COLD)))
    assert ["95" in reason for reason in said["reasons"]] == [False, True, False]


def test_a_first_score_has_no_previous_and_a_lead_may_have_no_account() -> None:
    """What is not there is null, for a card to leave out."""
    said = payload(decided(rulebook(heat_model(), ALERT), dossier(heat=75)))
    assert (said["scores"][0]["previous"], said["scores"][0]["previous_grade"], said["account"]) == (None, None, None)


def test_criteria_without_models_show_every_score() -> None:
    """A mark that asks for facts alone still shows how the lead stands."""
    body = QUALIFICATION.replace("{model: engagement, at_least: 80}", "{fact: lead.need, equals: Must have}")
    decision = decided(rulebook(heat_model(), body, QUALIFIED_ALERT), dossier(heat=35, need="Must have"))
    assert [one["model"] for one in payload(decision)["scores"]] == ["engagement"]


def test_a_grade_alert_names_the_grade() -> None:
    """The rule in words says which grade."""
    book = rulebook(heat_model(), "alert: hot\non: {model: engagement, grade: Warm}\nchannels: [sales]\n")
    decision = decided(book, dossier(heat=45, scores=COLD))
    assert (only(decision).kind, payload(decision)["rule"]) == (
        "grade_entered",
        "grade of engagement became Warm or better",
    )


def test_the_payload_is_json_and_makes_a_card() -> None:
    """Everything in it survives the database, and the card shows lead, score, reasons and status."""
    decision = decided(rulebook(heat_model(), QUALIFICATION, QUALIFIED_ALERT), dossier(heat=85, scores=COLD))
    said = json.loads(json.dumps(payload(decision)))
    assert said == payload(decision)
    card = json.dumps(build_message(said, RecordLinks("https://org.example")))
    for text in ("Pat Ng", "80 (+60), Hot (was Cold)", "Marketing Qualified", "qualified by sales-ready", "Why"):
        assert text in card
