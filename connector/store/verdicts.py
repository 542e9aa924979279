"""Verdicts: recorded once for each source, counted by rule; and the secret that links to them are signed with."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from connector.errors import MissingFactError
from connector.pipeline.values import DeliveryStatus
from connector.pipeline.verdicts import Answer, Asked, RecordedVerdict, RuleVerdicts, Verdict
from connector.store import engines, notes
from connector.store.audit import note_change
from connector.store.database import AnyRow, Repository
from connector.store.tables import delivery, event, meta, verdict

_SECRET = "secret:links"  # noqa: S105 - the key of a note  # nosec B105
_SECRET_BYTES = 32
_CARDS = "teams:%"


class Verdicts(Repository):
    """Fulfils `VerdictStore`."""

    def record_verdict(self, event_id: str, answer: Answer, *, source: str, now: datetime) -> RecordedVerdict:
        """Keep the first answer of a source about an event; MissingFactError when there is no such event."""
        with self._database.write() as connection:
            about = connection.execute(
                sa.select(event.c.rule, event.c.kind).where(event.c.event_id == event_id)
            ).first()
            if about is None:
                raise MissingFactError(
                    f"There is no event {event_id}.", remedy="Events that are over are kept for CONNECTOR_KEEP_DAYS."
                )
            row = {
                "event_id": event_id,
                "source": source,
                "answer": answer.value,
                "rule": about.rule,
                "kind": about.kind,
                "at": now,
            }
            is_new = engines.insert_counted(connection, verdict, [row], unique=["event_id", "source"]) > 0
            if is_new:
                after = {"answer": answer.value, "rule": about.rule}
                note_change(connection, "verdict.given", event_id, now, after=after)
            return RecordedVerdict(_verdict(connection.execute(_one(event_id, source)).one()), is_new)

    def verdict(self, event_id: str, source: str) -> Verdict | None:
        """The answer of a source about an event; None when there is none yet."""
        with self._database.read() as connection:
            row = connection.execute(_one(event_id, source)).first()
        return _verdict(row) if row else None

    def asked_by(self, delivery_id: str) -> Asked:
        """What the card of a delivery asks; MissingFactError when there is no such delivery (any more)."""
        query = (
            sa.select(event.c.event_id, delivery.c.destination, event.c.rule, event.c.kind, event.c.at)
            .join_from(delivery, event, event.c.event_id == delivery.c.event_id)
            .where(delivery.c.delivery_id == delivery_id)
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
            if row is None:
                raise MissingFactError("There is no such card any more.", remedy="Cards are kept for a while only.")
            given = connection.execute(_one(row.event_id, row.destination)).first()
        return Asked(row.event_id, row.destination, row.rule, row.kind, row.at, _verdict(given) if given else None)

    def verdicts_by_rule(self, since: datetime | None = None) -> Sequence[RuleVerdicts]:
        """What was answered and delivered since then, by rule's name."""
        answers = sa.select(verdict.c.rule, verdict.c.answer, sa.func.count().label("number"))
        cards = (
            sa.select(event.c.rule, sa.func.count().label("number"))
            .join_from(delivery, event, event.c.event_id == delivery.c.event_id)
            .where(
                delivery.c.status == DeliveryStatus.DELIVERED.value,
                delivery.c.destination.like(_CARDS),
                event.c.rule != "",
            )
        )
        if since is not None:
            answers, cards = answers.where(verdict.c.at >= since), cards.where(delivery.c.created_at >= since)
        with self._database.read() as connection:
            counted: defaultdict[str, dict[str, int]] = defaultdict(dict)
            for row in connection.execute(answers.group_by(verdict.c.rule, verdict.c.answer)):
                counted[row.rule][row.answer] = row.number
            for row in connection.execute(cards.group_by(event.c.rule)):
                counted[row.rule]["cards"] = row.number
        return [
            RuleVerdicts(
                rule,
                good=numbers.get(Answer.GOOD.value, 0),
                not_good=numbers.get(Answer.NOT_GOOD.value, 0),
                cards=numbers.get("cards", 0),
            )
            for rule, numbers in sorted(counted.items())
        ]

    def link_secret(self) -> bytes:
        """The secret that links are signed with: whoever asks first makes it, everybody else reads it."""
        with self._database.read() as connection:
            note = notes.read_note(connection, _SECRET)
        if not note:
            with self._database.write() as connection:
                fresh = {"hex": secrets.token_hex(_SECRET_BYTES)}
                engines.insert_new(connection, meta, [{"key": _SECRET, "value": fresh}])
                note = notes.read_note(connection, _SECRET)
        return bytes.fromhex(note["hex"])


def _one(event_id: str, source: str) -> sa.Select[tuple[object, ...]]:
    return sa.select(verdict).where(verdict.c.event_id == event_id, verdict.c.source == source)


def _verdict(row: AnyRow) -> Verdict:
    return Verdict(row.event_id, row.source, Answer(row.answer), row.rule, row.kind, row.at)
