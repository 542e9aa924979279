"""Decisions: which columns are written and which are left, when a mark is set, what is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connector.pipeline.decide import bears_mark, shortened
from connector.pipeline.values import Environment, Json
from connector.scoring.facttypes import FactType, Kind
from tests.unit.pipeline.casework import decided, dossier, rulebook
from tests.unit.pipeline.world import (
    CONTACTED,
    ENVIRONMENT,
    JOURNEYS,
    NEW,
    QUALIFICATION,
    QUALIFIED,
    START,
    heat_model,
)

STAMP = "2026-11-21T09:00:00Z"
EARLIER_STAMP = "2026-11-18T09:00:00Z"
WRITTEN: dict[str, Json] = {"lc_score": 50, "lc_grade": "Warm", "lc_scoredon": EARLIER_STAMP}


def test_a_first_score_is_written_with_grade_and_time() -> None:
    """Empty score columns get score, grade and the time of the run in whole seconds, UTC."""
    now = START + timedelta(microseconds=999_999)
    assert decided(rulebook(heat_model()), dossier(heat=55), now=now).values == {
        "lc_score": 50,
        "lc_grade": "Warm",
        "lc_scoredon": STAMP,
    }


WHY = heat_model(write="{score: lc_score, explanation: lc_why, grade: lc_rating}")


def with_columns(longest: int | None = None) -> Environment:
    """The environment with a rating as options, and a text for explanations."""
    added = {
        "lead.lc_rating": FactType(Kind.CHOICE, {1: ("Hot", "Chaud"), 2: ("Warm",), 3: ("Cold",)}),
        "lead.lc_why": FactType(Kind.TEXT, max_length=longest),
    }
    columns = frozenset({"lc_rating", "lc_why"})
    return replace(
        ENVIRONMENT,
        types=replace(ENVIRONMENT.types, types={**ENVIRONMENT.types.types, **added}),
        lead_columns=ENVIRONMENT.lead_columns | columns,
        writable_lead_columns=ENVIRONMENT.writable_lead_columns | columns,
    )


def test_a_grade_is_written_as_the_option_of_its_name() -> None:
    """Where the column is a choice; what stands there as that option is not written again."""
    book = rulebook(WHY, environment=with_columns())
    values = decided(book, dossier(heat=55)).values
    assert (values["lc_rating"], values["lc_score"]) == (2, 50)
    seen = dossier(heat=55, scores={"engagement": (50, "Warm")}, lc_score=50, lc_rating=2, lc_why="old")
    assert decided(book, seen).values == {}


def test_the_explanation_is_written_with_the_score_and_cut_to_its_column() -> None:
    """The strongest reasons, in order; never alone, gone with the score, and no longer than the column holds."""
    values = decided(rulebook(WHY, environment=with_columns()), dossier(heat=15)).values
    assert values["lc_why"] == "+10 From 10: heat 15"
    values = decided(rulebook(WHY, environment=with_columns(20)), dossier(heat=25)).values
    assert values["lc_why"] == "+10 From 10: heat 2\N{HORIZONTAL ELLIPSIS}"
    body = heat_model(write="{score: lc_score, explanation: lc_why}", extra="exclude: {fact: lead.heat, at_least: 90}")
    seen = dossier(heat=95, scores={"engagement": (50, "Warm")}, lc_score=50, lc_why="+10 From 10: heat 15")
    values = decided(rulebook(body, environment=with_columns()), seen).values
    assert values == {"lc_score": None, "lc_why": None}


def test_a_text_is_cut_between_characters() -> None:
    """In UTF-16 units, as text columns count; a character of two units is left out whole."""
    assert shortened("ab\N{FIRE}c", 4) == "ab\N{HORIZONTAL ELLIPSIS}"
    assert shortened("ab\N{FIRE}c", 5) == "ab\N{FIRE}c"
    assert shortened("anything", None) == "anything"


def test_what_stands_there_is_not_written_again() -> None:
    """A score that stands there leaves nothing to write, the time included, whenever it is computed."""
    seen = dossier(heat=55, scores={"engagement": (50, "Warm")}, holds=WRITTEN)
    assert decided(rulebook(heat_model()), seen).values == {}


def test_only_the_columns_that_differ_are_written() -> None:
    """A score that changes within its grade is written without the grade, with the time."""
    seen = dossier(heat=65, scores={"engagement": (50, "Warm")}, holds=WRITTEN)
    assert decided(rulebook(heat_model()), seen).values == {"lc_score": 60, "lc_scoredon": STAMP}


def test_a_column_that_somebody_overwrote_gets_its_score_and_its_old_time_back() -> None:
    """The score did not change since, so that its time is when it last did."""
    seen = dossier(heat=55, scores={"engagement": (50, "Warm")}, lc_score=3, lc_grade="Warm", lc_scoredon=None)
    assert decided(rulebook(heat_model()), seen).values == {"lc_score": 50, "lc_scoredon": EARLIER_STAMP}


def test_the_time_alone_is_never_written() -> None:
    """A time that somebody removed stays removed while score and grade stand."""
    seen = dossier(heat=55, scores={"engagement": (50, "Warm")}, lc_score=50, lc_grade="Warm", lc_scoredon=None)
    assert decided(rulebook(heat_model()), seen).values == {}


def test_a_model_with_a_time_only_writes_nothing() -> None:
    """Without a column for score or grade there is nothing that the time could go with."""
    assert decided(rulebook(heat_model(write="{scored_on: lc_scoredon}")), dossier(heat=55)).values == {}


def test_without_grades_the_grade_is_null() -> None:
    """A model without grades leaves an empty grade column alone and clears one that it filled."""
    body = heat_model().partition("grades:")[0]
    assert decided(rulebook(body), dossier(heat=55)).values == {"lc_score": 50, "lc_scoredon": STAMP}
    seen = dossier(heat=55, scores={"engagement": (50, "Warm")}, holds=WRITTEN)
    assert decided(rulebook(body), seen).values == {"lc_grade": None, "lc_scoredon": STAMP}


def test_a_floor_bounds_what_is_written() -> None:
    """A score below the floor is written as the floor, one below zero without a floor as it is."""
    groups = "groups:\n  - {name: Cool, points: -30, when: {fact: lead.heat, at_most: 5}}\n"
    head = heat_model().partition("groups:")[0]
    assert decided(rulebook(f"{head}{groups}"), dossier(heat=1)).values["lc_score"] == -30
    assert decided(rulebook(f"{head}floor: 0\n{groups}"), dossier(heat=1)).values["lc_score"] == 0


def test_a_lead_that_is_no_longer_scored_loses_what_the_model_wrote() -> None:
    """Outside the audience the columns are cleared if the model filled them, with the time of that."""
    book = rulebook(heat_model(extra="audience: {fact: lead.address1_country, equals: GB}"))
    seen = dossier(heat=55, address1_country="FR", scores={"engagement": (50, "Warm")}, holds=WRITTEN)
    decision = decided(book, seen)
    assert decision.values == {"lc_score": None, "lc_grade": None, "lc_scoredon": STAMP}
    assert (decision.scores[0].score, decision.scores[0].grade, decision.scores[0].changed) == (None, None, True)


def test_what_another_wrote_into_the_columns_of_a_lead_that_was_never_scored_stays() -> None:
    """A model clears only what it wrote itself."""
    book = rulebook(heat_model(extra="audience: {fact: lead.address1_country, equals: GB}"))
    assert decided(book, dossier(heat=55, address1_country="FR", holds=WRITTEN)).values == {}
    unscored = dossier(heat=55, address1_country="FR", scores={"engagement": (None, None)}, holds=WRITTEN)
    assert decided(book, unscored).values == {}


def two_models(country: str) -> str:
    """A second model of the same columns for one country."""
    return heat_model("visits", fact="lead.heat", extra=f"audience: {{fact: lead.address1_country, equals: {country}}}")


def test_of_two_models_on_one_column_the_one_that_applies_is_written() -> None:
    """Publication refuses this; where it is so, a model that does not apply never clears what the other says."""
    book = rulebook(heat_model(extra="audience: {fact: lead.address1_country, equals: GB}"), two_models("FR"))
    moved = dossier(
        heat=75, address1_country="FR", scores={"engagement": (50, "Warm"), "visits": (None, None)}, holds=WRITTEN
    )
    assert decided(book, moved).values == {"lc_score": 70, "lc_grade": "Hot", "lc_scoredon": STAMP}
    stays = dossier(
        heat=55, address1_country="FR", scores={"engagement": (50, "Warm"), "visits": (None, None)}, holds=WRITTEN
    )
    assert decided(book, stays).values == {}


def test_two_models_may_share_the_time() -> None:
    """The column says when either last changed: a model that changes brings the time of the run."""
    other = heat_model("other", write="{score: lc_other, scored_on: lc_scoredon}")
    book = rulebook(heat_model(), other)
    seen = dossier(heat=55, scores={"engagement": (50, "Warm"), "other": (40, "Warm")}, lc_other=40, holds=WRITTEN)
    assert decided(book, seen).values == {"lc_other": 50, "lc_scoredon": STAMP}


# --- marks ----------------------------------------------------------------------------------------------------------

QUALIFIES = heat_model(), QUALIFICATION


def test_a_lead_that_meets_the_criteria_gets_its_mark() -> None:
    """The option found by its label and the sales-ready column are written, and the mark is remembered."""
    decision = decided(rulebook(*QUALIFIES), dossier(heat=85))
    assert decision.values["statuscode"] == QUALIFIED
    assert decision.values["msdyncrm_salesready"] is True
    assert (decision.status_reason, decision.marked_ready) == (QUALIFIED, True)
    assert [(mark.qualification, mark.version, mark.marked_at) for mark in decision.marks] == [
        ("sales-ready", 1, START)
    ]


def test_one_that_does_not_meet_them_gets_none() -> None:
    """Below the threshold no mark is set, and the guards are left as they are."""
    decision = decided(rulebook(*QUALIFIES), dossier(heat=75))
    assert decision.marks == ()
    assert (decision.status_reason, decision.marked_ready) == (None, None)
    assert not {"statuscode", "msdyncrm_salesready"} & set(decision.values)


@pytest.mark.parametrize(
    "seen",
    [dossier(heat=85, status=QUALIFIED), dossier(heat=85, ready=True), dossier(heat=85, marks=["sales-ready"])],
    ids=["status reason", "sales-ready column", "our memory"],
)
def test_a_lead_that_bears_the_mark_is_not_marked_again(seen: object) -> None:
    """Whoever set it: nothing of the mark is written, not even the half that is missing."""
    assert isinstance(seen, type(dossier()))
    decision = decided(rulebook(*QUALIFIES), seen)
    assert decision.marks == ()
    assert not {"statuscode", "msdyncrm_salesready"} & set(decision.values)


def test_a_mark_by_other_criteria_is_no_mark_of_these() -> None:
    """A lead marked by one qualification may be marked by another."""
    assert decided(rulebook(*QUALIFIES), dossier(heat=85, marks=["early"])).marks


def test_a_mark_can_name_an_option_by_value() -> None:
    """The option's number is taken as it is."""
    body = QUALIFICATION.replace("[Marketing Qualified]", f"{{value: {JOURNEYS}}}")
    assert decided(rulebook(heat_model(), body), dossier(heat=85)).values["statuscode"] == JOURNEYS


