"""Documents: drafts, published versions that never change again, and who did what with them when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as replace_fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.errors import MissingFactError, RefusedError
from connector.pipeline.ports import DocumentEvent, DocumentKind, DocumentStatus, StoredDocument
from connector.store import engines
from connector.store.audit import note_change
from connector.store.database import AnyRow, Repository
from connector.store.duemarks import mark_all_due
from connector.store.tables import document, document_event

DRAFT = 0
# A first look with one of these announces nothing; of alerts that is so for those on accounts.
_HAVE_BASELINES = frozenset({DocumentKind.MODEL, DocumentKind.QUALIFICATION, DocumentKind.ALERT})
_RANK = {DocumentStatus.LIVE: 2, DocumentStatus.STOPPED: 1, DocumentStatus.DRAFT: 0}


class Documents(Repository):
    """Fulfils `DocumentStore`."""

    def save_draft(
        self, kind: DocumentKind, name: str, body: str, digest: str, *, by: str, now: datetime
    ) -> StoredDocument:
        """Store or replace the draft; the same text again is no event."""
        draft = StoredDocument(kind, name, DRAFT, DocumentStatus.DRAFT, body, digest, now, by)
        with self._database.write() as connection:
            before = [one for one in _versions(connection, kind, name, lock=True) if one.version == DRAFT]
            if before and (before[0].digest, before[0].body) == (digest, body):
                return before[0]
            engines.upsert(connection, document, [_row(draft)])
            _record(connection, draft, "drafted", by, now)
        return draft

    def publish(
        self,
        kind: DocumentKind,
        name: str,
        body: str,
        digest: str,
        *,
        by: str,
        now: datetime,
        replace: bool = False,
        instead_of: Sequence[str] = (),
    ) -> StoredDocument:
        """Freeze a new live version and mark all leads due; a draft of the same text has become that version.

        Those that it stands `instead_of` are stopped.
        """
        with self._database.write() as connection:
            versions = _versions(connection, kind, name, lock=True)
            live = _live(versions)
            if live and live.digest == digest:
                return live
            if live and not replace:
                raise RefusedError(
                    f"The {kind} {name!r} is live (version {live.version}) and cannot be changed.",
                    remedy=_how_to_change(kind, name),
                )
            others = (_live(_versions(connection, kind, other, lock=True)) for other in sorted(instead_of))
            for one in (live, *others):
                if one is not None:
                    _stop(connection, one, by, now)
            number = max((one.version for one in versions), default=DRAFT) + 1
            new = StoredDocument(
                kind, name, number, DocumentStatus.LIVE, body, digest, now, by, baseline_pending=kind in _HAVE_BASELINES
            )
            connection.execute(sa.insert(document), _row(new))
            _drop_draft(connection, new)
            _record(connection, new, "published", by, now)
            if kind is not DocumentKind.CARD:  # how a card looks changes no lead
                mark_all_due(connection)
        return new

    def stop(self, kind: DocumentKind, name: str, *, by: str, now: datetime) -> StoredDocument:
        """Stop the live version; it stays readable."""
        with self._database.write() as connection:
            live = _live(_versions(connection, kind, name, lock=True))
            if live is None:
                known = [one.name for one in _read(connection, kind, status=DocumentStatus.LIVE)]
                raise MissingFactError(f"No {kind} {name!r} is live.", remedy=_known(kind, known, "Live"))
            return _stop(connection, live, by, now)

    def documents(self, kind: DocumentKind) -> Sequence[StoredDocument]:
        """Every document of a kind, one version of each, by name."""
        newest: dict[str, StoredDocument] = {}
        with self._database.read() as connection:
            for one in _read(connection, kind):
                newest[one.name] = max(newest.get(one.name, one), one, key=_order)
        return [newest[name] for name in sorted(newest)]

    def document(self, kind: DocumentKind, name: str) -> StoredDocument:
        """The live version, else the last that was stopped, else the draft."""
        with self._database.read() as connection:
            versions = _versions(connection, kind, name)
            if versions:
                return max(versions, key=_order)
            known = sorted({one.name for one in _read(connection, kind)})
        raise MissingFactError(f"There is no {kind} {name!r}.", remedy=_known(kind, known, "Known"))

    def draft(self, kind: DocumentKind, name: str) -> StoredDocument:
        """The draft of a document; MissingFactError when there is none, or when it was published as it was."""
        with self._database.read() as connection:
            for one in _versions(connection, kind, name):
                if one.version == DRAFT:
                    return one
            known = sorted(one.name for one in _read(connection, kind, status=DocumentStatus.DRAFT))
        raise MissingFactError(f"There is no draft of the {kind} {name!r}.", remedy=_known(kind, known, "Drafted"))

    def live(self, kind: DocumentKind) -> Sequence[StoredDocument]:
        """The live versions of a kind, by name."""
        with self._database.read() as connection:
            return sorted(_read(connection, kind, status=DocumentStatus.LIVE), key=lambda one: one.name)

    def versions(self) -> frozenset[tuple[DocumentKind, str, int]]:
        """Which version of which document is live now."""
        query = sa.select(document.c.kind, document.c.name, document.c.version)
        with self._database.read() as connection:
            rows = connection.execute(query.where(document.c.status == DocumentStatus.LIVE.value)).all()
        return frozenset((DocumentKind(row.kind), row.name, row.version) for row in rows)

    def history(self, kind: DocumentKind, name: str) -> Sequence[DocumentEvent]:
        """What was done with a document, oldest first."""
        query = (
            sa.select(document_event)
            .where(document_event.c.kind == kind.value, document_event.c.name == name)
            .order_by(document_event.c.seq)
        )
        with self._database.read() as connection:
            return [
                DocumentEvent(DocumentKind(row.kind), row.name, row.version, row.action, row.at, row.actor)
                for row in connection.execute(query)
            ]

    def complete_baselines(self, documents: Sequence[StoredDocument], *, now: datetime) -> None:
        """Record that a run has completed with these versions, at `now` where it is the first."""
        with self._database.write() as connection:
            for one in documents:
                first = _one(one).where(document.c.baseline_pending)
                connection.execute(first.values(baseline_pending=False, baseline_at=now))


def _drop_draft(connection: Connection, published: StoredDocument) -> None:
    """A draft of the same text has become this version."""
    same = (
        document.c.kind == published.kind.value,
        document.c.name == published.name,
        document.c.version == DRAFT,
        document.c.digest == published.digest,
    )
    connection.execute(sa.delete(document).where(*same))


def _how_to_change(kind: DocumentKind, name: str) -> str:
    if kind is DocumentKind.TITLES:  # it has no command of its own
        return "Publish with --replace, which stops it."
    noun = "qualification" if kind is DocumentKind.QUALIFICATION else f"{kind}s"
    return f"Stop it first (connector {noun} stop {name}), or publish with --replace."


def _known(kind: DocumentKind, names: Sequence[str], word: str) -> str:
    return f"{word}: {', '.join(names)}." if names else f"No {kind} is {word.lower()}."


def _order(one: StoredDocument) -> tuple[int, int]:
    return _RANK[one.status], one.version


def _live(versions: Sequence[StoredDocument]) -> StoredDocument | None:
    return next((one for one in versions if one.status is DocumentStatus.LIVE), None)


def _stop(connection: Connection, live: StoredDocument, by: str, now: datetime) -> StoredDocument:
    stopped = replace_fields(live, status=DocumentStatus.STOPPED, updated_at=now, updated_by=by, baseline_pending=False)
    connection.execute(
        _one(live).values(status=DocumentStatus.STOPPED.value, updated_at=now, updated_by=by, baseline_pending=False)
    )
    _record(connection, stopped, "stopped", by, now)
    return stopped


def _one(one: StoredDocument) -> sa.Update:
    return sa.update(document).where(
        document.c.kind == one.kind.value, document.c.name == one.name, document.c.version == one.version
    )


def _record(connection: Connection, one: StoredDocument, action: str, by: str, now: datetime) -> None:
    connection.execute(
        sa.insert(document_event),
        {"kind": one.kind.value, "name": one.name, "version": one.version, "action": action, "at": now, "actor": by},
    )
    was_live = {"version": one.version, "status": DocumentStatus.LIVE.value}
    note_change(
        connection,
        f"{one.kind.value}.{action}",
        one.name,
        now,
        before=was_live if one.status is DocumentStatus.STOPPED else None,
        after={"version": one.version, "status": one.status.value, "digest": one.digest},
        by=by,
    )


def _versions(connection: Connection, kind: DocumentKind, name: str, *, lock: bool = False) -> list[StoredDocument]:
    query = sa.select(document).where(document.c.kind == kind.value, document.c.name == name)
    return [_document(row) for row in connection.execute(query.with_for_update() if lock else query)]


def _read(connection: Connection, kind: DocumentKind, *, status: DocumentStatus | None = None) -> list[StoredDocument]:
    query = sa.select(document).where(document.c.kind == kind.value)
    if status is not None:
        query = query.where(document.c.status == status.value)
    return [_document(row) for row in connection.execute(query)]


def _row(one: StoredDocument) -> dict[str, object]:
    return {
        "kind": one.kind.value,
        "name": one.name,
        "version": one.version,
        "status": one.status.value,
        "body": one.body,
        "digest": one.digest,
        "updated_at": one.updated_at,
        "updated_by": one.updated_by,
        "baseline_pending": one.baseline_pending,
        "baseline_at": one.baseline_at,
    }


def _document(row: AnyRow) -> StoredDocument:
    return StoredDocument(
        kind=DocumentKind(row.kind),
        name=row.name,
        version=row.version,
        status=DocumentStatus(row.status),
        body=row.body,
        digest=row.digest,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        baseline_pending=row.baseline_pending,
        baseline_at=row.baseline_at,
    )
