"""`connector alerts`: alert documents, what is held for a digest, and what people said of announced leads."""

from __future__ import annotations

from datetime import timedelta

import click

from connector.cli.context import service
from connector.cli.documents import add_document_commands
from connector.cli.output import console, json_option, print_json, when
from connector.cli.tables import table
from connector.pipeline.ports import DocumentKind


@click.group("alerts")
def command() -> None:
    """Alerts: when a card is sent, and where."""


@command.command("verdicts")
@click.option("--days", type=click.IntRange(1, 36_500), help="Only the last so many days.")
@json_option
def verdicts(*, days: int | None, as_json: bool) -> None:
    """Tell by rule what people answered: good lead, not a good lead, and how many cards were delivered.

    Exit codes: 0 done; 2 settings; 3 the store cannot be used.
    """
    with service() as opened:
        since = opened.clock() - timedelta(days=days) if days else None
        rules = opened.verdicts_by_rule(since)
    if as_json:
        found = [
            {
                "rule": one.rule,
                "good": one.good,
                "not_good": one.not_good,
                "cards": one.cards,
                "good_share": one.good_share,
            }
            for one in rules
        ]
        print_json({"since": since, "rules": found})
        return
    rows = [
        (
            one.rule or "(of an earlier version)",
            one.good,
            one.not_good,
            "" if one.good_share is None else f"{one.good_share:.0%}",
            one.cards,
        )
        for one in rules
    ]
    names = ["rule", "good", "not good", "share of good", "cards delivered"]
    table(console(), "", names, rows, right=[1, 2, 3, 4], whole=[0])


@command.command("held")
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 100_000), help="The oldest so many.")
@json_option
def held(limit: int, *, as_json: bool) -> None:
    """List what is held for the next digest, oldest first: over a budget, or in quiet hours.

    Exit codes: 0 done; 2 settings; 3 the store cannot be used.
    """
    with service() as opened:
        rows = list(opened.store.held_alerts(limit))
    if as_json:
        print_json({"held": rows})
        return
    cells = [
        (row["rule"], row["destination"], row["name"] or row["lead_id"], row["reason"], when(row["digest_after"]))
        for row in rows
    ]
    table(console(), "", ["alert", "channel", "lead", "why", "digest from"], cells, whole=[0, 1, 4])


add_document_commands(command, DocumentKind.ALERT)
