"""The timers of infra/functions against the running service: HTTPS, a managed identity's token, one run for a slot."""

from __future__ import annotations

import importlib
import json
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from azure.functions.timer import TimerRequest
from werkzeug.serving import make_server

from connector.bootstrap import Service
from connector.sandbox import Sandbox
from connector.sandbox.tls import server_context
from connector.web.app import create_app
from connector.web.auth import security_from

FOLDER = Path(__file__).resolve().parents[3] / "infra" / "functions"
MODULES = ("function_app", "timers", "timers.calls", "timers.errands")
RUNS, TASKS = {"sync": "sync", "refresh": "refresh", "reconcile": "full_sync"}, ("digest", "prune")


@pytest.fixture
def address(sandbox: Sandbox, service: Service, tmp_path: Path) -> Iterator[str]:
    """The service behind TLS, as the platform's ingress puts it."""
    settings = service.settings.model_copy(update={"api_audience": (sandbox.api_audience,)})
    app = create_app(service, security_from(settings))
    server = make_server("localhost", 0, app, threaded=True, ssl_context=server_context(tmp_path))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def functions(sandbox: Sandbox, address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The function app with the settings that Bicep gives it, on a machine that has the timers' identity."""
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    environ = {
        **sandbox.identity_environment,
        "SERVICE_URL": address,
        "SERVICE_RESOURCE": sandbox.api_audience,
        "IDENTITY_CLIENT_ID": sandbox.identity_client_id,
        "CA_BUNDLE": sandbox.settings["CONNECTOR_CA_BUNDLE"],
        **{f"{name.upper()}_SCHEDULE": "0 0 1 1 * *" for name in (*RUNS, *TASKS)},
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    yield importlib.import_module("function_app")
    calls = sys.modules["timers.calls"]
    clients: Any = calls.__dict__["_client"]
    clients(sandbox.identity_client_id)._http_client.close()  # the host never does
    for name in MODULES:
        sys.modules.pop(name, None)


def grant(sandbox: Sandbox, *roles: str) -> None:
    """Give the timers' identity app roles, as infra/setup/register.sh does."""
    sandbox.directory.applications[sandbox.identity_client_id].roles[sandbox.api_audience] = list(roles)


def lines(caplog: pytest.LogCaptureFixture) -> list[SimpleNamespace]:
    """What the timers logged."""
    return [SimpleNamespace(**json.loads(one.getMessage())) for one in caplog.records if one.name == "lead-timers"]


def test_each_timer_is_done_once_for_a_time_of_its_schedule(
    sandbox: Sandbox, service: Service, functions: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    """With Score.Write alone every errand is taken; fired again for the same time it is the same run, or job."""
    grant(sandbox, "Score.Write")
    caplog.set_level(logging.INFO, "lead-timers")
    for _ in range(2):
        for name in (*RUNS, *TASKS):
            getattr(functions, name)(TimerRequest(past_due=True))
    assert sorted(run.kind for run in service.runs()) == sorted(RUNS.values())
    jobs = service.store.queue.jobs(kind="timer")
    assert sorted(str(job.payload["timer"]) for job in jobs) == sorted(TASKS)
    assert {run.requested_by for run in service.runs()} == {f"app:{sandbox.identity_client_id}"}
    told = lines(caplog)
    assert [one.status for one in told] == [202] * 10
    links = {one.timer: one.link for one in told}
    by_kind = {run.kind: run.run_id for run in service.runs()}
    assert {name: links[name].rpartition("/")[2] for name in RUNS} == {
        name: by_kind[kind] for name, kind in RUNS.items()
    }


def test_a_run_that_a_timer_asked_for_is_done(sandbox: Sandbox, service: Service, functions: ModuleType) -> None:
    """What the timer put is what the worker does, and the timer's next firing for that time begins nothing."""
    grant(sandbox, "Score.Write")
    functions.sync(TimerRequest())
    assert service.sync(by="test") is not None
    functions.sync(TimerRequest())
    [run] = service.runs()
    assert run.status == "succeeded"


def test_an_identity_without_the_role_is_told_which_one_is_missing(
    sandbox: Sandbox, service: Service, functions: ModuleType
) -> None:
    """Neither no role nor a lesser one starts anything; the error names the role."""
    for roles in ((), ("Score.Read",)):
        grant(sandbox, *roles)
        for name in ("sync", "prune"):
            with pytest.raises(sys.modules["timers.calls"].__dict__["CallError"], match=r"403 .*Score\.Write"):
                getattr(functions, name)(TimerRequest())
    assert service.runs() == []
    assert service.store.queue.jobs(kind="timer") == []
