"""How a mapping fits the columns that a table of an export has: names in any case, what is missing, what is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connector.pipeline.sources.mapping import RowMapping


@dataclass(frozen=True, slots=True)
class Layout:
    """The table's own name of each mapped column that it has; what it lacks that cannot be done without, and can."""

    names: Mapping[str, str]
    missing: tuple[str, ...]
    absent: tuple[str, ...]


def lay_out(mapping: RowMapping, present: Iterable[str]) -> Layout:
    """Fit a mapping to a table. Of columns of which one is enough, one must be there."""
    by_folded = {name.casefold(): name for name in present}
    names = {column: by_folded[column.casefold()] for column in mapping.columns if column.casefold() in by_folded}
    about = mapping.about
    missing: list[str] = []
    for choice in (
        [person.column for person in mapping.people], mapping.at, mapping.key, about.message, [mapping.type.column],
        [mapping.beside], [about.role_column], *([test.fact] for test in mapping.where),
    ):  # fmt: skip
        wanted = [column for column in choice if column]
        if wanted and not any(column in names for column in wanted):
            missing.append(" or ".join(wanted))
    needed = {column for one in missing for column in one.split(" or ")}
    absent = sorted(set(mapping.properties.values()) - names.keys() - needed)
    return Layout(names, tuple(missing), tuple(absent))


def fault_of(table: str, layout: Layout, present: Sequence[str]) -> str:
    """In words what a table lacks."""
    has = ", ".join(sorted(present)[:40])
    return f"the table {table} has no column {'; no column '.join(layout.missing)}. It has: {has}."
