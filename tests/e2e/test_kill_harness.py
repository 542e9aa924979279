"""kill -9 at random moments: no job is lost, and at most what was in a thread's hand is done twice.

Each job's effect is a line in a file. On SQLite the only worker is killed and started anew, on PostgreSQL one of three.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from connector.pipeline.jobs import JobStatus, NewJob
from connector.store import SqlStore, open_store, upgrade
from tests.servers import postgresql

JOBS = 2_000
KILLS = 10
THREADS = 4
WAIT_S = 90.0

WORKER = """
import os, sys, threading
from pathlib import Path
from random import Random
from connector.store import open_store
from connector.worker.crew import Crew
from connector.worker.handlers import handler

url, folder, effects, threads, lease_s = sys.argv[1:6]
store = open_store(url, Path(folder))
file = os.open(effects, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
stop = threading.Event()

def effect(lease):
    os.write(file, f"{lease.job_id} {lease.fence}\\n".encode())
    if lease.kind == "held":
        sys.stdin.readline()

with store.worker_lock(wait_s=60.0) as held:
    assert held
    store.queue.take_over()
    crew = Crew(store.queue, int(threads), name=str(os.getpid()), rng=Random(1))
    crew.take([handler("count", effect, lease_s=float(lease_s)), handler("held", effect, lease_s=float(lease_s))])
    with store.queue.listen(crew.wake):
        print("ready", flush=True)
        crew.work(stop)
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Path, str]]:
    """A PostgreSQL of this module's own: the folder of its binaries, and its URL."""
    folder = postgresql.binaries()
    if folder is None:
        pytest.skip(f"PostgreSQL is not on this machine; {postgresql.INSTALL} installs it")
    with postgresql.running(folder) as url:
        yield folder, url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database, empty and upgraded."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/connector.db"
    _, found = request.getfixturevalue("server")
    return fresh(found, tmp_path)


