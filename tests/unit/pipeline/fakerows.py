"""Rows beside leads in memory: fulfils `RelatedWriter` as the contract says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connector.errors import OutsideError
from connector.pipeline.values import Json, RelatedRow, RowLeft, RowResult, RowWritten


@dataclass
class FakeRelatedRows:
    """`rows` are by id. Leads in `foreign` have a row of somebody else, those in `gone` do not exist.

    `writes` counts what was sent for each row.
    """

    rows: dict[str, RelatedRow] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    writes: list[str] = field(default_factory=list)

    def put(self, row_id: str, values: Mapping[str, Json]) -> None:
        """Write over a row as somebody else."""
        self.rows[row_id] = replace(self.rows[row_id], values={**self.rows[row_id].values, **values})

    def write_rows(
        self, rows: Sequence[RelatedRow], *, stop: Callable[[], bool]
    ) -> Iterator[tuple[int, RowResult | OutsideError]]:
        """Write rows."""
        for place, row in enumerate(rows):
            if stop():
                return
            yield place, self._write(row)

    def _write(self, row: RelatedRow) -> RowResult:
        if row.updates and row.lead_id in self.foreign:
            return RowLeft("taken")
        if row.links and row.lead_id in self.gone:
            return RowLeft("gone")
        if row.updates or row.row_id not in self.rows:
            self.writes.append(row.row_id)
            self.rows[row.row_id] = row
        return RowWritten()
