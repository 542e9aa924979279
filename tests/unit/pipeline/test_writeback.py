"""Carrying out decisions: every answer of the environment, what is tried again, and what a failure leaves behind."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from connector.errors import OutsideError
from connector.pipeline.sync import StoppedError
from connector.pipeline.values import Applied, Refused, Stale, Table, Unchanged
from connector.pipeline.writing import MOST_FAILED
from tests.unit.pipeline.world import CONTACTED, QUALIFIED, A, B, C, World, heat_model, lead_id


def hot(world: World, *leads: str, heat: int = 75) -> None:
    """Leads that cross the threshold after a baseline below it."""
    for one in leads:
        world.dataverse.put(one, heat=15)
    world.sync()
    world.sync()
    world.clock.wait(3600)
    world.dataverse.written.clear()
    world.dataverse.calls.clear()
    for one in leads:
        world.dataverse.put(one, heat=heat)


def server_error(status: int | None = 503) -> OutsideError:
    """What a write raises when the server fails."""
    return OutsideError(f"Dataverse answered {status}.", status=status)


def test_what_is_written_is_settled_and_announced(live: World) -> None:
    """Applied: the columns, the stored score, and one card."""
    hot(live, A)
    report = live.sync()
    assert (report.writes.applied, report.writes.stale, report.resumed) == (1, 0, 0)
    assert (live.columns(A)["lc_score"], live.columns(A)["lc_grade"]) == (70, "Hot")
    assert (live.score(A) or {})["score"] == 70
    assert live.cards() == [("score_crossed", A, "teams:sales")]


def test_an_answer_without_an_etag_costs_one_412_later(live: World) -> None:
    """The server need not tell the new etag: the next write meets the guard, reads again and succeeds."""
    hot(live, A)
    write = live.dataverse.write

    def forgetful(*arguments: object) -> object:
        result = write(*arguments)  # type: ignore[arg-type]  # passed through
        return Applied(None) if isinstance(result, Applied) else result

    live.dataverse.write = forgetful  # type: ignore[method-assign,assignment]  # the fake's own answer is changed
    live.sync()
    live.store.mark_due([A])
    live.dataverse.rows[A].columns["lc_score"] = 5  # nobody told: the mirror still has 70
    live.dataverse.put(A, heat=85)
    report = live.sync()
    assert live.columns(A)["lc_score"] == 80
    assert report.writes.applied == 1


def test_a_lead_that_was_edited_is_decided_on_what_it_is_now(live: World) -> None:
    """A decision on old facts never overwrites a newer row: the newer facts decide."""
    hot(live, A)
    live.dataverse.before_write[A] = [lambda: live.dataverse.put(A, heat=25)]
    report = live.sync()
    assert (report.writes.stale, report.writes.applied) == (1, 1)
    assert [values.get("lc_score") for _, values in live.dataverse.written] == [20]
    assert live.cards() == []
    assert report.grades["engagement"] == {"Cold": 1}


def test_a_lead_that_was_edited_back_is_no_event_and_no_write(live: World) -> None:
    """A rescoring that ends where it began writes and announces nothing."""
    hot(live, A)
    live.dataverse.before_write[A] = [lambda: live.dataverse.put(A, heat=15)]
    report = live.sync()
    assert (report.writes.stale, report.writes.applied, live.dataverse.written, live.cards()) == (1, 0, [], [])
    assert live.store.count_due() == 0


def test_a_lead_closed_meanwhile_is_refused_and_leaves(live: World) -> None:
    """Found closed after a 412, or refused by the environment itself: nothing is written, announced or kept."""
    hot(live, A, B)
    live.dataverse.before_write[A] = [lambda: live.dataverse.set(A, is_open=False)]
    live.dataverse.answers[B] = [Refused("closed", "The lead is read-only.")]
    report = live.sync()
    assert (report.writes.refused, report.writes.stale, report.writes.rejected) == (2, 1, [])
    assert live.store.dossiers(9, now=live.clock()) == []
    assert live.cards() == []


def test_a_lead_deleted_meanwhile_is_refused_and_erased(live: World) -> None:
    """Gone before the write, or gone when it is read again: it is never made anew."""
    hot(live, A, B)
    live.dataverse.before_write[A] = [lambda: live.dataverse.delete(A)]
    live.dataverse.before_write[B] = [lambda: live.dataverse.put(B, heat=85)]
    live.dataverse.before_read = [lambda: live.dataverse.delete(B)]
    report = live.sync()
    assert (report.writes.refused, report.writes.applied) == (2, 0)
    assert live.dataverse.rows == {}
    assert live.store.dossiers(9, now=live.clock()) == []
    assert live.cards() == []


@pytest.mark.parametrize("is_open", [True, False])
def test_who_opts_out_between_plan_and_write_is_not_written(live: World, *, is_open: bool) -> None:
    """The guard stops the write; what is read then takes the person out of everything, closed or not."""
    hot(live, A)
    live.dataverse.before_write[A] = [lambda: live.dataverse.set(A, opted_out=True, is_open=is_open)]
    report = live.sync()
    assert (report.writes.applied, report.writes.refused, report.writes.stale) == (0, 0, 1)
    assert (live.dataverse.written, live.cards(), live.store.dossiers(9, now=live.clock())) == ([], [], [])


def test_who_opts_out_between_the_guard_and_the_second_look_is_not_written(live: World) -> None:
    """Edited before the write, opted out before it is read again: the second look leaves the person out."""
    hot(live, A)
    live.dataverse.before_write[A] = [lambda: live.dataverse.put(A, heat=85)]
    live.dataverse.before_read = [lambda: live.dataverse.set(A, opted_out=True)]
    live.sync()
    assert (live.dataverse.written, live.cards()) == ([], [])


def test_who_opts_out_after_a_write_without_an_answer_is_not_announced(live: World) -> None:
    """Our write stands there, but the person wants to be left alone."""
    hot(live, A)

    def written_and_opted_out() -> None:
        live.dataverse.write(A, f'W/"{live.dataverse.rows[A].version}"', {"lc_score": 70, "lc_grade": "Hot"})
        live.dataverse.set(A, opted_out=True)

    live.dataverse.before_write[A] = [written_and_opted_out]
    live.dataverse.answers[A] = [Stale(answer_lost=True)]
    live.sync()
    assert live.cards() == []
    assert live.store.deliveries() == []


def test_a_write_whose_answer_was_lost_is_ours(live: World) -> None:
    """The first try took effect, the second met its own change: applied, announced once."""
    hot(live, A)
    live.dataverse.before_write[A] = [lambda: own_write(live, A)]
    live.dataverse.answers[A] = [Stale(answer_lost=True)]
    report = live.sync()
    assert (report.writes.applied, report.writes.stale, report.writes.unchanged) == (1, 1, 0)
    assert live.cards() == [("score_crossed", A, "teams:sales")]


def test_a_write_whose_answer_was_lost_and_that_never_came_is_made_again(live: World) -> None:
    """An answer was lost and the row is somebody else's: decided anew."""
    hot(live, A)
    live.dataverse.before_write[A] = [lambda: live.dataverse.put(A, heat=85)]
    live.dataverse.answers[A] = [Stale(answer_lost=True)]
    report = live.sync()
    assert (report.writes.applied, live.columns(A)["lc_score"]) == (1, 80)


