"""`connector demo` as a person runs it: what it prints, in which shape, and that nothing of it stays behind."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import termios
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

WIDTH = 80
KEPT = ("PATH", "PYTHONPATH", "COVERAGE_PROCESS_CONFIG")
LINK = re.compile(
    r"https://localhost:\d+/main\.aspx\?appid=[0-9a-f-]{36}&pagetype=entityrecord&etn=lead&id=[0-9a-f-]{36}"
)
SYNC_KEYS = {"run", "pulled", "accounts", "scored", "grades", "qualified", "writes", "alerts", "warnings"}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the demo prints, without a terminal, in an environment that holds no setting."""
    return demo(tmp_path_factory.mktemp("demo"), TERM="xterm-256color", COLUMNS="200")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the demo prints with --json."""
    parsed: dict[str, Any] = json.loads(demo(tmp_path_factory.mktemp("demo"), "--json"))
    return parsed


def command(folder: Path, *arguments: str, stdout: int = subprocess.PIPE, **environ: str) -> subprocess.Popen[str]:
    """Start the demo with its temporary files in a folder of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "connector", "demo", *arguments],
        env={**{name: os.environ[name] for name in KEPT if name in os.environ}, "TMPDIR": str(folder), **environ},
        cwd=folder,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )


def demo(folder: Path, *arguments: str, **environ: str) -> str:
    """Run the demo to its end, which must be a good one that leaves nothing; return what it printed."""
    process = command(folder, *arguments, stdout=subprocess.PIPE, **environ)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert list(folder.iterdir()) == []
    return out


def part_of(printed: str, heading: str) -> str:
    """What stands between a heading and the next empty line."""
    return printed.partition(heading)[2].partition("\n\n")[0]


def children(pid: int) -> list[str]:
    """The child processes of a process that lives."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()


def test_every_part_of_the_path_is_shown(printed: str) -> None:
    """Pulled, grades, the best, the qualified, updates, cards, warnings and the quiet third run have their places."""
    order = [
        "Pulled and scored", "of them linked to an account", "Leads by grade now", "The 10 best leads",
        "Qualified and marked: ", "Updates", "refused: no longer open", "changed between read and write",
        "Cards that reached the channels: ", "Warnings", "have no account", "not recognised", "have opted out",
        "Third sync, with nothing to do: 0 leads scored, 0 updates, 0 cards.",
    ]  # fmt: skip
    places = [printed.find(part) for part in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_the_ten_best_have_score_grade_reasons_and_unknowns(printed: str) -> None:
    """Ten numbered leads, each with points by model, its place in the matrix and two reasons; some have unknowns."""
    part = part_of(printed, "The 10 best leads\n")
    entries = re.split(r"^ ?\d+\. ", part, flags=re.MULTILINE)[1:]
    assert len(entries) == 10
    for entry in entries:
        assert re.search(r": \d+ points, [ABC][123]$", entry, flags=re.MULTILINE)
        assert re.search(r"engagement \d+ (Hot|Warm|Cold), icp-fit \d+ (Strong|Fair|Weak)", entry)
        assert len(re.findall(r"^    [+\u2212]\d+ ", entry, flags=re.MULTILINE)) == 2
    assert "    unknown: " in part


def test_the_mark_is_told_in_the_words_of_the_columns(printed: str) -> None:
    """How a qualified lead was written reads as in the form: labels, not logical names and option values."""
    assert "Status reason = Marketing Qualified,\nSales ready = yes" in printed
    assert "statuscode" not in printed
    assert "msdyncrm" not in printed


def test_each_card_names_its_lead_the_change_and_the_record(printed: str) -> None:
    """A card shows who, score with change and grade; its record link stands alone on its line, whole."""
    part = part_of(printed, "Cards that reached the channels: ")
    count, *rest = part.split("\n[")
    assert int(count) == len(rest) > 0
    for card in rest:
        lines = card.splitlines()
        assert re.match(r"sales-(uk|dach)\] [a-z-]+: ", lines[0])
        assert " · " in lines[1]
        assert re.search(r"Engagement \d+ \([+-]\d+\), (Hot|Warm|Cold)", " ".join(line.strip() for line in lines))
        assert LINK.fullmatch(lines[-1])


def test_no_line_is_wider_than_a_terminal_but_links(printed: str) -> None:
    """80 columns are enough; what is longer is a link, alone and unbroken."""
    wide = [line for line in printed.splitlines() if len(line) > WIDTH]
    assert wide
    assert all(LINK.fullmatch(line) for line in wide)
    assert sum("etn=lead" in line for line in printed.splitlines()) == len(wide)


def test_without_a_terminal_nothing_but_text_is_printed(printed: str) -> None:
    """No control sequences, though the environment speaks of a wide terminal with colours."""
    assert "\x1b" not in printed


def test_in_a_terminal_without_colour_it_reads_the_same(tmp_path: Path, printed: str) -> None:
    """With NO_COLOR a terminal of 80 columns gets no colours, and the same headings."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, WIDTH, 0, 0))
    process = command(tmp_path, stdout=theirs, NO_COLOR="1", TERM="xterm-256color")
    os.close(theirs)
    parts: list[bytes] = []
    with contextlib.suppress(OSError):  # EIO is how a terminal ends
        while part := os.read(ours, 65_536):
            parts.append(part)
    os.close(ours)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 0
    out = b"".join(parts).decode().replace("\r\n", "\n")
    codes = {code for part in re.findall(r"\x1b\[([0-9;]*)m", out) for code in part.split(";")}
    assert codes <= {"", "0", "1", "4"}  # plain, bold, underlined
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out)
    assert "\x1b" not in plain
    assert max(len(line) for line in plain.splitlines() if not LINK.fullmatch(line)) <= WIDTH
    headings = [line for line in printed.splitlines() if line.startswith(("The 10", "Cards", "Third", "Qualified"))]
    assert all(heading in plain for heading in headings)


