"""What hints bring about: one read for many, the path of a run, its silence before a baseline, turns with a run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.errors import OutsideError
from connector.pipeline.hints import REFRESH_ACCOUNT, REFRESH_LEAD
from connector.pipeline.inbox import CHANGING, ENVIRONMENT_AGE, Handled, Inbox
from connector.pipeline.jobs import Lease
from connector.pipeline.ports import DocumentKind
from connector.pipeline.rulebook import live_versions
from connector.pipeline.sources.mapping import Key, KeyKind, MachineRules, Sighting
from connector.pipeline.sources.ports import SourcePage
from connector.pipeline.sync import StoppedError, purpose_of
from connector.pipeline.turns import Turns
from connector.pipeline.values import Refused, Stale
from tests.unit.pipeline.world import (
    ALERT,
    JOURNEYS,
    QUALIFICATION,
    QUALIFIED,
    QUALIFIED_ALERT,
    A,
    B,
    C,
    World,
    heat_model,
    lead_id,
)

ACME = "00000000-0000-4000-9000-000000000001"
UNTIL = datetime(2026, 11, 21, 9, 1, tzinfo=UTC)
WRITTEN = "{score: lc_score, grade: lc_grade, scored_on: lc_scoredon}"
BY_SIZE = "groups:\n  - {name: Large, points: 80, when: {fact: account.numberofemployees, at_least: 500}}\n"


def leases(*keys: str, kind: str = REFRESH_LEAD) -> list[Lease]:
    """Jobs in hand."""
    return [Lease(f"hint:op:{key}", kind, key, {}, 1, 1, UNTIL) for key in keys]


def handle(world: World, *keys: str, kind: str = REFRESH_LEAD, **changes: Any) -> Handled:
    """Let the inbox look at these rows."""
    return Inbox(world.job(**changes)).handle(leases(*keys, kind=kind))


def by_account() -> str:
    """The model that looks at the account's size alone."""
    model = heat_model()
    return model[: model.index("groups:")] + BY_SIZE + model[model.index("grades:") :]


# --- the path of a run ----------------------------------------------------------------------------------------------


def test_a_lead_that_changed_is_scored_written_marked_and_announced(live: World) -> None:
    """All that a run would do of it, without a pull; the next run finds nothing to do."""
    live.dataverse.put(A, heat=15)
    live.sync()
    live.dataverse.put(A, heat=95)
    pages = live.dataverse.calls["page"]
    done = handle(live, A)
    assert (done.read, done.decided, done.again) == (1, 1, {})
    assert (live.columns(A)["lc_score"], live.columns(A)["statuscode"]) == (90, QUALIFIED)
    assert live.dataverse.calls["page"] == pages
    assert live.store.count_due() == 0
    report = live.sync()
    assert (report.scored, report.writes.applied) == (0, 0)
    assert sorted(live.cards()) == [("lead_qualified", A, "teams:desk"), ("score_crossed", A, "teams:sales")]


def test_a_new_lead_is_mirrored_and_announced(live: World) -> None:
    """Created a moment ago, it has its score and its card before any run."""
    live.dataverse.put(B, heat=75)
    handle(live, B)
    assert live.columns(B)["lc_score"] == 70
    assert [row["kind"] for row in live.store.deliveries()] == ["score_crossed"]


def test_leads_that_are_closed_deleted_or_opted_out_leave(live: World) -> None:
    """As by a pull: nothing is written or announced of them, and what is deleted leaves no trace."""
    for one in (A, B, C):
        live.dataverse.put(one, heat=15)
    live.sync()
    live.dataverse.put(A, heat=95)
    live.dataverse.put(B, heat=95)
    live.dataverse.set(A, is_open=False)
    live.dataverse.set(B, opted_out=True)
    live.dataverse.delete(C)
    writes = len(live.dataverse.written)
    assert handle(live, A, B, C).decided == 0
    assert len(live.dataverse.written) == writes
    assert live.store.dossiers(10, now=live.clock()) == []
    assert live.store.deliveries() == []


