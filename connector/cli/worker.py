"""`connector worker`: the worker alone, without the API."""

from __future__ import annotations

import click

from connector.cli.context import service, stopped_by_signals


@click.command("worker")
def command() -> None:
    """Do the runs that are asked for and send what is due, until Ctrl-C or SIGTERM; serves nothing.

    Exit codes: 0 ended on request; 1 lead management is off, or the database has a worker already; 2 settings; 3 the
    store cannot be used.
    """
    with stopped_by_signals() as stop, service(need_dataverse=True, stop=stop) as opened:
        opened.require_lead_management()
        with opened.worker():
            click.echo("Working. Ctrl-C ends it.")
            stop.wait()
    click.echo("Ended.")
