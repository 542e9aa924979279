"""Documents as their authors wrote them: read from a file or a folder, and parsed, every fault of all of them at once.

What is then asked of them before they are published stands in `publishing`. Nothing is stored here.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from connector.errors import DocumentError, Fault
from connector.pipeline.cardtemplates import CardTemplate, parse_card
from connector.pipeline.ports import DocumentKind
from connector.pipeline.sources.document import parse_source
from connector.pipeline.sources.mapping import SourceMapping
from connector.scoring.document import parse_alert, parse_criteria, parse_model
from connector.scoring.document.titles import parse_titles
from connector.scoring.facttypes import FactTypes
from connector.scoring.rules import Alert, Criteria, Model
from connector.scoring.titles import CompanyTitles

FOLDERS = {
    "models": DocumentKind.MODEL,
    "qualification": DocumentKind.QUALIFICATION,
    "alerts": DocumentKind.ALERT,
    "sources": DocumentKind.SOURCE,
    "cards": DocumentKind.CARD,
}
KEYS = {
    "model": DocumentKind.MODEL,
    "qualification": DocumentKind.QUALIFICATION,
    "alert": DocumentKind.ALERT,
    "titles": DocumentKind.TITLES,
    "source": DocumentKind.SOURCE,
    "card": DocumentKind.CARD,
}
TITLES_FILE = "titles.yaml"
SUFFIXES = (".yaml", ".yml", ".json")
_BLOCK_KEY = re.compile(r"(?P<quote>[\"']?)(?P<key>\w+)(?P=quote)\s*:")
_FLOW_KEY = re.compile(r"[{,]\s*[\"']?(\w+)[\"']?\s*:")

Document = Model | Criteria | Alert | CompanyTitles | SourceMapping | CardTemplate


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as its author wrote it."""

    kind: DocumentKind
    name: str
    body: str

    @property
    def digest(self) -> str:
        """The text's identity, whatever its line ends and trailing blanks."""
        lines = [line.rstrip() for line in self.body.strip().splitlines()]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Parsed:
    """Documents that parse, by kind and name."""

    drafts: tuple[Draft, ...] = ()
    models: Mapping[str, Model] = field(default_factory=dict)
    criteria: Mapping[str, Criteria] = field(default_factory=dict)
    alerts: Mapping[str, Alert] = field(default_factory=dict)
    titles: CompanyTitles | None = None
    sources: Mapping[str, SourceMapping] = field(default_factory=dict)
    cards: Mapping[str, CardTemplate] = field(default_factory=dict)


def read_documents(path: Path, kind: DocumentKind | None = None) -> list[Draft]:
    """Read one file, or the folders models/, qualification/, alerts/, sources/, cards/ and titles.yaml of a folder.

    With `kind` a folder may also hold the files of that kind itself. The name of a draft is filled in when it is
    parsed. Raises DocumentError where nothing is found, and where a file or a folder cannot be read.
    """
    if path.is_file():
        return [_read(path, kind)]
    places = [(path / folder, of) for folder, of in FOLDERS.items()] + ([(path, kind)] if kind else [])
    drafts = [_read(file, of) for folder, of in places for file in _entries(folder) if _is_taken(file)]
    if os.path.lexists(path / TITLES_FILE):
        drafts.append(_read(path / TITLES_FILE, DocumentKind.TITLES))
    if not drafts:
        raise DocumentError(
            f"{path} holds no documents.",
            remedy="Put them into models/, qualification/, alerts/ and sources/, ending in .yaml.",
        )
    return drafts


def overlooked(path: Path) -> list[str]:
    """What of a folder looks like documents and is not read, relative to it: files by their ending, and folders.

    Also within the folders that are read. What is hidden is meant to be. Raises DocumentError where a folder that is
    read cannot be looked into.
    """
    beside = [one for one in _entries(path) if one.name not in (TITLES_FILE, *FOLDERS)]
    within = [one for folder in FOLDERS for one in _entries(path / folder) if not _is_taken(one)]
    return [
        f"{one.relative_to(path)}{'/' if _is_folder(one) else ''}"
        for one in (*beside, *within)
        if not one.name.startswith(".") and (one.suffix.lower() in SUFFIXES or _is_folder(one))
    ]


