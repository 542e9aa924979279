"""Partitions of runs, done in this process: by a worker that leased them, or by the run's own thread that helps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from connector.errors import StoreError
from connector.pipeline.jobs import Lease
from connector.pipeline.needs import Job
from connector.pipeline.partitions import PARTITION_JOB
from connector.pipeline.passes import do_partition
from connector.pipeline.ports import Store
from connector.worker import POLL_S, Handler, handler, kept, said, worker_name
from connector.worker.handlers import HOUR_S

LEASE_S = 30.0
LOOK_S = 1.0
PARTITION_SCHEDULE_S = (5, 20)  # for those whose failure could not be recorded


class Watch:
    """Tells whether a run is over for us: somebody cancelled it, or began it anew. The store is asked now and then."""

    def __init__(self, store: Store, run_id: str, fence: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._run = (run_id, fence)
        self._clock = clock
        self._asking = threading.Lock()
        self._next = clock() + LOOK_S
        self._is_over = False

    def __call__(self) -> bool:
        """Tell, for any thread."""
        if not self._is_over and self._clock() >= self._next and self._asking.acquire(blocking=False):
            try:
                self._next = self._clock() + LOOK_S
                with suppress(StoreError):  # whatever it is, whoever needs the store hears of it
                    self._is_over = not self._store.run_goes_on(*self._run)
            finally:
                self._asking.release()
        return self._is_over


class Hands:
    """Does partitions, one at a time in this process: its threads would wait for each other's turns.

    `job` makes what a partition needs of its lease and whether that holds.
    """

    def __init__(
        self,
        store: Store,
        job: Callable[[Lease, Callable[[], bool]], Job],
        *,
        one_at_a_time: threading.Lock,
        stop: threading.Event,
    ) -> None:
        self._store = store
        self._job = job
        self._one = one_at_a_time
        self._stop = stop

    def lend(self) -> bool:
        """Do one partition that waits, in this thread. Raises what it met, after recording that."""
        if not self._one.acquire(blocking=False):
            return False
        try:
            leases = self._store.queue.claim([PARTITION_JOB], 1, worker=worker_name(), lease_s=LEASE_S)
            for lease in leases:
                with kept(self._store.queue, lease, max_age_s=HOUR_S) as holds:
                    self._do_and_record(lease, holds)
            return bool(leases)
        finally:
            self._one.release()

    def wait(self) -> None:
        """Wait a moment for others."""
        self._stop.wait(POLL_S)

    def handler(self, holds: Callable[[Lease], bool]) -> Handler:
        """Who does partitions in a worker. A failure is its run's end, which leaves the rest to the next run.

        One that could not even be recorded is tried again.
        """

        def do(lease: Lease) -> None:
            with self._one:
                self._do(lease, lambda: holds(lease))

        return handler(
            PARTITION_JOB, do, schedule=PARTITION_SCHEDULE_S, alone=True, is_free=lambda: not self._one.locked()
        )

    def _do(self, lease: Lease, holds: Callable[[], bool]) -> None:
        part = self._store.partition(lease)
        if part is not None:
            do_partition(self._job(lease, holds), lease, part)

    def _do_and_record(self, lease: Lease, holds: Callable[[], bool]) -> None:
        queue = self._store.queue
        try:
            self._do(lease, holds)
        except Exception as error:
            if self._stop.is_set():
                queue.release([lease])
            else:
                queue.fail(lease, said(error), retry_in_s=None)
            raise
        except BaseException:
            queue.release([lease])
            raise
        queue.finish([lease])
