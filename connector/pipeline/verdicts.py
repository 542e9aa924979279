"""Verdicts: what people say of an announced lead, and what that says of the rule which announced it.

How an answer reaches us (a signed link in a card, the API) is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connector.pipeline.values import Json


class Answer(StrEnum):
    """What somebody says of a lead that was announced to them."""

    GOOD = "good"
    NOT_GOOD = "not_good"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer about one event. `rule` is `alert:<name>` or `qualification:<name>`, empty where nobody knows it now.

    `source` is who was asked: a card's destination (`teams:<channel>`), or whoever handed the answer in
    (`api:<caller>`). It names no person.
    """

    event_id: str
    source: str
    answer: Answer
    rule: str
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordedVerdict:
    """The verdict that stands, and whether it was recorded just now: the first answer of a source stays."""

    verdict: Verdict
    is_new: bool


@dataclass(frozen=True, slots=True)
class RuleVerdicts:
    """The answers to one rule's events; `cards` were delivered to Teams, answered or not."""

    rule: str
    good: int
    not_good: int
    cards: int

    @property
    def good_share(self) -> float | None:
        """The share of good answers (0-1); None without any."""
        answered = self.good + self.not_good
        return self.good / answered if answered else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a card asks: about which event, whose answer it is, and which answer was given already."""

    event_id: str
    source: str
    rule: str
    kind: str
    announced_at: datetime
    given: Verdict | None


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody who follows a card's link is asked: whether this is the answer."""

    answer: Answer
    asked: Asked


class BallotBox(Protocol):
    """Where the links of cards lead."""

    def question(self, token: str) -> Question:
        """What a link asks; nothing is recorded. Raises RefusedError, MissingFactError, StoreError."""
        ...

    def cast(self, token: str) -> RecordedVerdict:
        """Record a link's answer; the first of a card stays. Raises as `question` does."""
        ...


def rule_of(payload: Mapping[str, Json]) -> str:
    """Name the rule that an event's payload says it comes from: an alert, else a qualification; else nothing."""
    if alert := payload.get("alert"):
        return f"alert:{alert}"
    qualification = payload.get("qualification")
    name = qualification.get("name") if isinstance(qualification, Mapping) else None
    return f"qualification:{name}" if name else ""


class VerdictStore(Protocol):
    """Where verdicts are kept."""

    def record_verdict(self, event_id: str, answer: Answer, *, source: str, now: datetime) -> RecordedVerdict:
        """Keep the first answer of a source about an event; a later one changes nothing.

        Raises MissingFactError when there is no such event (any more), StoreError.
        """
        ...

    def verdict(self, event_id: str, source: str) -> Verdict | None:
        """The answer of a source about an event; None when there is none yet."""
        ...

    def asked_by(self, delivery_id: str) -> Asked:
        """What the card of a delivery asks. Raises MissingFactError when there is no such delivery (any more)."""
        ...

    def verdicts_by_rule(self, since: datetime | None = None) -> Sequence[RuleVerdicts]:
        """What was answered and delivered since then (None: ever, as far as it is kept), by rule's name."""
        ...

    def link_secret(self) -> bytes:
        """The secret of this installation that links are signed with: made once, the same for every process."""
        ...
