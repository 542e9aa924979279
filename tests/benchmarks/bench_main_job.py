"""The main job on many generated leads: time, requests a lead, peak memory, and later runs against the first.

Run: python tests/benchmarks/bench_main_job.py [--smoke] [--leads N]. The sandbox runs here, `connector sync` in a
process of its own, so that the memory told is the service's alone. Prints; asserts nothing about time.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connector.sandbox import Sandbox, start_sandbox

DOCUMENTS = Path(__file__).resolve().parents[2] / "connector" / "sandbox" / "documents"


def connector(environ: Mapping[str, str], *arguments: str) -> tuple[str, float]:
    """Run a command; what it printed, and how long it took in seconds."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "connector", *arguments],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{arguments} ended with {done.returncode}: {done.stderr}")
    return done.stdout, time.perf_counter() - begun


def sync(name: str, sandbox: Sandbox, environ: Mapping[str, str]) -> float:
    """One run with its figures printed; its time in seconds."""
    sandbox.calls.clear()
    out, seconds = connector(environ, "sync", "--json")
    summary: dict[str, Any] = json.loads(out)
    requests = sum(count for kind, count in sandbox.calls.counts().items() if kind.startswith("dataverse"))
    scored = max(summary["scored"], 1)
    print(
        f"{name:<12} {seconds:7.2f} s  scored {summary['scored']:>7,}  written {summary['writes']['applied']:>7,}  "
        f"requests {requests:>7,} ({requests / scored:.3f} a lead)  {1000 * seconds / scored:.2f} ms a lead"
    )
    return seconds


def main() -> None:
    """Set up, three runs, and the script of events between the first and the second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="few leads, to see that it runs")
    parser.add_argument("--leads", type=int, default=10_000)
    options = parser.parse_args()
    leads = 300 if options.smoke else options.leads
    with (
        tempfile.TemporaryDirectory(prefix="lead-connector-bench-") as folder,
        start_sandbox(leads=leads, accounts=max(leads // 5, 60)) as sandbox,
    ):
        environ = {
            **sandbox.settings,
            "CONNECTOR_DATA_DIR": f"{folder}/data",
            "CONNECTOR_TEAMS_RATE": "50/s",
            "REQUESTS_CA_BUNDLE": "",
        }
        connector(environ, "apply", str(DOCUMENTS), "--publish")
        path = Path(folder) / "history.ndjson"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in sandbox.sample_interactions())
        _, seconds = connector(environ, "interactions", "import", str(path))
        print(f"{leads:,} leads, {sum(1 for _ in path.open()):,} interactions imported in {seconds:.2f} s")
        first = sync("first sync", sandbox, environ)
        second = sync("nothing new", sandbox, environ)
        script = sandbox.events_script()
        sandbox.play(script)
        path.write_text("\n".join(json.dumps(row) for row in script.interactions), encoding="utf-8")
        connector(environ, "interactions", "import", str(path))
        third = sync("events", sandbox, environ)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"peak memory of the service {peak:.0f} MB")
        print(f"ratios to the first sync: nothing new {second / first:.3f}, events {third / first:.3f}")


if __name__ == "__main__":
    main()
