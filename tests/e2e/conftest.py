"""Commands as processes: what a person types, with a sandbox and a data folder of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.bootstrap import Service
from connector.pipeline.interactions import interaction
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
            # Metrics have one port by default: tests that run at the same time would take it from each other.
            env={**kept, "CONNECTOR_METRICS_BIND": "off", **self.environ, **extra},
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

    def service(self) -> Service:
        """The installation's service in this process: for preparing, and for looking at what is stored."""
        return Service(load_settings(self.environ))

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
    with shell.service() as service:
        applied = service.apply(read_documents(DOCUMENTS), publish=True, replace=False, by="test")
    assert [line for document in applied if document.refused for line in document.lines()] == []
    return shell


@pytest.fixture
def bare(tmp_path: Path) -> Shell:
    """A shell without any setting."""
    return Shell({}, tmp_path)


@dataclass(frozen=True, slots=True)
class Serving:
    """`connector serve` under way: its process and its address."""

    process: subprocess.Popen[str]
    address: str

    def ask(self, path: str, *, key: str = "", method: str = "GET") -> tuple[int, Any]:
        """Ask the API: status and JSON."""
        return ask(self.address + path, key=key, method=method)

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[str, str]:
        """End it; it must end well. Returns what else it printed."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, err
        return out, err


@pytest.fixture
def serve() -> Iterator[Callable[..., Serving]]:
    """Start `connector serve` for a shell; what still runs in the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(shell: Shell, **extra: str) -> Serving:
        process = shell.start("serve", **({"CONNECTOR_BIND": "127.0.0.1:0"} | extra))
        started.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found is not None, process.communicate(timeout=30)
        return Serving(process, found[0])

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=30)


def ask(url: str, *, key: str = "", method: str = "GET") -> tuple[int, Any]:
    """Ask an http address on loopback: status and JSON."""
    request = urllib.request.Request(url, method=method, headers={"x-api-key": key} if key else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


@pytest.fixture
def heat(sandbox: Sandbox) -> Callable[[Shell, int], list[str]]:
    """Let British leads become hot after the baseline: (shell, how many) → their ids.

    Each the only one of its company: a colleague's deeds are a fact about others, who would be written too.
    """

    def act(shell: Shell, most: int) -> list[str]:
        companies = Counter(row["_parentaccountid_value"] for row in sandbox.leads())
        fitting = sorted(
            str(row["leadid"])
            for row in sandbox.leads()
            if row["statecode"] == 0
            and not row.get("msdyn_gdproptout")
            and not row.get("donotbulkemail")
            and row.get("followemail") is not False
            and (row.get("lc_engagement") or 0) < 30
            and (row["_parentaccountid_value"] is None or companies[row["_parentaccountid_value"]] == 1)
        )[:most]
        at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        rows = [
            {"id": f"{lead}-{kind}-{form}", "lead_id": lead, "type": kind, "at": at, "properties": {"form": form}}
            for lead in fitting
            for kind, form in (("form_submission", "demo"), ("form_submission", "pricing"), ("email_click", "-"))
        ]
        for lead in fitting:
            sandbox.update_lead(lead, {"address1_country": "GB"})
        with shell.service() as service:
            service.add_interactions([interaction(row) for row in rows])
        return fitting

    return act