def test_an_account_rescores_its_leads_and_no_other(world: World) -> None:
    """Leads are scored from the mirror without being read; an account that nobody is linked to is not kept."""
    world.publish(by_account(), ALERT)
    world.dataverse.put_account(ACME, numberofemployees=10)
    for one, account in ((A, ACME), (B, ACME), (C, None)):
        world.dataverse.put(one, account=account)
    world.sync()
    reads = world.dataverse.calls["read_leads"]
    world.dataverse.put_account(ACME, numberofemployees=900)
    stranger = ACME[:-1] + "2"
    world.dataverse.put_account(stranger, numberofemployees=900)
    done = handle(world, ACME, stranger, kind=REFRESH_ACCOUNT)
    assert (done.read, done.decided) == (2, 2)
    assert world.dataverse.calls["read_leads"] == reads
    assert [world.columns(one)["lc_score"] for one in (A, B, C)] == [80, 80, 0]
    assert world.store.missing_accounts() == []
    assert {row["kind"] for row in world.store.deliveries()} == {"score_crossed"}


def test_an_account_that_is_gone_makes_its_facts_unknown(world: World) -> None:
    """Its leads are scored without it."""
    world.publish(by_account())
    world.dataverse.put_account(ACME, numberofemployees=900)
    world.dataverse.put(A, account=ACME)
    world.sync()
    assert world.columns(A)["lc_score"] == 80
    del world.dataverse.accounts[ACME]
    handle(world, ACME, kind=REFRESH_ACCOUNT)
    assert world.columns(A)["lc_score"] == 0