def test_json_has_the_keys_of_sync_and_repeat(data: dict[str, Any]) -> None:
    """The keys are design.md's, summed over the first two runs; the third's stand under `repeat`."""
    assert set(data) == SYNC_KEYS | {"repeat"}
    assert set(data["repeat"]) == SYNC_KEYS
    assert set(data["writes"]) == {"applied", "unchanged", "refused", "stale"}
    assert set(data["alerts"]) == {"delivered", "queued", "held", "uncertain", "dead"}
    assert all(set(warned) == {"code", "message", "count"} for warned in data["warnings"])
    assert set(data["grades"]) == {"engagement", "icp-fit", "intent"}


def test_the_story_holds_every_outcome(data: dict[str, Any]) -> None:
    """Leads are qualified, written, refused because they were closed, stale and tried again; cards arrive."""
    assert data["pulled"] > data["scored"] > 300
    assert data["qualified"] > 0
    assert data["writes"]["applied"] > 300
    assert data["writes"]["refused"] == 1
    assert data["writes"]["stale"] == 3
    assert data["writes"]["unchanged"] == 1
    assert data["alerts"]["delivered"] > 0
    assert {warned["code"] for warned in data["warnings"]} >= {"no-account", "unrecognised-title", "opted-out"}


def test_the_third_run_does_nothing(data: dict[str, Any]) -> None:
    """With nothing to do nothing is scored, written or sent."""
    repeat = data["repeat"]
    assert repeat["scored"] == repeat["qualified"] == 0
    assert set(repeat["writes"].values()) == set(repeat["alerts"].values()) == {0}
    assert repeat["grades"] == {}


