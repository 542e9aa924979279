"""Rows beside leads: which changes bring one, what it says, and that it is the same one however often it is made."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest

from connector.pipeline.jobs import RELATED_ROW
from connector.pipeline.related import job_of_row, predictive_row_id, row_of_payload
from connector.pipeline.values import Json, RelatedRow, RowKind
from connector.store.decisionjson import dump_decision, load_decision
from tests.unit.pipeline.casework import decided, dossier, rulebook
from tests.unit.pipeline.world import A, heat_model

HISTORY = heat_model(write="{history: lc_scorehistory}")
PREDICTIVE = heat_model(write="{predictive_score: true}")
BOTH = heat_model(write="{history: lc_scorehistory, predictive_score: true}")
STAMP = "2026-11-21T09:00:00Z"
EARLIER_STAMP = "2026-11-18T09:00:00Z"
Stored = tuple[int | None, str | None]


def rows(body: str, *, heat: int | None, before: Stored | None = None, version: int = 1) -> Sequence[RelatedRow]:
    """The rows of a decision about a lead that had this score before, by a version."""
    scores = None if before is None else {"engagement": before}
    return decided(rulebook(body), dossier(heat=heat, scores=scores, score_version=version)).related


def test_a_model_that_names_no_table_writes_no_rows() -> None:
    """Both are off by default."""
    assert rows(heat_model(), heat=55) == ()


def test_a_change_is_a_row_of_the_history() -> None:
    """With both scores, the version, the reasons and the moment, and linked to the lead."""
    (row,) = rows(HISTORY, heat=55, before=(20, "Cold"))
    assert (row.kind, row.table, row.updates) == (RowKind.HISTORY, "lc_scorehistory", False)
    assert row.links == (("lead_id", "lead", A),)
    reasons = row.values["reasons"]
    assert isinstance(reasons, str)
    assert reasons.startswith("+10 ")
    assert {name: value for name, value in row.values.items() if name != "reasons"} == {
        "name": "engagement 50 Warm",
        "model": "engagement",
        "version": 1,
        "score": 50,
        "grade": "Warm",
        "previous_score": 20,
        "scored_on": STAMP,
    }


@pytest.mark.parametrize(
    ("heat", "before", "count"),
    [
        (55, None, 1),
        (55, (50, "Warm"), 0),
        (55, (50, "Cold"), 1),  # a grade whose bound was moved
        (55, (None, None), 1),
    ],
)
def test_only_what_differs_is_history(heat: int | None, before: Stored | None, count: int) -> None:
    """Score or grade; a first score is a change, the same one by another version is none."""
    assert len(rows(HISTORY, heat=heat, before=before, version=7)) == count


def test_each_decision_has_a_row_of_its_own() -> None:
    """The same decision made twice is one row, another moment's is another; the id is a GUID."""
    (one,), (two,) = rows(HISTORY, heat=55), rows(HISTORY, heat=55)
    assert one == two
    assert str(UUID(one.row_id)) == one.row_id
    seen = dossier(heat=55)
    other = decided(rulebook(heat_model(name="warmth", write="{history: lc_scorehistory}")), seen).related
    assert other[0].row_id != one.row_id


def test_the_predictive_row_is_one_for_each_lead() -> None:
    """Its id follows from the lead alone, and it is updated."""
    (first,), (second,) = rows(PREDICTIVE, heat=55), rows(PREDICTIVE, heat=85, before=(50, "Warm"))
    assert first.row_id == second.row_id == predictive_row_id(A)
    assert first.updates
    assert (first.values["entity_id"], first.values["entity_type"]) == (A, "lead")
    assert first.values["score"] == 50


@pytest.mark.parametrize(
    ("before", "trend"),
    [
        (None, "unknown"),
        ((None, None), "unknown"),
        ((20, "Cold"), "improving"),
        ((90, "Hot"), "declining"),
        ((50, "Cold"), "steady"),
    ],
)
def test_the_trend_is_told_by_the_score_before(before: Stored | None, trend: str) -> None:
    """Up, down, the same with another grade, or not enough to tell."""
    (row,) = rows(PREDICTIVE, heat=55, before=before)
    assert row.values["score_trend"] == trend
    assert row.values["scored_on"] == STAMP


