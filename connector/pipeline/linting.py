"""What lint says of a model's text, with what else keeps it from publication and can be told without an environment.

What stands beside it (other models, channels) is asked in `publishing`, which shares these checks.
"""

from __future__ import annotations

from datetime import datetime

from connector.errors import DocumentError, Fault
from connector.pipeline.clashes import column_clashes
from connector.scoring.compiler import compile_model
from connector.scoring.compiler.titles import TitleReader
from connector.scoring.derived import type_of
from connector.scoring.document import parse_model, required_to_publish
from connector.scoring.examples import failing_examples
from connector.scoring.facttypes import FactTypes
from connector.scoring.lint import Finding, in_order, lint_model, unreadable
from connector.scoring.rules import Model
from connector.scoring.usage import facts_used

REQUIRED, EXAMPLE, WRITTEN_TWICE = "required-to-publish", "failing-example", "column-written-twice"


def lint_text(
    text: str, types: FactTypes, now: datetime, titles: TitleReader | None = None, *, to_publish: bool = True
) -> list[Finding]:
    """Everything that is to be said of a model document; no error among it: it can be published, as far as it goes.

    `titles` reads job titles in its examples (ours by default); those without a time of their own are scored at `now`.
    They are not run where the model reads columns that `types` does not know.
    Not `to_publish`, what only publication asks for may be missing: a document that is being written is not wrong.
    """
    try:
        model = parse_model(text, types)
    except DocumentError as error:
        return unreadable(error)
    required = required_to_publish(model) if to_publish else []
    untrue = untrue_examples(model, types, now, titles) if _is_known(model, types) else []
    faults = [
        *((REQUIRED, fault) for fault in required),
        *((EXAMPLE, fault) for fault in untrue),
        *((WRITTEN_TWICE, fault) for fault in column_clashes(model, {})),
    ]
    return in_order([*(_as_finding(code, fault) for code, fault in faults), *lint_model(model, types)])


def _is_known(model: Model, types: FactTypes) -> bool:
    """Whether the types of all that a model reads are known: an example may give an own choice by its value."""
    return all(type_of(fact, types) is not None for fact in facts_used(model, types))


def untrue_examples(model: Model, types: FactTypes, now: datetime, titles: TitleReader | None) -> list[Fault]:
    """The examples of a model that do not hold."""
    return failing_examples(compile_model(model, types, titles, trace=False), now) if model.examples else []


def _as_finding(code: str, fault: Fault) -> Finding:
    path = f"{fault.path}: " if fault.path and code != REQUIRED else ""
    return Finding(code, "error", None, fault.line, f"{path}{fault.message}", fault.remedy)
