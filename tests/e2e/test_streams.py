"""Commands whose output nobody reads, or nothing can hold: as processes, since descriptors are the matter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.sandbox import Sandbox

FULL = Path("/dev/full")


@pytest.fixture
def gone() -> Iterator[int]:
    """The writing end of a pipe whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


def ended(shell: Any, *arguments: str, stdout: int, stderr: int = subprocess.PIPE) -> tuple[int, str]:
    """Run a command to its end on such descriptors: its exit code, and what it wrote to standard error."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONNECTOR_")}
    process = subprocess.run(
        [sys.executable, "-m", "connector", *arguments],
        env={**kept, "CONNECTOR_METRICS_BIND": "off", **shell.environ},
        cwd=shell.folder,
        stdout=stdout,
        stderr=stderr,
        text=True,
        timeout=120,
        check=False,
    )
    shell.said.append(("", process.stderr or ""))
    return process.returncode, process.stderr or ""


def closed(shell: Any, *arguments: str, descriptors: str = ">&-") -> tuple[int, str]:
    """Run a command with descriptors closed, as a shell writes that."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONNECTOR_")}
    process = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {descriptors}', "sh", sys.executable, "-m", "connector", *arguments],
        env={**kept, "CONNECTOR_METRICS_BIND": "off", **shell.environ},
        cwd=shell.folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return process.returncode, process.stderr


def test_a_reader_that_goes_away_ends_nothing(installed: Any, sandbox: Sandbox, gone: int) -> None:
    """The run is done, whole, and its own exit code kept; nothing is said of it."""
    assert ended(installed, "sync", stdout=gone) == (0, "")
    (run,) = installed.json("runs", "list")["runs"]
    assert run["status"] == "succeeded"
    assert any(row.get("lc_fit") is not None for row in sandbox.leads())
    for listing in (["doctor"], ["models", "list"], ["models", "list", "--json"], ["alerts", "schema"], ["--help"]):
        assert ended(installed, *listing, stdout=gone) == (0, "")


def test_findings_and_errors_keep_their_codes_without_a_reader(installed: Any, gone: int) -> None:
    """What ends with 1, 2 or 3 does so though nobody reads what it prints, nor what it says of the error."""
    (installed.folder / "faulty.yaml").write_text("model: [\n", "utf-8")
    assert ended(installed, "jobs", "cancel", "nobody", stdout=gone)[0] == 1
    for stderr in (subprocess.PIPE, gone):
        assert ended(installed, "models", "apply", "faulty.yaml", stdout=gone, stderr=stderr)[0] == 2
    assert ended(installed, "demo", "--none", stdout=gone, stderr=gone)[0] == 2


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
def test_a_full_disk_is_said(installed: Any) -> None:
    """Text and JSON alike: one sentence with the system's reason, and exit code 3."""
    said = "Error: The output cannot be written: No space left on device. Make room, or send it elsewhere.\n"
    for command in (["models", "list"], ["models", "list", "--json"], ["--help"]):
        with FULL.open("w") as full:
            assert ended(installed, *command, stdout=full.fileno()) == (3, said)


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")
def test_an_error_that_cannot_be_written_keeps_its_code(installed: Any) -> None:
    """Nobody can be told that standard error is full: the command's own code tells what there is to tell."""
    with FULL.open("w") as full:
        assert ended(installed, "models", "show", "nobody", stdout=full.fileno(), stderr=full.fileno())[0] == 2


def test_a_closed_output_is_said_before_anything_is_done(installed: Any) -> None:
    """No run is begun; with standard error closed too there are only the codes."""
    code, err = closed(installed, "sync")
    assert code == 3
    assert "standard output is closed. Nothing was done." in err
    assert closed(installed, "sync", descriptors=">&- 2>&-") == (3, "")
    assert installed.json("runs", "list") == {"runs": []}
    assert closed(installed, "models", "show", "nobody", descriptors="2>&-") == (2, "")
