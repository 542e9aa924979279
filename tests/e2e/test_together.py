"""Several processes on one data folder: `serve`, `sync` beside it, a second `serve`, a worker, and their ends."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connector.sandbox import Sandbox


def test_a_key_opens_what_its_roles_open(installed: Any, bare: Any, serve: Callable[..., Any]) -> None:
    """`keys new` needs no settings; its entry lets its key in, for its roles only."""
    reader = bare.json("keys", "new", "reader")
    runner = bare.json("keys", "new", "runner", "--role", "Score.Write", "--role", "Score.Read")
    serving = serve(installed, CONNECTOR_API_KEYS=f"{reader['entry']},{runner['entry']}")
    assert serving.ask("/healthz") == (200, {"status": "ok"})
    assert serving.ask("/readyz")[0] == 200
    assert serving.ask("/api/v1/runs")[0] == 401
    assert serving.ask("/api/v1/runs", key=reader["key"])[0] == 200
    assert serving.ask("/api/v1/runs", key=reader["key"], method="POST")[0] == 403
    status, run = serving.ask("/api/v1/runs", key=runner["key"], method="POST")
    assert (status, run["requested_by"]) == (202, "key:runner")
    out, err = serving.end()
    assert "Ended." in out
    assert reader["key"] not in out + err


def test_a_sync_beside_a_server_asks_it_and_follows(
    installed: Any, sandbox: Sandbox, serve: Callable[..., Any]
) -> None:
    """While `serve` has the folder, `sync` queues a run and prints its summary; a second `serve` is refused."""
    serving = serve(installed)
    summary = installed.json("sync")
    assert summary["scored"] == summary["writes"]["applied"] > 0
    (run,) = installed.json("runs", "list")["runs"]
    assert (run["run"], run["status"]) == (summary["run"], "succeeded")
    for command in ("serve", "worker"):
        err = installed.refused(command, code=1, CONNECTOR_BIND="127.0.0.1:0")
        assert "CONNECTOR_DATA_DIR" in err
    assert installed.json("sync", "--announce-baseline")["scored"] == 0  # handed to the worker as any run
    fault = sandbox.faults.status(403, times=None, when="/leads")
    assert "ended as failed" in installed.refused("sync", code=3)
    fault.clear()
    assert installed.json("sync", "--full")["pulled"] > 0
    _, err = serving.end(signal.SIGINT)
    assert "The worker goes on after an error" in err
    assert "Traceback" not in err
    assert installed.json("sync")["scored"] == 0


def test_a_server_that_is_killed_leaves_the_folder_to_the_next(installed: Any, serve: Callable[..., Any]) -> None:
    """After kill -9 nobody holds the folder: a sync does its own run, another server starts."""
    serving = serve(installed)
    serving.process.kill()
    serving.process.communicate(timeout=30)
    assert installed.json("sync")["scored"] > 0
    serve(installed).end()


def test_a_worker_alone_does_what_is_asked_for(installed: Any) -> None:
    """`worker` has the folder without serving; it does the run that `sync` asks for, and ends with 0."""
    process = installed.start("worker")
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Working.")
    assert installed.json("sync")["scored"] > 0
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "Ended.\n")
    assert [json.loads(line)["event"] for line in err.splitlines()] == ["run_started", "run_succeeded"]


def test_a_server_without_lead_management_runs_nothing(
    installed: Any, sandbox: Sandbox, serve: Callable[..., Any]
) -> None:
    """It serves, says that lead management is off, and refuses runs."""
    made = installed.json("keys", "new", "runner", "--role", "Admin")
    before = len(sandbox.calls.all())  # publication looked at the tables of sources
    serving = serve(installed, CONNECTOR_LEAD_MANAGEMENT="", CONNECTOR_API_KEYS=made["entry"])
    status, problem = serving.ask("/api/v1/runs", key=made["key"], method="POST")
    assert status == 409
    assert "CONNECTOR_LEAD_MANAGEMENT=on" in json.dumps(problem)
    _, err = serving.end()
    assert "Lead management is off" in err
    assert len(sandbox.calls.all()) == before


def test_a_sync_that_is_stopped_goes_on_the_next_time(installed: Any, sandbox: Sandbox) -> None:
    """SIGTERM in the middle of the writes ends `sync` in order; the next one goes on with that run."""
    leads = sorted(str(row["leadid"]) for row in sandbox.leads() if row["statecode"] == 0)
    process: list[Any] = []
    sandbox.before_write(leads[5], lambda: process[0].send_signal(signal.SIGTERM))
    process.append(installed.start("sync"))
    _, err = process[0].communicate(timeout=60)
    assert process[0].returncode in {0, 3}, err
    assert "Traceback" not in err
    (stopped,) = installed.json("runs", "list")["runs"]
    assert stopped["status"] in {"interrupted", "succeeded"}
    summary = installed.json("sync")
    assert summary["writes"]["stale"] == 0
    if process[0].returncode == 3:
        assert f"connector runs cancel {stopped['run']}" in err
        assert summary["run"] == stopped["run"]
    assert all(row["lc_scoredon"] for row in sandbox.leads() if row["statecode"] == 0 and not row["msdyn_gdproptout"])


@pytest.fixture
def hung(sandbox: Sandbox) -> Iterator[threading.Event]:
    """Dataverse does not answer one of the first updates; set once it is asked."""
    leads = sorted(str(row["leadid"]) for row in sandbox.leads() if row["statecode"] == 0)
    asked, over = threading.Event(), threading.Event()

    def hang() -> None:
        asked.set()
        over.wait(120)

    sandbox.before_write(leads[5], hang)
    yield asked
    over.set()


def test_a_server_ends_in_its_time_though_dataverse_does_not_answer(
    installed: Any, serve: Callable[..., Any], hung: threading.Event
) -> None:
    """Nobody waits for the answer: the run was given back, and is gone on with by the next."""
    made = installed.json("keys", "new", "runner", "--role", "Admin")
    serving = serve(installed, CONNECTOR_API_KEYS=made["entry"], CONNECTOR_WORKER_GRACE_S="1")
    status, run = serving.ask("/api/v1/runs", key=made["key"], method="POST")
    assert status == 202
    assert hung.wait(60)
    serving.process.send_signal(signal.SIGTERM)
    _, err = serving.process.communicate(timeout=20)  # the request itself would wait for much longer
    assert serving.process.returncode == 0, err
    assert "were given back" in err
    assert "Traceback" not in err
    assert installed.json("sync")["run"] == run["run_id"]


def test_a_second_ctrl_c_ends_a_sync_though_dataverse_does_not_answer(installed: Any, hung: threading.Event) -> None:
    """As a crash would: the next one goes on with that run."""
    process = installed.start("sync")
    assert hung.wait(60)
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):  # the first alone lets it end at its next step
        process.wait(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 3, err
    assert "Stopped at once" in err
    (stopped,) = installed.json("runs", "list")["runs"]
    assert installed.json("sync")["run"] == stopped["run"]
