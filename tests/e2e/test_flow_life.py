"""A flow from its connection to its end, played by a client that knows nothing of us but the contract."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from connector.sandbox import Sandbox
from connector.sandbox.tls import authority

CLIENT = Path(__file__).resolve().parents[1] / "clients" / "flow_life.py"
PUBLIC = "https://leads.example.com"


def certificate(folder: Path) -> Path:
    """A certificate for localhost by the authority that the service trusts, with its key."""
    material, path = authority(), folder / "flow.pem"
    path.write_bytes(
        material.server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + material.server.public_bytes(serialization.Encoding.PEM)
    )
    return path


def fitting(sandbox: Sandbox) -> list[str]:
    """Four leads that can become hot, each the only one of its company, from Britain."""
    companies = Counter(row["_parentaccountid_value"] for row in sandbox.leads())
    found = sorted(
        str(row["leadid"])
        for row in sandbox.leads()
        if row["statecode"] == 0
        and not row.get("msdyn_gdproptout")
        and not row.get("donotbulkemail")
        and row.get("followemail") is not False
        and (row["_parentaccountid_value"] is None or companies[row["_parentaccountid_value"]] == 1)
    )[:4]
    for lead in found:
        sandbox.update_lead(lead, {"address1_country": "GB"})
    return found


@pytest.mark.long
def test_a_flow_lives_and_ends(
    installed: Any, bare: Any, sandbox: Sandbox, serve: Callable[..., Any], tmp_path: Path
) -> None:
    """Connected, switched on, called, too busy, edited, switched off, gone: over HTTP, as the platform does it."""
    roles = ("Score.Read", "Score.Write", "Interactions.Write")
    made = bare.json("keys", "new", "flows", *(word for role in roles for word in ("--role", role)))
    serving = serve(
        installed,
        CONNECTOR_API_KEYS=made["entry"],
        CONNECTOR_PUBLIC_URL=PUBLIC,
        CONNECTOR_FLOW_RATE="50/s",
    )
    client = subprocess.run(
        [sys.executable, str(CLIENT), "--base", serving.address, "--public", PUBLIC, "--key", made["key"],
         "--pem", str(certificate(tmp_path)), "--model", "engagement", "--minimum", "60",
         "--leads", *fitting(sandbox)],
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert (client.returncode, client.stderr) == (0, "")
    assert json.loads(client.stdout) == {"events": 3, "calls": 4}
    listed = installed.json("subscriptions", "list", "--ended")["subscriptions"]
    assert [one["status"] for one in listed] == ["ended"] * 3 + ["active"]
    assert {one["filters"]["model"] for one in listed} == {"engagement"}
    assert "switched off" in listed[2]["end_reason"]
    active = listed[3]["subscription_id"]
    assert installed.json("subscriptions", "show", active) == listed[3]
    assert active in installed.run("subscriptions", "list")[0]
    assert installed.json("subscriptions", "end", active)["status"] == "ended"
    assert "ended" in installed.run("subscriptions", "show", active)[0]
    assert "subscriptions list" in installed.refused("subscriptions", "end", "nobody", code=2)
    out, err = serving.end()
    out += json.dumps(listed) + installed.run("deliveries", "list")[0]
    for secret in ("zY-x_9", "/api/v1/subscriptions/", made["key"]):
        assert secret not in out + err
