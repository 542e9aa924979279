"""Whether one more request may be begun: concurrency, leases and the server's wish to wait in one state machine.

Moments are handed in; threads, clocks and the ledger itself are the limiter's business.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from connector.dataverse.limits.allowance import Allowance, Lease
from connector.dataverse.limits.concurrency import Concurrency
from connector.pipeline.budgets import Bounds, Grant, Spent, Wish

LOOK_S = 0.1  # a wait that another process was asked for is heard of within this time
UNKNOWN_S = 1.0  # what a request of a kind that was never sent is taken to last
_KINDS = 64
_WEIGHT = 0.2


@dataclass(slots=True)
class Ticket:
    """Leave for one request, which was begun at `begun_at`, when `in_flight` were in flight with it."""

    kind: str
    operations: int
    begun_at: float
    in_flight: int
    was_full: bool
    estimate_s: float
    lease: Lease


@dataclass(frozen=True, slots=True)
class Full:
    """As many requests are in flight as may be: wait until one ends."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """Wait so many seconds. `for_budget`: the bounds are used up; else the server asked for it."""

    seconds: float
    for_budget: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the ledger first, and `hear` its answer: for a lease, or only whether everybody is to wait (no wish)."""

    wish: Wish | None
    spent: list[Spent]


class Gate:
    """Decides on every request of one environment. `in_flight` is how many are under way."""

    def __init__(self, owner: str, ceiling: int, bounds: Bounds, *, grace_s: float) -> None:
        self.concurrency = Concurrency(ceiling)
        self.in_flight = 0
        self._allowance = Allowance(owner, bounds, grace_s=grace_s)
        self._held_until = -float("inf")
        self._empty_until = -float("inf")
        self._looked_at = -float("inf")
        self._lasts: OrderedDict[str, float] = OrderedDict()

    def ask(self, kind: str, operations: int, now: float) -> Ticket | Full | NotYet | Ask:
        """Decide on one request of a kind, whose like takes about as long."""
        if now < self._held_until:
            return NotYet(self._held_until - now, for_budget=False)
        if self.in_flight >= self.concurrency.limit:
            return Full()
        if now < self._empty_until:
            return NotYet(self._empty_until - now, for_budget=True)
        if now - self._looked_at >= LOOK_S:
            return Ask(None, [])
        estimate_s = self._lasts.get(kind, UNKNOWN_S)
        lease = self._allowance.begin(estimate_s, now)
        if lease is None:
            self._allowance.give_up()
            return Ask(self._allowance.wish(estimate_s), self._allowance.settle(now))
        self.in_flight += 1
        full = self.in_flight >= self.concurrency.limit
        return Ticket(kind, operations, now, self.in_flight, full, estimate_s, lease)

    def hear(self, grant: Grant, now: float) -> None:
        """Take the ledger's answer."""
        self._looked_at = now
        self.hold(grant.hold_s, now)
        if grant.lease:
            self._allowance.add(grant, now)
            self.concurrency.share(grant.holders)
        elif grant.wait_s > 0:
            self._empty_until = now + grant.wait_s

    def hold(self, seconds: float, now: float) -> None:
        """Begin nothing for so long."""
        if seconds > 0:
            self._held_until = max(self._held_until, now + seconds)

    def end(self, ticket: Ticket, now: float, *, lasted_s: float, is_typical: bool) -> None:
        """Record that a request has ended, however; it executed for `lasted_s` at most, a typical one of its kind."""
        self.in_flight -= 1
        self._allowance.end(
            ticket.lease, now, estimate_s=ticket.estimate_s, spent_s=lasted_s, operations=ticket.operations
        )
        if not is_typical:
            return
        before = self._lasts.get(ticket.kind, lasted_s)
        self._lasts[ticket.kind] = before + (lasted_s - before) * _WEIGHT
        self._lasts.move_to_end(ticket.kind)
        if len(self._lasts) > _KINDS:
            self._lasts.popitem(last=False)

    def drop_lease(self) -> None:
        """Use the lease in hand no more: the bounds that it was made by do not hold."""
        self._allowance.give_up()

    def settle(self, now: float) -> list[Spent]:
        """Give up the lease in hand; what has to be told of it and of those before."""
        self._allowance.give_up()
        return self._allowance.settle(now)

    def restore(self, spent: list[Spent], now: float) -> None:
        """Take back what the ledger could not be told."""
        self._allowance.restore(spent, now)
