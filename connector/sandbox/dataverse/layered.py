"""What lies over generated rows: the changed, the added and the deleted ones, by id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence

from connector.sandbox.dataverse.generated import Generated
from connector.sandbox.dataverse.schema import Row


class Layered(MutableMapping[str, Row]):
    """Rows by id: generated ones, over which lie those that were changed, added and deleted.

    Of a changed row only what differs is kept. `changed` and `gone` go by the number of a generated row.
    """

    def __init__(self, below: Generated, above: Mapping[str, Row]) -> None:
        self.below = below
        self.changed: dict[int, Row] = {}
        self.added: dict[str, Row] = dict(above)
        self.gone: set[int] = set()

    def row(self, number: int) -> Row:
        """A generated row as it is now; not for one that is gone."""
        changed = self.changed.get(number)
        return self.below.row(number) if changed is None else self.below.row(number) | changed

    def __getitem__(self, row_id: str) -> Row:
        found = self.added.get(row_id)
        if found is not None:
            return found
        number = self.below.number(row_id)
        if number is None or number in self.gone:
            raise KeyError(row_id)
        changed = self.changed.get(number)
        return self.below.recent(number) if changed is None else self.below.recent(number) | changed

    def __setitem__(self, row_id: str, row: Row) -> None:
        number = self.below.number(row_id)
        known = {} if number is None else self.below.recent(number)
        if row_id in self.added or number is None or not known.keys() <= row.keys():
            self.added[row_id] = row  # a stranger, or made anew after the generated one was deleted
            return
        missing = object()
        self.changed[number] = {name: value for name, value in row.items() if known.get(name, missing) != value}
        self.gone.discard(number)

    def __delitem__(self, row_id: str) -> None:
        if row_id in self.added:
            del self.added[row_id]
            return
        number = self.below.number(row_id)
        if number is None or number in self.gone:
            raise KeyError(row_id)
        self.gone.add(number)
        self.changed.pop(number, None)

    def __contains__(self, row_id: object) -> bool:
        if row_id in self.added:
            return True
        number = self.below.number(row_id) if isinstance(row_id, str) else None
        return number is not None and number not in self.gone

    def __iter__(self) -> Iterator[str]:
        yield from (self.below.row_id(number) for number in range(self.below.count) if number not in self.gone)
        yield from list(self.added)

    def __len__(self) -> int:
        return self.below.count - len(self.gone) + len(self.added)

    def is_generated(self, row_id: str) -> bool:
        """Tell whether a row, there or gone, is one of the generated ones."""
        return row_id not in self.added and self.below.number(row_id) is not None

    def numbers(self, first: int, size: int) -> list[int]:
        """The numbers of that many rows from one on, without those that are gone."""
        stop = min(first + size, self.below.count)
        found = [number for number in range(first, stop) if number not in self.gone]
        while len(found) < size and stop < self.below.count:
            further = range(stop, min(stop + size - len(found), self.below.count))
            found += [number for number in further if number not in self.gone]
            stop = further.stop
        return found

    def forget(self, names: Sequence[str]) -> None:
        """Drop fields from every row."""
        self.below.forget(names)
        for number, row in self.changed.items():
            self.changed[number] = {name: value for name, value in row.items() if name not in names}
        for row_id, row in self.added.items():
            self.added[row_id] = {name: value for name, value in row.items() if name not in names}
