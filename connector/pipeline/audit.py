"""The audit log: who changed what, when, and what there was before and after. How it is kept stands in the store."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

LEFT_OUT = "(left out)"
MOST_LISTED = 100  # ids of one change that are written down
_TELLING = re.compile(r"://|@|[?&]sig=")  # an address with its secret, or a person's
_SECRETIVE = re.compile(r"secret|password|token|signature|callback|email|(?:^|_)(?:key|url)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change. `seq` is 0 until it is stored.

    `actor` is `key:<name>`, `app:<client id>`, `user:<object id>`, `capability` (somebody with an unguessable link),
    `settings`, or whoever sat at the command line. `action` is a noun and what was done to it (`model.published`,
    `subscription.created`), `subject` the name or id of the thing. `before` and `after` are plain JSON, None where
    there was nothing: states, versions, counts, names of columns; never an address, a secret or a person's data.
    """

    actor: str
    action: str
    subject: str
    at: datetime
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    request_id: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Acting:
    """On whose behalf this thread works: `actor` is empty where the service works by itself."""

    actor: str = ""
    request_id: str = ""


_ACTING: ContextVar[Acting] = ContextVar("acting", default=Acting())  # noqa: B039 - it is frozen


@contextmanager
def acting(actor: str, request_id: str = "") -> Iterator[None]:
    """Let the changes that this thread makes within the context be this actor's."""
    before = _ACTING.set(Acting(actor, request_id))
    try:
        yield
    finally:
        _ACTING.reset(before)


def who_acts() -> Acting:
    """Whose changes these are. What a worker does by itself (a schedule, an event) is nobody's, and is no entry."""
    return _ACTING.get()


class AuditStore(Protocol):
    """Where the audit log is kept. Changes whose tables are in the store are recorded in their own transaction."""

    def record_audit(self, entry: AuditEntry) -> None:
        """Store one entry. Raises StoreError."""
        ...

    def audit_entries(
        self,
        *,
        actor: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        since: datetime | None = None,
        limit: int = 100,
    ) -> Sequence[AuditEntry]:
        """The newest entries first. A noun alone as `action` (`model`) stands for all that was done to such things."""
        ...

    def prune_audit(self, *, now: datetime, keep: timedelta) -> int:
        """Drop entries older than `keep`; return how many."""
        ...

    def note_keys(self, keys: Mapping[str, Mapping[str, object]], *, now: datetime) -> None:
        """Record which API keys (name and roles, by fingerprint) came and went since this was last called."""
        ...


def without_secrets(values: Mapping[str, object] | None) -> Mapping[str, object] | None:
    """Leave out what must not be kept, should somebody hand it over: what looks like an address, a secret, a person."""
    if values is None:
        return None
    return {name: LEFT_OUT if _SECRETIVE.search(name) else _plain(value) for name, value in values.items()}


def listed(ids: Sequence[str]) -> dict[str, object]:
    """What an entry says of many things at once: how many, and the first of their ids."""
    return {"count": len(ids), "ids": sorted(ids)[:MOST_LISTED]}


def _plain(value: object) -> object:
    if isinstance(value, str):
        return LEFT_OUT if _TELLING.search(value) else value
    if isinstance(value, Mapping):
        return without_secrets({str(name): part for name, part in value.items()})
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    return value if isinstance(value, bool | int | float | None) else str(value)
