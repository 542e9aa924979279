"""Interactions from files: read whole or not at all, every faulty line named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connector.errors import DocumentError
from connector.pipeline.interactions import read_interactions

LEAD = "0A1B2C3D-0000-4000-8000-000000000001"
ROW = {"id": "c-1", "lead_id": LEAD, "type": "email_click", "at": "2026-11-20T10:00:00+01:00"}


def write(path: Path, *rows: object) -> Path:
    """Write rows as NDJSON."""
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_ndjson_lines_become_values(tmp_path: Path) -> None:
    """Ids are brought into one form, times into UTC, blank lines skipped."""
    path = write(tmp_path / "in.ndjson", {**ROW, "properties": {"mail": "autumn"}, "machine": True}, "", ROW)
    first, second = read_interactions(path)
    assert first.lead_id == LEAD.lower()
    assert first.at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert (first.properties, first.machine) == ({"mail": "autumn"}, True)
    assert (second.properties, second.machine) == ({}, False)


def test_csv_columns_beyond_the_known_are_properties(tmp_path: Path) -> None:
    """A CSV's further columns are properties; an empty cell is none."""
    path = tmp_path / "in.csv"
    path.write_text(
        f"id,lead_id,type,at,machine,form,page\r\na,{LEAD},form_submission,2026-11-20T09:00:00Z,yes,demo,\r\n",
        encoding="utf-8-sig",
    )
    (one,) = read_interactions(path)
    assert (one.properties, one.machine) == ({"form": "demo"}, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": ""}, "id is missing"),
        ({"lead_id": "nobody"}, "not a GUID"),
        ({"type": 7}, "type is missing"),
        ({"at": "yesterday"}, "not an ISO 8601"),
        ({"at": "2026-11-20T09:00:00"}, "no offset"),
        ({"properties": ["x"]}, "not an object"),
        ({"machine": "maybe"}, "not true or false"),
        ({"at": "0001-01-01T00:00:00+05:00"}, "out of range"),
        ({"properties": {"value": float("nan")}}, "properties holds a number or a character"),
        ({"properties": {"value": float("inf")}}, "properties holds a number or a character"),
        ({"id": "half \ud83d"}, "id holds a number or a character"),
        ({"type": "half \ud83d"}, "type holds a number or a character"),
    ],
)
def test_each_fault_is_named_with_its_line(tmp_path: Path, change: dict[str, object], said: str) -> None:
    """A faulty line is named by number with what is wrong."""
    path = write(tmp_path / "in.jsonl", ROW, {**ROW, **change})
    with pytest.raises(DocumentError, match=said) as caught:
        read_interactions(path)
    assert [fault.line for fault in caught.value.faults] == [2]


def test_a_csv_s_machine_column_is_yes_or_no(tmp_path: Path) -> None:
    """The usual words are understood in any case, an empty cell is no; anything else is a fault, not a no."""
    path = tmp_path / "in.csv"
    words = ["TRUE", "yes", "1", "False", "no", "0", ""]
    rows = [f"{number},{LEAD},email_open,2026-11-20T09:00:00Z,{word}" for number, word in enumerate(words)]
    path.write_text("\n".join(["id,lead_id,type,at,machine", *rows]), encoding="utf-8")
    assert [one.machine for one in read_interactions(path)] == [True, True, True, False, False, False, False]
    path.write_text(f"id,lead_id,type,at,machine\na,{LEAD},email_open,2026-11-20T09:00:00Z,maybe\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="machine is not true or false"):
        read_interactions(path)


def test_all_faulty_lines_are_named_up_to_a_bound(tmp_path: Path) -> None:
    """Many faults are named together, and their number is said."""
    with pytest.raises(DocumentError, match="the first 20 of 30") as caught:
        read_interactions(write(tmp_path / "in.json", *(["not json", "[1]", "{}"] * 10)))
    assert len(caught.value.faults) == 20


def test_a_file_that_is_no_text_or_has_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    """The error says what to do about the file."""
    (tmp_path / "in.xlsx").write_bytes(b"")
    with pytest.raises(DocumentError, match=r"Use \.csv"):
        read_interactions(tmp_path / "in.xlsx")
    (tmp_path / "in.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DocumentError, match="UTF-8"):
        read_interactions(tmp_path / "in.csv")
