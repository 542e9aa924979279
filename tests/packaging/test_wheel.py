"""What is shipped, from the wheel alone: in an environment of its own, in an empty folder, by the pinned dependencies.

CONNECTOR_TEST_WHEEL names a wheel that is there; otherwise one is built. Left to `make package` and CI.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connector.sandbox import start_sandbox
from tests.packaging.writes import guard, written
from tests.servers import ports, postgresql

ROOT = Path(__file__).resolve().parents[2]
CONTAINER = ROOT / "infra" / "container"
START_S = 60.0
WORKERS = 2
OTHERS = """
SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
WANTED = (
    "connector/py.typed",
    "connector/web/openapi.yaml",
    "connector/store/migrations/env.py",
    "connector/sandbox/documents/models/engagement.yaml",
    "connector/pipeline/sources/presets/emails.yaml",
    "connector/pipeline/sources/exports/cij.yaml",
)

pytestmark = [pytest.mark.long, pytest.mark.server]


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment with the wheel and its dependencies, and an empty folder to work in."""

    programs: Path
    folder: Path

    def environ(self, **extra: str) -> dict[str, str]:
        """Nothing of ours but the programs."""
        return {"PATH": f"{self.programs}:/usr/bin:/bin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8", **extra}

    def run(self, *command: str, code: int = 0, **extra: str) -> tuple[str, str]:
        """Run a program to its end: standard output and error."""
        done = subprocess.run(
            command,
            env=self.environ(**extra),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, f"{command}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done.stdout, done.stderr


def build(folder: Path, kind: str, source: Path = ROOT) -> Path:
    """Build a wheel or an sdist of a source tree; its path."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=300)
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is looked at."""
    named = os.environ.get("CONNECTOR_TEST_WHEEL")
    return Path(named) if named else build(tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, installed as the image installs it."""
    place = tmp_path_factory.mktemp("environment")
    pip = [
        str(place / "bin" / "python"),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--quiet",
        "--no-input",
        "install",
    ]
    for command in (
        [sys.executable, "-m", "venv", str(place)],
        [*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "container.txt")],
        [*pip, "--no-deps", "--no-index", str(wheel)],
    ):
        subprocess.run(command, check=True, capture_output=True, timeout=600, env={**os.environ, "PYTHONPATH": ""})
    return Installed(place / "bin", tmp_path_factory.mktemp("empty"))


def test_the_wheel_holds_all_that_is_read_at_run_time(wheel: Path) -> None:
    """Contract, migrations, presets, samples and the mark of types are in it, as many as in the tree; no test is."""
    names = set(zipfile.ZipFile(wheel).namelist())
    assert set(WANTED) - names == set()
    tree = {str(file.relative_to(ROOT)) for file in (ROOT / "connector").rglob("*") if file.is_file()}
    assert {name for name in tree if "__pycache__" not in name} - names == set()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"connector", "dataverse_lead_connector"}


def test_a_wheel_is_built_to_the_same_bytes(tmp_path: Path) -> None:
    """Twice from the tree, and once from the sdist: one wheel."""
    for name in ("first", "second", "third", "sdist", "tree"):
        (tmp_path / name).mkdir()
    sdist = build(tmp_path / "sdist", "sdist")
    shutil.unpack_archive(sdist, tmp_path / "tree", filter="data")
    (tree,) = (tmp_path / "tree").iterdir()
    wheels = [
        build(tmp_path / "first", "wheel"),
        build(tmp_path / "second", "wheel"),
        build(tmp_path / "third", "wheel", tree),
    ]
    assert len({hashlib.sha256(one.read_bytes()).hexdigest() for one in wheels}) == 1


def test_nothing_is_missing_and_nothing_comes_from_the_tree(installed: Installed) -> None:
    """Every dependency is there in a version that is wanted; the package is the installed one."""
    assert "No broken requirements" in installed.run("python", "-m", "pip", "--disable-pip-version-check", "check")[0]
    where, _ = installed.run("python", "-c", "import connector; print(connector.__file__)")
    assert where.startswith(str(installed.programs.parent))


def test_what_needs_nothing_works(installed: Installed) -> None:
    """Demo, lint, score and the contract work without a setting, a network or a source tree."""
    told = json.loads(installed.run("connector", "demo", "--json")[0])
    assert told["writes"]["applied"] > 0
    assert told["alerts"]["delivered"] > 0
    assert told["repeat"]["writes"]["applied"] == 0
    script = "import connector.sandbox as s, pathlib; print(pathlib.Path(s.__file__).parent / 'documents')"
    documents = Path(installed.run("python", "-c", script)[0].strip())
    model = str(documents / "models" / "engagement.yaml")
    assert json.loads(installed.run("connector", "models", "lint", model, "--json")[0])["findings"] == []
    facts = installed.folder / "facts.json"
    facts.write_text(json.dumps({"lead": {"jobtitle": "FD"}, "account": None, "interactions": []}))
    scored = json.loads(installed.run("connector", "score", "--model", model, "--facts", str(facts), "--json")[0])
    assert scored["model"] == "engagement"
    assert json.loads(installed.run("connector", "openapi")[0])["swagger"] == "2.0"


def ask(port: int, path: str, *, key: str = "", body: object = None) -> tuple[int, Any]:
    """Ask the service: status and JSON; 0 where nobody answers."""
    headers = {"Content-Type": "application/json", **({"x-api-key": key} if key else {})}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())
    except (OSError, HTTPException):  # not only of connecting: one that ends hangs up on whom it had not taken yet
        return 0, None


