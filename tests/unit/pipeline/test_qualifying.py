"""Qualifying one lead when somebody asks: through the inbox with its guards, and what is then said of it."""

from __future__ import annotations

from typing import Any

import pytest

from connector.errors import MissingFactError, OutsideError, RefusedError
from connector.pipeline.inbox import Inbox
from connector.pipeline.qualifying import Came, CriteriaVerdict, Met, Qualified, qualify_lead
from connector.pipeline.scorebook import load_scorebook, score_lead
from connector.pipeline.values import Refused, Stale
from tests.unit.pipeline.world import QUALIFICATION, QUALIFIED, TYPES, A, B, World, heat_model

# Each for an audience of its own: of two for the same one the newer would stop the older.
OTHER = (
    "qualification: other\naudience: {fact: lead.heat, at_least: 1}\n"
    "when: {model: engagement, at_least: 20}\nactions: {sales_ready: lc_ready}\n"
)
ABROAD = (
    "qualification: abroad\naudience: {fact: lead.address1_country, equals: FR}\n"
    "when: {model: engagement, at_least: 20}\nactions: {sales_ready: lc_ready}\n"
)
NEEDY = (
    "qualification: needy\naudience: {fact: lead.heat, at_least: 2}\n"
    "when: {fact: lead.need, equals: now}\nactions: {status_reason: [Contacted]}\n"
)
PLACED = (
    "qualification: placed\naudience: {fact: lead.heat, at_least: 3}\n"
    "when: {model: fit, at_least: 95}\nactions: {status_reason: [Contacted]}\n"
    "matrix: {fit: fit, engagement: engagement}\n"
)


def qualify(world: World, lead: str = A, qualification: str | None = None, **changes: Any) -> Qualified:
    """Ask for one lead."""
    return qualify_lead(Inbox(world.job(**changes)), lead, qualification)


def test_a_lead_that_meets_the_criteria_is_marked_and_announced(live: World) -> None:
    """Read again, decided, written and settled; its event waits in the outbox, and a run finds nothing to do."""
    live.dataverse.put(A, heat=15)
    live.sync()
    live.dataverse.put(A, heat=95)  # nobody told us of that
    done = qualify(live)
    assert (done.outcome, done.written) == (Came.APPLIED, True)
    assert done.reason == "Met: engagement is 90 Hot (at least 80)."
    assert done.criteria == (CriteriaVerdict("sales-ready", Met.MET, done.reason, marked=True),)
    assert done.scores == (("engagement", 90, "Hot"),)
    assert (live.columns(A)["statuscode"], live.columns(A)["msdyncrm_salesready"]) == (QUALIFIED, True)
    report = live.sync()
    assert (report.scored, report.writes.applied) == (0, 0)
    assert sorted(card[0] for card in live.cards()) == ["lead_qualified", "score_crossed"]


def test_a_lead_that_bears_the_mark_is_not_marked_again(live: World) -> None:
    """Whoever set it: unchanged, and nothing is announced."""
    live.dataverse.put(A, heat=95)
    live.sync()
    cards = live.cards()
    done = qualify(live)
    assert (done.outcome, done.written) == (Came.UNCHANGED, False)
    assert done.reason.startswith("The lead bears the mark of sales-ready already. Met: ")
    live.sync()
    assert live.cards() == cards


def test_a_lead_that_does_not_meet_them_says_why(live: World) -> None:
    """Its score is written all the same; what is unknown, and who is outside of an audience, is told apart."""
    live.publish(ABROAD, NEEDY)
    live.dataverse.put(A, heat=15, address1_country="GB")
    live.sync()
    live.dataverse.put(A, heat=35, address1_country="GB")
    done = qualify(live)
    assert (done.outcome, done.written) == (Came.NOT_MET, True)
    assert {one.qualification: (one.outcome, one.marked) for one in done.criteria} == {
        "sales-ready": (Met.NOT_MET, False),
        "abroad": (Met.OUTSIDE_AUDIENCE, False),
        "needy": (Met.UNKNOWN, False),
    }
    assert "sales-ready: Not met: engagement is 30 Cold (at least 80)." in done.reason
    assert "needy: Cannot be judged" in done.reason
    assert live.columns(A)["lc_score"] == 30


def test_the_outcome_can_be_asked_of_one_qualification(live: World) -> None:
    """All are carried out; the outcome speaks of the named one, and an unknown name stops before anything is done."""
    live.publish(OTHER)
    live.dataverse.put(A, heat=15)
    live.sync()
    live.dataverse.put(A, heat=35)
    written = len(live.dataverse.written)
    with pytest.raises(MissingFactError, match="No live qualification is named 'none'"):
        qualify(live, qualification="none")
    assert len(live.dataverse.written) == written
    assert qualify(live, qualification="sales-ready").outcome is Came.NOT_MET
    assert live.columns(A)["lc_ready"] is True
    assert qualify(live, qualification="other").outcome is Came.UNCHANGED


