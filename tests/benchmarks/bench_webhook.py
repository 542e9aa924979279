"""Webhooks: how fast an event is acknowledged under load, and how long it takes from a change to the Teams card.

Run: python tests/benchmarks/bench_webhook.py [--smoke]. `connector serve` runs in a process of its own, on SQLite and
then on PostgreSQL, with its workers busy reading, scoring and writing what the events name. Prints; asserts nothing
about time.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connector.sandbox import Sandbox, start_sandbox
from tests.servers import postgresql

DOCUMENTS = Path(__file__).resolve().parents[2] / "connector" / "sandbox" / "documents"
SECRET = "a-secret-for-the-benchmark"
CLIENTS = 8
LATENCY_S = 0.1


def connector(environ: dict[str, str], *arguments: str) -> str:
    """Run a command to its end; what it printed."""
    command = [sys.executable, "-m", "connector", *arguments]
    done = subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{arguments} ended with {done.returncode}: {done.stderr}")
    return done.stdout


@contextmanager
def serving(environ: dict[str, str]) -> Iterator[str]:
    """`connector serve` in a process of its own; its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "connector", "serve"],
        env={**os.environ, **environ, "CONNECTOR_BIND": "127.0.0.1:0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        found = re.search(r"http://(\S+)", line)
        if not found:
            raise SystemExit(f"serve did not start: {line}")
        yield found[1]
    finally:
        process.terminate()
        process.wait(timeout=60)
        if process.stdout:
            process.stdout.close()


def event(lead: str) -> bytes:
    """An update of a lead as Dataverse posts it, with an image of common size."""
    attributes = [{"key": f"column{number}", "value": "x" * 40} for number in range(60)]
    entity = {"__type": "Entity:http://schemas.microsoft.com/xrm/2011/Contracts", "Id": lead, "LogicalName": "lead"}
    target = {**entity, "Attributes": [{"key": "jobtitle", "value": "Chief Financial Officer"}]}
    body = {
        "MessageName": "Update",
        "PrimaryEntityName": "lead",
        "PrimaryEntityId": lead,
        "OperationId": str(uuid.uuid4()),
        "CorrelationId": str(uuid.uuid4()),
        "OperationCreatedOn": f"/Date({int(time.time() * 1000)})/",
        "InputParameters": [{"key": "Target", "value": target}],
        "PostEntityImages": [{"key": "post", "value": {**entity, "Attributes": attributes}}],
        "SharedVariables": [],
    }
    return json.dumps(body).encode()


def post_all(address: str, leads: Sequence[str], seconds: float, rate: float) -> list[float]:
    """Post from eight clients at `rate` events a second in all; how long each acknowledgement took."""
    began, per_client = time.perf_counter() + 0.2, int(seconds * rate / CLIENTS)

    def client(number: int) -> list[float]:
        connection = http.client.HTTPConnection(address, timeout=30)
        headers = {"x-connector-secret": SECRET, "Content-Type": "application/json"}
        took = []
        for turn in range(per_client):
            due = began + (turn * CLIENTS + number) / rate
            time.sleep(max(due - time.perf_counter(), 0.0))
            body = event(leads[(turn * CLIENTS + number) % len(leads)])
            start = time.perf_counter()
            connection.request("POST", "/hooks/dataverse", body, headers)
            answer = connection.getresponse()
            answer.read()
            took.append(time.perf_counter() - start)
            if answer.status != http.HTTPStatus.ACCEPTED:
                raise SystemExit(f"an event was answered with {answer.status}")
        connection.close()
        return took

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [one for part in pool.map(client, range(CLIENTS)) for one in part]


def spread(seconds: Sequence[float]) -> str:
    """Median, p99 and the worst in milliseconds."""
    ordered = sorted(seconds)
    p99 = ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]
    return (
        f"p50 {1000 * statistics.median(ordered):6.1f} ms  p99 {1000 * p99:6.1f} ms  max {1000 * ordered[-1]:6.1f} ms"
    )


def candidates(sandbox: Sandbox) -> list[str]:
    """Open leads of people who may be scored and are not hot yet."""
    return sorted(
        str(row["leadid"])
        for row in sandbox.leads()
        if row["statecode"] == 0 and not row.get("msdyn_gdproptout") and not row.get("donotbulkemail")
        and row.get("followemail") is not False and (row.get("lc_engagement") or 0) < 30
    )  # fmt: skip


def strangers(sandbox: Sandbox, leads: Sequence[str]) -> list[str]:
    """One lead of each account: a change of one is scored with its account's others, whose cards come then."""
    first: dict[object, str] = {}
    for lead in leads:
        row = sandbox.lead(lead)
        first.setdefault(row.get("_parentaccountid_value") or lead, lead)
    contacts = [lead for lead in first.values() if not sandbox.lead(lead).get("_parentcontactid_value")]
    return sorted(contacts)


