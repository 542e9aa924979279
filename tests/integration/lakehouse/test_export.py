"""Exports on disk: Parquet files, folders of them with and without partitions, Delta tables, and none of these."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connector.errors import DocumentError
from connector.lakehouse import export, libraries, open_export, read_rows
from tests.integration.lakehouse.cij import as_table, row, write_delta, write_parquet

NAMES = ("EmailClicked", "EmailSent")


def found(path: Path) -> dict[str, list[str]]:
    """The files of each table."""
    return {table: [file.mark.name for file in files] for table, files in open_export(path, NAMES).items()}


def ids(path: Path, table: str = "EmailClicked") -> list[str]:
    """The ids of a table's rows."""
    return [
        str(one["IdempotencyId"])
        for file in open_export(path, NAMES)[table]
        for batch in file.batches(["IdempotencyId"])
        for one in batch
    ]


def test_a_folder_of_folders_is_an_export(tmp_path: Path) -> None:
    """Each inner folder with files is a table, however deep it lies; hidden files and folders are no data."""
    write_parquet(tmp_path / "Tables" / "dbo", "EmailClicked", row("EmailClicked", 1))
    write_parquet(tmp_path / "Tables" / "dbo", "EmailClicked", row("EmailClicked", 2), part=1)
    write_parquet(tmp_path / "Tables" / "dbo", "EmailSent", row("EmailSent", 3))
    (tmp_path / "Tables" / "dbo" / "EmailSent" / "_SUCCESS").touch()
    (tmp_path / "Tables" / "dbo" / "EmailSent" / ".part.parquet").touch()
    assert found(tmp_path) == {
        "EmailClicked": ["part-00000.snappy.parquet", "part-00001.snappy.parquet"],
        "EmailSent": ["part-00000.snappy.parquet"],
    }
    assert ids(tmp_path) == ["EmailClicked-1", "EmailClicked-2"]


def test_a_single_table_may_be_given(tmp_path: Path) -> None:
    """Its folder, or one file of it, which then is named as the table."""
    write_parquet(tmp_path, "EmailClicked", row("EmailClicked", 1))
    assert found(tmp_path / "EmailClicked") == {"EmailClicked": ["part-00000.snappy.parquet"]}
    pq.write_table(as_table("EmailClicked", [row("EmailClicked", 1)]), tmp_path / "EmailClicked.parquet")
    assert found(tmp_path / "EmailClicked.parquet") == {"EmailClicked": ["EmailClicked.parquet"]}


def test_files_that_are_named_as_tables_are_tables(tmp_path: Path) -> None:
    """One file for each."""
    for table in NAMES:
        pq.write_table(as_table(table, [row(table, 1)]), tmp_path / f"{table}.parquet")
    assert found(tmp_path) == {table: [f"{table}.parquet"] for table in NAMES}


def test_partitions_are_parts_of_their_table(tmp_path: Path) -> None:
    """Their folders belong to the name of a file."""
    folder = tmp_path / "EmailClicked" / "year=2026"
    folder.mkdir(parents=True)
    pq.write_table(as_table("EmailClicked", [row("EmailClicked", 1)]), folder / "a.parquet")
    assert found(tmp_path) == {"EmailClicked": ["year=2026/a.parquet"]}


def test_a_delta_table_is_read_by_its_log(tmp_path: Path) -> None:
    """Files that it does not list are not read; each version brings new files beside those that were known."""
    write_delta(tmp_path, "EmailClicked", row("EmailClicked", 1))
    first = found(tmp_path)["EmailClicked"]
    pq.write_table(as_table("EmailClicked", [row("EmailClicked", 9)]), tmp_path / "EmailClicked" / "stray.parquet")
    write_delta(tmp_path, "EmailClicked", row("EmailClicked", 2))
    second = found(tmp_path)["EmailClicked"]
    assert set(first) < set(second)
    assert sorted(ids(tmp_path)) == ["EmailClicked-1", "EmailClicked-2"]


def test_a_delta_table_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """With what to do instead."""
    (tmp_path / "EmailClicked" / "_delta_log").mkdir(parents=True)
    with pytest.raises(DocumentError, match=r"The Delta table .*EmailClicked cannot be read.*copy it to a plain table"):
        open_export(tmp_path, NAMES)


def test_what_is_no_parquet_is_named(tmp_path: Path) -> None:
    """The file, and that it should be exported again."""
    path = tmp_path / "EmailClicked.parquet"
    path.write_bytes(b"PAR1 and nothing more")
    (file,) = open_export(path, NAMES)["EmailClicked"]
    with pytest.raises(DocumentError, match=r"EmailClicked\.parquet cannot be read"):
        file.columns()
    with pytest.raises(DocumentError, match=r"Export it again"):
        list(file.batches(["x"]))


def test_a_file_that_breaks_off_is_named(tmp_path: Path) -> None:
    """Its footer may be whole and its pages not."""
    path = write_parquet(tmp_path, "EmailClicked", *(row("EmailClicked", n) for n in range(2000)))
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + b"\0" * (len(whole) // 2) + whole[4 + len(whole) // 2 :])
    (file,) = open_export(tmp_path, NAMES)["EmailClicked"]
    with pytest.raises(DocumentError, match="cannot be read"):
        list(file.batches(["IdempotencyId", "Timestamp", "ProfileId"]))


def test_values_come_as_they_are_meant(tmp_path: Path) -> None:
    """Times finer than a microsecond, texts in a dictionary, ids of a type of their own."""
    path = tmp_path / "a.parquet"
    table = pa.table(
        {
            "at": pa.array([1_763_629_200_000_000_001], pa.timestamp("ns", tz="UTC")),
            "text": pa.array(["x"]).dictionary_encode(),
            "id": pa.array([b"\x01" * 16], pa.uuid()) if hasattr(pa, "uuid") else pa.array(["i"]),
            "nothing": pa.array([None], pa.string()),
        }
    )
    pq.write_table(table, path)
    (one,) = list(read_rows(path))
    assert one["at"].isoformat() == "2025-11-20T09:00:00+00:00"
    assert one["text"] == "x"
    assert isinstance(one["id"], str)
    assert one["nothing"] is None


@pytest.mark.parametrize("library", ["pyarrow", "deltalake"])
def test_what_is_not_installed_is_named_with_the_command(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever imports no lakehouse needs neither library."""

    def missing(name: str) -> Any:
        if name.startswith(library):
            raise ImportError(name)
        return None

    monkeypatch.setattr(libraries, "import_module", missing)
    with pytest.raises(DocumentError, match=r"pip install dataverse-lead-connector\[lakehouse\]"):
        libraries.delta()
    if library == "pyarrow":
        for load in (libraries.parquet, libraries.arrow):
            with pytest.raises(DocumentError, match="pyarrow is not installed"):
                load()


def test_folders_without_tables_are_no_export(tmp_path: Path) -> None:
    """Nothing is found in them, and the search ends."""
    deep = tmp_path
    for number in range(export._DEEPEST + 2):
        deep = deep / str(number)
    deep.mkdir(parents=True)
    write_parquet(deep, "EmailClicked", row("EmailClicked", 1))
    assert found(tmp_path) == {}