def test_a_new_version_brings_the_row_to_leads_that_have_none() -> None:
    """Unchanged, with the time of the last change; by the same version nothing is said again."""
    assert rows(PREDICTIVE, heat=55, before=(50, "Warm")) == ()
    (row,) = rows(PREDICTIVE, heat=55, before=(50, "Warm"), version=7)
    assert (row.values["score_trend"], row.values["scored_on"]) == ("steady", EARLIER_STAMP)


MODEL = """model: wide
write: {{predictive_score: true}}
groups:
  - {{name: Points, points: {points}, when: {{fact: lead.heat, at_least: 1}}}}
grades:
{grades}
"""


def graded(points: int, *names: str) -> dict[str, Json]:
    """What the predictive row says where a score of so many points has the first of some grades, or the last."""
    bounds = [f"  - {{name: {name}, from: {1000 - number}}}" for number, name in enumerate(names[:-1])]
    text = MODEL.format(points=points, grades="\n".join([*bounds, f"  - {{name: {names[-1]}}}"]))
    (row,) = decided(rulebook(text), dossier(heat=55)).related
    return dict(row.values)


def test_scores_and_grades_are_brought_to_the_scale_of_sellers() -> None:
    """0 to 100; by rank, the fourth and all behind it D; grades that are called A to D keep their letters."""
    assert graded(2000, "Hot", "Cold") | {"score": 100, "grade": "A"} == graded(2000, "Hot", "Cold")
    assert graded(-5, "Hot", "Cold")["score"] == 0
    assert graded(1, "Hot", "Cold")["grade"] == "B"
    assert graded(1, "One", "Two", "Three", "Four", "Five")["grade"] == "D"
    assert graded(1, "A", "C")["grade"] == "C"


def test_a_lead_that_has_no_score_any_more_shows_none() -> None:
    """Outside the audience the row is emptied and the history tells of it; where there was none nothing is written."""
    body = BOTH.replace("\n", "\naudience: {fact: lead.address1_country, equals: GB}\n", 1)
    away = decided(rulebook(body), dossier(heat=55, address1_country="FR", scores={"engagement": (50, "Warm")})).related
    assert [(row.kind, row.values["score"], row.values["grade"]) for row in away] == [
        (RowKind.HISTORY, None, None),
        (RowKind.PREDICTIVE, None, None),
    ]
    assert away[0].values["name"] == "engagement none"
    assert decided(rulebook(body), dossier(heat=55, address1_country="FR")).related == ()


def test_rows_survive_as_decisions_and_as_jobs() -> None:
    """What is planned is what is written after a crash; a job is known by its row and what that says."""
    decision = decided(rulebook(BOTH), dossier(heat=55, scores={"engagement": (20, "Cold")}))
    assert load_decision(dump_decision(decision)) == decision
    for row in decision.related:
        job = job_of_row(row)
        assert job.kind == RELATED_ROW
        assert row_of_payload(job.payload) == row
        assert job_of_row(row) == job
    (later,) = rows(PREDICTIVE, heat=85, before=(50, "Warm"))
    jobs = [job_of_row(row) for row in (decision.related[1], later)]
    assert jobs[0].job_id != jobs[1].job_id
    assert jobs[0].key == jobs[1].key


@pytest.mark.parametrize("broken", [{"values": 1}, {"links": 1}, {"links": [1]}, {"kind": "poem"}])
def test_a_payload_of_another_shape_is_no_row(broken: dict[str, Json]) -> None:
    """ValueError, so that the job can say so."""
    (row,) = rows(HISTORY, heat=55)
    with pytest.raises(ValueError, match=r"row|RowKind"):
        row_of_payload({**job_of_row(row).payload, **broken})
