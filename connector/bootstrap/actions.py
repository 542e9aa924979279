"""What people and flows have done by asking: one lead qualified, deliveries sent again, verdicts; and their choices."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, partial

from connector.bootstrap.answers import Answers
from connector.dataverse import columns
from connector.dataverse.reading.ownerlist import list_owners
from connector.errors import BusyError, RefusedError
from connector.pipeline import choices
from connector.pipeline.audit import AuditEntry
from connector.pipeline.choices import Choice
from connector.pipeline.inbox import Inbox
from connector.pipeline.qualifications import QualificationDecision
from connector.pipeline.qualifying import Qualified, qualify_lead
from connector.pipeline.sync import StoppedError
from connector.pipeline.verdicts import Answer, RecordedVerdict

PATIENCE_S = 30.0  # a flow's action gives up after two minutes
CHOICES_AGE = timedelta(minutes=5)


class Actions(Answers):
    """What is done when somebody asks for it."""

    _kept_choices: Mapping[str, tuple[datetime, list[Choice]]] = {}

    def qualify_now(self, lead_id: str, qualification: str | None, by: str) -> Qualified:
        """Read a lead again, decide and write it by the live documents, as a run would; see `pipeline.qualifying`.

        Raises BusyError where a run keeps the turn for too long.
        """
        self.require_lead_management()
        done = qualify_lead(self._own_inbox, lead_id, qualification)
        after = {"outcome": done.outcome.value, "written": done.written, "qualification": qualification}
        self.store.record_audit(AuditEntry(by, "lead.qualified", lead_id, self.clock(), after=after))
        return done

    @cached_property
    def _own_inbox(self) -> Inbox:
        """The inbox of those who ask; what it keeps is looked at in turns only."""
        return Inbox(replace(self._job(), turn=self._bounded_turn))

    @contextmanager
    def _bounded_turn(self) -> Iterator[None]:
        """Wait for the turn to decide, but not for as long as a whole pull may take."""
        until = time.monotonic() + PATIENCE_S

        def check() -> None:
            if self.stop.is_set():
                raise StoppedError("The service stops.", remedy="Ask again when it is back.")
            if time.monotonic() > until:
                raise BusyError("A run is reading or deciding.", remedy="Try again when it is through.")

        with self.turn(check):
            yield

    def qualified_since(self, *, since: datetime | None, after_seq: int, limit: int) -> Sequence[QualificationDecision]:
        """Decisions that qualified a lead, in their order; see `QualificationStore`."""
        return self.store.qualified(since=since, after_seq=after_seq, limit=limit)

    def deliveries(self, *, status: str | None, limit: int, before: str | None) -> Sequence[Mapping[str, object]]:
        """Deliveries, newest first."""
        return self.store.deliveries(status=status, limit=limit, before=before)

    def delivery(self, delivery_id: str) -> Mapping[str, object]:
        """One delivery with every attempt. Raises MissingFactError."""
        return self.store.delivery(delivery_id)

    def replay(self, delivery_id: str, by: str) -> Mapping[str, object]:  # noqa: ARG002 - the store notes who acts
        """Queue a dead, held or uncertain delivery again. Raises MissingFactError, RefusedError for any other."""
        before = self.store.delivery(delivery_id)
        if not self.store.replay([delivery_id], now=self.clock()):
            raise RefusedError(
                f"The delivery is {before['status']}.", remedy="Only dead, held and uncertain ones are sent again."
            )
        return self.store.delivery(delivery_id)

    def record_verdict(self, event_id: str, answer: Answer, by: str) -> RecordedVerdict:
        """Keep what a caller says of an announced lead. Raises MissingFactError where there is no such event."""
        return self.store.record_verdict(event_id, answer, source=f"api:{by}", now=self.clock())

    def choices(self, of: str, model: str | None = None) -> list[Choice]:
        """What a person may choose: `models`, `grades` (of a model), `qualifications`, `owners` or `countries`.

        Owners and countries are as they were a few minutes ago. Raises MissingFactError, OutsideError.
        """
        match of:
            case "models":
                return choices.models(self.scorebook())
            case "grades":
                return choices.grades(self.scorebook(), model or "")
            case "qualifications":
                return choices.qualifications(self.store)
            case "owners":
                return self._kept(of, partial(self._read_owners))
            case _:
                return self._kept(of, partial(choices.values, self.store, columns.COUNTRY))

    def _read_owners(self) -> list[Choice]:
        return list_owners(self.session)

    def _kept(self, of: str, read: Callable[[], list[Choice]]) -> list[Choice]:
        """A list as it was read lately: whoever makes a flow asks for it again and again."""
        now, kept = self.clock(), self._kept_choices.get(of)
        if kept is None or not timedelta(0) <= now - kept[0] < CHOICES_AGE:
            kept = (now, read())
            self._kept_choices = {**self._kept_choices, of: kept}
        return kept[1]
