"""The first pull of many leads and accounts, and a run over few changes: time, reads, memory, pages against the table.

Run: python tests/benchmarks/bench_pull.py [--smoke] [--leads N]. A process of its own serves prebuilt pages over TLS
after a latency; what a bare reader needs for the same pages is the server's own time. Prints; asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from connector.dataverse import columns
from connector.dataverse.client import Dataverse
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.pictures import pack
from connector.dataverse.metadata.tables import ColumnInfo, TableInfo
from connector.pipeline.announce import CardColumns
from connector.pipeline.deliver import Outbox
from connector.pipeline.pictures import Picture
from connector.pipeline.ports import DocumentKind
from connector.pipeline.pulling import pull
from connector.pipeline.report import Report
from connector.pipeline.rulebook import live_versions
from connector.pipeline.sync import Job, purpose_of, run_sync
from connector.pipeline.values import ColumnNeeds, Page, StatusOption, Table
from connector.store import open_store
from connector.store.store import SqlStore
from tests.begun import begin

PAGE = 5_000
CHANGES = 1_000
CARDS = CardColumns(columns.FULL_NAME, columns.COMPANY_NAME, columns.JOB_TITLE, columns.COUNTRY, columns.ACCOUNT_NAME)
NEEDED = [
    "jobtitle", "companyname", "fullname", "emailaddress1", "address1_country", "industrycode", "leadsourcecode",
    "numberofemployees", "createdon", "lc_fit", "lc_grade",
]  # fmt: skip
GUARDS = [
    "leadid", "statecode", "statuscode", "modifiedon", "followemail", "msdyn_gdproptout", "msdyncrm_salesready",
    "_parentaccountid_value", "_customerid_value", "_parentcontactid_value", "_masterid_value",
]  # fmt: skip
LEAD = [*NEEDED, *GUARDS]
MODEL = """
model: fit
groups:
  - name: Buyer
    points: 20
    when: {fact: lead.jobtitle, is_any_of: [CFO, Head of Purchasing]}
  - name: Abroad
    points: 5
    when: {fact: lead.address1_country, is_none_of: [GB]}
  - name: Large
    points: 10
    when: {fact: account.numberofemployees, at_least: 200}
  - name: Trade
    points: 1
    when: {any: [{fact: lead.industrycode, equals: 7}, {fact: lead.leadsourcecode, equals: 8},
                 {fact: lead.numberofemployees, at_least: 100}, {fact: lead.emailaddress1, contains: example}]}
purpose: Bench
lawful_basis: legitimate_interests
"""


class FixedTokens:
    """One token for ever."""

    def token(self) -> str:
        """The token."""
        return "token"

    def drop(self, token: str) -> None:
        """It stays."""

    def close(self) -> None:
        """Nothing to close."""


def tables() -> tuple[TableInfo, TableInfo]:
    """The tables as the server has them."""
    types = columns.STANDARD_TYPES.types
    named = {Table.LEAD: LEAD, Table.ACCOUNT: ["accountid", "name", "numberofemployees", "_masterid_value"]}
    lead, account = (
        TableInfo(
            table=table,
            entity_set=f"{table}s",
            key=f"{table}id",
            tracks_changes=True,
            guards_updates=True,
            columns={name: ColumnInfo(name, name.startswith("lc_"), types.get(f"{table}.{name}")) for name in names},
            status_options=(StatusOption(1, ("New",)),) if table is Table.LEAD else (),
        )
        for table, names in named.items()
    )
    return lead, account


@contextmanager
def served(leads: int, accounts: int, latency_s: float) -> Iterator[tuple[str, Path]]:
    """A server in a process of its own; its address, and the file with its authority."""
    with tempfile.TemporaryDirectory(prefix="lead-connector-bench-") as folder:
        script = Path(__file__).with_name("pages_server.py")
        numbers = [str(leads), str(accounts), str(CHANGES), str(latency_s)]
        with subprocess.Popen(
            [sys.executable, str(script), *numbers, folder], stdout=subprocess.PIPE, text=True
        ) as server:
            try:
                url = cast("Any", server.stdout).readline().strip()
                yield url, Path(folder) / "ca.pem"
            finally:
                server.terminate()


def bare_read(url: str, bundle: Path) -> float:
    """Download every page of both tables at the same time and look for the next link only; seconds."""
    context = ssl.create_default_context(cafile=str(bundle))

    def read(table: str) -> None:
        link: str | None = f"{url}/api/data/v9.2/{table}"
        while link:
            with urllib.request.urlopen(link, context=context) as answer:
                body = answer.read()
            end = body[-300:].decode()
            link = end.split('nextLink":"')[1].split('"')[0] if "nextLink" in end else None

    begun = time.perf_counter()
    threads = [threading.Thread(target=read, args=(table,)) for table in ("leads", "accounts")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


class TimedStore:
    """The store, with the time of each page of leads."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.pages: list[float] = []
        self.absorbing_s = 0.0

    def __getattr__(self, name: str) -> Any:
        """Everything else."""
        return getattr(self._store, name)

    def absorb(self, page: Page, needs: ColumnNeeds, *, now: datetime) -> int:
        """Store a page and note how long it took."""
        begun = time.perf_counter()
        affected = self._store.absorb(page, needs, now=now)
        spent = time.perf_counter() - begun
        self.absorbing_s += spent
        if page.table is Table.LEAD and page.rows_read:
            self.pages.append(spent)
        return affected


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def connect(store: SqlStore, url: str, bundle: Path) -> tuple[DataverseSession, Dataverse]:
    """A session that knows the tables already, as a run an hour after another does."""
    session = DataverseSession(url, FixedTokens(), ca_bundle=bundle)
    purpose = purpose_of(live_versions(store))
    store.remember_picture(session.origin, Picture(purpose, now(), pack(tables())))
    return session, Dataverse(session, pictures=store)