def _entries(folder: Path) -> list[Path]:
    """What stands in a folder, sorted; nothing where it is not there. Raises DocumentError where nobody can tell."""
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not folder.is_symlink():
            return []
        raise DocumentError(
            f"{folder} cannot be looked into: {error.strerror}.", remedy="Check the folder and its permissions."
        ) from error


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a link to where this user may not look
        return False


def _is_taken(file: Path) -> bool:
    return file.suffix in SUFFIXES and file.name != TITLES_FILE and not file.name.startswith(".")


def parse_all(drafts: Sequence[Draft], types: FactTypes) -> Parsed:
    """Parse every draft. Raises DocumentError with every fault of every one, so that nothing is half stored."""
    faults: list[Fault] = []
    named: list[Draft] = []
    read: dict[DocumentKind, dict[str, Document]] = {kind: {} for kind in DocumentKind}
    for draft in drafts:
        try:
            name, document = _parse(draft, types)
        except DocumentError as error:
            found = error.faults or (Fault("", None, error.message, error.remedy),)
            faults += [Fault(f"{draft.name} {f.path}".strip(), f.line, f.message, f.remedy) for f in found]
            continue
        if name in read[draft.kind]:
            faults.append(Fault(draft.name, None, f"the {draft.kind} {name!r} stands in two files.", "Rename one."))
        read[draft.kind][name] = document
        named.append(Draft(draft.kind, name, draft.body))
    if faults:
        raise DocumentError("Some documents cannot be read; nothing was stored:", faults=faults)
    return Parsed(
        tuple(named),
        {name: one for name, one in read[DocumentKind.MODEL].items() if isinstance(one, Model)},
        {name: one for name, one in read[DocumentKind.QUALIFICATION].items() if isinstance(one, Criteria)},
        {name: one for name, one in read[DocumentKind.ALERT].items() if isinstance(one, Alert)},
        next((one for one in read[DocumentKind.TITLES].values() if isinstance(one, CompanyTitles)), None),
        {name: one for name, one in read[DocumentKind.SOURCE].items() if isinstance(one, SourceMapping)},
        {name: one for name, one in read[DocumentKind.CARD].items() if isinstance(one, CardTemplate)},
    )


def _parse(draft: Draft, types: FactTypes) -> tuple[str, Document]:
    """The document's name and what it says. Raises DocumentError."""
    if draft.kind is DocumentKind.TITLES:
        return str(DocumentKind.TITLES), parse_titles(draft.body)
    if draft.kind is DocumentKind.MODEL:
        model = parse_model(draft.body, types)
        return model.name, model
    if draft.kind is DocumentKind.QUALIFICATION:
        criteria = parse_criteria(draft.body, types)
        return criteria.name, criteria
    if draft.kind is DocumentKind.SOURCE:
        mapping = parse_source(draft.body)
        return mapping.name, mapping
    if draft.kind is DocumentKind.CARD:
        card = parse_card(draft.body, draft.name)
        return card.name, card
    alert = parse_alert(draft.body, types)
    return alert.name, alert


def _read(path: Path, kind: DocumentKind | None) -> Draft:
    try:
        body = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path} is not UTF-8 text.", remedy="Save it as UTF-8.") from error
    except IsADirectoryError as error:
        raise DocumentError(f"{path} is a folder, not a document.", remedy="Rename it, or move it away.") from error
    except FileNotFoundError as error:
        raise DocumentError(
            f"{path} is a link to a file that is not there.", remedy="Mend the link, or remove it."
        ) from error
    except OSError as error:
        raise DocumentError(
            f"{path} cannot be read: {error.strerror}.", remedy="Check the file and its permissions."
        ) from error
    return Draft(kind or _kind_of(path.name, body), path.name, body)


def _kind_of(name: str, body: str) -> DocumentKind:
    """The kind of a single file, by the first of its outermost keys that names one; a model otherwise."""
    if name == TITLES_FILE:
        return DocumentKind.TITLES
    return next((KEYS[key] for key in _outermost_keys(body) if key in KEYS), DocumentKind.MODEL)


def _outermost_keys(body: str) -> list[str]:
    """The keys of a document as far as they can be told without reading it: the reader names every fault later."""
    if body.lstrip().startswith("{"):
        try:
            return [*json.loads(body)]
        except ValueError:
            return _FLOW_KEY.findall(body)
    return [match.group("key") for line in body.splitlines() if (match := _BLOCK_KEY.match(line))]
