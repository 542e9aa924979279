"""`connector doctor`: what an environment lacks, before the first run."""

from __future__ import annotations

import click

from connector.cli.context import service
from connector.cli.output import console, json_option, paragraph, print_json

SIGNS = {"ok": "ok     ", "warning": "warning", "failure": "FAILURE"}


@click.command("doctor")
@click.option("--send-test-card", is_flag=True, help="Send a test card to every Teams channel.")
@json_option
def command(*, send_test_card: bool, as_json: bool) -> None:
    """Check sign-in, tables, columns, option values, permissions and channels: each line ok or what to do.

    Exit codes: 0 no failure; 2 settings or documents; 3 at least one failure, or the store cannot be used.
    """
    with service(need_dataverse=True) as opened:
        checks = opened.doctor(send_card=send_test_card)
    if as_json:
        print_json(
            {"checks": [{"name": c.name, "status": c.status, "detail": c.detail, "remedy": c.remedy} for c in checks]}
        )
    else:
        out = console()
        for check in checks:
            paragraph(out, f"{check.name}: {check.detail}", bullet=f"{SIGNS[check.status]}  ")
            if check.remedy and check.status != "ok":
                paragraph(out, check.remedy, indent=9)
    if any(check.status == "failure" for check in checks):
        raise click.exceptions.Exit(3)
