"""How much an environment may be asked, shared by processes: the values, the port, and the judgement.

A process takes a lease, a block of requests and of execution time, begins requests with it for a while, and tells
what it spent; what it leaves counts no longer. Where a ledger is kept is for adapters: in memory, or in the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

LONGEST_HOLD_S = 3600.0
LOOK_AGAIN_S = 2.0  # while others hold leases, which they may give back at any moment
SHORTEST_WAIT_S = 0.05


@dataclass(frozen=True, slots=True)
class Bounds:
    """What may fall into any window: requests, and seconds of their execution."""

    requests: int = 6000
    execution_s: float = 1200.0
    window_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a refusal said about the environment's bounds; None: nothing."""

    requests: int | None = None
    execution_s: float | None = None
    window_s: float | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A lease that is wanted by `owner`: at most so much, and of execution time no less than `least_s`.

    Requests may be begun with it for `use_for_s`, and each ends within `grace_s`: whoever dies with it gives it back
    by then.
    """

    owner: str
    requests: int
    execution_s: float
    least_s: float
    use_for_s: float
    grace_s: float


@dataclass(frozen=True, slots=True)
class Spent:
    """What was done with a lease. `operations` counts every row of a batch; the last request ended `ended_s_ago`."""

    lease: str
    requests: int
    execution_s: float
    operations: int
    ended_s_ago: float


@dataclass(frozen=True, slots=True)
class Grant:
    """The answer to a wish: a lease, or for how long to wait. `holders` processes have leases, this one included.

    `hold_s` is for how long the server wants nothing at all, from anybody.
    """

    lease: str = ""
    requests: int = 0
    execution_s: float = 0.0
    wait_s: float = 0.0
    hold_s: float = 0.0
    holders: int = 1


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts now: the sums of all leases, and in how many seconds the first of them counts no longer.

    `is_open`: some are still in use, so that a part may come back at any moment.
    """

    requests: int = 0
    execution_s: float = 0.0
    next_free_s: float | None = None
    is_open: bool = False


class Ledger(Protocol):
    """The one account of an environment's user. Safe to use from several threads; may raise StoreError."""

    def reserve(self, wish: Wish | None, spent: Sequence[Spent]) -> Grant:
        """Settle what was spent and take a lease, in one step; without a wish only settle."""
        ...

    def hold(self, seconds: float) -> None:
        """Let nobody send anything for so long; never shortens a hold, and never exceeds LONGEST_HOLD_S."""
        ...

    def held_s(self) -> float:
        """For how long nobody may send anything; 0 when everybody may."""
        ...

    def learn(self, lesson: Lesson) -> None:
        """Remember narrower bounds that the server named, for a day: an administrator may have them raised."""
        ...

    def operations(self, day: date) -> int:
        """How many operations were settled on a day (UTC)."""
        ...

    def today(self) -> date:
        """The day (UTC) by the ledger's clock."""
        ...


class BudgetStore(Protocol):
    """Ledgers that processes share."""

    def ledger(self, scope: str, bounds: Bounds) -> Ledger:
        """The ledger of one environment and user, with the bounds that hold until the server names narrower ones."""
        ...


def narrowed(bounds: Bounds, lesson: Lesson) -> Bounds:
    """The bounds with what was learned: only ever narrower; another window is taken as it was named."""
    narrower = replace(bounds, window_s=lesson.window_s) if lesson.window_s else bounds
    if lesson.requests is not None:
        narrower = replace(narrower, requests=max(1, min(bounds.requests, lesson.requests)))
    if lesson.execution_s is not None:
        narrower = replace(narrower, execution_s=max(1.0, min(bounds.execution_s, lesson.execution_s)))
    return narrower


def judge(bounds: Bounds, standing: Standing, wish: Wish) -> Grant:
    """Give what is left of the bounds, at most what is wanted; else for how long to wait."""
    requests = min(wish.requests, bounds.requests - standing.requests)
    execution_s = min(wish.execution_s, bounds.execution_s - standing.execution_s)
    # A request that takes longer than all that there is begins when nothing else counts.
    if requests >= 1 and execution_s > 0 and execution_s >= min(wish.least_s, bounds.execution_s):
        return Grant(requests=requests, execution_s=execution_s)
    wait_s = bounds.window_s if standing.next_free_s is None else standing.next_free_s
    return Grant(wait_s=max(SHORTEST_WAIT_S, min(wait_s, LOOK_AGAIN_S) if standing.is_open else wait_s))
