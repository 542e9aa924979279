"""The worker: a thread that does the runs that were asked for and sends deliveries when they are due.

What a run and a delivery are is handed in; the role is the store's. No adapter in here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from connector.errors import ConnectorError, RefusedError
from connector.pipeline.ports import Clock, Run, RunStatus, Store

POLL_S = 0.25
LONGEST_PAUSE_S = 30.0
ROLE_WAIT_S = 0.5  # whoever looks whether the role is taken holds it for an instant

Outcome = TypeVar("Outcome")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker does: `recover` once at its start, `run` for each run that was asked for, `deliver` besides.

    `deliver` returns how many attempts it made; while it makes some it is asked again at once.
    """

    recover: Callable[[], object]
    run: Callable[[Run], object]
    deliver: Callable[[], int]


@contextmanager
def working(store: Store, work: Work, *, stop: threading.Event, clock: Clock) -> Iterator[None]:
    """Work in a thread until the context ends or `stop` is set; what is under way is settled first.

    Raises RefusedError when another process has the worker role of this database.
    """
    with store.worker_lock(wait_s=ROLE_WAIT_S) as held:
        if not held:
            raise RefusedError(
                "This database has a worker already: another `serve` or `worker`, or a `sync` under way.",
                remedy="Stop that one, or give this one a database of its own (CONNECTOR_DATA_DIR).",
            )
        thread = threading.Thread(target=_work, args=(store, work, stop, clock), name="worker")
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def _work(store: Store, work: Work, stop: threading.Event, clock: Clock) -> None:
    """The loop; whatever fails is recorded with its run, or logged, and the loop goes on, slower while it fails."""
    pause = POLL_S
    recovered = False
    while not stop.is_set():
        try:
            if not recovered:
                work.recover()
                recovered = True
            run = store.claim_run(now=clock())
            if run is not None:
                do_run(store, work.run, run, clock)
                continue
            sent = work.deliver()
            pause = POLL_S
            if sent:
                continue
        except Exception as error:  # noqa: BLE001 - a worker that dies would stop all work without a word
            _log.warning("The worker goes on after an error: %s", said(error))
            pause = min(pause * 2, LONGEST_PAUSE_S)
        stop.wait(pause)


def do_run(store: Store, run_it: Callable[[Run], Outcome], run: Run, clock: Clock) -> Outcome:
    """Do a run that was started, and raise what stopped it.

    One that could not even begin is recorded as failed: left as running it would bar the next one.
    """
    try:
        return run_it(run)
    except Exception as error:
        if store.run(run.run_id).status is RunStatus.RUNNING:
            store.finish_run(run.run_id, RunStatus.FAILED, now=clock(), summary={}, error=said(error))
        raise


def said(error: BaseException) -> str:
    """What may be recorded of an error: our own are written for people, the text of others may quote data."""
    return str(error) if isinstance(error, ConnectorError) else f"unexpected {type(error).__name__}"
