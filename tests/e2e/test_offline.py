"""What needs no settings, no store and no network: proved by a process that fails at the first of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MODEL = str(Path(__file__).resolve().parents[2] / "connector" / "sandbox" / "documents" / "models" / "icp-fit.yaml")
FACTS = '{"lead": {"jobtitle": "FD"}, "account": null, "interactions": []}'
KEPT = ("PATH", "PYTHONPATH")

# Python tells its audit hooks of every socket and every file before it opens them: none may be opened but those that
# are allowed. Running as root would make a test by permissions worthless.
GUARD = """
import os, sys

outside, writable = sys.argv[1] == "none", sys.argv[2]
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC

def watch(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)) and args[2] & WRITES:
        path = os.path.realpath(os.fsdecode(args[0]))
        if path != "/dev/null" and not (writable and path.startswith(writable)):
            os.write(2, f"WROTE {path}\\n".encode())
            os._exit(97)
    if event in {"socket.connect", "socket.sendto", "socket.getaddrinfo"}:
        host = args[0] if event == "socket.getaddrinfo" else args[1][0]
        if outside or host not in {"localhost", "127.0.0.1", "::1"}:
            os.write(2, f"REACHED {host}\\n".encode())
            os._exit(98)
    if event == "os.mkdir" and not (writable and os.path.realpath(args[0]).startswith(writable)):
        os.write(2, f"MADE {args[0]}\\n".encode())
        os._exit(99)

del sys.argv[1:3]
sys.addaudithook(watch)
from connector.cli import main
main()
"""


def guarded(folder: Path, *arguments: str, loopback: bool = False, writable: str = "") -> str:
    """Run a command in an empty environment and a folder that may only be read; return what it printed."""
    folder.chmod(0o500)
    environ = {name: os.environ[name] for name in KEPT if name in os.environ}
    environ |= {"PYTHONDONTWRITEBYTECODE": "1"} | ({"TMPDIR": writable} if writable else {})
    try:
        done = subprocess.run(
            [sys.executable, "-c", GUARD, "loopback" if loopback else "none", writable, *arguments],
            env=environ,
            cwd=folder,
            input=FACTS,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        folder.chmod(0o700)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(folder.iterdir()) == []
    return done.stdout


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """An empty folder to stand in."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("score", "--model", MODEL, "--facts", "-"), "icp-fit: "),
        (("score", "--model", MODEL, "--facts", "-", "--json"), '"explanation"'),
        (("models", "lint", MODEL), "1 finding."),
        (("models", "schema"), "$schema"),
        (("openapi",), '"swagger": "2.0"'),
        (("keys", "new", "flow"), "CONNECTOR_API_KEYS"),
        (("--help",), "Commands:"),
        (("--version",), "connector, version"),
    ],
)
def test_commands_that_need_nothing_touch_nothing(empty: Path, arguments: tuple[str, ...], said: str) -> None:
    """They print their answer, write no file, make no folder, and open no connection."""
    assert said in guarded(empty, *arguments)


def test_the_demo_stays_on_this_machine(empty: Path, tmp_path: Path) -> None:
    """It speaks to loopback addresses alone and writes to its temporary folders alone, which are gone afterwards."""
    place = tmp_path / "temporary"
    place.mkdir()
    out = guarded(empty, "demo", loopback=True, writable=str(place.resolve()))
    assert "Third sync, with nothing to do" in out
    assert list(place.iterdir()) == []


def test_the_guard_of_these_tests_works(empty: Path, tmp_path: Path) -> None:
    """A command that needs a store is caught by the guard: what passes above really touched nothing."""
    with pytest.raises(AssertionError, match=r"MADE|WROTE"):
        guarded(empty, "runs", "list")
    with pytest.raises(AssertionError, match="REACHED localhost"):
        guarded(empty, "demo", writable=str(tmp_path.resolve()))
