"""Stopping a live document, and who would miss it: the live documents that name it.

Whether live documents fit together is judged where a run reads them (`rulebook`); this asks before one is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from connector.errors import RefusedError
from connector.pipeline.ports import DocumentKind, DocumentStore, StoredDocument
from connector.pipeline.rulebook import models_of
from connector.scoring.document import parse_alert, parse_criteria
from connector.scoring.facttypes import FactTypes
from connector.scoring.rules import Alert, IsQualified

NOUNS = {DocumentKind.QUALIFICATION: "qualification", DocumentKind.ALERT: "alerts"}  # of the commands of users


def stop_document(
    store: DocumentStore, types: FactTypes, kind: DocumentKind, name: str, *, by: str, now: datetime
) -> StoredDocument:
    """Stop the live version. Raises RefusedError where live documents use it, MissingFactError, DocumentError."""
    is_live = any(one.name == name for one in store.live(kind))
    if is_live and (users := users_of(store, types, kind, name)):
        raise _refusal(kind, name, users)
    return store.stop(kind, name, by=by, now=now)


def users_of(store: DocumentStore, types: FactTypes, kind: DocumentKind, name: str) -> list[StoredDocument]:
    """The live documents that name this one, in the order in which they are to be stopped. Raises DocumentError."""
    if kind not in {DocumentKind.MODEL, DocumentKind.QUALIFICATION}:
        return []
    alerts = [(one, parse_alert(one.body, types)) for one in store.live(DocumentKind.ALERT)]
    if kind is DocumentKind.QUALIFICATION:
        return [one for one, alert in alerts if waits_for(alert, {name})]
    criteria = [(one, parse_criteria(one.body, types)) for one in store.live(DocumentKind.QUALIFICATION)]
    asking = [document for document, each in criteria if name in models_of(each)]
    stopped = {document.name for document in asking}
    return [one for one, alert in alerts if name in models_of(alert) or waits_for(alert, stopped)] + asking


def waits_for(alert: Alert, qualifications: Iterable[str]) -> bool:
    """Whether an alert tells of the marks of one of these qualifications, and so of nothing without it."""
    return isinstance(alert.on, IsQualified) and alert.on.qualification in qualifications


def _refusal(kind: DocumentKind, name: str, users: Sequence[StoredDocument]) -> RefusedError:
    named = ", ".join(f"{one.kind} {one.name!r}" for one in users)
    commands = ", ".join(f"connector {NOUNS[one.kind]} stop {one.name}" for one in users)
    without = "no run can begin" if kind is DocumentKind.MODEL else "those tell nothing"
    return RefusedError(
        f"The {kind} {name!r} is used by what is live: {named}.",
        remedy=f"To change it, publish its new version with --replace. To be rid of it, stop those first ({commands}); "
        f"--anyway stops it alone, and until it is live again {without}.",
    )
