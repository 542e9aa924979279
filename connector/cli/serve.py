"""`connector serve`: the API, and the worker that runs what was asked for and sends what is due."""

from __future__ import annotations

import signal
import threading

import click

from connector.cli.context import service
from connector.web.app import create_app
from connector.web.auth import security_from
from connector.web.serving import HttpServer


@click.command("serve")
def command() -> None:
    """Serve the API and work until Ctrl-C or SIGTERM.

    Exit codes: 0 ended on request; 2 settings; 3 the store or the address cannot be used.
    """
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with service(need_dataverse=True) as opened, opened.worker(stop):
        app = create_app(opened, security_from(opened.settings), public_url=opened.settings.public_url)
        host, port = opened.settings.bind_address
        with HttpServer(app, host, port) as server:
            click.echo(
                f"Serving on http://{server.host}:{server.port} (health: /healthz, readiness: /readyz). Ctrl-C ends it."
            )
            stop.wait()
    click.echo("Ended.")
