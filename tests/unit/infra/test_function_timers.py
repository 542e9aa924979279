"""The timers of infra/functions: bindings as the host reads them, and what they ask the service for."""

from __future__ import annotations

import importlib
import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import requests
import responses
from azure.functions.timer import TimerRequest
from responses import matchers

FOLDER = Path(__file__).resolve().parents[3] / "infra" / "functions"
NAMES = ("sync", "refresh", "digest", "reconcile", "prune")
API = "https://leads.example.com/api/v1"
SETTINGS = {
    "SERVICE_URL": "https://leads.example.com/",
    "SERVICE_RESOURCE": "api://leads",
    **{f"{name.upper()}_SCHEDULE": "0 */15 * * * *" for name in NAMES},
}


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The modules of the function app, fresh, as the host imports them: its folder stands first in the path."""
    monkeypatch.syspath_prepend(str(FOLDER))
    wanted = ("function_app", "timers", "timers.calls", "timers.errands")
    for name in wanted:
        monkeypatch.delitem(sys.modules, name, raising=False)
    modules = {name.rpartition(".")[2]: importlib.import_module(name) for name in wanted}
    monkeypatch.setattr(modules["calls"], "_token", lambda _: "a-token")
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    yield SimpleNamespace(**modules)
    for name in wanted:
        sys.modules.pop(name, None)


@pytest.fixture
def no_pause(app: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits take no time here; how long they would have been is noted."""
    waited: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waited.append))
    return waited


def test_every_timer_has_its_own_setting_and_a_retry_policy(app: SimpleNamespace) -> None:
    """Each function is one timer whose schedule is an app setting; none runs at start, each is monitored."""
    functions = app.function_app.app.get_functions()
    found = {one.get_function_name(): one for one in functions}
    assert set(found) == set(NAMES)
    for name, one in found.items():
        [binding] = one.get_bindings_dict()["bindings"]
        assert binding["type"] == "timerTrigger"
        assert binding["schedule"] == f"%{name.upper()}_SCHEDULE%"
        assert binding["runOnStartup"] is False
        assert binding["useMonitor"] is True
        retry = one.get_settings_dict("retry_policy")
        assert retry["strategy"] == "exponential_backoff"
        assert retry["max_retry_count"] == "5"


def test_the_example_of_settings_names_all_that_is_read(app: SimpleNamespace) -> None:
    """The example holds every setting that the code reads, each schedule readable, and no secret."""
    values = json.loads((FOLDER / "local.settings.example.json").read_text())["Values"]
    target = app.errands.Target.of(values)
    assert set(target.schedules) == set(NAMES)
    for name in NAMES:
        assert target.slot(name, datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)) <= datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    source = "".join(path.read_text() for path in FOLDER.rglob("*.py"))
    read = set(re.findall(r'"([A-Z]+_[A-Z_]+)"', source)) - {"CA_BUNDLE"}
    assert read <= set(values)


def test_what_stands_in_host_json_is_what_the_host_takes() -> None:
    """The host's version, the bundle of extensions, and a time-out above the patience of a call."""
    host = json.loads((FOLDER / "host.json").read_text())
    assert host["version"] == "2.0"
    assert host["extensionBundle"] == {"id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)"}
    assert host["functionTimeout"] == "00:10:00"


