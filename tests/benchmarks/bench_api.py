"""The API: how long an answer takes, and how many a second there are, from outside and on a real store.

Run: python tests/benchmarks/bench_api.py [--smoke]. `connector serve` runs in a process of its own on SQLite, as it is
shipped; where gunicorn is installed the same application is measured under two of its workers too. The clients share
the machine with it. Prints; asserts nothing about time.
"""

from __future__ import annotations

import argparse
import http.client
import importlib.util
import json
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from connector.sandbox import Sandbox, start_sandbox
from connector.web.apikeys import new_key

DOCUMENTS = Path(__file__).resolve().parents[2] / "connector" / "sandbox" / "documents"
MODEL = "engagement"
KEYS = 60  # each may ask 600 times a minute
CLIENTS = 8
FACTS = {
    "lead": {"jobtitle": "Finance Director", "address1_country": "GB", "emailaddress1": "fd@example.com"},
    "account": {"numberofemployees": 900},
    "interactions": [{"type": "email_click", "at": f"2026-11-{day:02}T09:00:00Z"} for day in range(1, 11)],
}
Call = tuple[str, str, bytes | None]


def connector(environ: dict[str, str], *arguments: str) -> str:
    """Run a command to its end; what it printed."""
    command = [sys.executable, "-m", "connector", *arguments]
    done = subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{arguments} ended with {done.returncode}: {done.stderr}")
    return done.stdout


@contextmanager
def serving(environ: dict[str, str], command: Sequence[str], shows: str) -> Iterator[str]:
    """A server in a process of its own; its address, as the line that `shows` it says."""
    process = subprocess.Popen(
        command, env={**os.environ, **environ}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        address, lines = "", []
        while not address and process.stdout and (line := process.stdout.readline()):
            lines.append(line)
            address = found[1] if (found := re.search(shows, line)) else ""
        if not address:
            raise SystemExit(f"the server did not start: {''.join(lines)}")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)
        if process.stdout:
            process.stdout.close()


def ask(connection: http.client.HTTPConnection, call: Call, key: str) -> float:
    """One call; how long it took. Ends the benchmark where the answer is no 200."""
    verb, path, body = call
    headers = {"x-api-key": key} | ({"Content-Type": "application/json"} if body else {})
    start = time.perf_counter()
    connection.request(verb, path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    took = time.perf_counter() - start
    if answer.status != http.HTTPStatus.OK:
        raise SystemExit(f"{verb} {path} was answered with {answer.status}: {text[:200]!r}")
    return took


def client(
    address: str, calls: Sequence[Call], keys: Sequence[str], seconds: float, rate: float | None, place: float
) -> list[float]:
    """Ask for so long, at a rate (None: without a pause); how long each answer took.

    `place` (0 to 1) is when between two calls of the others this client's come: they are not to come all at once.
    """
    connection = http.client.HTTPConnection(address, timeout=30)
    took: list[float] = []
    began = time.perf_counter() + (place / rate if rate else 0.0)
    while (now := time.perf_counter()) - began < seconds:
        if rate is not None and (wait := began + len(took) / rate - now) > 0:
            time.sleep(wait)
        number = len(took)
        took.append(ask(connection, calls[number % len(calls)], keys[number % len(keys)]))
    connection.close()
    return took


def load(
    address: str, calls: Sequence[Call], keys: Sequence[str], seconds: float, rate: float | None = None
) -> list[float]:
    """Ask from eight clients in a process of their own each, at a rate in all; how long each answer took."""
    share = [keys[number::CLIENTS] for number in range(CLIENTS)]
    each = None if rate is None else rate / CLIENTS
    with multiprocessing.get_context("fork").Pool(CLIENTS) as pool:
        places = [(address, calls, own, seconds, each, n / CLIENTS) for n, own in enumerate(share)]
        parts = pool.starmap(client, places)
    return [one for part in parts for one in part]


def spread(seconds: Sequence[float]) -> str:
    """Median, p99 and the worst in milliseconds."""
    ordered = sorted(seconds)
    p99 = ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]
    return (
        f"p50 {1000 * statistics.median(ordered):6.2f} ms  p99 {1000 * p99:6.2f} ms  max {1000 * ordered[-1]:6.1f} ms"
    )


