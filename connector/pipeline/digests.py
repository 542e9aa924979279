"""Digests of held alerts and weekly summaries: one card a channel and slot, made in the store, sent by the outbox.

A digest tells what was held before its slot, so that whoever makes it makes the same one; a slot that was missed is
told by the next. What stands in a card is composed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from connector.pipeline.cron import Cron
from connector.pipeline.holding import NO_TERMS, Holding
from connector.pipeline.identity import identity
from connector.pipeline.values import Event, Json

if TYPE_CHECKING:  # it is built on what is declared here
    from connector.pipeline.announce import CardColumns

DIGEST, WEEKLY = "digest", "weekly_summary"
MOST_LEADS = 10
WATCHED_DAYS = 28


@dataclass(frozen=True, slots=True)
class Period:
    """What identifies a digest: what it is, for whom, up to when."""

    kind: str
    destination: str
    slot: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """One alert as a digest tells it: the lead with its score by the model that the alert was about."""

    lead_id: str
    name: str | None
    company: str | None
    score: int | None
    grade: str | None
    model: str | None
    rule: str
    at: datetime


Compose = Callable[[Period, datetime, Sequence[Told]], Event]


class DigestStore(Protocol):
    """Held alerts, and the digests that were made."""

    def make_digest(self, period: Period, compose: Compose) -> str | None:
        """Tell what was held up to the slot in one card, all in one transaction; return its event id.

        None where nothing is held, or the digest of this period is made. What is told is held no longer.
        """
        ...

    def make_summary(self, period: Period, compose: Compose, cards: CardColumns) -> str | None:
        """Tell what was announced since the last summary's slot, each lead as it is now; return the event id.

        `cards` are the columns that say who a lead is. None where there was nothing, or this period is made. The first
        slot that is ever seen is only noted.
        """
        ...

    def held_alerts(self, limit: int = 1000) -> Sequence[Mapping[str, object]]:
        """What waits for a digest, oldest first: delivery_id, destination, rule, kind, lead_id, name, reason, times."""
        ...


@dataclass(frozen=True, slots=True)
class Digests:
    """What making digests needs: the store, the channels, when (None: never), in which zone, and where lists are.

    `link` is the address of the list of leads that a card leads to, None without one.
    """

    store: DigestStore
    destinations: tuple[str, ...]
    digest_schedule: Cron | None
    weekly_schedule: Cron | None
    zone: ZoneInfo
    holding: Holding
    cards: CardColumns
    link: str | None = None

    def make_all(self, now: datetime) -> int:
        """Make what is due: safe to ask as often as one likes; return how many cards there are more."""
        return self.make(DIGEST, now) + self.make(WEEKLY, now)

    def make(self, kind: str, now: datetime, *, asked: datetime | None = None) -> int:
        """Make the digests, or the summaries, of the latest slot; return how many. A quiet channel waits for the next.

        The slot is the schedule's, or the moment at which somebody `asked` for them. Raises StoreError.
        """
        schedule = self.digest_schedule if kind == DIGEST else self.weekly_schedule
        slot = asked or (None if schedule is None else schedule.latest(now, self.zone))
        if slot is None:
            return 0
        awake = [
            one
            for one in self.destinations
            if self.holding.quiet_until(one, slot) is None and self.holding.quiet_until(one, now) is None
        ]
        return sum(self._make(Period(kind, one, slot)) is not None for one in awake)

    def never_told(self, now: datetime) -> list[str]:
        """The channels that hold alerts and get no digest in the four weeks to come: none is made, or all are quiet."""
        days = (now.astimezone(self.zone).date() + timedelta(days=number) for number in range(WATCHED_DAYS))
        schedule = self.digest_schedule
        slots = [] if schedule is None else [slot for day in days for slot in schedule.moments(day, self.zone)]
        return [
            one
            for one in self.destinations
            if self.holding.terms(one) != NO_TERMS
            and all(self.holding.quiet_until(one, slot) is not None for slot in slots)
        ]

    def _make(self, period: Period) -> str | None:
        if period.kind == DIGEST:
            return self.store.make_digest(period, self._compose)
        return self.store.make_summary(period, self._compose, self.cards)

    def _compose(self, period: Period, since: datetime, told: Sequence[Told]) -> Event:
        return compose(period, since, told, self.link)


def compose(period: Period, since: datetime, told: Sequence[Told], link: str | None = None) -> Event:
    """The event of a digest of these alerts, none of which is older than `since`."""
    event_id = identity(period.kind, period.destination, period.slot.isoformat())
    payload: dict[str, Json] = {
        "event_id": event_id,
        "kind": period.kind,
        "at": period.slot.isoformat(),
        "channel": period.destination.partition(":")[2],
        "from": since.isoformat(),
        "to": period.slot.isoformat(),
        "total": len(told),
        "by_rule": [{"rule": rule, "count": count} for rule, count in _counted(one.rule for one in told)],
        "by_grade": [*_by_grade(told)],
        "leads": [_lead(one) for one in best(told)],
        "link": link,
    }
    return Event(event_id, period.kind, "", payload, (period.destination,), period.slot)


def _counted(words: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(words).items(), key=lambda pair: (-pair[1], pair[0]))


def _by_grade(told: Sequence[Told]) -> list[dict[str, Json]]:
    """How many alerts were about which grade of which model; those without a grade are left out."""
    counts = Counter((one.model, one.grade) for one in told if one.model is not None and one.grade is not None)
    ordered = sorted(counts.items(), key=lambda pair: (str(pair[0][0]), -pair[1], str(pair[0][1])))
    return [{"model": model, "grade": grade, "count": count} for (model, grade), count in ordered]


def best(told: Sequence[Told]) -> list[Told]:
    """The leads with the highest scores, each once, the latest first among equals."""
    ordered = sorted(told, key=lambda one: one.at, reverse=True)
    ordered.sort(key=lambda one: (one.score is None, -(one.score or 0)))
    leads: dict[str, Told] = {}
    for one in ordered:
        leads.setdefault(one.lead_id, one)
    return list(leads.values())[:MOST_LEADS]


def _lead(one: Told) -> dict[str, Json]:
    return {
        "id": one.lead_id,
        "name": one.name,
        "company": one.company,
        "score": one.score,
        "grade": one.grade,
        "model": one.model,
        "rule": one.rule,
        "at": one.at.isoformat(),
    }


def told_of(payload: Mapping[str, Any], lead_id: str, rule: str, at: datetime) -> Told:
    """One alert by what its event says; `rule` is `alert:<name>` or `qualification:<name>`."""
    lead, account = payload.get("lead") or {}, payload.get("account") or {}
    scores = payload.get("scores") or [{}]
    return Told(
        lead_id,
        lead.get("name"),
        account.get("name") or lead.get("company"),
        scores[0].get("score"),
        scores[0].get("grade"),
        scores[0].get("model"),
        rule.partition(":")[2] or rule,
        at,
    )
