"""`connector serve`: the API, and the worker that runs what was asked for and sends what is due."""

from __future__ import annotations

import sys

import click
from prometheus_client import CollectorRegistry

from connector.cli.context import service
from connector.cli.measuring import measured, metrics_of
from connector.cli.signals import stopped_by_signals
from connector.pipeline.interpreter import freeze
from connector.web.apikeys import described
from connector.web.app import create_app
from connector.web.auth import security_from
from connector.web.deadlines import Patience
from connector.web.limits import Limits
from connector.web.metrics import RequestMeter
from connector.web.serving import HttpServer

# Threads that wait for the database come back soon, however much another one computes: a webhook has to be answered.
SWITCH_S = 0.0005


@click.command("serve")
def command() -> None:
    """Serve the API and work until Ctrl-C or SIGTERM.

    Exit codes: 0 ended on request; 1 the database has a worker already; 2 settings; 3 the store or the address cannot
    be used.
    """
    sys.setswitchinterval(SWITCH_S)
    with stopped_by_signals() as stop, service(need_dataverse=True, stop=stop, lasting=True) as opened:
        settings = opened.settings
        registry = CollectorRegistry()
        app = create_app(
            opened,
            security_from(settings),
            limits=Limits.of(settings),
            public_url=settings.public_url,
            proxies=settings.proxies,
            observe=RequestMeter(registry),
        )
        opened.store.note_keys(described(settings.api_keys), now=opened.clock())
        host, port = settings.bind_address
        patience = Patience(body_s=settings.api_body_s)
        with (
            opened.worker(ready=freeze),
            HttpServer(app, host, port, patience=patience) as server,
            measured(settings, metrics_of(opened, registry)) as metrics,
        ):
            address = f"[{server.host}]" if ":" in server.host else server.host
            click.echo(
                f"Serving on http://{address}:{server.port} (health: /healthz, readiness: /readyz). Ctrl-C ends it."
            )
            if metrics:
                click.echo(f"Metrics on {metrics}.")
            if not opened.lead_management:
                click.echo("Lead management is off: no run is done until CONNECTOR_LEAD_MANAGEMENT=on.", err=True)
            stop.wait()
    click.echo("Ended.")
