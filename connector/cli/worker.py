"""`connector worker`: the worker alone, without the API, at CONNECTOR_METRICS_BIND its metrics."""

from __future__ import annotations

import click

from connector.cli.context import service
from connector.cli.measuring import measured, metrics_of
from connector.cli.signals import stopped_by_signals
from connector.pipeline.interpreter import freeze


@click.command("worker")
@click.option("--kinds", default="", help="Only these kinds of work, separated by commas; all by default.")
@click.option("--threads", type=click.IntRange(1, 64), help="Jobs at once; CONNECTOR_WORKER_THREADS by default.")
def command(kinds: str, threads: int | None) -> None:
    """Do the jobs that wait and send what is due, until Ctrl-C or SIGTERM; serves only metrics.

    Kinds: sync (runs), partition (parts of a run), timer (what schedules begin), refresh-lead and refresh-account
    (events of Dataverse), related-row (rows beside leads), deliveries. On SIGTERM nothing more is begun; what is under
    way is finished within CONNECTOR_WORKER_GRACE_S seconds, or given back. On PostgreSQL several workers share the
    work; an SQLite file has one.

    Exit codes: 0 ended on request; 1 lead management is off, a kind is none, or the database has a worker already;
    2 settings; 3 the store cannot be used.
    """
    with stopped_by_signals() as stop, service(need_dataverse=True, stop=stop, lasting=True) as opened:
        opened.require_lead_management()
        wanted = [kind.strip() for kind in kinds.split(",") if kind.strip()]
        with (
            opened.worker(kinds=wanted, threads=threads, ready=freeze),
            measured(opened.settings, metrics_of(opened)) as metrics,
        ):
            click.echo("Working. Ctrl-C ends it.")
            if metrics:
                click.echo(f"Metrics on {metrics}.")
            stop.wait()
    click.echo("Ended.")