def test_an_account_that_may_not_be_read_stays_as_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for one that is gone; after any other fault it is read again later."""
    world.publish(by_account())
    world.dataverse.put_account(ACME, numberofemployees=900)
    world.dataverse.put(A, account=ACME)
    world.sync()

    def fail(status: int) -> None:
        def read(*_: object) -> None:
            raise OutsideError("No.", status=status)

        monkeypatch.setattr(world.dataverse, "read_accounts", read)

    fail(403)
    assert handle(world, ACME, kind=REFRESH_ACCOUNT).decided == 0
    account = world.store.dossier(A, now=world.clock()).account
    assert account is not None
    assert account.columns["numberofemployees"] == 900
    fail(400)
    assert list(handle(world, ACME, kind=REFRESH_ACCOUNT).again.values()) == ["No."]


def test_a_lead_that_is_linked_to_an_unknown_account_brings_it(world: World) -> None:
    """It is not scored as if it had none."""
    world.publish(by_account())
    world.sync()
    world.dataverse.put_account(ACME, numberofemployees=900)
    world.dataverse.put(A, account=ACME)
    handle(world, A)
    assert world.columns(A)["lc_score"] == 80


def test_a_lead_s_change_rescores_its_account_s_others_where_roll_ups_are_used(world: World) -> None:
    """One more open lead of the account counts for all of them at once."""
    world.publish(
        "model: crowd\npurpose: p\nlawful_basis: legitimate_interests\nwrite: {score: lc_other}\n"
        "groups:\n  - {name: Two, points: 30, when: {fact: account.open_leads, at_least: 2}}\n"
    )
    world.dataverse.put_account(ACME)
    world.dataverse.put(A, account=ACME)
    world.sync()
    world.dataverse.put(B, account=ACME)
    assert handle(world, B).decided == 2
    assert [world.columns(one)["lc_other"] for one in (A, B)] == [30, 30]


def test_what_people_did_before_their_lead_came_counts_at_once(world: World) -> None:
    """A row that waited for the lead is its own when a hint brings it; what waits for others is left alone."""
    model = heat_model()
    clicked = "groups:\n  - {name: Clicked, points: 40, when: {interaction: email_click}}\n"
    world.publish(model[: model.index("groups:")] + clicked + model[model.index("grades:") :])
    world.dataverse.described = replace(world.dataverse.described, person_columns={"email": ("need",)})
    world.store.use_export("mails", MachineRules(), keys=frozenset({"email"}))
    world.sync()
    clicks = [
        Sighting("mails", one, (Key(KeyKind.LEAD, one),), "email_click", world.clock() - timedelta(hours=1), {})
        for one in (A, B)
    ]
    world.store.absorb_source(SourcePage("email", frozenset({"mails"}), [A, B], clicks), now=world.clock())
    for one in (A, C):
        world.dataverse.put(one, heat=15)
    assert handle(world, A, C).decided == 2
    assert [world.columns(one)["lc_score"] for one in (A, C)] == [40, 0]


def test_what_came_back_of_our_own_write_is_no_news(live: World) -> None:
    """A hint of it costs a read: nothing is scored, written or announced."""
    live.dataverse.put(A, heat=95)
    live.sync()
    written = len(live.dataverse.written)
    assert handle(live, A).decided == 0
    assert len(live.dataverse.written) == written


def test_what_an_earlier_run_planned_is_settled_first(live: World) -> None:
    """Its write took effect and the process died: the card of the mark is not lost to the hint."""
    live.dataverse.put(A, heat=15)
    live.sync()
    live.dataverse.put(A, heat=95)
    settle = live.store.settle
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live.store, "settle", dying)
        with pytest.raises(RuntimeError, match="killed"):
            live.sync()
    assert live.store.settle == settle
    assert live.columns(A)["statuscode"] == QUALIFIED
    live.dataverse.edit(A, {"need": "soon"})
    handle(live, A)
    assert live.store.planned() == []
    assert sorted(str(row["kind"]) for row in live.store.deliveries()) == ["lead_qualified", "score_crossed"]


def dying(_settlements: Sequence[Any]) -> None:
    """A process that is killed."""
    raise RuntimeError("killed")


# --- many at once ---------------------------------------------------------------------------------------------------


def test_many_leads_are_read_at_once(live: World) -> None:
    """Two hundred jobs are one read; a second batch reads no metadata."""
    ids = [lead_id(number) for number in range(1, 201)]
    for one in ids:
        live.dataverse.put(one, heat=75)
    inbox, before = Inbox(live.job()), live.dataverse.calls.copy()
    assert inbox.handle(leases(*ids)).decided == 200
    assert inbox.handle(leases(*ids)).decided == 0
    assert live.dataverse.calls["read_leads"] - before["read_leads"] == 2
    assert live.dataverse.calls["environment"] - before["environment"] == 1


def test_the_same_row_twice_is_read_once(live: World) -> None:
    """Jobs of one lead that are in hand together are one."""
    live.dataverse.put(A, heat=75)
    assert Inbox(live.job()).handle([*leases(A), *leases(A)]).read == 1


def test_leads_and_accounts_come_together(world: World) -> None:
    """One batch of both kinds: the account first, so that the lead is scored with what it says now."""
    world.publish(by_account())
    world.dataverse.put_account(ACME, numberofemployees=10)
    world.dataverse.put(A, account=ACME)
    world.sync()
    world.dataverse.put_account(ACME, numberofemployees=900)
    world.dataverse.put(B, account=ACME)
    inbox = Inbox(world.job())
    assert inbox.handle([*leases(B), *leases(ACME, kind=REFRESH_ACCOUNT)]).decided == 2
    assert [world.columns(one)["lc_score"] for one in (A, B)] == [80, 80]


def test_what_the_first_hint_needs_is_read_ahead(live: World) -> None:
    """The first batch then asks for its rows alone, and a run with these documents is served by the same reading."""
    live.dataverse.put(A, heat=75)
    inbox, asked = Inbox(live.job()), live.dataverse.calls["environment"]
    inbox.prepare()
    assert live.dataverse.calls["environment"] == asked + 1
    assert live.dataverse.purposes[-1] == purpose_of(live_versions(live.store))
    assert inbox.handle(leases(A)).decided == 1
    assert live.dataverse.calls["environment"] == asked + 1


def test_nothing_is_read_ahead_where_no_model_is_live(world: World) -> None:
    """Whatever is published later is read then."""
    Inbox(world.job()).prepare()
    assert world.dataverse.calls["environment"] == 0


def test_nothing_is_nothing(live: World) -> None:
    """No job, no request."""
    calls = live.dataverse.calls.copy()
    calls["environment"] += 1
    assert Inbox(live.job()).handle([]) == Handled()
    assert live.dataverse.calls == calls


# --- before the first run, and after a publication ------------------------------------------------------------------


def test_before_the_first_run_nothing_is_decided(world: World) -> None:
    """The lead is mirrored and due; the run that sets the baseline scores it, and nobody is told."""
    world.publish(heat_model(), ALERT, QUALIFICATION, QUALIFIED_ALERT)
    world.dataverse.put(A, heat=95)
    done = handle(world, A)
    assert (done.waits, done.decided, world.dataverse.written) == (True, 0, [])
    assert world.store.count_due() == 1
    world.sync()
    assert (world.columns(A)["lc_score"], world.cards()) == (90, [])


def test_a_new_version_does_not_shout_before_its_first_run(live: World) -> None:
    """A hint scores by the new version at once, quietly; so does the run that follows, and a later rise is told."""
    for one in (A, B):
        live.dataverse.put(one, heat=65)
    live.sync()
    live.publish(heat_model().replace("{name: From 10, points: 10", "{name: From 10, points: 20"))
    live.dataverse.edit(A, {"need": "soon"})
    assert handle(live, A).decided == 1
    assert (live.columns(A)["lc_score"], live.store.deliveries()) == (70, [])
    live.sync()
    assert live.cards() == []
    live.dataverse.put(A, heat=15)
    handle(live, A)
    live.dataverse.put(A, heat=65)
    handle(live, A)
    assert [row["kind"] for row in live.store.deliveries()] == ["score_crossed"]


def test_rules_that_were_read_before_the_first_run_are_read_again(live: World) -> None:
    """An inbox that knew a version while its baseline was pending announces what crosses once that run is over."""
    live.dataverse.put(A, heat=15)
    live.sync()
    live.publish(heat_model().replace("{name: From 10, points: 10", "{name: From 10, points: 20"))
    inbox = Inbox(live.job())
    live.dataverse.edit(A, {"need": "soon"})
    assert inbox.handle(leases(A)).decided == 1
    live.sync()
    live.dataverse.put(A, heat=65)
    inbox.handle(leases(A))
    assert [row["kind"] for row in live.store.deliveries()] == ["score_crossed"]


def test_columns_that_are_not_backfilled_yet_keep_leads_waiting(live: World) -> None:
    """A model that asks for more than is mirrored is not scored on half the facts: the next run reads them first."""
    live.dataverse.put_account(ACME, numberofemployees=900)
    live.dataverse.put(A, account=ACME, heat=15)
    live.sync()
    live.publish(by_account().replace("model: engagement", "model: size").replace(WRITTEN, "{score: lc_other}"))
    live.dataverse.edit(A, {"need": "soon"})
    assert handle(live, A).waits
    assert live.columns(A)["lc_other"] is None
    live.sync()
    assert live.columns(A)["lc_other"] == 80


def test_documents_published_in_the_middle_leave_the_rest_to_the_run(live: World) -> None:
    """What was read by the old documents is not decided by them once they are not live any more."""
    live.dataverse.put(A, heat=95)

    def publish() -> None:
        live.publish(heat_model().replace("{name: From 10, points: 10", "{name: From 10, points: 20"))

    live.dataverse.before_read = [publish]
    done = handle(live, A)
    assert (done.waits, done.decided, live.columns(A)["lc_score"]) == (True, 0, None)
    assert live.store.count_due() == 1


def test_another_rulebook_is_taken_up_and_the_environment_read_again_later(live: World) -> None:
    """After a publication without asking for metadata; metadata after ten minutes, or after a failure."""
    live.dataverse.put(A, heat=15)
    live.sync()
    inbox, before = Inbox(live.job()), live.dataverse.calls["environment"]
    inbox.handle(leases(A))
    live.publish(QUALIFICATION.replace("at_least: 80", "at_least: 10"))
    live.sync()
    live.dataverse.put(B, heat=25)
    inbox.handle(leases(B))
    assert live.columns(B)["statuscode"] == QUALIFIED
    live.clock.now += ENVIRONMENT_AGE
    inbox.handle(leases(B))
    live.dataverse.before_read = [unreachable]
    with pytest.raises(OutsideError):
        inbox.handle(leases(B))
    live.dataverse.before_read = []
    inbox.handle(leases(B))
    assert live.dataverse.calls["environment"] - before - 1 == 3  # the run's own, and the inbox's three


def unreachable() -> None:
    """An outage."""
    raise OutsideError("Dataverse could not be reached.", retryable=True)


def test_without_a_live_model_nothing_is_read(live: World) -> None:
    """Whatever is published later reads everything anyway."""
    for kind in (DocumentKind.ALERT, DocumentKind.QUALIFICATION, DocumentKind.MODEL):
        for document in live.store.live(kind):
            live.store.stop(kind, document.name, by="test", now=live.clock())
    live.dataverse.put(A, heat=95)
    assert handle(live, A) == Handled()
    assert live.dataverse.calls["read_leads"] == 0


# --- faults ---------------------------------------------------------------------------------------------------------


def test_an_outage_is_raised_and_nothing_is_lost(live: World) -> None:
    """Raised, so that the jobs are tried again; what was mirrored meanwhile is due."""
    live.dataverse.put(A, heat=75)
    live.dataverse.answers[A] = [OutsideError("out of reach", retryable=True)]
    with pytest.raises(OutsideError):
        handle(live, A)
    assert handle(live, A).again == {}
    assert live.columns(A)["lc_score"] == 70
    assert len(live.store.deliveries()) == 1


def test_what_is_refused_today_is_tried_again_too(live: World) -> None:
    """A sign-in that fails, or a proxy's page, is mended elsewhere: no event is given up for it, and none is lost."""
    live.dataverse.put(A, heat=75)
    live.dataverse.before_read = [turned_away]
    done = handle(live, A)
    assert list(done.again) == [f"hint:op:{A}"]
    assert "access token" in done.again[f"hint:op:{A}"]
    live.dataverse.before_read = []
    assert handle(live, A).again == {}
    assert live.columns(A)["lc_score"] == 70


