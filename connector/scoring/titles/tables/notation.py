"""The form of a language's table and how its words are written; the words stand in the modules beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

STRONG, MEDIUM, WEAK = 3, 2, 1
_WEIGHTS = {"medium": MEDIUM, "weak": WEAK}


@dataclass(frozen=True, slots=True)
class Table:
    """The words of one language, each mapping from a label to words parted by commas or new lines.

    `ranks`: "<level> [<function>] [owner|soft|seat|partner]" to words that carry a rank. A `soft` rank takes the
    function of a field beside it, an `owner` none, a `seat` on a board also that of another rank in the title, a
    `partner` also that of a trade.
    `roles`: "<function>" to nouns of people without a rank. `fields`: "<function>" to words of a department.
    `bodies`: like ranks, for words of a body ("management", "Geschäftsführung") that count where no person is named.
    `marks`: "<kind>" to words that steer the reading (assistant, past, junior, prep, cut, ...).

    A word may hold `(in)`: with and without; `{o|a}`: one of these; end in `*`: any ending; in `?`: it often means
    something else; in ` medium` or ` weak`: it yields to stronger words. A leading `-`: also ends a compound.
    """

    language: str
    ranks: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Word:
    """One spelling of a table's word, and how it is to be taken."""

    text: str
    weight: int = STRONG
    doubtful: bool = False
    any_ending: bool = False
    ends_compounds: bool = False


def words(block: str) -> Iterator[Word]:
    """Every spelling of every word of a block."""
    for entry in block.replace("\n", ",").split(","):
        text = entry.strip()
        if text:
            yield from _spellings(text)


def _spellings(text: str) -> Iterator[Word]:
    head, _, last = text.rpartition(" ")
    weight = _WEIGHTS.get(last, STRONG)
    text = head if head and last in _WEIGHTS else text
    doubtful, any_ending, ends_compounds = text.endswith("?"), text.endswith("*"), text.startswith("-")
    text = text.strip("?*-").rstrip()
    for spelling in spellings(text):
        yield Word(spelling, weight, doubtful, any_ending, ends_compounds)


def spellings(text: str) -> list[str]:
    """All that a word with `(in)` and `{o|a}` stands for: "chef{|e}(s)" is chef, chefs, chefe, chefes."""
    parts: list[list[str]] = []
    rest = text
    while rest:
        cut = min((place for place in (rest.find("("), rest.find("{")) if place >= 0), default=len(rest))
        parts.append([rest[:cut]])
        if cut == len(rest):
            break
        close = rest.index(")" if rest[cut] == "(" else "}", cut)
        inner = rest[cut + 1 : close]
        parts.append(["", inner] if rest[cut] == "(" else inner.split("|"))
        rest = rest[close + 1 :]
    return ["".join(chosen) for chosen in product(*parts)]
