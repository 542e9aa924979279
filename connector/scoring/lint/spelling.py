"""How texts relate that compare equal: where a fold stands for several spellings, what is certain and what is not.

The comparison itself is the engine's (`operators.fold`, `operators.normalise`). Where one fold stands for spellings of
different length (ss and ß), or where a pattern may tell them apart, the answers here are cautious.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterable
from functools import cache

import re2

from connector.scoring.operators import compile_pattern, fold, normalise

_LONGEST_FOLD = 3  # no character folds to, or composes from, more than three
# Letters that compose with some mark in lower case only (h with a line below, t with two dots): at the end of a part,
# folding may change the part itself.
_COMPOSING = frozenset("hjtwy")


@cache
def _expansions() -> frozenset[str]:
    """The folds of two or three characters that one character has: ss, ff, st and about a hundred more."""
    folds = (chr(point).casefold() for point in range(sys.maxunicode + 1))
    return frozenset(fold for fold in folds if len(fold) > 1)


def has_several_spellings(folded: str) -> bool:
    """Whether some other text than case variants folds to this one, so that lengths and regexes may differ."""
    return any(len(character.casefold()) > 1 for character in folded) or any(
        expansion in folded for expansion in _expansions()
    )


def may_join_neighbours(folded: str) -> bool:
    """Whether characters at the ends of a part may belong to a character that reaches out of it (sales in ßales).

    True as well where the part itself has several spellings, or is not plain ASCII.
    """
    return (
        not folded.isascii()
        or has_several_spellings(folded)
        or any(
            folded.startswith(expansion[cut:]) or folded.endswith(expansion[:cut])
            for expansion in _expansions()
            for cut in range(1, len(expansion))
        )
    )


def survives_folding(part: str) -> bool:
    """Whether a text that has this part, in whatever case, is sure to have it folded once the text is folded."""
    return part.isascii() and part[-1:].lower() not in _COMPOSING


def shortest_length(text: str) -> int:
    """A length that no text which compares equal to `text` falls below."""
    folded = fold(text)
    if folded.isascii() and not has_several_spellings(folded):
        return len(folded)
    return -(-len(folded) // _LONGEST_FOLD)


def regex_finds(pattern: str, text: str, *, case_sensitive: bool) -> bool | None:
    """Whether a pattern is found in a text; None where RE2 does not take the pattern."""
    try:
        return compile_pattern(pattern, case_sensitive=case_sensitive).search(text) is not None
    except re2.error:
        return None


def may_tell_spellings_apart(pattern: str, folded: str) -> bool:
    """Whether a pattern that ignores case might be found in one text with this fold and not in another.

    It might where spellings differ by more than case, where a flag inside it makes case matter, or where it asks for
    a word's edge: the long s folds to s and is no letter of a word to RE2.
    """
    if has_several_spellings(folded) or re.search(r"\(\?[a-zA-Z]*-", pattern):
        return True
    return "s" in folded and re.search(r"\\[bB]", pattern) is not None


def literal_parts(pattern: str) -> tuple[bool, str, bool] | None:
    """(anchored at the start, plain text, anchored at the end) of a pattern without other syntax, else None."""
    starts, ends = pattern.startswith("^"), pattern.endswith("$")
    plain = normalise(pattern[starts : len(pattern) - ends])
    if plain and all(character.isalnum() or character in " _@,;:'\"" for character in plain):
        return starts, plain, ends
    return None


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like this one, None where none is alike."""
    by_fold = {fold(candidate): candidate for candidate in sorted(known)}
    close = difflib.get_close_matches(fold(name), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None