def fresh(server: str, folder: Path) -> str:
    """The server's database, emptied of jobs."""
    upgrade(server, folder)
    store = open_store(server, folder)
    with store._database.write() as connection:
        connection.exec_driver_sql("TRUNCATE job, job_attempt")
    store.close()
    return server


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[SqlStore]:
    """This process's view of the database."""
    opened = open_store(url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def start(url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts a worker process that is at work when this returns."""
    started: list[subprocess.Popen[str]] = []

    def begin(*, threads: int = THREADS, lease_s: float = 2.0) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-c",
            WORKER,
            url,
            str(tmp_path),
            str(tmp_path / "effects"),
            str(threads),
            str(lease_s),
        ]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout is not None
        assert started[-1].stdout.readline() == "ready\n"
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def effects(tmp_path: Path) -> list[tuple[str, int]]:
    """The jobs whose effect was had, in order, with their fence."""
    try:
        lines = (tmp_path / "effects").read_text().splitlines()
    except FileNotFoundError:
        return []
    return [(job_id, int(fence)) for job_id, fence in (line.split() for line in lines)]


def has_grown(file: Path, size: int) -> bool:
    """Tell whether so many bytes of effects were had."""
    return file.exists() and file.stat().st_size >= size


def has_lines(tmp_path: Path, count: int) -> bool:
    """Tell whether so many effects were had."""
    return len(effects(tmp_path)) >= count


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds."""
    never = threading.Event()
    for _ in range(int(WAIT_S / 0.005)):
        if holds():
            return
        never.wait(0.005)
    raise AssertionError(f"never: {what}")


def finished(store: SqlStore) -> int:
    """How many jobs are done."""
    return store.queue.count_jobs().get("count", {}).get("finished", 0)


def put(store: SqlStore, count: int) -> None:
    """Jobs, half of them in the order of some keys."""
    store.queue.put(
        [
            NewJob(f"job-{number}", "count", {}, key=f"key-{number % 50}" if number % 2 else "")
            for number in range(count)
        ]
    )


@pytest.mark.long
@pytest.mark.parametrize("seed", [20261122])
def test_no_job_is_lost_and_few_are_done_twice(
    store: SqlStore, url: str, start: Start, tmp_path: Path, seed: int
) -> None:
    """Killed ten times, every job is done in the end, and twice only what was in a thread's hand at a kill."""
    chance = random.Random(seed)
    put(store, JOBS)
    processes = [start() for _ in range(1 if url.startswith("sqlite") else 3)]
    total = sum(len(f"job-{number} 1\n") for number in range(JOBS))
    for kill in range(KILLS):
        # At a random moment, told by the effects that were had: the file grows while the workers work.
        mark = int(total * 0.9 * (kill + chance.random()) / KILLS)
        until(partial(has_grown, tmp_path / "effects", mark), "the workers get on")
        victim = chance.randrange(len(processes))
        processes[victim].kill()
        processes[victim].wait()
        processes[victim] = start()
    until(lambda: finished(store) == JOBS, "every job is done")
    had = Counter(job_id for job_id, _ in effects(tmp_path))
    assert set(had) == {f"job-{number}" for number in range(JOBS)}
    twice = sum(had.values()) - JOBS
    print(f"{url.partition(':')[0]}: {JOBS} jobs, {KILLS} kills, {twice} done twice")  # noqa: T201 - for the reader
    assert twice <= KILLS * THREADS
    assert store.queue.count_jobs() == {"count": {"finished": JOBS}}


def test_of_a_key_the_order_is_kept_through_kills(store: SqlStore, start: Start, tmp_path: Path) -> None:
    """The first effects of the jobs of one key come in the order in which they were put."""
    store.queue.put([NewJob(f"job-{number:03}", "count", {}, key="lead") for number in range(150)])
    for mark in (20, 70, 110):
        process = start()
        until(partial(has_lines, tmp_path, mark), "it gets on")
        process.kill()
        process.wait()
    start()
    until(lambda: finished(store) == 150, "every job is done")
    first = list(dict.fromkeys(job_id for job_id, _ in effects(tmp_path)))
    assert first == sorted(first)
    assert len(first) == 150


def test_who_is_paused_past_his_lease_has_nothing_to_say(store: SqlStore, start: Start, tmp_path: Path) -> None:
    """SIGSTOP, the lease ends, another takes over; resumed, the late one's result is void."""
    store.queue.put([NewJob("long", "held", {})])
    process = start(threads=1, lease_s=1.0)
    until(lambda: len(effects(tmp_path)) == 1, "it has begun")
    os.kill(process.pid, signal.SIGSTOP)
    taken = list(store.queue.claim(["held"], 1, worker="other"))
    never = threading.Event()
    for _ in range(2_000):
        if taken:
            break
        never.wait(0.01)
        taken = list(store.queue.claim(["held"], 1, worker="other"))
    assert [lease.attempt for lease in taken] == [2]
    os.kill(process.pid, signal.SIGCONT)
    assert process.stdin is not None
    process.stdin.write("go on\n")
    process.stdin.flush()
    # The next job shows that it has said what it had to say of the first.
    store.queue.put([NewJob("next", "count", {})])
    until(lambda: finished(store) == 1, "it goes on with the next")
    assert store.queue.job("long").status is JobStatus.LEASED
    assert store.queue.finish(taken) == 1
    outcomes = [(attempt.worker == "other", attempt.outcome) for attempt in store.queue.job("long").attempts]
    assert outcomes == [(False, "lost"), (True, "finished")]


def test_a_server_that_restarts_costs_no_job(server: tuple[Path, str], tmp_path: Path) -> None:
    """Every session ends in the middle of the work: the workers go on when it is back."""
    folder, url = server
    fresh(url, tmp_path)
    store = open_store(url, tmp_path)
    command = [sys.executable, "-c", WORKER, url, str(tmp_path), str(tmp_path / "effects"), str(THREADS), "2"]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        put(store, 1_000)
        until(lambda: len(effects(tmp_path)) >= 200, "they get on")
        postgresql.restart(folder, url)
        until(lambda: len({job_id for job_id, _ in effects(tmp_path)}) == 1_000, "they go on")
        until(lambda: finished(store) == 1_000, "every job is done")
        assert [process.poll() for process in processes] == [None, None]
        had = Counter(job_id for job_id, _ in effects(tmp_path))
        assert sum(had.values()) - 1_000 <= 2 * THREADS
    finally:
        for process in processes:
            process.kill()
            process.communicate()
        store.close()
