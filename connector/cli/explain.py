"""`connector explain`: why a lead has its scores, what is unknown, what would change the grade, how it goes on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import click

from connector.bootstrap import handing
from connector.cli.context import service
from connector.cli.output import console, heading, json_option, paragraph, print_json, when

MOST_DECISIONS = 20


@click.command("explain")
@click.argument("lead_id")
@click.option("--model", "model_name", help="Only this model.")
@click.option("--history", is_flag=True, help="Show how the scores changed, too.")
@json_option
def command(lead_id: str, model_name: str | None, *, history: bool, as_json: bool) -> None:
    """Explain the scores of a mirrored lead by the live models, now.

    Exit codes: 0 done; 2 the lead is not mirrored, no such model is live, or settings; 3 the store cannot be used.
    """
    try:
        lead_id = str(uuid.UUID(lead_id))
    except ValueError:
        raise click.UsageError(f"{lead_id} is not the id of a lead: give its GUID.") from None
    with service() as opened:
        found = opened.explain(lead_id, model_name)
        found["qualifications"] = handing.history(opened, lead_id, MOST_DECISIONS)
        if history:
            changes = opened.score_history(lead_id)
            found["history"] = [one for one in changes if model_name in {None, one["model"]}]
    if as_json:
        print_json({"lead": lead_id, **found})
        return
    _show(found)


def _show(found: Mapping[str, Any]) -> None:
    """Print it for people."""
    out = console()
    for place in found["matrix"]:
        heading(out, f"{place['place']}: fit by {place['fit']}, engagement by {place['engagement']}")
    for answer in found["models"]:
        score = "not scored" if answer["score"] is None else f"{answer['score']} points"
        heading(out, f"{answer['model']}: {score}{', ' + str(answer['grade']) if answer['grade'] else ''}")
        for key in ("explanation", "rank", "next_grade", "forecast"):
            for sentence in answer[key]:
                paragraph(out, sentence, indent=2)
    for decision in found["qualifications"]:
        heading(
            out, f"Qualified by {decision['qualification']} (version {decision['version']}), {when(decision['at'])}"
        )
        paragraph(out, decision["reason"] or "No reason was written down then.", indent=2)
    if "history" in found:
        heading(out, "History, the newest first")
        for change in found["history"]:
            result = (
                "no longer scored" if change["score"] is None else f"{change['score']} {change['grade'] or ''}".rstrip()
            )
            paragraph(out, f"{when(change['at'])}: {change['model']} {result} (version {change['version']})", indent=2)
