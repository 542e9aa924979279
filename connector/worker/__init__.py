"""The worker: threads that do jobs, send deliveries when they are due, and begin what the clock asks for.

What a job does is handed in; the role, the leases and the timers' memory are the store's. No adapter in here.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from connector.errors import RefusedError
from connector.pipeline.jobs import DELIVERIES
from connector.pipeline.ports import Store
from connector.worker.crew import LONGEST_PAUSE_S, POLL_S, Crew
from connector.worker.handlers import Again, Handler, handler, said
from connector.worker.stint import Stint, kept, worker_name

BEAT_S = 15.0  # so often a worker shows that it lives
TAKE_OVER_S = 10.0  # so often it is looked whether another worker died over a delivery
ROLE_WAIT_S = 0.5  # whoever looks whether the role is taken holds it for an instant

__all__ = ["POLL_S", "Again", "Crew", "Handler", "Stint", "Work", "handler", "kept", "said", "worker_name", "working"]

_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker does: the jobs that its handlers take, `threads` at once, and `deliver` besides.

    `name` is what attempts are recorded under. `recover` is done once, before anything is delivered, and `take_over`
    every ten seconds from then on; `deliver` returns how many attempts it made, and while it makes some it is asked
    again at once; None: this worker delivers nothing.
    `prepare` is done once at the start, beside everything else: where it fails, that is logged and nothing more; then
    `ready` is called.
    `clock` says when the worker was seen.
    `tick` is asked often: it begins what the clock asks for. `grace_s` is how long what is in hand may take at the end.
    """

    name: str
    handlers: Callable[[Crew], Sequence[Handler]]
    recover: Callable[[], object] = lambda: None
    take_over: Callable[[], object] = lambda: None
    deliver: Callable[[], int] | None = None
    prepare: Callable[[], object] = lambda: None
    ready: Callable[[], object] = lambda: None
    tick: Callable[[], object] = lambda: None
    threads: int = 4
    grace_s: float = 30.0
    clock: Callable[[], datetime] = utc_now


@contextmanager
def working(store: Store, work: Work, *, stop: threading.Event) -> Iterator[None]:
    """Work in threads until the context ends or `stop` is set; what is in hand is finished first, or given back.

    Raises RefusedError when another process has the worker role of this database and does not share it.
    """
    with store.worker_lock(wait_s=ROLE_WAIT_S) as held:
        if not held:
            raise RefusedError(
                "This database has a worker already: another `serve` or `worker`, or a `sync` under way.",
                remedy="Stop that one, give this one a database of its own (CONNECTOR_DATA_DIR), or let workers share "
                "a PostgreSQL (CONNECTOR_DATABASE_URL).",
            )
        store.queue.take_over()
        crew = _crew(store, work)
        stored = threading.Event()  # deliveries, since they were looked for

        def wake(kinds: Collection[str]) -> None:
            crew.wake(kinds)
            if not kinds or DELIVERIES in kinds:
                stored.set()

        does = threading.Thread(
            target=crew.work, args=(stop,), kwargs={"grace_s": work.grace_s, "tick": _beat(store, work)}, name="worker"
        )
        # Daemons: a request that hangs, for two minutes at worst, must not keep the process from ending.
        delivers = threading.Thread(target=_deliver, args=(work, stop, stored), name="worker-deliveries", daemon=True)
        ahead = threading.Thread(target=_prepare, args=(work,), name="worker-ahead", daemon=True)
        with store.queue.listen(wake):
            for thread in (does, delivers, ahead):
                thread.start()
            try:
                yield
            finally:
                stop.set()
                wake(())
                does.join()  # which takes no longer than the time that is left
                for thread in (delivers, ahead):
                    thread.join(max(crew.ends_at - time.monotonic(), 0.0))
                if delivers.is_alive():
                    _log.warning("Deliveries had no answer in time: the next worker settles what became of them.")


def _crew(store: Store, work: Work) -> Crew:
    crew = Crew(store.queue, work.threads, name=work.name, rng=Random())  # noqa: S311 - jitter  # nosec B311
    crew.take(work.handlers(crew))
    return crew


def _beat(store: Store, work: Work) -> Callable[[], None]:
    """What is done each time before the queue is looked at: the role is kept, the worker shown, the clock asked."""
    shown_at = -BEAT_S

    def tick() -> None:
        nonlocal shown_at
        store.keep_role()
        if time.monotonic() - shown_at >= BEAT_S:
            store.show_worker(now=work.clock())
            shown_at = time.monotonic()
        work.tick()

    return tick


def _prepare(work: Work) -> None:
    try:
        work.prepare()
    except Exception as error:  # noqa: BLE001 - whoever needs it does it again, and says what is wrong
        _log.warning("What the worker reads ahead could not be read: %s", said(error))
    work.ready()


def _deliver(work: Work, stop: threading.Event, stored: threading.Event) -> None:
    """Deliver what is due, at once what is `stored`, until `stop` is set.

    Whatever fails is logged, and the loop goes on, slower while it fails.
    """
    pause, recovered, looked_at = POLL_S, False, 0.0
    while work.deliver is not None and not stop.is_set():
        try:
            if not recovered:
                work.recover()
                recovered, looked_at = True, time.monotonic()
            elif time.monotonic() - looked_at >= TAKE_OVER_S:
                work.take_over()
                looked_at = time.monotonic()
            stored.clear()
            sent = work.deliver()
            pause = POLL_S
            if not sent:
                stored.wait(POLL_S)
            continue
        except Exception as error:  # noqa: BLE001 - a worker that dies would stop all work without a word
            _log.warning("The worker goes on after an error: %s", said(error))
            pause = min(pause * 2, LONGEST_PAUSE_S)
        stop.wait(pause)
