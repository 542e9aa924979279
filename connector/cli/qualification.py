"""`connector qualification`: qualification documents."""

import click

from connector.cli.documents import add_document_commands
from connector.pipeline.ports import DocumentKind


@click.group("qualification")
def command() -> None:
    """Qualification criteria: when a lead is marked, and how."""


add_document_commands(command, DocumentKind.QUALIFICATION)
