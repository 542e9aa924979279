"""Single words that no table lists: compounds split by known parts, stems, slips of the pen. No order of words here."""

from __future__ import annotations

import re
from functools import lru_cache

from connector.scoring.titles.lexicon import BODY, FIELD, RANK, Lexicon, Sense, lexicon

UNKNOWN = "unknown"
Parts = tuple[tuple[Sense, ...], ...]

_LINKS = ("", "s", "es", "en", "n", "e", "er", "o", "ing")
_FIRST_PARTS = frozenset({FIELD, RANK, BODY, "noise", "deputy", "past", "junior"})
_SHORTEST_COMPOUND = 6
_SHORTEST_FIRST = 2
_SHORTEST_LOOSE = 4  # letters of an ending that may follow an unknown first part
_SHORTEST_FIELD = 4
_SHORTEST_LOOSE_FIELD = 6
_SHORTEST_UNKNOWN = 3
_NOISE = ((Sense("noise", ""),),)


# How names of trades end in the nine languages, folded ("zoologist", "vitrière", "tapeceiro", "sømand").
_TRADES = re.compile(
    r"[a-z]{3,}(?:ers?|ors?|urs?|(?:er|ler)in|urin|ists?|ist[aei]s?|istin(?:nen)?|log(?:[oaeu]s?|in)?|loog|graf[oaei]?|grapher"
    r"|icians?|ien(?:ne)?s?|smith|wright|[^o]man|kvinde|woman|iere?s?|euse|uses?|ros?|ras?|eir[oa]|iere|ier[ai]|tore|trice|ai[oa]|are"
    r"|tecnico|ekniker|mand)"
)


def sounds_like_trade(word: str) -> bool:
    """Whether an unknown word ends as names of trades do; no more than a guess."""
    return len(word) >= _SHORTEST_COMPOUND and _TRADES.fullmatch(word) is not None


@lru_cache(maxsize=65_536)
def analyse(token: str) -> Parts:
    """The senses of the parts of one folded word that is no phrase of a table; one `unknown` sense where none fits."""
    if token.isdigit():
        return _NOISE
    lex = lexicon()
    if not token.isalpha():
        return ((Sense(UNKNOWN, token),),)
    field = _field(lex, token, _SHORTEST_LOOSE_FIELD)
    return _compound(lex, token) or ((field,) if field else _loose(lex, token) or ((Sense(UNKNOWN, token),),))


def _compound(lex: Lexicon, token: str) -> Parts:
    """A known first part and a known ending, the longest ending first."""
    if len(token) < _SHORTEST_COMPOUND:
        return ()
    for cut in range(_SHORTEST_FIRST, len(token) - 3):
        ending = lex.endings.get(token[cut:])
        if ending is not None and ending[0].kind != FIELD:
            first = _first(lex, token[:cut])
            if first:
                return (first, ending)
    return ()


def _first(lex: Lexicon, part: str) -> tuple[Sense, ...]:
    for link in _LINKS:
        if link and not part.endswith(link):
            continue
        known = lex.phrases.get(part[: len(part) - len(link)], ())
        fitting = tuple(sense for sense in known if sense.kind in _FIRST_PARTS)
        if fitting:
            return fitting
    return _field(lex, part, _SHORTEST_FIELD)


def _field(lex: Lexicon, part: str, shortest: int) -> tuple[Sense, ...]:
    """The field of a compound without a person: of its beginning and its end the one that says more."""
    stem, ending = _stem(lex, part), _field_ending(lex, part, shortest)
    if stem and ending:
        return ending if ending[0].weight >= stem[0].weight else stem
    return stem or ending


def _field_ending(lex: Lexicon, part: str, shortest: int) -> tuple[Sense, ...]:
    """The field at the end of a compound, which says more than the word before it ("industrievertriebs")."""
    for cut in range(_SHORTEST_UNKNOWN, len(part) - shortest + 1):
        for link in _LINKS[:2]:
            if part.endswith(link):
                ending = lex.endings.get(part[cut : len(part) - len(link)])
                if ending is not None and ending[0].kind == FIELD:
                    return ending
    return ()


def _stem(lex: Lexicon, token: str) -> tuple[Sense, ...]:
    for size in range(min(len(token), lex.longest_stem), 2, -1):
        known = lex.stems.get(token[:size])
        if known is not None:
            return known
    return ()


def _loose(lex: Lexicon, token: str) -> Parts:
    """An ending behind an unknown first part: the rank or trade is known, its field is not."""
    for cut in range(_SHORTEST_UNKNOWN, len(token) - _SHORTEST_LOOSE + 1):
        ending = token[cut:]
        known = lex.endings.get(ending)
        if known is not None and (
            ending in lex.loose or (known[0].kind == FIELD and len(ending) >= _SHORTEST_LOOSE_FIELD)
        ):
            return (tuple(sense._replace(guessed=True) for sense in known),)
    return ()
