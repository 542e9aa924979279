"""`connector runs`: runs, newest first."""

from __future__ import annotations

import click

from connector.cli.context import service
from connector.cli.output import console, json_option, paragraph, print_json, table, when
from connector.cli.report import print_summary
from connector.pipeline.ports import Run


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
        rows = [(r.run_id, r.kind, r.status, when(r.requested_at)) for r in runs]
        console().print(table("", ["run", "kind", "status", "requested"], rows, whole=[0]))


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
    paragraph(out, f"{run.run_id}: {run.kind}, {run.status}, asked for by {run.requested_by}")
    if run.error:
        paragraph(out, f"It ended as {run.status}: {run.error}")
    if run.progress:
        paragraph(out, f"{run.progress[0]} of {run.progress[1]} leads")
    if run.summary:
        print_summary(out, run.summary)


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
        "progress": {"done": run.progress[0], "total": run.progress[1]} if run.progress else None,
        "summary": dict(run.summary),
        "error": run.error,
    }
