"""The worker's loop over a store and work that are handed in: what it does in which order, and what errors do to it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import cast

import pytest

from connector import worker
from connector.errors import OutsideError, RefusedError
from connector.pipeline.ports import Run, RunStatus, Store
from connector.worker import Work, do_run, said, working

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
RUN = Run("r1", "sync", RunStatus.RUNNING, NOW, NOW, None, "test", None, {}, "")


@dataclass
class FakeStore:
    """A queue of runs and what was recorded of them."""

    queued: list[Run] = field(default_factory=list)
    known: dict[str, Run] = field(default_factory=dict)
    free: bool = True
    broken: int = 0

    @contextmanager
    def worker_lock(self, *, wait_s: float = 0.0) -> Iterator[bool]:
        """Give the role if it is free."""
        yield self.free

    def claim_run(self, *, now: datetime) -> Run | None:
        """Take the oldest run, unless the database is broken for a while."""
        if self.broken:
            self.broken -= 1
            raise OutsideError("The database is away.")
        if not self.queued:
            return None
        taken = self.queued.pop(0)
        self.known[taken.run_id] = taken
        return taken

    def run(self, run_id: str) -> Run:
        """One run."""
        return self.known[run_id]

    def finish_run(
        self, run_id: str, status: RunStatus, *, now: datetime, summary: dict[str, object], error: str = ""
    ) -> Run:
        """Record an end."""
        self.known[run_id] = replace(self.known[run_id], status=status, error=error)
        return self.known[run_id]


def until(store: FakeStore, work: Work, stop: threading.Event) -> None:
    """Work until `stop` is set by the work itself."""
    with working(cast("Store", store), work, stop=stop, clock=lambda: NOW):
        assert stop.wait(30)


def stopping(stop: threading.Event, after: int, done: list[str], word: str) -> Callable[..., int]:
    """Work that notes itself and stops the worker at its n-th time."""

    def act(*_: object) -> int:
        done.append(word)
        if done.count(word) == after:
            stop.set()
        return 0

    return act


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of a millisecond."""
    monkeypatch.setattr(worker, "POLL_S", 0.001)
    monkeypatch.setattr(worker, "LONGEST_PAUSE_S", 0.004)


def test_it_recovers_once_then_runs_before_it_delivers() -> None:
    """What a crash left comes first, then the runs that wait, then deliveries, over and over."""
    stop, done = threading.Event(), list[str]()
    store = FakeStore(queued=[RUN, replace(RUN, run_id="r2")])
    work = Work(
        recover=lambda: done.append("recover"),
        run=lambda run: done.append(run.run_id),
        deliver=stopping(stop, 2, done, "deliver"),
    )
    until(store, work, stop)
    assert done == ["recover", "r1", "r2", "deliver", "deliver"]


def test_it_goes_on_after_errors_and_says_them_once_each(caplog: pytest.LogCaptureFixture) -> None:
    """A store that is away, a run that fails and a delivery that fails are logged, and the loop goes on."""
    stop, done = threading.Event(), list[str]()
    store = FakeStore(queued=[RUN], broken=2)
    fails = iter([True, True])

    def deliver() -> int:
        if next(fails, False):
            raise ValueError("jane@marker.example")
        stop.set()
        return 0

    def run(_: Run) -> None:
        raise OutsideError("Dataverse is away.")

    with caplog.at_level(logging.WARNING):
        until(store, Work(recover=lambda: done.append("recover"), run=run, deliver=deliver), stop)
    messages = [record.getMessage() for record in caplog.records]
    assert [message.rpartition(": ")[2] for message in messages] == [
        "The database is away.", "The database is away.", "Dataverse is away.", "unexpected ValueError",
        "unexpected ValueError",
    ]  # fmt: skip
    assert "marker.example" not in caplog.text
    assert done == ["recover"]
    assert (store.known["r1"].status, store.known["r1"].error) == (RunStatus.FAILED, "Dataverse is away.")


def test_while_it_sends_it_does_not_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as deliveries go out the next ones are asked for at once."""
    monkeypatch.setattr(worker, "POLL_S", 3600.0)
    stop = threading.Event()
    left = [1, 1, 1]

    def deliver() -> int:
        if not left:
            stop.set()
            return 0
        return left.pop()

    until(FakeStore(), Work(recover=lambda: None, run=lambda run: None, deliver=deliver), stop)
    assert left == []


def test_without_the_role_nothing_is_begun() -> None:
    """A folder that another worker has is refused with the remedy; no thread starts."""
    before = threading.active_count()
    work = Work(recover=lambda: None, run=lambda run: None, deliver=lambda: 0)
    store = cast("Store", FakeStore(free=False))
    with (
        pytest.raises(RefusedError, match="CONNECTOR_DATA_DIR"),
        working(store, work, stop=threading.Event(), clock=lambda: NOW),
    ):
        pass
    assert threading.active_count() == before


def test_a_run_that_recorded_its_own_end_keeps_it() -> None:
    """Only a run that is left as running is recorded as failed; its error is raised either way."""
    store = FakeStore(known={"r1": RUN})

    def ends(run: Run) -> None:
        store.known["r1"] = replace(run, status=RunStatus.INTERRUPTED, error="It was stopped.")
        raise OutsideError("It was stopped.")

    with pytest.raises(OutsideError):
        do_run(cast("Store", store), ends, RUN, lambda: NOW)
    assert store.known["r1"].status is RunStatus.INTERRUPTED


def test_what_is_recorded_of_foreign_errors_quotes_no_data() -> None:
    """Our errors are for people; of others only the kind is kept."""
    assert said(OutsideError("Nobody is there.", remedy="Look.")) == "Nobody is there. Look."
    assert said(KeyError("jane@marker.example")) == "unexpected KeyError"
