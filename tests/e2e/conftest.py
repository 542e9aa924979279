"""Commands as processes: what a person types, with a sandbox and a data folder of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connector.sandbox import Sandbox, start_sandbox

DOCUMENTS = Path(__file__).resolve().parents[2] / "connector" / "sandbox" / "documents"


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs `connector` with an environment of its own; nothing of ours is inherited but the interpreter's paths."""

    environ: Mapping[str, str]
    folder: Path

    def start(self, *arguments: str, **extra: str) -> subprocess.Popen[str]:
        """Start a command."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CONNECTOR_")}
        return subprocess.Popen(
            [sys.executable, "-m", "connector", *arguments],
            env={**kept, **self.environ, **extra},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, code: int = 0, **extra: str) -> tuple[str, str]:
        """Run a command to its end; its exit code must be `code`. Returns standard output and error."""
        process = self.start(*arguments, **extra)
        out, err = process.communicate(timeout=120)
        assert process.returncode == code, f"{arguments}: exit {process.returncode}\n{out}\n{err}"
        return out, err

    def json(self, *arguments: str, code: int = 0) -> Any:
        """Run a command with --json and parse what it prints."""
        out, _ = self.run(*arguments, "--json", code=code)
        return json.loads(out)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A small environment."""
    with start_sandbox(leads=60, closed=5, accounts=15) as started:
        yield started


@pytest.fixture
def shell(sandbox: Sandbox, tmp_path: Path) -> Shell:
    """A shell for an installation on the sandbox."""
    environ = {**sandbox.settings, "CONNECTOR_DATA_DIR": str(tmp_path / "data"), "CONNECTOR_TEAMS_RATE": "50/s"}
    return Shell(environ, tmp_path)


@pytest.fixture
def bare(tmp_path: Path) -> Shell:
    """A shell without any setting."""
    return Shell({}, tmp_path)
