"""How much a card may say, and in which order it says less where it would be too large."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """What a card has room for: reasons, unknowns and leads by number, texts by a share of their longest length."""

    reasons: int = 3
    missing: int = 4
    leads: int = 10
    counts: int = 8
    share: float = 1.0


# What people need least goes first: the unknowns, the tail of a list, then the ends of long texts. The last is small
# enough for anything.
ROOMS = (
    Room(),
    Room(missing=1),
    Room(missing=0),
    Room(missing=0, leads=6, counts=5, share=0.6),
    Room(missing=0, leads=5, counts=4, share=0.35),
    Room(missing=0, leads=3, counts=3, share=0.15),
)