def own_write(world: World, lead: str) -> None:
    """Our planned values, written as we would."""
    (decision,) = [one for one in world.store.planned() if one.lead_id == lead]
    world.dataverse.edit(lead, decision.values)


def test_values_that_somebody_else_wrote_are_unchanged_and_no_event(live: World) -> None:
    """The same score with another time: nobody's event; it is remembered and stays quiet from then on."""
    hot(live, A)
    live.dataverse.before_write[A] = [
        lambda: live.dataverse.put(A, lc_score=70, lc_grade="Hot", lc_scoredon="2026-11-21T09:59:59Z")
    ]
    report = live.sync()
    assert (report.writes.unchanged, report.writes.applied, report.writes.stale) == (1, 0, 1)
    assert live.cards() == []
    assert (live.score(A) or {})["score"] == 70
    live.store.mark_due()
    assert live.sync().writes.applied == 0
    assert live.cards() == []


def test_a_refusal_by_a_rule_of_theirs_is_told_and_not_repeated_until_the_lead_changes(live: World) -> None:
    """Rejected: the stored score stays, the run goes on, the next one does not try again, a change does."""
    hot(live, A, B)
    live.dataverse.answers[A] = [Refused("rejected", "A plug-in refused. Columns: lc_score.")]
    report = live.sync()
    assert (report.writes.refused, report.writes.applied) == (1, 1)
    assert [(one.code, one.count) for one in report.warnings() if one.code == "write-rejected"] == [
        ("write-rejected", 1)
    ]
    assert (live.score(A) or {})["score"] == 10
    assert live.sync().scored == 0
    live.dataverse.put(A, heat=76)
    assert live.sync().writes.applied == 1
    assert ("score_crossed", A, "teams:sales") in live.cards()


