"""`connector db`: the database."""

from __future__ import annotations

import click

from connector.cli.context import service
from connector.cli.output import json_option, print_json


@click.group("db")
def command() -> None:
    """The database. Embedded stores upgrade themselves when they are opened."""


@command.command("upgrade")
@json_option
def upgrade(*, as_json: bool) -> None:
    """Bring the database's schema up to date.

    Exit codes: 0 done; 2 settings; 3 the store cannot be used.
    """
    with service() as opened:
        revision = opened.upgrade_database()
    if as_json:
        print_json({"revision": revision})
    else:
        click.echo(f"The database is up to date (revision {revision}).")
