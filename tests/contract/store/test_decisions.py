"""What every decision store does: plans survive, settling is one step, our own writes do not come back as news."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.errors import MissingFactError
from connector.pipeline.jobs import RELATED_ROW
from connector.pipeline.ports import DocumentKind, Settlement
from connector.pipeline.related import row_of_payload
from connector.pipeline.values import (
    Applied,
    Crossing,
    Decision,
    Json,
    Mark,
    Refused,
    RelatedRow,
    RowKind,
    Stale,
    StoredScore,
    Unchanged,
    WriteResult,
)
from connector.store import SqlStore
from tests.contract.store.conftest import Opener
from tests.contract.store.material import (
    APPLIED,
    CHANNEL,
    NEEDS,
    NOW,
    absorb,
    at,
    clear_due,
    click,
    decide,
    due_ids,
    event,
    lead,
    lead_page,
    new_score,
    settle,
)


@pytest.fixture
def decision(store: SqlStore) -> Decision:
    """A decision with everything in it, about a lead that is due."""
    absorb(store, lead())
    return decide(
        store.dossier("lead-1", now=NOW),
        values={"lc_score": 50, "statuscode": 823270000, "lc_scoreon": "2026-11-21T09:30:15Z"},
        scores=[new_score(), new_score(None, None, model="fit", version=3)],
        crossings=[Crossing("hot", "1.1", 1, armed=False, fired_at=NOW)],
        marks=[Mark("sales-ready", 2, NOW)],
        events=[event()],
        next_change_at=at(days=3),
        status_reason=823270000,
        marked_ready=True,
    )


# --- plans ----------------------------------------------------------------------------------------------------------


def test_a_planned_decision_survives_whole(store: SqlStore, decision: Decision, reopen: Opener) -> None:
    """Another process finds the decision as it was planned."""
    store.plan([decision])
    store.close()
    assert reopen().planned() == [decision]


def test_plans_come_back_oldest_first(store: SqlStore) -> None:
    """In the order in which they were planned, whatever their ids."""
    absorb(store, lead("lead-1"), lead("lead-2"), lead("lead-3"))
    one, two, three = (decide(dossier) for dossier in store.due(3, now=NOW))
    store.plan([three, one])
    store.plan([two])
    assert store.planned() == [three, one, two]


def test_planning_nothing_is_allowed(store: SqlStore) -> None:
    """Nothing to plan and nothing to settle leave nothing."""
    store.plan([])
    store.settle([])
    assert store.planned() == []


def test_a_decision_that_is_made_again_is_one_plan(store: SqlStore, decision: Decision) -> None:
    """The same id again, after it was superseded or before it was settled, is planned once."""
    store.plan([decision])
    store.settle([Settlement(decision, Stale(), NOW)])
    store.plan([decision])
    store.plan([decision])
    assert store.planned() == [decision]
    store.settle([Settlement(decision, APPLIED, NOW)])
    assert store.grade_counts() == {"engagement": {"Warm": 1}}


def test_a_plan_changes_nothing_else(store: SqlStore, decision: Decision) -> None:
    """Until it is settled the lead is due, nothing is remembered and nothing is announced."""
    before = store.dossier("lead-1", now=NOW)
    store.plan([decision])
    assert store.dossier("lead-1", now=NOW) == before
    assert due_ids(store) == ["lead-1"]
    assert store.counts() == {}


# --- what took effect -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", [APPLIED, Unchanged()], ids=["applied", "unchanged"])
def test_what_took_effect_is_remembered(store: SqlStore, decision: Decision, result: WriteResult) -> None:
    """Scores, crossings, marks and the next change are stored, the mirror takes the values, the lead is not due."""
    settle(store, decision, result)
    dossier = store.dossier("lead-1", now=NOW)
    assert dossier.scores == {
        "engagement": StoredScore("engagement", 1, 50, "Warm", NOW),
        "fit": StoredScore("fit", 3, None, None, NOW),
    }
    assert dossier.crossings == {("hot", "1.1"): Crossing("hot", "1.1", 1, armed=False, fired_at=NOW)}
    assert dossier.marks == (Mark("sales-ready", 2, NOW),)
    assert dossier.lead.columns == {**lead().columns, "lc_score": 50, "statuscode": 823270000}
    assert (dossier.lead.status_reason, dossier.lead.marked_ready) == (823270000, True)
    assert (store.count_due(), store.planned()) == (0, [])
    assert store.wake(at(days=3)) == 1


def test_only_what_we_wrote_is_announced(store: SqlStore, decision: Decision) -> None:
    """Values that somebody else wrote first bring no event; ours bring one delivery for each destination."""
    settle(store, decision, Unchanged())
    assert store.counts() == {}
    store.mark_due()
    again = decide(store.dossier("lead-1", now=NOW), events=[event("event-1", "lead-1", CHANNEL, "teams:board")])
    settle(store, again)
    assert store.counts() == {"queued": 2}


def test_where_there_was_nothing_to_write_events_go_out(store: SqlStore) -> None:
    """A decision without values is settled without a plan, and announces."""
    absorb(store, lead())
    settle(store, decide(store.dossier("lead-1", now=NOW), values={}, events=[event()]), None)
    assert store.counts() == {"queued": 1}
    assert store.lead_scores("lead-1")[0]["score"] == 50


def test_an_event_goes_out_once(store: SqlStore) -> None:
    """The same event from another decision brings no second delivery, but one for a new destination."""
    absorb(store, lead())
    for number, destinations in enumerate([(CHANNEL,), (CHANNEL,), (CHANNEL, "teams:board")]):
        store.mark_due()
        dossier = store.dossier("lead-1", now=NOW)
        settle(store, decide(dossier, decision_id=f"d{number}", events=[event("event-1", "lead-1", *destinations)]))
    assert sorted(str(one["destination"]) for one in store.deliveries()) == ["teams:board", "teams:sales"]


def test_an_event_for_nobody_is_kept_without_its_words(store: SqlStore) -> None:
    """An event with no destination makes no delivery."""
    absorb(store, lead())
    silent = replace(event(), destinations=())
    settle(store, decide(store.dossier("lead-1", now=NOW), events=[silent]))
    assert store.deliveries() == []


def test_a_settled_decision_stays_as_it_was_settled(store: SqlStore, decision: Decision) -> None:
    """A second outcome for the same decision is void."""
    settle(store, decision)
    store.settle([Settlement(decision, Refused("deleted"), NOW)])
    assert len(store.lead_scores("lead-1")) == 2


def test_many_settle_in_one_step(store: SqlStore) -> None:
    """Outcomes of every kind, for more leads than a statement takes, are one step."""
    absorb(store, *(lead(f"lead-{number:04}") for number in range(1_000)))
    decisions = [decide(dossier) for dossier in store.due(1_000, now=NOW)]
    store.plan(decisions)
    results: list[WriteResult] = [APPLIED, Unchanged(), Stale(), Refused("closed"), Refused("rejected", "no")]
    store.settle([Settlement(one, results[number % 5], NOW) for number, one in enumerate(decisions)])
    assert store.planned() == []
    assert store.count_due() == 200  # the stale ones
    assert store.grade_counts() == {"engagement": {"Warm": 400}}


# --- our own write comes back ---------------------------------------------------------------------------------------


def test_our_own_write_makes_nobody_due_when_it_comes_back(store: SqlStore, decision: Decision) -> None:
    """The row as we left it, with its new etag, is no change: neither the columns nor the guards."""
    settle(store, decision)
    row = lead(etag='W/"3"', status_reason=823270000, marked_ready=True, lc_score=50)
    assert absorb(store, row) == 0
    assert store.count_due() == 0


def test_somebody_elses_change_in_the_same_breath_makes_it_due(store: SqlStore, decision: Decision) -> None:
    """A row that holds our values and another change is news."""
    settle(store, decision)
    row = lead(status_reason=823270000, marked_ready=True, lc_score=50, jobtitle="CEO")
    assert absorb(store, row) == 1


def test_guards_that_a_decision_does_not_name_stay(store: SqlStore) -> None:
    """A decision that wrote a score alone leaves status reason and sales-ready as they were read."""
    absorb(store, lead(status_reason=2, marked_ready=False))
    settle(store, decide(store.dossier("lead-1", now=NOW)))
    mirrored = store.dossier("lead-1", now=NOW).lead
    assert (mirrored.status_reason, mirrored.marked_ready) == (2, False)


def test_the_new_etag_is_kept_where_it_is_known(store: SqlStore) -> None:
    """The server may not tell it: then the next write finds out."""
    absorb(store, lead())
    settle(store, decide(store.dossier("lead-1", now=NOW)), Applied('W/"2"'))
    assert store.dossier("lead-1", now=NOW).lead.etag == 'W/"2"'
    store.mark_due()
    settle(store, decide(store.dossier("lead-1", now=NOW), decision_id="next"), Applied(None))
    assert store.dossier("lead-1", now=NOW).lead.etag == 'W/"2"'


def test_a_row_that_was_read_after_the_write_is_not_overwritten(store: SqlStore, decision: Decision) -> None:
    """A newer read wins over what we remember to have written, and the lead stays due for it."""
    store.plan([decision])
    store.refresh(lead(etag='W/"9"', lc_score=10, jobtitle="CEO"), NEEDS, now=NOW)
    store.settle([Settlement(decision, APPLIED, NOW)])
    mirrored = store.dossier("lead-1", now=NOW).lead
    assert (mirrored.etag, mirrored.columns["lc_score"], mirrored.columns["jobtitle"]) == ('W/"9"', 10, "CEO")
    assert due_ids(store) == ["lead-1"]


def test_a_needed_column_that_was_not_sent_is_taken_from_the_write(store: SqlStore) -> None:
    """A column that a model needs and a decision wrote is in the mirror even if no read held it yet."""
    row = lead()
    absorb(store, replace(row, columns={"jobtitle": "CFO"}))
    settle(store, decide(store.dossier("lead-1", now=NOW), values={"statuscode": 5, "other": 1}, status_reason=5))
    assert store.dossier("lead-1", now=NOW).lead.columns == {"jobtitle": "CFO", "statuscode": 5}


# --- the memory of scores -------------------------------------------------------------------------------------------


def test_a_score_remembers_when_it_last_changed(store: SqlStore) -> None:
    """`changed_at` moves with score or grade, not with version, coverage or reasons."""
    absorb(store, lead())
    seen = []
    for day, score in enumerate(
        [new_score(50, "Warm"), new_score(50, "Warm", version=2), new_score(51, "Warm"), new_score(51, "Hot")]
    ):
        store.mark_due()
        dossier = store.dossier("lead-1", now=at(days=day))
        settle(store, decide(dossier, values={}, scores=[score], decided_at=at(days=day)), None)
        stored = store.dossier("lead-1", now=NOW).scores["engagement"]
        seen.append((stored.version, stored.changed_at))
    assert seen == [(1, NOW), (2, NOW), (1, at(days=2)), (1, at(days=3))]


def test_scores_of_models_that_no_longer_judge_are_dropped(store: SqlStore) -> None:
    """A lead has the scores of its last decision, and no older ones."""
    absorb(store, lead(), lead("lead-2"))
    for lead_id in ("lead-1", "lead-2"):
        dossier = store.dossier(lead_id, now=NOW)
        settle(store, decide(dossier, scores=[new_score(), new_score(model="fit")]))
    store.mark_due(["lead-1"])
    settle(store, decide(store.dossier("lead-1", now=NOW), values={}, scores=[new_score(model="fit")]), None)
    assert list(store.dossier("lead-1", now=NOW).scores) == ["fit"]
    assert sorted(store.dossier("lead-2", now=NOW).scores) == ["engagement", "fit"]


def test_memory_of_crossings_and_marks_is_updated_in_place(store: SqlStore) -> None:
    """One row for each rule and version, one mark for each qualification."""
    absorb(store, lead())
    for ordinal, armed in ((0, True), (1, False)):
        store.mark_due()
        crossing = Crossing("hot", "1.1", ordinal, armed=armed, fired_at=at(days=ordinal) if ordinal else None)
        mark = Mark("sales-ready", ordinal + 1, at(days=ordinal))
        settle(store, decide(store.dossier("lead-1", now=NOW), crossings=[crossing], marks=[mark]))
    dossier = store.dossier("lead-1", now=NOW)
    assert dossier.crossings == {("hot", "1.1"): Crossing("hot", "1.1", 1, armed=False, fired_at=at(days=1))}
    assert dossier.marks == (Mark("sales-ready", 2, at(days=1)),)


# --- what did not take effect ---------------------------------------------------------------------------------------


def test_a_stale_decision_is_superseded_and_leaves_no_trace(store: SqlStore, decision: Decision) -> None:
    """The lead stays due, nothing is remembered or announced, the plan is over."""
    settle(store, decision, Stale())
    dossier = store.dossier("lead-1", now=NOW)
    assert (dossier.scores, dossier.marks, dossier.lead) == ({}, (), lead())
    assert (due_ids(store), store.counts(), store.planned()) == (["lead-1"], {}, [])


def test_a_rejected_write_keeps_the_scores_and_waits_for_a_change(store: SqlStore, decision: Decision) -> None:
    """Their rule refused it: the lead is not due, until it or its score changes."""
    settle(store, decide(store.dossier("lead-1", now=NOW), decision_id="before", scores=[new_score(10, "Cold")]))
    store.mark_due()
    again = replace(decision, decision_id="again", due_rev=store.dossier("lead-1", now=NOW).due_rev)
    settle(store, again, Refused("rejected", "A plug-in refused."))
    dossier = store.dossier("lead-1", now=NOW)
    assert (dossier.scores["engagement"].score, dossier.marks, dossier.lead.status_reason) == (10, (), 1)
    assert (store.count_due(), store.counts()) == (0, {})
    assert store.wake(at(days=3)) == 1
    clear_due(store)
    assert absorb(store, lead(jobtitle="CEO", lc_score=50)) == 1


@pytest.mark.parametrize("reason", ["closed", "deleted"])
def test_a_lead_that_is_no_longer_open_leaves(store: SqlStore, decision: Decision, reason: str) -> None:
    """The mirror forgets it; a closed one may be opened again with its history, a deleted one may not."""
    store.add_interactions([click()], now=NOW)
    settle(store, decision, Refused(reason))
    with pytest.raises(MissingFactError):
        store.dossier("lead-1", now=NOW)
    assert (store.counts(), store.planned()) == ({}, [])
    absorb(store, lead())
    assert len(store.dossier("lead-1", now=NOW).interactions) == (1 if reason == "closed" else 0)


# --- meanwhile ------------------------------------------------------------------------------------------------------


def test_a_lead_marked_again_meanwhile_stays_due(store: SqlStore, decision: Decision) -> None:
    """The decision takes effect, and the lead is decided again for what came in between."""
    store.plan([decision])
    store.add_interactions([click()], now=NOW)
    store.settle([Settlement(decision, APPLIED, NOW)])
    assert due_ids(store) == ["lead-1"]
    assert store.dossier("lead-1", now=NOW).scores["engagement"].score == 50


def test_a_lead_forgotten_meanwhile_is_remembered_as_marked(store: SqlStore, decision: Decision) -> None:
    """The write took effect while the lead was open: mark, card and score hold, but no score is shown of it."""
    store.plan([decision])
    store.forget(["lead-1"])
    store.settle([Settlement(decision, APPLIED, NOW)])
    assert (store.lead_scores("lead-1"), store.counts()) == ([], {"queued": 1})
    absorb(store, lead())
    dossier = store.dossier("lead-1", now=NOW)
    assert dossier.marks == (Mark("sales-ready", 2, NOW),)
    assert dossier.scores["engagement"] == StoredScore("engagement", 1, 50, "Warm", NOW)


@pytest.mark.parametrize("planned", [True, False])
def test_of_a_lead_that_was_deleted_meanwhile_nothing_is_kept(
    store: SqlStore, decision: Decision, planned: bool
) -> None:
    """What a decision brings does not bring back who was erased while it was carried out."""
    if planned:
        store.plan([decision])
    store.absorb(lead_page(deleted=["lead-1"]), NEEDS, now=NOW)
    store.settle([Settlement(decision, APPLIED if planned else None, NOW)])
    assert (store.planned(), store.counts()) == ([], {})
    absorb(store, lead())
    dossier = store.dossier("lead-1", now=NOW)
    assert (dossier.scores, dossier.crossings, dossier.marks) == ({}, {}, ())


@pytest.mark.parametrize("planned", [True, False])
def test_of_a_person_who_opted_out_meanwhile_nothing_is_kept(
    store: SqlStore, decision: Decision, planned: bool
) -> None:
    """No score, no mark, no card: whoever opts out between plan and settlement is not announced."""
    if planned:
        store.plan([decision])
    absorb(store, lead(opted_out=True))
    store.settle([Settlement(decision, APPLIED if planned else None, NOW)])
    assert (store.planned(), store.counts(), store.lead_scores("lead-1")) == ([], {}, [])
    absorb(store, lead())
    assert store.dossier("lead-1", now=NOW).marks == ()


# --- scores as they are asked for -----------------------------------------------------------------------------------


def test_a_leads_scores_are_shown_whole(store: SqlStore, decision: Decision) -> None:
    """Every field that people ask for, by model."""
    settle(store, decision)
    shown = store.lead_scores("lead-1")
    assert [one["model"] for one in shown] == ["engagement", "fit"]
    assert shown[0] == {
        "model": "engagement",
        "version": 1,
        "score": 50,
        "grade": "Warm",
        "coverage": 0.75,
        "reachable": 80,
        "groups": [
            {"name": "Clicked lately", "points": 10, "outcome": "true"},
            {"name": "Large account", "points": 0, "outcome": "unknown"},
        ],
        "unknown": [{"fact": "account.revenue", "cause": "no_account"}],
        "reasons": ["Clicked lately: +10."],
        "scored_at": NOW,
        "changed_at": NOW,
        "next_change_at": at(days=3),
    }
    assert store.lead_scores("lead-9") == []


def score_leads(store: SqlStore, **scores: tuple[int | None, str | None]) -> None:
    """Give leads a score in `engagement`, and 5 more in `fit`."""
    absorb(store, *(lead(name, account_id="account-1") for name in scores))
    for name, (score, grade) in scores.items():
        both = [new_score(score, grade), new_score(5, None, model="fit")]
        settle(store, decide(store.dossier(name, now=NOW), scores=both))


def test_grades_are_counted_by_model(store: SqlStore) -> None:
    """Leads that a model did not score do not count; a score without a grade counts under no name."""
    score_leads(store, a=(90, "Hot"), b=(80, "Hot"), c=(10, "Cold"), d=(None, None))
    assert store.grade_counts() == {"engagement": {"Hot": 2, "Cold": 1}, "fit": {"": 4}}
    assert store.score_counts("engagement") == {90: 1, 80: 1, 10: 1}
    assert store.score_counts("nothing") == {}


def history(store: SqlStore, lead_id: str, **asked: Any) -> list[tuple[object, ...]]:
    """What the history tells: model, score, grade."""
    return [(one["model"], one["score"], one["grade"]) for one in store.score_history(lead_id, **asked)]


def test_the_history_has_every_change_and_nothing_else(store: SqlStore) -> None:
    """Another score or grade is a change, the end of a score too; the same again is none."""
    score_leads(store, a=(90, "Hot"))
    settle(store, decide(store.dossier("a", now=NOW), scores=[new_score(90, "Hot"), new_score(5, None, model="fit")]))
    settle(store, decide(store.dossier("a", now=NOW), scores=[new_score(90, "Warm"), new_score(5, None, model="fit")]))
    settle(store, decide(store.dossier("a", now=NOW), scores=[new_score(None, None), new_score(5, None, model="fit")]))
    told = [
        ("engagement", None, None), ("engagement", 90, "Warm"), ("fit", 5, None), ("engagement", 90, "Hot")
    ]  # fmt: skip
    assert history(store, "a") == told
    assert history(store, "a", limit=1) == told[:1]
    newest = store.score_history("a")[0]
    assert history(store, "a", before=newest["seq"]) == told[1:]
    assert history(store, "a", model="none") == []
    assert history(store, "a", model=str(newest["model"]), limit=1) == told[:1]
    assert newest["at"] == NOW
    assert history(store, "b") == []


def test_the_history_outlives_a_closing_and_not_an_erasure(store: SqlStore) -> None:
    """A lead that may come back keeps it; of a person who is gone nothing stays."""
    score_leads(store, a=(90, "Hot"), b=(80, "Hot"))
    store.forget(["a", "b"])
    assert len(history(store, "a")) == 2
    store.absorb(lead_page(deleted=["a"]), NEEDS, now=NOW)
    assert history(store, "a") == []
    assert len(history(store, "b")) == 2


def test_the_best_leads_come_first(store: SqlStore) -> None:
    """By the sum of their scores, equal ones by id, with columns, account and scores."""
    score_leads(store, a=(10, "Cold"), b=(90, "Hot"), c=(90, "Hot"), d=(None, None))
    ranking = store.ranking(3)
    assert [(one["lead_id"], one["total"]) for one in ranking] == [("b", 95), ("c", 95), ("a", 15)]
    assert ranking[0]["columns"] == {**lead("b").columns, "lc_score": 50}
    assert ranking[0]["account_columns"] is None
    assert ranking[0]["scores"] == store.lead_scores("b")
    assert len(store.ranking(10)) == 4


def test_a_stopped_model_counts_no_more(store: SqlStore) -> None:
    """Its scores stay readable with their lead; counts and ranking are of the models that are live."""
    score_leads(store, a=(10, "Cold"))
    store.publish(DocumentKind.MODEL, "engagement", "text", "digest", by="ana", now=NOW)
    assert store.ranking(1)[0]["total"] == 15
    store.stop(DocumentKind.MODEL, "engagement", by="ana", now=NOW)
    assert store.grade_counts() == {"fit": {"": 1}}
    assert store.ranking(1)[0]["total"] == 5
    assert len(store.lead_scores("a")) == 2


# --- rows beside leads ----------------------------------------------------------------------------------------------


def beside(kind: RowKind = RowKind.HISTORY, lead_id: str = "lead-1") -> RelatedRow:
    """A row beside a lead."""
    row_id = f"{kind}-{lead_id}"
    return RelatedRow(kind, row_id, lead_id, {"score": 50}, (("lead_id", "lead", lead_id),), "lc_scorehistory")


def row_jobs(store: SqlStore) -> dict[str, str]:
    """The jobs of rows by the row's id, with where they stand."""
    found = store.queue.jobs(kind=RELATED_ROW)
    return {str(job.payload.get("row_id")): str(job.status) for job in found}