def test_a_lead_that_is_not_ours_to_write_is_tried_by_every_run(live: World) -> None:
    """Forbidden: told like a rejection, tried once a run, and written when the role is mended."""
    hot(live, A)
    live.dataverse.answers[A] = [Refused("forbidden", "A privilege is missing."), Refused("forbidden", "Still.")]
    report = live.sync()
    assert (report.writes.refused, report.writes.forbidden) == (1, {A})
    assert {one.code for one in report.warnings()} & {"write-rejected", "changing-leads"} == {"write-rejected"}
    assert live.sync().writes.refused == 1
    assert live.sync().writes.applied == 1
    assert live.cards() == [("score_crossed", A, "teams:sales")]


def test_a_lead_that_changes_at_every_try_is_left(live: World) -> None:
    """Three tries, then it waits for the next run, which is told; the others are not held back."""
    hot(live, A, B)
    heats = iter(range(80, 100))

    def edit() -> None:
        live.dataverse.put(A, heat=next(heats))
        live.dataverse.before_write[A] = [edit]

    live.dataverse.before_write[A] = [edit]
    report = live.sync()
    assert (report.writes.left, report.writes.stale, report.writes.applied) == ({A}, 1, 1)
    assert ("changing-leads", 1) in [(one.code, one.count) for one in report.warnings()]
    assert live.dataverse.calls["write"] == 4
    live.dataverse.before_write.clear()
    assert live.sync().writes.applied == 1
    assert live.cards().count(("score_crossed", A, "teams:sales")) == 1


def test_a_relinked_lead_is_scored_with_its_new_account(live: World) -> None:
    """Linked to another account under our hands: that account is read before the lead is decided again."""
    world = live
    world.publish(heat_model("fit", fact="account.numberofemployees", write="{score: lc_other}"))
    world.publish("alert: fit\non: {model: fit, crosses: 50}\nchannels: [desk]\nrearm_below: 40\n")
    world.dataverse.put_account("acc-1", numberofemployees=60)
    world.dataverse.put(A, heat=15, account="acc-1")
    world.sync()
    world.sync()
    world.dataverse.put_account("acc-2", numberofemployees=95)
    del world.dataverse.changed[Table.ACCOUNT, "acc-2"]  # nobody tells of it
    world.dataverse.put(A, heat=45)
    world.dataverse.before_write[A] = [lambda: world.dataverse.put(A, account="acc-2")]
    world.dataverse.written.clear()
    world.sync()
    assert [values.get("lc_other") for _, values in world.dataverse.written] == [90]
    world.sync()
    assert (world.columns(A)["lc_other"], world.cards()) == (90, [])


# --- failures in the middle -----------------------------------------------------------------------------------------


def test_an_outage_in_the_middle_settles_what_succeeded_and_leaves_the_rest_planned(live: World) -> None:
    """The network goes after the first of three: one is settled and counted, two are settled by the next run."""
    hot(live, A, B, C)
    live.dataverse.answers[B] = [server_error(None)]
    with pytest.raises(OutsideError, match="answered None"):
        live.sync()
    assert [one.lead_id for one in live.store.planned()] == [B, C]
    assert live.store.runs(1)[0].summary["writes"] == {"applied": 1, "unchanged": 0, "refused": 0, "stale": 0}
    report = live.sync()
    assert (report.resumed, report.writes.applied) == (2, 2)
    assert sorted(lead for _, lead, _ in live.cards()) == [A, B, C]
    assert live.store.planned() == []


def test_a_failure_leaves_a_stale_one_planned(live: World) -> None:
    """A lead that met a 412 before the failure is looked at by the next run."""
    hot(live, A, B)
    live.dataverse.before_write[A] = [lambda: live.dataverse.put(A, heat=95)]
    live.dataverse.answers[B] = [server_error(None)]
    with pytest.raises(OutsideError):
        live.sync()
    assert [one.lead_id for one in live.store.planned()] == [A, B]
    live.sync()
    assert (live.columns(A)["lc_score"], live.columns(B)["lc_score"]) == (90, 70)


