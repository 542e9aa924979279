"""Opens SQLite stores in a data folder of the test's own, and starts other processes on it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connector.store import SqlStore, open_store

Opener = Callable[[], SqlStore]
Starter = Callable[[str], "subprocess.Popen[str]"]

PREAMBLE = """
import sys
from pathlib import Path
from connector.store import open_store
from connector.pipeline.ports import Settlement
from tests.contract.store.material import *
data_dir = Path(sys.argv[1])
def say(word):
    print(word, flush=True)
def wait():
    sys.stdin.readline()
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """The data folder; it does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def reopen(data_dir: Path) -> Iterator[Opener]:
    """Opens the store of the data folder."""
    opened: list[SqlStore] = []

    def open_again() -> SqlStore:
        opened.append(open_store(None, data_dir))
        return opened[-1]

    yield open_again
    for one in opened:
        one.close()


@pytest.fixture
def store(reopen: Opener) -> SqlStore:
    """An open store."""
    return reopen()


@pytest.fixture
def process(data_dir: Path) -> Iterator[Starter]:
    """Starts another Python on the data folder; it says words on its output and waits for lines on its input."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-c", PREAMBLE + code, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.communicate()


def said(child: subprocess.Popen[str]) -> str:
    """The next word that another process says."""
    assert child.stdout is not None
    return child.stdout.readline().strip()


def tell(child: subprocess.Popen[str]) -> None:
    """Let another process that waits go on."""
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()
