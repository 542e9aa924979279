"""A run from end to end over a real store: order, baselines, stops, failures, what is counted and what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.errors import DocumentError, OutsideError, RefusedError, StoreError
from connector.pipeline.ports import DocumentKind
from connector.pipeline.report import Report
from connector.pipeline.runs import Run, RunStatus
from connector.pipeline.subscriptions import Filters, TriggerName, Wish
from connector.pipeline.sync import CHUNK, StoppedError, note_end
from connector.pipeline.values import RetryLater, Stale
from tests.unit.pipeline.world import (
    ALERT,
    QUALIFICATION,
    QUALIFIED,
    QUALIFIED_ALERT,
    START,
    A,
    B,
    C,
    World,
    heat_model,
    lead_id,
)

CLICKS = (
    "model: clicks\npurpose: p\nlawful_basis: legitimate_interests\nwrite: {score: lc_other}\n"
    "groups:\n  - {name: Lately, points: 80, when: {interaction: email_click, within: 7d}}\n"
)


class Counting:
    """A store whose calls are counted; each is one transaction."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.calls: Counter[str] = Counter()
        self.before: dict[str, list[Callable[[], object]]] = {}

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)

        def call(*arguments: Any, **named: Any) -> Any:
            self.calls[name] += 1
            for act in self.before.pop(name, []):
                act()
            return found(*arguments, **named)

        return call


def hot_leads(world: World, count: int, heat: int = 15) -> None:
    """Many leads."""
    for number in range(1, count + 1):
        world.dataverse.put(lead_id(number), heat=heat)


# --- baselines ------------------------------------------------------------------------------------------------------


def test_a_first_pull_scores_writes_and_marks_and_announces_nothing(world: World) -> None:
    """However hot: the columns and marks stand, no card is made; a lead that comes later is announced."""
    world.publish(heat_model(), ALERT, QUALIFICATION, QUALIFIED_ALERT)
    world.dataverse.put(A, heat=95)
    report = world.sync()
    assert (world.columns(A)["lc_score"], world.columns(A)["statuscode"]) == (90, QUALIFIED)
    assert (report.summary()["qualified"], world.cards()) == (1, [])
    world.dataverse.put(B, heat=95)
    world.sync()
    assert sorted(world.cards()) == [("lead_qualified", B, "teams:desk"), ("score_crossed", B, "teams:sales")]


def test_a_baseline_is_announced_when_told(world: World) -> None:
    """`announce_baseline` of the run; a second run is quiet."""
    world.publish(heat_model(), ALERT)
    world.dataverse.put(A, heat=95)
    world.sync(announce_baseline=True)
    world.store.mark_due()
    world.sync(announce_baseline=True)
    assert world.cards() == [("score_crossed", A, "teams:sales")]


def test_a_new_version_of_a_model_sets_a_baseline(live: World) -> None:
    """Leads that the new version lifts above the threshold are written, and nobody is told; the next rise is told."""
    live.dataverse.put(A, heat=65)
    live.sync()
    live.publish(heat_model().replace("{name: From 10, points: 10", "{name: From 10, points: 20"))
    live.sync()
    assert (live.columns(A)["lc_score"], live.cards()) == (70, [])
    live.dataverse.put(A, heat=15)
    live.sync()
    live.dataverse.put(A, heat=65)
    live.sync()
    assert live.cards() == [("score_crossed", A, "teams:sales")]


def test_a_baseline_that_failed_is_set_by_the_next_run(world: World) -> None:
    """Until a run has completed with a version nothing is announced of it."""
    world.publish(heat_model(), ALERT)
    world.dataverse.put(A, heat=75)
    world.dataverse.put(B, heat=75)
    world.dataverse.answers[B] = [ValueError("broken")]
    with pytest.raises(ValueError, match="broken"):
        world.sync()
    world.sync()
    assert (world.columns(B)["lc_score"], world.cards()) == (70, [])
    world.dataverse.put(C, heat=75)
    world.sync()
    assert world.cards() == [("score_crossed", C, "teams:sales")]


def test_a_lead_that_missed_the_new_version_s_first_run_is_not_announced_by_the_next(live: World) -> None:
    """It changed at every try of that run: its first score by the version is its baseline."""
    live.dataverse.put(A, heat=65)
    live.sync()
    live.publish(heat_model().replace("{name: From 10, points: 10", "{name: From 10, points: 20"))
    live.dataverse.answers[A] = [Stale(), Stale(), Stale()]
    assert live.sync().writes.left == {A}
    live.sync()
    assert (live.columns(A)["lc_score"], live.cards()) == (70, [])