def test_a_row_that_the_server_fails_on_does_not_keep_the_others_back(live: World) -> None:
    """503 to the end for one lead: it stays planned and is told, the run goes on and completes."""
    hot(live, A, B)
    live.dataverse.answers[A] = [server_error()]
    report = live.sync()
    assert (report.writes.applied, report.writes.failed) == (1, ["Dataverse answered 503."])
    assert [(one.code, one.count) for one in report.warnings() if one.code.startswith(("write", "chang"))] == [
        ("write-failed", 1)
    ]
    assert live.dataverse.calls["write"] == 2
    assert live.sync().resumed == 1
    assert sorted(lead for _, lead, _ in live.cards()) == [A, B]


def test_a_write_that_took_effect_although_the_server_failed_is_announced_once(live: World) -> None:
    """A gateway gave up, the row was written: the next run finds the values and announces."""
    hot(live, A)
    live.dataverse.before_write[A] = [lambda: own_write(live, A)]
    live.dataverse.answers[A] = [server_error(504)]
    live.sync()
    assert live.cards() == []
    report = live.sync()
    assert (report.resumed, live.cards()) == (1, [("score_crossed", A, "teams:sales")])


def test_too_many_failing_rows_end_the_run(live: World) -> None:
    """A server that fails on everything is an outage."""
    leads = [lead_id(number) for number in range(1, MOST_FAILED + 6)]
    hot(live, *leads)
    for one in leads:
        live.dataverse.answers[one] = [server_error()]
    with pytest.raises(OutsideError, match="503"):
        live.sync(parallel=1)
    assert live.dataverse.calls["write"] == MOST_FAILED + 1
    live.dataverse.answers.clear()
    assert live.sync().resumed == len(leads)
    assert len(live.cards()) == len(leads)


def test_an_interruption_begins_no_further_write(live: World) -> None:
    """Ctrl-C in the middle: what is under way ends, nothing else is written, the next run completes."""
    hot(live, A, B, C)
    live.dataverse.answers[A] = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        live.sync()
    assert str(live.store.runs(1)[0].status) == "interrupted"
    assert live.dataverse.calls["write"] == 1
    live.sync()
    assert sorted(lead for _, lead, _ in live.cards()) == [A, B, C]


@pytest.mark.parametrize("batch", [1, 2])
def test_a_stop_in_the_middle_settles_what_was_answered_and_leaves_the_rest_planned(live: World, batch: int) -> None:
    """Asked to stop while the second share is written: nothing more is sent, the next run settles what is left."""
    leads = [lead_id(number) for number in range(1, 7)]
    hot(live, *leads)
    live.dataverse.batch, stop = batch, threading.Event()
    live.dataverse.before_write[leads[batch]] = [stop.set]
    with pytest.raises(StoppedError):
        live.sync(stop=stop.is_set)
    done = 2 * batch
    assert [lead for lead, _ in live.dataverse.written] == leads[:done]
    assert [one.lead_id for one in live.store.planned()] == leads[done:]
    assert str(live.store.runs(1)[0].status) == "interrupted"
    report = live.sync()
    assert (report.resumed, report.writes.applied) == (6 - done, 6 - done)
    assert sorted(lead for _, lead, _ in live.cards()) == leads
    assert live.store.planned() == []


def test_a_batch_of_writes_is_settled_each_by_its_own_answer(live: World) -> None:
    """Applied, edited, closed, refused, deleted and failed on, all in one batch: each as if it had gone alone."""
    leads = [lead_id(number) for number in range(1, 7)]
    hot(live, *leads)
    live.dataverse.batch = len(leads)
    live.dataverse.before_write[leads[1]] = [lambda: live.dataverse.put(leads[1], heat=95)]
    live.dataverse.before_write[leads[2]] = [lambda: live.dataverse.set(leads[2], is_open=False)]
    live.dataverse.answers[leads[3]] = [Refused("rejected", "A plug-in refused. Columns: lc_score.")]
    live.dataverse.before_write[leads[4]] = [lambda: live.dataverse.delete(leads[4])]
    live.dataverse.answers[leads[5]] = [server_error()]
    report = live.sync()
    writes = report.writes
    assert (writes.applied, writes.stale, writes.refused, writes.left) == (2, 2, 3, {leads[5]})
    assert (live.columns(leads[0])["lc_score"], live.columns(leads[1])["lc_score"]) == (70, 90)
    assert [one.lead_id for one in live.store.planned()] == [leads[5]]
    assert live.dataverse.calls["write_many"] == 1
    live.dataverse.put(leads[3], heat=76)
    assert live.sync().resumed == 1
    assert {lead for _, lead, _ in live.cards()} == {leads[0], leads[1], leads[3], leads[5]}


