"""`connector doctor`: what an environment lacks, before the first run."""

from __future__ import annotations

import click

from connector.cli.context import service
from connector.cli.output import console, json_option, paragraph, print_json

ALL = "*"
SIGNS = {"ok": "ok     ", "warning": "warning", "failure": "FAILURE"}


@click.command("doctor")
@click.option(
    "--send-test-card",
    is_flag=False,
    flag_value=ALL,
    metavar="[CHANNEL]",
    help="Send a test card to this Teams channel, or to every one.",
)
@json_option
def command(*, send_test_card: str | None, as_json: bool) -> None:
    """Check sign-in, tables, columns, option values, permissions and channels: each line ok or what to do.

    Exit codes: 0 no failure; 2 settings or documents; 3 at least one failure, or the store cannot be used.
    """
    with service(need_dataverse=True) as opened:
        checks = opened.doctor(cards_to=_channels(send_test_card, [*opened.settings.teams_channels]))
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


def _channels(wanted: str | None, known: list[str]) -> list[str]:
    """The channels that get a test card. Raises BadParameter for one that is not configured."""
    if wanted is None:
        return []
    if not known or (wanted != ALL and wanted not in known):
        there = "no channel is configured" if wanted == ALL else f"there is no channel {wanted!r}"
        raise click.BadParameter(
            f"{there}; CONNECTOR_TEAMS_CHANNELS names: {', '.join(known) or 'none'}.",
            param_hint="--send-test-card",
        )
    return known if wanted == ALL else [wanted]
