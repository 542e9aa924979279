"""The head of one part of a title: which of its words decides, and which only describe it. One part, no separators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from connector.scoring.titles.lexicon import BODY, FIELD, RANK, ROLE, Sense
from connector.scoring.titles.position import C_LEVEL, DIRECTOR, GENERAL, MANAGER, Position
from connector.scoring.titles.tables.notation import MEDIUM, WEAK
from connector.scoring.titles.themes import ASSISTANT, ENGLISH, NOT_ALONE, function_of, is_only_theme, is_theme

JUNIOR, PAST = "junior", "past"
_OFFICER = "officer"
_PREPOSITION = "prep"
_OF_TRADES = frozenset({RANK, ROLE, "unknown"})
_MEMBER = Sense(ROLE, "", function="other", weight=WEAK)


class Part:
    """Reads one part from left to right; `head` is the noun that decides, None where no person is named.

    `serves`: whoever is named after it may be the one who is assisted. `before` has the nearest field first.
    """

    def __init__(self, senses: Sequence[Sense]) -> None:
        self._senses = senses
        self._here = self._prepositions = self._headed_at = 0
        self._boss = False
        self._body: Sense | None = None
        self._gone: Sense | None = None
        self.head: Sense | None = None
        self.before: list[Sense] = []
        self.after: list[Sense] = []
        self.unknown: list[str] = []
        self.past = self.now = self.deputy = self.named = self.serves = self.unknown_field = False
        self._read()

    def _read(self) -> None:
        for here, sense in enumerate(self._senses):
            self._here = here
            step = self._steps.get(sense.kind)
            if step is not None:
                step(self, sense)
        self.head = self.head or self._body or self._gone

    @property
    def bare_past(self) -> bool:
        """Whether the part says no more than that all is past."""
        return self._gone is not None and self.head is self._gone

    @property
    def fields(self) -> list[Sense]:
        """The fields in the order of the text."""
        return [*reversed(self.before), *self.after]

    def position(self, *, serving: bool, joined: bool) -> Position | None:
        """The job of this part; None where it names none, or only whom an assistant before it (`serving`) serves."""
        head = self.head
        if head is None:
            return None
        rank = max(head.rank, 0) if head.kind in {RANK, BODY} else 0
        if serving and (rank == C_LEVEL or (joined and rank >= DIRECTOR)):
            return None
        return Position(
            head,
            rank,
            before=self.before,
            after=self.after,
            deputy=self.deputy,
            named=self.named,
            unknown_field=self.unknown_field,
        )

    def _describe(self, sense: Sense) -> None:
        if self._boss:
            return
        if self.head is None:
            self.before.insert(0, sense)
        else:
            self.after.append(sense)

    def _take(self, sense: Sense) -> None:
        """Make a word the head; what stood after the old head stands before it now, the old head's function too."""
        old, self.head = self.head, None
        if old is not None:
            self.after.extend(function_of(old, MEDIUM))
        self.before = [*reversed(self.after), *self.before]
        self.after = []
        self.head = sense
        self._headed_at = self._here
        self._prepositions = int(sense.word.endswith(" of"))  # "head of"

    def _lend(self, sense: Sense) -> None:
        """Let a person who is not the head give it no more than the field."""
        for lent in function_of(sense, WEAK if self._prepositions else sense.weight):
            self._describe(lent)

    def _rank(self, sense: Sense) -> None:
        head = self.head
        if self.serves:
            self._serve(sense)
        elif is_only_theme(sense, head, self._neighbour(-1), self._neighbour(1)):
            self._theme(sense)
        elif head is None or self._gives_way_to_rank(head, sense):
            self._take(sense)
        else:
            self._lend(sense)

    def _neighbour(self, step: int) -> Sense | None:
        place = self._here + step
        return self._senses[place] if 0 <= place < len(self._senses) else None

    def _theme(self, sense: Sense) -> None:
        """Take "Talent Partner" and "Data Owner" for a trade without a rank; leave "Partner Network" out."""
        leader = self._neighbour(-1)
        if self.head is None and leader is not None and leader.kind == FIELD:
            self._take(_MEMBER._replace(word=sense.word, language=sense.language))

    def _serve(self, boss: Sense) -> None:
        """Leave out the boss, and the field that was named for the boss after "to"."""
        self._boss = True
        if self._prepositions or boss.kind != RANK:
            self.after = []

    def _gives_way_to_rank(self, head: Sense, rank: Sense) -> bool:
        """In "Consultant Manager" and "Partner Manager" the last noun decides, in "VP General Manager" the higher."""
        if self._prepositions or head.kind in {ASSISTANT, JUNIOR}:
            return False
        if head.doubtful != rank.doubtful:
            return head.doubtful
        theme = is_theme(head) and rank.rank == MANAGER and rank.function != GENERAL
        return head.kind == ROLE or theme or rank.rank > head.rank

    def _role(self, sense: Sense) -> None:
        head = self.head
        if head is not None and sense.also is not None:
            self._describe(sense.also)
        elif head is None or self._gives_way_to_role(head, sense):
            self._take(sense)
        else:
            self._lend(sense)

    def _gives_way_to_role(self, head: Sense, role: Sense) -> bool:
        """In "CEO Advisor" and "Board Secretary" the last noun decides; "Owner Photographer" is both."""
        if self._prepositions or head.kind in {ASSISTANT, JUNIOR}:
            return False
        if head.kind == ROLE or head.doubtful:
            return head.weight <= role.weight or head.doubtful
        if head.rank < C_LEVEL or head.flag == "owner" or self._headed_at != self._here - 1:
            return False
        return is_theme(head) or role.weight == WEAK

    def _body_of_people(self, sense: Sense) -> None:
        self._body = self._body or sense

    def _assistant(self, sense: Sense) -> None:
        """Whoever assists is not the one who is assisted, before or after."""
        if self._prepositions == 0:
            self._displace(sense, 0)
            self.serves = True

    def _serving(self, sense: Sense) -> None:
        """In "Office of the CEO" nobody is named but the one who is served."""
        if self.head is None:
            self._assistant(sense._replace(kind=ASSISTANT))

    def _member(self, sense: Sense) -> None:
        """Give a member of a board the seat; any other member is no more than that."""
        rest = self._senses[self._here + 1 :]
        board = next((other for other in rest if other.rank == C_LEVEL and other.flag in NOT_ALONE), None)
        if self.head is None:
            self._take(
                board._replace(kind=RANK, flag="seat") if board is not None else _MEMBER._replace(word=sense.word)
            )

    def _displace(self, sense: Sense, weight: int) -> None:
        """Make a word the head whatever the rank of the one before, which keeps at most its field."""
        old, self.head = self.head, None
        self._take(sense)
        if old is not None and (weight or old.kind != RANK):
            self.before[:0] = function_of(old, weight or old.weight)

    def _modifier(self, sense: Sense) -> None:
        """Judge an English "assistant" by what follows: it describes a manager or a buyer, or it is the person."""
        if self.head is None:
            for other in self._senses[self._here + 1 :]:
                if other.kind in {_PREPOSITION, "possessive"}:
                    break
                if other.kind == "lead" or (other.kind == RANK and other.rank < C_LEVEL and other.language == ENGLISH):
                    self.deputy = True
                    return
                if other.kind == ROLE:
                    return
        self._assistant(sense._replace(kind=ASSISTANT))

    def _junior(self, sense: Sense) -> None:
        self._displace(sense._replace(kind=JUNIOR), MEDIUM)

    def _pupil(self, sense: Sense) -> None:
        """Take a student for a junior, but in "Student Services Manager" for the field of the manager."""
        rest = self._senses[self._here + 1 :]
        rank = next((place for place, other in enumerate(rest) if other.kind == RANK), len(rest))
        fields = [other for other in rest[: rank + 1] if other.kind == FIELD or other.function]
        if rank == len(rest) or not fields:
            self._junior(sense._replace(function="other"))

    def _lead(self, sense: Sense) -> None:
        if self.head is None or self.head.kind == ROLE:
            self._rank(sense._replace(kind=RANK, rank=MANAGER))

    def _chief(self, sense: Sense) -> None:
        """Give a "Chief <field> Officer" the top rank whatever the field; a chief of a trade leads a group."""
        rest = self._senses[self._here + 1 :]
        kinds = {other.kind for other in rest}
        if rest and rest[0].kind == _PREPOSITION:
            rank = DIRECTOR
        elif any(other.word.endswith(_OFFICER) for other in rest) or (FIELD in kinds and not kinds & _OF_TRADES):
            rank = C_LEVEL
        else:
            rank = MANAGER
        self._rank(sense._replace(kind=RANK, rank=rank))

    def _possessive(self, _: Sense) -> None:
        """In "CEO's office" the person is not the head."""
        if self.head is not None and self.head.kind == RANK and self._headed_at == self._here - 1:
            old, self.head = self.head, None
            self.before[:0] = function_of(old, WEAK)

    def _preposition(self, _: Sense) -> None:
        self._prepositions += self.head is not None

    def _unknown(self, sense: Sense) -> None:
        self.unknown.append(sense.word)
        self.unknown_field = self.unknown_field or self._prepositions > 0

    def _past(self, sense: Sense) -> None:
        """Mark the part as of the past; "retired" alone is all that there is to say of the person."""
        self.past = True
        if len(self._senses) == 1:
            self._gone = sense

    def _now(self, _: Sense) -> None:
        self.now = True

    def _deputy(self, _: Sense) -> None:
        self.deputy = True

    def _legal_form(self, _: Sense) -> None:
        self.named = True

    _steps: ClassVar[Mapping[str, Callable[[Part, Sense], None]]] = {
        RANK: _rank,
        ROLE: _role,
        FIELD: _describe,
        BODY: _body_of_people,
        ASSISTANT: _assistant,
        "assistant_modifier": _modifier,
        JUNIOR: _junior,
        "pupil": _pupil,
        "lead": _lead,
        "chief": _chief,
        "possessive": _possessive,
        "serving": _serving,
        "member": _member,
        _PREPOSITION: _preposition,
        "unknown": _unknown,
        PAST: _past,
        "now": _now,
        "deputy": _deputy,
        "legal_form": _legal_form,
    }
