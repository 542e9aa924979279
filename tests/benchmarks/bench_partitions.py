"""A run that several worker processes share: how long its ranges take with one process and with two, on PostgreSQL.

Run: python tests/benchmarks/bench_partitions.py [--smoke] [--leads N]. Every lead is due and is written; Dataverse,
which runs here and takes its part of the processors, answers after 100 ms. Each number of processes has an environment
and a database of its own; reading the leads, which one process does, is told apart. Prints; asserts nothing about time.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from connector.bootstrap import Service
from connector.pipeline.jobs import JobStatus
from connector.pipeline.partitions import PARTITION_JOB, PARTITION_LEADS
from connector.sandbox import start_sandbox
from connector.settings import load_settings
from tests.benchmarks.bench_main_job import DOCUMENTS, connector
from tests.servers import postgresql

LATENCY_S = 0.1
PROCESSES = (1, 2)

WORKER = """
import os, sys
from connector.bootstrap import Service
from connector.settings import load_settings
with Service(load_settings(os.environ, need_dataverse=True)) as service:
    service.partition_leads = int(sys.argv[1])
    with service.worker(kinds=sys.argv[2].split(",")):
        print("ready", flush=True)
        sys.stdin.readline()
"""


def start(environ: Mapping[str, str], size: int, kinds: str) -> subprocess.Popen[str]:
    """A worker of these kinds, ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(size), kinds],
        env={**os.environ, **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    if process.stdout.readline() != "ready\n":
        raise SystemExit("a worker did not start")
    return process


def ranges_of(service: Service) -> tuple[int, datetime, datetime]:
    """How many ranges were done, when the first was begun, and when the last was done."""
    queue = service.store.queue
    done = queue.jobs(kind=PARTITION_JOB, status=JobStatus.FINISHED, limit=1_000)
    tries = [one for record in done for one in queue.job(record.job_id).attempts]
    ends = [one.ended_at for one in tries if one.ended_at is not None]
    return len(done), min(one.begun_at for one in tries), max(ends)


def work(environ: Mapping[str, str], processes: int, size: int) -> float:
    """A run by so many processes; how long its ranges took in seconds."""
    # The first does the run beside ranges of its own, the others do ranges alone.
    workers = [start(environ, size, "partition" if number else "sync,partition") for number in range(processes)]
    try:
        with Service(load_settings(environ, need_dataverse=True)) as service:
            begun = time.perf_counter()
            run_id = service.start_run("sync", "bench").run_id
            while (run := service.run(run_id)).finished_at is None:
                time.sleep(0.1)
            whole = time.perf_counter() - begun
            if run.error:
                raise SystemExit(run.error)
            count, first, last = ranges_of(service)
    finally:
        for worker in workers:
            worker.communicate("\n")
    seconds = (last - first).total_seconds()
    scored = int(str(run.summary["scored"]))
    print(
        f"{processes} process(es): {scored:,} leads in {count} ranges in {seconds:.1f} s, {scored / seconds:,.0f} a "
        f"second; the whole run {whole:.1f} s"
    )
    return seconds


def main() -> None:
    """The same leads with one process and with two, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="few leads, to see that it runs")
    parser.add_argument("--leads", type=int, default=20_000)
    options = parser.parse_args()
    leads, size = (600, 100) if options.smoke else (options.leads, min(PARTITION_LEADS, options.leads // 8))
    binaries = postgresql.binaries()
    if binaries is None:
        print(f"PostgreSQL is not on this machine; {postgresql.INSTALL} installs it")
        return
    print(f"{os.cpu_count()} processors; load of the machine before: {os.getloadavg()[0]:.1f}")
    took = []
    for processes in PROCESSES:
        with (
            tempfile.TemporaryDirectory(prefix="lead-connector-bench-") as folder,
            postgresql.running(binaries) as url,
            start_sandbox(leads=leads, accounts=max(leads // 5, 60)) as sandbox,
        ):
            environ = {
                **sandbox.settings,
                "CONNECTOR_DATA_DIR": str(Path(folder) / "data"),
                "CONNECTOR_DATABASE_URL": url,
                "CONNECTOR_SYNC_DELIVER_S": "0",
                "REQUESTS_CA_BUNDLE": "",
            }
            connector(environ, "db", "upgrade")
            connector(environ, "apply", str(DOCUMENTS), "--publish")
            sandbox.faults.latency(LATENCY_S, service="dataverse")
            took.append(work(environ, processes, size))
    print(f"two processes take {took[1] / took[0]:.2f} of the time of one")


if __name__ == "__main__":
    main()