def turned_away() -> None:
    """A refusal that trying again at once does not help."""
    raise OutsideError("Dataverse answered HTTP 401: the access token has expired.", retryable=False)


def test_a_lead_that_changes_at_every_try_is_tried_again(live: World) -> None:
    """Its job alone; one that is not ours to write waits for the next run."""
    for one in (A, B, C):
        live.dataverse.put(one, heat=75)
    live.dataverse.answers[A] = [Stale(), Stale(), Stale()]
    live.dataverse.answers[B] = [Refused("forbidden", "not ours")]
    done = handle(live, A, B, C)
    assert done.again == {f"hint:op:{A}": CHANGING}
    assert live.columns(C)["lc_score"] == 70


def test_what_nobody_expected_is_looked_for_job_by_job(live: World) -> None:
    """One row that breaks our code keeps no other from being scored, and is tried again with the reason."""
    for one in (A, B, C):
        live.dataverse.put(one, heat=75)
    live.dataverse.answers[B] = [ValueError("broken"), ValueError("broken"), ValueError("broken")]
    done = handle(live, A, B, C)
    assert done.again == {f"hint:op:{B}": "unexpected ValueError"}
    assert [live.columns(one)["lc_score"] for one in (A, C)] == [70, 70]
    assert handle(live, B).again == {f"hint:op:{B}": "unexpected ValueError"}


