"""Subscriptions of flows: who wants to be called where, about what, and where that is kept.

A callback URL, a key and a secret are secrets: none is shown, nor in any `repr`. How a subscription listens stands in
`subscribers`, how it is called in the delivery.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connector.scoring.rules import ANY_MODEL

PREFIX = "subscription:"
Rate = Sequence[tuple[int, float]]  # at most so many attempts in so many seconds, each
MOST = 1_000  # subscriptions at a time; each is looked at for each lead that is decided


class TriggerName(StrEnum):
    """What a flow can be told of."""

    SCORE_CROSSED = "score_crossed"
    GRADE_CHANGED = "grade_changed"
    LEAD_QUALIFIED = "lead_qualified"
    ACCOUNT_WOKE = "account_woke"
    ATTENTION = "attention"


class About(StrEnum):
    """What attention is asked for."""

    ANY = "any"
    RUN_FAILED = "run_failed"
    LEAD_NEEDS_DATA = "lead_needs_data"


@dataclass(frozen=True, slots=True)
class Filters:
    """Of what a flow wants to hear, each None or `any` for all: a model, a score, a grade, an owner's id, a country.

    `minimum` is the score to cross, or how many people wake an account up.
    """

    model: str = ANY_MODEL
    minimum: int | None = None
    grade: str | None = None
    qualification: str = ANY_MODEL
    owner: str | None = None
    country: str | None = None
    about: About = About.ANY

    def as_json(self) -> dict[str, str | int]:
        """What narrows the subscription, without what stands for all."""
        return {name: value for name, value in asdict(self).items() if value not in {None, ANY_MODEL, About.ANY}}

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> Filters:
        """Read what `as_json` wrote; a name that is not known any more is left out."""
        known = {name: value for name, value in values.items() if name in cls.__dataclass_fields__}
        if "about" in known:
            known["about"] = About(str(known["about"]))
        return cls(**known)  # type: ignore[arg-type]  # the values are those that were written


@dataclass(frozen=True, slots=True)
class Callback:
    """Where a subscription's events are posted to, and the secret that they are signed with."""

    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a flow asks for when it is switched on; `host` is all that may be shown of its callback."""

    trigger: TriggerName
    filters: Filters
    callback: str = field(repr=False)
    host: str = ""

    def fingerprint(self) -> str:
        """The same for the same callback, trigger and filters."""
        filters = json.dumps(self.filters.as_json(), sort_keys=True)
        return hashlib.sha256(f"{self.trigger}\x1f{filters}\x1f{self.callback}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription as it may be shown. `asked_at` is when its flow last asked, `paused` why it is not called."""

    subscription_id: str
    trigger: TriggerName
    filters: Filters
    host: str
    created_at: datetime
    created_by: str
    asked_at: datetime
    paused: str | None = None
    ended_at: datetime | None = None
    end_reason: str = ""

    @property
    def destination(self) -> str:
        """Its name among the destinations of deliveries."""
        return PREFIX + self.subscription_id

    @property
    def status(self) -> str:
        """Where it stands: active, paused or ended."""
        if self.ended_at is not None:
            return "ended"
        return "paused" if self.paused else "active"


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What a flow is told: its subscription, the key that ends it, and the secret that its calls are signed with."""

    subscription: Subscription
    key: str = field(repr=False)
    secret: str = field(repr=False)
    is_new: bool


class Rates(Mapping[str, Rate]):
    """The destinations and their rates: those of the settings, and the subscriptions that there are at the moment."""

    def __init__(self, fixed: Mapping[str, Rate], ids: Callable[[], Collection[str]], rate: Rate) -> None:
        """Take the rates that the settings name, who knows the subscriptions, and the rate of each of these."""
        self._fixed, self._ids, self._rate = dict(fixed), ids, rate

    def __getitem__(self, name: str) -> Rate:
        """The rate of a destination; of a subscription without asking whether it goes on."""
        return self._rate if name.startswith(PREFIX) else self._fixed[name]

    def __iter__(self) -> Iterator[str]:
        """Every destination that there is now."""
        yield from self._fixed
        yield from sorted(PREFIX + one for one in self._ids())

    def __len__(self) -> int:
        """How many there are now."""
        return len(self._fixed) + len(self._ids())


class SubscriptionStore(Protocol):
    """Where subscriptions are kept."""

    def subscribe(self, wish: Wish, secret: str, *, by: str, now: datetime, request_id: str = "") -> Subscribed:
        """Store a subscription; the same wish again gives the one that there is, no longer paused.

        `secret` is for a new one. Each is written to the audit log. Raises BusyError while there are MOST.
        """
        ...

    def unsubscribe(self, key: str, *, by: str, now: datetime, request_id: str = "") -> bool:
        """End the subscription that a key is for; False where there is none (any more)."""
        ...

    def end_subscription(self, subscription_id: str, *, by: str, reason: str, now: datetime) -> Subscription:
        """End one by its id. Raises MissingFactError; one that has ended stays as it is."""
        ...

    def subscriptions(self, *, ended: bool = False) -> Sequence[Subscription]:
        """Those that go on, with `ended` all that are kept, oldest first."""
        ...

    def subscription(self, subscription_id: str) -> Subscription:
        """One of them. Raises MissingFactError."""
        ...

    def subscription_ids(self) -> Collection[str]:
        """The ids of those that go on."""
        ...

    def callback_of(self, subscription_id: str) -> Callback | None:
        """Where to call one; None where it has ended."""
        ...