@pytest.mark.parametrize(
    ("schedule", "now", "slot"),
    [
        ("0 */15 * * * *", "2026-03-04T05:14:59", "2026-03-04T05:00:00"),
        ("0 */15 * * * *", "2026-03-04T05:15:00", "2026-03-04T05:15:00"),
        ("0 0 7 * * 1-5", "2026-03-08T12:00:00", "2026-03-06T07:00:00"),
        ("30 0 2 1 * 0", "2026-04-30T00:00:00", "2026-03-01T02:00:30"),  # the first, and a Sunday: both
        ("*/20 * * * * *", "2026-03-04T05:15:45", "2026-03-04T05:15:40"),
    ],
)
def test_the_slot_is_the_latest_time_of_the_schedule(app: SimpleNamespace, schedule: str, now: str, slot: str) -> None:
    """Six fields, seconds first; day and weekday must both match; a time counts from the moment itself."""
    target = app.errands.Target.of({**SETTINGS, "SYNC_SCHEDULE": schedule})
    assert target.slot("sync", datetime.fromisoformat(now + "+00:00")) == datetime.fromisoformat(slot + "+00:00")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"SERVICE_URL": ""}, "SERVICE_URL is missing"),
        ({"SERVICE_URL": "http://leads.example.com"}, "SERVICE_URL is no https address"),
        ({"SERVICE_RESOURCE": " "}, "SERVICE_RESOURCE is missing"),
        ({"SYNC_SCHEDULE": "*/5 * * * *"}, "SYNC_SCHEDULE is no NCRONTAB expression"),
        ({"SYNC_SCHEDULE": "0 99 * * * *"}, "SYNC_SCHEDULE cannot be read"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    app: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, changed: Mapping[str, str], words: str
) -> None:
    """The error names the app setting, before anything is sent."""
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    with responses.RequestsMock(), pytest.raises(app.errands.TimerSettingError, match=words):
        app.function_app.sync(TimerRequest())


@pytest.mark.parametrize(
    ("name", "path", "body"),
    [
        ("sync", "/runs", {"kind": "sync"}),
        ("refresh", "/runs", {"kind": "refresh"}),
        ("reconcile", "/runs", {"kind": "full_sync"}),
        ("digest", "/tasks", {"task": "digest"}),
        ("prune", "/tasks", {"task": "prune"}),
    ],
)
@responses.activate
def test_each_timer_asks_for_one_thing(app: SimpleNamespace, name: str, path: str, body: dict[str, str]) -> None:
    """A POST with the token, the body and a key made of the timer and the time of its schedule."""
    responses.post(
        API + path,
        status=202,
        match=[matchers.json_params_matcher(body), matchers.header_matcher({"Authorization": "Bearer a-token"})],
    )
    getattr(app.function_app, name)(TimerRequest(past_due=True))
    [call] = responses.calls
    assert re.fullmatch(rf"timer\.{name}\.\d{{8}}T\d{{2}}(00|15|30|45)00Z", call.request.headers["Idempotency-Key"])


@responses.activate
def test_late_repeated_and_overlapping_calls_have_one_key(app: SimpleNamespace) -> None:
    """Whoever asks between two times of the schedule asks for the same run; after the next time for another."""
    responses.post(f"{API}/runs", status=202)
    target, errand = app.errands.Target.of(SETTINGS), app.errands.ERRANDS["sync"]
    for moment in ("05:15:00", "05:15:01", "05:29:59", "05:30:00"):
        slot = target.slot("sync", datetime.fromisoformat(f"2026-03-04T{moment}+00:00"))
        app.calls.ask(target, errand, slot)
    keys = [call.request.headers["Idempotency-Key"] for call in responses.calls]
    assert keys == ["timer.sync.20260304T051500Z"] * 3 + ["timer.sync.20260304T053000Z"]


@responses.activate
def test_a_busy_service_is_waited_for_as_long_as_it_says(app: SimpleNamespace, no_pause: list[float]) -> None:
    """Retry-After is honoured in seconds, up to two minutes; every try has the same key; then it is taken."""
    responses.post(f"{API}/runs", status=429, headers={"Retry-After": "7"})
    responses.post(f"{API}/runs", status=503, headers={"Retry-After": "86400"})
    responses.post(f"{API}/runs", status=502)
    responses.post(f"{API}/runs", body=requests.ConnectionError("refused"))
    responses.post(f"{API}/runs", status=202, headers={"Location": f"{API}/runs/run_1"})
    app.function_app.sync(TimerRequest())
    assert no_pause[:2] == [7.0, 120.0]
    assert all(0 <= pause <= 20 for pause in no_pause[2:])
    assert len({call.request.headers["Idempotency-Key"] for call in responses.calls}) == 1


@pytest.mark.parametrize(
    ("header", "expected"),
    [("5", 5.0), ("Wed, 04 Mar 2020 05:06:07 GMT", 0.0), ("soon", None), (None, None), ("-3", None)],
)
def test_retry_after_is_read_in_both_forms(app: SimpleNamespace, header: str | None, expected: float | None) -> None:
    """Seconds, or a date; anything else is no wish."""
    assert app.calls._retry_after_s(header) == expected


