"""`connector openapi`: the connector's definition as JSON, or its whole package."""

from __future__ import annotations

from pathlib import Path

import click

from connector.cli.output import print_json
from connector.web.contract import connector_definition
from connector.web.package import NO_CLIENT, RESOURCE, Target, write_package


@click.command("openapi")
@click.option(
    "--package",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write all files of the connector here.",
)
@click.option("--host", help="With --package: the public host of the service, such as scores.example.com.")
@click.option("--client-id", default=NO_CLIENT, help="With --package: the connector's app registration.")
@click.option("--resource", default=RESOURCE, help="With --package: the service's Application ID URI.")
def command(folder: Path | None, host: str | None, client_id: str, resource: str) -> None:
    """Print the OpenAPI 2.0 definition for a custom connector (without health and hooks), or write its package.

    The package is what the Power Platform's tools take: definition, properties, settings, icon and readme. Needs no
    settings. Exit codes: 0 done; 2 the host is none, or the folder cannot be written.
    """
    if folder is None:
        if host is not None:
            raise click.UsageError("--host goes with --package: the definition alone names no host of yours.")
        print_json(connector_definition())
        return
    for path in write_package(folder, Target(host, client_id, resource)):
        click.echo(path)