def test_a_mark_in_a_column_of_ones_own_knows_nothing_of_the_standard_one() -> None:
    """Where the criteria name a column, that one is written and read; the standard column says nothing about it."""
    body = QUALIFICATION.replace("sales_ready: true", "sales_ready: lc_ready").replace(
        "status_reason: [Marketing Qualified], ", ""
    )
    book = rulebook(heat_model(), body)
    decision = decided(book, dossier(heat=85, ready=True))
    assert decision.values["lc_ready"] is True
    assert decision.marked_ready is None
    assert decided(book, dossier(heat=85, lc_ready=True)).marks == ()


def test_without_a_standard_column_the_status_alone_is_the_mark() -> None:
    """In an environment without the column nothing but the Status Reason is written and looked at."""
    body = QUALIFICATION.replace(", sales_ready: true", "")
    book = rulebook(heat_model(), body, environment=replace(ENVIRONMENT, sales_ready_column=None))
    decision = decided(book, dossier(heat=85))
    assert (decision.values["statuscode"], decision.marked_ready) == (QUALIFIED, None)
    (live,) = book.criteria
    assert bears_mark(dossier(status=QUALIFIED), live, book)
    assert not bears_mark(dossier(status=CONTACTED), live, book)


def test_criteria_that_write_nothing_mark_in_memory() -> None:
    """Without actions the mark is ours to remember, and it is remembered once."""
    book = rulebook(heat_model(), QUALIFICATION.partition("actions")[0])
    assert [mark.qualification for mark in decided(book, dossier(heat=85)).marks] == ["sales-ready"]
    assert decided(book, dossier(heat=85, marks=["sales-ready"])).marks == ()


