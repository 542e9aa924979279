"""`connector serve` as it is watched: metrics at an address of their own, and changes in the log."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import Any

from connector.web.apikeys import new_key
from tests.e2e.test_kill_harness import until

RAN = 'connector_run_seconds_count{kind="sync",state="succeeded"} 1.0'


def scraped(address: str) -> str:
    """The metrics as they are now."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        text: str = answer.read().decode()
        return text


def test_metrics_and_the_log_of_changes(installed: Any, serve: Any) -> None:
    """What a key records is counted by route and noted with the caller; the key's coming is noted too."""
    key, entry = new_key("crm", ["Interactions.Write"])
    serving = serve(installed, CONNECTOR_API_KEYS=entry, CONNECTOR_METRICS_BIND="127.0.0.1:0")
    assert serving.process.stdout is not None
    [metrics] = re.findall(r"Metrics on (http://\S+/metrics)\.", serving.process.stdout.readline())
    click = {"id": "click-1", "lead_id": "0a1b2c3d-0000-4000-8000-000000000001", "type": "email_click"}
    body = json.dumps({"interactions": [click | {"at": "2026-11-20T09:00:00Z"}]}).encode()
    headers = {"x-api-key": key, "Content-Type": "application/json"}
    recorded = urllib.request.Request(serving.address + "/api/v1/interactions", body, headers)
    with urllib.request.urlopen(recorded, timeout=30) as answer:
        assert json.load(answer) == {"received": 1, "added": 1}
    text = scraped(metrics)
    assert 'connector_http_request_seconds_count{method="POST",route="/api/v1/interactions",status="200"} 1.0' in text
    assert "connector_store_up 1.0" in text
    assert key not in text
    serving.end()
    entries = installed.json("audit", "list")["entries"]
    assert [(one["actor"], one["action"], one["subject"]) for one in entries[:2]] == [
        ("key:crm", "interactions.recorded", "interactions"), ("settings", "key.added", "crm"),
    ]  # fmt: skip
    assert entries[0]["request_id"]
    models = installed.json("audit", "list", "--action", "model", "--days", "1")["entries"]
    assert {one["actor"] for one in models} == {"test"}
    shown, _ = installed.run("audit", "list", "--actor", "key:crm")
    assert "interactions.recorded" in " ".join(shown.split())
    assert "model.published" not in shown


def test_a_worker_alone_shows_metrics_and_logs_objects(installed: Any) -> None:
    """Its address is printed; it is seen as alive; what it logs without a terminal is one object a line."""
    worker = installed.start("worker", CONNECTOR_METRICS_BIND="127.0.0.1:0", CONNECTOR_LOG_LEVEL="info")
    try:
        assert worker.stdout.readline().startswith("Working.")
        [metrics] = re.findall(r"Metrics on (http://\S+/metrics)\.", worker.stdout.readline())
        run = installed.json("sync")  # asked of the worker, which has shown itself before it began
        # A run is over for whoever follows it a moment before its worker counts it.
        until(lambda: RAN in scraped(metrics), "the run is counted")
        text = scraped(metrics)
    finally:
        worker.terminate()
        _, err = worker.communicate(timeout=60)
    assert worker.returncode == 0
    assert "connector_worker_seen_timestamp_seconds 1" in text
    assert 'connector_table_freshness_lag_seconds{table="lead"}' in text
    events = [line for line in map(json.loads, err.splitlines()) if line.get("run_id") == run["run"]]
    assert [line["event"] for line in events if "event" in line] == ["run_started", "run_succeeded"]
    assert all(line["job_id"] == f"run:{run['run']}" for line in events)
