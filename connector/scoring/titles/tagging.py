"""From the words of a title to their senses: the longest phrases first, then the sense of the language at hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from connector.scoring.titles.compounds import analyse
from connector.scoring.titles.lexicon import RANK, ROLE, Sense, lexicon

SEPARATORS = {
    "&": Sense("and", "&"),
    "/": Sense("/", "/"),
    ",": Sense(",", ","),
    "|": Sense("|", "|"),
    "(": Sense("(", "("),
    ")": Sense(")", ")"),
    "@": Sense("cut", "@"),
    "'s": Sense("possessive", "'s"),
}

_PERSONS = frozenset({RANK, ROLE, "assistant", "assistant_modifier"})
_NEVER_FIRST = frozenset({"prep", "and"})


def tag(tokens: Sequence[str]) -> list[Sense]:
    """One sense for each word, phrase and separator, in their order."""
    found = _found(tokens)
    chosen: list[Sense] = []
    votes: dict[str, float] | None = None
    for senses in found:
        if len(senses) == 1 or _agree(senses):
            chosen.append(senses[0])
            continue
        if votes is None:
            votes = _votes(found)
        chosen.append(_choice(senses, votes, opens=not chosen))
    return chosen


def _found(tokens: Sequence[str]) -> list[tuple[Sense, ...]]:
    lex = lexicon()
    phrases, longest = lex.phrases, lex.longest
    found: list[tuple[Sense, ...]] = []
    place, end = 0, len(tokens)
    while place < end:
        token = tokens[place]
        size = min(longest.get(token, 0), end - place)
        while size:
            senses = phrases.get(token if size == 1 else " ".join(tokens[place : place + size]))
            if senses is not None:
                found.append(senses)
                place += size
                break
            size -= 1
        else:
            separator = SEPARATORS.get(token)
            if separator is not None:
                found.append((separator,))
            else:
                found.extend(analyse(token))
            place += 1
    return found


def _agree(senses: tuple[Sense, ...]) -> bool:
    first = senses[0]
    return all(
        other.kind == first.kind and other.rank == first.rank and other.function == first.function for other in senses
    )


def _votes(found: Sequence[tuple[Sense, ...]]) -> dict[str, float]:
    """How far each language is borne out: a word of one language counts in full, a shared word in part."""
    votes: dict[str, float] = defaultdict(float)
    for senses in found:
        for sense in senses:
            votes[sense.language] += 1 / len(senses) ** 2
    return votes


def _choice(senses: tuple[Sense, ...], votes: dict[str, float], *, opens: bool) -> Sense:
    """The sense of the language at hand; on a tie a person before other words, a sure word before a doubt."""
    fitting = [sense for sense in senses if not (opens and sense.kind in _NEVER_FIRST)] or senses
    return max(fitting, key=lambda sense: (votes[sense.language], sense.kind in _PERSONS, not sense.doubtful))