def test_a_service_that_stops_decides_nothing_more(live: World) -> None:
    """What waits is due and its job is not done."""
    live.dataverse.put(A, heat=75)
    with pytest.raises(StoppedError):
        handle(live, A, stop=lambda: True)
    assert live.store.count_due() == 1


def test_a_write_by_somebody_else_in_between_is_respected(live: World) -> None:
    """The same guard as a run's: read and decided again."""
    live.dataverse.put(A, heat=95)
    live.dataverse.before_write[A] = [lambda: live.dataverse.edit(A, {"statuscode": JOURNEYS, "heat": 25})]
    done = handle(live, A)
    assert (done.writes.stale, live.columns(A)["lc_score"], live.columns(A)["statuscode"]) == (1, 20, JOURNEYS)


# --- turns ----------------------------------------------------------------------------------------------------------


def in_thread(act: Callable[[], object]) -> threading.Thread:
    """Something that goes on meanwhile."""
    thread = threading.Thread(target=act)
    thread.start()
    return thread


def test_a_run_and_the_inbox_take_turns(live: World) -> None:
    """A hint that comes while a run writes waits for its chunk, then decides on what the run left; one card in all."""
    turns, started = Turns(), threading.Event()
    live.dataverse.put(A, heat=15)
    live.sync()
    live.dataverse.put(A, heat=95)
    threads: list[threading.Thread] = []
    inbox = Inbox(live.job(turn=turns))
    seen: list[int] = []

    def hint() -> None:
        started.set()
        seen.append(inbox.handle(leases(A)).decided)

    def during_the_write() -> None:
        threads.append(in_thread(hint))
        assert started.wait(30)
        assert seen == []

    live.dataverse.before_write[A] = [during_the_write]
    live.sync(turn=turns)
    threads[0].join(30)
    assert seen == [0]
    assert live.store.planned() == []
    assert sorted(live.cards()) == [("lead_qualified", A, "teams:desk"), ("score_crossed", A, "teams:sales")]


