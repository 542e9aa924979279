"""The head of one part of a title: which of its words decides, and which only describe it. One part, no separators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from connector.scoring.titles.lexicon import BODY, FIELD, RANK, ROLE, Sense
from connector.scoring.titles.position import C_LEVEL, GENERAL, Position
from connector.scoring.titles.tables.notation import MEDIUM, WEAK

ASSISTANT, JUNIOR = "assistant", "junior"
_OFFICER = "officer"
_LEADING = 1
_PERSONS = frozenset({ROLE, ASSISTANT, JUNIOR})


class Part:
    """Reads one part from left to right; `head` is the noun that decides, None where no person is named."""

    def __init__(self, senses: Sequence[Sense]) -> None:
        self._senses = senses
        self._here = self._prepositions = self._headed_at = 0
        self.head: Sense | None = None
        self.before: list[Sense] = []
        self.after: list[Sense] = []
        self.past = self.now = self.deputy = self.named = self.serves = False
        self.unknown: list[str] = []
        self.unknown_field = False
        self._body: Sense | None = None
        self._gone: Sense | None = None
        for here, sense in enumerate(senses):
            self._here = here
            step = self._steps.get(sense.kind)
            if step is not None:
                step(self, sense)
        if self.head is None:
            self.head = self._body or self._gone

    @property
    def bare_past(self) -> bool:
        """Whether the part says no more than that all is past."""
        return self._gone is not None and self.head is self._gone

    @property
    def fields(self) -> list[Sense]:
        """The fields in the order of the text."""
        return [*reversed(self.before), *self.after]

    def position(self, *, serving: bool) -> Position | None:
        """The job of this part; None where it names none, or names only whom an assistant before it serves."""
        head = self.head
        if head is None:
            return None
        rank = max(head.rank, 0) if head.kind in {RANK, BODY} else 0
        if serving and rank == C_LEVEL:
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
        if self.head is None:
            self.before.insert(0, sense)
        else:
            self.after.append(sense)

    def _take(self, sense: Sense) -> None:
        """A new head; what stood after the old one stands before it now, the old head's function too."""
        old = self.head
        if old is not None and old.also is not None:
            self.after.append(old.also)
        elif old is not None and old.function is not None and old.flag == "" and old.kind != ASSISTANT:
            self.after.append(old._replace(weight=min(old.weight, MEDIUM)))
        self.before = [*reversed(self.after), *self.before]
        self.after = []
        self.head = sense
        self._headed_at = self._here
        self._prepositions = 0

    def _lend(self, sense: Sense) -> None:
        """A person who is not the head lends it no more than the field."""
        if sense.function not in {None, GENERAL} and sense.flag == "":
            self._describe(sense._replace(weight=WEAK) if self._prepositions else sense)

    def _rank(self, sense: Sense) -> None:
        head = self.head
        if head is None or self._gives_way_to_rank(head, sense):
            self._take(sense)
        else:
            self._lend(sense)

    def _gives_way_to_rank(self, head: Sense, sense: Sense) -> bool:
        if self._prepositions or head.kind in {ASSISTANT, JUNIOR}:
            return False
        return head.kind == ROLE or (_is_modifier(head) and sense.rank < C_LEVEL) or sense.rank > head.rank

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
        if head.kind == ROLE:
            return head.weight <= role.weight
        if head.rank < C_LEVEL or head.flag == "owner" or self._headed_at != self._here - 1:
            return False
        return _is_modifier(head) or role.weight == WEAK

    def _field(self, sense: Sense) -> None:
        self._describe(sense)

    def _body_of_people(self, sense: Sense) -> None:
        self._body = self._body or sense

    def _assistant(self, sense: Sense) -> None:
        """Whoever assists is not the one who is assisted, before or after."""
        self.serves = True
        if not self._prepositions:
            old, self.head = self.head, None
            if old is not None and old.function not in {None, GENERAL} and old.flag == "":
                self.before.insert(0, old._replace(weight=WEAK))
            self._take(sense)

    def _modifier(self, sense: Sense) -> None:
        """ "Assistant Manager" is a manager, "Assistant Buyer" a buyer, "Marketing Assistant" and "Assistant to" are not."""
        if self.head is None:
            for other in self._senses[self._here + 1 :]:
                if other.kind in {"prep", "possessive"}:
                    break
                if other.kind == RANK and other.rank < C_LEVEL and other.language == "English":
                    self.deputy = True
                    return
                if other.kind == ROLE:
                    return
        self._assistant(sense._replace(kind=ASSISTANT))

    def _junior(self, sense: Sense) -> None:
        old, self.head = self.head, None
        self._take(sense)
        if old is not None and old.function is not None and old.flag == "":
            self.before.insert(0, old._replace(weight=MEDIUM))

    def _pupil(self, sense: Sense) -> None:
        """ "Student" is a junior, but in "Student Services Manager" only the field of the manager."""
        rest = [other.kind for other in self._senses[self._here + 1 :]]
        if FIELD in rest and RANK in rest and rest.index(FIELD) < rest.index(RANK):
            return
        self._junior(sense._replace(kind=JUNIOR))

    def _lead(self, sense: Sense) -> None:
        if self.head is None or self.head.kind == ROLE:
            self._rank(sense._replace(kind=RANK, rank=_LEADING))

    def _chief(self, sense: Sense) -> None:
        """ "Chief <field> Officer" has the top rank whatever the field; a chief of a trade leads a group."""
        rest = self._senses[self._here + 1 :]
        trade = next((other for other in rest if other.kind == ROLE and other.word != _OFFICER), None)
        self._rank(sense._replace(kind=RANK, rank=_LEADING if trade is not None else C_LEVEL))

    def _possessive(self, _: Sense) -> None:
        """ "CEO's office": the person is not the head."""
        if self.head is not None and self.head.kind == RANK and self._headed_at == self._here - 1:
            old, self.head = self.head, None
            self._lend(old._replace(weight=WEAK))

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

    def _mark(self, sense: Sense) -> None:
        setattr(self, {"now": "now", "deputy": "deputy", "legal_form": "named"}[sense.kind], True)

    _steps: ClassVar[Mapping[str, Callable[[Part, Sense], None]]] = {
        RANK: _rank,
        ROLE: _role,
        FIELD: _field,
        BODY: _body_of_people,
        ASSISTANT: _assistant,
        "assistant_modifier": _modifier,
        JUNIOR: _junior,
        "pupil": _pupil,
        "lead": _lead,
        "chief": _chief,
        "possessive": _possessive,
        "prep": _preposition,
        "unknown": _unknown,
        "past": _past,
        "now": _mark,
        "deputy": _mark,
        "legal_form": _mark,
    }


def _is_modifier(head: Sense) -> bool:
    """Whether a rank may be no more than the theme of the noun after it, as in "Partner Manager"."""
    return head.rank == C_LEVEL and head.flag in {"soft", "seat"} and head.language == "English"
