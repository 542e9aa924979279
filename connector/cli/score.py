"""`connector score`: one model, one lead's facts from a file, the answer. Needs no settings, no store, no network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import click

from connector.cli.files import name_of, read_text
from connector.cli.output import console, heading, json_option, paragraph, print_json
from connector.cli.tables import table
from connector.dataverse.columns import STANDARD_TYPES
from connector.errors import DocumentError
from connector.scoring.compiler import compile_model
from connector.scoring.document import parse_model
from connector.scoring.explain import explain, score_answer
from connector.scoring.facts import check_facts
from connector.scoring.score import Facts

FORM = 'Write {"lead": {...}, "account": {...} or null, "interactions": [...]}.'


@click.command("score")
@click.option("--model", "model_path", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--facts",
    "facts_path",
    required=True,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="JSON: lead, account (or null), interactions; - for standard input.",
)
@click.option("--now", "at", help="The moment to score at, ISO 8601 with offset; default: now.")
@json_option
def command(model_path: Path, facts_path: Path, at: str | None, *, as_json: bool) -> None:
    """Score one lead's facts by a model document and say why.

    Exit codes: 0 done; 2 the document, the facts or the time cannot be used.
    """
    model = parse_model(read_text(model_path), STANDARD_TYPES)
    facts = read_facts(facts_path)
    now = _moment(at)
    score = compile_model(model, STANDARD_TYPES).score(facts, now)
    answer = score_answer(model, score, explain(model, score, facts, now, types=STANDARD_TYPES))
    if as_json:
        print_json(answer)
    else:
        show(answer)


def read_facts(path: Path) -> Facts:
    """Read facts from a JSON file. Raises DocumentError naming what is wrong."""
    text = read_text(path)
    try:
        data = json.loads(text)
    except RecursionError:
        raise DocumentError(f"{name_of(path)} is nested too deeply.", remedy=FORM) from None
    except ValueError as error:
        raise DocumentError(f"{name_of(path)} is not JSON: {error}.", remedy=FORM) from None
    check_facts(data)
    return cast("Facts", data)


def show(answer: dict[str, Any]) -> None:
    """Print an answer for people."""
    out = console()
    score = "not scored" if answer["score"] is None else f"{answer['score']} points"
    grade = f", {answer['grade']}" if answer["grade"] else ""
    heading(out, f"{answer['model']}: {score}{grade}")
    paragraph(out, f"judged {answer['coverage']:.0%} of the points; reachable {answer['reachable']}")
    if answer["next_change_at"]:
        paragraph(out, f"changes without new data at {answer['next_change_at']}")
    rows = [(group["name"], group["points"], group["outcome"]) for group in answer["groups"]]
    table(out, "", ["group", "points", ""], rows, right=[1])
    for sentence in answer["explanation"]:
        paragraph(out, sentence)


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise DocumentError(f"--now {text} is not an ISO 8601 time.", remedy="Write 2026-11-20T09:00:00Z.") from None
    if moment.tzinfo is None:
        raise DocumentError(f"--now {text} has no offset.", remedy="Write 2026-11-20T09:00:00Z.")
    return moment.astimezone(UTC)
