"""Verdicts by the links of cards: what a link asks, and its answer recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector.bootstrap.actions import Actions
from connector.delivery.verdictlinks import Ballot, VerdictLinkError
from connector.errors import RefusedError
from connector.pipeline.verdicts import Question, RecordedVerdict, RuleVerdicts


class Verdicts(Actions):
    """Fulfils `BallotBox`, and tells what came of it."""

    def question(self, token: str) -> Question:
        """What a link asks. Raises RefusedError for a link that cannot be used, MissingFactError, StoreError."""
        ballot = self._ballot(token)
        return Question(ballot.answer, self.store.asked_by(ballot.delivery_id))

    def cast(self, token: str) -> RecordedVerdict:
        """Record a link's answer; the first of a card stays. Raises as `question` does."""
        ballot = self._ballot(token)
        asked = self.store.asked_by(ballot.delivery_id)
        return self.store.record_verdict(asked.event_id, ballot.answer, source=asked.source, now=self.clock())

    def verdicts_by_rule(self, since: datetime | None = None) -> Sequence[RuleVerdicts]:
        """What people answered, by rule."""
        return self.store.verdicts_by_rule(since)

    def _ballot(self, token: str) -> Ballot:
        links = self.verdict_links
        if links is None:
            raise RefusedError(
                "Answers are not taken: this service has no public address.", remedy="Set CONNECTOR_PUBLIC_URL."
            )
        try:
            return links.read(token, self.clock())
        except VerdictLinkError as error:
            raise RefusedError(error.message, remedy=error.remedy) from error
