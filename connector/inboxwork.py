"""The thread that works the inbox off beside runs: claims what hints asked for, hands it on, records what came of it.

What is done with it is the inbox's; it runs only where the worker role is held, so that runs and it share one turn.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

from connector.pipeline.hints import REFRESH_KINDS
from connector.pipeline.inbox import Handled
from connector.pipeline.jobs import JobStore, Lease
from connector.pipeline.sync import StoppedError
from connector.worker import said

BATCH = 200  # rows of one read
POLL_S = 0.1
LONGEST_PAUSE_S = 30.0
FIRST_RETRY_S, LONGEST_RETRY_S = 5.0, 3600.0
MOST_ATTEMPTS = 12  # some hours; the next run brings what was given up
WORKER = "inbox"
CLOCKS_APART = timedelta(minutes=1)  # the database's decides; ours only says whether it is worth asking

_log = logging.getLogger(__name__)


class Handler(Protocol):
    """What is handed the jobs: the inbox."""

    def handle(self, leases: Sequence[Lease]) -> Handled:
        """Look at what they name. Raises ConnectorError: then none is done."""
        ...


@contextmanager
def working_off(
    queue: JobStore, open_inbox: Callable[[], Handler], *, stop: threading.Event, ready: bool = False
) -> Iterator[None]:
    """Work the inbox off in a thread until the context ends or `stop` is set; what is under way is settled first.

    `ready` has it read the metadata at once, so that the first event need not wait for them.
    """
    over = threading.Event()
    thread = threading.Thread(target=_work, args=(queue, open_inbox, stop, over, ready), name="inbox")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def work_off(queue: JobStore, inbox: Handler) -> int:
    """Claim what may be tried now, at most a read's worth, and record what came of it; return how many jobs."""
    due_at = queue.next_job_at(REFRESH_KINDS)  # asked first: a claim writes, even where there is nothing
    if due_at is None or due_at > datetime.now(UTC) + CLOCKS_APART:
        return 0
    leases = queue.claim(REFRESH_KINDS, BATCH, worker=WORKER)
    if not leases:
        return 0
    try:
        done = inbox.handle(leases)
    except StoppedError:
        queue.release(leases)
        raise
    except Exception as error:  # noqa: BLE001 - recorded with each job, which is tried again
        _log.warning("%d hints are looked at again later: %s", len(leases), said(error))
        for lease in leases:
            queue.fail(lease, said(error), retry_in_s=retry_in_s(lease.attempt))
        return len(leases)
    queue.finish([lease for lease in leases if lease.job_id not in done.again])
    for lease in leases:
        if lease.job_id in done.again:
            queue.fail(lease, done.again[lease.job_id], retry_in_s=retry_in_s(lease.attempt))
    return len(leases)


def retry_in_s(attempt: int) -> float | None:
    """The pause after a failed attempt (from 1), doubling; None: given up, the next run brings it."""
    return None if attempt >= MOST_ATTEMPTS else min(FIRST_RETRY_S * 2.0 ** (attempt - 1), LONGEST_RETRY_S)


def _work(
    queue: JobStore,
    open_inbox: Callable[[], Handler],
    stop: threading.Event,
    over: threading.Event,
    ready: bool,
) -> None:
    """The loop; whatever fails is logged, and the loop goes on, slower while it fails."""
    pause, inbox = POLL_S, None
    while not (stop.is_set() or over.is_set()):
        try:
            if inbox is None:
                inbox = open_inbox()
                if ready:
                    inbox.handle([])
            worked = work_off(queue, inbox)
            pause = POLL_S
            if worked:
                continue
        except StoppedError:
            return
        except Exception as error:  # noqa: BLE001 - a thread that dies would stop all events without a word
            _log.warning("The inbox goes on after an error: %s", said(error))
            pause = min(pause * 2, LONGEST_PAUSE_S)
        over.wait(pause)
