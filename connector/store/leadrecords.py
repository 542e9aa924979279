"""Rows of leads as they are stored: what an insert takes, column by column, and the fingerprints that go with them.

Nothing is asked of the mirror here, and nothing written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from connector.pipeline.values import ColumnNeeds, LeadRow
from connector.store.duemarks import first_revision
from connector.store.fingerprints import facts_writer, lead_digest
from connector.store.rowsets import cleaned

NAMES = (
    "lead_id",
    "etag",
    "facts",
    "account_id",
    "contact_id",
    "status_reason",
    "marked_ready",
    "tracking",
    "modified_at",
    "fingerprint",
    "generation",
    "due",
    "due_rev",
    "first_seen_at",
)
_KEPT = frozenset({"lead_id", "due", "due_rev", "first_seen_at"})
_IS_ANOTHER = "lead.fingerprint <> excluded.fingerprint"
AGAIN = (
    *(f"{name} = excluded.{name}" for name in NAMES if name not in _KEPT),
    f"due = (lead.due OR {_IS_ANOTHER})",
    f"due_rev = lead.due_rev + CASE WHEN {_IS_ANOTHER} THEN 1 ELSE 0 END",
)


# The columns of a row as they are stored, and the part of them that is looked at.
Written: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """Some leads, in their order: what is inserted, the accounts that they are linked to, their fingerprints."""

    records: Sequence[tuple[object, ...]]
    accounts: Sequence[str | None]
    fingerprints: Sequence[str]


class Recorder:
    """Turns rows into records for one page: of these needs, stored `now` under this generation.

    `time_of` gives a time the form that the database takes. `written` are the facts of rows that were written ahead.
    """

    def __init__(
        self,
        needs: ColumnNeeds,
        generation: int,
        *,
        now: datetime,
        time_of: Callable[[datetime | None], object],
        written: Mapping[str, Written],
    ) -> None:
        self._write = facts_writer(needs.lead, needs.own)
        self._generation, self._revision = generation, first_revision(now)
        self._now, self._time_of, self._written = time_of(now), time_of, written

    def record(
        self, rows: Sequence[LeadRow], *, merged: Mapping[str, str], first_seen: Mapping[str, datetime]
    ) -> Recorded:
        """Give the records of rows; `merged` leads from accounts that are no more to their survivors."""
        time_of, write, ahead, count = self._time_of, self._write, self._written, len(rows)
        accounts = cleaned([row.account_id or None for row in rows])
        if merged:
            accounts = [merged.get(one, one) if one else None for one in accounts]
        facts = [ahead.get(row.lead_id) or write(row.columns) for row in rows]
        fingerprints = [
            lead_digest(looked_at, account_id, row.status_reason, row.marked_ready, row.tracking)
            for (_, looked_at), account_id, row in zip(facts, accounts, rows, strict=True)
        ]
        return Recorded(
            list(
                zip(
                    cleaned([row.lead_id for row in rows]),
                    cleaned([row.etag for row in rows]),
                    [text for text, _ in facts],
                    accounts,
                    cleaned([row.contact_id or None for row in rows]),
                    [row.status_reason for row in rows],
                    [row.marked_ready for row in rows],
                    [row.tracking for row in rows],
                    [time_of(row.modified_at) for row in rows],
                    fingerprints,
                    [self._generation] * count,
                    [True] * count,
                    [self._revision] * count,
                    [time_of(first_seen[row.lead_id]) if row.lead_id in first_seen else self._now for row in rows]
                    if first_seen
                    else [self._now] * count,
                    strict=True,
                )
            ),
            accounts,
            fingerprints,
        )
