"""Interactions from files: lines of CSV and NDJSON, rows of Parquet become values; every fault is named at once."""

from __future__ import annotations

import csv
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connector.errors import DocumentError, Fault
from connector.pipeline.sources.rows import plain
from connector.pipeline.values import Interaction, Json

MOST_FAULTS = 20
_MACHINE = {"true": True, "1": True, "yes": True, "": False, "false": False, "0": False, "no": False}
_KEYS = ("id", "lead_id", "type", "at", "machine", "properties")


def read_interactions(path: Path) -> list[Interaction]:
    """Read a file by its ending: .csv, or NDJSON (.ndjson, .jsonl, .json). Raises DocumentError with every fault."""
    readers = {".csv": _csv_rows, ".ndjson": _json_rows, ".jsonl": _json_rows, ".json": _json_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise DocumentError(f"{path.name} has an unknown ending.", remedy="Use .csv, .ndjson or .jsonl.")
    interactions: list[Interaction] = []
    faults: list[Fault] = []
    try:
        for line, row in reader(path):
            try:
                interactions.append(interaction(row))
            except ValueError as error:
                faults.append(Fault("", line, f"{error}."))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DocumentError(f"{path.name} cannot be read: {error}.", remedy="Save it as UTF-8 text.") from error
    _refuse(path.name, faults)
    return interactions


def checked(name: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[Interaction]:
    """Interactions from rows that have every further column as a property, as they come.

    Raises DocumentError with the faults of all rows after the last of them; times may be datetimes.
    """
    faults: list[Fault] = []
    for number, row in enumerate(rows, start=1):
        try:
            yield interaction(_unfolded(row))
        except ValueError as error:
            faults.append(Fault("", number, f"{error}."))
    _refuse(name, faults)


def _refuse(name: str, faults: Sequence[Fault]) -> None:
    if faults:
        rest = f" (the first {MOST_FAULTS} of {len(faults)})" if len(faults) > MOST_FAULTS else ""
        raise DocumentError(f"{name} has faulty lines{rest}; nothing was stored:", faults=faults[:MOST_FAULTS])


def _unfolded(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of columns in the JSON form of an interaction."""
    at = row.get("at")
    properties = row.get("properties")
    return {
        **{key: row.get(key) for key in ("id", "lead_id", "type")},
        "at": at.isoformat() if isinstance(at, datetime) else at,
        "machine": bool(row.get("machine") or False),
        "properties": properties
        if isinstance(properties, dict)
        else {key: value for key, raw in row.items() if key not in _KEYS and (value := plain(raw)) is not None},
    }


def interaction(row: Mapping[str, Any]) -> Interaction:
    """One interaction from its JSON form. Raises ValueError saying what is missing or malformed."""
    for key in ("id", "lead_id", "type", "at"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise ValueError(f"{key} is missing or not text")
    try:
        lead_id = str(uuid.UUID(row["lead_id"]))
    except ValueError:
        raise ValueError("lead_id is not a GUID") from None
    at = _moment(row["at"])
    properties = row.get("properties") or {}
    if not isinstance(properties, dict):
        raise ValueError("properties is not an object")  # noqa: TRY004 - a faulty line, not a wrong call
    machine = row.get("machine", False)
    if not isinstance(machine, bool):
        raise ValueError("machine is not true or false")  # noqa: TRY004 - likewise
    for key, value in (("id", row["id"]), ("type", row["type"]), ("properties", properties)):
        if not _is_storable(value):
            raise ValueError(f"{key} holds a number or a character that nothing can store (NaN, half a character)")
    return Interaction(row["id"].strip(), lead_id, row["type"].strip(), at, properties, machine)


def _moment(text: str) -> datetime:
    """A time as aware UTC. Raises ValueError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("at is not an ISO 8601 time") from None
    if at.tzinfo is None:
        raise ValueError("at has no offset: write 2026-11-20T09:00:00Z or +01:00")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("at is out of range") from None


def _is_storable(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:  # also of encoding
        return False
    return True


def _json_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, _object(line)


def _object(line: str) -> Mapping[str, Any]:
    """Parse a line; what is no object becomes an empty row, whose faults are then named."""
    try:
        row = json.loads(line)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def _csv_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        for raw in reader:
            row: dict[str, Any] = {key: raw.get(key) for key in ("id", "lead_id", "type", "at")}
            machine = str(raw.get("machine") or "").strip().lower()
            row["machine"] = _MACHINE.get(machine, machine)
            properties: dict[str, Json] = {
                key: value for key, value in raw.items() if key and key not in _KEYS and value not in (None, "")
            }
            row["properties"] = properties
            yield reader.line_num, row
