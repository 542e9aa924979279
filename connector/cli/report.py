"""A run's summary for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from connector.cli.output import heading, paragraph
from connector.cli.tables import table

WRITE_WORDS = {
    "applied": "written, guarded by the etag",
    "unchanged": "already there, nothing written",
    "refused": "refused: no longer open, or gone",
    "stale": "changed between read and write, then looked at again",
}


def print_summary(out: Console, summary: Mapping[str, Any]) -> None:
    """Print what `sync --json` says, as text."""
    heading(out, f"Run {summary['run']}")
    paragraph(
        out,
        f"Pulled {summary['pulled']} lead rows and {summary['accounts']} account rows; "
        f"scored {summary['scored']} leads; qualified {summary['qualified']}.",
    )
    print_grades(out, summary["grades"])
    table(out, "Updates", ["", "leads"], [(WRITE_WORDS[k], n) for k, n in summary["writes"].items()], right=[1])
    table(out, "Cards", ["", ""], list(summary["alerts"].items()), right=[1])
    if summary["warnings"]:
        heading(out, "Warnings")
        print_warnings(out, summary["warnings"])


def print_grades(out: Console, grades: Mapping[str, Mapping[str, int]]) -> None:
    """Print leads by model and grade."""
    rows = [(model, grade or "(no grade)", n) for model, counts in grades.items() for grade, n in counts.items()]
    if rows:
        table(out, "Leads by grade", ["model", "grade", "leads"], rows, right=[2])


def print_warnings(out: Console, warnings: list[Mapping[str, Any]]) -> None:
    """Print what somebody should look at."""
    for warned in warnings:
        paragraph(out, f"{warned['count']} {warned['message']}", bullet="- ")
