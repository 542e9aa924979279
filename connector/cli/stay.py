"""The demo that stays: the sandbox and the service keep running, with their addresses printed, until Ctrl-C."""

from __future__ import annotations

import sys

import click

from connector.cli.demo import Stage
from connector.web.app import create_app
from connector.web.auth import Security, new_key
from connector.web.serving import HttpServer

ROLES = ("Score.Read", "Score.Write", "Interactions.Write")


def stay_up(stage: Stage) -> None:
    """Serve the API over the demo's store, and work, until SIGINT or SIGTERM."""
    key, entry = new_key("demo", ROLES)
    app = create_app(stage.service, Security(api_keys=[entry]))
    host, port = stage.service.settings.bind_address
    with stage.service.worker(), HttpServer(app, host, port) as server:
        settings = stage.sandbox.settings
        lead_id = stage.service.ranking(1)[0]["lead_id"]
        address = f"http://{server.host}:{server.port}"
        click.echo(f"""
Sandbox (Dataverse)  {settings["CONNECTOR_DATAVERSE_URL"]}
Sandbox (sign-in)    {settings["CONNECTOR_AUTHORITY"]}
Service              {address}
Key (this run only)  {key}

Try: curl -H 'x-api-key: {key}' {address}/api/v1/leads/{lead_id}/scores
     curl -X POST -H 'x-api-key: {key}' {address}/api/v1/runs
Ctrl-C ends it.""")
        sys.stdout.flush()
        stage.service.stop.wait()
    click.echo("Ended; nothing stays behind.")
