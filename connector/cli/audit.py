"""`connector audit`: who changed what, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import click

from connector.cli.context import service
from connector.cli.output import console, digits, json_option, print_json, when
from connector.cli.tables import table
from connector.pipeline.audit import AuditEntry

DIGEST = re.compile(r"[0-9a-f]{64}")


@click.group("audit")
def command() -> None:
    """The log of changes."""


@command.command("list")
@click.option("--actor", help="Only what this one did, such as key:crm or the name of an operator.")
@click.option("--action", help="Only this, such as model.published, or all that was done to one kind: model.")
@click.option("--subject", help="Only changes of the thing of this name or id.")
@click.option("--days", type=click.IntRange(1, 36_500), help="Only the last so many days.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@json_option
def list_(
    actor: str | None, action: str | None, subject: str | None, days: int | None, limit: int, *, as_json: bool
) -> None:
    """List changes, newest first: who, what, when, and what there was before and after.

    Exit codes: 0 done; 2 settings; 3 the store cannot be used.
    """
    with service() as opened:
        since = opened.clock() - timedelta(days=days) if days else None
        entries = opened.store.audit_entries(actor=actor, action=action, subject=subject, since=since, limit=limit)
    if as_json:
        print_json({"entries": [as_dict(entry) for entry in entries]})
        return
    cells = [(when(one.at), one.actor, one.action, one.subject, change(one)) for one in entries]
    table(console(), "", ["when", "who", "what", "of", "change"], cells, whole=[0, 1, 2, 3])


def as_dict(entry: AuditEntry) -> dict[str, object]:
    """An entry for JSON."""
    return {
        "entry": entry.seq,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "before": entry.before,
        "after": entry.after,
        "request_id": entry.request_id or None,
    }


def change(entry: AuditEntry) -> str:
    """Before and after in one line: what only one of them has, and what differs; of a digest its first digits."""
    before, after = _short(entry.before), _short(entry.after)
    parts = []
    for name in dict.fromkeys([*before, *after]):
        was, became = before.get(name), after.get(name)
        if name in before and name in after and was != became:
            parts.append(f"{name} {was} -> {became}")
        elif name in after:
            parts.append(f"{name} {became}")
        else:
            parts.append(f"{name} was {was}")
    return ", ".join(parts)


def _short(values: Mapping[str, object] | None) -> dict[str, object]:
    return {name: digits(str(one)) if DIGEST.fullmatch(str(one)) else one for name, one in (values or {}).items()}
