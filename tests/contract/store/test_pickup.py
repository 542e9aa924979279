"""A job is picked up when it is stored, however many wait: nobody has to look for it."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from random import Random

import pytest

from connector.pipeline.jobs import Lease, NewJob
from connector.store import SqlStore, open_store
from connector.store.database import Bell
from connector.worker import Crew, handler
from connector.worker import crew as crew_module

WAITING = 100_000
STEP = 5_000


@pytest.mark.long
def test_a_new_job_is_picked_up_behind_a_hundred_thousand(
    store: SqlStore, url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An idle worker is woken, on a server by another process too; it would look by itself only in an hour."""
    monkeypatch.setattr(crew_module, "POLL_S", 3_600.0)
    for first in range(0, WAITING, STEP):
        store.queue.put([NewJob(f"w{number}", "waits", {}) for number in range(first, first + STEP)])
    other = open_store(url, tmp_path / "data")
    if url is not None:
        other._database.bell = Bell()  # another process has no part in this one's bell
    stop, listens, done = threading.Event(), threading.Event(), threading.Semaphore(0)
    begun_at: list[float] = []

    def do(_: Lease) -> None:
        begun_at.append(time.perf_counter())
        done.release()

    crew = Crew(store.queue, 2, name="w", rng=Random(1))
    crew.take([handler("prompt", do)])
    works = threading.Thread(target=crew.work, args=(stop,), daemon=True)

    def wake(kinds: object) -> None:
        crew.wake(kinds if isinstance(kinds, (set, frozenset, list, tuple)) else ())
        listens.set()

    try:
        with store.queue.listen(wake):
            works.start()
            assert url is None or listens.wait(30)
            took = []
            for number in range(20):
                put_at = time.perf_counter()
                other.queue.put([NewJob(f"p{number}", "prompt", {})])
                assert done.acquire(timeout=30)
                took.append(begun_at[-1] - put_at)
            stop.set()
            crew.wake()
            works.join(30)
    finally:
        stop.set()
        crew.wake()
        other.close()
    assert not works.is_alive()
    assert store.queue.count_jobs()["waits"] == {"queued": WAITING}
    print(  # noqa: T201 - for the reader
        f"{'SQLite' if url is None else 'PostgreSQL'}: picked up behind {WAITING:,} after "
        f"{1000 * sorted(took)[len(took) // 2]:.1f} ms, at worst {1000 * max(took):.1f} ms"
    )
