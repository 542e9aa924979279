"""A stint: jobs of one kind done in the caller's own thread, up to a certain one, by whoever is no worker otherwise."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import TypeVar

from connector.errors import ConnectorError, StoreError
from connector.pipeline.jobs import JobStatus, JobStore, Lease
from connector.pipeline.retries import retry_in_s
from connector.worker.crew import KEEP_AT, POLL_S
from connector.worker.handlers import Handler, at_work, failure_of, said

LEASE_S = 30.0
LONGEST_S = 86_400.0  # of a whole run
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

        None when somebody else did it, or `stop` was set before it was begun. What another holds is waited for; when
        its holder is dead that is until its lease ends. `do` is handed the lease and whether it still holds. Raises
        what `do` raises for this job. What may be tried again, or was cut short, is given back, to be gone on with,
        and that is raised for any.
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

    def work_through(self, one: Handler, rng: Random, *, is_over: Callable[[], bool] = lambda: False) -> int:
        """Do what may be done now of a handler's kinds, until nothing is left or it `is_over`; return how many jobs.

        What fails is recorded as a worker records it, and raises nothing.
        """
        done = 0
        while not (self._stop.is_set() or is_over()):
            leases = self._queue.claim(one.kinds, one.batch, worker=worker_name(), lease_s=LEASE_S)
            if not leases:
                break
            with kept(self._queue, *leases, max_age_s=one.max_age_s):
                self._do_together(one, leases, rng)
            done += len(leases)
        return done

    def _do_together(self, one: Handler, leases: Sequence[Lease], rng: Random) -> None:
        try:
            with at_work(leases):
                again = one.do(leases) or {}
        except Exception as error:  # noqa: BLE001 - recorded with the jobs, as a worker does
            if self._stop.is_set():
                self._queue.release(leases)  # they were cut short
                return
            for lease in leases:
                self._queue.fail(lease, said(error), retry_in_s=retry_in_s(error, lease.attempt, rng, one.schedule))
            return
        except BaseException:
            self._queue.release(leases)
            raise
        if self._stop.is_set():
            self._queue.release([lease for lease in leases if lease.job_id in again])  # they were cut short
        self._queue.finish([lease for lease in leases if lease.job_id not in again])
        for lease in leases:
            if lease.job_id in again:
                reason, pause = failure_of(again[lease.job_id], lease, rng, one.schedule)
                self._queue.fail(lease, reason, retry_in_s=pause)

    def _do(self, lease: Lease, do: Do[Outcome], holds: Callable[[], bool], *, raises: bool) -> Outcome | None:
        try:
            with at_work([lease]):
                outcome = do(lease, holds)
        except BaseException as error:
            is_over = isinstance(error, ConnectorError) and not (error.retryable or isinstance(error, StoreError))
            if self._stop.is_set() or not isinstance(error, Exception) or not is_over:
                self._queue.release([lease])  # it was cut short: whoever works next goes on with it
                raise
            self._queue.fail(lease, said(error), retry_in_s=None)
            if raises:
                raise
            return None
        self._queue.finish([lease])
        return outcome


@contextmanager
def kept(queue: JobStore, *leases: Lease, max_age_s: float = LONGEST_S) -> Iterator[Callable[[], bool]]:
    """Renew leases in a thread until the context ends; yields whether any still holds.

    What takes longer than `max_age_s` hangs: it is renewed no more, and whoever works next takes it over.
    """
    over, lost = threading.Event(), threading.Event()
    begun = time.monotonic()

    def renew() -> None:
        while not over.wait(LEASE_S / KEEP_AT):
            if time.monotonic() - begun >= max_age_s:
                lost.set()
                return
            try:
                if not queue.keep(leases, lease_s=LEASE_S):
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
