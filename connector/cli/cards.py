"""`connector cards`: a company's own cards, and what the built-in ones look like."""

from __future__ import annotations

import click

from connector.cli.documents import add_document_commands
from connector.cli.output import print_json
from connector.pipeline.cardtemplates import EVENT_KINDS
from connector.pipeline.ports import DocumentKind


@click.group("cards")
def command() -> None:
    """Cards of your own, one for each kind of event."""


@command.command("example")
@click.argument("kind", type=click.Choice(EVENT_KINDS))
def example(kind: str) -> None:
    """Print the built-in card of KIND for an invented event, as a start for a card of your own.

    Exit codes: 0 done; 2 there is no such kind. Needs no settings.
    """
    from connector.delivery.cards import build_message
    from connector.delivery.cards.samples import ANSWERS, RECORDS, sample

    message = build_message(sample(kind), RECORDS, answers=ANSWERS)
    print_json(message["attachments"][0]["content"])  # type: ignore[index, call-overload]  # the shape that we made


add_document_commands(command, DocumentKind.CARD)
