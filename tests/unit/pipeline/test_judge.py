"""What the live documents say of a lead, and when that changes with no new data."""

from __future__ import annotations

from datetime import timedelta

from connector.pipeline.judge import facts_of, judge
from connector.scoring.score import Outcome
from tests.unit.pipeline.casework import dossier, rulebook
from tests.unit.pipeline.world import ALERT, QUALIFICATION, START, heat_model

CLICKS = "model: clicks\ngroups:\n  - {name: Lately, points: 10, when: {interaction: email_click, within: 7d}}\n"
DAY = timedelta(days=1)


def test_facts_are_the_row_its_account_and_what_was_done() -> None:
    """Roll-ups stand among the account's columns; a lead without an account has none of them."""
    seen = dossier(heat=5, account={"name": "Mills"}, clicks=[DAY], rollups={"open_leads": 3})
    facts = facts_of(seen)
    assert facts["lead"]["heat"] == 5
    assert facts["account"] == {"name": "Mills", "open_leads": 3}
    assert [one["type"] for one in facts["interactions"]] == ["email_click"]
    assert (facts_of(dossier())["account"], facts_of(dossier())["tracking"]) == (None, True)


def test_every_model_scores_and_all_criteria_and_filters_are_asked() -> None:
    """Scores, explanations, verdicts and filters by name; an alert without a filter has none."""
    filtered = ALERT.replace("hot", "uk") + "where: {fact: lead.address1_country, equals: GB}\n"
    book = rulebook(heat_model(), CLICKS, QUALIFICATION, ALERT, filtered)
    found = judge(dossier(heat=85, address1_country="GB", clicks=[DAY]), book, START)
    assert {name: score.score for name, score in found.scores.items()} == {"engagement": 80, "clicks": 10}
    assert found.explanations["clicks"].reasons(1)[0].startswith("+10 Lately")
    assert found.verdicts["sales-ready"].outcome is Outcome.TRUE
    assert found.wheres == {"uk": True}


def test_a_filter_that_cannot_be_judged_is_not_passed() -> None:
    """Unknown is not yes."""
    filtered = ALERT + "where: {fact: lead.address1_country, equals: GB}\n"
    assert judge(dossier(heat=85), rulebook(heat_model(), filtered), START).wheres == {"hot": False}


def test_the_next_change_is_the_earliest_of_all() -> None:
    """Of the scores, of the criteria and of the account's roll-ups."""
    book = rulebook(
        heat_model(),
        CLICKS,
        "qualification: q\nwhen: {interaction: email_click, within: 3d}\nactions: {sales_ready: true}\n",
    )
    seen = dossier(clicks=[DAY], rollups_change_at=START + timedelta(days=5))
    assert judge(seen, book, START).next_change_at == START + timedelta(days=2)
    scores_only = rulebook(heat_model(), CLICKS)
    assert judge(seen, scores_only, START).next_change_at == START + timedelta(days=5)
    assert judge(dossier(clicks=[DAY]), scores_only, START).next_change_at == START + timedelta(days=6)
    assert judge(dossier(), scores_only, START).next_change_at is None


def test_who_is_outside_an_audience_today_is_looked_at_when_that_changes() -> None:
    """An audience by time wakes the lead: outside it now, inside it later, and the other way about."""
    when = "qualification: q\nwhen: {fact: lead.heat, at_least: 10}\nactions: {sales_ready: true}\naudience: "
    later = rulebook(heat_model(), when + "{fact: lead.createdon, not_in_last: 30d}\n")
    born = "2026-11-20T09:00:00Z"
    found = judge(dossier(heat=20, createdon=born), later, START)
    assert found.verdicts == {}
    assert found.next_change_at == START + timedelta(days=29)
    sooner = rulebook(heat_model(), when + "{fact: lead.createdon, in_last: 30d}\n")
    found = judge(dossier(heat=20, createdon=born), sooner, START)
    assert found.verdicts["q"].outcome is Outcome.TRUE
    assert found.next_change_at == START + timedelta(days=29)


def test_an_audience_may_ask_for_a_model() -> None:
    """A better grade than the one that is named belongs to the audience too."""
    when = "qualification: q\nwhen: {fact: lead.heat, at_least: 10}\nactions: {sales_ready: true}\n"
    book = rulebook(heat_model(), when + "audience: {model: engagement, grade: Warm}\n")
    assert "q" in judge(dossier(heat=75), book, START).verdicts
    assert "q" in judge(dossier(heat=45), book, START).verdicts
    assert "q" not in judge(dossier(heat=15), book, START).verdicts
