"""`connector qualification`: qualification documents, what they would do, and what they did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from connector.bootstrap import handing
from connector.cli.context import service
from connector.cli.documents import add_document_commands
from connector.cli.output import console, heading, json_option, paragraph, plain, print_json, when
from connector.cli.tables import table
from connector.errors import DocumentError
from connector.pipeline.ports import DocumentKind

NEGLECTED_DAYS, RISEN_DAYS = 14.0, 90.0
_days = click.FloatRange(min=0, max=3_650, min_open=True)


@click.group("qualification")
def command() -> None:
    """Qualification criteria: when a lead is marked, and how."""


add_document_commands(command, DocumentKind.QUALIFICATION)


@command.command("preview")
@click.argument("document")
@json_option
def preview(document: str, *, as_json: bool) -> None:
    """Tell what DOCUMENT (a file, or the name of a draft or a version) would do. Nothing is stored or written.

    Exit codes: 0 done; 2 it does not parse, names a model that is not live, or settings; 3 the store cannot be used.
    """
    path = Path(document)
    try:
        read = [path.read_text("utf-8")] if path.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"{path} cannot be read: {error}", remedy="Give a text file in UTF-8.") from error
    with service() as opened:
        found = handing.preview_qualification(opened, handing.readable_text(opened, document, read))
    if as_json:
        print_json(found)
        return
    _show_preview(found)


def _show_preview(found: dict[str, Any]) -> None:
    out = console()
    heading(out, f"{found['qualification']}: {found['qualify']} of {found['leads']} open leads qualify now")
    share = "" if found["share"] is None else f" ({found['share']:.1%} of the open leads)"
    paragraph(
        out, f"{found['would_be_marked']} would be marked{share}; {found['already_marked']} are already.", indent=2
    )
    if found["outside_audience"]:
        paragraph(out, f"{found['outside_audience']} are outside the audience.", indent=2)
    if found["cannot_be_judged"]:
        facts = ", ".join(f"{fact} ({count})" for fact, count in found["unknown"].items())
        paragraph(out, f"{found['cannot_be_judged']} cannot be judged: unknown is {facts}.", indent=2)
    weekly = found["weekly"]["leads"]
    rate = "the past is too short to tell a rate" if weekly is None else f"about {weekly} leads a week came to meet it"
    paragraph(out, f"{rate}{_since(found['weekly'])}.", indent=2)
    if found["against"]:
        live = found["against"]
        said = f"Against the live {live['qualification']} (version {live['version']})"
        paragraph(out, f"{said}: {live['gained']} leads more, {live['lost']} fewer would meet it.", indent=2)
    for title, rows in (
        ("By country", [(name or "(none)", count) for name, count in found["by_country"].items()]),
        ("By owner", [(one["name"] or one["owner"] or "(none)", one["leads"]) for one in found["by_owner"]]),
    ):
        if rows:
            table(out, title, ["", "leads"], rows, right=[1])
    for one in found["sample"]:
        paragraph(out, f"{one['name'] or one['lead']}, {one['company'] or 'no company'}: {one['reason']}", indent=2)


def _since(weekly: dict[str, Any]) -> str:
    return "" if weekly["from"] is None else f" since {when(weekly['from'])}"


@command.command("threshold")
@click.option("--model", "model", required=True, help="A live model.")
@click.option(
    "--per-week", type=click.FloatRange(min=0, min_open=True), required=True, help="Leads that can be worked."
)
@json_option
def threshold(model: str, *, per_week: float, as_json: bool) -> None:
    """Tell the score from which on no more leads a week come than can be worked, and how such leads ended before.

    Exit codes: 0 done; 2 no such model is live, or settings; 3 the store cannot be used.
    """
    with service() as opened:
        found = handing.suggest_threshold(opened, model, per_week)
    if as_json:
        print_json(found)
        return
    out = console()
    if found["threshold"] is None:
        heading(out, f"{model}: the past tells no threshold for {plain(per_week)} leads a week")
        paragraph(out, f"Looked at: {when(found['from'])} to {when(found['to'])}.", indent=2)
        if found["by_rank"] is not None:
            said = f"By rank: {plain(per_week)} of today's leads at most have {found['by_rank']} points or more."
            paragraph(out, said, indent=2)
    else:
        heading(out, f"{model}: at least {found['threshold']}")
        said = f"About {found['weekly']} leads a week reached that since {when(found['from'])}"
        paragraph(out, f"{said}; {found['standing_there']} stand there now.", indent=2)
    known = found["outcomes"]
    if found["precision"] is None:
        why = known.get("why_not") or "no closed lead with such a score is known"
        paragraph(out, f"How such leads ended is unknown: {why}.", indent=2)
    else:
        paragraph(
            out,
            f"Of {known['known']} closed leads with such a score {found['precision']:.0%} were qualified.",
            indent=2,
        )


@command.command("neglected")
@click.option("--days", type=_days, default=NEGLECTED_DAYS, show_default=True, help="Nobody worked them for so long.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@json_option
def neglected(*, days: float, limit: int, as_json: bool) -> None:
    """List marks that nobody worked: the lead is open, unchanged by others, and nothing was done about it.

    Exit codes: 0 done; 2 settings; 3 the store or the environment cannot be used.
    """
    with service(need_dataverse=True) as opened:
        found = handing.list_neglected(opened, days, limit)
    if as_json:
        print_json({"days": days, "neglected": found})
        return
    rows = [(one["lead"], one["name"], one["company"], one["qualification"], when(one["at"])) for one in found]
    table(console(), "", ["lead", "name", "company", "qualified by", "at"], rows, whole=[0, 4])


@command.command("risen")
@click.option("--days", type=_days, default=RISEN_DAYS, show_default=True, help="Disqualified within so many days.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@json_option
def risen(*, days: float, limit: int, as_json: bool) -> None:
    """List disqualified leads whose score would be higher now. They are read and scored now, and not kept.

    Exit codes: 0 done; 2 settings; 3 the store or the environment cannot be used.
    """
    with service(need_dataverse=True) as opened:
        opened.require_lead_management()
        found = handing.list_risen(opened, days, limit)
    if as_json:
        print_json({"days": days, "risen": found})
        return
    rows = [
        (one["lead"], one["name"], one["company"], one["model"], one["before"], one["now"], ", ".join(one["meets"]))
        for one in found
    ]
    names = ["lead", "name", "company", "model", "then", "now", "meets"]
    table(console(), "", names, rows, right=[4, 5], whole=[0])


@command.command("history")
@click.argument("wanted", required=False)
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@json_option
def history(wanted: str | None, *, limit: int, as_json: bool) -> None:
    """List qualifications, the newest first: all, those of a lead (its id) or of a document (its name).

    Exit codes: 0 done; 2 settings; 3 the store cannot be used.
    """
    with service() as opened:
        found = handing.history(opened, wanted, limit)
    if as_json:
        print_json({"decisions": found})
        return
    out = console()
    if not found:
        paragraph(out, "None.")
    for one in found:
        heading(out, f"{when(one['at'])}  {one['qualification']} (version {one['version']})  {one['lead']}")
        paragraph(out, one["reason"] or "No reason was written down then.", indent=2)
        scores = ", ".join(
            f"{model['model']} (version {model['version']}) {'no score' if model['score'] is None else model['score']}"
            for model in one["models"]
        )
        if scores:
            paragraph(out, f"Scores: {scores}.", indent=2)
        if one["actions"]:
            paragraph(out, f"Done: {', '.join(action.replace('_', ' ') for action in one['actions'])}.", indent=2)