def test_who_asks_first_is_first() -> None:
    """Not whoever gave the turn back and wants it again at once."""
    turns, order = Turns(), list[str]()
    asking = threading.Event()

    def second() -> None:
        asking.set()
        with turns():
            order.append("second")

    with turns():
        thread = in_thread(second)
        assert asking.wait(30)
        while not turns._waiting:
            pass
    with turns():
        order.append("first again")
    thread.join(30)
    assert order == ["second", "first again"]


def test_who_is_to_stop_waits_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the check raises comes out, and the place in the queue is given up."""
    monkeypatch.setattr("connector.pipeline.turns.POLL_S", 0.001)
    turns = Turns()

    def check_stop() -> None:
        raise StoppedError("The service stops.")

    with turns(), pytest.raises(StoppedError), turns(check_stop):
        pass
    with turns():
        pass


def test_a_turn_ends_with_its_context_whatever_happens() -> None:
    """An error does not keep the others waiting."""
    turns = Turns()
    with pytest.raises(ValueError, match="x"), turns():
        raise ValueError("x")
    with turns():
        pass


def test_who_stops_waiting_passes_the_turn_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while waiting: the place in the queue is given up, a turn that came at that moment too."""
    turns = Turns()

    class Interrupted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            raise KeyboardInterrupt

    class Late(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            turns._pass_on()
            raise KeyboardInterrupt

    for kind in (Interrupted, Late):
        turns._take(lambda: None)
        with monkeypatch.context() as patch:
            patch.setattr("connector.pipeline.turns.threading.Event", kind)
            with pytest.raises(KeyboardInterrupt), turns():
                pass
        if kind is Interrupted:
            turns._pass_on()
        with turns():
            pass


def test_time_stands_still_while_a_batch_is_decided(live: World) -> None:
    """Every lead of a batch is scored as of one moment."""
    for one in (A, B):
        live.dataverse.put(one, heat=75)
    live.dataverse.before_write[A] = [lambda: live.clock.wait(timedelta(hours=1).total_seconds())]
    handle(live, A, B)
    assert live.columns(A)["lc_scoredon"] == live.columns(B)["lc_scoredon"]
