"""Destinations as the pipeline sees them: which are paused, since when nothing but failures came, and their return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination that is paused, or that failed last. `held` counts the deliveries that wait for its return.

    `failing_since` is the first failure that no success came after.
    """

    name: str
    paused: str | None
    paused_at: datetime | None
    failing_since: datetime | None
    held: int


class DestinationStore(Protocol):
    """Destinations and how they are."""

    def troubled_destinations(self) -> Sequence[Destination]:
        """Those that are paused or failed last, by name."""
        ...

    def resume_destination(self, name: str, *, now: datetime) -> int:
        """Use a paused destination again and queue what waited for that; return how many deliveries.

        Raises MissingFactError where there is no such destination, RefusedError where it is not paused.
        """
        ...
