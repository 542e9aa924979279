"""Chance that is the same on every machine and Python: all of it comes from `Random.random()`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_WORD = 1 << 32


class Dice:
    """A stream of chance with its own seed; `purpose` keeps streams of one seed apart."""

    def __init__(self, seed: int, purpose: str) -> None:
        self._next = random.Random(f"{seed}/{purpose}").random  # noqa: S311  # nosec B311  # must repeat

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self._next() < share

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._next() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        """One of them."""
        return things[int(self._next() * len(things))]

    def guid(self) -> str:
        """A random GUID (version 4)."""
        a, b, c, d = (int(self._next() * _WORD) for _ in range(4))
        return f"{a:08x}-{b >> 16:04x}-4{b & 0xFFF:03x}-{0x8000 | (c >> 16) & 0x3FFF:04x}-{c & 0xFFFF:04x}{d:08x}"
