"""What the demo prints: the path of the leads, section by section, readable without colour and in 80 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console

from connector.cli.output import heading, link, paragraph
from connector.cli.report import WRITE_WORDS, print_warnings
from connector.cli.tables import table
from connector.scoring.wording import capitalise, fact_name, value_text

if TYPE_CHECKING:
    from connector.cli.demo import Played, Stage
    from connector.pipeline.values import Decision

TOP = 10
REASONS = 2
UNKNOWN = 4


def print_demo(out: Console, stage: Stage, played: Played) -> None:
    """Print what the three runs did, from the store and from what the sandbox received."""
    first, second, third = runs = [report.summary() for report in (played.first, played.second, played.third)]
    heading(out, "Lead Connector demo")
    paragraph(
        out,
        "An embedded stand-in for Dataverse, Entra ID and Teams; everything else is the real path: sign-in through "
        "MSAL, guarded updates, the outbox.",
    )
    out.print()
    paragraph(out, "Between the first and the second sync:")
    for note in played.notes:
        paragraph(out, note, bullet="- ")
    out.print()
    _pulled(out, played, first, second)
    _grades(out, stage)
    _best(out, stage)
    _qualified(out, stage, [*played.first.marked, *played.second.marked])
    _updates(out, runs)
    _cards(out, stage)
    heading(out, "Warnings of the first sync")
    print_warnings(out, first["warnings"])
    out.print()
    wrote, sent = third["writes"]["applied"], third["alerts"]["delivered"]
    heading(out, f"Third sync, with nothing to do: {third['scored']} leads scored, {wrote} updates, {sent} cards.")


def _pulled(out: Console, played: Played, first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
    linked = [report.scored - report.without_account for report in (played.first, played.second)]
    rows = [
        ("lead rows read", first["pulled"], second["pulled"]),
        ("account rows read", first["accounts"], second["accounts"]),
        ("leads scored", first["scored"], second["scored"]),
        ("  of them linked to an account", linked[0], linked[1]),
        ("leads qualified", first["qualified"], second["qualified"]),
    ]
    table(out, "Pulled and scored", ["", "first sync", "after the events"], rows, right=[1, 2])
    out.print()


def _grades(out: Console, stage: Stage) -> None:
    heading(out, "Leads by grade now")
    for model, counts in stage.service.grades().items():
        paragraph(out, f"{model:<12}" + ", ".join(f"{grade or 'no grade'} {n}" for grade, n in counts.items()))
    out.print()


def _best(out: Console, stage: Stage) -> None:
    """The ten best: score and grade of each model, the two strongest reasons, what is unknown."""
    types = stage.types
    heading(out, f"The {TOP} best leads")
    for rank, entry in enumerate(stage.service.ranking(TOP), start=1):
        scores = ", ".join(f"{s['model']} {s['score']} {s['grade'] or ''}".rstrip() for s in entry["scores"])
        place = "".join(f", {found['place']}" for found in entry["matrix"][:1])
        paragraph(out, f"{_who(entry)}: {entry['total']} points{place}", bullet=f"{rank:>2}. ")
        paragraph(out, scores, indent=4)
        for reason in entry["reasons"][:REASONS]:
            paragraph(out, reason, indent=4)
        unknown = list(dict.fromkeys(fact_name(fact, types) for fact in entry["unknown"]))
        if unknown:
            more = f" and {len(unknown) - UNKNOWN} more" if len(unknown) > UNKNOWN else ""
            paragraph(out, "unknown: " + ", ".join(unknown[:UNKNOWN]) + more, indent=4)
    out.print()


def _qualified(out: Console, stage: Stage, marked: Sequence[Decision]) -> None:
    """Who took the mark, and how it was written, in the words of the columns' metadata."""
    heading(out, f"Qualified and marked: {len(marked)} leads")
    groups: dict[str, list[Decision]] = {}
    for decision in marked:
        groups.setdefault(_mark(stage, decision), []).append(decision)
    for mark, decisions in groups.items():
        paragraph(out, f"Written, guarded by the etag that was read: {mark}")
        models = [score.model for score in decisions[0].scores]
        rows = [
            (_who(stage.service.lead(decision.lead_id)), *(score.score for score in decision.scores))
            for decision in decisions
        ]
        table(out, "", ["lead", *models], rows, right=range(1, len(models) + 1), is_narrow=True)
    out.print()


def _mark(stage: Stage, decision: Decision) -> str:
    """What a decision writes besides scores: `Status reason = Marketing Qualified, Sales ready = yes`."""
    words = []
    for column, value in decision.values.items():
        if column not in stage.score_columns:
            fact = f"lead.{column}"
            words.append(
                f"{capitalise(fact_name(fact, stage.types))} = "
                f"{value_text(fact, value, stage.types, decision.decided_at)}"
            )
    return ", ".join(words) or "nothing: the columns said so already"


def _updates(out: Console, runs: Sequence[Mapping[str, Any]]) -> None:
    rows = [(words, *(run["writes"][key] for run in runs)) for key, words in WRITE_WORDS.items()]
    table(out, "Updates", ["leads", "first", "second", "third"], rows, right=[1, 2, 3])
    out.print()


def _cards(out: Console, stage: Stage) -> None:
    """The cards as the channel received them: why, who with which scores and changes, and the record's link."""
    cards = stage.sandbox.teams.cards
    heading(out, f"Cards that reached the channels: {len(cards)}")
    for card in cards:
        content = card.body["attachments"][0]["content"]
        links = [action["url"] for action in content.get("actions", [])]
        said = str(content["fallbackText"])
        for address in links:
            said = said.replace(address, "").rstrip()
        paragraph(out, f"[{card.channel}] {content['body'][0]['text']}")
        paragraph(out, said, indent=4)
        for address in links:
            link(out, address)
    out.print()


def _who(entry: Mapping[str, Any]) -> str:
    return f"{entry['name']} - {entry['company'] or 'no company'}"
