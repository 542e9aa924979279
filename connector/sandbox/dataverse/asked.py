"""A read as it was asked for, before its options are understood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connector.sandbox.dataverse.preferences import Preferences
from connector.sandbox.dataverse.schema import Table
from connector.sandbox.faults import Effect


@dataclass(frozen=True, slots=True)
class Asked:
    """A read of a table as it was asked for: the decoded options, the preferences, where links lead."""

    table: Table
    pairs: list[tuple[str, str]]
    preferences: Preferences
    base: str
    page_size: int
    bent: Callable[[Effect], bool] = lambda _effect: False  # takes a fault that bends a link
    path: str = ""  # the collection's, where it is not the table's own
    only: frozenset[str] | None = None  # the ids in that collection

    @property
    def size(self) -> int:
        """Rows a page."""
        return self.preferences.page_size or self.page_size