def test_a_batch_without_an_answer_is_found_out_lead_by_lead(live: World) -> None:
    """One was written before the answer was lost, one was not: announced once each, none twice."""
    hot(live, A, B)
    live.dataverse.batch = 2
    live.dataverse.before_write[A] = [lambda: own_write(live, A)]
    live.dataverse.answers[A] = [Stale(answer_lost=True)]
    live.dataverse.before_write[B] = [lambda: live.dataverse.put(B, heat=85)]
    live.dataverse.answers[B] = [Stale(answer_lost=True)]
    report = live.sync()
    assert (report.writes.applied, report.writes.stale) == (2, 2)
    assert (live.columns(A)["lc_score"], live.columns(B)["lc_score"]) == (70, 80)
    assert sorted(lead for kind, lead, _ in live.cards() if kind == "score_crossed") == [A, B]


def test_an_unexpected_error_is_raised_and_nothing_lost(live: World) -> None:
    """A mistake of ours in one write ends the run; what was planned is settled by the next."""
    hot(live, A, B)
    live.dataverse.answers[A] = [ValueError("a mistake")]
    with pytest.raises(ValueError, match="a mistake"):
        live.sync()
    assert live.store.runs(1)[0].error == "unexpected ValueError"
    live.sync()
    assert sorted(lead for _, lead, _ in live.cards()) == [A, B]


# --- what an earlier run planned ------------------------------------------------------------------------------------


def planned(world: World, *, wrote: bool) -> None:
    """A lead whose decision to cross and to be marked was planned, and written or not, before the process died."""
    hot(world, A, heat=85)

    def die() -> None:
        if wrote:
            own_write(world, A)
        raise SystemExit

    world.dataverse.before_write[A] = [die]
    with pytest.raises(SystemExit):
        world.sync()
    assert [one.lead_id for one in world.store.planned()] == [A]
    world.clock.wait(3600)


BOTH = [("lead_qualified", A, "teams:desk"), ("score_crossed", A, "teams:sales")]


@pytest.mark.parametrize("wrote", [True, False])
def test_a_planned_decision_is_completed_either_way(live: World, *, wrote: bool) -> None:
    """Written before the crash: announced. Not written: decided anew, written, announced. Counted in this run."""
    planned(live, wrote=wrote)
    report = live.sync()
    assert report.resumed == 1
    assert sorted(live.cards()) == BOTH
    assert (live.columns(A)["lc_score"], live.columns(A)["statuscode"]) == (80, QUALIFIED)
    assert report.summary()["qualified"] == 1
    assert live.sync().summary()["qualified"] == 0
    assert sorted(live.cards()) == BOTH


@pytest.mark.parametrize(
    ("happens", "wrote", "cards"),
    [
        (lambda world: world.dataverse.delete(A), True, []),
        (lambda world: world.dataverse.set(A, is_open=False), False, []),
        (lambda world: world.dataverse.set(A, is_open=False), True, BOTH),
        (lambda world: world.dataverse.set(A, opted_out=True), True, []),
        (lambda world: world.dataverse.set(A, opted_out=True), False, []),
        (lambda world: world.dataverse.put(A, heat=15), False, []),
        (lambda world: world.dataverse.put(A, heat=15), True, BOTH),
        (lambda world: world.dataverse.put(A, statuscode=CONTACTED, msdyncrm_salesready=None), True, BOTH),
    ],
    ids=[
        "deleted",
        "closed",
        "written, closed",
        "written, opted out",
        "opted out",
        "cooled",
        "written, cooled",
        "unmarked",
    ],
)
def test_what_happened_to_a_planned_lead_meanwhile_decides(
    live: World, happens: Callable[[World], object], cards: list[tuple[str, str, str]], *, wrote: bool
) -> None:
    """What was written is announced unless the person is gone or left out; what was not is looked at as it is now."""
    planned(live, wrote=wrote)
    happens(live)
    live.sync()
    assert sorted(live.cards()) == cards
    assert live.store.planned() == []
    live.sync()
    assert sorted(live.cards()) == cards


def test_nothing_planned_reads_nothing(live: World) -> None:
    """A run after a clean one asks the environment for no single lead."""
    hot(live, A)
    live.sync()
    live.dataverse.calls.clear()
    live.sync()
    assert live.dataverse.calls["read_leads"] == 0


def test_unchanged_is_an_answer_of_the_writer_too(live: World) -> None:
    """A writer that had nothing to send says so: remembered, not announced."""
    hot(live, A)
    live.dataverse.answers[A] = [Unchanged()]
    report = live.sync()
    assert (report.writes.unchanged, live.cards()) == (1, [])
