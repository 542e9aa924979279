"""Which of a title's positions counts, its seniority and function, the confidence and the sentence that says why."""

from __future__ import annotations

from connector.scoring.titles.clauses import Reading
from connector.scoring.titles.compounds import sounds_like_trade
from connector.scoring.titles.lexicon import BODY, RANK, Sense
from connector.scoring.titles.part import JUNIOR
from connector.scoring.titles.position import C_LEVEL, DIRECTOR, GENERAL, MANAGER, VP, Position
from connector.scoring.titles.tables.notation import MEDIUM, STRONG, WEAK
from connector.scoring.titles.themes import ASSISTANT
from connector.scoring.titles.title import SENIORITIES, Title, unrecognised

_RANK_WORDS = {4: "C-level", 3: "VP level", 2: "director level", 1: "manager level", 0: "no rank"}
_FUNCTION_WORDS = {
    "finance": "finance",
    "it": "IT",
    "marketing": "marketing",
    "sales": "sales",
    "operations": "operations",
    "hr": "HR",
    "engineering": "engineering",
    "legal": "legal",
    "purchasing": "purchasing",
    "production": "production",
    "general_management": "general management",
    "other": "another field",
}
_BY_WEIGHT = {STRONG: 0.95, MEDIUM: 0.8, WEAK: 0.6}
_BY_DEFAULT, _ALONE, _DOUBTFUL = 0.75, 0.6, 0.4
_GUESSED = 0.25
_BORROWERS = frozenset({"seat", "partner"})
_PER_UNKNOWN, _MOST_UNKNOWN = 0.03, 4


def judge(reading: Reading, slips: int) -> Title:
    """The title that a reading amounts to: the highest rank wins and brings its function; `slips` make it less sure."""
    unknown = len(reading.unknown) + slips
    positions = [position for position in reading.positions if not position.head.doubtful] or reading.positions
    positions = [position for position in positions if not position.past] or positions
    if positions:
        best = max(positions, key=_standing)
        if not best.past and (best.head.flag in _BORROWERS or (best.rank >= DIRECTOR and best.field() is None)):
            best.after.extend(function for position in positions for function in _lent(position, best))
        return _of_position(best, unknown)
    if reading.fields:
        return _of_field(max(reading.fields, key=lambda sense: sense.weight), unknown)
    trade = next(filter(sounds_like_trade, reversed(reading.unknown)), None)
    if trade is not None:
        return Title("other", "other", _GUESSED, f"'{trade}' is not known, but ends like the name of a trade.")
    return unrecognised("No word of it is known.")


def _standing(position: Position) -> tuple[int, int, int]:
    """Higher rank first, then the one whose own words say the function, then the stronger word; else the first."""
    if position.past:
        return (-1, 0, 0)
    if position.rank == 0:
        return (0, position.head.weight, 0)
    return (position.rank, position.head.flag == "" and position.field() is not None, 0)


def _of_field(field: Sense, unknown: int) -> Title:
    confidence = _lowered(_BY_WEIGHT[field.weight] - 0.3, unknown, doubtful=field.doubtful)
    return Title("other", field.function, confidence, f"{_function_says(field)}; no person and no rank is named.")


def _lent(position: Position, borrower: Position) -> list[Sense]:
    """The function that a position lends to a seat or a bare rank beside it: a leader's; to a partner a trade's too."""
    source = position.field()
    if source is None or source is borrower.head:
        return []
    trade = borrower.head.flag == "partner" and position.head.weight == STRONG and source.function != "other"
    return [source] if position.rank in {MANAGER, DIRECTOR, VP} or trade else []


def _of_position(position: Position, unknown: int) -> Title:
    head = position.head
    rank = 0 if position.past else position.rank
    source = position.field()
    function = source.function if source is not None else _default(position)
    if position.past and function == GENERAL:
        function = "other"
    confidence = _BY_WEIGHT[head.weight] if head.kind in {RANK, BODY} else 0.9
    if source is None:
        confidence = min(confidence, _BY_DEFAULT if rank >= DIRECTOR else _ALONE)
    elif source is not head or head.kind not in {RANK, BODY}:
        confidence = min(confidence, _BY_WEIGHT[source.weight])
    doubtful = head.doubtful or (source is not None and source.doubtful)
    confidence -= 0.05 * (position.deputy + len(position.joined) + 2 * head.guessed)
    return Title(
        SENIORITIES[rank], function, _lowered(confidence, unknown, doubtful=doubtful), _reason(position, source)
    )


def _default(position: Position) -> str:
    """The function where no word says it: whoever leads without a field leads the whole."""
    if position.rank >= DIRECTOR and not (position.unknown_field and position.rank < C_LEVEL):
        return GENERAL
    return "other"


def _lowered(confidence: float, unknown: int, *, doubtful: bool) -> float:
    lowered = confidence - _PER_UNKNOWN * min(unknown, _MOST_UNKNOWN)
    return round(max(min(lowered, _DOUBTFUL) if doubtful else lowered, 0.2), 2)


def _reason(position: Position, source: Sense | None) -> str:
    head = position.head
    word = f"'{head.word}'"
    if position.past:
        return f"{word} is a thing of the past here."
    if head.kind == ASSISTANT:
        first = f"{word} assists someone and has no rank"
    elif head.kind == JUNIOR:
        first = f"{word} is a beginner and has no rank"
    else:
        language = f" in {head.language}" if head.language else ""
        first = f"{word} is {_RANK_WORDS[position.rank]}{language}"
    if source is None:
        return f"{first}; no field is named."
    if source is head:
        return f"{first}, {_FUNCTION_WORDS[head.function or 'other']}."
    return f"{first}; {_function_says(source)}."


def _function_says(sense: Sense) -> str:
    return f"'{sense.word}' is {_FUNCTION_WORDS[sense.function or 'other']}"
