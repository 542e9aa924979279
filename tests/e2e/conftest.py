"""Commands as processes: what a person types, with a sandbox and a data folder of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from connector.bootstrap import Service
from connector.pipeline.publishing import read_documents
from connector.sandbox import Sandbox, start_sandbox
from connector.settings import load_settings

DOCUMENTS = Path(__file__).resolve().parents[2] / "connector" / "sandbox" / "documents"


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs `connector` with an environment of its own; nothing of ours is inherited but the interpreter's paths.

    `said` collects what was printed: standard output, standard error.
    """

    environ: Mapping[str, str]
    folder: Path
    said: list[tuple[str, str]] = field(default_factory=list)

    def start(self, *arguments: str, **extra: str) -> subprocess.Popen[str]:
        """Start a command."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CONNECTOR_")}
        return subprocess.Popen(
            [sys.executable, "-m", "connector", *arguments],
            env={**kept, **self.environ, **extra},
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, code: int = 0, typed: str = "", **extra: str) -> tuple[str, str]:
        """Run a command to its end; its exit code must be `code`. Returns standard output and error.

        `typed` goes to its standard input. A traceback is never right.
        """
        process = self.start(*arguments, **extra)
        out, err = process.communicate(typed, timeout=120)
        self.said.append((out, err))
        assert process.returncode == code, f"{arguments}: exit {process.returncode}\n{out}\n{err}"
        assert "Traceback" not in err
        return out, err

    def json(self, *arguments: str, code: int = 0, typed: str = "", **extra: str) -> Any:
        """Run a command with --json and parse what it prints."""
        out, _ = self.run(*arguments, "--json", code=code, typed=typed, **extra)
        return json.loads(out)

    def refused(self, *arguments: str, code: int, typed: str = "", **extra: str) -> str:
        """Run a command that must end with `code`, an error on standard error and nothing on standard output."""
        out, err = self.run(*arguments, code=code, typed=typed, **extra)
        assert out == ""
        assert "unexpected" not in err
        return err


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A small environment."""
    with start_sandbox(leads=60, closed=5, accounts=15) as started:
        yield started


@pytest.fixture
def shell(sandbox: Sandbox, tmp_path: Path) -> Iterator[Shell]:
    """A shell for an installation on the sandbox; in the end nothing secret or personal may have been printed."""
    environ = {
        **sandbox.settings,
        "CONNECTOR_DATA_DIR": str(tmp_path / "data"),
        "CONNECTOR_TEAMS_RATE": "50/s",
        "CONNECTOR_RETRY_S": "1",
        "CONNECTOR_WEBHOOK_SECRET": "Zz-webhook-secret",
    }
    secrets = [environ["CONNECTOR_CLIENT_SECRET"], "Zz-", "sig=", "eyJ"]
    people = {
        str(row[column])
        for row in sandbox.leads()
        for column in ("fullname", "emailaddress1", "telephone1", "mobilephone")
        if row.get(column)
    }
    shell = Shell(environ, tmp_path)
    yield shell
    for out, err in shell.said:
        assert [secret for secret in secrets if secret in out + err] == []
        assert [name for name in people if name in err] == []


@pytest.fixture
def installed(shell: Shell) -> Shell:
    """An installation with the sample documents live."""
    return install(shell)


@pytest.fixture
def paged(tmp_path: Path) -> Iterator[tuple[Shell, Sandbox]]:
    """An installation on an environment that sends leads in four pages."""
    with start_sandbox(leads=60, closed=5, accounts=15, page_size=20) as started:
        environ = {**started.settings, "CONNECTOR_DATA_DIR": str(tmp_path / "data"), "CONNECTOR_RETRY_S": "0"}
        yield install(Shell(environ, tmp_path)), started


def install(shell: Shell) -> Shell:
    """Publish the sample documents."""
    with service_of(shell) as service:
        applied = service.apply(read_documents(DOCUMENTS), publish=True, replace=False, by="test")
    assert [line for document in applied if document.refused for line in document.lines()] == []
    return shell


def service_of(shell: Shell) -> Service:
    """The service of an installation, in this process: for preparing, and for looking at what is stored."""
    return Service(load_settings(shell.environ))


@pytest.fixture
def bare(tmp_path: Path) -> Shell:
    """A shell without any setting."""
    return Shell({}, tmp_path)
