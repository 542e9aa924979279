"""What reading the sources of a run brought, counted while it goes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Harvest:
    """The counts of a run's sources: `unreadable` says why by table, `defects` counts rows by source."""

    rows: int = 0
    stored: int = 0
    waiting: int = 0
    left_out: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)
    defects: Counter[str] = field(default_factory=Counter)
