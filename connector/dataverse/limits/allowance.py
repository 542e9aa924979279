"""The leases in hand: what of them may still be begun, and what has to be told of those that are over.

A state machine over handed-in moments; where leases come from is the ledger's business.
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.pipeline.budgets import Bounds, Grant, Spent, Wish

SHARES = 60  # a lease is so small a part of the bounds that what a dead process takes along is little
USE_FOR_S = 10.0  # and so short that its first request does not count much longer than its own window


@dataclass(slots=True)
class Lease:
    """A lease and what was begun and ended with it, in seconds of a monotonic clock."""

    name: str
    requests: int
    execution_s: float
    use_by: float
    begun: int = 0
    running: int = 0
    reserved_s: float = 0.0
    spent_s: float = 0.0
    operations: int = 0
    ended_at: float = 0.0

    def covers(self, estimate_s: float, now: float) -> bool:
        """Tell whether one more request may be begun; the first one may be longer than the lease."""
        left = self.execution_s - self.reserved_s - self.spent_s
        return now < self.use_by and self.begun < self.requests and (estimate_s <= left or self.begun == 0)


class Allowance:
    """What this process may begin. `share` bounds are those of the environment, of which a lease is a part."""

    def __init__(self, owner: str, bounds: Bounds, *, grace_s: float) -> None:
        self._owner = owner
        self._requests = max(1, bounds.requests // SHARES)
        self._execution_s = bounds.execution_s / SHARES
        self._grace_s = grace_s
        self._current: Lease | None = None
        self._over: list[Lease] = []

    def begin(self, estimate_s: float, now: float) -> Lease | None:
        """Begin a request that will take about so long; None where the lease in hand does not cover it."""
        lease = self._current
        if lease is None or not lease.covers(estimate_s, now):
            return None
        lease.begun += 1
        lease.running += 1
        lease.reserved_s += estimate_s
        return lease

    def end(self, lease: Lease, now: float, *, estimate_s: float, spent_s: float, operations: int) -> None:
        """Record that a request of a lease has ended."""
        lease.running -= 1
        lease.reserved_s -= estimate_s
        lease.spent_s += spent_s
        lease.operations += operations
        lease.ended_at = now

    def wish(self, estimate_s: float) -> Wish:
        """The lease to ask for next."""
        execution_s = max(self._execution_s, estimate_s)
        return Wish(self._owner, self._requests, execution_s, estimate_s, USE_FOR_S, self._grace_s)

    def add(self, grant: Grant, now: float) -> None:
        """Use a lease that was granted; the one before it is over."""
        self.give_up()
        if grant.lease:
            self._current = Lease(grant.lease, grant.requests, grant.execution_s, now + USE_FOR_S, ended_at=now)

    def give_up(self) -> None:
        """Begin nothing more with the lease in hand."""
        if self._current is not None:
            self._over.append(self._current)
            self._current = None

    def settle(self, now: float) -> list[Spent]:
        """Give what has to be told of leases that are over and idle, each once."""
        idle = [lease for lease in self._over if not lease.running]
        self._over = [lease for lease in self._over if lease.running]
        return [
            Spent(lease.name, lease.begun, lease.spent_s, lease.operations, max(0.0, now - lease.ended_at))
            for lease in idle
        ]

    def restore(self, spent: list[Spent], now: float) -> None:
        """Take back what could not be told."""
        self._over += [
            Lease(
                one.lease, one.requests, 0.0, now, begun=one.requests, spent_s=one.execution_s,
                operations=one.operations, ended_at=now - one.ended_s_ago,
            )
            for one in spent
        ]  # fmt: skip
