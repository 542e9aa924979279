"""The tables of an export on disk: a file, a folder of Parquet files, a Delta table, or a folder of any of these.

A folder with `_delta_log` is a Delta table; one with Parquet files, also in folders of partitions, is a table of the
folder's name, unless its files are named as tables are or stand beside folders of tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from connector.errors import DocumentError
from connector.lakehouse.libraries import arrow, delta, parquet
from connector.lakehouse.rows import BATCH, rows_of
from connector.pipeline.sources.ports import FileMark

DELTA_LOG = "_delta_log"
_SUFFIX = ".parquet"
_DEEPEST = 4


class ParquetFile:
    """One Parquet file, read in batches."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        found = path.stat()
        self.mark = FileMark(name, found.st_size, found.st_mtime_ns)

    def columns(self) -> Sequence[str]:
        """Its columns. Raises DocumentError where it is no Parquet."""
        with self._opened() as file:
            return list(file.schema_arrow.names)

    def batches(self, columns: Sequence[str]) -> Iterator[Sequence[Mapping[str, Any]]]:
        """Its rows, these columns alone."""
        try:
            with self._opened() as file:
                for batch in file.iter_batches(batch_size=BATCH, columns=list(columns)):
                    yield rows_of(batch)
        except (arrow().ArrowException, OSError) as error:
            raise _unreadable(self._path, error) from error

    def _opened(self) -> Any:
        try:
            return parquet().ParquetFile(self._path)
        except (arrow().ArrowException, OSError) as error:
            raise _unreadable(self._path, error) from error


class DeltaFile:
    """One file of a Delta table: it never changes, so that its name alone tells it."""

    def __init__(self, path: Path, fragment: Any, schema: Any, name: str) -> None:
        self._path, self._fragment, self._schema = path, fragment, schema
        self.mark = FileMark(name)

    def columns(self) -> Sequence[str]:
        """The columns of the table."""
        return list(self._schema.names)

    def batches(self, columns: Sequence[str]) -> Iterator[Sequence[Mapping[str, Any]]]:
        """Its rows, these columns alone, those of its partition too."""
        try:
            for batch in self._fragment.to_batches(schema=self._schema, columns=list(columns), batch_size=BATCH):
                yield rows_of(batch)
        except (arrow().ArrowException, OSError) as error:
            raise _unreadable(self._path, error) from error


ExportFiles = Sequence[ParquetFile | DeltaFile]


def open_export(path: Path, names: Collection[str]) -> Mapping[str, ExportFiles]:
    """The files of each table under `path`; `names` are the tables that are mapped. Raises DocumentError."""
    if path.is_file():
        return {_table_of(path): [ParquetFile(path, path.name)]}
    return {name: files for name, files in _tables(path, {name.casefold() for name in names}, 0) if files}


def read_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    """Every row of a Parquet file, all its columns. Raises DocumentError."""
    file = ParquetFile(path, path.name)
    for batch in file.batches(file.columns()):
        yield from batch


def _tables(folder: Path, names: Collection[str], depth: int) -> Iterator[tuple[str, ExportFiles]]:
    if (folder / DELTA_LOG).is_dir():
        yield _table_of(folder), _delta_files(folder)
        return
    here = sorted(path for path in folder.iterdir() if not path.name.startswith(("_", ".")))
    files = [path for path in here if path.is_file() and path.suffix.lower() == _SUFFIX]
    folders = [path for path in here if path.is_dir()]
    partitions = [path for path in folders if "=" in path.name]
    if any(_table_of(path).casefold() in names for path in files) or (files and len(partitions) < len(folders)):
        yield from ((_table_of(path), [ParquetFile(path, path.name)]) for path in files)
    elif files or partitions:
        yield _table_of(folder), _parquet_files(folder)
        return
    if depth < _DEEPEST:
        for inner in folders:
            yield from _tables(inner, names, depth + 1)


def _parquet_files(folder: Path) -> ExportFiles:
    """All of a table's files, those of its partitions too; what is named as hidden is no data."""
    found = []
    for path in sorted(folder.rglob(f"*{_SUFFIX}")):
        within = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(("_", ".")) for part in within.parts):
            found.append(ParquetFile(path, within.as_posix()))
    return found


def _delta_files(folder: Path) -> ExportFiles:
    library = delta()
    try:
        dataset = library.DeltaTable(str(folder)).to_pyarrow_dataset()
    except library.exceptions.DeltaError as error:
        raise DocumentError(
            f"The Delta table {folder} cannot be read: {str(error).splitlines()[0]}",
            remedy="Where it uses a feature that is not supported (deletion vectors, column mapping), copy it to a "
            "plain table or to Parquet, and import that.",
        ) from error
    fragments = sorted(dataset.get_fragments(), key=lambda fragment: str(fragment.path))
    return [DeltaFile(folder, fragment, dataset.schema, str(fragment.path)) for fragment in fragments]


def _table_of(path: Path) -> str:
    return path.name[: -len(_SUFFIX)] if path.name.lower().endswith(_SUFFIX) else path.name


def _unreadable(path: Path, error: Exception) -> DocumentError:
    said = str(error).splitlines() or [type(error).__name__]
    return DocumentError(f"{path} cannot be read: {said[0]}", remedy="Is it a whole Parquet file? Export it again.")
