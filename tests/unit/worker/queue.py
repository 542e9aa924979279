"""A queue in memory for the worker's tests: jobs are ready or leased or over, and what is said of them is recorded."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connector.errors import StoreError
from connector.pipeline.jobs import Lease

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def lease(job_id: str, kind: str = "inbox", attempt: int = 1) -> Lease:
    """A lease."""
    return Lease(job_id, kind, "", {"id": job_id}, attempt, attempt, NOW)


@dataclass
class FakeQueue:
    """The part of a job store that a worker uses. `done` holds what was said, `broken` how often it still fails.

    `on_done` is called after each thing that is recorded.
    """

    ready: list[Lease] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    broken: int = 0
    done: list[tuple[str, ...]] = field(default_factory=list)
    pauses: dict[str, float | None] = field(default_factory=dict)
    on_done: Callable[[], None] = lambda: None
    claims: int = 0
    wakers: list[Callable[[Collection[str]], None]] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def _say(self, *words: str) -> None:
        with self.guard:
            self.done.append(words)
        self.on_done()

    def _work(self) -> None:
        if self.broken:
            self.broken -= 1
            raise StoreError("The database is away.")

    def claim(self, kinds: Sequence[str], limit: int, *, worker: str, lease_s: float = 30.0) -> list[Lease]:
        """Lease what is ready."""
        self._work()
        self.claims += 1
        taken = [one for one in self.ready if one.kind in kinds][: max(limit, 0)]
        self.ready = [one for one in self.ready if one not in taken]
        return taken

    def keep(self, leases: Sequence[Lease], *, lease_s: float = 30.0) -> frozenset[str]:
        """Prolong what is not lost."""
        self._work()
        self._say("keep", *sorted(one.job_id for one in leases))
        return frozenset(one.job_id for one in leases if one.job_id not in self.lost)

    def finish(self, leases: Sequence[Lease]) -> int:
        """Record as done."""
        if leases:
            self._work()
            self._say("finish", *sorted(one.job_id for one in leases))
        return len(leases)

    def fail(self, one: Lease, reason: str, *, retry_in_s: float | None) -> bool:
        """Record as failed."""
        self._work()
        self.pauses[one.job_id] = retry_in_s
        self._say("dead" if retry_in_s is None else "fail", one.job_id, reason)
        return True

    def release(self, leases: Sequence[Lease]) -> int:
        """Take back."""
        self._say("release", *sorted(one.job_id for one in leases))
        return len(leases)

    def take_over(self) -> int:
        """Nobody is dead."""
        self._say("take over")
        return 0

    @contextmanager
    def listen(self, wake: Callable[[Collection[str]], None]) -> Iterator[None]:
        """Nobody tells, but for a test."""
        self.wakers.append(wake)
        yield

    def words(self) -> list[str]:
        """What was done, without what leases were kept."""
        with self.guard:
            return [" ".join(words) for words in self.done if words[0] != "keep"]