def test_a_new_alert_compares_with_what_is_stored(live: World) -> None:
    """Published later, it is silent about who is above already, and speaks of who rises."""
    for one, heat in ((A, 75), (B, 15)):
        live.dataverse.put(one, heat=heat)
    live.sync()
    live.publish("alert: late\non: {model: engagement, crosses: 60}\nchannels: [desk]\n")
    live.dataverse.put(B, heat=65)
    live.sync()
    assert live.cards() == [("score_crossed", A, "teams:sales"), ("score_crossed", B, "teams:desk")]


# --- documents that change ------------------------------------------------------------------------------------------


def test_documents_published_while_a_run_scores_are_not_missed(live: World) -> None:
    """Leads made due by the publication are scored by the new version, in this run; none keeps an old score."""
    hot_leads(live, 3)
    store = Counting(live.store)
    changed = heat_model().replace("{name: From 10, points: 10", "{name: From 10, points: 20")
    store.before["due"] = [lambda: live.publish(changed)]
    report = live.sync(store)
    assert [live.columns(lead_id(number))["lc_score"] for number in (1, 2, 3)] == [20, 20, 20]
    assert {one["version"] for one in map(live.score, (A, B, C)) if one} == {2}
    assert live.store.count_due() == 0
    assert not live.store.live(DocumentKind.MODEL)[0].baseline_pending
    assert report.warnings()[-1].code != "documents-changed"


def test_a_publication_between_reading_and_settling_keeps_the_leads_due(live: World) -> None:
    """A decision by the old version is carried out, and does not clear what the new one asked for."""
    hot_leads(live, 2)
    store = Counting(live.store)
    changed = heat_model().replace("{name: From 10, points: 10", "{name: From 10, points: 20")
    store.before["plan"] = [lambda: live.publish(changed)]
    live.sync(store)
    assert [live.columns(one)["lc_score"] for one in (A, B)] == [20, 20]


def test_documents_that_change_all_the_while_do_not_hold_a_run_for_ever(live: World) -> None:
    """After some starts the run ends, says so, and the leads wait for the next one."""
    live.dataverse.put(A, heat=15)
    store = Counting(live.store)
    versions = iter(range(100))

    def publish() -> None:
        live.publish(heat_model(extra=f"description: Version {next(versions)}"))
        store.before["due"] = [publish]

    store.before["due"] = [publish]
    report = live.sync(store)
    assert ("documents-changed", 1) in [(one.code, one.count) for one in report.warnings()]
    assert live.store.count_due() == 1
    assert live.sync().scored == 1


def test_a_stopped_model_leaves_its_columns_and_loses_its_scores(world: World) -> None:
    """What it wrote stays, what is stored of it goes with the lead's next decision, it is not ranked any more."""
    world.publish(heat_model(), heat_model("other", write="{score: lc_other, grade: lc_othergrade}"))
    world.dataverse.put(A, heat=75)
    world.sync()
    world.store.stop(DocumentKind.MODEL, "other", by="test", now=world.clock())
    assert world.store.ranking(1)[0]["total"] == 70
    world.dataverse.put(A, heat=45)
    world.sync()
    assert world.score(A, "other") is None
    assert (world.columns(A)["lc_score"], world.columns(A)["lc_other"], world.columns(A)["lc_othergrade"]) == (
        40,
        70,
        "Hot",
    )


def test_without_a_live_model_a_run_is_refused(world: World) -> None:
    """It says what to do, is recorded as failed, and a document that does not fit is named."""
    with pytest.raises(RefusedError, match="No scoring model is live"):
        world.sync()
    assert str(world.store.runs(1)[0].status) == "failed"
    world.publish(heat_model(write="{score: lc_gone}"))
    with pytest.raises(DocumentError, match="lc_gone"):
        world.sync()
    assert "lc_gone" in world.store.runs(1)[0].error


# --- time -----------------------------------------------------------------------------------------------------------


def test_a_score_that_changes_with_time_is_written_when_that_has_come(world: World) -> None:
    """A window that ends wakes its leads alone; nothing is read for it."""
    world.publish(CLICKS)
    for one in (A, B):
        world.dataverse.put(one, heat=15)
    world.click(A)
    world.sync()
    world.sync()
    world.clock.wait(timedelta(days=8).total_seconds())
    report = world.sync()
    assert (report.scored, report.pulled, world.columns(A)["lc_other"]) == (1, 0, 0)
    assert world.sync().scored == 0


def test_a_change_that_lies_in_the_past_is_looked_at_once_a_run(world: World) -> None:
    """A machine that slept through many changes wakes a lead once, and the run ends."""
    world.publish(CLICKS)
    world.dataverse.put(A, heat=15)
    world.click(A)
    world.click(A, 2, ago=timedelta(days=6, hours=23))
    world.sync()
    world.clock.wait(timedelta(days=400).total_seconds())
    assert world.sync().scored == 1
    assert world.sync().scored == 0


