"""`connector apply DIR`: all documents of a folder, as drafts or published where they pass."""

from __future__ import annotations

from pathlib import Path

import click

from connector.cli.context import operator, service
from connector.cli.output import console, json_option, paragraph, print_json
from connector.pipeline.drafts import FOLDERS, SUFFIXES, TITLES_FILE, overlooked
from connector.pipeline.publishing import Applied, read_documents

MOST_NAMES = 10


@click.command("apply")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--publish", is_flag=True, help="Publish what passes instead of keeping drafts.")
@click.option("--replace", is_flag=True, help="Stop a changed live document and publish in one step.")
@json_option
def command(folder: Path, *, publish: bool, replace: bool, as_json: bool) -> None:
    """Load models/, qualification/, alerts/, sources/, cards/ and titles.yaml of FOLDER.

    In the folders it takes what ends in .yaml, .yml or .json. What looks like a document and is not looked at is named
    on standard error.

    Exit codes: 0 done; 1 some were refused; 2 a document cannot be read (then nothing is stored), or settings;
    3 the store cannot be used.
    """
    _warn(overlooked(folder))
    with service() as opened:
        results = opened.apply(read_documents(folder), publish=publish, replace=replace, by=operator())
    show(results, as_json=as_json)


def _warn(names: list[str]) -> None:
    """Name on standard error what is not looked at."""
    if names:
        rest = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        folders = ", ".join(f"{folder}/" for folder in FOLDERS)
        click.echo(
            f"Not looked at: {', '.join(names[:MOST_NAMES])}{rest}. Documents stand in {folders} and {TITLES_FILE},"
            f" and end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}, in small letters.",
            err=True,
        )


def show(results: list[Applied], *, as_json: bool) -> None:
    """Print what became of documents; exit 1 when one was refused."""
    if as_json:
        print_json({"documents": [result.as_dict() for result in results]})
    else:
        out = console()
        for result in results:
            version = f" (version {result.version})" if result.version else ""
            paragraph(out, f"{result.kind} {result.name}: {result.outcome}{version}")
            for line in result.lines():
                paragraph(out, line, indent=4)
    if any(result.refused for result in results):
        raise click.exceptions.Exit(1)
