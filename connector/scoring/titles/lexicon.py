"""The tables turned into dictionaries: phrases, stems and the last parts of compounds. Built once, on first use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from connector.scoring.titles.spelling import pieces
from connector.scoring.titles.tables import TABLES
from connector.scoring.titles.tables.notation import STRONG, Table, Word, words

LEVELS = {"c_level": 4, "vp": 3, "director": 2, "manager": 1, "other": 0}
RANK, ROLE, FIELD, BODY = "rank", "role", "field", "body"
_ANDS = frozenset({"and", "und", "et", "y", "e", "en", "och", "og", "ed"})
_FLAGS = frozenset({"owner", "soft", "seat", "partner"})
_SHORTEST_STEM = 2
# Languages that write compounds as one word, and the English words that they borrow for them.
_SHORTEST_ENDINGS = {"German": 4, "Dutch": 4, "Swedish": 4, "Danish": 4, "English": 6}
_NEVER = 1_000


class Sense(NamedTuple):
    """One meaning of a word: what it does in a title, its rank and function, and how far it can be trusted."""

    kind: str
    word: str
    language: str = ""
    rank: int = -1
    function: str | None = None
    weight: int = STRONG
    flag: str = ""
    doubtful: bool = False
    guessed: bool = False
    also: Sense | None = None  # the field that the same word names beside another noun ("comercial", "contable")


@dataclass(slots=True)
class Lexicon:
    """Every sense of every folded word; a phrase's words are parted by blanks.

    `longest` counts the words of the longest phrase that begins with a word; `loose` endings may follow a first part
    that is not known; `words` are all single words of all phrases.
    """

    phrases: dict[str, tuple[Sense, ...]]
    longest: dict[str, int]
    stems: dict[str, tuple[Sense, ...]]
    endings: dict[str, tuple[Sense, ...]]
    loose: set[str]
    words: set[str]
    longest_stem: int = 0

    def add(self, word: Word, sense: Sense) -> None:
        """File one spelling of a word under its folded form, with `&` beside every "and"."""
        parts = pieces(word.text)
        anded = tuple("&" if part in _ANDS and place else part for place, part in enumerate(parts))
        for form in {tuple(parts), anded}:
            key = " ".join(form)
            _file(self.phrases, key, sense)
            self.words.update(form)
            self.longest[form[0]] = max(self.longest.get(form[0], 0), len(form))
        key = " ".join(parts)
        if word.any_ending and len(key) > _SHORTEST_STEM:
            _file(self.stems, key, sense)
            self.longest_stem = max(self.longest_stem, len(key))
        if len(parts) == 1 and (word.ends_compounds or self._may_end(key, sense)):
            _file(self.endings, key, sense)
            if word.ends_compounds:
                self.loose.add(key)

    def spread_stems(self) -> None:
        """Let a word that one language lists and another covers by a stem of the same meaning belong to both."""
        for key, known in self.phrases.items():
            if " " not in key and known[0].kind == FIELD:
                languages = {sense.language for sense in known}
                others = (
                    stem
                    for size in range(len(key), _SHORTEST_STEM, -1)
                    for stem in self.stems.get(key[:size], ())
                    if stem.function == known[0].function and stem.language not in languages
                )
                self.phrases[key] = (*known, *{stem.language: stem for stem in others}.values())

    @staticmethod
    def _may_end(key: str, sense: Sense) -> bool:
        known = sense.kind in {RANK, ROLE, FIELD} and not sense.doubtful
        return known and len(key) >= _SHORTEST_ENDINGS.get(sense.language, _NEVER)


def _file(shelf: dict[str, tuple[Sense, ...]], key: str, sense: Sense) -> None:
    known = shelf.get(key, ())
    if known and known[-1].language == sense.language:  # a table's first word of that form wins
        if known[-1].kind == ROLE and sense.kind == FIELD:
            shelf[key] = (*known[:-1], known[-1]._replace(also=sense))
    else:
        shelf[key] = (*known, sense)


def senses(table: Table) -> Iterator[tuple[Word, Sense]]:
    """Every word of a table with its sense, strongest labels first."""
    for kind, blocks in ((RANK, table.ranks), (ROLE, table.roles), (FIELD, table.fields), (BODY, table.bodies)):
        for label, block in blocks.items():
            level, function, flag = _label(label, kind)
            for word in words(block):
                yield word, Sense(kind, word.text, table.language, level, function, word.weight, flag, word.doubtful)
    for kind, block in table.marks.items():
        for word in words(block):
            yield word, Sense(kind, word.text, table.language, weight=word.weight, doubtful=word.doubtful)


def _label(label: str, kind: str) -> tuple[int, str | None, str]:
    level, parts = -1, label.split()
    if kind in {RANK, BODY}:
        level = LEVELS[parts.pop(0)]
    flag = parts.pop() if parts and parts[-1] in _FLAGS else ""
    return level, parts[0] if parts else None, flag


@cache
def lexicon() -> Lexicon:
    """The one lexicon of all languages."""
    built = Lexicon({}, {}, {}, {}, set(), set())
    for table in TABLES:
        for word, sense in senses(table):
            built.add(word, sense)
    built.spread_stems()
    return built