def test_an_interaction_of_the_future_counts_when_it_has_come(world: World) -> None:
    """It wakes the lead at its time."""
    world.publish(CLICKS, "alert: click\non: {model: clicks, crosses: 80}\nchannels: [sales]\n")
    world.dataverse.put(A, heat=15)
    world.sync()
    world.click(A, ago=-timedelta(hours=2))
    world.sync()
    assert (world.columns(A)["lc_other"], world.cards()) == (0, [])
    world.clock.wait(7200)
    world.sync()
    assert (world.columns(A)["lc_other"], len(world.cards())) == (80, 1)


# --- accounts and their leads ---------------------------------------------------------------------------------------

COLLEAGUES = (
    "model: team\npurpose: p\nlawful_basis: legitimate_interests\nwrite: {score: lc_other}\n"
    "groups:\n  - {name: Not alone, points: 50, when: {fact: account.open_leads, at_least: 2}}\n"
)


def test_what_a_run_itself_changes_is_scored_in_its_second_pass(world: World) -> None:
    """A lead closed under our hands leaves its account's count: the colleague who was scored before it is rescored."""
    world.publish(heat_model(), COLLEAGUES)
    world.dataverse.put_account("acc")
    for one in (A, B):
        world.dataverse.put(one, heat=15, account="acc")
    world.sync()
    assert world.columns(A)["lc_other"] == 50
    world.dataverse.put(B, heat=25)
    world.dataverse.before_write[B] = [lambda: world.dataverse.set(B, is_open=False)]
    report = world.sync()
    assert (world.columns(A)["lc_other"], report.scored) == (0, 2)
    assert world.store.count_due() == 0


# --- ends -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["absorb", "report_progress"], ids=["while pulling", "while scoring"])
def test_a_run_that_is_stopped_is_recorded_and_gone_on_with(live: World, place: str) -> None:
    """Between two pages or two parts; the next run completes, once for each lead."""
    live.dataverse.page_size = CHUNK
    hot_leads(live, CHUNK + 5)
    store, stopping = Counting(live.store), []
    store.before[place] = [lambda: stopping.append(1)]
    with pytest.raises(StoppedError, match=r"was stopped\. Start it again"):
        live.sync(store, stop=lambda: bool(stopping))
    run = live.store.runs(1)[0]
    assert (str(run.status), run.error) == (
        "interrupted",
        "The run was stopped. Start it again: it goes on where it stopped.",
    )
    written = len(live.dataverse.written)
    report = live.sync()
    assert len(live.dataverse.written) == CHUNK + 5
    assert report.writes.applied == CHUNK + 5 - written


def test_a_failing_run_keeps_its_counts(live: World) -> None:
    """What was pulled, written and delivered until then stands in its record."""
    live.dataverse.put(A, heat=75)
    store = Counting(live.store)

    def break_down() -> None:
        raise StoreError("The database is locked.")

    store.before["complete_baselines"] = [break_down]
    with pytest.raises(StoreError, match="locked"):
        live.sync(store)
    run = live.store.runs(1)[0]
    assert (str(run.status), run.error) == ("failed", "The database is locked.")
    assert run.summary["pulled"] == 1
    assert run.summary["alerts"] == {"delivered": 0, "queued": 1, "held": 0, "uncertain": 0, "dead": 0}


def test_a_wait_that_the_stop_cut_short_is_a_stop(live: World) -> None:
    """Whatever waited outside fails when the work is to stop: the run was stopped, and nobody is told of a failure."""
    live.store.subscribe(Wish(TriggerName.ATTENTION, Filters(), "https://localhost/1", "h"), "s" * 40, by="", now=START)
    store, stopping = Counting(live.store), list[int]()

    def cut_short() -> None:
        stopping.append(1)
        raise OutsideError("The work was stopped while a request waited to be sent.")

    store.before["wake"] = [cut_short]
    with pytest.raises(StoppedError):
        live.sync(store, stop=lambda: bool(stopping))
    assert str(live.store.runs(1)[0].status) == "interrupted"
    assert live.store.deliveries() == []


def test_a_run_that_failed_is_not_taken_for_stopped_because_it_is_over(live: World) -> None:
    """A run whose end is recorded goes on no more: what made it fail is what the caller hears."""
    store = Counting(live.store)

    def break_down() -> None:
        raise OutsideError("The server is away.")

    store.before["wake"] = [break_down]
    with pytest.raises(OutsideError, match="is away"):
        live.sync(store, stop=lambda: str(live.store.runs(1)[0].status) != "running")
    run = live.store.runs(1)[0]
    assert (str(run.status), run.error) == ("failed", "The server is away.")


