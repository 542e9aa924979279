"""An export is imported: each file once, in batches, every row under its own name, however often it comes.

Where the files are and how they are opened is handed in; nothing is read before every table was found to fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from connector.errors import DocumentError, Fault
from connector.pipeline.sources.layout import Layout, fault_of, lay_out
from connector.pipeline.sources.mapping import ExportMapping, RowMapping, Sighting
from connector.pipeline.sources.ports import FileMark, ImportTally, InteractionStore
from connector.pipeline.sources.rows import RowReader

Batch = Sequence[Mapping[str, Any]]


class ExportFile(Protocol):
    """One file of a table."""

    @property
    def mark(self) -> FileMark:
        """What tells it from the same file at another time."""
        ...

    def columns(self) -> Sequence[str]:
        """Its columns. Raises DocumentError where it cannot be read."""
        ...

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        """Its rows, these columns alone. Raises DocumentError where it cannot be read."""
        ...


# The files of an export by the name of their table.
Tables = Mapping[str, Sequence[ExportFile]]


@dataclass(frozen=True, slots=True)
class _Job:
    """One file that is to be read."""

    table: str
    mapping: RowMapping
    file: ExportFile
    layout: Layout


def import_export(
    store: InteractionStore,
    export: ExportMapping,
    tables: Tables,
    *,
    clock: Callable[[], datetime],
    again: bool = False,
    check_stop: Callable[[], None] = lambda: None,
) -> ImportTally:
    """Read what was not read before; with `again` everything. Raises DocumentError where a table does not fit."""
    tally = ImportTally()
    if again:
        store.forget_files(export.name)
    jobs = _plan(store, export, tables, tally)
    kinds = frozenset(person.kind.value for mapping in export.tables.values() for person in mapping.people)
    store.use_export(export.name, export.rules, keys=kinds)
    for job in jobs:
        _read(store, export, job, tally, clock, check_stop)
    store.settle_interactions(now=clock(), expire=False)
    return tally


def _plan(store: InteractionStore, export: ExportMapping, tables: Tables, tally: ImportTally) -> list[_Job]:
    """The files to read, in the order of the mapping's tables; every fault of all of them at once."""
    found = {name.casefold(): name for name in tables}
    jobs: list[_Job] = []
    faults: list[Fault] = []
    absent: dict[str, None] = {}
    for table, mapping in export.tables.items():
        name = found.pop(table.casefold(), None)
        if name is None:
            continue
        known = store.files_read(export.name, table)
        for file in tables[name]:
            if known.get(file.mark.name) == file.mark:
                tally.files_known += 1
                continue
            columns = file.columns()
            layout = lay_out(mapping, columns)
            if layout.missing:
                faults.append(Fault(f"{name}/{file.mark.name}", None, fault_of(name, layout, columns)))
            absent.update(dict.fromkeys(f"{table}.{column}" for column in layout.absent))
            jobs.append(_Job(table, mapping, file, layout))
    if faults:
        raise DocumentError(
            f"The export does not look as the mapping {export.name!r} says; nothing was stored:",
            faults=list(dict.fromkeys(faults)),
            remedy="Copy the mapping (connector interactions presets), correct it, and give it with --mapping.",
        )
    if not jobs and not tally.files_known:
        raise DocumentError(
            "The export holds none of the tables that the mapping names.",
            remedy=f"It maps: {', '.join(export.tables)}. Found: {', '.join(sorted(tables)) or 'no table at all'}.",
        )
    if found:
        tally.notes.append(f"Not mapped, so not read: {', '.join(sorted(found.values()))}.")
    if absent:
        tally.notes.append(f"Not in the export, so left empty: {', '.join(absent)}.")
    return jobs


def _read(
    store: InteractionStore,
    export: ExportMapping,
    job: _Job,
    tally: ImportTally,
    clock: Callable[[], datetime],
    check_stop: Callable[[], None],
) -> None:
    """Store one file, batch by batch; that it was read is stored with its last."""
    now = clock()
    reader = RowReader(export.name, job.mapping, export.rules, now=now, ranked=True, within=job.table)
    names = job.layout.names
    skipped: Counter[str] = Counter()
    batches = job.file.batches(sorted(set(names.values())))
    batch: Batch | None = next(batches, ())
    while batch is not None:
        check_stop()
        following = next(batches, None)
        found = [reader.read({column: row.get(own) for column, own in names.items()}) for row in batch]
        sightings = [one for one in found if isinstance(one, Sighting)]
        skipped.update(one.value for one in found if not isinstance(one, Sighting))
        done = (export.name, job.table, job.file.mark) if following is None else None
        stored = store.absorb_export(sightings, done=done, now=now)
        tally.read += len(batch)
        tally.stored += stored.stored
        tally.known += stored.known
        tally.waiting += stored.waiting
        tally.left_out += stored.left_out
        tally.tables[job.table] = tally.tables.get(job.table, 0) + len(batch)
        batch = following
    tally.files += 1
    for reason, count in skipped.items():
        tally.skipped[reason] = tally.skipped.get(reason, 0) + count
