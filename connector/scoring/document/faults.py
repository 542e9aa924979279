"""The faults of one document, collected so that all are told at once, and the nearest known name for a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from connector.errors import DocumentError, Fault
from connector.scoring.document.reader import Path, Source, format_path
from connector.scoring.rules import Place

_FEW = 20
_MOST_SUGGESTIONS = 200  # looking for the nearest name is slow, and nobody reads more


class Faults:
    """Collects faults by path; the source knows their lines."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._found: list[Fault] = []

    def add(self, path: Path, message: str, remedy: str = "", code: str = "") -> None:
        """Note a fault of the value at `path`."""
        self._found.append(Fault(format_path(path), self._source.line(path), message, remedy, code))

    def unknown_name(self, path: Path, what: str, name: str, known: Iterable[str], code: str = "") -> None:
        """Note a name that does not exist, with the nearest that does, else with all of them."""
        near = suggest(name, known) if len(self._found) < _MOST_SUGGESTIONS else ""
        self.add(path, f"`{name}` is not {what}.", near, code)

    def place(self, path: Path) -> Place:
        """Where the value at `path` stands."""
        return Place(format_path(path), self._source.line(path))

    def __len__(self) -> int:
        """How many faults were noted."""
        return len(self._found)

    def __bool__(self) -> bool:
        """Whether a fault was noted."""
        return bool(self._found)

    def error(self, what: str) -> DocumentError:
        """Everything that was noted, by line; what was noted twice in the same words counts once."""
        found = sorted(dict.fromkeys(self._found), key=lambda fault: fault.line or 0)
        count = "1 fault" if len(found) == 1 else f"{len(found)} faults"
        return DocumentError(f"The {what} has {count}.", faults=found)


def suggest(name: str, known: Iterable[str]) -> str:
    """A sentence with the nearest known name; with all known names when none is near and they are few."""
    names = sorted(known)
    by_folded = {candidate.casefold(): candidate for candidate in names}
    near = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    if near:
        return f"Did you mean `{by_folded[near[0]]}`?"
    return f"Known: {', '.join(names)}." if 0 < len(names) <= _FEW else ""
