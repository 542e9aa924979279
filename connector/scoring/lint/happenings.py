"""The family of one type of interaction: counts over windows and filters, of which the wider contains the narrower.

Where a filter's own tests contradict each other nothing is ever counted. No interaction is false; a person who
refuses tracking makes every test unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache

from connector.scoring.lint.families import Family
from connector.scoring.lint.kleene import FALSE, TRUE, UNKNOWN, Shared, worlds_where
from connector.scoring.rules import FactTest, InteractionTest

Filter = tuple[FactTest, ...]
# Whether it is proved that what passes the first filter passes the second; None: that nothing passes the first.
Narrows = Callable[[Filter, Filter | None], bool]

_TRACKED = worlds_where(Shared.TRACKED, holds=True)
_UNTRACKED = worlds_where(Shared.TRACKED, holds=False)


class HappeningFamily(Family[InteractionTest]):
    """Tests on interactions of one type."""

    def __init__(self, narrows: Narrows) -> None:
        super().__init__()
        self._narrows = cache(narrows)

    def forget(self) -> None:
        """Nothing depends on which other tests there are."""

    def decide(self, wants: Mapping[int, int]) -> int:
        """Weigh the wants against each other."""
        untracked = _UNTRACKED if all(mask & UNKNOWN for mask in wants.values()) else 0
        return untracked | (_TRACKED if self._can_be_counted(wants) else 0)

    def _can_be_counted(self, wants: Mapping[int, int]) -> bool:
        reached = [atom for atom, mask in wants.items() if not mask & FALSE]
        missed = [atom for atom, mask in wants.items() if not mask & TRUE]
        if any(not mask & (TRUE | FALSE) for mask in wants.values()):
            return False
        if any(self.never_counts(self.atoms[atom]) and self.atoms[atom].at_least > 0 for atom in reached):
            return False
        if any(self.atoms[atom].at_least <= 0 for atom in missed):
            return False
        return not any(self._contains(more, less) for more in reached for less in missed)

    def never_counts(self, test: InteractionTest) -> bool:
        """Whether no interaction can ever pass the window and the filter."""
        return (test.within is not None and test.within <= timedelta(0)) or self._narrows(test.where, None)

    def _contains(self, more: int, less: int) -> bool:
        """Whether reaching `more` means reaching `less` too: at least as many, of interactions that all count there."""
        narrow, wide = self.atoms[more], self.atoms[less]
        return (
            narrow.at_least >= wide.at_least
            and (wide.within is None or (narrow.within is not None and narrow.within <= wide.within))
            and (wide.include_machine or not narrow.include_machine)
            and self._narrows(narrow.where, wide.where)
        )
