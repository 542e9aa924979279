"""Which alerts come at once, and which wait for the next digest: budgets and quiet hours of alerts and of channels.

Pure: what counts already is handed in. Nothing is dropped here; what is held is told in a digest and listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.pipeline.quiet import quiet_until
from connector.scoring.rules import Budget, QuietHours

HOUR, DAY = 3600, 86_400
EVERY_CHANNEL = "*"


@dataclass(frozen=True, slots=True)
class ChannelTerms:
    """What a channel takes."""

    budget: Budget | None = None
    quiet: QuietHours | None = None


NO_TERMS = ChannelTerms()


@dataclass(frozen=True, slots=True)
class Holding:
    """What all channels take, by destination (EVERY_CHANNEL: the others), and the time zone of hours that name none."""

    channels: Mapping[str, ChannelTerms] = field(default_factory=dict)
    zone: str = "UTC"

    def terms(self, destination: str) -> ChannelTerms:
        """What a destination takes; nothing is held back from one that no person reads."""
        if not destination.startswith("teams:"):
            return NO_TERMS
        return self.channels.get(destination) or self.channels.get(EVERY_CHANNEL) or NO_TERMS

    def quiet_until(self, destination: str, at: datetime) -> datetime | None:
        """Until when a destination is quiet; None where it is not."""
        quiet = self.terms(destination).quiet
        return None if quiet is None else quiet_until(quiet, at, self.zone)


NOTHING_HELD = Holding()


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` cards in any `seconds` to one destination: those of the same rule, or owner, where it says so."""

    count: int
    seconds: int
    of_rule: bool = False
    of_owner: bool = False

    def words(self, destination: str) -> str:
        """Why a card was held, in words."""
        whose = "The alert sends" if self.of_rule else f"The channel {destination.partition(':')[2]} takes"
        owner = " an owner" if self.of_owner else ""
        cards = "1 card" if self.count == 1 else f"{self.count} cards"
        return f"{whose} {cards}{owner} {'an hour' if self.seconds == HOUR else 'a day'}."


@dataclass(frozen=True, slots=True)
class Terms:
    """What an event meets at one destination: the limits, and until when it is quiet there."""

    destination: str
    limits: tuple[Limit, ...] = ()
    quiet_until: datetime | None = None


def terms_of(
    destinations: Sequence[str], holding: Holding, at: datetime, budget: Budget | None, quiet: QuietHours | None
) -> tuple[Terms, ...]:
    """The terms of an event of an alert with this budget and these quiet hours; none where it comes at once."""
    found = []
    for destination in destinations:
        if not destination.startswith("teams:"):
            continue
        channel = holding.terms(destination)
        ends = [quiet_until(hours, at, holding.zone) for hours in (quiet, channel.quiet) if hours is not None]
        until = max((end for end in ends if end is not None), default=None)
        limits = (*_limits(budget, of_rule=True), *_limits(channel.budget, of_rule=False))
        if limits or until is not None:
            found.append(Terms(destination, limits, until))
    return tuple(found)


def _limits(budget: Budget | None, *, of_rule: bool) -> tuple[Limit, ...]:
    if budget is None:
        return ()
    counts = (
        (budget.per_hour, HOUR, False),
        (budget.per_day, DAY, False),
        (budget.per_owner_per_hour, HOUR, True),
        (budget.per_owner_per_day, DAY, True),
    )
    return tuple(Limit(count, seconds, of_rule, of_owner) for count, seconds, of_owner in counts if count is not None)


@dataclass(frozen=True, slots=True)
class Sent:
    """A card that came at once, or is on its way to."""

    destination: str
    rule: str
    owner_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """That a card is told in the first digest from `digest_after` on, and why."""

    digest_after: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class _Counted:
    """Which cards count together; None: of any rule, of any owner."""

    destination: str
    since: datetime
    rule: str | None
    owner_id: str | None

    def counts(self, one: Sent) -> bool:
        """Tell whether a card is one of them."""
        return (
            one.destination == self.destination
            and one.at > self.since
            and self.rule in {None, one.rule}
            and self.owner_id in {None, one.owner_id}
        )


class Gate:
    """Lets the cards of one moment through one after the other, and counts those that it let through.

    `sent` are those of the last day.
    """

    def __init__(self, sent: Iterable[Sent], at: datetime) -> None:
        self._sent = list(sent)
        self._at = at
        self._counts: dict[_Counted, int] = {}

    def admit(self, terms: Terms, rule: str, owner_id: str | None) -> Held | None:
        """None where a card may come at once, and counts from now on; else until when, and why, it is held."""
        if terms.quiet_until is not None:
            return Held(max(terms.quiet_until, self._at), "It came in quiet hours.")
        for limit in terms.limits:
            if limit.of_owner and owner_id is None:
                continue  # a lead that nobody owns counts against no owner's
            since = self._at - timedelta(seconds=limit.seconds)
            counted = _Counted(
                terms.destination, since, rule if limit.of_rule else None, owner_id if limit.of_owner else None
            )
            if counted not in self._counts:
                self._counts[counted] = sum(map(counted.counts, self._sent))
            if self._counts[counted] >= limit.count:
                return Held(self._at, limit.words(terms.destination))
        card = Sent(terms.destination, rule, owner_id, self._at)
        self._sent.append(card)
        for counted in self._counts:
            self._counts[counted] += counted.counts(card)
        return None
