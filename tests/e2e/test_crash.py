"""kill -9 at the worst moments: no lead and no event is lost, no second card but for an attempt in flight."""

from __future__ import annotations

import json
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from connector.sandbox import Sandbox


@pytest.fixture
def hot(installed: Any, heat: Callable[..., list[str]]) -> list[str]:
    """An installation after its baseline, with twelve British leads about to become hot."""
    with installed.service() as service:
        assert service.sync(by="test") is not None
    return heat(installed, 12)


def killed(process: subprocess.Popen[str]) -> None:
    """Wait for a process that must have been killed."""
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL


def cards(sandbox: Sandbox) -> Counter[str]:
    """How many crossing cards arrived for each lead."""
    counted: Counter[str] = Counter()
    for card in sandbox.teams.cards:
        text = json.dumps(card.body)
        if "crossed" in text:
            counted[text.split("etn=lead&id=")[1][:36]] += 1
    return counted


@pytest.mark.parametrize("nth", [1, 5, 12])
def test_killed_between_two_writes(shell: Any, sandbox: Sandbox, hot: list[str], nth: int) -> None:
    """Killed while the n-th lead is written: the next run completes every lead, one card for each."""
    process: list[subprocess.Popen[str]] = []
    sandbox.before_write(sorted(hot)[nth - 1], lambda: process[0].kill())  # noqa: PLW0108 - started below
    process.append(shell.start("sync", CONNECTOR_PARALLEL="1"))
    killed(process[0])
    assert cards(sandbox) == Counter()
    summary = shell.json("sync")
    assert summary["writes"]["refused"] == 0
    assert all(sandbox.lead(lead)["lc_engagement"] >= 60 for lead in hot)
    assert cards(sandbox) == Counter(hot)
    assert shell.json("sync")["writes"]["applied"] == 0


@pytest.mark.parametrize("nth", [1, 6, 12])
def test_killed_in_the_middle_of_a_batch(shell: Any, sandbox: Sandbox, hot: list[str], nth: int) -> None:
    """Killed while the server works on the n-th part: it writes the rest all the same, and nobody hears of it.

    The next run finds every write of ours and announces each lead once.
    """
    process: list[subprocess.Popen[str]] = []
    sandbox.before_write(sorted(hot)[nth - 1], lambda: process[0].kill())  # noqa: PLW0108 - started below
    process.append(shell.start("sync", CONNECTOR_WRITE_WAY="batch"))
    killed(process[0])
    assert cards(sandbox) == Counter()
    summary = shell.json("sync", CONNECTOR_WRITE_WAY="batch")
    assert summary["writes"]["refused"] == 0
    assert "resumed" in {warning["code"] for warning in summary["warnings"]}
    assert all(sandbox.lead(lead)["lc_engagement"] >= 60 for lead in hot)
    assert cards(sandbox) == Counter(hot)
    assert shell.json("sync")["writes"]["applied"] == 0


def test_killed_while_a_card_is_on_its_way(shell: Any, sandbox: Sandbox, hot: list[str]) -> None:
    """Killed during delivery: every event arrives, and at most those in flight arrive twice."""
    process: list[subprocess.Popen[str]] = []
    seen: list[int] = []

    def kill_at_third(request: Any) -> bool:
        seen.append(1)
        if len(seen) == 3:
            process[0].kill()
        return False

    fault = sandbox.faults.no_answer(times=None, when=kill_at_third, service="teams")
    process.append(shell.start("sync"))
    killed(process[0])
    fault.clear()
    shell.run("sync")
    counted = cards(sandbox)
    assert set(counted) == set(hot)
    assert sum(counted.values()) <= len(hot) + 4  # at most four are in flight at once
    assert max(counted.values()) <= 2


def test_killed_while_a_card_is_on_its_way_and_uncertain_ones_are_held(
    shell: Any, sandbox: Sandbox, hot: list[str]
) -> None:
    """With `hold` no card arrives twice; what may have been sent is listed for a person, and replay sends it."""
    process: list[subprocess.Popen[str]] = []

    def kill_once(request: Any) -> bool:
        process[0].kill()
        return False

    fault = sandbox.faults.no_answer(times=None, when=kill_once, service="teams")
    process.append(shell.start("sync", CONNECTOR_TEAMS_UNCERTAIN="hold"))
    killed(process[0])
    fault.clear()
    out, _ = shell.run("sync", "--json", CONNECTOR_TEAMS_UNCERTAIN="hold")
    uncertain = shell.json("deliveries", "list", "--status", "uncertain")["deliveries"]
    counted = cards(sandbox)
    assert json.loads(out)["alerts"]["uncertain"] == len(uncertain) > 0
    assert max(counted.values(), default=0) <= 1
    assert sum(counted.values()) + len(uncertain) >= len(hot)