@pytest.mark.parametrize("result", [APPLIED, Unchanged(), None], ids=["applied", "unchanged", "nothing to write"])
def test_rows_beside_a_lead_become_jobs_with_what_they_are_about(store: SqlStore, result: WriteResult | None) -> None:
    """In the same step, each once, however often the settlement is tried."""
    absorb(store, lead())
    rows = (beside(), beside(RowKind.PREDICTIVE))
    values: dict[str, Json] = {} if result is None else {"lc_score": 50}
    decision = replace(decide(store.dossier("lead-1", now=NOW), values=values), related=rows)
    store.plan([decision])
    assert row_jobs(store) == {}
    assert store.planned() == [decision]
    for _ in range(2):
        store.settle([Settlement(decision, result, NOW)])
    assert row_jobs(store) == {"history-lead-1": "queued", "predictive-lead-1": "queued"}
    assert [row_of_payload(job.payload) for job in reversed(store.queue.jobs(kind=RELATED_ROW))] == list(rows)


@pytest.mark.parametrize("result", [Stale(), Refused("rejected"), Refused("forbidden"), Refused("closed")])
def test_what_took_no_effect_brings_no_rows(store: SqlStore, result: WriteResult) -> None:
    """They would tell of a score that nobody has."""
    absorb(store, lead())
    settle(store, replace(decide(store.dossier("lead-1", now=NOW)), related=(beside(),)), result)
    assert row_jobs(store) == {}