def until(holds: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    """Wait until something holds, or the process has ended."""
    deadline = time.monotonic() + START_S
    while not holds():
        assert process is None or process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def start(installed: Installed, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the container's entry point, copied as the image has it, in a session of its own; ended in the end."""
    place = tmp_path / "container"
    shutil.copytree(CONTAINER, place)
    guarded = guard(tmp_path)
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, environ: Mapping[str, str]) -> subprocess.Popen[str]:
        log = (tmp_path / f"log-{len(started)}").open("w")
        with log:
            process = subprocess.Popen(
                [str(place / "entrypoint.sh"), *arguments],
                env=installed.environ(**guarded, **environ), cwd=installed.folder, text=True, start_new_session=True,
                stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)


def is_gone(process: subprocess.Popen[str]) -> bool:
    """Tell whether nothing of a session is left."""
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_serve_answers_and_ends_in_order(
    installed: Installed, start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    """One container on SQLite: healthy, ready, gone after SIGTERM; it wrote its data folder and /tmp alone."""
    with ports.reserved() as port, start_sandbox(leads=5) as sandbox:
        environ = {
            **sandbox.settings, "CONNECTOR_BIND": f"127.0.0.1:{port}", "CONNECTOR_DATA_DIR": str(tmp_path / "data"),
            "CONNECTOR_METRICS_BIND": "off",
        }  # fmt: skip
        process = start(environ=environ)
        until(lambda: ask(port, "/healthz")[0] == 200, process)
        assert ask(port, "/readyz")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert is_gone(process)
    assert written(tmp_path) == ""


def test_web_and_two_workers_share_a_postgresql(
    installed: Installed, start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    """The image's entry point, without Docker: refused before the upgrade, then a whole run through the API.

    What is under way at SIGTERM is answered, by the public address. Then no process, no port and no session of the
    database is left, and nothing was written but data and /tmp.
    """
    binaries = postgresql.binaries()
    if binaries is None:
        pytest.skip(f"PostgreSQL is missing: {postgresql.INSTALL}")
    with ExitStack() as stack:
        port = stack.enter_context(ports.reserved())
        url = stack.enter_context(postgresql.running(binaries))
        sandbox = stack.enter_context(start_sandbox(leads=40, closed=3, accounts=10))
        roles = ("--role", "Score.Read", "--role", "Score.Write")
        key = json.loads(installed.run("connector", "keys", "new", "tester", *roles, "--json")[0])
        environ = {
            **sandbox.settings, "CONNECTOR_BIND": f"127.0.0.1:{port}", "CONNECTOR_DATABASE_URL": url,
            "CONNECTOR_DATA_DIR": str(tmp_path / "data"), "CONNECTOR_API_KEYS": key["entry"],
            "CONNECTOR_PUBLIC_URL": "https://leads.example.com", "CONNECTOR_METRICS_BIND": "off",
        }  # fmt: skip
        early = start("web", environ=environ)
        assert early.wait(timeout=60) == 3
        assert "connector db upgrade" in (tmp_path / "log-0").read_text()
        assert start("web", environ=environ | {"CONNECTOR_DATAVERSE_URL": "http://x"}).wait(timeout=60) == 2
        assert "CONNECTOR_DATAVERSE_URL" in (tmp_path / "log-1").read_text()
        assert start("upgrade", environ=environ).wait(timeout=60) == 0
        documents = str(ROOT / "connector" / "sandbox" / "documents")
        installed.run("connector", "apply", documents, "--publish", **environ)

        web = start("web", environ=environ)
        workers = [start("worker", environ=environ) for _ in range(WORKERS)]
        until(lambda: ask(port, "/healthz")[0] == 200, web)
        until(lambda: ask(port, "/readyz")[0] == 200, web)
        assert ask(port, "/api/v1/runs")[0] == 401
        status, run = ask(port, "/api/v1/runs", key=key["key"], body={"kind": "sync"})
        assert status == 202
        until(lambda: is_over(ask(port, f"/api/v1/runs/{run['run_id']}", key=key["key"])[1]), workers[0])
        ended = ask(port, f"/api/v1/runs/{run['run_id']}", key=key["key"])[1]
        assert ended["status"] == "succeeded", ended
        assert any(lead.get("lc_scoredon") for lead in sandbox.leads())

        with socket.create_connection(("127.0.0.1", port), timeout=30) as half:
            head = f"POST /api/v1/runs HTTP/1.1\r\nHost: evil.example\r\nx-api-key: {key['key']}\r\n"
            half.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{".encode())
            assert ask(port, "/healthz")[0] == 200
            for process in (*workers, web):
                process.send_signal(signal.SIGTERM)
            until(lambda: ask(port, "/healthz")[0] == 0)
            half.sendall(b"}")
            with half.makefile("rb") as stream:
                answer = stream.read().decode()
        assert answer.startswith("HTTP/1.1 202 ")
        assert "\r\nLocation: https://leads.example.com/api/v1/runs/" in answer
        assert [process.wait(timeout=90) for process in (*workers, web)] == [0, 0, 0]
        assert all(is_gone(process) for process in (*workers, web))
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            until(lambda: connection.execute(sa.text(OTHERS)).scalar_one() == 0)
        engine.dispose()
    assert written(tmp_path) == ""
    said = "".join(log.read_text() for log in tmp_path.glob("log-*"))
    assert "Traceback" not in said
    assert key["key"] not in said
    assert sandbox.settings["CONNECTOR_CLIENT_SECRET"] not in said


def is_over(run: Mapping[str, Any] | None) -> bool:
    """Tell whether a run has ended."""
    assert run is not None
    return str(run["status"]) not in {"queued", "running"}
