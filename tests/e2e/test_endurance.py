"""What workers outlast: a server that another takes over from, and ten thousand jobs that wait to be tried again."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from connector.errors import StoreError
from connector.store import SqlStore, open_store, upgrade
from tests.e2e.test_kill_harness import THREADS, WORKER, effects, finished, put, until
from tests.servers import postgresql

pytestmark = pytest.mark.long
RETRIES = 10_000
MOST_MB = 60

SLEEPERS = """
import sys, threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from connector.errors import OutsideError
from connector.pipeline.jobs import NewJob
from connector.store import open_store
from connector.worker.crew import Crew
from connector.worker.handlers import handler

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

store = open_store(None, Path(sys.argv[1]))
count = int(sys.argv[2])
stop = threading.Event()

def fail(lease):
    raise OutsideError("It is away.", retry_after_s=7200.0, retryable=True)

soon = timedelta(minutes=30)
seen = [megabytes()]
store.queue.put([NewJob(f"job-{number}", "count", {"number": number}) for number in range(count)])

def tick():
    due = store.queue.next_job_at(["count"])
    if due is not None and due > datetime.now(UTC) + soon:
        seen.append(megabytes())
        stop.set()

with store.worker_lock() as held:
    assert held
    crew = Crew(store.queue, 4, name="w", rng=Random(1))
    crew.take([handler("count", fail)])
    crew.work(stop, tick=tick)
print(*seen)
"""


@pytest.fixture
def in_memory(tmp_path: Path) -> Iterator[Path]:
    """A folder that no disk is waited for, where there is one: the ways to the disk are no part of what is measured."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def test_ten_thousand_sleeping_retries_need_little_memory(in_memory: Path) -> None:
    """They sleep in the table: the worker grows by less than 60 MB from none of them to all of them asleep."""
    if not Path("/proc/self/statm").exists():
        pytest.skip("what a process holds can be read on Linux alone")
    command = [sys.executable, "-W", "ignore", "-c", SLEEPERS, str(in_memory), str(RETRIES)]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True, timeout=600
    )
    before, after = map(float, done.stdout.split())
    print(f"{RETRIES} sleeping retries: {before:.0f} MB before, {after:.0f} MB with them")  # noqa: T201 - for the reader
    assert after - before < MOST_MB
    store = open_store(None, in_memory)
    assert store.queue.count_jobs() == {"count": {"queued": RETRIES}}
    assert {len(store.queue.job(f"job-{number}").attempts) for number in range(0, RETRIES, 997)} == {1}
    store.close()


def test_a_second_server_that_takes_over_costs_no_job(tmp_path: Path) -> None:
    """The primary dies, its standby is promoted: workers that were given both hosts go on there."""
    folder = postgresql.binaries()
    if folder is None:
        pytest.skip(f"PostgreSQL is not on this machine; {postgresql.INSTALL} installs it")
    with postgresql.running(folder) as primary:
        upgrade(primary, tmp_path)
        with postgresql.standby(folder, primary) as second:
            hosts = f"{host(primary)},{host(second)}"
            url = f"postgresql+psycopg://tests@/postgres?host={hosts}&target_session_attrs=read-write"
            fail_over(folder, primary, second, url, tmp_path)


def host(url: str) -> str:
    """The folder of a server's socket."""
    return url.partition("host=")[2]


def done(store: SqlStore) -> int:
    """How many jobs are done, as far as anybody can be asked."""
    try:
        return finished(store)
    except StoreError:
        return 0


def fail_over(folder: Path, primary: str, second: str, url: str, place: Path) -> None:
    """Work, take the primary away in the middle, and work on."""
    store = open_store(url, place)
    command = [sys.executable, "-c", WORKER, url, str(place), str(place / "effects"), str(THREADS), "2"]
    workers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        put(store, 1_000)
        until(lambda: len(effects(place)) >= 200, "they get on")
        postgresql.stop(folder, primary)
        postgresql.promote(folder, second)
        until(lambda: len({job_id for job_id, _ in effects(place)}) == 1_000, "they go on")
        until(lambda: done(store) == 1_000, "every job is done")
        had = Counter(job_id for job_id, _ in effects(place))
        assert sum(had.values()) - 1_000 <= 2 * THREADS
        assert [worker.poll() for worker in workers] == [None, None]
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
        store.close()
        postgresql.start(folder, primary)  # it is stopped again with its context