@responses.activate
def test_a_service_that_stays_busy_fails_the_function(app: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the patience is over the call is an error that says the status, so that the host's retry policy goes on."""
    monkeypatch.setattr(app.calls, "PATIENCE_S", 0.0)
    responses.post(f"{API}/runs", status=503, json={"code": "store_unavailable"})
    with pytest.raises(app.calls.CallError, match=r"sync: the service answered 503 \(store_unavailable\)"):
        app.function_app.sync(TimerRequest())
    responses.reset()
    responses.post(f"{API}/runs", body=requests.ReadTimeout("https://leads.example.com/?secret"))
    with pytest.raises(app.calls.CallError, match=r"cannot be reached \(ReadTimeout\)") as caught:
        app.function_app.sync(TimerRequest())
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "advice"), [(401, "SERVICE_RESOURCE"), (403, r"Score\.Write"), (404, "SERVICE_URL"), (400, "log")]
)
@responses.activate
def test_a_refusal_is_not_repeated_and_says_what_to_do(app: SimpleNamespace, status: int, advice: str) -> None:
    """Who may not ask, or asks in vain, is told what to look at; the answer's text goes nowhere."""
    responses.post(f"{API}/runs", status=status, body="<html>who knows</html>")
    with pytest.raises(app.calls.CallError, match=advice) as caught:
        app.function_app.sync(TimerRequest())
    assert "who knows" not in str(caught.value)
    assert len(responses.calls) == 1


@responses.activate
def test_a_redirect_is_not_followed(app: SimpleNamespace) -> None:
    """The token goes to the service's address only."""
    responses.post(f"{API}/runs", status=307, headers={"Location": "https://elsewhere.example.com/"})
    with pytest.raises(app.calls.CallError, match="307"):
        app.function_app.sync(TimerRequest())


@responses.activate
def test_lead_management_that_is_off_is_no_failure(app: SimpleNamespace, caplog: pytest.LogCaptureFixture) -> None:
    """An administrator's decision is logged, and the function ends well: nothing would change by trying again."""
    responses.post(f"{API}/runs", status=409, json={"code": "lead_management_off"})
    app.function_app.sync(TimerRequest())
    assert json.loads(caplog.records[-1].getMessage())["code"] == "lead_management_off"


@responses.activate
def test_every_call_leaves_one_line_with_the_runs_link(app: SimpleNamespace, caplog: pytest.LogCaptureFixture) -> None:
    """The line is JSON with timer, time, status and link; no token stands in it."""
    caplog.set_level(logging.INFO)
    responses.post(f"{API}/runs", status=202, headers={"Location": f"{API}/runs/run_1"})
    app.function_app.sync(TimerRequest(past_due=True))
    [record] = [one for one in caplog.records if one.name == "lead-timers"]
    line = json.loads(record.getMessage())
    assert line | {"slot": ""} == {
        "event": "asked", "timer": "sync", "slot": "", "past_due": True, "status": 202, "link": f"{API}/runs/run_1",
    }  # fmt: skip
    assert "a-token" not in caplog.text


def test_without_an_identity_the_error_says_what_is_missing(
    app: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No token, or no identity at all: the message names the app setting, never what the endpoint said in full."""
    calls: ModuleType = importlib.reload(app.calls)
    target = app.errands.Target.of(SETTINGS)
    monkeypatch.setattr(
        calls, "_client", lambda _: SimpleNamespace(acquire_token_for_client=lambda **_: {"error": "invalid_resource"})
    )
    with pytest.raises(calls.CallError, match=r"invalid_resource.*SERVICE_RESOURCE"):
        calls._token(target)

    def refuse(**_: str) -> None:
        raise calls.msal.ManagedIdentityError("no endpoint at http://169.254.169.254")

    monkeypatch.setattr(calls, "_client", lambda _: SimpleNamespace(acquire_token_for_client=refuse))
    with pytest.raises(calls.CallError, match="Assign one"):
        calls._token(target)
