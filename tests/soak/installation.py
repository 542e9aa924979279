"""The installation under soak: PostgreSQL, `connector serve` and three workers, each a process that may be killed.

What is done to them, and by whom, is not decided here.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg
import yaml

from connector.sandbox import Sandbox
from tests.servers import ports, postgresql

WEB, WORKERS = "web", ("worker-1", "worker-2", "worker-3")
NAMES = (WEB, *WORKERS)
WEBHOOK_SECRET = "soak-webhook-secret"
PUBLIC_URL = "https://scores.example.com"
SAMPLES = Path(__file__).resolve().parents[2] / "connector" / "sandbox" / "documents"
CARD_KINDS = ("score_crossed", "grade_entered", "lead_qualified", "account_woke")
# Without quiet hours, since what is held overnight cannot be counted now; without a budget of cards for likewise.
LEFT_OUT = ("alerts/gone-cold.yaml", "titles.yaml", "sources")
OWN_ALERT = {
    "alert": "soak-hot", "on": {"model": "engagement", "crosses": 60}, "rearm_below": 30, "channels": ["sales-uk"],
}  # fmt: skip
HTTP_S = 10.0


@dataclass(slots=True)
class Ended:
    """A process that ended without having been told to."""

    name: str
    code: int
    said: str


@dataclass(slots=True)
class Installation:
    """Processes by name; `url` is PostgreSQL's, `down` says that it is stopped, `counts` what was done to whom."""

    sandbox: Sandbox
    folder: Path
    binaries: Path
    url: str
    port: int
    key: str = ""
    down: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    ended: list[Ended] = field(default_factory=list)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    stopped: dict[str, float] = field(default_factory=dict)
    _environ: dict[str, str] = field(default_factory=dict)
    _logs: dict[str, IO[bytes]] = field(default_factory=dict)
    _began: dict[str, float] = field(default_factory=dict)
    _troubled_at: float = 0.0

    def prepare(self) -> None:
        """Make keys, tables and documents, register the webhooks, and start every process."""
        self._environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CONNECTOR_")},
            **self.sandbox.settings,
            "CONNECTOR_DATA_DIR": str(self.folder / "data"),
            "CONNECTOR_DATABASE_URL": self.url,
            "CONNECTOR_DATABASE_CONNECTIONS": "12",
            "CONNECTOR_BIND": f"127.0.0.1:{self.port}",
            "CONNECTOR_PUBLIC_URL": PUBLIC_URL,
            "CONNECTOR_METRICS_BIND": "off",
            "CONNECTOR_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "CONNECTOR_API_CALLS_PER_MINUTE": "100000",
            "CONNECTOR_TEAMS_RATE": "50/s",
            "CONNECTOR_FLOW_RATE": "50/s",
            "CONNECTOR_RETRY_S": "15",
            "CONNECTOR_WORKER_GRACE_S": "5",
            "CONNECTOR_SYNC_SCHEDULE": "* * * * *",
            "CONNECTOR_REFRESH_SCHEDULE": "* * * * *",
            "CONNECTOR_DIGEST_SCHEDULE": "* * * * *",
        }
        made = json.loads(self.run("keys", "new", "soak", "--role", "Admin", "--json"))
        self.key, self._environ["CONNECTOR_API_KEYS"] = made["key"], made["entry"]
        self.run("db", "upgrade")
        self.lay_documents(0)
        self.run("apply", str(self.folder / "documents"), "--publish")
        self.run("provision", "webhooks", "--yes")
        (endpoint,) = self.sandbox.data.rows("serviceendpoint")
        address = f"http://127.0.0.1:{self.port}/hooks/dataverse"
        self.sandbox.data.update("serviceendpoint", endpoint["serviceendpointid"], {"url": address})
        for name in NAMES:
            self.start(name)
        self.wait_until_ready()

    # --- documents -------------------------------------------------------------------------------------------------

    def lay_documents(self, variant: int) -> Path:
        """Write the documents: the samples, with clicks worth something else in each variant, and cards with ids."""
        into = self.folder / "documents"
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(SAMPLES, into)
        for name in LEFT_OUT:
            gone = into / name
            shutil.rmtree(gone) if gone.is_dir() else gone.unlink(missing_ok=True)
        model = into / "models" / "engagement.yaml"
        document = yaml.safe_load(model.read_text(encoding="utf-8"))
        next(one for one in document["groups"] if one["name"] == "Clicked lately")["points"] = 12 + variant
        model.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
        (into / "alerts" / "soak-hot.yaml").write_text(yaml.safe_dump(OWN_ALERT, sort_keys=False), encoding="utf-8")
        (into / "cards").mkdir()
        for kind in CARD_KINDS:
            body = [{"type": "TextBlock", "text": text, "wrap": True} for text in ("{{ headline }}", "{{ event_id }}")]
            card = {"type": "AdaptiveCard", "version": "1.4", "fallbackText": "{{ event_id }}", "body": body}
            (into / "cards" / f"{kind}.json").write_text(json.dumps(card), encoding="utf-8")
        return into

    # --- processes -------------------------------------------------------------------------------------------------

    def run(self, *arguments: str, may_fail: bool = False) -> str:
        """Run a command to its end; return what it printed. Raises RuntimeError unless it `may_fail`: then empty."""
        done = subprocess.run([sys.executable, "-m", "connector", *arguments], env=self._environ, cwd=self.folder,
                              capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
        if done.returncode == 0:
            return done.stdout
        if may_fail:
            return ""
        raise RuntimeError(f"connector {arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")

    def start(self, name: str) -> None:
        """Start a process."""
        log = self._logs.get(name) or self._logs.setdefault(name, (self.folder / f"{name}.log").open("ab"))
        command = "serve" if name == WEB else "worker"
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", "connector", command], env=self._environ, cwd=self.folder, stdout=log, stderr=log
        )
        self._began[name] = time.monotonic()

    def kill(self, name: str) -> None:
        """Kill a process with SIGKILL and start it again."""
        self.counts["kill -9 of the web" if name == WEB else "kill -9 of a worker"] += 1
        self.processes[name].kill()
        self.processes[name].wait()
        self.stopped.pop(name, None)
        self.start(name)

    def restart(self, name: str) -> None:
        """Restart a process in order."""
        self.counts["restarts in order"] += 1
        self.resume(name)
        self.processes[name].terminate()
        code = self.processes[name].wait(timeout=60)
        # One that has just been started knows of no signals yet.
        told_early = code == -signal.SIGTERM and self._is_starting(name)
        if code != 0 and not told_early and not self._is_excused(name):
            self.ended.append(Ended(name, code, self.tail(name)))
        self.start(name)

    def freeze(self, name: str, seconds: float) -> None:
        """Stop a process's time; `tend` lets it go on."""
        self.counts["processes frozen"] += 1
        self.processes[name].send_signal(signal.SIGSTOP)
        self.stopped[name] = time.monotonic() + seconds

    def resume(self, name: str) -> None:
        """Let a frozen process go on."""
        if self.stopped.pop(name, None) is not None:
            self.processes[name].send_signal(signal.SIGCONT)

    def tend(self, *, all_of_them: bool = False) -> None:
        """Let go on who was frozen long enough, start again who ended by itself, and note that."""
        for name, until in list(self.stopped.items()):
            if all_of_them or time.monotonic() >= until:
                self.resume(name)
        for name, process in self.processes.items():
            code = process.poll()
            if code is not None:
                if not self._is_excused(name):
                    self.ended.append(Ended(name, code, self.tail(name)))
                self.counts["ended by themselves and started again"] += 1
                self.start(name)

    def _is_starting(self, name: str) -> bool:
        return time.monotonic() - self._began[name] < HTTP_S

    def _is_excused(self, name: str) -> bool:
        """Tell whether a process may have ended: it could not start, its database being away."""
        return self.down or self._began[name] - HTTP_S < self._troubled_at

    def tail(self, name: str) -> str:
        """The last line that a process said."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]

    def end(self) -> None:
        """End every process in order; one that does not end well is noted."""
        self.tend(all_of_them=True)
        for process in self.processes.values():
            process.terminate()
        for name, process in self.processes.items():
            code = process.wait(timeout=60)
            if code:
                self.ended.append(Ended(name, code, self.tail(name)))

    def close(self) -> None:
        """Kill what still runs."""
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        for log in self._logs.values():
            log.close()

    # --- the database ----------------------------------------------------------------------------------------------

    def crash_database(self) -> None:
        """Stop PostgreSQL as a crash does."""
        self.counts["crashes of PostgreSQL"] += 1
        self.down, self._troubled_at = True, time.monotonic()
        postgresql.stop(self.binaries, self.url)

    def start_database(self) -> None:
        """Start it again."""
        postgresql.start(self.binaries, self.url)
        self.down, self._troubled_at = False, time.monotonic()

    def kill_backend(self) -> None:
        """Kill the process of one of our sessions with SIGKILL: the server throws every session out and recovers."""
        rows = self.query(
            "SELECT pid FROM pg_stat_activity WHERE application_name <> 'soak' AND client_port IS NOT NULL"
        )
        if rows:
            self.counts["sessions of PostgreSQL killed with -9"] += 1
            self._troubled_at = time.monotonic()
            os.kill(rows[len(rows) // 2]["pid"], signal.SIGKILL)

    def query(self, text: str) -> list[dict[str, Any]]:
        """Rows of a query; none while the database is away."""
        try:
            with psycopg.connect(self.url.replace("+psycopg", ""), application_name="soak", autocommit=True) as session:
                cursor = session.execute(text)
                names = [one.name for one in cursor.description or ()]
                return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except psycopg.OperationalError:
            if self.down or time.monotonic() - self._troubled_at < HTTP_S:
                return []
            raise

    # --- the API ---------------------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Any:
        """Ask the API: the JSON of a 2xx answer; None for any other, and where none came."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"x-api-key": self.key, "Content-Type": "application/json", **(headers or {})},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=HTTP_S) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            with error:
                self.counts[f"answers of the API: {error.code}"] += 1
        except (OSError, ValueError):
            self.counts["calls of the API without an answer"] += 1
        return None

    def wait_until_ready(self, timeout_s: float = 120.0) -> None:
        """Wait until the web answers. Raises RuntimeError."""
        until = time.monotonic() + timeout_s
        while self.ask("GET", "/readyz") is None:
            self.tend()
            if time.monotonic() > until:
                raise RuntimeError(f"never ready: {self.tail(WEB)}")
            time.sleep(0.2)


@contextmanager
def installed(sandbox: Sandbox, folder: Path) -> Iterator[Installation]:
    """An installation on a sandbox, running. Raises RuntimeError where this machine has no PostgreSQL."""
    binaries = postgresql.binaries()
    if binaries is None:
        raise RuntimeError(f"PostgreSQL is not on this machine; {postgresql.INSTALL} installs it")
    with postgresql.running(binaries) as url, ports.reserved() as port:
        # What was committed has to outlast a crash: the test server's habit is to answer before it is written.
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as session:
            session.execute("ALTER DATABASE postgres SET synchronous_commit = 'on'")
        installation = Installation(sandbox, folder, binaries, url, port)
        try:
            installation.prepare()
            yield installation
        finally:
            installation.close()
            if installation.down:
                installation.start_database()
