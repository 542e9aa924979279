"""`python -m tests.soak --seconds 600 --seed N`: stir, let it settle, compare the books, print the report.

Exit codes: 0 all is right; 1 something is not.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from connector.sandbox import start_sandbox
from tests.soak.installation import Installation, installed
from tests.soak.mischief import Mischief
from tests.soak.people import People
from tests.soak.reckoning import Reckoning, now

TICK_S, LONGEST_TICK_S = 0.2, 5.0
SETTLE_S = 420.0  # a card that failed four times is tried again after six minutes


def main() -> int:
    """Run the soak."""
    parser = argparse.ArgumentParser(prog="soak", description="An installation under faults and kills, then its books.")
    parser.add_argument("--seconds", type=float, default=600.0, help="how long it is stirred")
    parser.add_argument("--seed", type=int, default=None, help="repeats the choices of an earlier run, not its timing")
    parser.add_argument("--leads", type=int, default=150)
    parser.add_argument("--keep", action="store_true", help="keep the folder with the logs")
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(1_000_000) if options.seed is None else options.seed
    say(f"soak: {options.seconds:g} s, seed {seed} (again: make soak SECONDS={options.seconds:g} SEED={seed})")
    folder = Path(tempfile.mkdtemp(prefix="connector-soak-"))
    findings = 1
    try:
        findings = soak(folder, options.seconds, seed, options.leads)
    finally:
        if findings or options.keep:
            say(f"logs: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if findings else 0


def soak(folder: Path, seconds: float, seed: int, leads: int) -> int:
    """Do it all; return how many findings there are."""
    with (
        start_sandbox(leads=leads, closed=8, accounts=leads // 5, page_size=40) as sandbox,
        installed(sandbox, folder) as installation,
    ):
        people = People(sandbox, installation, random.Random(seed))
        mischief = Mischief(sandbox, installation, random.Random(seed + 1))
        people.subscribe()
        run_to_the_end(installation)  # the baseline
        stir(people, mischief, seconds, random.Random(seed + 2))
        began = time.monotonic()
        settled = settle(people, mischief)
        took = time.monotonic() - began
        installation.end()
        reckoning = Reckoning(sandbox, installation, people, now())
        reckoning.reckon()
        if not settled:
            reckoning.findings.insert(0, f"it did not settle within {SETTLE_S:g} s")
        report(reckoning, mischief, took)
        return len(reckoning.findings)


def stir(people: People, mischief: Mischief, seconds: float, chance: random.Random) -> None:
    """Let people act and things go wrong, at random, until the time is up."""
    last = time.monotonic()
    until = last + seconds
    while (tick := time.monotonic()) < until:
        passed, last = min(tick - last, LONGEST_TICK_S), tick
        for rate, act in (
            (4.0, people.edit), (3.0, people.act), (0.3, people.ask_for_a_run), (1 / 45, people.publish),
            (0.6, mischief.turn_a_knob), (0.2, mischief.trouble_webhooks), (1 / 5, mischief.strike),
            (1 / 30, mischief.trouble_database),
        ):  # fmt: skip
            for _ in range(times(rate * passed, chance)):
                act()
        people.post()
        mischief.tend()
        people.installation.tend()
        time.sleep(max(0.0, TICK_S - (time.monotonic() - tick)))


def times(expected: float, chance: random.Random) -> int:
    """How often something happens that happens so often on the average."""
    whole = int(expected)
    return whole + (chance.random() < expected - whole)


def settle(people: People, mischief: Mischief) -> bool:
    """Let nothing go wrong any more and wait until all that was asked for is done; whether that came to be."""
    installation, until = people.installation, time.monotonic() + SETTLE_S
    mischief.end()
    installation.wait_until_ready()
    while not (people.post(most=1_000_000) and people.settle_rules()):
        if time.monotonic() > until:
            return False
        installation.tend()
        time.sleep(TICK_S)
    people.sandbox.dataverse.hooks.poster.wait()
    while time.monotonic() < until:
        installation.tend()
        if run_to_the_end(installation) and is_quiet(installation):
            return True
        time.sleep(1.0)
    return False


def run_to_the_end(installation: Installation, timeout_s: float = 120.0) -> bool:
    """Ask for a run and wait for its end; whether it found nothing to do and succeeded."""
    run = installation.ask("POST", "/api/v1/runs", {})
    until = time.monotonic() + timeout_s
    while run is not None and run["status"] not in {"succeeded", "failed", "cancelled"} and time.monotonic() < until:
        installation.tend()
        time.sleep(0.2)
        run = installation.ask("GET", f"/api/v1/runs/{run['run_id']}") or run
    summary = run["summary"] if run is not None and run["status"] == "succeeded" else {}
    return bool(summary) and summary["pulled"] == summary["scored"] == 0


def is_quiet(installation: Installation) -> bool:
    """Tell whether nothing waits to be done."""
    questions = (
        "SELECT 1 FROM delivery WHERE status IN ('queued', 'sending', 'held') LIMIT 1",
        "SELECT 1 FROM job WHERE status IN ('ready', 'leased') LIMIT 1",  # what sleeps has its time, up to an hour
        "SELECT 1 FROM decision WHERE status = 'planned' LIMIT 1",
        "SELECT 1 FROM lead WHERE due LIMIT 1",
    )
    return not any(installation.query(question) for question in questions)


def report(reckoning: Reckoning, mischief: Mischief, settled_s: float) -> None:
    """Print the figures and what was found."""
    installation, people = reckoning.installation, reckoning.people
    tables: tuple[tuple[str, Counter[str] | dict[str, int]], ...] = (
        ("what people did", people.counts),
        ("what was done to the processes", installation.counts),
        ("faults met by requests", mischief.counts()),
        ("the books", reckoning.figures),
    )
    for title, figures in tables:
        say(f"\n{title}")
        for name, number in figures.items():
            say(f"  {number:>8,}  {name}")
    say(f"\nsettled {settled_s:.0f} s after the last fault")
    if reckoning.findings:
        say(f"{len(reckoning.findings)} findings:")
        for text in reckoning.findings[:40]:
            say(f"- {text}")
    else:
        say("Every score, every write and every card is right; nothing is left over.")


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
