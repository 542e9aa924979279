"""`connector interactions`: what it prints and what it refuses, in a folder of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connector.cli import run
from connector.pipeline.sources.presets import preset
from tests.integration.lakehouse.cij import guid, row, write_parquet

LEAD = guid(0xA)


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An embedded store and nothing else."""
    monkeypatch.setenv("CONNECTOR_DATA_DIR", str(tmp_path / "data"))


def asked(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> Any:
    """What a command prints as JSON, else its errors."""
    assert run(["interactions", *map(str, arguments)]) == code
    out, err = capsys.readouterr()
    return json.loads(out) if code == 0 else err


def test_presets_are_listed_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """For people and for programs; one that does not exist is refused with the known ones."""
    listed = asked(capsys, "presets", "--json")["presets"]
    assert {"emails", "cij", "custom-table"} <= {one["name"] for one in listed}
    assert asked(capsys, "presets", "emails", "--json")["body"] == preset("emails")
    assert run(["interactions", "presets", "emails"]) == 0
    assert capsys.readouterr().out == preset("emails")
    assert run(["interactions", "presets"]) == 0
    assert "campaignresponse" in capsys.readouterr().out
    assert "There is no preset 'mails'" in asked(capsys, "presets", "mails", code=2)


def test_an_export_is_imported_and_counted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Its lead is not mirrored, so that its row waits; a second import reads nothing."""
    path = tmp_path / "x"
    write_parquet(path, "EmailSent", row("EmailSent", 1, LeadId=LEAD), row("EmailSent", 2))
    told = asked(capsys, "import", path, "--preset", "cij", "--json")
    assert (told["read"], told["waiting"], told["skipped"], told["files"]) == (2, 1, {"no_person": 1}, 1)
    assert run(["interactions", "import", str(path), "--preset", "cij", "--again"]) == 0
    said = capsys.readouterr().out
    assert "2 rows of 1 file read" in said
    assert "1 row waits for a lead" in said
    assert "1 row is no interaction: no person" in said
    twice = asked(capsys, "import", path, path, "--preset", "cij", "--json")
    assert [one["files_known"] for one in twice["imports"]] == [1, 1]


def test_a_mapping_of_ones_own_is_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """And a faulty one refused with its line."""
    path = tmp_path / "x"
    write_parquet(path, "EmailSent", row("EmailSent", 1, LeadId=LEAD))
    mapping = tmp_path / "mine.yaml"
    mapping.write_text(
        "export: mine\nlead: {lead: LeadId}\nat: Timestamp\nkey: IdempotencyId\ntables: {EmailSent: {type: a}}\n"
    )
    assert asked(capsys, "import", path, "--mapping", mapping, "--json")["waiting"] == 1
    mapping.write_text("export: mine\ntables: {}\n")
    assert "tables" in asked(capsys, "import", path, "--mapping", mapping, code=2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--preset", "cij", "--mapping", "x"], "not both"),
        (["--again"], "--again is for exports"),
        ([], "is a folder"),
        (["--preset", "emails"], "no preset 'emails' for exports"),
    ],
)
def test_wrong_use_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], said: str
) -> None:
    """Exit code 2."""
    assert said in asked(capsys, "import", tmp_path, *arguments, code=2)


def test_parquet_files_hold_interactions_as_others_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Columns beyond the known ones are properties; twice the same stores nothing twice."""
    path = tmp_path / "in.parquet"
    columns = {
        "id": [f"c{n}" for n in range(1500)],
        "lead_id": [LEAD] * 1500,
        "type": ["email_click"] * 1500,
        "at": pa.array([1_763_629_200_000_000] * 1500, pa.timestamp("us", tz="UTC")),
        "machine": [None, *[True] * 1499],
        "form": ["demo"] * 1500,
    }
    pq.write_table(pa.table(columns), path)
    assert asked(capsys, "import", path, "--json") == {"read": 1500, "new": 1500}
    assert asked(capsys, "import", path, "--json") == {"read": 1500, "new": 0}


def test_a_faulty_row_of_a_parquet_file_keeps_all_of_it_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Every faulty row is named, by its number."""
    path = tmp_path / "in.parquet"
    pq.write_table(
        pa.table({"id": ["a", ""], "lead_id": [LEAD, LEAD], "type": ["t", "t"], "at": ["2026-11-20T09:00:00Z"] * 2}),
        path,
    )
    assert "line 2: id is missing" in asked(capsys, "import", path, code=2)
    pq.write_table(pa.table({"id": ["a"], "lead_id": [LEAD], "type": ["t"], "at": ["2026-11-20T09:00:00Z"]}), path)
    assert asked(capsys, "import", path, "--json") == {"read": 1, "new": 1}


def test_several_files_are_imported_together(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The counts are of all of them."""
    for name in "ab":
        line = {"id": name, "lead_id": LEAD, "type": "t", "at": "2026-11-20T09:00:00Z"}
        (tmp_path / f"{name}.ndjson").write_text(json.dumps(line))
    assert run(["interactions", "import", str(tmp_path / "a.ndjson"), str(tmp_path / "b.ndjson")]) == 0
    assert "2 interactions read, 2 new" in capsys.readouterr().out
