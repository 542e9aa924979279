"""What a job costs: jobs a second and CPU per job, on SQLite in one process and on PostgreSQL by processes.

Every job does nothing: what is measured is leasing, recording and the disk (SQLite's; the PostgreSQL is the tests' own,
which does not wait for it). Where they are installed procrastinate (PostgreSQL) and huey (SQLite) do the same in the
same run. Run: python tests/benchmarks/bench_jobs.py [--smoke] [--jobs N].
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from connector.pipeline.jobs import NewJob
from connector.store import SqlStore, open_store, upgrade
from connector.store.tables import job
from tests.servers import postgresql

JOBS = 5_000
WAITING = 100_000
THREADS = 16
ROOT = Path(__file__).resolve().parents[2]

WORKER = """
import sys, threading, resource
from pathlib import Path
from random import Random
from connector.store import open_store
from connector.worker.crew import Crew
from connector.worker.handlers import handler

store = open_store(sys.argv[1], Path(sys.argv[2]))
stop = threading.Event()
crew = Crew(store.queue, int(sys.argv[3]), name="bench", rng=Random(1))
crew.take([handler("bench", lambda lease: None)])
print("ready", flush=True)
sys.stdin.readline()
used = resource.getrusage(resource.RUSAGE_SELF)
threading.Thread(target=lambda: (sys.stdin.readline(), stop.set(), crew.wake())).start()
crew.work(stop, grace_s=10)
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime, flush=True)
store.close()
"""

HUEY = """
import sys, time, resource
from huey import SqliteHuey
huey = SqliteHuey(filename=sys.argv[1], fsync=True)
@huey.task()
def nothing():
    pass
jobs = int(sys.argv[2])
for _ in range(jobs):
    nothing()
begun, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
done = 0
while (task := huey.dequeue()) is not None:
    huey.execute(task)
    done += 1
after = resource.getrusage(resource.RUSAGE_SELF)
cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
print(done, time.perf_counter() - begun, cpu)
"""

PROCRASTINATE = """
import asyncio, sys, time, resource
from procrastinate import App, PsycopgConnector
app = App(connector=PsycopgConnector(conninfo=sys.argv[1]))
@app.task(name="nothing")
async def nothing():
    pass
async def main():
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        for _ in range(int(sys.argv[2])):
            await nothing.defer_async()
        begun, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
        await app.run_worker_async(wait=False, concurrency=16, install_signal_handlers=False)
        after = resource.getrusage(resource.RUSAGE_SELF)
        cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
        print(sys.argv[2], time.perf_counter() - begun, cpu)
asyncio.run(main())
"""


def child(*arguments: str) -> subprocess.Popen[str]:
    """A Python that sees this checkout."""
    return subprocess.Popen(
        [sys.executable, "-c", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def line(process: subprocess.Popen[str]) -> str:
    """The next line that a process says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def tell(process: subprocess.Popen[str]) -> None:
    """Let a process go on."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def measure(label: str, store: SqlStore, url: str, folder: str, jobs: int, processes: int) -> None:
    """Put jobs, let processes do them, and print what it took."""
    done = store.queue.count_jobs().get("bench", {}).get("finished", 0)
    begun = time.perf_counter()
    store.queue.put([NewJob(f"{label}-{processes}-{number}", "bench", {"n": number}) for number in range(jobs)])
    put_s = time.perf_counter() - begun
    workers = [child(WORKER, url, folder, str(THREADS)) for _ in range(processes)]
    for worker in workers:
        line(worker)
    begun = time.perf_counter()
    for worker in workers:
        tell(worker)
    while store.queue.count_jobs()["bench"].get("finished", 0) < done + jobs:
        time.sleep(0.02)
    took_s = time.perf_counter() - begun
    for worker in workers:
        tell(worker)
    cpu_s = sum(float(line(worker)) for worker in workers)
    for worker in workers:
        worker.communicate()
    print(
        f"{label}, {processes} process(es): {jobs / took_s:,.0f} jobs/s, {cpu_s / jobs * 1e3:.2f} ms CPU a job; "
        f"put in one call: {jobs / put_s:,.0f} jobs/s"
    )


def singly(label: str, store: SqlStore) -> None:
    """Jobs put one by one: each is on the disk before the next, as a webhook's is before its answer."""
    used, begun = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    for number in range(500):
        store.queue.put([NewJob(f"single-{number}", "single", {})])
    took_s, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    print(f"{label}: put one by one {500 / took_s:,.0f}/s, {cpu_s / 500 * 1e3:.2f} ms CPU each")


def crowded(label: str, store: SqlStore, waiting: int) -> None:
    """Many jobs wait: how long until an urgent one that is put is in hand."""
    with store._database.write() as connection:
        connection.execute(sa.delete(job))
    for start in range(0, waiting, 10_000):
        store.queue.put([NewJob(f"wait-{number}", "bench", {}) for number in range(start, start + 10_000)])
    took: list[float] = []
    for number in range(50):
        begun = time.perf_counter()
        store.queue.put([NewJob(f"urgent-{number}", "bench", {}, priority=9)])
        (lease,) = store.queue.claim(["bench", "sync", "timer"], 1, worker="w")
        took.append(time.perf_counter() - begun)
        assert lease.job_id == f"urgent-{number}"
    took.sort()
    median, worst = took[25] * 1e3, took[-1] * 1e3
    print(f"{label}: {waiting:,} wait, an urgent job is put and leased in {median:.1f} ms (worst {worst:.1f})")


def other(name: str, code: str, target: str, jobs: int) -> None:
    """The same with another library, where it is installed."""
    if importlib.util.find_spec(name) is None:
        print(f"{name}: not installed")
        return
    process = child(code, target, str(jobs))
    out, _ = process.communicate()
    done, took_s, cpu_s = (float(part) for part in out.split())
    print(f"{name}, 1 process(es): {done / took_s:,.0f} jobs/s, {cpu_s / done * 1e3:.2f} ms CPU a job")


def in_folder(work: Callable[[str], None]) -> None:
    """Work in a folder that goes afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        work(folder)


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--smoke", action="store_true", help="a tenth of everything")
    options = parser.parse_args()
    jobs = options.jobs // 10 if options.smoke else options.jobs
    waiting = WAITING // 10 if options.smoke else WAITING

    def on_sqlite(folder: str) -> None:
        url = f"sqlite:///{folder}/connector.db"
        store = open_store(url, Path(folder))
        measure("SQLite", store, url, folder, jobs, 1)
        singly("SQLite", store)
        crowded("SQLite", store, waiting)
        store.close()
        other("huey", HUEY, f"{folder}/huey.db", jobs)

    def on_postgresql(folder: str) -> None:
        binaries = postgresql.binaries()
        if binaries is None:
            print(f"PostgreSQL is not on this machine; {postgresql.INSTALL} installs it")
            return
        with postgresql.running(binaries) as url:
            upgrade(url, Path(folder))
            store = open_store(url, Path(folder))
            for processes in (1, 2, 3):
                measure("PostgreSQL", store, url, folder, jobs, processes)
            singly("PostgreSQL", store)
            crowded("PostgreSQL", store, waiting)
            store.close()
            other("procrastinate", PROCRASTINATE, url.replace("+psycopg", ""), jobs)

    in_folder(on_sqlite)
    in_folder(on_postgresql)


if __name__ == "__main__":
    main()
