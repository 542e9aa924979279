"""Guarded updates of many leads, one by one and in batches of several sizes, and the official SDK's unguarded ones.

Run: python tests/benchmarks/bench_writes.py [--smoke] [--leads N]. The sandbox runs here with a latency and the real
limits, each client in a process of its own. Times are told as ratios to the least that the limits allow. Prints;
asserts nothing about time.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connector.dataverse.client import Dataverse
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.identity.auth import ClientSecret, SignIn
from connector.dataverse.limits.limiter import CEILING, Limiter
from connector.dataverse.writing.leadwriter import BATCH_SIZE, LeadWriter, WriteWay
from connector.pipeline.report import WriteTally
from connector.pipeline.values import ColumnNeeds, Decision
from connector.pipeline.writing import write_all
from connector.sandbox import Sandbox, start_sandbox

LATENCY_S = 0.1
BUSY_S = 0.01  # that the server works on one update
REQUESTS, EXECUTION_S, WINDOW_S = 6000, 1200.0, 300.0
NOW = datetime(2026, 11, 20, tzinfo=UTC)
NEEDS = ColumnNeeds(frozenset(), frozenset(), frozenset({"lc_engagement"}))


@dataclass(frozen=True, slots=True)
class Measured:
    """What a client did, and how long it took in seconds."""

    written: int
    seconds: float


def sign_in(settings: Mapping[str, str]) -> SignIn:
    """The connector's own way to a token."""
    return SignIn(
        ClientSecret(settings["CONNECTOR_CLIENT_ID"], settings["CONNECTOR_CLIENT_SECRET"]),
        authority=settings["CONNECTOR_AUTHORITY"],
        resource=settings["CONNECTOR_DATAVERSE_URL"],
        ca_bundle=Path(settings["CONNECTOR_CA_BUNDLE"]),
    )


def write_with_ours(
    settings: Mapping[str, str], way: str, size: int, parallel: int, count: int, score: int
) -> Measured:
    """Read the etags, then write; only the writing is timed."""
    url, bundle = settings["CONNECTOR_DATAVERSE_URL"], Path(settings["CONNECTOR_CA_BUNDLE"])
    limiter = Limiter(ceiling=parallel)
    with DataverseSession(url, sign_in(settings), ca_bundle=bundle, limiter=limiter) as session:
        dataverse = Dataverse(session, writer=LeadWriter(WriteWay(way), batch_size=size))
        rows = (row for page in dataverse.pull(NEEDS, {})["leads"] for row in page.leads)
        decisions = [
            Decision(
                decision_id=f"{row.lead_id}/{score}", lead_id=row.lead_id, etag=row.etag,
                values={"lc_engagement": score}, scores=(), crossings=(), marks=(), events=(), next_change_at=None,
                due_rev=0, run_id="bench", decided_at=NOW,
            )
            for row in itertools.islice(rows, count)
        ]  # fmt: skip
        begun = time.perf_counter()
        written = write_all(dataverse, decisions, WriteTally(), parallel=parallel)
        seconds = time.perf_counter() - begun
    if written.failure is not None:
        raise SystemExit(f"{way}: {written.failure}")
    return Measured(len(written.results), seconds)


def write_with_sdk(settings: Mapping[str, str], lead_ids: list[str], parallel: int, score: int) -> Measured:
    """Write with the official SDK, one client a thread; it sends `If-Match: *`, and knows nothing of limits."""
    from azure.core.credentials import AccessToken
    from PowerPlatform.Dataverse.client import DataverseClient

    os.environ["REQUESTS_CA_BUNDLE"] = settings["CONNECTOR_CA_BUNDLE"]
    with closing(sign_in(settings)) as tokens:
        token = tokens.token()

    class Fixed:
        """A credential that has its token."""

        def get_token(self, *_: Any, **__: Any) -> AccessToken:
            return AccessToken(token, int(time.time()) + 3600)

    def write(some: list[str]) -> None:
        client = DataverseClient(settings["CONNECTOR_DATAVERSE_URL"], Fixed())
        for lead_id in some:
            client.records.update("lead", lead_id, {"lc_engagement": score})

    shares = [share for number in range(parallel) if (share := lead_ids[number::parallel])]
    begun = time.perf_counter()
    with ThreadPoolExecutor(parallel) as pool:
        list(pool.map(write, shares))
    return Measured(len(lead_ids), time.perf_counter() - begun)


