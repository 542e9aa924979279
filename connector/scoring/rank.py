"""Where a score stands among many of the same model: how many are better, which share is at least as good.

Pure arithmetic over counts by score; who reads the counts is the caller's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal


@dataclass(frozen=True, slots=True)
class Rank:
    """`better` leads have a higher score, `equal` the same one (itself among them), of `total` that have one."""

    better: int
    equal: int
    total: int

    @property
    def top(self) -> Decimal:
        """The share of leads, over 0 to 1, that are at least as good: 0.05 is among the top 5 %."""
        return Decimal(self.better + self.equal) / self.total

    @property
    def sentence(self) -> str:
        """The rank for people; a share is rounded up, so that nobody is called better than he is."""
        percent = (self.top * 100).to_integral_value(ROUND_CEILING)
        have = "has" if self.better == 1 else "have"
        if percent < 100:  # noqa: PLR2004 - the whole
            return f"Among the top {percent} % of {self.total:,} scored leads ({self.better:,} {have} a higher score)."
        if self.total == 1:
            return "No other lead is scored."
        if self.equal == self.total:
            return f"All {self.total:,} scored leads have this score."
        lower = ", and none has a lower one" if self.top == 1 else ""
        return f"{self.better:,} of {self.total:,} scored leads {have} a higher score{lower}."


def rank_of(score: int, counts: Mapping[int, int]) -> Rank | None:
    """The rank of a score by the number of leads with each score; None where nobody has this one."""
    equal = counts.get(score, 0)
    if equal <= 0:
        return None
    better = sum(count for other, count in counts.items() if other > score)
    return Rank(better, equal, sum(counts.values()))
