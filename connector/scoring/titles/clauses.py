"""The grammar of titles: parts between separators, the head of each part, and which part a field belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connector.scoring.titles.lexicon import BODY, Sense
from connector.scoring.titles.part import Part
from connector.scoring.titles.position import Position

_BREAKS = frozenset({",", "|", "(", ")", "/", "and"})
_ENDS_OF_COMPANY = frozenset({",", "|", ")", "(", "/"})
_ANDS = frozenset({"and", "/"})


@dataclass(slots=True)
class Clause:
    """The senses between two separators, and the separator before them."""

    separator: str
    senses: list[Sense] = field(default_factory=list)
    after_company: bool = False


@dataclass(slots=True)
class Reading:
    """All that a title names: its positions in their order, or no more than fields."""

    positions: list[Position] = field(default_factory=list)
    fields: list[Sense] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def clauses(senses: Sequence[Sense]) -> Iterator[Clause]:
    """The parts of a title; what follows "at", "bei", "chez" or "@" is a company, up to the next separator."""
    current, in_company, seen_company = Clause(""), False, False
    for sense in senses:
        if sense.kind in _BREAKS:
            if in_company and sense.kind not in _ENDS_OF_COMPANY:
                continue
            if current.senses:
                yield current
            current, in_company = Clause(sense.kind, after_company=seen_company), False
        elif sense.kind == "cut" and (current.senses or seen_company or current.separator):
            in_company = seen_company = True
        elif not in_company:
            current.senses.append(sense)
    if current.senses:
        yield current


def read(senses: Sequence[Sense]) -> Reading:
    """The positions of a title; a part that names no person gives its fields to the position that it belongs to."""
    reading = Reading()
    parts = [(clause, Part(clause.senses)) for clause in clauses(senses)]
    serving, carried = False, ""
    waiting: list[Sense] = []
    for place, (clause, part) in enumerate(parts):
        past = not part.now and (part.past or carried == "next" or (carried == "joined" and clause.separator in _ANDS))
        position = part.position(serving=serving, joined=clause.separator == "and")
        serving = serving or part.serves
        if position is not None and position.head.kind == "past":  # "CEO (retired)", "Retired: CEO"
            for earlier in reading.positions:
                earlier.past = True
        if position is not None and position.head.doubtful and not reading.positions and (waiting or reading.unknown):
            continue  # "..., Baltimore, MD" is no managing director
        if position is not None:
            position.past = past
            position.joined, waiting = waiting, []
            reading.positions.append(position)
        elif part.fields and not clause.after_company:
            if reading.positions and not _belongs_to_next(parts, place, reading.positions[-1]):
                reading.positions[-1].after.extend(part.fields)
            else:
                waiting.append(part.fields[-1])
        carried = ("next" if part.bare_past else "joined") if past else ""
        reading.unknown.extend(part.unknown)
    reading.fields = waiting
    if any(position.head.kind != BODY for position in reading.positions):
        reading.positions = [position for position in reading.positions if position.head.kind != BODY]
    return reading


def _belongs_to_next(parts: Sequence[tuple[Clause, Part]], place: int, previous: Position) -> bool:
    """In "CEO, Sales & Marketing Director" the sales belong to the director: the CEO needs no field."""
    if place + 1 == len(parts) or parts[place + 1][0].separator not in _ANDS:
        return False
    return parts[place + 1][1].head is not None and (previous.head.function is not None or bool(previous.before))
