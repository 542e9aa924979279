"""Findings on a model's own examples: columns in them that nobody reads, and that are named almost like one.

Whether what they expect holds is asked by `connector.scoring.examples`.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping

from connector.scoring.facttypes import FactTypes
from connector.scoring.lint.columns import exists, misspelt
from connector.scoring.lint.findings import Finding, finding
from connector.scoring.lint.phrases import at_line
from connector.scoring.rules import Model
from connector.scoring.usage import facts_used


def example_findings(model: Model, types: FactTypes) -> Iterator[Finding]:
    """A finding for each column of an example that is probably meant to be another one."""
    used = facts_used(model, types)
    for example in model.examples:
        for table in ("lead", "account"):
            columns = example.facts.get(table)
            for column in columns if isinstance(columns, Mapping) else ():
                fact = f"{table}.{column}"
                near = None if fact in used else _meant(fact, used, types)
                if near is not None:
                    yield finding(
                        "example-column",
                        None,
                        (example.place,),
                        f"The example{at_line(example.place)} gives {fact}, which no rule of this model reads.",
                        f"Did you mean {near}?" if near else "Check the column's logical name, or leave it out.",
                    )


def _meant(fact: str, used: Collection[str], types: FactTypes) -> str | None:
    """The column that a fact is probably meant to be; empty where it is none at all, None where it may well be one."""
    if fact in types.types:
        return None
    close = difflib.get_close_matches(fact.casefold(), sorted(used), n=1, cutoff=0.85)
    if close:
        return close[0]
    return misspelt(fact, types) if exists(fact, types) else ""
