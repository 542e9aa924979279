"""`connector sync`: one run of the main job."""

from __future__ import annotations

import click

from connector.cli.context import operator, service
from connector.cli.output import console, json_option, print_json
from connector.cli.report import print_summary
from connector.cli.signals import stopped_by_signals


@click.command("sync")
@click.option("--full", is_flag=True, help="Drop the delta tokens, read everything again, reconcile deletions.")
@click.option("--announce-baseline", is_flag=True, help="Announce crossings of a first pull or a new version too.")
@json_option
def command(*, full: bool, announce_baseline: bool, as_json: bool) -> None:
    """Pull, score, qualify, write back and deliver; while a worker runs, ask it to and follow.

    Ctrl-C ends it at its next step; the next sync, or worker, goes on with the same run (`connector runs cancel` gives
    it up).

    Exit codes: 0 done; 1 lead management is off, or no model is live; 2 settings or documents; 3 Dataverse, the store
    or the run failed, or it was stopped.
    """
    with stopped_by_signals() as stop, service(need_dataverse=True, stop=stop) as opened:
        summary = opened.sync_anywhere(full=full, announce_baseline=announce_baseline, by=operator())
    if as_json:
        print_json(summary)
    else:
        print_summary(console(), summary)
