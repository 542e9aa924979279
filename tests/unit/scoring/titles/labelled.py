"""The labelled job titles of tests/data/titles: reading them, their two parts, and accuracy over them.

The rules of labelling are in the README beside the data. What a reader of titles should know is not in here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from connector.scoring.titles import Title

LANGUAGES = ("en", "de", "fr", "es", "nl", "it", "pt", "sv", "da", "mixed", "headlines")
FOLDER = Path(__file__).parents[3] / "data" / "titles"
HEADER = "title\tseniority\tfunction"
HELD_OUT_OF_TEN = 3


@dataclass(frozen=True)
class LabelledTitle:
    """A title with what it should be read as; both labels None where it is no title at all."""

    text: str
    seniority: str | None
    function: str | None
    language: str

    @property
    def held_out(self) -> bool:
        """Whether the title belongs to the part that nobody looks at title by title."""
        return is_held_out(self.text)


@dataclass(frozen=True)
class Accuracy:
    """Shares (0-1) of `titles` labelled titles.

    `seniority` and `function` count an unrecognised title as wrong unless it is no title. `..._as_other` read an
    unrecognised title as `other`, as benchmarks do that have no word for "unknown". `recognised` is over real titles.
    """

    titles: int
    seniority: float
    function: float
    seniority_as_other: float
    function_as_other: float
    recognised: float


def is_held_out(title: str) -> bool:
    """Say by a hash of the casefolded title alone to which part it belongs, so that new titles move no old one."""
    digest = hashlib.sha256(title.strip().casefold().encode()).digest()
    return int.from_bytes(digest[:8]) % 10 < HELD_OUT_OF_TEN


def read_language(language: str) -> tuple[LabelledTitle, ...]:
    """Read the titles of one file, in its order; a ValueError names the line that has not three columns."""
    header, *lines = (FOLDER / f"{language}.tsv").read_text(encoding="utf-8").split("\n")
    if header != HEADER:
        raise ValueError(f"{language}.tsv begins with {header!r}, not {HEADER!r}")
    titles = []
    for number, line in enumerate(lines, start=2):
        if not line or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) != 3:
            raise ValueError(f"{language}.tsv:{number} has {len(columns)} columns, not 3")
        text, seniority, function = columns
        titles.append(LabelledTitle(text, seniority or None, function or None, language))
    return tuple(titles)


def read_all() -> tuple[LabelledTitle, ...]:
    """Read the titles of every language."""
    return tuple(title for language in LANGUAGES for title in read_language(language))


def measure(titles: Iterable[LabelledTitle], reader: Callable[[str], Title]) -> Accuracy:
    """Compare what the reader says with the labels; a ValueError where there is no title to compare."""
    pairs = [(title, reader(title.text)) for title in titles]
    if not pairs:
        raise ValueError("There are no titles to measure.")
    real = [(title, read) for title, read in pairs if title.seniority is not None]

    def share(hits: Iterable[bool], of: int) -> float:
        return sum(hits) / of if of else 1.0

    return Accuracy(
        titles=len(pairs),
        seniority=share((read.seniority == title.seniority for title, read in pairs), len(pairs)),
        function=share((read.function == title.function for title, read in pairs), len(pairs)),
        seniority_as_other=share(
            ((read.seniority or "other") == (title.seniority or "other") for title, read in pairs), len(pairs)
        ),
        function_as_other=share(
            ((read.function or "other") == (title.function or "other") for title, read in pairs), len(pairs)
        ),
        recognised=share((read.seniority is not None for _, read in real), len(real)),
    )
