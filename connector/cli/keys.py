"""`connector keys`: API keys for small installations."""

from __future__ import annotations

import click

from connector.cli.output import json_option, print_json
from connector.web.auth import ROLES, new_key


@click.group("keys")
def command() -> None:
    """API keys."""


@command.command("new")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    metavar="ROLE",
    multiple=True,
    type=click.Choice(ROLES),
    help=f"One of {', '.join(ROLES)}; may be given several times.",
)
@json_option
def new(name: str, roles: tuple[str, ...], *, as_json: bool) -> None:
    """Make a key: the secret for the caller, shown once, and the entry for CONNECTOR_API_KEYS, which holds a hash.

    Needs no settings. Without --role it may read scores. Exit codes: 0 done; 2 the name or a role cannot be used.
    """
    secret, entry = new_key(name, roles or ("Score.Read",))
    if as_json:
        print_json({"key": secret, "entry": entry})
    else:
        click.echo(f"Key (give it to the caller; it is not kept):\n{secret}")
        click.echo(f"Entry (add it to CONNECTOR_API_KEYS, separated by commas):\n{entry}")
