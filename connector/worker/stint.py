"""A stint: jobs of one kind done in the caller's own thread, up to a certain one, by whoever is no worker otherwise."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from connector.errors import StoreError
from connector.pipeline.jobs import JobStatus, JobStore, Lease
from connector.worker.crew import KEEP_AT, POLL_S
from connector.worker.handlers import said

LEASE_S = 30.0
Outcome = TypeVar("Outcome")
Do = Callable[[Lease, Callable[[], bool]], Outcome]

_WAITING = frozenset({JobStatus.QUEUED, JobStatus.LEASED})


def worker_name() -> str:
    """What attempts are recorded under: the machine and the process."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Stint:
    """Does jobs of a queue one after the other. Setting `stop` ends it."""

    def __init__(self, queue: JobStore, stop: threading.Event) -> None:
        self._queue = queue
        self._stop = stop

    def work_off(self, job_id: str, do: Do[Outcome]) -> Outcome | None:
        """Do the jobs that come before this one in its kind, and this one; return what came of it.

        None when somebody else did it. What another holds is waited for; when its holder is dead that is until its
        lease ends. `do` is handed the lease and whether it still holds. Raises what `do` raises for this job.
        """
        kind = self._queue.job(job_id).kind
        while self._queue.job(job_id).status in _WAITING:
            leases = self._queue.claim([kind], 1, worker=worker_name(), lease_s=LEASE_S)
            for lease in leases:
                with kept(self._queue, lease) as holds:
                    outcome = self._do(lease, do, holds, raises=lease.job_id == job_id)
                if lease.job_id == job_id:
                    return outcome
            if not leases and self._stop.wait(POLL_S):
                return None
        return None

    def _do(self, lease: Lease, do: Do[Outcome], holds: Callable[[], bool], *, raises: bool) -> Outcome | None:
        try:
            outcome = do(lease, holds)
        except BaseException as error:
            if self._stop.is_set() or not isinstance(error, Exception):
                self._queue.finish([lease])  # a person stopped it: what is left is for whoever begins it again
            else:
                self._queue.fail(lease, said(error), retry_in_s=None)
            if raises or not isinstance(error, Exception):
                raise
            return None
        self._queue.finish([lease])
        return outcome


@contextmanager
def kept(queue: JobStore, lease: Lease) -> Iterator[Callable[[], bool]]:
    """Renew a lease in a thread until the context ends; yields whether it still holds."""
    over, lost = threading.Event(), threading.Event()

    def renew() -> None:
        while not over.wait(LEASE_S / KEEP_AT):
            try:
                if not queue.keep([lease], lease_s=LEASE_S):
                    lost.set()
                    return
            except StoreError:
                continue  # the next time, or never: then the lease ends by itself

    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield lambda: not lost.is_set()
    finally:
        over.set()
        thread.join()