def first_pull(store: SqlStore, url: str, bundle: Path) -> tuple[float, float, TimedStore]:
    """Pull everything; seconds, those of the processor, and the times of pages."""
    needs = ColumnNeeds(
        frozenset(NEEDED),
        frozenset({"name", "numberofemployees"}),
        frozenset({"lc_fit", "lc_grade"}),
    )
    session, dataverse = connect(store, url, bundle)
    timed = TimedStore(store)
    with session:
        begun, worked = time.perf_counter(), time.process_time()
        pull(cast("Any", timed), dataverse, needs, Report("bench"), clock=now, check_stop=lambda: None)
        return time.perf_counter() - begun, time.process_time() - worked, timed


def as_after_a_run(folder: Path) -> None:
    """Leave the store as a first run does: every lead scored, none due."""
    with sqlite3.connect(folder / "connector.db") as database:
        database.execute("UPDATE lead SET due = 0")
        database.execute(
            "INSERT OR IGNORE INTO score (lead_id, model, version, score, grade, coverage, reachable, groups, unknown, "
            "reasons, scored_at, changed_at) SELECT lead_id, 'fit', 1, 25, NULL, 1.0, 36, '[]', '[]', '[]', "
            "'2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000' FROM lead"
        )
    database.close()


def delta_run(store: SqlStore, url: str, bundle: Path) -> tuple[float, int]:
    """A whole run over some changes; seconds, and requests."""
    session, dataverse = connect(store, url, bundle)
    outbox = Outbox(store, cast("Any", None), {}, (), cast("Any", None), now, cast("Any", None))
    job = Job(store, dataverse, dataverse, outbox, now, CARDS, parallel=8, deliver_s=None)
    reads = 0
    get = session.get

    def counted(*arguments: Any, **options: Any) -> Any:
        nonlocal reads
        reads += 1
        return get(*arguments, **options)

    session.get = counted  # type: ignore[method-assign]  # counted here alone
    with session:
        run, lease = begin(store, by="bench", now=now())
        begun = time.perf_counter()
        report = run_sync(job, run)
        spent = time.perf_counter() - begun
        store.queue.finish([lease])
    if report.scored != CHANGES:
        raise SystemExit(f"{report.scored} leads were scored, not {CHANGES}")
    return spent, reads


def measure(leads: int, accounts: int, latency_s: float) -> Mapping[str, float]:
    """First pull and delta runs over one size of table."""
    with (
        tempfile.TemporaryDirectory(prefix="lead-connector-bench-") as folder,
        closing(open_store(None, Path(folder))) as store,
    ):
        store.publish(DocumentKind.MODEL, "fit", MODEL, "digest", by="bench", now=now())
        with served(leads, accounts, latency_s) as (url, bundle):
            bare = bare_read(url, bundle)
            spent, worked, timed = first_pull(store, url, bundle)
        pages = leads / PAGE
        floor = max(pages * latency_s, bare)
        few = max(len(timed.pages) // 20, 1)
        first, last = statistics.mean(timed.pages[:few]), statistics.mean(timed.pages[-few:])
        print(
            f"{leads:>9,} leads, {accounts:,} accounts, {latency_s * 1000:.0f} ms latency: pull {spent:.1f} s, "
            f"storing {timed.absorbing_s:.1f} s of it, {worked:.1f} s of CPU; bare reader {bare:.1f} s, "
            f"pages x latency {pages * latency_s:.1f} s; ratio to the larger {spent / floor:.2f}"
        )
        print(f"{'':>9} a page of leads: the first {first * 1000:.0f} ms, the last {last * 1000:.0f} ms")
        as_after_a_run(Path(folder))
        with served(leads, accounts, 0.0) as (url, bundle):
            # The stored links are of the server before: the first run reads by the links of this one.
            move(Path(folder), url)
            runs = [delta_run(store, url, bundle) for _ in range(3)]
        seconds = min(seconds for seconds, _ in runs)
        print(f"{'':>9} a run over {CHANGES:,} changes: {seconds:.2f} s, {max(reads for _, reads in runs)} reads")
        return {"delta_s": seconds, "ratio": spent / floor}


def move(folder: Path, url: str) -> None:
    """Let the stored delta links lead to another server."""
    with sqlite3.connect(folder / "connector.db") as database:
        for name, token in database.execute("SELECT table_name, token FROM pull_token").fetchall():
            if token.startswith("delta:"):
                held = json.loads(token.removeprefix("delta:"))
                held["link"] = url + "/api" + held["link"].split("/api", 1)[1]
                token = "delta:" + json.dumps(held)  # noqa: PLW2901 - the same token, moved
                database.execute("UPDATE pull_token SET token = ? WHERE table_name = ?", (token, name))
    database.close()


def main() -> None:
    """A small table and a large one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="few leads, to see that it runs")
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--latency-ms", type=float, default=100.0)
    options = parser.parse_args()
    leads = 20_000 if options.smoke else options.leads
    latency_s = options.latency_ms / 1000
    small = measure(10_000, 5_000, latency_s)
    large = measure(leads, max(leads // 5, 5_000), latency_s)
    print(f"a run over {CHANGES:,} changes, {leads:,} leads to 10,000: {large['delta_s'] / small['delta_s']:.2f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