def test_a_lead_that_is_closed_gone_or_opted_out_is_refused(live: World) -> None:
    """Nothing is written; one that never was is missing."""
    for lead in (A, B):
        live.dataverse.put(lead, heat=15)
    live.sync()
    live.dataverse.set(A, is_open=False)
    live.dataverse.set(B, opted_out=True)
    assert [qualify(live, lead).outcome for lead in (A, B)] == [Came.REFUSED, Came.REFUSED]
    assert (qualify(live, A).reason, qualify(live, B).written) == ("The lead is closed.", False)
    live.dataverse.delete(A)
    with pytest.raises(MissingFactError, match="no such lead"):
        qualify(live, A)


def test_what_the_environment_refuses_is_told(live: World) -> None:
    """In its words: a rule of theirs, a missing right, a row that it fails on; or that the lead was closed."""
    live.dataverse.put(A, heat=15)
    live.sync()
    live.dataverse.put(A, heat=95)
    for answer, reason in (
        (Refused("rejected", "A plug-in says no."), "A plug-in says no."),
        (Refused("forbidden", "No right to write."), "No right to write."),
        (Refused("closed"), "The lead is closed."),
    ):
        live.dataverse.put(A, heat=95, jobtitle=reason)
        live.dataverse.answers[A] = [answer]
        done = qualify(live)
        assert (done.outcome, done.reason, done.written) == (Came.REFUSED, reason, False)


def test_a_server_that_fails_is_an_error(live: World) -> None:
    """Not an outcome: the decision stays planned, and the next run settles it."""
    live.dataverse.put(A, heat=15)
    live.sync()
    live.dataverse.put(A, heat=95)
    live.dataverse.answers[A] = [OutsideError("The server failed.", status=503)]
    with pytest.raises(OutsideError, match="The server failed") as caught:
        qualify(live)
    assert caught.value.retryable
    assert live.sync().writes.applied == 1


def test_a_lead_that_changes_at_every_try_is_stale(live: World) -> None:
    """It waits for the next run, which then decides it."""
    live.dataverse.put(A, heat=15)
    live.sync()
    live.dataverse.put(A, heat=95)
    live.dataverse.answers[A] = [Stale(), Stale(), Stale()]
    done = qualify(live)
    assert (done.outcome, done.written) == (Came.STALE, False)
    assert live.sync().writes.applied == 1


def test_a_lead_that_somebody_changed_is_decided_by_what_it_is_then(live: World) -> None:
    """The verdicts told are those of the row that was written."""
    live.dataverse.put(A, heat=15)
    live.sync()
    live.dataverse.put(A, heat=95)
    live.dataverse.before_write[A] = [lambda: live.dataverse.put(A, heat=25)]
    done = qualify(live)
    assert (done.outcome, done.scores) == (Came.NOT_MET, (("engagement", 20, "Cold"),))


def test_nothing_is_decided_before_everything_was_read(world: World) -> None:
    """No model, no criteria, no complete pull: each says what to do."""
    world.dataverse.put(A, heat=95)
    with pytest.raises(RefusedError, match="No scoring model is live"):
        qualify(world)
    world.publish(heat_model())
    with pytest.raises(MissingFactError, match="No qualification is live"):
        qualify(world)
    world.publish(QUALIFICATION)
    with pytest.raises(RefusedError, match="Not every lead and account was read"):
        qualify(world)
    assert world.dataverse.written == []


# --- scoring now ----------------------------------------------------------------------------------------------------


def test_a_lead_is_scored_as_it_is_mirrored_now(live: World) -> None:
    """Nothing is stored; a model that is not live is missing; places are told whichever model was asked."""
    live.publish(heat_model("fit", write="{score: lc_other}"), PLACED)
    live.dataverse.put(A, heat=65)
    live.sync()
    before = live.store.lead_scores(A)
    book = load_scorebook(live.store, TYPES)
    told = score_lead(live.store, book, A, "fit", live.clock())
    assert [(one["model"], one["version"], one["score"], one["grade"]) for one in told["scores"]] == [
        ("fit", 1, 60, "Warm")
    ]
    assert [place["place"] for place in told["matrix"]] == ["B2"]
    assert told["scored_at"] == live.clock()
    assert len(score_lead(live.store, book, A, None, live.clock())["scores"]) == 2
    assert live.store.lead_scores(A) == before
    with pytest.raises(MissingFactError, match="Live: engagement, fit"):
        score_lead(live.store, book, A, "none", live.clock())
    with pytest.raises(MissingFactError):
        score_lead(live.store, book, B, None, live.clock())
