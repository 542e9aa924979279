"""What the linter can say: one finding, and the table of all codes with their severity and meaning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from connector.scoring.rules import Place

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: where, what, and what to do. `lines` are those that clash, where several do."""

    code: str
    severity: Severity
    group: str | None
    line: int | None
    message: str
    fix: str
    lines: tuple[int, ...] = ()


# Errors stop publication; each is proved. Warnings are advice. The severity is the usual one: a threshold out of reach
# is a warning where the criteria can be met without it.
CODES: Final[dict[str, tuple[Severity, str]]] = {
    "invalid-document": ("error", "The document cannot be read (found by its reader, not by the linter)."),
    "impossible-group": ("error", "No lead can ever meet the conditions of the group."),
    "impossible-audience": ("error", "No lead can ever be in the audience and not be excluded, so nobody is scored."),
    "impossible-criteria": ("error", "No lead can ever meet the conditions of the qualification."),
    "impossible-filter": ("error", "No lead can ever pass the alert's filter."),
    "unknown-fact": ("error", "A condition names a fact that does not exist."),
    "unknown-model": ("error", "A qualification or an alert names a model that does not exist."),
    "unknown-grade": ("error", "A qualification or an alert names a grade that its model does not have."),
    "unknown-qualification": ("error", "An alert names a qualification that does not exist."),
    "grade-overlap": ("error", "Two grades claim the same scores or the same name, or their order is wrong."),
    "threshold-unreachable": ("error", "A qualification or an alert waits for a score that its model cannot give."),
    "foreign-column": ("error", "A document writes a column that is not the company's own, or in the wrong case."),
    "never-cold": ("error", "An alert waits for leads that go cold, by a model in which none can."),
    "grade-gap": ("warning", "Some scores get no grade."),
    "grade-unreachable": ("warning", "No lead can ever get the grade."),
    "outside-audience": ("warning", "Whoever would meet the group's conditions is not scored by the model."),
    "always-true": ("warning", "Every lead gets the group's points, or every one of which the column is filled."),
    "duplicate-group": ("warning", "Two groups have the same conditions and the same points."),
    "opposite-groups": ("warning", "Two groups have the same conditions, and points that work against each other."),
    "subsumed-group": ("warning", "Whoever gets the points of one group also gets those of another."),
    "duplicate-name": ("warning", "Two groups have the same name."),
    "threshold-always-met": ("warning", "Every scored lead is above the threshold, so it tells nobody apart."),
    "rearm-above-threshold": ("warning", "An alert re-arms at or above the score that fires it."),
    "unlisted-fact": ("warning", "A column is no standard one, and is named almost like one."),
    "example-column": ("warning", "An example gives a column that no rule reads, and that is named almost like one."),
    "free-text-equals": ("warning", "A column that people type into is compared with an exact text."),
    "empty-pattern": ("warning", "A condition looks for an empty text, which every filled value has."),
    "unseen-value": ("warning", "No lead in the data has the value that a condition asks for."),
    "opens-above-clicks": ("warning", "Opening a message is worth as much as clicking in it, or more."),
    "account-exposure": ("warning", "Much of the score depends on an account being linked."),
    "sensitive-column": ("warning", "A condition uses a column that may say something sensitive of a person."),
    "write-loop": ("warning", "The model reads a column that it writes itself."),
    "no-points": ("warning", "The group gives no points."),
    "cap-without-effect": ("warning", "A cap that never bounds anything, or that takes everything away."),
    "cap-below-points": ("warning", "A single occurrence is worth more than the group's cap lets through."),
    "category-without-cap": ("warning", "A group names a category that the model does not cap."),
    "cap-without-category": ("warning", "The model caps a category that no group belongs to."),
    "each-without-interaction": ("warning", "Points for every occurrence, of a condition that has no occurrences."),
    "decay-without-interaction": ("warning", "Points that decay, of a condition that has no age."),
    "decay-without-effect": ("warning", "A decay that takes all points at once, or that never changes them."),
    "decay-past-window": ("warning", "A decay reaches further back than the window of the interaction."),
    "decay-rising": ("warning", "Older interactions are worth more than newer ones."),
}


def finding(code: str, group: str | None, where: Iterable[Place], message: str, fix: str) -> Finding:
    """A finding of a known code; the lines are those of `where`, the first of which it stands at."""
    lines = tuple(dict.fromkeys(place.line for place in where if place.line))
    return Finding(
        code=code,
        severity=CODES[code][0],
        group=group,
        line=lines[0] if lines else None,
        message=message,
        fix=fix,
        lines=lines,
    )
