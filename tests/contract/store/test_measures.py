"""What the store counts for whoever watches: by kind and state, the oldest with its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connector.pipeline.budgets import Bounds, Wish
from connector.pipeline.jobs import NewJob
from connector.pipeline.measures import Backlog, Census, Measures
from connector.pipeline.runs import RunStatus
from connector.pipeline.values import ColumnNeeds, Delivered, Page, Table
from connector.store import SqlStore
from tests.contract.store.material import CHANNEL, NOW, absorb, announce, at, event, lead


def test_an_empty_store_counts_nothing(store: SqlStore) -> None:
    """Every number is 0 and every list empty."""
    assert store.measure(now=NOW) == Measures(NOW, [], [], [])
    assert store.census() == Census()


def test_everything_is_counted_by_kind_and_state(store: SqlStore) -> None:
    """Jobs that wait, deliveries by kind of destination, the newest run of each end, and leads that are due."""
    absorb(store, lead("lead-1"), lead("lead-2"))
    assert store.measure(now=NOW).due_leads == 2
    store.enqueue_run("sync", by="schedule", now=NOW)
    announce(store, event("event-1", "lead-1", CHANNEL), event("event-2", "lead-2", CHANNEL, "flow:crm"))
    [claimed] = store.claim([CHANNEL], 1, now=NOW, rates={})
    store.conclude(claimed, Delivered(200), now=NOW, retry_at=None)
    measured = store.measure(now=NOW)
    assert [(one.kind, one.state, one.number) for one in measured.jobs] == [("sync", "queued", 1)]
    assert measured.jobs[0].since is not None
    assert {(one.kind, one.state): (one.number, one.since) for one in measured.deliveries} == {
        ("teams", "queued"): (1, NOW), ("flow", "queued"): (1, NOW),
    }  # fmt: skip
    assert measured.due_leads == 0
    assert store.census() == Census({"engagement": {"Warm": 2}})
    assert measured.runs == []


def test_the_backlog_is_what_another_worker_could_begin(store: SqlStore) -> None:
    """Ready, and later, by the database's clock; who waits for another of the same key, or is leased, is in neither."""
    assert store.backlog() == Backlog(0, 0, 0.0)
    now = datetime.now(UTC)
    store.queue.put([
        NewJob("a", "x", {}, not_before=now - timedelta(hours=2)),
        NewJob("b", "x", {}),
        NewJob("c", "x", {}, not_before=now + timedelta(hours=1)),
        NewJob("d", "x", {}, key="one"),
        NewJob("e", "x", {}, key="one"),
    ])  # fmt: skip
    found = store.backlog()
    assert (found.ready, found.delayed) == (3, 1)
    assert found.oldest_ready_s >= 7_200 - 60  # the clocks of two machines may differ by less
    assert len(store.queue.claim(["x"], 10, worker="test")) == 3
    assert store.backlog() == Backlog(0, 1, 0.0)


def test_the_newest_run_of_each_end_is_told(store: SqlStore) -> None:
    """Of several that succeeded the last, with its beginning and end."""
    for minutes in (1, 5):
        run = store.enqueue_run("sync", by="schedule", now=NOW)
        store.queue.cancel([f"run:{run.run_id}"])
        begun = store.begin_run(run.run_id, now=at(minutes=minutes))
        assert begun is not None
        store.finish_run(begun, RunStatus.SUCCEEDED, now=at(minutes=minutes + 2), summary={}, error="")
    [found] = store.measure(now=NOW + timedelta(hours=1)).runs
    assert (found.kind, found.state, found.started_at, found.finished_at) == (
        "sync", "succeeded", at(minutes=5), at(minutes=7),
    )  # fmt: skip


def test_dead_jobs_are_in_the_census_alone(store: SqlStore) -> None:
    """They have ended: what is counted often goes by what waits."""
    store.queue.put([NewJob("a", "x", {}), NewJob("b", "x", {})])
    [lease, _] = store.queue.claim(["x"], 2, worker="test")
    store.queue.fail(lease, "no", retry_in_s=None)
    assert [(one.kind, one.state, one.number) for one in store.measure(now=NOW).jobs] == [("x", "leased", 1)]
    assert store.census().dead_jobs == {"x": 1}


def test_when_a_table_was_read_to_its_end_is_told(store: SqlStore) -> None:
    """The last page says so, a page before it does not; each table by itself."""
    needs = ColumnNeeds(frozenset({"a"}), frozenset())
    store.absorb(Page(Table.LEAD), needs, now=NOW)
    assert store.measure(now=NOW).pulled == {}
    store.absorb(Page(Table.LEAD, token="t"), needs, now=NOW)
    assert store.measure(now=NOW).pulled == {"lead": NOW}


def test_a_worker_that_showed_itself_is_seen(store: SqlStore) -> None:
    """The last time counts."""
    assert store.worker_seen_at() is None
    for minutes in (1, 2):
        store.show_worker(now=at(minutes=minutes))
    assert store.worker_seen_at() == at(minutes=2)
    assert store.measure(now=NOW).worker_seen_at == at(minutes=2)


def test_requests_that_are_set_aside_count_in_the_window(store: SqlStore) -> None:
    """Five minutes later they no longer do."""
    ledger = store.ledger("org user", Bounds(6000, 1200.0))
    assert ledger.reserve(Wish("one", 40, 1.0, 0.1, use_for_s=10.0, grace_s=5.0), []).requests == 40
    now = datetime.now(UTC)
    assert store.measure(now=now).window_requests == 40
    assert store.measure(now=now + timedelta(minutes=10)).window_requests == 0
