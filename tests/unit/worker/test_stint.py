"""Jobs worked through by whoever is no worker otherwise: done and recorded as a worker would, until none is left."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from random import Random
from typing import cast

import pytest

from connector.errors import OutsideError
from connector.pipeline.jobs import Failed, JobStore, Lease
from connector.pipeline.retries import SCHEDULE_S
from connector.worker import Handler, Stint
from connector.worker.handlers import failure_of
from tests.unit.worker.queue import FakeQueue, lease


def work(queue: FakeQueue, one: Handler, stop: threading.Event | None = None, times: int = 99) -> int:
    """Work through the queue, looking so often at the clock at most."""
    looks = iter(range(times))
    stint = Stint(cast("JobStore", queue), stop or threading.Event())
    return stint.work_through(one, Random(1), is_over=lambda: next(looks, None) is None)


def test_jobs_are_done_in_batches_until_none_is_left() -> None:
    """Those of other kinds are left; what failed alone is tried again, when it was asked to, or never."""
    queue = FakeQueue([lease("a"), lease("b"), lease("c"), lease("d", "other"), lease("e")])
    again: Mapping[str, str | Failed] = {
        "a": "Later.",
        "b": Failed("Never.", again=False),
        "c": Failed("Busy.", asked_s=600),
    }
    assert work(queue, Handler(("inbox",), lambda _: again, batch=3)) == 4
    assert queue.words() == ["fail a Later.", "dead b Never.", "fail c Busy.", "finish e"]
    pauses = queue.pauses
    assert pauses["b"] is None
    assert SCHEDULE_S[0] <= (pauses["a"] or 0) <= 2 * SCHEDULE_S[0]
    assert 600 <= (pauses["c"] or 0) <= 720
    assert [one.job_id for one in queue.ready] == ["d"]


def test_an_error_is_the_failure_of_all() -> None:
    """Recorded as a worker does; nothing is raised."""
    queue = FakeQueue([lease("a"), lease("b")])

    def fail(_: Sequence[Lease]) -> None:
        raise OutsideError("Away.", retryable=True)

    assert work(queue, Handler(("inbox",), fail, batch=2)) == 2
    assert queue.words() == ["fail a Away.", "fail b Away."]


def test_it_ends_when_the_time_is_over() -> None:
    """What is in hand is finished; nothing more is begun."""
    queue = FakeQueue([lease("a"), lease("b"), lease("c")])
    assert work(queue, Handler(("inbox",), lambda _: None), times=2) == 2
    assert [one.job_id for one in queue.ready] == ["c"]
    assert work(queue, Handler(("inbox",), lambda _: None), times=0) == 0


def test_what_a_stop_cut_short_was_not_tried() -> None:
    """It is given back, and what was done is recorded."""
    queue, stop = FakeQueue([lease("a"), lease("b")]), threading.Event()

    def cut_short(_: Sequence[Lease]) -> dict[str, str]:
        stop.set()
        return {"b": "It was stopped."}

    work(queue, Handler(("inbox",), cut_short, batch=2), stop)
    assert queue.words()[:2] == ["release b", "finish a"]


def test_an_error_while_it_stops_is_no_failure() -> None:
    """What was cut short may fail in any way: it is given back untried, as a worker does."""
    queue, stop = FakeQueue([lease("a"), lease("b")]), threading.Event()

    def cut_short(_: Sequence[Lease]) -> None:
        stop.set()
        raise OutsideError("Away.", retryable=True)

    assert work(queue, Handler(("inbox",), cut_short, batch=2), stop) == 2
    assert queue.words() == ["release a b"]


def test_a_person_s_interruption_gives_everything_back() -> None:
    """And goes on to whoever asked."""
    queue = FakeQueue([lease("a")])

    def interrupt(_: Sequence[Lease]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work(queue, Handler(("inbox",), interrupt))
    assert queue.words() == ["release a"]


def test_the_schedule_ends() -> None:
    """After its last pause a job that failed alone is dead."""
    last = lease("a", attempt=len(SCHEDULE_S) + 1)
    assert failure_of("Later.", last, Random(1), SCHEDULE_S) == ("Later.", None)
