"""A write that a rule of theirs rejects is tried again now and then, though nothing changes, and not by every run."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connector.pipeline.ports import Settlement
from connector.pipeline.retries import REJECTED_H
from connector.pipeline.values import Refused
from connector.store import SqlStore
from tests.contract.store.material import NOW, absorb, at, decide, lead, settle

REJECTED = Refused("rejected", "A plug-in refused.")


def reject(store: SqlStore, number: int, now: datetime, **more: Any) -> None:
    """Have one more write of the lead rejected."""
    again = decide(store.dossier("lead-1", now=now), decision_id=f"try-{number}", decided_at=now, **more)
    store.plan([again])
    store.settle([Settlement(again, REJECTED, now)])


def test_a_rejected_write_is_tried_again_with_growing_pauses(store: SqlStore) -> None:
    """Though nothing changes: after one hour, six, a day, and daily for a week; no run in between writes it."""
    absorb(store, lead())
    now, pauses = NOW, list[float]()
    for number in range(len(REJECTED_H)):
        reject(store, number, now)
        wakes = now + timedelta(hours=REJECTED_H[number])
        assert (store.count_due(), store.wake(wakes - timedelta(seconds=1))) == (0, 0)
        assert store.wake(wakes) == 1
        pauses.append((wakes - now) / timedelta(hours=1))
        now = wakes
    assert pauses == [1, 6, 24, 24, 24, 24, 24, 24]
    reject(store, 99, now)
    assert store.wake(now + timedelta(days=60)) == 0


def test_a_write_that_stands_ends_the_count_of_rejected_ones(store: SqlStore) -> None:
    """The next one that is rejected is tried again after an hour."""
    absorb(store, lead())
    for number in range(3):
        reject(store, number, NOW)
    settle(store, decide(store.dossier("lead-1", now=NOW), decision_id="stands"))
    reject(store, 4, NOW)
    assert (store.wake(at(minutes=59)), store.wake(at(minutes=60))) == (0, 1)


def test_a_rejected_lead_wakes_earlier_where_its_score_changes(store: SqlStore) -> None:
    """The earliest of both moments counts."""
    absorb(store, lead())
    reject(store, 1, NOW, next_change_at=at(minutes=10))
    assert (store.wake(at(minutes=9)), store.wake(at(minutes=10))) == (0, 1)


def test_rejections_of_one_lead_are_not_counted_for_another(store: SqlStore) -> None:
    """Each has pauses of its own."""
    absorb(store, lead(), lead("lead-2"))
    reject(store, 1, NOW)
    reject(store, 2, NOW)
    settle(store, decide(store.dossier("lead-2", now=NOW), decision_id="other"), REJECTED)
    assert (store.wake(at(hours=1)), store.wake(at(hours=6))) == (1, 1)
