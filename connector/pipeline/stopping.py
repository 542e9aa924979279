"""Who misses a document that was stopped: the live documents that name it.

Whether live documents fit together is judged where a run reads them (`rulebook`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connector.pipeline.ports import DocumentKind, DocumentStore, StoredDocument
from connector.pipeline.rulebook import models_of
from connector.scoring.document import parse_alert, parse_criteria
from connector.scoring.facttypes import FactTypes
from connector.scoring.lint import Finding
from connector.scoring.rules import Alert, IsQualified

LEFT_WAITING = "left-waiting"
NOUNS = {DocumentKind.QUALIFICATION: "qualification", DocumentKind.ALERT: "alerts"}  # of the commands of users


def users_of(store: DocumentStore, types: FactTypes, kind: DocumentKind, name: str) -> list[StoredDocument]:
    """The live documents that name this one, in the order in which they are to be stopped. Raises DocumentError."""
    if kind not in {DocumentKind.MODEL, DocumentKind.QUALIFICATION}:
        return []
    alerts = [(one, parse_alert(one.body, types)) for one in store.live(DocumentKind.ALERT)]
    if kind is DocumentKind.QUALIFICATION:
        return [one for one, alert in alerts if _waits_for(alert, {name})]
    criteria = [(one, parse_criteria(one.body, types)) for one in store.live(DocumentKind.QUALIFICATION)]
    asking = [document for document, each in criteria if name in models_of(each)]
    stopped = {document.name for document in asking}
    return [one for one, alert in alerts if name in models_of(alert) or _waits_for(alert, stopped)] + asking


def _waits_for(alert: Alert, qualifications: Iterable[str]) -> bool:
    """Whether an alert tells of the marks of one of these qualifications, and so of nothing without it."""
    return isinstance(alert.on, IsQualified) and alert.on.qualification in qualifications


def left_lacking(kind: DocumentKind, name: str, users: Sequence[StoredDocument]) -> str:
    """Say what live documents lack once this one is stopped, and what to do; empty where none does."""
    if not users:
        return ""
    named = ", ".join(f"{one.kind} {one.name!r}" for one in users)
    commands = ", ".join(f"connector {NOUNS[one.kind]} stop {one.name}" for one in users)
    without = "no run can begin" if kind is DocumentKind.MODEL else "those tell nothing"
    return (
        f"The {kind} {name!r} is still used by what is live: {named}. Until it is live again {without}: publish it, or "
        f"stop those too ({commands})."
    )


def left_waiting(name: str, alerts: Iterable[Alert], replaced: Sequence[str]) -> list[Finding]:
    """Say which alerts tell nothing any more, since qualification `name` replaces those that they wait for."""
    return [
        Finding(
            LEFT_WAITING,
            "warning",
            None,
            None,
            f"The alert '{alert.name}' waits for a qualification that this one replaces: it tells nothing any more.",
            f"Let it wait for this one (`on: {{qualified: {name}}}`), or stop it (connector alerts stop {alert.name}).",
        )
        for alert in alerts
        if _waits_for(alert, replaced)
    ]
