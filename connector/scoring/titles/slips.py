"""Slips of the pen: a long unknown word that is one letter or one swap away from a known one. Not for short words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from connector.scoring.titles.compounds import UNKNOWN, analyse
from connector.scoring.titles.lexicon import FIELD, RANK, ROLE, lexicon

_MEANT = frozenset({RANK, ROLE, FIELD, "assistant"})
_SHORTEST = 7  # letters; shorter words have too many neighbours


@lru_cache(maxsize=65_536)
def mended(token: str) -> str:
    """The known word that was meant, or the token itself where it is known or nothing is near."""
    if len(token) < _SHORTEST - 1 or token in lexicon().words or analyse(token)[0][0].kind != UNKNOWN:
        return token
    near = _near()
    for form in (token, *_shorter(token)):
        for word in near.get(form, ()):
            if word[0] == token[0] and _is_slip(token, word):
                return word
    return token


@cache
def _near() -> dict[str, list[str]]:
    """All long words, under themselves and under each of their forms with one letter less."""
    near: dict[str, list[str]] = {}
    for word in sorted(lexicon().words):
        senses = lexicon().phrases.get(word)
        if len(word) >= _SHORTEST and word.isalpha() and (senses is None or senses[0].kind in _MEANT):
            for form in (word, *_shorter(word)):
                near.setdefault(form, []).append(word)
    return near


def _shorter(word: str) -> Iterable[str]:
    return {word[:place] + word[place + 1 :] for place in range(1, len(word))}


def _is_slip(token: str, word: str) -> bool:
    """Whether one letter is missing or too many, or two neighbours are swapped; a wrong letter is too often a word."""
    if len(token) != len(word):  # they share a form with one letter less
        longer, shorter = sorted((token, word), key=len, reverse=True)
        return longer.endswith("s") or not longer.startswith(shorter)  # "directory" is no director
    wrong = [place for place, (one, other) in enumerate(zip(token, word, strict=True)) if one != other]
    first, last = wrong[0], wrong[-1]
    return last == first + 1 and token[first] == word[last] and token[last] == word[first]
