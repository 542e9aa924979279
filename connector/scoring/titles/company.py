"""A company's own titles: read from plain data, and laid over our reading. Our own words stand in `tables/`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.errors import DocumentError, Fault
from connector.scoring.derived import FUNCTIONS
from connector.scoring.titles.spelling import pieces
from connector.scoring.titles.title import SENIORITIES, Title

_KEYS = ("title", "seniority", "function")
_BREAKS = frozenset({",", "|", "(", ")", "/", "&", "@"})


@dataclass(frozen=True, slots=True)
class CompanyTitle:
    """One line of a company's table; None keeps our own reading."""

    title: str
    seniority: str | None
    function: str | None


@dataclass(frozen=True, slots=True)
class CompanyTitles:
    """A company's own table, by the folded words of its titles."""

    entries: Mapping[tuple[str, ...], CompanyTitle] = field(default_factory=dict)

    def over(self, tokens: Sequence[str], ours: Title) -> Title:
        """Our reading of a title, with what the company says of the whole title or of a part between separators."""
        for part in _parts(tokens):
            entry = self.entries.get(part)
            if entry is not None:
                return Title(
                    entry.seniority or ours.seniority,
                    entry.function or ours.function,
                    1.0 if (entry.seniority and entry.function) or ours.confidence == 0 else max(ours.confidence, 0.5),
                    f"'{entry.title}' stands in the company's own titles.",
                )
        return ours


def _parts(tokens: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The whole title, then its parts."""
    yield tuple(tokens)
    part: list[str] = []
    for token in tokens:
        if token in _BREAKS:
            yield tuple(part)
            part = []
        else:
            part.append(token)
    yield tuple(part)


def company_titles(data: object) -> CompanyTitles:
    """The table of plain data as it comes from titles.yaml; raises DocumentError with every fault at once."""
    faults: list[Fault] = []
    entries: dict[tuple[str, ...], CompanyTitle] = {}
    if not isinstance(data, Mapping) or not isinstance(data.get("titles"), list):
        faults.append(Fault("titles", None, "A list of titles is needed here.", 'Write "titles:" and a list below it.'))
    else:
        faults.extend(
            Fault(str(key), None, f"'{key}' is not known here.", "Only 'titles' is.") for key in data if key != "titles"
        )
        for place, row in enumerate(data["titles"]):
            _add(row, f"titles[{place}]", entries, faults)
    if faults:
        raise DocumentError("The company's titles are not usable.", faults=faults)
    return CompanyTitles(entries)


def _add(row: Any, path: str, entries: dict[tuple[str, ...], CompanyTitle], faults: list[Fault]) -> None:
    found = list(_faults(row, path))
    if not found:
        key = tuple(pieces(row["title"]))
        if not key:
            found = [Fault(f"{path}.title", None, "The title has no words.", "Write it as it stands on your leads.")]
        elif key in entries:
            found = [Fault(f"{path}.title", None, f"'{row['title']}' stands here twice.", "Keep one of them.")]
        else:
            entries[key] = CompanyTitle(row["title"].strip(), row.get("seniority"), row.get("function"))
    faults.extend(found)


def _faults(row: Any, path: str) -> Iterator[Fault]:
    if not isinstance(row, Mapping):
        yield Fault(path, None, "A title with its seniority and function is needed here.", "Write 'title: ...'.")
        return
    for key in row:
        if key not in _KEYS:
            yield Fault(f"{path}.{key}", None, f"'{key}' is not known here.", f"Known are {', '.join(_KEYS)}.")
    if not isinstance(row.get("title"), str):
        yield Fault(f"{path}.title", None, "A text is needed here.", "Write the title as it stands on your leads.")
    for key, known in (("seniority", SENIORITIES), ("function", FUNCTIONS)):
        value = row.get(key)
        if value is not None and value not in known:
            yield Fault(f"{path}.{key}", None, f"'{value}' is not a {key}.", f"One of {', '.join(known)}.")
    if row.get("seniority") is None and row.get("function") is None:
        yield Fault(path, None, "Neither seniority nor function is given.", "Give at least one of them.")