def test_a_row_that_is_written_leaves_nothing_of_the_person(store: SqlStore) -> None:
    """The job stays known by its id; what it said is gone."""
    absorb(store, lead())
    settle(store, replace(decide(store.dossier("lead-1", now=NOW)), related=(beside(),)))
    store.queue.finish(store.queue.claim([RELATED_ROW], 5, worker="w"))
    (job,) = store.queue.jobs(kind=RELATED_ROW)
    assert (job.payload, str(job.status)) == ({}, "finished")
    settle(store, replace(decide(store.dossier("lead-1", now=NOW), decision_id="again"), related=(beside(),)))
    assert row_jobs(store) == {"None": "finished"}


def test_of_an_erased_lead_no_row_is_left_to_write(store: SqlStore) -> None:
    """Neither one that waits, nor one behind it, nor one that died; other leads' rows stay."""
    absorb(store, lead("lead-1"), lead("lead-2"))
    later = replace(beside(), row_id="later")
    for lead_id, rows in (
        ("lead-1", (beside(), later, beside(RowKind.PREDICTIVE))),
        ("lead-2", (beside(lead_id="lead-2"),)),
    ):
        settle(store, replace(decide(store.dossier(lead_id, now=NOW)), related=rows))
    for lease in store.queue.claim([RELATED_ROW], 5, worker="w"):
        if lease.payload["row_id"] == "predictive-lead-1":
            store.queue.fail(lease, "It was refused.", retry_in_s=None)
        else:
            store.queue.release([lease])
    assert row_jobs(store)["predictive-lead-1"] == "dead"
    store.absorb(lead_page(deleted=["lead-1"]), NEEDS, now=NOW)
    assert row_jobs(store) == {"history-lead-2": "queued"}