def make_ready(sandbox: Sandbox, environ: dict[str, str], leads: Sequence[str], folder: Path) -> None:
    """Let these leads be one change away from their card."""
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    rows = [
        {"id": f"{lead}-{kind}-{form}", "lead_id": lead, "type": kind, "at": at, "properties": {"form": form}}
        for lead in leads
        for kind, form in (("form_submission", "demo"), ("form_submission", "pricing"), ("email_click", "-"))
    ]
    path = folder / "hot.ndjson"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    connector(environ, "interactions", "import", str(path))
    for lead in leads:
        sandbox.update_lead(lead, {"address1_country": "GB"})


def to_card(sandbox: Sandbox, leads: Sequence[str]) -> list[float]:
    """Change one lead after the other; how long each took from the change to its card in Teams."""
    took = []
    for lead in leads:
        before, start = len(sandbox.teams.cards), time.perf_counter()
        sandbox.update_lead(lead, {"jobtitle": "Chief Financial Officer"})
        # A card of this lead: a second one of the lead before, whose account has woken up, may come meanwhile.
        while not any(lead in str(card.body) for card in sandbox.teams.cards[before:]):
            if time.perf_counter() - start > 30:
                break
            time.sleep(0.005)
        took.append(time.perf_counter() - start)
    return took


def register(sandbox: Sandbox, environ: dict[str, str], address: str) -> None:
    """Register the webhook and turn it to the server here."""
    connector(environ, "provision", "webhooks", "--url", "https://localhost", "--yes")
    (endpoint,) = sandbox.data.rows("serviceendpoint")
    url = f"http://{address}/hooks/dataverse"
    sandbox.data.update("serviceendpoint", endpoint["serviceendpointid"], {"url": url})


def main() -> None:
    """One installation; the cards one by one, then the flood of events with its workers busy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="few events, to see that it runs")
    parser.add_argument("--rate", type=float, default=200.0)
    options = parser.parse_args()
    cards, seconds = (2, 2.0) if options.smoke else (10, 20.0)
    measure("SQLite", None, cards, seconds, options.rate)
    binaries = postgresql.binaries()
    if binaries is None:
        print(f"PostgreSQL is not on this machine; {postgresql.INSTALL} installs it")
        return
    with postgresql.running(binaries) as url:
        measure("PostgreSQL", url, cards, seconds, options.rate)


def measure(database: str, url: str | None, cards: int, seconds: float, rate: float) -> None:
    """One installation on one database."""
    with tempfile.TemporaryDirectory(prefix="lead-connector-bench-") as name, start_sandbox(leads=600) as sandbox:
        folder = Path(name)
        environ = {
            **sandbox.settings,
            "CONNECTOR_DATA_DIR": f"{folder}/data",
            "CONNECTOR_TEAMS_RATE": "50/s",
            "CONNECTOR_WEBHOOK_SECRET": SECRET,
            "REQUESTS_CA_BUNDLE": "",
        }
        if url is not None:
            environ["CONNECTOR_DATABASE_URL"] = url
            connector(environ, "db", "upgrade")
        connector(environ, "apply", str(DOCUMENTS), "--publish")
        connector(environ, "sync", "--json")
        ready = strangers(sandbox, candidates(sandbox))[: 2 * cards]
        make_ready(sandbox, environ, ready, folder)
        with serving(environ) as address:
            register(sandbox, environ, address)
            print(database)
            took = to_card(sandbox, ready[:cards])
            print(f"change to card      {spread(took)}  ({len(took)} leads, no latency)")
            slow = sandbox.faults.latency(LATENCY_S, service="dataverse")
            took = to_card(sandbox, ready[cards:])
            print(f"change to card      {spread(took)}  ({len(took)} leads, {1000 * LATENCY_S:.0f} ms a request)")
            slow.clear()
            flood(sandbox, address, seconds, rate)


def flood(sandbox: Sandbox, address: str, seconds: float, rate: float) -> None:
    """Events at a rate over every lead, each of which is changed meanwhile so that there is work to do."""
    leads, over = candidates(sandbox), threading.Event()
    changes = 0

    def change() -> None:
        nonlocal changes
        titles = ("Director of Finance", "Cleaner")
        while not over.is_set():
            for lead in leads:
                # Each time round another one: with the same the worker would have nothing to do from then on.
                sandbox.update_lead(lead, {"jobtitle": titles[changes // len(leads) % 2], "telephone1": None})
                changes += 1
                if over.wait(0.02):
                    return

    sandbox.calls.clear()
    thread = threading.Thread(target=change)
    thread.start()
    try:
        # In a process of their own: the environment, which answers the worker from this one, would hold their clock up.
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as clients:
            took = clients.submit(post_all, address, leads, seconds, rate).result()
    finally:
        over.set()
        thread.join()
    calls: dict[str, Any] = sandbox.calls.counts()
    requests = sum(count for kind, count in calls.items() if kind.startswith("dataverse"))
    print(
        f"acknowledgement     {spread(took)}  ({len(took):,} events, {rate:.0f} a second, {CLIENTS} clients; meanwhile "
        f"{changes:,} changes, {requests:,} requests to the environment)"
    )


if __name__ == "__main__":
    main()