def measure(address: str, leads: Sequence[str], keys: Sequence[str], seconds: float) -> None:
    """Latency at a hundred calls a second, then as many calls as there can be."""
    print(f"  {os.cpu_count()} processors; load of the machine before: {os.getloadavg()[0]:.1f}")
    scores: list[Call] = [("GET", f"/api/v1/leads/{lead}/scores/{MODEL}", None) for lead in leads]
    test: list[Call] = [("POST", f"/api/v1/models/{MODEL}/test", json.dumps(FACTS).encode())]
    now: list[Call] = [("POST", f"/api/v1/leads/{lead}/score", None) for lead in leads]
    connection = http.client.HTTPConnection(address, timeout=30)
    for key in keys:  # the first look at a key is slow on purpose
        ask(connection, scores[0], key)
    for calls in (test, now):
        ask(connection, calls[0], keys[0])
    connection.close()
    for name, calls in (("get score", scores), ("test a model", test), ("score a lead now", now)):
        took = load(address, calls, keys, seconds, 100.0)
        print(f"  {name:17} {spread(took)}  ({len(took):,} calls, 100 a second)")
    for name, calls in (("get score", scores), ("test a model", test)):
        took = load(address, calls, keys, seconds)
        print(f"  {name:17} {spread(took)}  {len(took) / seconds:6,.0f} a second from {CLIENTS} clients")


def scored_leads(sandbox: Sandbox) -> list[str]:
    """Leads that have a score."""
    rows: list[dict[str, Any]] = [dict(row) for row in sandbox.leads()]
    return sorted(str(row["leadid"]) for row in rows if row.get("lc_engagement") is not None)[:200]


def main() -> None:
    """One installation, measured under each server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="few calls, to see that it runs")
    options = parser.parse_args()
    seconds = 0.5 if options.smoke else 5.0
    pairs = [new_key(f"bench-{number}", ["Score.Read"]) for number in range(CLIENTS if options.smoke else KEYS)]
    keys = [secret for secret, _ in pairs]
    with tempfile.TemporaryDirectory(prefix="lead-connector-bench-") as folder, start_sandbox(leads=600) as sandbox:
        environ = {
            **sandbox.settings,
            "CONNECTOR_DATA_DIR": f"{folder}/data",
            "CONNECTOR_API_KEYS": ",".join(entry for _, entry in pairs),
            "REQUESTS_CA_BUNDLE": "",
        }
        history = Path(folder, "history.ndjson")
        rows = (json.dumps(row, default=str) for row in sandbox.sample_interactions())
        history.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        connector(environ, "apply", str(DOCUMENTS), "--publish")
        connector(environ, "interactions", "import", str(history))
        connector(environ, "sync", "--json")
        leads = scored_leads(sandbox)
        serve = [sys.executable, "-m", "connector", "serve"]
        with serving({**environ, "CONNECTOR_BIND": "127.0.0.1:0"}, serve, r"Serving on http://(127[\d.:]+)") as address:
            print("connector serve (one process, with its worker)")
            measure(address, leads, keys, seconds)
        if importlib.util.find_spec("gunicorn"):
            workers = ["--workers", "2", "--threads", "4", "--bind", "127.0.0.1:0", "connector.web.wsgi:application()"]
            with serving(
                environ, [sys.executable, "-m", "gunicorn", *workers], r"Listening at: http://(127[\d.:]+)"
            ) as address:
                print("gunicorn (two workers with four threads each)")
                measure(address, leads, keys, seconds)


if __name__ == "__main__":
    main()