def test_outside_the_audience_of_the_criteria_nobody_is_marked() -> None:
    """A lead that is not known to belong to the audience is not judged by the criteria."""
    book = rulebook(heat_model(), QUALIFICATION + "audience: {fact: lead.address1_country, equals: GB}\n")
    assert decided(book, dossier(heat=85, address1_country="GB")).marks
    assert decided(book, dossier(heat=85, address1_country="FR")).marks == ()
    assert decided(book, dossier(heat=85)).marks == ()


# --- identity -------------------------------------------------------------------------------------------------------


def test_decisions_on_other_rows_and_revisions_are_other_decisions() -> None:
    """Run, lead, etag and revision of the due mark make a decision's identity."""
    book, seen = rulebook(heat_model()), dossier(heat=55)
    ids = {
        decided(book, seen).decision_id,
        decided(book, replace(seen, due_rev=5)).decision_id,
        decided(book, replace(seen, lead=replace(seen.lead, etag='W/"8"'))).decision_id,
    }
    assert len(ids) == 3
    assert decided(book, seen).decision_id in ids
    assert decided(book, seen).etag == seen.lead.etag


def test_a_score_says_whether_it_changed() -> None:
    """A first score and another score or grade are changes; the same again is none."""
    book = rulebook(heat_model())
    assert decided(book, dossier(heat=55)).scores[0].changed
    assert decided(book, dossier(heat=55, scores={"engagement": (40, "Warm")})).scores[0].changed
    assert not decided(book, dossier(heat=55, scores={"engagement": (50, "Warm")})).scores[0].changed


def test_a_decision_carries_what_is_unknown_and_why_points_were_given() -> None:
    """Groups, unknown facts with their cause, and the strongest reasons are stored with the score."""
    book = rulebook(heat_model())
    (known,) = decided(book, dossier(heat=25)).scores
    assert [(name, points) for name, points, outcome in known.groups if outcome == "true"] == [
        ("From 10", 10),
        ("From 20", 10),
    ]
    assert len(known.reasons) == 2
    assert all(reason.startswith("+10 From") for reason in known.reasons)
    (unknown,) = decided(book, dossier()).scores
    assert unknown.unknown == (("lead.heat", "empty_column"),)
    assert (unknown.score, unknown.coverage, unknown.reachable) == (0, 0.0, 100)


def test_nothing_is_written_for_nothing() -> None:
    """The status and the state are never part of a decision that marks nobody."""
    assert set(decided(rulebook(*QUALIFIES), dossier(heat=15, status=NEW)).values) <= {
        "lc_score",
        "lc_grade",
        "lc_scoredon",
    }
