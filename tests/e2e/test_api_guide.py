"""The guide to the API: each of its examples is run as it stands, by curl, against `connector serve`'s application."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from connector.cli.demo import play, staged
from connector.web.apikeys import new_key
from connector.web.app import create_app
from connector.web.auth import Security
from connector.web.contract import load_contract
from connector.web.serving import HttpServer

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = [example for example in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) if example.startswith("curl")]


@pytest.mark.server
def test_every_example_of_the_guide_answers() -> None:
    """With a status of success and JSON; the score that is tested is the one that the guide's facts give."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is missing: apt-get install curl")
    assert len(EXAMPLES) >= 11
    secret, entry = new_key("reader", ["Admin"])
    with staged(leads=60) as stage:
        play(stage)
        lead = str(stage.service.ranking(1)[0]["lead_id"])
        app = create_app(stage.service, Security(api_keys=[entry]))
        with HttpServer(app, "127.0.0.1", 0) as server:
            address = f"http://{server.host}:{server.port}"
            environ = {**os.environ, "SCORES": address, "KEY": secret, "LEAD": lead, "no_proxy": "127.0.0.1"}
            for example in EXAMPLES:
                command = example.replace("curl -sS", f"{curl} -sS --fail-with-body --max-time 60", 1)
                done = subprocess.run(
                    ["/bin/sh", "-c", command], env=environ, capture_output=True, text=True, check=False
                )
                assert done.returncode == 0, (example, done.stdout, done.stderr)
                assert isinstance(json.loads(done.stdout), dict), example


def test_the_guide_names_addresses_that_are_there() -> None:
    """Every address of an example is one of the contract's."""
    paths = [re.compile(re.sub(r"{\w+}", "[^/]+", path)) for path in load_contract()["paths"]]
    for example in EXAMPLES:
        [address] = re.findall(r'"\$SCORES([^?"]+)', example)
        assert any(path.fullmatch(address) for path in paths), address
