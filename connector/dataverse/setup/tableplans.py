"""What provisioning says of a history table: which is wanted, and how it stands. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# All that a whole number can hold: a column outlives the models of today, and scores may be negative.
LOWEST, HIGHEST = -2_147_483_648, 2_147_483_647


class State(StrEnum):
    """How a wanted column or table stands."""

    PRESENT = "present"
    MISSING = "missing"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class WantedTable:
    """A history table that documents name. `documents` are their names."""

    name: str
    documents: tuple[str, ...]

    @property
    def prefix(self) -> str:
        """The publisher's prefix."""
        return self.name.partition("_")[0]


@dataclass(frozen=True, slots=True)
class PlannedTable:
    """A wanted table as the environment has it: `missing` are columns that it lacks, `detail` is what does not fit.

    A table that is not there at all is MISSING with no columns named.
    """

    wanted: WantedTable
    state: State
    missing: tuple[str, ...] = ()
    detail: str = ""
