"""`connector serve` as it is watched: metrics at an address of their own, and changes in the log."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import Any

from connector.web.apikeys import new_key


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
    with urllib.request.urlopen(metrics, timeout=30) as answer:
        text = answer.read().decode()
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
