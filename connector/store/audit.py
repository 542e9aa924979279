"""The audit log: entries are added, read, and dropped by age elsewhere; none is ever changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.audit import AuditEntry, who_acts, without_secrets
from connector.store import notes
from connector.store.database import Repository
from connector.store.tables import audit_entry

_STEP = 500
_KEYS = "api keys"


class Audit(Repository):
    """Fulfils `AuditStore`."""

    def record_audit(self, entry: AuditEntry) -> None:
        """Store one entry in a transaction of its own."""
        with self._database.write() as connection:
            add_entries(connection, [entry])

    def audit_entries(
        self,
        *,
        actor: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        since: datetime | None = None,
        limit: int = 100,
    ) -> Sequence[AuditEntry]:
        """The newest entries first; a noun alone as `action` stands for all that was done to such things."""
        query = sa.select(audit_entry).order_by(audit_entry.c.seq.desc()).limit(limit)
        if actor is not None:
            query = query.where(audit_entry.c.actor == actor)
        if subject is not None:
            query = query.where(audit_entry.c.subject == subject)
        if since is not None:
            query = query.where(audit_entry.c.at >= since)
        if action is not None:
            of_noun = audit_entry.c.action.startswith(f"{action}.", autoescape=True)
            query = query.where((audit_entry.c.action == action) | of_noun)
        with self._database.read() as connection:
            return [
                AuditEntry(row.actor, row.action, row.subject, row.at, row.before, row.after, row.request_id, row.seq)
                for row in connection.execute(query)
            ]

    def prune_audit(self, *, now: datetime, keep: timedelta) -> int:
        """Drop what is older, in small steps; return how many."""
        old = sa.select(audit_entry.c.seq).where(audit_entry.c.at < now - keep).limit(_STEP)
        dropped = 0
        while True:
            with self._database.write() as connection:
                some = connection.scalars(old).all()
                if some:
                    connection.execute(sa.delete(audit_entry).where(audit_entry.c.seq.in_(some)))
            dropped += len(some)
            if len(some) < _STEP:
                return dropped

    def note_keys(self, keys: Mapping[str, Mapping[str, object]], *, now: datetime) -> None:
        """Compare with the keys of the last time, record what differs, and remember these."""
        with self._database.write() as connection:
            notes.lock(connection, _KEYS)
            known = notes.read_note(connection, _KEYS).get("keys", {})
            if known == keys:
                return
            gone = [_key_change("removed", one, known[one], None, now) for one in sorted(known.keys() - keys.keys())]
            new = [_key_change("added", one, None, keys[one], now) for one in sorted(keys.keys() - known.keys())]
            add_entries(connection, [*gone, *new])
            notes.write_note(connection, _KEYS, {"keys": {one: dict(said) for one, said in keys.items()}})


def _key_change(
    done: str, fingerprint: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, now: datetime
) -> AuditEntry:
    """The entry of a key that came or went; the fingerprint tells keys of one name apart."""
    was, became = (one and {"roles": one["roles"], "fingerprint": fingerprint} for one in (before, after))
    return AuditEntry("settings", f"key.{done}", str((before or after or {})["name"]), now, was, became)


def note_change(
    connection: Connection,
    action: str,
    subject: str,
    at: datetime,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    by: str = "",
) -> None:
    """Add the entry of a change in its own transaction: of `by`, else of whoever acts; none where nobody does."""
    now_acting = who_acts()
    if actor := by or now_acting.actor:
        add_entries(connection, [AuditEntry(actor, action, subject, at, before, after, now_acting.request_id)])


def add_entries(connection: Connection, entries: Iterable[AuditEntry]) -> None:
    """Add entries in the transaction of the change that they tell of."""
    rows = [
        {
            "at": entry.at,
            "actor": entry.actor,
            "action": entry.action,
            "subject": entry.subject,
            "before": without_secrets(entry.before),
            "after": without_secrets(entry.after),
            "request_id": entry.request_id or who_acts().request_id,
        }
        for entry in entries
    ]
    if rows:
        connection.execute(sa.insert(audit_entry), rows)
