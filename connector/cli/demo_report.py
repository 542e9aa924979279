"""What the demo prints: the path of the leads in tables, readable without colour and in 80 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding

from connector.cli.output import table
from connector.cli.report import WRITE_WORDS, print_warnings

if TYPE_CHECKING:
    from connector.cli.demo import Played, Stage
    from connector.pipeline.values import Decision

TOP = 10


def print_demo(out: Console, stage: Stage, played: Played) -> None:
    """Print what the three runs did, from the store and from what the sandbox received."""
    reports = [played.first, played.second, played.third]
    first, second, third = runs = [report.summary() for report in reports]
    out.print("Lead Connector demo", style="bold")
    out.print(
        "An embedded stand-in for Dataverse, Entra ID and Teams; everything else is the real path:\n"
        "sign-in through MSAL, guarded updates, the outbox.\n"
    )
    out.print("Between the first and the second sync:")
    for note in played.notes:
        out.print(f"- {note}")
    out.print()
    _pulled(out, first, second)
    _grades(out, stage)
    _best(out, stage)
    _qualified(out, stage, [*played.first.marked, *played.second.marked])
    _updates(out, runs)
    _cards(out, stage)
    out.print()
    out.print("Warnings", style="bold")
    print_warnings(out, [*first["warnings"]])
    out.print()
    wrote, sent = third["writes"]["applied"], third["alerts"]["delivered"]
    out.print(
        f"Third sync, with nothing to do: {third['scored']} leads scored, {wrote} updates, {sent} cards.", style="bold"
    )


def _pulled(out: Console, first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
    rows = [
        ("lead rows read", first["pulled"], second["pulled"]),
        ("account rows read", first["accounts"], second["accounts"]),
        ("leads scored", first["scored"], second["scored"]),
        ("leads qualified", first["qualified"], second["qualified"]),
    ]
    out.print(table("Pulled and scored", ["", "first sync", "after the events"], rows, right=[1, 2]))
    out.print()


def _grades(out: Console, stage: Stage) -> None:
    rows = []
    for model, counts in sorted(stage.service.store.grade_counts().items()):
        rows += [(model, grade or "(no grade)", n) for grade, n in sorted(counts.items(), key=lambda pair: -pair[1])]
    out.print(table("Leads by grade now", ["model", "grade", "leads"], rows, right=[2]))
    out.print()


def _best(out: Console, stage: Stage) -> None:
    """The ten best: score and grade of each model, the two strongest reasons, what is unknown."""
    out.print(f"The {TOP} best leads", style="bold")
    for rank, entry in enumerate(stage.service.ranking(TOP), start=1):
        scores = ", ".join(f"{s['model']} {s['score']} {s['grade'] or ''}".rstrip() for s in entry["scores"])
        out.print(f"{rank:>2}. {entry['name']} - {entry['company'] or 'no company'}", markup=False, style="bold")
        out.print(Padding(f"{entry['total']} points: {scores}", (0, 0, 0, 4)), markup=False)
        for reason in entry["reasons"][:2]:
            out.print(Padding(reason, (0, 0, 0, 4)), markup=False)
        if entry["unknown"]:
            out.print(Padding("unknown: " + ", ".join(entry["unknown"]), (0, 0, 0, 4)), markup=False)
    out.print()


def _qualified(out: Console, stage: Stage, marked: Sequence[Decision]) -> None:
    """Who took the mark, and the values that were written for it."""
    out.print(f"Qualified: {len(marked)} leads, each written with the etag that was read", style="bold")
    for decision in marked[:TOP]:
        entry = stage.service.lead(decision.lead_id)
        out.print(f"{entry['name']} - {entry['company'] or 'no company'}", markup=False)
        out.print(Padding(", ".join(f"{k} = {v}" for k, v in decision.values.items()), (0, 0, 0, 4)), markup=False)
    if len(marked) > TOP:
        out.print(f"and {len(marked) - TOP} more")
    out.print()


def _updates(out: Console, runs: Sequence[Mapping[str, Any]]) -> None:
    rows = [(words, *(run["writes"][key] for run in runs)) for key, words in WRITE_WORDS.items()]
    out.print(table("Updates", ["leads", "first", "second", "third"], rows, right=[1, 2, 3]))
    out.print()


def _cards(out: Console, stage: Stage) -> None:
    """The cards as the channel received them; links stand on lines of their own, never wrapped."""
    cards = stage.sandbox.teams.cards
    out.print(f"Cards that reached the channels: {len(cards)}", style="bold")
    for card in cards:
        content = card.body["attachments"][0]["content"]
        out.print(f"[{card.channel}] {content['body'][0]['text']}", markup=False)
        for action in content.get("actions", []):
            out.print(action["url"], soft_wrap=True, markup=False, overflow="ignore", crop=False, no_wrap=True)
