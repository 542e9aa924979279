"""`connector models`: scoring models, from draft to live."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from connector.cli.context import service
from connector.cli.documents import add_document_commands
from connector.cli.files import read_text
from connector.cli.output import console, counted, json_option, paragraph, print_json
from connector.dataverse.columns import STANDARD_TYPES
from connector.errors import DocumentError
from connector.pipeline.drafts import TITLES_FILE
from connector.pipeline.linting import lint_text
from connector.pipeline.ports import DocumentKind
from connector.pipeline.publishing import finding_dict
from connector.pipeline.rulebook import title_reader
from connector.scoring.diff import Diff
from connector.scoring.document import parse_titles
from connector.scoring.lint import Finding, unreadable
from connector.scoring.titles import CompanyTitles


@click.group("models")
def command() -> None:
    """Scoring models: what gives points, and how many."""


add_document_commands(command, DocumentKind.MODEL)


@command.command("lint")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--strict", is_flag=True, help="Exit 1 on warnings too.")
@json_option
def lint(path: Path, *, strict: bool, as_json: bool) -> None:
    """Check a model document: rules that can never match, grades that cannot be reached, and bad habits.

    Its examples are run, by the titles.yaml beside it or above its folder. To publish it also needs `purpose` and
    `lawful_basis`.
    Needs no settings and no network. Exit codes: 0 nothing that stops publication; 1 an error (with --strict also a
    warning), a file that cannot be read included; 2 there is no such file.
    """
    findings = findings_of(path)
    if as_json:
        print_json({"findings": [finding_dict(finding) for finding in findings]})
    else:
        for finding in findings:
            place = f"{path.name}:{finding.line}" if finding.line else path.name
            click.echo(f"{place}: {finding.severity} {finding.code}: {finding.message}")
            if finding.fix:
                click.echo(f"    {finding.fix}")
        click.echo(f"{counted(len(findings), 'finding')}." if findings else "Nothing found.")
    if any(finding.severity == "error" or strict for finding in findings):
        raise click.exceptions.Exit(1)


def findings_of(path: Path) -> list[Finding]:
    """The linter's findings on a file; that it cannot be read is one."""
    try:
        text = read_text(path)
    except DocumentError as error:
        return unreadable(error)
    reader = title_reader(titles_near(path))
    return lint_text(text, STANDARD_TYPES, datetime.now(UTC), reader, to_publish=False)


def titles_near(path: Path) -> CompanyTitles | None:
    """The title table of the documents that a file belongs to. Raises DocumentError where it cannot be read."""
    places = [folder / TITLES_FILE for folder in (path.resolve().parent, path.resolve().parent.parent)]
    found = next((place for place in places if place.is_file()), None)
    return None if found is None else parse_titles(read_text(found))


@command.command("diff")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def diff(path: Path, *, as_json: bool) -> None:
    """Compare FILE with the live version of its model over every mirrored lead: who would change, and why.

    Where FILE reads columns that no run has read yet they are named, with how many leads cannot be judged till then.

    Exit codes: 0 done, whatever would change; 2 FILE does not parse, its model is not live, or settings; 3
    the store cannot be used.
    """
    with service() as opened:
        result = opened.diff(read_text(path))
    if as_json:
        print_json(as_dict(result))
    else:
        show(result)


def show(result: Diff) -> None:
    """Print a diff for people."""
    out = console()
    for sentence in result.sentences:
        paragraph(out, sentence)


def as_dict(result: Diff) -> dict[str, Any]:
    """A diff for JSON."""
    return {
        "leads": result.leads,
        "cannot_be_judged": result.unjudged,
        "not_mirrored": dict(result.unread),
        "unchanged": result.unchanged,
        "rescored": result.rescored,
        "transitions": [{"from": a, "to": b, "leads": n} for (a, b), n in result.transitions.items()],
        "becomes_qualified": result.becomes_qualified,
        "stops_qualified": result.stops_qualified,
        "mean_change": result.mean_change,
        "sample": [{"lead": change.lead_id, "sentence": change.sentence} for change in result.sample],
    }
