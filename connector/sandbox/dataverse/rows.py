"""The rows of one table: by id, in the order of their ids, and what happened to them since they were loaded."""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass, field

from connector.sandbox.dataverse.generated import TIMES, Generated, Selection
from connector.sandbox.dataverse.layered import Layered
from connector.sandbox.dataverse.schema import Row, Table

SLICE = 1000  # so that a page does not copy a table of a million ids


@dataclass(slots=True)
class Rows:
    """The rows of one table. `order` has the ids of those that are kept; generated ones come from `below`."""

    table: Table
    by_id: MutableMapping[str, Row] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    changes: list[tuple[int, str]] = field(default_factory=list)
    deletions: list[tuple[int, str]] = field(default_factory=list)

    @property
    def below(self) -> Generated | None:
        """The generated rows, where there are any."""
        return self.by_id.below if isinstance(self.by_id, Layered) else None

    # --- writing ---------------------------------------------------------------------------------------------------

    def put(self, row_id: str, row: Row) -> None:
        """Keep a row, new or not."""
        is_new = row_id not in self.by_id
        self.by_id[row_id] = row
        if is_new and not self._is_generated(row_id):
            bisect.insort(self.order, row_id)

    def take(self, row_id: str) -> None:
        """Let a row go."""
        generated = self._is_generated(row_id)
        del self.by_id[row_id]
        if not generated:
            self.order.pop(bisect.bisect_left(self.order, row_id))

    def load(self, rows: Iterable[tuple[str, Row]]) -> None:
        """Keep many rows at once."""
        for row_id, row in rows:
            self.by_id[row_id] = row
        added = self.by_id.added if isinstance(self.by_id, Layered) else self.by_id
        self.order = sorted(added)

    def forget(self, *names: str) -> None:
        """Drop fields from every row; no version changes."""
        if isinstance(self.by_id, Layered):
            self.by_id.forget(names)
            return
        for row_id, row in self.by_id.items():
            if not row.keys().isdisjoint(names):
                self.by_id[row_id] = {name: value for name, value in row.items() if name not in names}

    def compact(self) -> None:
        """Drop superseded entries of a log of changes that has grown long."""
        if len(self.changes) > 2 * len(self.by_id) + 1000:
            self.changes = [
                (at, each) for at, each in self.changes
                if each in self.by_id and self.by_id[each]["versionnumber"] == at
            ]  # fmt: skip

    def _is_generated(self, row_id: str) -> bool:
        return isinstance(self.by_id, Layered) and self.by_id.is_generated(row_id)

    # --- reading ---------------------------------------------------------------------------------------------------

    def since(self, version: int, until: int) -> Iterator[Row]:
        """Rows whose latest change lies in (version, until], oldest change first. Costs what changed, no more."""
        for at, row_id in self.changes[bisect.bisect_right(self.changes, (version, "~")) :]:
            if at > until:
                return
            row = self.by_id.get(row_id)
            if row is not None and row["versionnumber"] == at:
                yield row

    def deleted_since(self, version: int, until: int) -> list[tuple[int, str]]:
        """Versions and ids of the rows deleted in (version, until] that are still gone."""
        found = self.deletions[bisect.bisect_right(self.deletions, (version, "~")) :]
        return [(at, row_id) for at, row_id in found if at <= until and row_id not in self.by_id]

    def after(self, row_id: str) -> Iterator[Row]:
        """Rows in the order of their ids, from the first id greater than the one given."""
        kept = self._kept_after(row_id)
        if not isinstance(self.by_id, Layered):
            yield from (row for _, row in kept)
            return
        layered, below = self.by_id, self.by_id.below
        waiting = next(kept, None)
        for number in range(below.first_after(row_id), below.count):
            if waiting is not None:
                each = below.row_id(number)
                while waiting is not None and waiting[0] < each:
                    yield waiting[1]
                    waiting = next(kept, None)
            if number not in layered.gone:
                yield layered.row(number)
        if waiting is not None:
            yield waiting[1]
        yield from (row for _, row in kept)

    def by_time(self, name: str, bounds: tuple[str, str], *, descending: bool) -> Iterator[Row] | None:
        """Rows whose time lies between bounds, in the order of that time and their ids.

        None for tables whose rows are all kept. Generated rows lie in that order; what changed is sorted among them.
        """
        if not isinstance(self.by_id, Layered) or name not in TIMES:
            return None
        layered, below, key = self.by_id, self.by_id.below, self.table.key
        low, high = bounds
        moved = {number for number, row in layered.changed.items() if name in row}
        loose = [layered.row(number) for number in moved] + list(layered.added.values())
        loose = [row for row in loose if low <= row[name] <= high]
        numbers = range(below.first_at(low), below.first_at(f"{high}~"))
        ordered = (
            layered.row(number)
            for number in (reversed(numbers) if descending else numbers)
            if number not in moved and number not in layered.gone
        )

        def place(row: Row) -> tuple[str, str]:
            return row[name], row[key]

        loose.sort(key=place, reverse=descending)
        return heapq.merge(ordered, loose, key=place, reverse=descending) if loose else ordered

    def _kept_after(self, row_id: str) -> Iterator[tuple[str, Row]]:
        start = bisect.bisect_right(self.order, row_id)
        while start < len(self.order):
            for each in self.order[start : start + SLICE]:
                row = self.by_id.get(each)
                if row is not None:
                    yield each, row
            start += SLICE

    def texts(self, row_id: str, size: int, selection: Selection) -> tuple[list[str], str, bool] | None:
        """A page of rows as JSON, the id of its last row, and whether more follow.

        None for tables whose rows are all kept, and after the last generated row.
        """
        if not isinstance(self.by_id, Layered):
            return None
        layered, below = self.by_id, self.by_id.below
        numbers = layered.numbers(below.first_after(row_id), size + 1)
        if not numbers:
            return None
        encoder = below.encoder(selection)
        texts = encoder.texts(numbers)
        for place, number in enumerate(numbers):
            if number in layered.changed:
                texts[place] = encoder.text_of(layered.row(number))
        ids: list[str | int] = [*numbers]
        for passed, (each, row) in enumerate(self._kept_after(row_id)):  # kept rows go where their ids belong
            at = passed + bisect.bisect_left(numbers, each, key=below.row_id)
            if at > size:
                break
            ids.insert(at, each)
            texts.insert(at, encoder.text_of(row))
        last = ids[min(size, len(ids)) - 1]
        return texts[:size], last if isinstance(last, str) else below.row_id(last), len(ids) > size