@pytest.mark.parametrize(
    ("number", "sign"),
    [
        (signal.SIGINT, "lead-connector-sandbox-*"),  # the sandbox starts
        (signal.SIGINT, "lead-connector-*/data/connector.db-wal"),  # the store is being filled
        (signal.SIGINT, "lead-connector-*/data/connector.db.worker.lock"),  # the first run is under way
        (signal.SIGTERM, "lead-connector-*/data/connector.db.worker.lock"),
    ],
)
def test_stopped_half_way_it_leaves_nothing(tmp_path: Path, number: signal.Signals, sign: str) -> None:
    """Ctrl-C and SIGTERM in the middle end it with a sentence and code 3; no temporary folder is left."""
    process = command(tmp_path)
    watch = threading.Event()
    while process.poll() is None and not list(tmp_path.glob(sign)):
        watch.wait(0.002)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert list(tmp_path.iterdir()) == []
    assert process.returncode == 3
    assert "stopped" in err.lower()
    assert "Traceback" not in out + err


ENDING = """
import atexit, os, sys
from connector.cli import main
atexit.register(os.kill, os.getpid(), {number})
sys.argv = ["connector", "--version"]
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_comes_too_late_changes_nothing(number: signal.Signals) -> None:
    """While the process of a finished command ends, Ctrl-C and SIGTERM neither kill it nor make it say anything."""
    ended = subprocess.run(
        [sys.executable, "-c", ENDING.format(number=int(number))],
        env={name: os.environ[name] for name in KEPT if name in os.environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


class Stayed:
    """A demo that stays: its process and what it said of itself."""

    def __init__(self, folder: Path) -> None:
        self.process = command(folder, "--stay", CONNECTOR_BIND="127.0.0.1:0")
        assert self.process.stdout is not None
        self.lines: list[str] = []
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith("Ctrl-C"):
                break
        self.text = "\n".join(self.lines)

    def said(self, name: str) -> str:
        """What stands behind a name at the beginning of a line."""
        return next(line.removeprefix(name).strip() for line in self.lines if line.startswith(name))

    def ask(self, path: str, *, key: str = "", method: str = "GET") -> tuple[int, Any]:
        """Ask the service: status and JSON."""
        request = urllib.request.Request(  # an http address that the demo printed
            self.said("Service") + path, method=method, headers={"x-api-key": key} if key else {}
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal and wait for the end: exit code and standard error."""
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=30)
        return self.process.returncode, err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_that_stays_serves_until_it_is_told_to_end(tmp_path: Path, number: signal.Signals) -> None:
    """It prints its addresses and a key that works, does a run that is asked for, and ends with 0 and nothing left."""
    stayed = Stayed(tmp_path)
    try:
        key, lead = stayed.said("Key (this run only)"), re.search(r"/leads/([0-9a-f-]{36})/scores", stayed.text)
        assert stayed.said("Sandbox (Dataverse)").startswith("https://localhost:")
        assert stayed.said("Sandbox (sign-in)").startswith("https://localhost:")
        assert lead is not None
        assert stayed.ask("/healthz") == (200, {"status": "ok"})
        assert stayed.ask("/readyz")[0] == 200
        assert stayed.ask(f"/api/v1/leads/{lead[1]}/scores")[0] == 401
        status, scores = stayed.ask(f"/api/v1/leads/{lead[1]}/scores", key=key)
        assert (status, {score["model"] for score in scores["scores"]}) == (200, {"engagement", "icp-fit", "intent"})
        status, run = stayed.ask("/api/v1/runs", key=key, method="POST")
        assert status == 202
        deadline = time.monotonic() + 30
        while run["status"] in {"queued", "running"} and time.monotonic() < deadline:
            run = stayed.ask(f"/api/v1/runs/{run['run_id']}", key=key)[1]
        assert run["status"] == "succeeded"
        assert children(stayed.process.pid) == []
    finally:
        code, err = stayed.end(number)
    assert (code, err) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_is_taken_is_named(tmp_path: Path) -> None:
    """Where the address of `--stay` is taken the demo says so, with the remedy, and leaves nothing."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = command(tmp_path, "--stay", CONNECTOR_BIND=f"127.0.0.1:{taken.getsockname()[1]}")
        _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "CONNECTOR_BIND" in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []
