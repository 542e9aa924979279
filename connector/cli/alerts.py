"""`connector alerts`: alert documents."""

import click

from connector.cli.documents import add_document_commands
from connector.pipeline.ports import DocumentKind


@click.group("alerts")
def command() -> None:
    """Alerts: when a card is sent, and where."""


add_document_commands(command, DocumentKind.ALERT)