def test_what_stopped_a_run_is_raised_even_where_it_cannot_be_recorded(live: World) -> None:
    """The database is gone when the end is to be recorded: the first failure is what the caller hears."""
    store = Counting(live.store)

    def gone(what: str) -> Callable[[], None]:
        def fail() -> None:
            raise StoreError(what)

        return fail

    store.before["wake"] = [gone("first")]
    store.before["finish_run"] = [gone("second")]
    with pytest.raises(StoreError, match="first"):
        live.sync(store)


def test_a_run_without_delivery_leaves_cards_queued(live: World) -> None:
    """With `deliver_s` None nothing is sent; the next run sends it."""
    live.dataverse.put(A, heat=75)
    report = live.sync(deliver_s=None)
    assert (live.cards(), report.summary()["alerts"]["queued"]) == ([], 1)
    report = live.sync()
    assert (len(live.cards()), report.summary()["alerts"]) == (
        1,
        {"delivered": 1, "queued": 0, "held": 0, "uncertain": 0, "dead": 0},
    )


def test_a_card_that_fails_in_an_unexpected_way_does_not_end_the_run(live: World) -> None:
    """It is tried again with the reason recorded; the others arrive."""
    for one in (A, B):
        live.dataverse.put(one, heat=75)
    live.courier.outcomes = [KeyError("mistake"), RetryLater("busy", 503)]
    report = live.sync()
    assert report.summary()["alerts"]["delivered"] == 2
    reasons = sorted(
        str(attempt["reason"])
        for row in live.store.deliveries()
        for attempt in live.store.delivery(str(row["delivery_id"]))["attempts"]  # type: ignore[attr-defined]  # a list
        if attempt["reason"]
    )
    assert reasons == ["busy", "unexpected KeyError"]


# --- counts and costs -----------------------------------------------------------------------------------------------


def test_the_summary_has_the_keys_of_the_contract(live: World) -> None:
    """As `sync --json` prints it."""
    live.dataverse.put(A, heat=75)
    summary = live.sync().summary()
    assert set(summary) == {
        "run", "pulled", "accounts", "scored", "grades", "qualified", "writes", "alerts", "warnings",
    }  # fmt: skip
    assert summary["grades"] == {"engagement": {"Hot": 1}}
    assert summary["writes"] == {"applied": 1, "unchanged": 0, "refused": 0, "stale": 0}
    assert [warning["code"] for warning in summary["warnings"]] == ["no-account"]
    assert live.store.runs(1)[0].summary == summary


def test_warnings_are_only_what_was_met() -> None:
    """A run that met nothing warns of nothing."""
    assert Report("run").warnings() == []


def test_what_a_lead_costs_does_not_grow_with_their_number(live: World) -> None:
    """Three times the due leads: one write a lead, a fixed number of transactions for each part of them."""
    live.dataverse.page_size = CHUNK
    costs = []
    for count in (CHUNK, 3 * CHUNK):
        hot_leads(live, count, heat=15 + count // 50)
        live.dataverse.calls.clear()
        store = Counting(live.store)
        assert live.sync(store, parallel=4, deliver_s=None).writes.applied == count
        costs.append((store.calls, Counter(live.dataverse.calls)))
    (few, few_requests), (many, many_requests) = costs
    assert (few_requests["write"], many_requests["write"]) == (CHUNK, 3 * CHUNK)
    assert few_requests["read_leads"] == many_requests["read_leads"] == 0
    growth = {name: many[name] - few[name] for name in many if many[name] != few[name]}
    # Two parts more: each is read, checked against the live documents, planned, settled, reported; prepared and pulled.
    steps = ("due", "versions", "subscription_ids", "plan", "settle", "report_progress", "absorb", "prepare")
    assert growth == dict.fromkeys(steps, 2)


def test_how_long_a_run_took_counts_from_its_last_beginning(caplog: pytest.LogCaptureFixture) -> None:
    """One that was interrupted yesterday and resumed just now took as long as now: nobody worked meanwhile."""
    now = datetime(2026, 11, 21, 9, tzinfo=UTC)
    asked = now - timedelta(days=1)
    run = Run("r-1", "sync", RunStatus.RUNNING, asked, asked, None, "ana", None, {}, "", fence=2)
    with caplog.at_level("INFO", logger="connector.events"):
        note_end(run, RunStatus.SUCCEEDED, now - timedelta(seconds=5), now)
    (record,) = caplog.records
    assert vars(record)["fields"]["seconds"] == 5.0
