"""The types of the environment's columns as the last run found them, so that explanations read facts as it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.scoring.facttypes import DerivedColumns, FactType, FactTypes, Kind
from connector.store import notes
from connector.store.database import Repository

_NOTE = "column_types"
_DERIVED = ("title", "email", "created", "employees")


class ColumnTypes(Repository):
    """Fulfils `TypeStore`."""

    def remember_types(self, types: FactTypes) -> None:
        """Store the types in place of those before; nothing is written where they are the same."""
        note = _note(types)
        with self._database.read() as connection:
            if notes.read_note(connection, _NOTE) == note:
                return
        with self._database.write() as connection:
            notes.write_note(connection, _NOTE, note)

    def known_types(self) -> FactTypes | None:
        """The types that were stored last; None before the first run."""
        with self._database.read() as connection:
            note = notes.read_note(connection, _NOTE)
        return _types(note) if note else None


def _note(types: FactTypes) -> dict[str, Any]:
    """The types as JSON; what nobody said is left out."""
    return {
        "types": {name: _written(known) for name, known in sorted(types.types.items())},
        "derived": {name: column for name in _DERIVED if (column := getattr(types.derived, name)) is not None},
        "closed": sorted(types.closed),
        "writable": {name: sorted(keys) for name, keys in sorted(types.writable.items())},
    }


def _written(known: FactType) -> dict[str, Any]:
    every = {
        "kind": known.kind.value,
        "options": {str(value): list(labels) for value, labels in sorted(known.options.items())},
        "max_length": known.max_length,
        "free_text": known.free_text,
        "minimum": known.minimum,
        "maximum": known.maximum,
        "label": known.label,
    }
    return {key: value for key, value in every.items() if value is not None}


def _types(note: Mapping[str, Any]) -> FactTypes:
    return FactTypes(
        types={name: _read(row) for name, row in note["types"].items()},
        derived=DerivedColumns(**note["derived"]),
        closed=frozenset(note["closed"]),
        writable={name: frozenset(keys) for name, keys in note.get("writable", {}).items()},
    )


def _read(row: Mapping[str, Any]) -> FactType:
    return FactType(
        kind=Kind(row["kind"]),
        options={int(value): tuple(labels) for value, labels in row["options"].items()},
        max_length=row.get("max_length"),
        free_text=row["free_text"],
        minimum=row.get("minimum"),
        maximum=row.get("maximum"),
        label=row["label"],
    )
