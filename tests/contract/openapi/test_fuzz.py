"""The running service under calls made from `openapi.yaml`: good ones, bad ones, and chains of them.

Over a real socket, on the real store, with the demo's data in the sandbox. `make test` holds a small, fixed part of
this to the contract (see `test_conformance`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from connector.cli.demo import play, staged
from connector.web.apikeys import new_key
from connector.web.app import create_app
from connector.web.auth import KEY_HEADER, Security
from connector.web.contract import load_contract
from connector.web.hooksecrets import HEADER
from connector.web.limits import Limits
from connector.web.serving import HttpServer

CONFIG = Path(__file__).with_name("schemathesis.toml")
HOOK_SECRET = "a-secret-for-the-storm-of-calls"
EXAMPLES = os.environ.get("CONNECTOR_FUZZ_EXAMPLES", "60")  # of each operation and phase


@pytest.mark.long
@pytest.mark.server
@pytest.mark.parametrize("seed", [1, 2])
def test_the_running_service_keeps_its_contract(tmp_path: Path, seed: int) -> None:
    """Whatever is sent: documented statuses, headers and bodies; good data is taken, bad data is not; nothing breaks.

    Chains of calls follow what answers name: a run that was started is looked at, a listed delivery is replayed.
    """
    secret, entry = new_key("storm", ["Admin"])
    contract = tmp_path / "openapi.json"
    contract.write_text(json.dumps(load_contract()), encoding="utf-8")
    with staged(leads=60) as stage:
        play(stage)
        app = create_app(
            stage.service,
            Security(api_keys=[entry], hook_secrets=[HOOK_SECRET]),
            limits=Limits(calls_per_minute=10_000_000),
            public_url="https://lead-scoring.example.com",
        )
        with HttpServer(app, "127.0.0.1", 0) as server:
            command = [
                sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run", str(contract),
                "--url", f"http://{server.host}:{server.port}", "-H", f"{KEY_HEADER}: {secret}",
                "-H", f"{HEADER}: {HOOK_SECRET}", "--phases", "coverage,fuzzing,stateful", "--checks", "all",
                "--max-examples", EXAMPLES, "--seed", str(seed), "--generation-database", "none", "--no-color",
                "--continue-on-failure", "--warnings", "off",
            ]  # fmt: skip
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=900)
    told = "\n".join(line[:600] for line in done.stdout.splitlines())  # a body of a megabyte helps nobody
    assert done.returncode == 0, told + done.stderr[-2_000:]
    assert "Stateful" in told, told
