"""`connector runs`: runs, newest first."""

from __future__ import annotations

from dataclasses import asdict

import click

from connector.cli.context import service
from connector.cli.output import console, counted, json_option, paragraph, plain, print_json, when
from connector.cli.report import print_summary
from connector.cli.tables import table
from connector.pipeline.runs import Run, RunStatus, progress_of


@click.group("runs")
def command() -> None:
    """Runs of the main job."""


@command.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@json_option
def list_(limit: int, *, as_json: bool) -> None:
    """List runs, newest first.

    Exit codes: 0 done; 2 settings; 3 the store cannot be used.
    """
    with service() as opened:
        runs = list(opened.store.runs(limit))
    if as_json:
        print_json({"runs": [as_dict(run) for run in runs]})
    else:
        rows = [(r.run_id, r.kind, _status(r), when(r.requested_at)) for r in runs]
        out = console()
        table(out, "", ["run", "kind", "status", "requested"], rows, whole=[0, 3])
        for run in runs:  # beside the ids there is no room for it
            if run.status is RunStatus.RUNNING and run.progress:
                paragraph(out, f"{run.run_id}: {_progress(run)}")


@command.command("show")
@click.argument("run_id")
@json_option
def show(run_id: str, *, as_json: bool) -> None:
    """Show one run.

    Exit codes: 0 done, whatever the run's end; 2 there is none with that id, or settings; 3 the store cannot be used.
    """
    with service() as opened:
        run = opened.store.run(run_id)
    if as_json:
        print_json(as_dict(run))
        return
    out = console()
    paragraph(out, f"{run.run_id}: {run.kind}, {_status(run)}, asked for by {run.requested_by}")
    if run.error:
        paragraph(out, f"It ended as {run.status}: {run.error}")
    if run.progress:
        paragraph(out, f"{_progress(run)}.")
    if run.summary:
        print_summary(out, run.summary)


@command.command("cancel")
@click.argument("run_id")
@json_option
def cancel(run_id: str, *, as_json: bool) -> None:
    """Cancel a run: one that waits at once, one that is under way at its next step.

    What it has written stays; what it had planned and not finished is settled by the next run.

    Exit codes: 0 it is cancelled, or asked to end; 1 it has ended already; 2 there is none with that id, or settings;
    3 the store cannot be used.
    """
    with service() as opened:
        run = opened.cancel_run(run_id)
    if as_json:
        print_json(as_dict(run))
    elif run.status is RunStatus.CANCELLED:
        click.echo("Cancelled.")
    else:
        click.echo(f"It is asked to end and will soon. Look at it: connector runs show {run_id}")


def _status(run: Run) -> str:
    return "being cancelled" if run.cancel_asked and run.status is RunStatus.RUNNING else str(run.status)


def _progress(run: Run) -> str:
    """How far a run is, in words; empty before it scores."""
    progress = progress_of(run)
    if progress is None:
        return ""
    said = f"{progress.done} of {counted(progress.total, 'lead')} scored"
    said += f", {plain(round(progress.rate_per_s, 1))} a second" if progress.rate_per_s is not None else ""
    return said + (f", until {when(progress.eta)}" if progress.eta is not None else "")


def _progress_dict(run: Run) -> dict[str, object] | None:
    progress = progress_of(run)
    return None if progress is None else asdict(progress)


def as_dict(run: Run) -> dict[str, object]:
    """A run for JSON."""
    return {
        "run": run.run_id,
        "kind": run.kind,
        "status": run.status,
        "requested_at": run.requested_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "requested_by": run.requested_by,
        "progress": _progress_dict(run),
        "cancel_asked": run.cancel_asked,
        "summary": dict(run.summary),
        "error": run.error,
    }
