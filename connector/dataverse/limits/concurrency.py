"""How many requests may be in flight: a state machine that grows while latency holds and halves when refused.

No clock and no thread in here: moments are handed in. Source of the rules: Dataverse's guidance on parallel requests
(begin with `x-ms-dop-hint`, let the server set the pace).
"""

from __future__ import annotations

from collections import OrderedDict

START = 8
SLOWER = 1.5  # so many times the usual latency is no longer "holding"
QUIET_S = 300.0  # after so long without a refusal one more than what was refused is tried
_KINDS = 64
_DRIFT = 0.02  # how fast the usual latency follows a slower server


class Concurrency:
    """The number of requests that may be in flight now: from 1 to `ceiling`."""

    def __init__(self, ceiling: int) -> None:
        if ceiling < 1:
            raise ValueError("ceiling must be at least 1.")
        self.ceiling = ceiling
        self._size = float(min(START, ceiling))
        self._top = float(ceiling)  # what a refusal taught; above it only after a quiet time
        self._sharers = 1
        self._hinted = False
        self._cut_at = self._quiet_since = -float("inf")
        self._usual: OrderedDict[str, float] = OrderedDict()

    @property
    def limit(self) -> int:
        """How many may be in flight."""
        return max(1, min(int(self._size), int(self._top), self.ceiling // self._sharers))

    def hint(self, number: int) -> None:
        """Begin with the number that the server advises; only the first one counts, experience goes before the rest."""
        if number >= 1 and not self._hinted:
            self._hinted = True
            if self._cut_at == -float("inf"):
                self._size = float(min(number, self.ceiling))

    def share(self, sharers: int) -> None:
        """Leave room for as many processes as send to the same environment."""
        self._sharers = max(1, sharers)

    def succeed(self, kind: str, seconds: float, now: float, *, was_full: bool) -> None:
        """Learn from an answer: one more in flight for each round of answers at the usual latency of their kind.

        `was_full`: as many as may were in flight; what is not used needs no growth.
        """
        usual = self._usual.get(kind, seconds)
        holds = seconds <= usual * SLOWER
        self._usual[kind] = min(seconds, usual + (seconds - usual) * _DRIFT)
        self._usual.move_to_end(kind)
        if len(self._usual) > _KINDS:
            self._usual.popitem(last=False)
        if self._top < self.ceiling and now - self._quiet_since >= QUIET_S:
            self._top, self._quiet_since = self._top + 1, now
        if holds and was_full:
            self._size = min(float(self.ceiling), self._size + 1 / max(1, self.limit))

    def refuse(self, begun_at: float, now: float, *, in_flight: int, too_many_at_once: bool) -> None:
        """Learn from a 429: half as many, once for all the requests that were in flight together.

        `in_flight` counts those that were when it was begun. Where it was their number that was refused, that number
        is not reached again until it has been quiet.
        """
        if begun_at >= self._cut_at:
            self._size, self._cut_at = max(1.0, self.limit / 2), now
        if too_many_at_once:
            self._top = max(1.0, float(self.limit), min(self._top, in_flight - 1.0))
        self._quiet_since = now
