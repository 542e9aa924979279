"""`connector interactions`: what people did, from a file."""

from __future__ import annotations

from pathlib import Path

import click

from connector.cli.context import service
from connector.cli.output import json_option, print_json
from connector.pipeline.interactions import read_interactions

BATCH = 1000


@click.group("interactions")
def command() -> None:
    """Interactions of leads: clicks, forms, visits."""


@command.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def import_(path: Path, *, as_json: bool) -> None:
    """Import a CSV or NDJSON file; importing the same file twice stores nothing twice.

    Columns or keys: id, lead_id, type, at (ISO 8601 with offset), machine (optional), properties (an object; in
    CSV every further column is a property). Every faulty line is named, and then nothing is stored.

    Exit codes: 0 done; 2 a line is faulty, or settings; 3 the store cannot be used.
    """
    interactions = read_interactions(path)
    with service() as opened:
        new = sum(
            opened.add_interactions(interactions[start : start + BATCH]) for start in range(0, len(interactions), BATCH)
        )
    if as_json:
        print_json({"read": len(interactions), "new": new})
    else:
        click.echo(f"{len(interactions)} interactions read, {new} new. The next sync scores the leads they belong to.")