@dataclass(slots=True)
class Bench:
    """The sandbox and the process that the clients run in."""

    sandbox: Sandbox
    clients: ProcessPoolExecutor
    serial: Iterator[int]

    def ours(self, way: str, size: int, parallel: int, count: int) -> float:
        """Measure our client; return its seconds for each lead."""
        arguments = (dict(self.sandbox.settings), way, size, parallel, count, next(self.serial))
        name = f"{way} {size}" if way != "single" else way
        return self._measure(name, write_with_ours, *arguments, parallel=parallel)

    def sdk(self, parallel: int, count: int) -> float:
        """Measure the official SDK; return its seconds for each lead."""
        leads = [row["leadid"] for row in self.sandbox.leads() if row["statecode"] == 0][:count]
        arguments = (dict(self.sandbox.settings), leads, parallel, next(self.serial))
        return self._measure("official SDK, If-Match: *", write_with_sdk, *arguments, parallel=parallel)

    def _measure(self, name: str, work: Callable[..., Measured], *arguments: Any, parallel: int) -> float:
        sandbox = self.sandbox
        sandbox.dataverse.protection.reset()
        sandbox.calls.clear()
        measured = self.clients.submit(work, *arguments).result()
        counts = sandbox.calls.counts()
        requests = counts.get("dataverse.batch", 0) + counts.get("dataverse.write", 0)
        execution_s = measured.written * BUSY_S
        least = {
            "in flight": (LATENCY_S * requests + execution_s) / parallel,
            "requests": WINDOW_S * ((requests - 1) // REQUESTS),
            "execution": WINDOW_S * (execution_s // EXECUTION_S),
        }
        bound = max(least, key=lambda each: least[each])
        refused = sum(sandbox.dataverse.protection.refusals.values())
        print(
            f"{name:<26} {parallel:>3} threads {measured.written:>7,} leads {measured.seconds:7.2f} s "
            f"{requests:>6,} requests  {measured.seconds / least[bound]:5.2f} x the least ({bound})  429: {refused}",
            flush=True,
        )
        return measured.seconds / measured.written


def main() -> None:
    """Batches of several sizes, our single updates and the SDK's, then what 20,000 leads cost each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="few leads, to see that it runs")
    parser.add_argument("--leads", type=int, default=20_000)
    options = parser.parse_args()
    leads = 400 if options.smoke else options.leads
    few = min(leads, 200 if options.smoke else 1200)
    context = multiprocessing.get_context("spawn")
    with start_sandbox(leads=leads, closed=0, accounts=60) as sandbox, ProcessPoolExecutor(1, context) as clients:
        protection = sandbox.dataverse.protection
        protection.enforce(requests=REQUESTS, execution_s=EXECUTION_S, work_s={"": BUSY_S})
        protection.takes_s = {"write": BUSY_S}
        sandbox.faults.latency(LATENCY_S)
        bench = Bench(sandbox, clients, itertools.count(1))
        print(f"{1000 * LATENCY_S:.0f} ms latency a request, {1000 * BUSY_S:.0f} ms work an update, the real limits")
        sizes = (10, BATCH_SIZE) if options.smoke else (10, 25, 50, 100, 200)
        batches = {size: bench.ours("batch", size, CEILING, leads) for size in sizes}
        narrow = bench.ours("batch", BATCH_SIZE, 8, leads)
        auto = bench.ours("auto", BATCH_SIZE, CEILING, leads)
        for parallel in (8, CEILING):
            single, sdk = bench.ours("single", 1, parallel, few), bench.sdk(parallel, few)
            print(
                f"at {parallel} threads our guarded single updates take {single / sdk:.2f} of the SDK's unguarded time"
            )
        best = min(batches, key=lambda size: batches[size])
        print(
            f"auto against single updates {single / auto:.1f} x, against the SDK's {sdk / auto:.1f} x as fast a lead; "
            f"best size {best}, {batches[BATCH_SIZE] / batches[best]:.2f} x its time with {BATCH_SIZE}; "
            f"8 threads {narrow / batches[BATCH_SIZE]:.2f} x the time of {CEILING}"
        )
        windows = (leads - 1) // REQUESTS
        print(
            f"{leads:,} single updates need {windows * WINDOW_S:.0f} s at least, by the budget of {REQUESTS:,} "
            f"requests in {WINDOW_S:.0f} s; in batches that is no limit"
        )


if __name__ == "__main__":
    main()
