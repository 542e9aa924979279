"""Killed with -9 at each step of the design's order: what was committed is there, what was not is not."""

from __future__ import annotations

from connector.pipeline.ports import Settlement
from connector.pipeline.values import Delivered
from tests.begun import begin
from tests.contract.store.material import APPLIED, CHANNEL, NEEDS, NOW, at, due_ids, lead, lead_page
from tests.integration.store.conftest import Opener, Starter, said

BEGIN = """
from tests.begun import begin
store = open_store(None, data_dir)
with store.worker_lock() as held:
    assert held
    run, _ = begin(store, now=NOW)
    store.absorb(lead_page(lead("lead-1"), lead("lead-2"), token="t1"), NEEDS, now=NOW)
    decisions = [decide(one, events=[event(f"event/{one.lead.lead_id}", one.lead.lead_id)], values={"lc_score": 50})
                 for one in store.due(10, now=NOW)]
"""


def kill(process: Starter, code: str) -> str:
    """Run a part of a sync, kill it where it says a word; return the word."""
    child = process(BEGIN + code)
    word = said(child)
    child.kill()
    child.wait()
    return word


def test_killed_after_the_pull_its_leads_are_due(process: Starter, reopen: Opener) -> None:
    """The transaction that stored the rows and the token marked them due: the next run scores them."""
    assert kill(process, "    say('pulled'); wait()") == "pulled"
    store = reopen()
    assert due_ids(store) == ["lead-1", "lead-2"]
    assert store.tokens(NEEDS) == {"lead": "t1"}


def test_killed_between_plan_and_settlement_the_plan_is_there(process: Starter, reopen: Opener) -> None:
    """Both planned decisions come back whole; settled by the next process they announce once."""
    assert kill(process, "    store.plan(decisions); say('planned'); wait()") == "planned"
    store = reopen()
    planned = store.planned()
    assert [one.lead_id for one in planned] == ["lead-1", "lead-2"]
    assert planned[0].events[0].payload["name"] == "Zoë Übung"
    assert (store.count_due(), store.counts()) == (2, {})
    store.settle([Settlement(one, APPLIED, NOW) for one in planned])
    assert (store.planned(), store.count_due(), store.counts()) == ([], 0, {"queued": 2})


def test_killed_in_the_middle_of_a_settlement_nothing_of_it_happened(process: Starter, reopen: Opener) -> None:
    """Scores, marks, events and due marks are one step: half of it is never seen."""
    code = """
    store.plan(decisions)
    from connector.store import decisions as module
    def stop(*_, **__):
        say("half way"); wait()
    module.touch_leads = stop
    store.settle([Settlement(one, APPLIED, NOW) for one in decisions])
"""
    assert kill(process, code) == "half way"
    store = reopen()
    assert len(store.planned()) == 2
    assert (store.count_due(), store.counts(), store.grade_counts()) == (2, {}, {})


def test_killed_in_the_middle_of_a_page_nothing_of_it_happened(process: Starter, reopen: Opener) -> None:
    """A page is stored with its token, or not at all."""
    code = """
    from connector.store import mirror
    def stop(*_, **__):
        say("half way"); wait()
    mirror.leftout.end_pull = stop
    store.absorb(lead_page(lead("lead-3"), lead("lead-1", is_open=False), token="t2"), NEEDS, now=NOW)
"""
    assert kill(process, code) == "half way"
    store = reopen()
    assert due_ids(store) == ["lead-1", "lead-2"]
    assert store.tokens(NEEDS) == {"lead": "t1"}


def test_killed_during_delivery_the_attempt_is_uncertain_and_goes_again(process: Starter, reopen: Opener) -> None:
    """The attempt was recorded before it was sent: the same delivery goes again, and only the one in flight."""
    code = f"""
    store.plan(decisions)
    store.settle([Settlement(one, APPLIED, NOW) for one in decisions])
    first = store.claim(["{CHANNEL}"], 1, now=NOW, rates={{}})[0]
    from connector.pipeline.values import Delivered
    store.conclude(first, Delivered(200), now=NOW, retry_at=None)
    second = store.claim(["{CHANNEL}"], 1, now=NOW, rates={{}})[0]
    say(second.delivery_id); wait()
"""
    in_flight = kill(process, code)
    store = reopen()
    assert store.counts() == {"delivered": 1, "sending": 1}
    assert store.recover(now=at(minutes=1), hold=[]) == 1
    (again,) = store.claim([CHANNEL], 5, now=at(minutes=1), rates={})
    assert (again.delivery_id, again.attempt) == (in_flight, 2)
    store.conclude(again, Delivered(200), now=at(minutes=1), retry_at=None)
    assert store.counts() == {"delivered": 2}


def test_the_run_of_a_killed_process_is_gone_on_with(process: Starter, reopen: Opener) -> None:
    """The system gives the worker role back; whoever has it next has the run too."""
    run_id = kill(process, "    say(run.run_id); wait()")
    store = reopen()
    with store.worker_lock() as held:
        assert held
        assert store.queue.take_over() == 1
        run, _ = begin(store, now=at(minutes=1))
    assert (run.run_id, run.fence, run.started_at) == (run_id, 2, NOW)


def test_a_killed_writer_leaves_a_store_that_can_be_written(process: Starter, reopen: Opener) -> None:
    """A write lock dies with its process."""
    assert kill(process, "    with store._database.write(): say('locked'); wait()") == "locked"
    store = reopen()
    store.check()
    assert store.absorb(lead_page(lead("lead-9")), NEEDS, now=NOW) == 1
