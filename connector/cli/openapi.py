"""`connector openapi`: the connector's definition as JSON."""

from __future__ import annotations

import click

from connector.cli.output import print_json
from connector.web.contract import connector_definition


@click.command("openapi")
def command() -> None:
    """Print the OpenAPI 2.0 definition for a custom connector (without health and hooks). Needs no settings.

    Exit codes: 0 done.
    """
    print_json(connector_definition())
