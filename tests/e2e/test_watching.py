"""`connector serve` as it is watched: metrics at an address of their own, and changes in the log."""

from __future__ import annotations

import re
import urllib.request
from typing import Any

from connector.web.apikeys import new_key


def test_metrics_and_the_log_of_changes(installed: Any, serve: Any) -> None:
    """A run that a key asks for is counted by route and noted with the caller; the key's coming is noted too."""
    key, entry = new_key("crm", ["Score.Write"])
    serving = serve(installed, CONNECTOR_API_KEYS=entry, CONNECTOR_METRICS_BIND="127.0.0.1:0")
    assert serving.process.stdout is not None
    [metrics] = re.findall(r"Metrics on (http://\S+/metrics)\.", serving.process.stdout.readline())
    status, run = serving.ask("/api/v1/runs", key=key, method="POST")
    assert status == 202
    with urllib.request.urlopen(metrics, timeout=30) as answer:
        text = answer.read().decode()
    assert 'connector_http_request_seconds_count{method="POST",route="/api/v1/runs",status="202"} 1.0' in text
    assert "connector_store_up 1.0" in text
    assert key not in text
    serving.end()
    entries = installed.json("audit", "list")["entries"]
    assert [(one["actor"], one["action"], one["subject"]) for one in entries[:2]] == [
        ("key:crm", "run.requested", run["run_id"]), ("settings", "key.added", "crm"),
    ]  # fmt: skip
    assert entries[0]["request_id"]
    models = installed.json("audit", "list", "--action", "model", "--days", "1")["entries"]
    assert {one["actor"] for one in models} == {"test"}
    shown, _ = installed.run("audit", "list", "--actor", "key:crm")
    assert "run.requested" in shown
    assert "model.published" not in shown
