"""Every change that somebody asks for leaves an entry in its transaction; what the service does itself leaves none."""

from __future__ import annotations

import pytest

from connector.errors import MissingFactError
from connector.pipeline.audit import AuditEntry, acting
from connector.pipeline.ports import DocumentKind
from connector.pipeline.values import Undeliverable
from connector.pipeline.verdicts import Answer
from connector.store import SqlStore
from tests.contract.store.material import CHANNEL, NOW, announce, click, event

ACTOR = "key:crm"


def last(store: SqlStore) -> AuditEntry:
    """The newest entry, which is the actor's."""
    found = store.audit_entries(limit=1)[0]
    assert (found.actor, found.request_id) == (ACTOR, "req-1")
    return found


def test_documents_leave_entries(store: SqlStore) -> None:
    """A draft, a publication, one that replaces, and a stop: by whoever did it, with what was live before."""
    with acting("somebody else", "req-1"):
        store.save_draft(DocumentKind.MODEL, "m", "text", "d0", by=ACTOR, now=NOW)
        assert (last(store).action, last(store).subject) == ("model.drafted", "m")
        store.publish(DocumentKind.MODEL, "m", "text", "d1", by=ACTOR, now=NOW)
        assert last(store).after == {"version": 1, "status": "live", "digest": "d1"}
        assert last(store).before is None
        store.publish(DocumentKind.MODEL, "m", "text 2", "d2", by=ACTOR, now=NOW, replace=True)
        assert last(store).after == {"version": 2, "status": "live", "digest": "d2"}
        store.stop(DocumentKind.MODEL, "m", by=ACTOR, now=NOW)
        assert (last(store).action, last(store).before) == ("model.stopped", {"version": 2, "status": "live"})
    count = len(store.audit_entries())
    assert [one.action for one in store.audit_entries()].count("model.stopped") == 2
    with pytest.raises(MissingFactError):
        store.stop(DocumentKind.MODEL, "m", by=ACTOR, now=NOW)
    assert len(store.audit_entries()) == count


def test_runs_leave_entries(store: SqlStore) -> None:
    """A run that is asked for and one that is cancelled; joining one that waits is no change."""
    with acting(ACTOR, "req-1"):
        run = store.enqueue_run("sync", by=ACTOR, now=NOW)
        assert (last(store).action, last(store).subject, last(store).after) == (
            "run.requested", run.run_id, {"kind": "sync"},
        )  # fmt: skip
        assert store.enqueue_run("sync", by=ACTOR, now=NOW) == run
        assert len(store.audit_entries()) == 1
        store.cancel_run(run.run_id, now=NOW)
        assert (last(store).action, last(store).before) == ("run.cancelled", {"status": "queued"})
        store.cancel_run(run.run_id, now=NOW)
        assert len(store.audit_entries()) == 2


def test_jobs_leave_entries(store: SqlStore) -> None:
    """Cancelled and queued again, one and several; what was in no such state leaves none."""
    jobs = [store.enqueue_run(kind, by="schedule", now=NOW) for kind in ("sync", "full_sync")]
    ids = [f"run:{run.run_id}" for run in jobs]
    assert store.audit_entries() == []
    with acting(ACTOR, "req-1"):
        assert store.queue.cancel(ids[:1]) == 1
        assert (last(store).action, last(store).subject) == ("job.cancelled", ids[0])
        assert store.queue.cancel(ids) == 1
        assert store.queue.cancel(ids) == 0
        assert len(store.audit_entries()) == 2
        assert store.queue.replay(ids) == 2
        assert (last(store).action, last(store).subject) == ("job.replayed", "jobs")
        assert last(store).after == {"count": 2, "ids": sorted(ids)}


def test_interactions_leave_counts_and_nothing_of_a_person(store: SqlStore) -> None:
    """How many were sent and how many were new; neither leads nor what they did."""
    with acting(ACTOR, "req-1"):
        store.add_interactions([click(1), click(1), click(2)], now=NOW)
    assert (last(store).action, last(store).after) == ("interactions.recorded", {"received": 3, "added": 2})
    assert "lead" not in str(last(store))


def test_deliveries_and_verdicts_leave_entries(store: SqlStore) -> None:
    """A delivery that a person sends again, and the first answer of a source."""
    announce(store, event("event-1", "lead-1", CHANNEL))
    [claimed] = store.claim([CHANNEL], 1, now=NOW, rates={})
    store.conclude(claimed, Undeliverable("410 Gone", 410), now=NOW, retry_at=None)
    [dead] = store.deliveries(limit=5)
    with acting(ACTOR, "req-1"):
        assert store.replay([str(dead["delivery_id"])], now=NOW) == 1
        assert (last(store).action, last(store).subject) == ("delivery.replayed", dead["delivery_id"])
        assert store.replay(["dlv_unknown"], now=NOW) == 0
        store.record_verdict("event-1", Answer.GOOD, source="api", now=NOW)
        store.record_verdict("event-1", Answer.NOT_GOOD, source="api", now=NOW)
    assert [(one.action, one.subject) for one in store.audit_entries()][:1] == [("verdict.given", "event-1")]
    assert len(store.audit_entries()) == 2


def test_what_the_service_does_by_itself_is_no_entry(store: SqlStore) -> None:
    """Schedules and events change a lot, and none of it is anybody's."""
    store.enqueue_run("sync", by="schedule", now=NOW)
    store.add_interactions([click(1)], now=NOW)
    assert store.audit_entries() == []
